"""What becomes of odd answers in a real crawl: redirects, errors, broken transfers, garbage."""

import gzip
import threading
from collections import Counter

import brotli
import pytest
from support.loopback_site import ORIGIN, fetch_keys, fetch_rows, fetch_states, make_article_page, read_captures
from support.tables import check_rows

from crawler.archive import Archive
from crawler.crawl.network.chain_cookies import NO_COOKIES
from crawler.crawl.network.one_page import PageFetcher
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import SiteUnreachable
from crawler.items import Fate
from crawler.warc.compression import zstd


def test_an_address_that_redirects_is_another_name_of_where_it_lands(paper, asked_for):
    paper.pages["/news-en/Old-title-2.html"] = (301, b"", {"Location": "https://www.asianews.it/news-en/Story-2.html"})
    paper.story(2)
    options = asked_for(f"{ORIGIN}/news-en/Old-title-2.html")
    report = run_crawl(options)
    assert report.counts == {Fate.NEW: 1}
    with Archive(options.archive) as archive:
        assert archive.db.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    statuses = [capture.status for capture in read_captures(options) if "news-en" in capture.url]
    assert statuses == [301, 200]


def test_an_address_that_redirects_to_another_article_leads_to_that_one(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (302, b"", {"Location": "/news-en/Story-2.html"})
    paper.story(2)
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 1}
    assert fetch_keys(options) == [2]
    assert fetch_rows(
        options, "SELECT count(*) FROM addresses WHERE article_id IS NOT NULL AND url_key = 'asianews/en/1'"
    ) == [(1,)]


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("/news-en/Story-1.html", "circle"),
        ("https://www.asianews.it/news-en/Story-1.html#again", "circle"),
        ("https://example.com/x", "off the site"),
        ("http://127.0.0.1:1/x", "off the site"),
        ("http://asianews.it.example.com/", "off the site"),
        ("https://user@www.asianews.it/x", "off the site"),
        ("https://www.asianews.it:8080/x", "off the site"),
        ("file:///etc/passwd", "off the site"),
        ("http://[bad", "no address"),
    ],
)
def test_a_redirect_that_leads_nowhere_fails_and_stays_here(paper, asked_for, location, why):
    paper.pages["/news-en/Story-1.html"] = (302, b"", {"Location": location})
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.FAILED: 1}
    assert report.exit_code == 2
    assert why in fetch_rows(options, "SELECT last_error FROM addresses")[0][0]
    assert set(paper.requested_paths) == {"/robots.txt", "/news-en/Story-1.html"}


def test_bytes_of_where_a_redirect_leads_are_asked_for_as_they_came(paper, asked_for):
    paths = {
        "/news-en/Caf\xe9-11.html": "/news-en/Caf%E9-11.html",
        "/news-en/Caf\xc3\xa9-12.html": "/news-en/Caf%C3%A9-12.html",
        "\\news-en\\Tea-13.html": "/news-en/Tea-13.html",
        "///www.asianews.it/news-en/Tea-14.html": "/news-en/Tea-14.html",
        "https:/www.asianews.it/news-en/Tea-15.html": "/news-en/Tea-15.html",
        "https%3A%2F%2Fwww.asianews.it%2Fnews-en%2FTea-16.html": "/news-en/Tea-16.html",
        "</news-en/Tea-17.html>": "/news-en/Tea-17.html",
    }
    for number, (target, path) in enumerate(paths.items(), start=1):
        paper.pages[f"/news-en/Story-{number}.html"] = (302, b"", {"Location": target})
        paper.pages[path] = make_article_page(number + 10)
    paper.pages["/news-en/Story-8.html"] = "<meta http-equiv=refresh content='0; url=/news-en/Café-18.html'>".encode()
    paper.pages["/news-en/Caf%C3%A9-18.html"] = make_article_page(18)
    options = asked_for(*(f"{ORIGIN}/news-en/Story-{number}.html" for number in range(1, 9)))
    assert run_crawl(options).counts == {Fate.NEW: 8}
    assert fetch_keys(options) == list(range(11, 19))


def test_cookies_end_a_circle_of_redirects_and_are_forgotten_behind_it(paper, asked_for):
    def ask_for_cookie(handler):
        if "seen=1; late=2" in handler.headers.get("Cookie", ""):
            return make_article_page(1)
        cookie = "late=2; Path=/; Secure" if "seen=1" in handler.headers.get("Cookie", "") else "seen=1; HttpOnly"
        return (302, b"", {"Location": "/news-en/Story-1.html", "Set-Cookie": cookie})

    paper.pages["/news-en/Story-1.html"] = ask_for_cookie
    paper.pages["/news-en/Story-2.html"] = (302, b"", {"Location": "/news-en/Story-2.html", "Set-Cookie": "a=1"})
    paper.pages["/news-en/Story-3.html"] = (
        302,
        b"",
        {"Location": "/news-en/Story-4.html", "Set-Cookie": "b=;max-age=0"},
    )
    paper.story(4)
    options = asked_for(*(f"{ORIGIN}/news-en/Story-{number}.html" for number in range(1, 4)))
    assert run_crawl(options).counts == {Fate.NEW: 2, Fate.FAILED: 1}
    assert "circle" in fetch_rows(options, "SELECT last_error FROM addresses WHERE state = 'failed'")[0][0]
    sent = [(path, fields.get("Cookie")) for path, fields in paper.headers if fields.get("Cookie")]
    assert Counter(sent) == {
        ("/news-en/Story-1.html", "seen=1"): 1,
        ("/news-en/Story-1.html", "seen=1; late=2"): 1,
        ("/news-en/Story-2.html", "a=1"): 1,
    }


@check_rows(
    ("cookie", "url", "sent"),
    [
        ("a=1", "https://www.asianews.it/x", "a=1"),
        ("a=1", "https://asianews.it/x", None),
        ("a=1; Domain=.asianews.it; Path=/", "https://asianews.it/x", "a=1"),
        ("a=1; domain=ASIANEWS.IT", "https://m.asianews.it/x", "a=1"),
        ("a=1; Domain=asianews.it", "https://www.asianews.it.example/x", None),
        ("a=1; Domain=asianews.it", "https://notasianews.it/x", None),
        ("a=1; Domain=other.example", "https://other.example/x", None),
        ("a=1; Domain=it", "https://other.it/x", None),
        ("a=1; Domain=asianews.it; Secure", "http://asianews.it/x", None),
        ("a=1; Domain=asianews.it; Max-Age=0", "https://asianews.it/x", None),
    ],
)
def test_a_cookie_goes_to_its_host_or_to_the_domain_that_it_names(cookie, url, sent):
    cookies = NO_COOKIES.take("https://www.asianews.it/login", [("Set-Cookie", cookie)])
    assert cookies.make_header(url) == sent


def test_cookies_end_a_circle_for_one_page_too(paper):
    def ask_for_cookie(handler):
        if handler.headers.get("Cookie") == "seen=1":
            return make_article_page(1)
        return (302, b"", {"Location": "?again", "Set-Cookie": "seen=1; HttpOnly", "X-Odd": "y"})

    paper.pages |= {"/page?again": ask_for_cookie, "/other?again": (302, b"", {"Location": "?again"})}
    assert PageFetcher("seealso").fetch(paper.mirror.format(path="/page?again")).status == 200
    with pytest.raises(SiteUnreachable, match="circle"):
        PageFetcher("seealso").fetch(paper.mirror.format(path="/other?again"))


def test_a_chain_of_redirects_has_an_end(paper, asked_for):
    for step in range(1, 12):
        paper.pages[f"/news-en/Step-{step}.html"] = (302, b"", {"Location": f"/news-en/Step-{step + 1}.html"})
    options = asked_for(f"{ORIGIN}/news-en/Step-1.html")
    assert run_crawl(options).counts == {Fate.FAILED: 1}
    assert sum("Step" in path for path in paper.log) == 6


def test_a_page_that_is_gone_is_gone(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (410, b"withdrawn")
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.GONE: 1}
    assert report.exit_code == 0
    assert fetch_states(options) == {"asianews/en/1": "gone"}


def test_an_archived_article_that_is_withdrawn_keeps_its_row(paper, asked_for):
    paper.story(1)
    options = asked_for()
    run_crawl(options)
    paper.pages["/news-en/Story-1.html"] = (410, b"withdrawn")
    assert run_crawl(options).counts == {Fate.GONE: 1}
    assert fetch_rows(options, "SELECT site_key, status FROM articles") == [("1", "gone")]


def test_the_home_page_in_the_place_of_an_article_is_a_hole(paper, asked_for):
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.NOT_AN_ARTICLE: 1}
    assert report.exit_code == 0
    assert "Story-1.html gave no article" in report.messages[0]
    assert fetch_states(options) == {"asianews/en/1": "hole"}
    assert fetch_rows(options, "SELECT count(*) FROM articles") == [(0,)]


def test_an_archived_article_that_comes_as_nothing_is_a_problem_and_comes_again(paper, asked_for):
    answers = {
        2: (200, b""),
        3: (200, b"<html><body>Error establishing a database connection</body></html>"),
        4: (200, make_article_page(4), {"Content-Type": "application/pdf"}),
        5: (301, b"", {"Location": "/"}),  # what is withdrawn leads there
    }
    for number in (1, *answers):
        paper.story(number)
    options = asked_for(*(f"{ORIGIN}/news-en/Story-{number}.html" for number in (1, *answers)), refresh=True)
    assert run_crawl(options).counts == {Fate.NEW: 5}
    archived = fetch_rows(options, "SELECT site_key, headline, body, revisions, status FROM articles ORDER BY id")
    for number, answer in answers.items():
        paper.pages[f"/news-en/Story-{number}.html"] = answer
    report = run_crawl(options)
    assert report.counts[Fate.UNREADABLE] == 3
    assert report.exit_code == 2
    reasons = fetch_rows(options, "SELECT reason FROM problems ORDER BY url")
    assert [reason.split(": ")[1] for (reason,) in reasons] == [
        "the page is empty",
        "no headline is printed on the page",
        "not a web page but application/pdf",
    ]
    for number in answers:
        paper.story(number)
    assert run_crawl(options).counts == {Fate.UNCHANGED: 5}
    assert (
        fetch_rows(options, "SELECT site_key, headline, body, revisions, status FROM articles ORDER BY id") == archived
    )


def test_a_server_error_that_heals_is_healed(paper, asked_for):
    paper.story(1)
    answers = iter([(500, b"oops"), (502, b"oops"), paper.pages["/news-en/Story-1.html"]])
    paper.pages["/news-en/Story-1.html"] = lambda handler: next(answers)
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.NEW: 1}
    assert report.exit_code == 0
    assert [capture.status for capture in read_captures(options) if "Story" in capture.url] == [500, 502, 200]


def test_a_server_error_that_does_not_heal_is_tried_three_times(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (500, b"oops")
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.FAILED: 1}
    assert report.exit_code == 2
    assert paper.requested_paths["/news-en/Story-1.html"] == 3
    assert fetch_rows(options, "SELECT field, reason FROM problems") == [("page", "status 500")]


def test_a_transfer_that_breaks_off_is_kept_and_fails(paper, asked_for):
    def breaks(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b"<html><p>half a")
        handler.close_connection = True

    paper.pages["/news-en/Story-1.html"] = breaks
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.FAILED: 1}
    assert paper.requested_paths["/news-en/Story-1.html"] == 3
    kept = [capture for capture in read_captures(options) if "Story" in capture.url]
    assert [capture.body for capture in kept] == [b"<html><p>half a"] * 3
    assert fetch_rows(options, "SELECT count(*) FROM articles") == [(0,)]


def test_an_answer_that_takes_too_long_fails(paper, asked_for):
    def waits(handler):
        released.wait(100)
        handler.close_connection = True

    released = threading.Event()
    paper.pages["/news-en/Story-1.html"] = waits
    options = asked_for(timeout=1.2)
    report = run_crawl(options)
    released.set()
    assert report.counts == {Fate.FAILED: 1}
    assert fetch_rows(options, "SELECT last_error FROM addresses") == [("the answer took too long",)]


def test_an_answer_without_end_is_cut_off(paper, asked_for, capfd):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        handler.wfile.write(b"x" * 1000)
        released.wait(100)  # the rest never comes, and is not waited for
        handler.close_connection = True

    released = threading.Event()
    paper.pages["/news-en/Story-1.html"] = endless
    options = asked_for(timeout=600)
    assert run_crawl(options).counts == {Fate.FAILED: 1}
    released.set()
    assert fetch_rows(options, "SELECT last_error FROM addresses") == [("the answer is too large",)]
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "larger than" in line]
    assert "/news-en/Story-1.html was not read: the answer is larger than 20,000,000 bytes" in line
    assert "<GET" not in line


def test_an_answer_of_unknown_length_is_ended_in_words(paper, asked_for, capfd):
    def pour(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(400):
                handler.wfile.write(b"x" * 100_000)
        except OSError:  # the crawl has closed the connection
            pass
        handler.close_connection = True

    paper.pages["/news-en/Story-1.html"] = pour
    options = asked_for()
    assert run_crawl(options).counts == {Fate.FAILED: 1}
    assert fetch_rows(options, "SELECT last_error FROM addresses") == [("the answer is too large",)]
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "larger than" in line]
    assert "Story-1.html was not read" in line


def test_a_bomb_of_compressed_zeros_fails_without_unfolding(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (200, gzip.compress(b"\0" * 60_000_000), {"Content-Encoding": "gzip"})
    options = asked_for()
    assert run_crawl(options).counts == {Fate.FAILED: 1}
    assert "larger than" in fetch_rows(options, "SELECT last_error FROM addresses")[0][0]


def test_compressed_and_chunked_pages_are_read(paper, asked_for):
    paper.story(1, leads_to=(2,))
    story = paper.pages["/news-en/Story-1.html"]
    paper.pages["/news-en/Story-1.html"] = (200, gzip.compress(story), {"Content-Encoding": "gzip"})
    paper.story(2)
    second = paper.pages["/news-en/Story-2.html"]

    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for at in range(0, len(second), 700):
            part = second[at : at + 700]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\n\r\n")

    paper.pages["/news-en/Story-2.html"] = chunked
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 2}
    assert [capture.body for capture in read_captures(options) if "Story" in capture.url] == [story, second]


@pytest.mark.parametrize(("coding", "encode"), [("br", brotli.compress), ("zstd", zstd.compress), ("br", bytes)])
def test_a_mirror_may_send_what_was_not_asked_for(paper, asked_for, coding, encode):
    paper.story(1)
    story = paper.pages["/news-en/Story-1.html"]
    paper.pages["/news-en/Story-1.html"] = (200, encode(story), {"Content-Encoding": coding})
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 1}
    assert [capture.body for capture in read_captures(options) if "Story" in capture.url] == [story]


def test_a_web_archive_is_followed_to_its_own_capture_and_the_site_is_cited(paper, asked_for):
    own = "https://www.asianews.it/news-en/"
    asked, kept = f"/web/2022id_/{own}", f"/web/20220311084500id_/{own}"
    paper.pages[f"{asked}Story-1.html"] = (302, b"", {"Location": f"{kept}Story-1.html"})
    paper.pages[f"{kept}Story-1.html"] = make_article_page(1, leads_to=(2,))
    paper.pages[f"{asked}Story-2.html"] = (302, b"", {"Location": f"http://archive.example{kept}Story-2.html"})
    options = asked_for(mirror=paper.mirror.replace("{path}", "/web/2022id_/{url}"))
    report = run_crawl(options)
    assert report.counts == {Fate.NEW: 1, Fate.FAILED: 1}
    assert fetch_rows(options, "SELECT url FROM articles") == [(f"{own}Story-1.html",)]
    assert "off the site" in fetch_rows(options, "SELECT last_error FROM addresses WHERE state = 'failed'")[0][0]
    urls = {capture.url for capture in read_captures(options)}
    assert urls == {f"{own}Story-1.html", f"{own}Story-2.html", f"{ORIGIN}/robots.txt"}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        pytest.param(b"\r\n\r\n", marks=pytest.mark.slow),
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"HTTP/1.1 two hundred OK\r\n\r\n",
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello", marks=pytest.mark.slow),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: sideways\r\n\r\nhello", marks=pytest.mark.slow),
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 80 + b"\r\n") * 5_000 + b"\r\n",
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", marks=pytest.mark.slow),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc", marks=pytest.mark.slow
        ),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\xff\xff",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n",
        pytest.param(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", marks=pytest.mark.slow),
    ],
)
def test_an_answer_that_is_no_http_costs_one_address(paper, asked_for, answer):
    """Six further answers, the slow cases, take a second and a half."""

    def garbage(handler):
        handler.wfile.write(answer)
        handler.close_connection = True

    paper.pages["/news-en/Story-2.html"] = garbage
    paper.story(1, leads_to=(2, 3))
    paper.story(3)
    options = asked_for(timeout=60)
    report = run_crawl(options)
    assert report.counts == {Fate.NEW: 2, Fate.FAILED: 1}
    assert report.exit_code == 2
    assert fetch_rows(options, "SELECT last_error FROM addresses WHERE url_key = 'asianews/en/2'")[0][0]


def test_cookies_are_not_sent_back(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    story = paper.pages["/news-en/Story-1.html"]
    paper.pages["/news-en/Story-1.html"] = (200, story, {"Set-Cookie": "id=1; Path=/"})
    run_crawl(asked_for())
    assert all("Cookie" not in headers for _, headers in paper.headers)
    assert all("Referer" not in headers for _, headers in paper.headers)
