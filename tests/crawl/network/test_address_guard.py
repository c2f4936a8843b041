"""Nothing is sent into private networks, whatever a name server says."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.crawl.network.address_guard import is_public
from crawler.crawl.network.mirror import Mirror

ROOT = Path(__file__).resolve().parents[3]

LYING_NAMES = """
import socket, sys
from pathlib import Path
real = socket.getaddrinfo
answers = sys.argv[3].split(",")
def lies(host, port, *arguments, **more):
    if host in ("mirror.example", "www.asianews.it"):
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [found for address in answer.split("+") for found in real(address, port, *arguments, **more)]
    return real(host, port, *arguments, **more)
socket.getaddrinfo = lies
from crawler.crawl.launch import run_crawl
from crawler.crawl.options import CrawlOptions
mirror, archive = sys.argv[1:3]
report = run_crawl(CrawlOptions(site="asianews", urls=("https://www.asianews.it/news-en/Story-1.html",), timeout=3,
                            archive=Path(archive), mirror=mirror or None, delay=0, contact="https://example.org/bot"))
print(report.exit_code, report.messages[0])
"""


def crawl_with_names(mirror, answers, tmp_path):
    return subprocess.run(
        [sys.executable, "-c", LYING_NAMES, mirror, str(tmp_path / "archive.db"), answers],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
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


@pytest.mark.parametrize("answers", ["127.0.0.1", "::1", "127.0.0.1+::1", "127.0.0.1,127.0.0.1"])
def test_a_name_that_leads_to_this_machine_is_not_asked(paper, tmp_path, answers):
    paper.story(1)
    mirror = f"http://mirror.example:{paper.server.server_port}{{path}}"
    ended = crawl_with_names(mirror, answers, tmp_path)
    assert ended.stdout.startswith("5 "), ended.stderr
    assert "not on the public internet" in ended.stdout
    assert paper.log == []


@pytest.mark.parametrize("answer", ["10.1.2.3", "169.254.169.254", "192.168.0.1", "fd00::1", "::ffff:10.0.0.1"])
def test_the_site_itself_must_be_on_the_public_internet(tmp_path, answer):
    ended = crawl_with_names("", answer, tmp_path)
    assert ended.stdout.startswith("5 "), ended.stderr
    assert "not on the public internet" in ended.stdout


def test_a_mirror_here_is_its_own_host_and_port_and_no_other():
    mirror = Mirror("http://127.0.0.1:9000{path}", "https://www.asianews.it")
    assert mirror.is_at("http://127.0.0.1:9000/x")
    assert not mirror.is_at("http://127.0.0.1:9001/x")
    assert not mirror.is_at("http://127.0.0.2:9000/x")
