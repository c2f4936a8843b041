"""Whole crawls of a small paper on loopback: where they lead, what they keep, how they end."""

import asyncio
import gc
import gzip
from itertools import pairwise

import pytest
from support.loopback_site import ORIGIN, fetch_keys, fetch_rows, fetch_states, read_captures

from crawler.archive.lock import SiteLock
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import ArchiveBusy, ArchiveUnusable, BadAddress, SiteRefused, UnknownSite
from crawler.items import Fate
from crawler.warc import read_capture


def test_a_crawl_goes_where_see_also_leads(paper, asked_for):
    paper.story(1, leads_to=(2, 3))
    paper.story(2, leads_to=(3, 4, 1))
    paper.story(3)
    paper.story(4)
    options = asked_for()
    report = run_crawl(options)
    assert report.exit_code == 0, report.messages
    assert report.counts == {Fate.NEW: 4}
    assert (report.outcome, report.queue) == ("finished", 0)
    assert fetch_keys(options) == [1, 2, 3, 4]
    assert paper.requested_paths == {"/robots.txt": 1, **{f"/news-en/Story-{n}.html": 1 for n in (1, 2, 3, 4)}}
    depths = dict(fetch_rows(options, "SELECT url_key, depth FROM addresses"))
    assert depths == {"asianews/en/1": 0, "asianews/en/2": 1, "asianews/en/3": 1, "asianews/en/4": 2}


@pytest.mark.timeout(30)
def test_a_process_that_has_run_another_loop_meanwhile_crawls_again(paper, asked_for):
    paper.story(1)
    run_crawl(asked_for())
    asyncio.run(asyncio.sleep(0))  # as whoever serves or drives a browser in between; no loop is the current one then
    assert run_crawl(asked_for()).counts == {Fate.UNCHANGED: 1}
    gc.collect()  # a loop left open would be told here


def test_every_answer_is_kept_before_it_is_read_and_can_be_found_again(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    options = asked_for()
    run_crawl(options)
    indexed = fetch_rows(
        options, "SELECT url, status, digest, warc_file, warc_offset, warc_length FROM captures ORDER BY id"
    )
    assert sorted(url for url, *_ in indexed) == [
        f"{ORIGIN}/news-en/Story-1.html",
        f"{ORIGIN}/news-en/Story-2.html",
        f"{ORIGIN}/robots.txt",
    ]
    for url, status, digest, *place in indexed:
        capture = read_capture(options.archive.with_suffix(".warc"), *place)
        assert (capture.url, capture.status, capture.digest) == (url, status, digest)
    assert len(read_captures(options)) == len(indexed)


def test_a_warc_record_says_where_the_mirror_was_and_what_was_asked(paper, asked_for):
    paper.story(1)
    options = asked_for()
    run_crawl(options)
    (path,) = options.archive.with_suffix(".warc").iterdir()
    text = gzip.decompress(path.read_bytes()).decode()
    port = paper.server.server_port
    assert f"WARC-Target-URI: {ORIGIN}/news-en/Story-1.html\r\n" in text
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
    run_crawl(options)
    (path,) = options.archive.with_suffix(".warc").iterdir()
    assert (
        b"HTTP/1.1 200 Fine by me\r\nX-b: 1\r\nsErVer: odd\r\nX-a: 2\r\nX-b: 3\r\nX-fold: a\r\n  b\r\nContent-length: 8\r\n\r\n"
        b"<p>hello" in gzip.decompress(path.read_bytes())
    )


def test_a_second_crawl_adds_nothing(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    options = asked_for()
    run_crawl(options)
    paper.log.clear()
    report = run_crawl(options)
    assert report.counts == {Fate.UNCHANGED: 1}  # the named one; the other is not due yet
    assert paper.requested_paths == {"/robots.txt": 1, "/news-en/Story-1.html": 1}
    assert fetch_rows(options, "SELECT count(*), max(revisions) FROM articles") == [(2, 1)]


def test_refresh_visits_what_is_known_and_no_refresh_does_not(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    run_crawl(asked_for())
    assert run_crawl(asked_for(refresh=True)).counts == {Fate.UNCHANGED: 2}
    paper.story(2, headline="Headline of story number 2, corrected")
    assert run_crawl(asked_for(refresh=False)).counts == {Fate.UNCHANGED: 1}
    assert run_crawl(asked_for(refresh=True)).counts == {Fate.UNCHANGED: 1, Fate.REVISED: 1}


def test_an_unchanged_page_is_asked_for_conditionally_and_not_sent_again(paper, asked_for):
    paper.story(1)
    story = paper.pages["/news-en/Story-1.html"]

    def conditional(handler):
        if handler.headers.get("If-None-Match") == '"one"':
            return 304, b"", {"ETag": '"one"'}
        return 200, story, {"ETag": '"one"', "Last-Modified": "Fri, 11 Mar 2022 08:45:00 GMT"}

    paper.pages["/news-en/Story-1.html"] = conditional
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 1}
    for _ in range(2):
        assert run_crawl(options).counts == {Fate.UNCHANGED: 1}
    assert [capture.status for capture in read_captures(options) if "Story" in capture.url] == [200, 304, 304]
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
    report = run_crawl(options)
    assert fetch_keys(options) == [1, 2]
    assert "/geo-en/Nepal-7.html" in paper.requested_paths  # the home page leads to it
    assert "/geo-en/Iran-22.html" not in paper.requested_paths  # only a listing leads to it
    assert report.counts == {Fate.NEW: 2, Fate.NOT_AN_ARTICLE: 10}
    assert report.exit_code == 0


def test_a_mirror_that_is_not_there_is_unreachable(asked_for):
    options = asked_for(mirror="http://127.0.0.1:9{path}")
    report = run_crawl(options)
    assert report.exit_code == 5
    assert "http://127.0.0.1:9/" in report.messages[0]
    assert report.counts == {}
    assert fetch_states(options) == {"asianews/en/1": "queued"}


def test_a_site_that_falls_silent_is_left_alone_and_its_addresses_stay(paper, asked_for):
    paper.story(1, leads_to=tuple(range(2, 40)))

    def hangs_up(handler):
        handler.close_connection = True
        handler.connection.close()

    for number in range(2, 40):
        paper.pages[f"/news-en/Story-{number}.html"] = hangs_up
    options = asked_for()
    report = run_crawl(options)
    assert report.exit_code == 5
    assert report.outcome == "unreachable"
    assert list(fetch_states(options).values()).count("queued") >= 20
    assert "stopped answering" in report.messages[0]


def test_a_site_that_asks_for_a_pause_gets_it(paper, asked_for):
    paper.story(1, leads_to=tuple(range(2, 40)))
    for number in range(2, 40):
        paper.pages[f"/news-en/Story-{number}.html"] = (429, b"slow down", {"Retry-After": "3600"})
    options = asked_for(concurrency=1)
    report = run_crawl(options)
    assert report.exit_code == 4
    assert "3600" in report.messages[0]
    assert paper.requested_paths["/news-en/Story-2.html"] == 1
    assert sum("Story" in path for path in paper.log) <= 5
    paper.log.clear()
    with pytest.raises(SiteRefused, match="pause until") as said:  # it is remembered
        run_crawl(options)
    assert said.value.exit_code == 4
    assert paper.log == []
    assert run_crawl(asked_for(mirror=paper.mirror.replace("127.0.0.1", "localhost"), max_articles=0)).exit_code == 0


def test_pages_without_articles_are_a_layout_alarm(paper, asked_for):
    report = run_crawl(asked_for(*(f"{ORIGIN}/news-en/Story-{number}.html" for number in range(1, 7))))
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
    report = run_crawl(options)
    columns = ", ".join(fate.value for fate in Fate)
    fetched, *counts = fetch_rows(options, f"SELECT fetched, {columns} FROM runs")[0]
    assert dict(zip(Fate, counts, strict=True)) == {fate: report.counts.get(fate, 0) for fate in Fate}
    assert fetched == sum(counts) == report.pages == 6
    assert fetch_rows(options, "SELECT outcome FROM runs") == [("finished",)]


def test_progress_is_told_while_it_runs(paper, asked_for):
    for number in range(1, 12):
        paper.story(number, leads_to=(number + 1,) if number < 11 else ())
    paper.latency = 0.1
    told = []
    run_crawl(asked_for(), told.append)
    assert len(told) >= 3
    assert told[-1].pages > 3
    assert all(later.pages >= sooner.pages for sooner, later in pairwise(told))


def test_a_second_crawl_of_one_archive_is_told_so(paper, asked_for):
    options = asked_for()
    lock = SiteLock(options.archive, "asianews")
    with pytest.raises(ArchiveBusy) as said:
        run_crawl(options)
    assert said.value.exit_code == 3
    lock.release()
    assert paper.log == []


def test_what_is_wrong_is_said_before_anything_is_fetched(paper, asked_for, tmp_path):
    with pytest.raises(BadAddress):
        run_crawl(asked_for(f"{ORIGIN}/news-en/Story-1.html", "https://example.com/news-en/A-1.html"))
    with pytest.raises(BadAddress):
        run_crawl(asked_for(mirror="http://127.0.0.1:9"))
    with pytest.raises(UnknownSite):
        run_crawl(CrawlOptions(site="nowhere", archive=tmp_path / "archive.db", mirror=paper.mirror))
    (tmp_path / "notes.txt").write_text("no archive")
    with pytest.raises(ArchiveUnusable):
        run_crawl(asked_for(archive=tmp_path / "notes.txt"))
    with pytest.raises(ArchiveUnusable):
        run_crawl(asked_for(archive=tmp_path / "missing" / "archive.db"))
    assert paper.log == []
    assert not (tmp_path / "archive.db").exists()


def test_a_proxy_of_the_environment_is_not_asked_for_a_mirror_on_this_machine(paper, asked_for, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    paper.story(1)
    assert run_crawl(asked_for()).counts == {Fate.NEW: 1}
