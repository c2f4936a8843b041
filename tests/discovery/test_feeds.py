"""A feed with a mistake keeps all its items, with every link whole; what is lost is a problem."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.discovery.feed_fields import FeedItem, NoFeed
from crawler.discovery.feed_items import read_items
from crawler.discovery.feeds import read_feed
from crawler.items import Capture
from crawler.sites.registry import find_site

SITE = find_site("asianews")
URL = "https://www.asianews.it/en.xml"


def capture(body: str | bytes, *headers: tuple[str, str], url: str = URL) -> Capture:
    written = body.encode() if isinstance(body, str) else body
    return Capture(url=url, fetched_at=datetime(2026, 11, 24, tzinfo=UTC), status=200, headers=headers, body=written)


TITLES = (
    "Orchards &amp; mills",
    "The mill of the hill",
    "Rope &amp; quay",
    "Bread for the pilots",
    "Fog &lt;again&gt;",
)


def make_rss(*mistakes: tuple[str, str]) -> str:
    """Return a feed of five items (701 to 705); each mistake is put into the second, in place of some markup of it."""
    items = [
        f"<item><title>{title}</title><link>https://www.asianews.it/index.php?l=en&amp;art={701 + number}</link>"
        f"<description><![CDATA[<p>Text & more</p>]]></description><pubDate>Fri, 0{number + 1} Mar 2024 08:00:00 GMT</pubDate>"
        f'<guid isPermaLink="false">{701 + number}</guid></item>'
        for number, title in enumerate(TITLES)
    ]
    for markup, mistake in mistakes:
        assert markup in items[1]
        items[1] = items[1].replace(markup, mistake)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>News</title>\n{"".join(items)}</channel></rss>'


def make_atom(*mistakes: tuple[str, str]) -> str:
    entries = [
        f'<entry><title type="html">{escape(title)}</title><id>tag:asianews.it,{number}</id>'
        f'<link rel="alternate" href="https://www.asianews.it/index.php?l=en&amp;art={701 + number}"/>'
        f"<published>2024-03-0{number + 1}T08:00:00Z</published></entry>"
        for number, title in enumerate(TITLES)
    ]
    for markup, mistake in mistakes:
        entries[1] = entries[1].replace(markup, mistake)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{"".join(entries)}</feed>'


MISTAKES = {
    "an entity of HTML": ("</title>", "&nbsp;&hellip;</title>"),
    "a bare ampersand": ("</title>", " & more</title>"),
    "an ampersand at the end": ("</title>", " &</title>"),
    "an undeclared prefix": ("</title>", "</title><media:thumbnail url='x.jpg'/>"),
    "an undeclared prefix of an attribute": ("<title", "<title media:lang='en'"),
    "an unclosed line break": ("</title>", "<br></title>"),
    "an unclosed title": ("</title>", ""),
    "a control character": ("</title>", "\x0b</title>"),
    "a less-than sign": ("</title>", " 3 < 4</title>"),
    "two dashes in a comment": ("<title", "<!-- a -- b --><title"),
    "a comment without end": ("<title", "<!-- a <title"),
    "an attribute without quotes": ("<title", "<title class=x"),
}
OF_RSS = {
    "an unclosed item": ("</item>", ""),
    "a section without end": ("]]>", ""),
    "markup in a description": ("<description>", "<description><p>a<br>b<img src=x>"),
    "an ampersand in the link": ("&amp;art", "&art"),
}


@check_rows("mistake", [*MISTAKES, *OF_RSS])
def test_a_mistake_costs_no_item_no_link_and_no_ampersand(mistake: str) -> None:
    feeds = [make_rss((MISTAKES | OF_RSS)[mistake])]
    if mistake in MISTAKES:
        feeds.append(make_atom(MISTAKES[mistake]))
    for feed in feeds:
        found = read_feed(capture(feed), SITE)
        assert [link.address.url_key for link in found.links] == [f"asianews/en/{key}" for key in range(701, 706)]
        assert [link.published_on for link in found.links] == [f"2024-03-0{day}" for day in range(1, 6)]
        headlines = [link.headline for link in found.links]
        assert headlines[1] is not None
        assert headlines[1].startswith("The mill of the hill")
        assert (headlines[0], *headlines[2:]) == (
            "Orchards & mills",
            "Rope & quay",
            "Bread for the pilots",
            "Fog <again>",
        )
        assert found.problems == ()


@given(st.integers(0, 300), st.sampled_from(["", *"<>&\"'/;]x\x00\ufffd"]), st.sampled_from([make_rss, make_atom]))
def test_one_character_more_or_less_costs_no_other_item(place: int, character: str, make: object) -> None:
    feed = make()  # type: ignore[operator]
    second = [match.start() for match in re.finditer("<(?:item|entry)>", feed)][1]
    place = min(second + place, re.search("</(?:item|entry)>", feed[second:]).end() + second - 1)  # type: ignore[union-attr]
    broken = feed[:place] + character + feed[place + (character == "") :]
    keys = [url for item in read_items(broken, URL)[0] for url in item.urls[:1]]
    for key in (701, 703, 704, 705):
        assert f"https://www.asianews.it/index.php?l=en&art={key}" in keys


@given(st.text(alphabet="<>/!-[]&;\"'= aitemlnkCDAT", max_size=200))
def test_any_text_is_a_feed_or_none(text: str) -> None:
    for feed in (text, f"<rss><channel><item>{text}</item><item><link>/x</link></item></channel></rss>"):
        try:
            items, _ = read_items(feed, URL)
        except NoFeed:
            items = []
        assert all(isinstance(item, FeedItem) for item in items)


@pytest.mark.parametrize(
    ("printed", "headline"),
    [
        ("Caf&eacute; of the pilots&rsquo; guild", "Café of the pilots’ guild"),
        ("Caf&amp;eacute; of the pilots&amp;#8217; guild", "Café of the pilots’ guild"),
        ("The &lt;i&gt;slow&lt;/i&gt; ferry", "The slow ferry"),
        ("The <i>slow</i> ferry", "The slow ferry"),
        ("<![CDATA[The <b>slow</b> ferry &amp; its crew]]>", "The slow ferry & its crew"),
        ("Rope &amp;amp; quay", "Rope & quay"),
        ("One&lt;br/&gt;two", "One two"),
        ("3 &lt; 4 &amp; 5 &gt; 2", "3 < 4 & 5 > 2"),
        ("The &lt;unheard&gt; word &amp;c", "The <unheard> word &c"),
    ],
)
def test_titles_of_rss_are_html(printed: str, headline: str) -> None:
    feed = f"<rss><channel><item><title>{printed}</title><link>https://www.asianews.it/news-en/A-9.html</link></item></channel></rss>"
    (link,) = read_feed(capture(feed), SITE).links
    assert link.headline == headline


def test_items_of_a_json_feed_are_read() -> None:
    feed = """{"version": "https://jsonfeed.org/version/1.1", "items": [
        {"id": "1", "url": "https://www.asianews.it/index.php?l=en&art=701", "title": "Rope & quay",
         "date_published": "2024-03-01T08:00:00Z"},
        {"id": "https://www.asianews.it/index.php?l=en&art=702", "title": "Fog"}, "no item", {}]}"""
    links = read_feed(capture(feed), SITE).links
    assert [(link.headline, link.published_on) for link in links] == [("Rope & quay", "2024-03-01"), ("Fog", None)]
    for other in (
        '{"items": []}',
        "[]",
        '[{"name": "a"}]',
        '["https://www.asianews.it/news-en/A-9.html"]',
        '{"version": "https://jsonfeed.org/version/1", "items": 3}',
        "{" * 5_000,
    ):
        with pytest.raises(NoFeed):
            read_items(other, URL)


def test_a_page_is_linked_before_its_data_and_a_placeholder_is_no_day() -> None:
    entry = (
        '<entry><title>A</title><link rel="alternate" type="application/json" href="https://www.asianews.it/api/9.json"/>'
        '<link rel="alternate" type="text/html" href="https://www.asianews.it/news-en/A-9.html"/>'
        "<published>1970-01-01T00:00:00Z</published></entry>"
    )
    (link,) = read_feed(capture(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'), SITE).links
    assert (link.address.story, link.published_on) == ("9", None)


def test_titles_of_atom_are_what_their_type_says() -> None:
    entry = '<entry><title type="{}">{}</title><link href="https://www.asianews.it/news-en/A-9.html"/></entry>'
    for kind, printed, headline in (
        ("text", "The &lt;b> tag &amp;amp; others", "The <b> tag &amp; others"),
        ("html", "The &lt;b>slow&lt;/b> ferry &amp;amp; crew", "The slow ferry & crew"),
        ("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml">The <b>slow</b> ferry</div>', "The slow ferry"),
    ):
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry.format(kind, printed)}</feed>'
        (link,) = read_feed(capture(feed), SITE).links
        assert link.headline == headline


@pytest.mark.parametrize(
    ("root", "entry", "href"),
    [
        ('xml:base="https://www.asianews.it/news-en/"', "", "A-9.html"),
        ('xml:base="/news-en/"', "", "A-9.html"),
        ('xml:base="//www.asianews.it/x/"', 'xml:base="../news-en/"', "A-9.html"),
        ("", 'xml:base="https://www.asianews.it"', "/news-en/A-9.html"),
        ('xml:base="http://[broken/"', "", "/news-en/A-9.html"),
    ],
)
@pytest.mark.parametrize("mistake", ["", "&nbsp;"])
def test_relative_links_start_from_their_xml_base(root: str, entry: str, href: str, mistake: str) -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" {root}><entry {entry}><title>A{mistake}</title><link href="{href}"/></entry></feed>'
    (link,) = read_feed(capture(feed, url="https://www.asianews.it/feeds/en.atom"), SITE).links
    assert link.address.url == "https://www.asianews.it/news-en/A-9.html"


def test_the_title_of_an_extension_does_not_replace_the_items_own() -> None:
    feed = """<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><media:title>The picture</media:title>
    <title>The story</title><media:link>https://www.asianews.it/news-en/B-8.html</media:link>
    <link>https://www.asianews.it/news-en/A-9.html</link></item></channel></rss>"""
    for body in (feed, feed.replace("The picture", "The picture & more")):
        (link,) = read_feed(capture(body), SITE).links
        assert (link.headline, link.address.url_key) == ("The story", "asianews/en/9")


def test_an_rdf_feed_is_read_also_where_only_the_item_tag_has_the_address() -> None:
    feed = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://www.asianews.it/news-en/A-9.html"><title>A</title>
    <dc:date>2024-03-01</dc:date></item></rdf:RDF>"""
    for body in (feed, feed.replace("<title>A", "<title>A & B")):
        (link,) = read_feed(capture(body), SITE).links
        assert (link.address.url_key, link.published_on) == ("asianews/en/9", "2024-03-01")


A = "https://www.asianews.it/news-en/A-9.html"
LINK = f"<title>A</title><link>{A}</link>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title>{}</entry></feed>'
PLAIN = f"<?xml version='1.0'?><!DOCTYPE rss><rss><channel><title>N</title><item>{LINK}</item></channel></rss>"
DAY = "<pubDate>{}</pubDate><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2024-03-01</dc:date>"
ODD_FEEDS = {
    "capitals": f"<RSS><CHANNEL><ITEM><TITLE>A</TITLE><LINK>{A}</LINK></ITEM></CHANNEL></RSS>",
    "a channel alone": f"<channel><item>{LINK}</item></channel>",
    "the format before RSS": f'<CHANNEL HREF="https://www.asianews.it/"><ITEM HREF="{A}"><TITLE>A</TITLE></ITEM></CHANNEL>',
    "an entry that links to itself alone": ATOM.format(f'<id>x:1</id><link rel="self" href="{A}"/>'),
    "an entry whose text is elsewhere": ATOM.format(f'<id>x:1</id><content type="text/html" src="{A}"/>'),
    "a link relative to the site of the channel": "<rss><channel><link>https://www.asianews.it/news-en/</link>"
    "<item><title>A</title><link>A-9.html</link></item></channel></rss>",
    "escaped as a whole": escape(PLAIN),
    "escaped on a page": f"<html><head></head><body><pre>{escape(PLAIN)}</pre></body></html>",
    "a second document behind it": f"<rss><channel><item>{LINK}</item></channel></rss><rss><channel></channel></rss>",
    "a link without an end, as HTML has it": f"<rss><channel><item><title>A</title><link/>{A}</item></channel></rss>",
    "the same, broken": f"<rss><channel><item><title>A</title><link/>{A}<br></item></channel></rss>",
    "a link elsewhere first": "<rss><channel><item><title>A</title><link>https://sponsor.example/1</link>"
    f"<link>{A}</link></item></channel></rss>",
    "a link of a service around it": ATOM.format(
        f'<link href="https://www.google.com/url?rct=j&amp;url={A}&amp;ct=ga"/>'
    ),
    "alternates in other languages first": ATOM.format(
        f'<link rel="alternate" hreflang="fr" href="https://www.asianews.it/news-fr/A-9.html"/><link href="{A}"/>'
    ),
    "JSON without a version": json.dumps({"title": "N", "items": [{"url": A, "title": "A"}]}),
    "posts of WordPress": json.dumps([{"id": 9, "link": A, "title": {"rendered": "A"}, "date": "2024-03-01T08:00:00"}]),
    "JSON for programs": json.dumps({"data": {"articles": [{"headline": "A", "url": "/news-en/A-9.html"}]}}),
    "JSON for a function": f"/**/show({json.dumps({'items': [{'url': A, 'title': 'A'}]})});",
    "escaped on a page with a style": f"<html><head><style>pre {{margin: 0}}</style></head><body><pre>{escape(PLAIN)}</pre>",
    "a section that was escaped": PLAIN.replace("<title>A</title>", "<title>&lt;![CDATA[A]]&gt;</title>"),
    "a warning of PHP before it": f"<br />\n<b>Warning</b>: a thing in <b>/x.php</b><br />\n{PLAIN}",
}


@check_rows("name", ODD_FEEDS)
def test_a_feed_of_an_odd_or_old_form_is_read(name: str) -> None:
    (link,) = read_feed(capture(ODD_FEEDS[name]), SITE).links
    assert (link.address.url, link.headline) == (A, "A")


@check_rows("printed", ["", "Invalid date", "1970-01-01T00:00:00Z", "soon"])
def test_the_first_date_that_is_one_counts(printed: str) -> None:
    feed = f"<rss><channel><item>{LINK}{DAY.format(printed)}</item></channel></rss>"
    (link,) = read_feed(capture(feed), SITE).links
    assert (link.published_on, link.published_raw) == ("2024-03-01", "2024-03-01")


def test_what_a_broken_feed_loses_is_a_problem() -> None:
    feed = make_rss()
    cut = feed[: feed.rindex("<link>") + 5]
    found = read_feed(capture(cut), SITE)
    assert len(found.links) == 4
    (problem,) = found.problems
    assert (problem.url, problem.field, problem.value) == (URL, "links", "Fog <again>")
    assert "1 of its 5 items" in problem.reason


def test_a_page_that_mentions_feeds_is_none() -> None:
    page = "<!doctype html><html><head><!-- <rdf:RDF><item>x</item></rdf:RDF> --></head><body>a & b<rss><item>x</item></rss>"
    with pytest.raises(NoFeed):
        read_items(page, URL)


def test_items_in_a_comment_are_not_read() -> None:
    feed = make_rss().replace(
        "<channel>", "<channel><!-- <item><link>https://www.asianews.it/news-en/A-9.html</link></item> -->"
    )
    for body in (feed, feed.replace("Orchards", "Orchards &")):
        assert len(read_feed(capture(body), SITE).links) == 5


@pytest.mark.parametrize("size", [60_000, pytest.param(400_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "hostile",
    [
        "<item><![CDATA[",
        "<item><!--",
        "<!--</item>",
        "<item><title>",
        '<link a="',
        "&a",
        "<item><link>http://x/</link>",
    ],
)
def test_a_hostile_feed_costs_little(hostile: str, size: int) -> None:
    """Two seconds for larger ones, the slow cases."""
    begun = time.process_time()
    read_feed(capture("<rss>&x;" + hostile * (size // len(hostile))), SITE)
    assert time.process_time() - begun < 2
