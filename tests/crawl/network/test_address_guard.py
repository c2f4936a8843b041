"""Nothing is sent into private networks, whatever a name server says."""

from pathlib import Path

import pytest
from support.loopback_site import FakeSite
from support.program import run_code
from support.tables import check_rows

from crawler.crawl.network.address_guard import is_public
from crawler.crawl.network.mirror import Mirror

ROOT = Path(__file__).resolve().parents[3]

LYING_NAMES = """
import socket, sys
from pathlib import Path
real = socket.getaddrinfo
answers, looked_up = [], set()
def lies(host, port, *arguments, **more):
    if host in ("mirror.example", "www.asianews.it"):
        looked_up.add(host)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [found for address in answer.split("+") for found in real(address, port, *arguments, **more)]
    return real(host, port, *arguments, **more)
socket.getaddrinfo = lies
from twisted.internet import _resolver  # which may have been imported, with a name of its own for the real one
_resolver.GAIResolver.__init__.__defaults__ = (*_resolver.GAIResolver.__init__.__defaults__[:-1], lies)
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.options import CrawlOptions
from scrapy.resolver import dnscache
mirror, mirrored, folder, *cases = sys.argv[1:]
for number, case in enumerate(cases):
    answers[:] = case.split(",")
    way = mirror if number < int(mirrored) else None
    looked_up.clear()
    dnscache.clear()
    report = run_crawl(CrawlOptions(site="asianews", urls=("https://www.asianews.it/news-en/Story-1.html",), timeout=30,
        archive=Path(folder, f"{number}.db"), mirror=way, delay=0, contact="https://example.org/bot"))
    print(case, report.exit_code, report.messages[0] if looked_up else "no name was looked up", sep="|", flush=True)
"""
ABROAD = ("10.1.2.3", "169.254.169.254", "192.168.0.1", "fd00::1", "::ffff:10.0.0.1")
HERE = ("127.0.0.1", "::1", "127.0.0.1+::1", "127.0.0.1,127.0.0.1")


@pytest.fixture(scope="module")
def crawls(tmp_path_factory):
    """Crawl once for each of the answers that the system gives for a name: of a mirror here, and of the site.

    Exit code and message of each are given, and the addresses that the mirror was asked for.
    """
    paper = FakeSite()
    paper.story(1)
    mirror, folder = f"http://mirror.example:{paper.server.server_port}{{path}}", tmp_path_factory.mktemp("names")
    ended = run_code(LYING_NAMES, mirror, str(len(HERE)), str(folder), *HERE, *ABROAD, cwd=ROOT)
    paper.close()
    assert ended.returncode == 0, ended.stderr
    lines = (line.split("|") for line in ended.stdout.splitlines())
    return {case: (int(code), said) for case, code, said in lines}, paper.log


@check_rows(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *(
            "::1",
            "::",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
        ),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1"),
        *("localhost", "example.org", "", "1", "0x7f000001"),
    ],
)
def test_what_is_not_one_public_host_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_a_public_host_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("answers", [HERE, ABROAD], ids=["a mirror here", "the site"])
def test_a_name_that_leads_nowhere_public_is_not_asked(crawls, answers):
    ended, requests = crawls
    assert set(ended) == {*HERE, *ABROAD}
    for case in answers:
        code, said = ended[case]
        assert code == 5
        assert "not on the public internet" in said
    assert requests == []


def test_a_mirror_here_is_its_own_host_and_port_and_no_other():
    mirror = Mirror("http://127.0.0.1:9000{path}", "https://www.asianews.it")
    assert mirror.is_at("http://127.0.0.1:9000/x")
    assert not mirror.is_at("http://127.0.0.1:9001/x")
    assert not mirror.is_at("http://127.0.0.2:9000/x")
