"""A server that means harm: each of its tricks costs one address, and nothing else than the site is ever asked."""

import gzip
import json
import time
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from support.loopback_site import ORIGIN, fetch_rows, make_article_page, read_captures
from support.program import start_program

from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.discovery.links import MAX_LINKS
from crawler.items import Fate
from crawler.warc.content_encoding import MAX_CONTENT_SIZE

ROOT = Path(__file__).resolve().parents[3]
MEGABYTE = 1_000_000
TIMEOUT = 3.0
"""Enough for an honest page on a busy machine; each trick that waits costs it, three times over, and nothing else."""

CRAWL = """
import json, resource, sys, time
from pathlib import Path
def peak():
    # What getrusage tells survives fork and exec: it may be the peak of the process that started this one.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024
reached = set()
def watch(event, arguments):
    if event == "socket.connect":
        reached.add(tuple(map(str, arguments[1][:2])))
    elif event == "socket.getaddrinfo":
        reached.add(tuple(map(str, arguments[:2])))
sys.addaudithook(watch)
from crawler.crawl.monitoring import monitor
from crawler.crawl.starting.components import CRAWL
from crawler.discovery import links, listings, traps
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.options import CrawlOptions
from crawler.items import Fate
mirror, archive, timeout, most, largest, *urls = sys.argv[1:]
CRAWL["DOWNLOAD_MAXSIZE"] = int(largest)
monitor.MAX_SILENT = 1_000  # how many are late in a row is the doing of the machine, too
for module in (links, listings, traps):
    module.MAX_LINKS = int(most)
report = run_crawl(CrawlOptions(site="asianews", urls=tuple(urls), archive=Path(archive), mirror=mirror, timeout=float(timeout)))
print(json.dumps({
    "cpu": time.process_time(), "exit_code": report.exit_code, "outcome": report.outcome, "counts": {str(k): v for k, v in report.counts.items()},
    "messages": report.messages, "problems": report.problems, "reached": sorted(reached),
    "memory": peak(),
}))
"""


def crawled(paper, tmp_path, *paths, timeout=TIMEOUT, most_links=MAX_LINKS, largest=MAX_CONTENT_SIZE):
    urls = (ORIGIN + path for path in paths)
    arguments = (paper.mirror, str(tmp_path / "a.db"), str(timeout), str(most_links), str(largest))
    process = start_program(*arguments, *urls, cwd=ROOT, code=CRAWL)
    out, err = process.communicate(200)
    assert "Traceback" not in err, err
    assert process.returncode == 0, err
    report = json.loads(out)
    print(report)  # shown when a test fails
    return report


def raw(*parts, pause=0.0):
    """Send parts as they are, and close."""

    def send(handler):
        handler.close_connection = True
        try:
            for part in parts:
                handler.wfile.write(part)
                if pause:
                    handler.wfile.flush()
                    time.sleep(pause)
        except OSError:
            pass

    return send


def forever(head, part, pause=0.0):
    def send(handler):
        handler.close_connection = True
        end = time.monotonic() + 30
        try:
            handler.wfile.write(head)
            while time.monotonic() < end:
                handler.wfile.write(part)
                time.sleep(pause)
        except OSError:
            pass

    return send


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def to(location):
    return (302, b"", {"Location": location})


@cache
def make_tricks():
    """Name → what the server does; made where it is asked for, as a bomb takes long to pack."""
    zeros = gzip.compress(b"\0" * 100 * MEGABYTE, 9)
    return {
        "slow body": forever(OK + b"\r\n<html>", b" ", pause=0.2),
        "slow head": forever(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=0.2),
        "no answer": raw(pause=0.0),
        "endless body": forever(OK + b"\r\n", b"<p>more and more</p>" * 10_000),
        "endless body with a length": forever(OK + b"Content-Length: 9000000000000\r\n\r\n", b"x" * 100_000),
        "endless chunks": forever(CHUNKED, b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"),
        "endless header line": forever(OK + b"X: ", b"y" * 100_000),
        "endless header lines": forever(OK, b"X-Flood: " + b"y" * 500 + b"\r\n"),
        "endless interim answers": forever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100),
        "a hundred thousand header lines": raw(OK + b"X: y\r\n" * 100_000 + b"\r\n"),
        "bomb": (200, zeros, {"Content-Encoding": "gzip"}),
        "bomb in a bomb": (200, gzip.compress(zeros, 9), {"Content-Encoding": "gzip, gzip"}),
        "endless bomb": forever(OK + b"Content-Encoding: gzip\r\n\r\n", zeros),
        "chunk that is no number": raw(CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"),
        "chunk larger than the world": raw(CHUNKED + b"fffffffffffffffffffffff\r\nhello"),
        "negative chunk": raw(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"),
        "chunk that breaks off": raw(CHUNKED + b"10\r\nhello"),
        "endless chunk extension": forever(CHUNKED + b"5;", b"a=b;" * 10_000),
        "two lengths": raw(OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello"),
        "redirect to itself": "itself",
        "redirects in a circle": "circle",
        "redirect to this machine": to("http://127.0.0.1:1/"),
        "redirect to a private network": to("http://10.0.0.1/admin"),
        "redirect to the cloud's secrets": to("http://169.254.169.254/latest/meta-data/"),
        "redirect to this machine in disguise": to("http://[::ffff:127.0.0.1]/"),
        "redirect to a decimal host": to("http://2130706433/"),
        "redirect to a port of the site": to("http://www.asianews.it:22/"),
        "redirect to a file": to("file:///etc/passwd"),
        "redirect to a user": to("http://www.asianews.it@127.0.0.1/"),
        "redirect without end": to("https://www.asianews.it/" + "x" * 60_000),
    }


@pytest.fixture
def hostile(paper):
    """A good story that leads to every trick, and to a good story after them."""
    numbers = dict(enumerate(make_tricks(), start=100))
    paper.story(1, leads_to=(*numbers, 2))
    paper.story(2)
    for number, name in numbers.items():
        path = f"/news-en/Story-{number}.html"
        trick = make_tricks()[name]
        if trick == "itself":
            trick = to(path)
        elif trick == "circle":
            trick = to("/news-en/Round-1.html")
            paper.pages["/news-en/Round-1.html"] = to("/news-en/Round-2.html")
            paper.pages["/news-en/Round-2.html"] = to("/news-en/Round-1.html")
        paper.pages[path] = trick
    return paper


def test_every_trick_costs_one_address_and_is_a_counted_problem(hostile, tmp_path):
    """What has no end is cut off after a megabyte here, three times over, and after the usual twenty by a slow test."""
    report = crawled(hostile, tmp_path, "/news-en/Story-1.html", largest=MEGABYTE)
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    failed = dict(fetch_rows(options, "SELECT url_key, last_error FROM addresses WHERE state = 'failed'"))
    lost = {name for number, name in enumerate(make_tricks(), start=100) if f"asianews/en/{number}" not in failed}
    assert lost == set()
    assert report["counts"] == {"new": 2, "failed": len(make_tricks())}
    assert (report["exit_code"], report["outcome"]) == (2, "finished")
    problems = {url for (url,) in fetch_rows(options, "SELECT url FROM problems WHERE field = 'page'")}
    assert problems == {f"{ORIGIN}/news-en/Story-{number}.html" for number in range(100, 100 + len(make_tricks()))}
    assert all(failed.values())
    port = hostile.server.server_port
    assert {tuple(peer) for peer in report["reached"]} == {("127.0.0.1", str(port))}
    assert report["memory"] < 300 * MEGABYTE, f"{report['memory'] / MEGABYTE:.0f} MB"
    assert report["cpu"] < 60


CHARSETS = {
    "a charset that nobody knows": "text/html; charset=x-klingon",
    "two bytes a letter, it says": "text/html; charset=utf-16",
    "seven bits, it says": "text/html; charset=utf-7",
    "another alphabet, it says": "text/html; charset=koi8-r",
    "a charset that is a codec of bytes": "text/html; charset=zlib_codec",
    "a charset that is an attack": "text/html; charset=" + "a" * 5000,
    "no type": "",
    "an image, it says": "image/png",
}


@pytest.mark.slow
def test_eight_bodies_without_end_at_once_fit_into_the_memory(paper, tmp_path):
    """Two seconds; the memory is bounded where every trick is played, too."""
    for number in range(2, 18):
        paper.pages[f"/news-en/Story-{number}.html"] = make_tricks()["endless body" if number % 2 else "endless bomb"]
    paper.story(1, leads_to=tuple(range(2, 18)))
    report = crawled(paper, tmp_path, "/news-en/Story-1.html")
    assert report["counts"] == {"new": 1, "failed": 16}
    assert report["memory"] < 300 * MEGABYTE, f"{report['memory'] / MEGABYTE:.0f} MB"


@pytest.mark.parametrize(
    ("links", "most_links"),
    [pytest.param(*numbers, marks=pytest.mark.slow) for numbers in ((2_000, 1_000), (100_000, MAX_LINKS))],
)
def test_a_flood_of_links_is_a_bounded_number_of_addresses_and_a_problem(paper, tmp_path, links, most_links):
    """A hundred thousand of them take six seconds, fewer with a lower limit two; ``test_discovery.py`` bounds listings."""
    flood = "".join(
        f'<li><a href="/news-en/Flood-{number}.html">Flood number {number}</a></li>'
        for number in range(1000, 1000 + links)
    ).encode()
    paper.pages["/robots.txt"] = b"User-agent: *\nDisallow: /news-en/Flood-\n"
    story = make_article_page(1, leads_to=(999,))
    paper.pages["/news-en/Story-1.html"] = story.replace(b"<ul><li>", b"<ul>" + flood + b"<li>")
    paper.pages["/geo-en/Laos-31.html"] = b"<html><body><h1>Laos</h1><ul>" + flood + b"</ul></body></html>"
    report = crawled(paper, tmp_path, "/news-en/Story-1.html", "/geo-en/Laos-31.html", most_links=most_links)
    assert set(paper.log) == {"/robots.txt", "/news-en/Story-1.html", "/geo-en/Laos-31.html"}
    assert report["counts"]["new"] == 1
    assert report["counts"]["refused"] <= most_links + 200
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    found = fetch_rows(options, "SELECT url FROM problems WHERE reason LIKE 'trap: so many links%'")
    assert sorted(found) == [(f"{ORIGIN}/geo-en/Laos-31.html",), (f"{ORIGIN}/news-en/Story-1.html",)]
    assert report["memory"] < 300 * MEGABYTE, f"{report['memory'] / MEGABYTE:.0f} MB"
    assert report["cpu"] < 60


def test_wrong_charsets_cost_no_article(paper, asked_for):
    for number, kind in enumerate(CHARSETS.values(), start=10):
        page = make_article_page(number, headline=f"Café in Łódź, story {number}")
        paper.pages[f"/news-en/Story-{number}.html"] = (200, page, {"Content-Type": kind})
    paper.story(1, leads_to=tuple(range(10, 10 + len(CHARSETS))))
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.NEW: len(CHARSETS), Fate.NOT_AN_ARTICLE: 1}  # an image is taken for one
    headlines = {headline for (headline,) in fetch_rows(options, "SELECT headline FROM articles WHERE site_key <> '1'")}
    assert headlines == {f"Café in Łódź, story {number}" for number in range(10, 9 + len(CHARSETS))}


def test_paths_and_sessions_that_grow_come_to_an_end(paper, asked_for):
    growing = ["/en/deep/er/" + "-".join(["more"] * length) for length in range(1, 40)]
    for here, there in pairwise(growing):
        number = len(here)
        paper.pages[here] = make_article_page(number, leads_to=(9,)).replace(b"/news-en/Story-9.html", there.encode())
    sessions = [f"/?l=en&art=77&PHPSESSID={n:032x}" for n in range(40)]
    links = "".join(f'<a href="{path}">Ever the same</a>' for path in sessions)
    paper.pages["/geo-en/Laos-31.html"] = f"<html><body><h1>Laos</h1>{links}</body></html>".encode()
    paper.pages["/index.php?l=en&art=77"] = make_article_page(77)
    report = run_crawl(asked_for(ORIGIN + growing[0], ORIGIN + "/geo-en/Laos-31.html"))
    assert sum("/deep/" in path for path in paper.log) == 4
    assert sum("art=77" in path for path in paper.log) == 1
    assert report.problems == 1


def test_large_pages_come_whole_though_one_at_a_time(paper, asked_for):
    filler = "<script>" + "var x;" * MEGABYTE + "</script>"
    pages = {
        f"/news-en/Story-{number}.html": make_article_page(number).replace(b"<ul>", filler.encode() + b"<ul>")
        for number in range(2, 4)
    }
    paper.pages |= pages
    paper.story(1, leads_to=tuple(range(2, 4)))
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 3}
    captured = {capture.url.removeprefix(ORIGIN): capture.body for capture in read_captures(options)}
    assert {path: captured[path] == page for path, page in pages.items()} == dict.fromkeys(pages, True)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["<p>x", "<td>x", '<a href="/news-en/A-7.html">word</a><br>'])
def test_many_pages_of_nothing_but_tags_fit_into_the_memory(paper, tmp_path, part):
    """Half a minute for each of three kinds of tag."""
    for number in range(2, 10):
        paper.pages[f"/news-en/Story-{number}.html"] = make_article_page(
            number, body=part * (16 * MEGABYTE // len(part))
        )
    paper.story(1, leads_to=tuple(range(2, 10)))
    report = crawled(paper, tmp_path, "/news-en/Story-1.html", timeout=60)
    assert sum(report["counts"].values()) == 9
    assert report["memory"] < 300 * MEGABYTE, f"{report['memory'] / MEGABYTE:.0f} MB"
