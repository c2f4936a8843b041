"""Sitemaps of every kind lead to articles and sitemaps: the newest first, each once, as far as the document goes."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.newsroom import GAZETTE

from crawler.discovery.address_dates import find_day, find_month_end, find_period
from crawler.discovery.sitemap_entries import MAX_ENTRIES, find_document_kind, read_document
from crawler.discovery.sitemaps import read_sitemap
from crawler.errors import BadAddress, PageUnreadable
from crawler.items import Capture, Fate
from crawler.normalisation.addresses.document_addresses import names_sitemap, rank_sitemap, read_document_address
from crawler.outcome.answer import read_answer
from crawler.site import AddressForm

NOW = datetime(2024, 3, 1, 10, tzinfo=UTC)
ORIGIN = "https://www.gazette.example"
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {XMLNS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>{ORIGIN}/news-en/Ferry-timetable-1.html</loc><lastmod>2024-02-20T08:00:00Z</lastmod>
<image:image><image:loc>{ORIGIN}/news-en/Picture-99.html</image:loc><image:title>A picture</image:title></image:image></url>
<url><loc> {ORIGIN}/news-en/Bakery-queue-2.html </loc><news:news><news:publication>
<news:name>Gazette</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2024-02-28T23:30:00Z</news:publication_date><news:title>Bakers &amp; queues</news:title></news:news></url>
<url><loc>{ORIGIN}/about</loc></url>
<url><loc>https://elsewhere.example/news-en/Other-5.html</loc></url>
<url><loc>{ORIGIN}/news-en/Harbour-3.html</loc></url>
<url><loc>{ORIGIN}/news-en/Harbour-renamed-3.html</loc></url>
</urlset>"""


def capture(body, path="/sitemap.xml"):
    return Capture(url=ORIGIN + path, fetched_at=NOW, status=200, body=body.encode() if isinstance(body, str) else body)


def list_facts(links):
    return [(link.address.url_key, link.published_on, link.not_after, link.headline) for link in links]


EXPECTED = [
    ("gazette/en/2", "2024-02-29", None, "Bakers & queues"),
    ("gazette/en/1", None, "2024-02-20", None),
    ("gazette/en/3", None, None, None),
]


def test_articles_come_the_newest_first_each_once_and_only_the_site_s():
    page_links = read_sitemap(capture(NEWS), GAZETTE)
    assert list_facts(page_links.links) == EXPECTED
    assert page_links.problems == ()
    assert {(link.via, link.depth, link.found_on) for link in page_links.links} == {
        ("sitemap", 0, f"{ORIGIN}/sitemap.xml")
    }


@pytest.mark.parametrize(
    "change",
    [
        gzip.compress,
        lambda body: gzip.compress(gzip.compress(body)),
        lambda body: b"\xef\xbb\xbf\r\n" + gzip.compress(body),
        lambda body: gzip.compress(body) + b"<!-- cached -->",
        lambda body: gzip.compress(body[:500]) + gzip.compress(body[500:]),
        lambda body: b"\xef\xbb\xbf\n" + body,
        lambda body: body.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda body: body.replace(b"<loc>", b"<loc><![CDATA[").replace(b"</loc>", b"]]></loc>"),
        lambda body: body.replace(b"<urlset", b"<!-- " + b"made by a plugin " * 500 + b"--><urlset"),
        lambda body: body.replace(b"/news-en", b"\n      /news-en").replace(b"</loc>", b"\n</loc>"),
    ],
    ids=[
        "gzip",
        "gzip twice",
        "gzip behind blanks",
        "gzip and a comment",
        "gzip of two members",
        "mark and line",
        "wide",
        "sections",
        "long comment",
        "broken lines",
    ],
)
def test_a_sitemap_may_be_sent_in_other_ways(change):
    page_links = read_sitemap(capture(change(NEWS.encode())), GAZETTE)
    assert list_facts(page_links.links) == EXPECTED
    assert page_links.problems == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bakers &amp; queues", "Bakers & queues"),
        ("Bakers &amp; queues", "Bakers &amp; queues&nbsp;"),
        ("Bakers &amp;", "Bakers \x0b&amp;"),
        ("</url>", ""),
        ("<news:news>", "<news:news><unclosed>"),
        (' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""),
        ("</urlset>", ""),
        ("<urlset", "<!DOCTYPE urlset [<!ENTITY a 'aaaa'>]><urlset"),
    ],
)
def test_a_mistake_in_the_markup_costs_nothing_else(old, new):
    page_links = read_sitemap(capture(NEWS.replace(old, new)), GAZETTE)
    assert [facts[:3] for facts in list_facts(page_links.links)] == [facts[:3] for facts in EXPECTED]
    assert page_links.links[0].headline == "Bakers & queues"
    assert len(page_links.problems) <= 1


def test_news_without_the_element_around_them_are_read():
    bare = NEWS.replace("<news:news>", "").replace("</news:news>", "")
    assert list_facts(read_sitemap(capture(bare), GAZETTE).links) == EXPECTED


@pytest.mark.parametrize(
    "body",
    [
        f"<URLSET><URL><LOC>{ORIGIN}/news-en/Story-1.html</LOC></URL></URLSET>",
        f"<urlset><url>{ORIGIN}/news-en/Story-1.html</url></urlset>",
        f"<urlset><url><loc>'{ORIGIN}/news-en/Story-1.html'</loc></url></urlset>",
        f"{ORIGIN}/news-en/Story-1.html,2024-01-01,0.8\n{ORIGIN}/news-en/Story-1.html,weekly\n",
        f'"{ORIGIN}/news-en/Story-1.html";"2024-01-01"\n',
        f"{ORIGIN}/news-en/Story-1.html\t2024-01-01",
        f"# all of it\n{ORIGIN}/news-en/Story-1.html\n# the end\n",
        f"url,lastmod,priority\r\n{ORIGIN}/news-en/Story-1.html,2024-01-01,0.8\r\n",
        f"<sitemapindex><sitemap><loc>{ORIGIN}/news-en/Story-1.html</loc></sitemap></sitemapindex>",
    ],
    ids=[
        "capitals",
        "no loc",
        "quotes",
        "table",
        "table with quotes",
        "table with tabs",
        "remarks",
        "table with names",
        "index",
    ],
)
def test_a_sitemap_is_read_as_it_is_meant(body):
    page_links = read_sitemap(capture(body), GAZETTE)
    assert [link.address.url_key for link in page_links.links] == ["gazette/en/1"]
    assert page_links.problems == ()


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2024-01", "2024-01-31"),
        ("2023", "2023-12-31"),
        ("2024-01-05T10:00:00+00:00Z", "2024-01-05"),
        ("2024-01-05T24:00:00Z", "2024-01-05"),
        ("2024-01-05T10:00:00Z 2023-01-05T10:00:00Z", "2024-01-05"),
        ("1704448800", "2024-01-05"),
        ("1970-01-01T00:00:00+00:00", None),
        ("0001-01-01", None),
        ("1899-12-30", None),
        ("2024-13", None),
        ("0000", None),
    ],
)
def test_a_last_change_is_read_as_far_as_it_tells_a_day(printed, day):
    """Computers print the beginning of their calendars for a day that they do not know."""
    entry = f"<url><loc>{ORIGIN}/news-en/Story-1.html</loc><lastmod>{printed}</lastmod></url>"
    (link,) = read_sitemap(capture(f"<urlset {XMLNS}>{entry}</urlset>"), GAZETTE).links
    assert (link.published_on, link.not_after) == (None, day)


def test_a_document_that_breaks_off_is_read_as_far_as_it_goes():
    stories = "".join(f"<url><loc>{ORIGIN}/news-en/Story-{number}.html</loc></url>" for number in range(900))
    whole = f"<urlset {XMLNS}>{stories}</urlset>".encode()
    for body in (whole[:30_000], gzip.compress(whole)[:1_500]):
        page_links = read_sitemap(capture(body), GAZETTE)
        assert 100 < len(page_links.links) < 900
        (problem,) = page_links.problems
        assert (problem.field, problem.url) == ("links", f"{ORIGIN}/sitemap.xml")


def test_of_a_gzip_file_with_a_wrong_checksum_all_is_read_and_the_damage_told():
    packed = gzip.compress(NEWS.encode())
    page_links = read_sitemap(capture(packed[:-8] + b"\0\1\2\3" + packed[-4:]), GAZETTE)
    assert list_facts(page_links.links) == EXPECTED
    assert "damaged" in page_links.problems[0].reason


def test_entities_neither_unfold_nor_read_files():
    body = (
        f'<!DOCTYPE urlset [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}"><!ENTITY f SYSTEM "file:///etc/hosts">]>'
        f"<urlset><url><loc>{ORIGIN}/news-en/A-1.html</loc><lastmod>&b;</lastmod></url><url><loc>&f;</loc></url></urlset>"
    )
    assert list_facts(read_sitemap(capture(body), GAZETTE).links) == [("gazette/en/1", None, None, None)]


def test_more_addresses_than_the_protocol_allows_are_not_read():
    body = f"<urlset>{'<url><loc>/news-en/A-1.html</loc></url>' * (MAX_ENTRIES + 1)}</urlset>"
    document = read_document(capture(body))
    assert len(document.entries) == MAX_ENTRIES
    assert document.mistakes == ["of the document only the first 50,000 addresses were read"]


def test_a_gzip_file_that_unpacks_without_end_is_cut(monkeypatch):
    monkeypatch.setattr("crawler.discovery.sitemap_entries.MAX_UNPACKED", 100_000)
    bomb = gzip.compress(f"<urlset><url><loc>{ORIGIN}/news-en/A-1.html</loc></url>".encode() + b" " * 5_000_000)
    page_links = read_sitemap(capture(bomb), GAZETTE)
    assert list_facts(page_links.links) == [("gazette/en/1", None, None, None)]
    assert "only the first 100,000 bytes" in page_links.problems[0].reason


def test_an_index_leads_to_its_sitemaps_the_newest_first():
    body = f"""<sitemapindex {XMLNS}>
<sitemap><loc>{ORIGIN}/sitemap-2022-05.xml</loc></sitemap>
<sitemap><loc>{ORIGIN}/author-sitemap.xml</loc><lastmod>2024-03-01</lastmod></sitemap>
<sitemap><loc>{ORIGIN}/sitemap-a.xml</loc></sitemap>
<sitemap><loc>http://www.gazette.example/sitemap-b.xml.gz</loc><lastmod>2023-12-01T00:30:00+01:00</lastmod></sitemap>
<sitemap><loc>https://stranger.example/sitemap.xml</loc></sitemap>
<sitemap><loc>http://10.0.0.1/sitemap.xml</loc></sitemap>
<sitemap><loc>{ORIGIN}/sitemap-2021.xml</loc><lastmod>2099-01-01</lastmod></sitemap></sitemapindex>"""
    links = read_sitemap(capture(body, "/index.xml"), GAZETTE).links
    assert [(link.address.url, link.published_on, link.not_after, link.depth) for link in links] == [
        (f"{ORIGIN}/sitemap-b.xml.gz", None, "2023-12-01", 0),
        (f"{ORIGIN}/sitemap-2022-05.xml", "2022-05-31", None, 0),
        (f"{ORIGIN}/sitemap-2021.xml", "2021-12-31", "2024-03-02", 0),
        (f"{ORIGIN}/sitemap-a.xml", None, None, 0),
        (f"{ORIGIN}/author-sitemap.xml", None, "2024-03-01", 1),
    ]
    assert {(link.address.kind, link.via) for link in links} == {("sitemap", "sitemap")}


def test_a_sitemap_of_plain_text_has_an_address_a_line():
    body = f"{ORIGIN}/news-en/A-1.html\r\n{ORIGIN}/news-en/B-2.html\nno address\n\n{ORIGIN}/news-en/C-3.html"
    links = read_sitemap(capture(body, "/sitemap.txt"), GAZETTE).links
    assert [link.address.site_key for link in links] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "body", ["", "no sitemap", "<html><body><urlset></urlset></body></html>", "\x00\x01", "<rss/>"]
)
def test_what_is_no_sitemap_is_said(body):
    with pytest.raises(PageUnreadable):
        read_sitemap(capture(body), GAZETTE)


def test_a_document_is_read_as_what_it_is():
    feed = read_document_address("/feed.xml", GAZETTE, "feed")
    sitemap = read_document_address("/map.xml", GAZETTE, "sitemap")
    rss = f"<rss><channel><item><link>{ORIGIN}/news-en/A-7.html</link></item></channel></rss>"
    for body, address, via in (
        (NEWS, feed, "sitemap"),
        (rss, sitemap, "feed"),
        (gzip.compress(rss.encode()), feed, "feed"),
    ):
        outcome = read_answer(capture(body), address, GAZETTE)
        assert (outcome.fate, {link.via for link in outcome.links}) == (Fate.NOT_AN_ARTICLE, {via})
    outcome = read_answer(capture("Nothing to see here."), sitemap, GAZETTE)
    assert (outcome.fate, outcome.error) == (Fate.UNREADABLE, f"{ORIGIN}/sitemap.xml is no sitemap")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://gazette.example/sitemap.xml", "https://gazette.example/sitemap.xml"),
        ("/s.php?type=1&y=2020", f"{ORIGIN}/s.php?type=1&y=2020"),
        ("https://maps.example.net:443/gazette/sitemap.xml#top", "https://maps.example.net/gazette/sitemap.xml"),
        *(
            (url, None)
            for url in ("ftp://a.example/s.xml", "http://10.0.0.1/s.xml", "http://[::1]/s.xml", "http://a@b.example/")
        ),
        *(
            (url, None)
            for url in (
                "http://localhost/s.xml",
                "http://printer.local/s.xml",
                "http://b.example:8080/s.xml",
                "http://[/",
            )
        ),
    ],
)
def test_a_sitemap_may_be_on_any_public_host(url, expected):
    if expected is None:
        with pytest.raises(BadAddress):
            read_document_address(url, GAZETTE, "sitemap")
    else:
        assert read_document_address(url, GAZETTE, "sitemap").url == expected


def test_dates_are_read_from_addresses():
    assert find_day(f"{ORIGIN}/2024/2/29/ferry") == find_day(f"{ORIGIN}/a-20240229.html") == "2024-02-29"
    assert find_day(f"{ORIGIN}/2023/02/30/ferry") is None
    assert find_day(f"{ORIGIN}/2024/02/28/about-2024-02-29") is None
    assert find_period(f"{ORIGIN}/sitemap.xml?yyyy=2024&mm=02&dd=29") == ("2024-02-29", "2024-02-29")
    assert find_period(f"{ORIGIN}/sitemap-202402.xml") == ("2024-02-01", "2024-02-29")
    assert find_period(f"{ORIGIN}/post-sitemap12.xml") is None
    assert find_month_end(f"{ORIGIN}/2024/02/ferry") == "2024-02-29"


def test_names_of_sitemaps_tell_what_they_hold():
    assert [
        rank_sitemap(f"{ORIGIN}/{name}") for name in ("news-sitemap.xml", "post-sitemap.xml", "post_tag-sitemap.xml")
    ] == [0, 1, 2]
    assert names_sitemap("/sitemap.xml.gz")
    assert not names_sitemap("/en/sitemaps-explained.html")


@given(
    st.lists(
        st.sampled_from(
            ["<url>", "<loc>", f"{ORIGIN}/news-en/A-1.html", "</loc>", "&", "<![CDATA[", "</url>", "<!--", "x:"]
        )
    )
)
@settings(max_examples=count_examples(60), deadline=None)
def test_no_markup_breaks_the_reader(pieces):
    page_links = read_sitemap(capture("<urlset>" + "".join(pieces)), GAZETTE)
    assert {link.address.url_key for link in page_links.links} <= {"gazette/en/1"}
    assert len(page_links.problems) <= 1


def test_kinds_are_told_by_the_first_tag():
    kinds = [
        find_document_kind(body)
        for body in (b"<?xml version='1.0'?><!-- a --><urlset>", b"<x:sitemapindex>", b"<rdf:RDF>")
    ]
    assert kinds == ["urlset", "index", "feed"]
    assert find_document_kind(b"https://a.example/1\n") == "text"


def test_a_news_sitemap_tells_the_language_that_an_address_does_not():
    site = replace(GAZETTE, addresses=(AddressForm(kind="article", path=r"/s/(?P<key>\d+)"),))
    links = read_sitemap(capture(NEWS.replace("/news-en/Bakery-queue-2.html", "/s/2")), site).links
    assert [(link.address.url_key, link.address.language) for link in links] == [("gazette/?/2", "en")]
