"""Traces of an article in WARC files: its own records, pages that link to it, pages that print its words."""

import gzip
from datetime import UTC, datetime

import pytest
from support.newsroom import GAZETTE

from crawler.comparison.word_runs import list_word_runs
from crawler.crawl.erasure.traces import TraceFinder
from crawler.normalisation.addresses.urls import read_address
from crawler.warc import WarcWriter
from crawler.warc.records import AnswerRecord, compute_payload_digest
from crawler.warc.revisits import find_original

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADDRESS = f"{GAZETTE.origin}/news-en/Story-7.html"


@pytest.fixture
def key():
    return read_address(ADDRESS, GAZETTE).url_key


@pytest.fixture
def warc(tmp_path):
    writer = WarcWriter(tmp_path, "gazette", started_at=NOW)
    yield writer
    writer.close()


def write(writer, url, body, *headers, original=None):
    head = b"".join([b"HTTP/1.1 200 OK\r\n", *(header + b"\r\n" for header in headers), b"\r\n"])
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    place = writer.write(
        AnswerRecord(url=url, fetched_at=NOW, response_head=head, body=body, original=original), request
    )
    writer.flush()
    return place


def find(writer, key, **fields):
    finder = TraceFinder(sites=(GAZETTE,), is_target={key}.__contains__, **fields)
    (path,) = writer.folder.iterdir()
    return [(trace.url, trace.is_own) for trace in finder.iter_traces(path)]


def test_records_of_the_article_are_its_own_with_their_requests(warc, key):
    write(warc, ADDRESS, b"<p>page")
    write(warc, f"{GAZETTE.origin}/news-en/Other-8.html", b"<p>another")
    assert find(warc, key) == [(ADDRESS, True), (ADDRESS, True)]


@pytest.mark.parametrize(
    "body",
    [
        b'<a href="/news-en/Story-7.html">x</a>',
        b"<a href=/news-en/Another-title-7.html>x</a>",
        b"<a href='%s'>x</a>" % ADDRESS.encode(),
        b"<link>%s</link>" % ADDRESS.encode(),
        b"&lt;a href=&quot;%s&quot;&gt;" % ADDRESS.encode(),
        b'{"url":"%s"}' % ADDRESS.replace("/", "\\/").encode(),
        b'{"path":"/news-en/Story-7.html"}',
        '<a href="/news-en/Story-7.html">x</a>'.encode("utf-16"),
        gzip.compress(b"<urlset>%s<url><loc>%s</loc></url>" % (b"<url></url>" * 60_000, ADDRESS.encode())),
    ],
)
@pytest.mark.parametrize("hints", [None, ("7",)])
def test_a_page_that_links_to_it_mentions_it(warc, key, body, hints):
    home = f"{GAZETTE.origin}/en.html"
    write(warc, home, body)
    write(warc, f"{GAZETTE.origin}/it.html", b'<a href="/news-en/Story-77.html">x</a>')
    assert find(warc, key, hints=hints) == [(home, False)]


def test_a_redirect_to_it_mentions_it(warc, key):
    write(warc, f"{GAZETTE.origin}/news-en/Old-6.html", b"", b"Location: /news-en/Story-7.html")
    assert find(warc, key) == [(f"{GAZETTE.origin}/news-en/Old-6.html", False)]


def test_a_page_that_prints_five_words_mentions_it_unless_another_article_holds_them(warc, key):
    home = f"{GAZETTE.origin}/en.html"
    write(
        warc,
        home,
        "<p>Le bateau revient à la vieille digue</p>".encode("cp1252"),
        b"Content-Type: text/html; charset=cp1252",
    )
    runs = set(list_word_runs("Le bateau revient à la vieille digue"))
    assert find(warc, key, runs=runs) == [(home, False)]
    assert find(warc, key, runs=runs, is_telling=lambda run: False) == []


def test_the_same_page_kept_once_more_mentions_it_too(warc, key):
    home, body = f"{GAZETTE.origin}/en.html", b'<a href="/news-en/Story-7.html">x</a>'
    place = write(warc, home, body)
    original = find_original(warc.folder, place.file, place.offset, url=home, digest=compute_payload_digest(body))
    write(warc, home, body, original=original)
    assert find(warc, key) == [(home, False), (home, False)]
