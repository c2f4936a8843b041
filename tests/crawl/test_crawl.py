"""Whole crawls of a small paper on loopback: what is fetched, what becomes of it, what is kept of it."""

import gzip
import sqlite3
import time
from itertools import pairwise

import pytest
from crawl.paper import article

from crawler.archive import Archive
from crawler.crawl import crawl
from crawler.errors import ArchiveBusy, ArchiveUnusable, BadAddress, SiteRefused, UnknownSite
from crawler.items import Fate
from crawler.lock import SiteLock
from crawler.options import CrawlOptions
from crawler.warc import iterate, read_capture

SITE = "https://www.asianews.it"


def rows(options, sql, *values):
    with sqlite3.connect(options.archive) as db:
        found = db.execute(sql, values).fetchall()
    db.close()
    return found


def keys(options):
    return sorted(int(key) for (key,) in rows(options, "SELECT site_key FROM articles"))


def states(options):
    return dict(rows(options, "SELECT url_key, state FROM addresses"))


def warc_captures(options):
    folder = options.archive.with_suffix(".warc")
    return [capture for path in sorted(folder.iterdir()) for capture in iterate(path)]


def test_a_crawl_goes_where_see_also_leads(paper, asked_for):
    paper.story(1, leads_to=(2, 3))
    paper.story(2, leads_to=(3, 4, 1))
    paper.story(3)
    paper.story(4)
    options = asked_for()
    report = crawl(options)
    assert report.exit_code == 0, report.messages
    assert report.counts == {Fate.NEW: 4}
    assert (report.outcome, report.queue) == ("finished", 0)
    assert keys(options) == [1, 2, 3, 4]
    assert paper.asked == {"/robots.txt": 1, **{f"/news-en/Story-{n}.html": 1 for n in (1, 2, 3, 4)}}
    depths = dict(rows(options, "SELECT url_key, depth FROM addresses"))
    assert depths == {"asianews/en/1": 0, "asianews/en/2": 1, "asianews/en/3": 1, "asianews/en/4": 2}


def test_every_answer_is_kept_before_it_is_read_and_can_be_found_again(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    options = asked_for()
    crawl(options)
    indexed = rows(options, "SELECT url, status, digest, warc_file, warc_offset, warc_length FROM captures ORDER BY id")
    assert sorted(url for url, *_ in indexed) == [
        f"{SITE}/news-en/Story-1.html",
        f"{SITE}/news-en/Story-2.html",
        f"{SITE}/robots.txt",
    ]
    for url, status, digest, *place in indexed:
        capture = read_capture(options.archive.with_suffix(".warc"), *place)
        assert (capture.url, capture.status, capture.digest) == (url, status, digest)
    assert len(warc_captures(options)) == len(indexed)


def test_a_warc_record_says_where_the_mirror_was_and_what_was_asked(paper, asked_for):
    paper.story(1)
    options = asked_for()
    crawl(options)
    (path,) = options.archive.with_suffix(".warc").iterdir()
    text = gzip.decompress(path.read_bytes()).decode()
    port = paper.server.server_port
    assert f"WARC-Target-URI: {SITE}/news-en/Story-1.html\r\n" in text
    assert f"Seealso-Fetched-From: http://127.0.0.1:{port}/news-en/Story-1.html\r\n" in text
    assert "GET /news-en/Story-1.html HTTP/1.1\r\n" in text
    assert "User-Agent: seealso/" in text
    assert f"Host: 127.0.0.1:{port}\r\n" in text
    assert "\r\nServer: BaseHTTP/" in text


def test_the_head_of_an_answer_is_kept_as_it_was_sent(paper, asked_for):
    def odd(handler):
        body = b"<p>hello"
        handler.wfile.write(
            b"HTTP/1.1 200 Fine by me\r\nX-b: 1\r\nsErVer: odd\r\nX-a: 2\r\nX-b: 3\r\nX-fold: a\r\n  b\r\n"
            b"Content-length: %d\r\n\r\n%s" % (len(body), body)
        )

    paper.pages["/news-en/Story-1.html"] = odd
    options = asked_for()
    crawl(options)
    (path,) = options.archive.with_suffix(".warc").iterdir()
    assert (
        b"HTTP/1.1 200 Fine by me\r\nX-b: 1\r\nsErVer: odd\r\nX-a: 2\r\nX-b: 3\r\nX-fold: a\r\n  b\r\nContent-length: 8\r\n\r\n"
        b"<p>hello" in gzip.decompress(path.read_bytes())
    )


def test_a_second_crawl_adds_nothing(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    options = asked_for()
    crawl(options)
    paper.log.clear()
    report = crawl(options)
    assert report.counts == {Fate.UNCHANGED: 1}  # the named one; the other is not due yet
    assert paper.asked == {"/robots.txt": 1, "/news-en/Story-1.html": 1}
    assert rows(options, "SELECT count(*), max(revisions) FROM articles") == [(2, 1)]


def test_refresh_visits_what_is_known_and_no_refresh_does_not(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    crawl(asked_for())
    assert crawl(asked_for(refresh=True)).counts == {Fate.UNCHANGED: 2}
    paper.story(2, headline="Headline of story number 2, corrected")
    assert crawl(asked_for(refresh=False)).counts == {Fate.UNCHANGED: 1}
    assert crawl(asked_for(refresh=True)).counts == {Fate.UNCHANGED: 1, Fate.REVISED: 1}


def test_an_unchanged_page_is_asked_for_conditionally_and_not_sent_again(paper, asked_for):
    paper.story(1)
    story = paper.pages["/news-en/Story-1.html"]

    def conditional(handler):
        if handler.headers.get("If-None-Match") == '"one"':
            return 304, b"", {"ETag": '"one"'}
        return 200, story, {"ETag": '"one"', "Last-Modified": "Fri, 11 Mar 2022 08:45:00 GMT"}

    paper.pages["/news-en/Story-1.html"] = conditional
    options = asked_for()
    assert crawl(options).counts == {Fate.NEW: 1}
    for _ in range(2):
        assert crawl(options).counts == {Fate.UNCHANGED: 1}
    assert [capture.status for capture in warc_captures(options) if "Story" in capture.url] == [200, 304, 304]
    sent = [headers for path, headers in paper.headers if "Story" in path]
    assert sent[1]["If-None-Match"] == '"one"'
    assert sent[1]["If-Modified-Since"] == "Fri, 11 Mar 2022 08:45:00 GMT"


def test_without_addresses_it_begins_at_feeds_and_home_pages(paper, tmp_path):
    paper.pages["/en.xml"] = (
        200,
        b"<rss><channel><item><title>One</title><link>https://www.asianews.it/news-en/Story-1.html</link></item>"
        b"</channel></rss>",
        {"Content-Type": "text/xml"},
    )
    paper.pages["/geo-en/Laos-31.html"] = (
        b'<a href="/news-en/Story-2.html">Two</a> <a href="/geo-en/Iran-22.html">Iran</a>'
    )
    paper.story(1)
    paper.story(2)
    options = CrawlOptions(site="asianews", archive=tmp_path / "archive.db", mirror=paper.mirror)
    report = crawl(options)
    assert keys(options) == [1, 2]
    assert "/geo-en/Nepal-7.html" in paper.asked  # the home page leads to it
    assert "/geo-en/Iran-22.html" not in paper.asked  # only a listing leads to it
    assert report.counts == {Fate.NEW: 2, Fate.NOT_AN_ARTICLE: 10}
    assert report.exit_code == 0


# Limits


@pytest.mark.parametrize("limit", [0, 1, 3, 7])
def test_never_more_articles_than_asked_for_even_in_flight(paper, asked_for, limit):
    for number in range(1, 30):
        paper.story(number, leads_to=tuple(range(number + 1, min(number + 9, 30))))
    paper.latency = 0.01
    options = asked_for(max_articles=limit)
    report = crawl(options)
    assert sum("Story" in path for path in paper.log) == limit
    assert len(keys(options)) == limit
    assert report.exit_code == 0
    assert report.queue > 0


def test_what_turns_out_to_be_no_article_leaves_room_for_one(paper, asked_for):
    paper.story(1, leads_to=(2, 3, 4))
    paper.story(4)
    report = crawl(asked_for(max_articles=2))
    assert report.counts[Fate.NEW] == 2


def test_a_limited_crawl_goes_on_where_it_ended(paper, asked_for):
    for number in range(1, 6):
        paper.story(number, leads_to=(number + 1,) if number < 5 else ())
    crawl(asked_for(max_articles=2))
    options = asked_for()
    crawl(options)
    assert keys(options) == [1, 2, 3, 4, 5]


def test_it_follows_no_more_steps_than_asked_for(paper, asked_for):
    for number in range(1, 6):
        paper.story(number, leads_to=(number + 1,))
    options = asked_for(max_depth=2)
    crawl(options)
    assert keys(options) == [1, 2, 3]


def test_it_follows_no_link_dated_before_the_day_asked_for(paper, asked_for):
    paper.story(1, leads_to=((2, "16/10/2022 09:30"), (3, "17/10/2022 09:30"), (4, "")))
    for number in (2, 3, 4):
        paper.story(number)
    options = asked_for(since="2022-10-17")
    crawl(options)
    assert keys(options) == [1, 3, 4]
    crawl(asked_for())
    assert keys(options) == [1, 2, 3, 4]


# Robots


def test_what_robots_txt_forbids_is_counted_and_never_asked_for(paper, asked_for):
    paper.pages["/robots.txt"] = b"User-agent: *\nDisallow: /news-en/Story-2\n"
    paper.story(1, leads_to=(2, 3))
    paper.story(3)
    options = asked_for()
    report = crawl(options)
    assert report.counts == {Fate.NEW: 2, Fate.REFUSED: 1}
    assert report.exit_code == 0
    assert "/news-en/Story-2.html" not in paper.asked
    assert paper.log[0] == "/robots.txt"
    assert states(options)["asianews/en/2"] == "refused"


@pytest.mark.parametrize("status", [500, 503])
def test_without_its_robots_txt_nothing_is_fetched(paper, asked_for, status):
    paper.pages["/robots.txt"] = (status, b"")
    paper.story(1)
    options = asked_for()
    report = crawl(options)
    assert report.exit_code == 4
    assert "robots.txt" in report.messages[0]
    assert set(paper.asked) == {"/robots.txt"}
    assert states(options) == {"asianews/en/1": "queued"}


def test_a_robots_txt_that_moved_is_followed(paper, asked_for):
    paper.pages["/robots.txt"] = (301, b"", {"Location": "https://www.asianews.it/robots-new.txt"})
    paper.pages["/robots-new.txt"] = b"User-agent: *\nDisallow: /\n"
    report = crawl(asked_for())
    assert report.counts == {Fate.REFUSED: 1}
    assert (report.exit_code, report.outcome) == (4, "refused")
    assert "robots.txt" in report.messages[0]


def test_a_crawl_delay_is_kept_to(paper, asked_for):
    paper.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.4\n"
    times = []
    for number in (1, 2, 3):
        paper.story(number, leads_to=(2, 3) if number == 1 else ())
        story = paper.pages[f"/news-en/Story-{number}.html"]
        paper.pages[f"/news-en/Story-{number}.html"] = lambda handler, story=story: (
            times.append(time.monotonic()) or story
        )
    assert crawl(asked_for()).counts == {Fate.NEW: 3}
    assert all(later - sooner > 0.3 for sooner, later in pairwise(times))


# Fates


def test_an_address_that_redirects_is_another_name_of_where_it_lands(paper, asked_for):
    paper.pages["/news-en/Old-title-2.html"] = (301, b"", {"Location": "https://www.asianews.it/news-en/Story-2.html"})
    paper.story(2)
    options = asked_for(f"{SITE}/news-en/Old-title-2.html")
    report = crawl(options)
    assert report.counts == {Fate.NEW: 1}
    with Archive(options.archive, read_only=True) as archive:
        assert archive.db.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    statuses = [capture.status for capture in warc_captures(options) if "news-en" in capture.url]
    assert statuses == [301, 200]


def test_an_address_that_redirects_to_another_article_leads_to_that_one(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (302, b"", {"Location": "/news-en/Story-2.html"})
    paper.story(2)
    options = asked_for()
    assert crawl(options).counts == {Fate.NEW: 1}
    assert keys(options) == [2]
    assert rows(
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
    report = crawl(options)
    assert report.counts == {Fate.FAILED: 1}
    assert report.exit_code == 2
    assert why in rows(options, "SELECT last_error FROM addresses")[0][0]
    assert set(paper.asked) == {"/robots.txt", "/news-en/Story-1.html"}


def test_a_chain_of_redirects_has_an_end(paper, asked_for):
    for step in range(1, 12):
        paper.pages[f"/news-en/Step-{step}.html"] = (302, b"", {"Location": f"/news-en/Step-{step + 1}.html"})
    options = asked_for(f"{SITE}/news-en/Step-1.html")
    assert crawl(options).counts == {Fate.FAILED: 1}
    assert sum("Step" in path for path in paper.log) == 6


def test_a_page_that_is_gone_is_gone(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (410, b"withdrawn")
    options = asked_for()
    report = crawl(options)
    assert report.counts == {Fate.GONE: 1}
    assert report.exit_code == 0
    assert states(options) == {"asianews/en/1": "gone"}


def test_an_archived_article_that_is_withdrawn_keeps_its_row(paper, asked_for):
    paper.story(1)
    options = asked_for()
    crawl(options)
    paper.pages["/news-en/Story-1.html"] = (410, b"withdrawn")
    assert crawl(options).counts == {Fate.GONE: 1}
    assert rows(options, "SELECT site_key, status FROM articles") == [("1", "gone")]


def test_the_home_page_in_the_place_of_an_article_is_a_hole(paper, asked_for):
    options = asked_for()
    report = crawl(options)
    assert report.counts == {Fate.NOT_AN_ARTICLE: 1}
    assert report.exit_code == 0
    assert "Story-1.html gave no article" in report.messages[0]
    assert states(options) == {"asianews/en/1": "hole"}
    assert rows(options, "SELECT count(*) FROM articles") == [(0,)]


def test_a_server_error_that_heals_is_healed(paper, asked_for):
    paper.story(1)
    answers = iter([(500, b"oops"), (502, b"oops"), paper.pages["/news-en/Story-1.html"]])
    paper.pages["/news-en/Story-1.html"] = lambda handler: next(answers)
    options = asked_for()
    report = crawl(options)
    assert report.counts == {Fate.NEW: 1}
    assert report.exit_code == 0
    assert [capture.status for capture in warc_captures(options) if "Story" in capture.url] == [500, 502, 200]


def test_a_server_error_that_does_not_heal_is_tried_three_times(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (500, b"oops")
    options = asked_for()
    report = crawl(options)
    assert report.counts == {Fate.FAILED: 1}
    assert report.exit_code == 2
    assert paper.asked["/news-en/Story-1.html"] == 3
    assert rows(options, "SELECT field, reason FROM problems") == [("page", "status 500")]


def test_a_transfer_that_breaks_off_is_kept_and_fails(paper, asked_for):
    def breaks(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b"<html><p>half a")
        handler.close_connection = True

    paper.pages["/news-en/Story-1.html"] = breaks
    options = asked_for()
    report = crawl(options)
    assert report.counts == {Fate.FAILED: 1}
    assert paper.asked["/news-en/Story-1.html"] == 3
    kept = [capture for capture in warc_captures(options) if "Story" in capture.url]
    assert [capture.body for capture in kept] == [b"<html><p>half a"] * 3
    assert rows(options, "SELECT count(*) FROM articles") == [(0,)]


def test_an_answer_that_takes_too_long_fails(paper, asked_for):
    def waits(handler):
        time.sleep(2)
        handler.close_connection = True

    paper.pages["/news-en/Story-1.html"] = waits
    options = asked_for(timeout=0.3)
    report = crawl(options)
    assert report.counts == {Fate.FAILED: 1}
    assert rows(options, "SELECT last_error FROM addresses") == [("the answer took too long",)]


def test_an_answer_without_end_is_cut_off(paper, asked_for):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        handler.wfile.write(b"x" * 1000)
        handler.close_connection = True

    paper.pages["/news-en/Story-1.html"] = endless
    begun = time.monotonic()
    assert crawl(asked_for()).counts == {Fate.FAILED: 1}
    assert time.monotonic() - begun < 10


def test_a_bomb_of_compressed_zeros_fails_without_unfolding(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = (200, gzip.compress(b"\0" * 60_000_000), {"Content-Encoding": "gzip"})
    options = asked_for()
    assert crawl(options).counts == {Fate.FAILED: 1}
    assert "larger than" in rows(options, "SELECT last_error FROM addresses")[0][0]


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
    assert crawl(options).counts == {Fate.NEW: 2}
    assert [capture.body for capture in warc_captures(options) if "Story" in capture.url] == [story, second]


def test_a_web_archive_is_followed_to_its_own_capture_and_the_site_is_cited(paper, asked_for):
    own = "https://www.asianews.it/news-en/"
    asked, kept = f"/web/2022id_/{own}", f"/web/20220311084500id_/{own}"
    paper.pages[f"{asked}Story-1.html"] = (302, b"", {"Location": f"{kept}Story-1.html"})
    paper.pages[f"{kept}Story-1.html"] = article(1, leads_to=(2,))
    paper.pages[f"{asked}Story-2.html"] = (302, b"", {"Location": f"http://archive.example{kept}Story-2.html"})
    options = asked_for(mirror=paper.mirror.replace("{path}", "/web/2022id_/{url}"))
    report = crawl(options)
    assert report.counts == {Fate.NEW: 1, Fate.FAILED: 1}
    assert rows(options, "SELECT url FROM articles") == [(f"{own}Story-1.html",)]
    assert "off the site" in rows(options, "SELECT last_error FROM addresses WHERE state = 'failed'")[0][0]
    urls = {capture.url for capture in warc_captures(options)}
    assert urls == {f"{own}Story-1.html", f"{own}Story-2.html", f"{SITE}/robots.txt"}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"HTTP/1.1 two hundred OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: sideways\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\xff\xff",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_an_answer_that_is_no_http_costs_one_address(paper, asked_for, answer):
    def garbage(handler):
        handler.wfile.write(answer)
        handler.close_connection = True

    paper.pages["/news-en/Story-2.html"] = garbage
    paper.story(1, leads_to=(2, 3))
    paper.story(3)
    options = asked_for(timeout=5)
    report = crawl(options)
    assert report.counts == {Fate.NEW: 2, Fate.FAILED: 1}
    assert report.exit_code == 2
    assert rows(options, "SELECT last_error FROM addresses WHERE url_key = 'asianews/en/2'")[0][0]


def test_cookies_are_not_sent_back(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    story = paper.pages["/news-en/Story-1.html"]
    paper.pages["/news-en/Story-1.html"] = (200, story, {"Set-Cookie": "id=1; Path=/"})
    crawl(asked_for())
    assert all("Cookie" not in headers for _, headers in paper.headers)
    assert all("Referer" not in headers for _, headers in paper.headers)


# The run as a whole


def test_a_mirror_that_is_not_there_is_unreachable(asked_for):
    options = asked_for(mirror="http://127.0.0.1:9{path}")
    report = crawl(options)
    assert report.exit_code == 5
    assert "http://127.0.0.1:9/" in report.messages[0]
    assert report.counts == {}
    assert states(options) == {"asianews/en/1": "queued"}


def test_a_site_that_falls_silent_is_left_alone_and_its_addresses_stay(paper, asked_for):
    paper.story(1, leads_to=tuple(range(2, 40)))

    def hangs_up(handler):
        handler.close_connection = True
        handler.connection.close()

    for number in range(2, 40):
        paper.pages[f"/news-en/Story-{number}.html"] = hangs_up
    options = asked_for()
    report = crawl(options)
    assert report.exit_code == 5
    assert report.outcome == "unreachable"
    assert list(states(options).values()).count("queued") >= 20
    assert "stopped answering" in report.messages[0]


def test_a_site_that_asks_for_a_pause_gets_it(paper, asked_for):
    paper.story(1, leads_to=tuple(range(2, 40)))
    for number in range(2, 40):
        paper.pages[f"/news-en/Story-{number}.html"] = (429, b"slow down", {"Retry-After": "3600"})
    options = asked_for(concurrency=1)
    report = crawl(options)
    assert report.exit_code == 4
    assert "3600" in report.messages[0]
    assert paper.asked["/news-en/Story-2.html"] == 1
    assert sum("Story" in path for path in paper.log) <= 5
    paper.log.clear()
    with pytest.raises(SiteRefused, match="pause until") as said:  # it is remembered
        crawl(options)
    assert said.value.exit_code == 4
    assert paper.log == []
    assert crawl(asked_for(mirror=paper.mirror.replace("127.0.0.1", "localhost"), max_articles=0)).exit_code == 0


def test_pages_without_articles_are_a_layout_alarm(paper, asked_for):
    report = crawl(asked_for(*(f"{SITE}/news-en/Story-{number}.html" for number in range(1, 7))))
    assert report.exit_code == 6
    assert "layout alarm" in report.messages[0]
    assert report.counts == {Fate.NOT_AN_ARTICLE: 6}


def test_the_fates_of_a_run_add_up(paper, asked_for):
    paper.pages["/robots.txt"] = b"User-agent: *\nDisallow: /news-en/Story-9\n"
    paper.story(1, leads_to=(2, 3, 4, 5, 9))
    paper.pages["/news-en/Story-3.html"] = (404, b"")
    paper.pages["/news-en/Story-4.html"] = (500, b"")
    paper.story(5)
    options = asked_for()
    report = crawl(options)
    columns = ", ".join(fate.value for fate in Fate)
    fetched, *counts = rows(options, f"SELECT fetched, {columns} FROM runs")[0]
    assert dict(zip(Fate, counts, strict=True)) == {fate: report.counts.get(fate, 0) for fate in Fate}
    assert fetched == sum(counts) == report.pages == 6
    assert rows(options, "SELECT outcome FROM runs") == [("finished",)]


def test_progress_is_told_while_it_runs(paper, asked_for):
    for number in range(1, 12):
        paper.story(number, leads_to=(number + 1,) if number < 11 else ())
    paper.latency = 0.1
    told = []
    crawl(asked_for(), told.append)
    assert len(told) >= 3
    assert told[-1].pages > 3
    assert all(later.pages >= sooner.pages for sooner, later in pairwise(told))


def test_a_second_crawl_of_one_archive_is_told_so(paper, asked_for):
    options = asked_for()
    lock = SiteLock(options.archive, "asianews")
    with pytest.raises(ArchiveBusy) as said:
        crawl(options)
    assert said.value.exit_code == 3
    lock.release()
    assert paper.log == []


def test_what_is_wrong_is_said_before_anything_is_fetched(paper, asked_for, tmp_path):
    with pytest.raises(BadAddress):
        crawl(asked_for(f"{SITE}/news-en/Story-1.html", "https://example.com/news-en/A-1.html"))
    with pytest.raises(BadAddress):
        crawl(asked_for(mirror="http://127.0.0.1:9"))
    with pytest.raises(UnknownSite):
        crawl(CrawlOptions(site="nowhere", archive=tmp_path / "archive.db", mirror=paper.mirror))
    (tmp_path / "notes.txt").write_text("no archive")
    with pytest.raises(ArchiveUnusable):
        crawl(asked_for(archive=tmp_path / "notes.txt"))
    with pytest.raises(ArchiveUnusable):
        crawl(asked_for(archive=tmp_path / "missing" / "archive.db"))
    assert paper.log == []
    assert not (tmp_path / "archive.db").exists()


def test_a_proxy_of_the_environment_is_not_asked_for_a_mirror_on_this_machine(paper, asked_for, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    paper.story(1)
    assert crawl(asked_for()).counts == {Fate.NEW: 1}
