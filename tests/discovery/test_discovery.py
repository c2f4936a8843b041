"""Feeds, listings and articles lead to links: in order, each once, and nothing that is not the site's."""

import contextlib
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.tables import check_rows

from crawler.discovery import listings
from crawler.discovery.article_links import list_article_links
from crawler.discovery.feeds import read_feed
from crawler.discovery.links import MAX_LINKS
from crawler.discovery.listings import read_listing
from crawler.errors import PageUnreadable
from crawler.items import Article, Capture, Moment, SeeAlso
from crawler.normalisation.addresses.urls import is_followed, read_address
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def capture(body, url="https://www.asianews.it/en.xml"):
    return Capture(url=url, fetched_at=NOW, status=200, body=body.encode() if isinstance(body, str) else body)


def keys(links):
    return [link.address.url_key for link in links]


RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>AsiaNews</title>
<item><title>First &amp; foremost</title><link>https://www.asianews.it/news-en/First-900.html?utm_source=x</link>
<pubDate>Fri, 11 Mar 2022 23:45:00 GMT</pubDate></item>
<item><title>No link</title></item>
<item><title>Broken</title><link>https://</link></item>
<item><title>Foreign</title><link>https://example.com/news-en/X-1.html</link></item>
<item><title>By guid</title><guid>https://www.asianews.it/news-en/Second-901.html</guid></item>
<item><title>Not a link</title><guid isPermaLink="false">https://www.asianews.it/news-en/Third-902.html</guid></item>
<item><title>First again</title><link>http://asianews.it/news-en/Otherwise-0900.html</link></item>
<item><title>A listing</title><link>https://www.asianews.it/geo-en/Vietnam-53.html</link></item>
</channel></rss>"""


def test_a_feed_gives_its_articles_in_order_each_once():
    first, second = read_feed(capture(RSS), SITE).links
    assert keys([first, second]) == ["asianews/en/900", "asianews/en/901"]
    assert first.headline == "First & foremost"
    assert first.published_raw == "Fri, 11 Mar 2022 23:45:00 GMT"
    assert first.published_on == "2022-03-12"  # a quarter to midnight in London is the next day in Rome
    assert (first.via, first.depth, first.found_on) == ("feed", 0, "https://www.asianews.it/en.xml")
    assert first.printed_url == "https://www.asianews.it/news-en/First-900.html?utm_source=x"
    assert (second.printed_url, second.published_on) == (None, None)


def test_an_atom_feed_is_read_too():
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">T</title>
    <link rel="self" href="https://www.asianews.it/x"/><link href="/news-it/x"/>
    <link rel="alternate" href="https://www.asianews.it/notizie-it/Uno-7.html"/>
    <updated>2026-01-02T03:04:05Z</updated><published>2026-01-01T03:04:05Z</published></entry>
    <entry><link href="https://www.asianews.it/notizie-it/Due-8.html"/></entry></feed>"""
    assert keys(read_feed(capture(atom), SITE).links)[-1] == "asianews/it/8"
    assert read_feed(capture(atom.replace('<link href="/news-it/x"/>', "")), SITE).links[0].published_on == "2026-01-01"


def test_a_feed_with_broken_markup_gives_what_can_be_read():
    broken = RSS.replace("First &amp; foremost", "First & <b>foremost")
    assert "asianews/en/900" in keys(read_feed(capture(broken), SITE).links)


def test_a_feed_in_another_charset_is_read_by_its_declaration():
    text = RSS.replace("UTF-8", "ISO-8859-1").replace("First &amp; foremost", "Perù")
    assert read_feed(capture(text.encode("latin-1")), SITE).links[0].headline == "Perù"


@pytest.mark.parametrize("body", ["", "no feed", "<html><body><a href='/news-en/A-1.html'>a</a>", "\x00\x01", "<rss"])
def test_what_is_no_feed_is_said(body):
    if body == "<rss":
        assert read_feed(capture("<rss>"), SITE).links == ()
        return
    with pytest.raises(PageUnreadable):
        read_feed(capture(body), SITE)


def test_entities_of_a_feed_neither_unfold_nor_read_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    bomb = f"""<!DOCTYPE rss [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}"><!ENTITY c "{"&b;" * 1000}">
    <!ENTITY f SYSTEM "file://{secret}">]><rss><channel><item><title>&c;&f;T</title>
    <link>https://www.asianews.it/news-en/A-1.html</link></item></channel></rss>"""
    begun = time.process_time()
    bombed = read_feed(capture(bomb), SITE).links
    (link,) = read_feed(capture(bomb.replace("&c;", "")), SITE).links
    assert time.process_time() - begun < 2
    for headline in (link.headline or "", *(entry.headline or "" for entry in bombed)):
        assert "secret" not in headline
        assert len(headline) < 100


LISTING = """<html><head><title>x</title></head><body>
<nav><a href="/en.html">Home</a> <a href="/geo-en/Vietnam-53.html">Vietnam</a> <a href="/theme-en/China-1.html">China</a>
<a href="https://example.com/">elsewhere</a></nav>
<div class="list">
 <div class="lead"><a href="/news-en/Lead-10.html"><img src="x.jpg"></a><h2><a href="/news-en/Lead-10.html">The lead story</a></h2>
  <p>by Mario Ghezzi | NEPAL</p></div>
 <div class="item"><a href="https://www.asianews.it/news-en/Old-11.html">A pinned story</a><p>Its lead of 2020.</p>
  <span>| 27/10/2020</span><span>| VATICAN</span></div>
 <div class="item"><a href="/index.php?l=en&amp;art=12&amp;size=A">A third story</a><p>Lead</p><span>| 22/09/2023</span></div>
</div><script>var a = '<a href="/news-en/No-99.html">';</script></body></html>"""


def test_a_listing_gives_its_articles_with_headline_and_date():
    links = read_listing(capture(LISTING, "https://www.asianews.it/geo-en/Nepal-7.html"), SITE).links
    assert keys(links) == ["asianews/en/10", "asianews/en/11", "asianews/en/12"]
    assert [link.headline for link in links] == ["The lead story", "A pinned story", "A third story"]
    assert [link.published_on for link in links] == [None, "2020-10-27", "2023-09-22"]
    assert [link.published_raw for link in links] == [None, "27/10/2020", "22/09/2023"]
    assert links[2].address.url == "https://www.asianews.it/index.php?l=en&art=12"


def test_only_a_home_page_leads_to_listings():
    here = read_listing(capture(LISTING, "https://www.asianews.it/en.html"), SITE).links
    assert keys(here)[3:] == [
        "https://www.asianews.it/geo-en/Vietnam-53.html",
        "https://www.asianews.it/theme-en/China-1.html",
    ]


def test_in_a_flat_run_of_entries_the_date_comes_after():
    flat = """<div><a href="/news-en/A-1.html">One</a><br>Lead<br>| 22/09/2023<br>| NEPAL<br>
    <a href="/news-en/B-2.html">Two</a><br>Lead<br>| 21/09/2023<br></div>"""
    assert [x.published_on for x in read_listing(capture(flat), SITE).links] == ["2023-09-22", "2023-09-21"]


def test_in_a_run_that_begins_with_a_date_it_comes_before():
    flat = """<div>28/07/2016 - CHINA<br><a href="/news-en/A-1.html">One</a><br>Lead<br>
    27/07/2016 - INDIA<br><a href="/news-en/B-2.html">Two</a><br>Lead</div>"""
    assert [x.published_on for x in read_listing(capture(flat), SITE).links] == ["2016-07-28", "2016-07-27"]


def test_a_number_in_a_teaser_is_not_guessed_at():
    teaser = '<div><a href="/news-en/A-1.html">One</a> On 5 May 2020 they met, 300 of them, from 10 to 12.</div>'
    assert read_listing(capture(teaser), SITE).links[0].published_on is None


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"<p>no links", "香港".encode("utf-16"), b"<a href='/news-en/A-1.html'>"]
)
def test_a_page_with_little_on_it_gives_little(body):
    assert len(read_listing(capture(body), SITE).links) <= 1


@pytest.mark.parametrize(("links", "most"), [(1_500, 1_000), pytest.param(30_000, MAX_LINKS, marks=pytest.mark.slow)])
def test_a_hostile_listing_costs_little(monkeypatch, links, most):
    """Thirty thousand links and the usual limit, the slow case, take two seconds."""
    monkeypatch.setattr(listings, "MAX_LINKS", most)
    deep = "<div>" * (links * 2 // 3) + '<a href="/news-en/A-1.html">x</a>'
    many = "".join(f'<a href="/news-en/A-{n}.html">x</a> 01/01/2020 ' for n in range(1, links))
    begun = time.process_time()
    read_listing(capture(deep), SITE)
    assert len(read_listing(capture(f"<div>{many}</div>"), SITE).links) == most
    assert time.process_time() - begun < 20


@settings(max_examples=count_examples(80), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=400) | st.text(max_size=400).map(lambda text: (LISTING[:900] + text).encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused(body):
    assert isinstance(read_listing(capture(body), SITE).links, tuple)
    with contextlib.suppress(PageUnreadable):
        assert isinstance(read_feed(capture(body), SITE).links, tuple)


def test_an_article_leads_to_its_see_also_a_step_deeper_and_to_its_translations():
    def address(url):
        return read_address(url, SITE)

    article = Article(
        site="asianews",
        language="en",
        site_key="1",
        story="1",
        url="https://www.asianews.it/news-en/A-1.html",
        headline="A",
        body="B",
        word_count=1,
        digest="d",
        see_also=(
            SeeAlso(
                position=1,
                address=address("https://www.asianews.it/news-en/B-2.html"),
                headline="B",
                published=Moment(value="2022-01-02", on="2022-01-02", precision="day", raw="02/01/2022"),
                published_raw="02/01/2022",
            ),
            SeeAlso(position=2, address=address("https://www.asianews.it/news-en/C-3.html")),
            SeeAlso(position=3, address=address("https://www.asianews.it/geo-en/Vietnam-53.html")),
        ),
        translations=(address("https://www.asianews.it/notizie-it/A-1.html"),),
    )
    links = list_article_links(article, 4)
    assert sorted((x.address.url_key, x.via, x.depth) for x in links) == [
        ("asianews/en/2", "see_also", 5),
        ("asianews/en/3", "see_also", 5),
        ("asianews/it/1", "translation", 4),
    ]
    by_key = {x.address.url_key: x for x in links}
    assert by_key["asianews/en/2"].published_on == "2022-01-02"
    assert by_key["asianews/en/2"].headline == "B"


@pytest.mark.parametrize(
    ("url", "way_in"),
    [
        ("https://www.asianews.it/geo-en/Vietnam-53.html", True),
        ("https://www.asianews.it/GEO-EN/Vietnam-53.html", True),
        ("https://www.asianews.it:81/geo-en/Vietnam-53.html", False),
        ("https://www.asianews.it/index.php?l=en&geo=53", True),
        ("https://www.asianews.it/index.php?l=en&idn=1&filtro_art=1&data_art_filtro=2021-09-21", False),
        ("https://www.asianews.it/en.html", False),
        ("https://www.asianews.it/unheard-of", False),
    ],
)
def test_listings_that_the_site_declares_are_ways_in(url, way_in):
    assert is_followed(url, SITE) is way_in


ENTRY = '<ul><li><a href="{}">{}</a> 04/03/2024</li></ul>'


@pytest.mark.parametrize(
    ("headers", "page", "codec", "headline"),
    [
        ("text/html; charset=utf-8", "<title>旧港</title>" + ENTRY, "utf-8", "港口的钟在早上响起"),
        ("text/html", "<title>旧港</title>" + ENTRY, "utf-8", "港口的钟在早上响起"),
        ("text/html; charset=gb2312", ENTRY, "gb18030", "朱镕基与旧港"),
        ("text/html; charset=gb2312", "<meta charset=utf-8>" + ENTRY, "gb18030", "港口的钟在早上响起"),
        ("text/html", "<meta charset=cp936>" + ENTRY, "gb18030", "港口的钟在早上响起"),
        ("text/html", ENTRY, "gb18030", "港口的钟在早上响起，渔民说他们会回来"),
        ("text/html; charset=iso-8859-1", ENTRY, "cp1252", "It’s “café”"),
    ],
)
def test_a_listing_is_read_in_its_charset_as_articles_are(headers, page, codec, headline):
    body = page.format("/news-zh/x-113.html", headline).encode(codec)
    listing = Capture(
        url="https://www.asianews.it/zh.html",
        fetched_at=NOW,
        status=200,
        body=body,
        headers=(("Content-Type", headers),),
    )
    (link,) = read_listing(listing, SITE).links
    assert (link.headline, link.published_on) == (headline, "2024-03-04")


def test_a_charset_that_is_not_known_is_a_problem_of_listing_and_feed():
    headers = (("Content-Type", "text/html; charset=klingon"),)
    bodies = (ENTRY.format("/news-en/x-113.html", "Café"), RSS.replace("First", "Café"))
    for body, read in zip(bodies, (read_listing, read_feed), strict=True):
        written = Capture(
            url="https://www.asianews.it/en.xml",
            fetched_at=NOW,
            status=200,
            body=body.encode("cp1252"),
            headers=headers,
        )
        if read is read_feed:
            written = replace(written, body=written.body.replace(b' encoding="UTF-8"', b""))
        page_links = read(written, SITE)
        assert page_links.links[0].headline.startswith("Café")
        (problem,) = page_links.problems
        assert (problem.field, problem.value) == ("charset", "klingon")


@pytest.mark.parametrize(
    ("base", "href"),
    [
        ("/news-en/", "A-111.html"),
        ("//www.asianews.it/news-en/", "A-111.html"),
        ("https://www.asianews.it/news-en/", "A-111.html"),
        ("../news-en/index.html", "A-111.html"),
        (" /x/y ", "../news-en/A-111.html"),
        ("/x/", "/news-en/A-111.html"),
        ("", "../news-en/A-111.html"),
        ("javascript:1", "../news-en/A-111.html"),
        ("http://[x/", "../news-en/A-111.html"),
    ],
)
def test_the_links_of_a_listing_start_from_its_base(base, href):
    page = f'<html><head><base target=_top><base href="{base}"><base href="/z/"></head><body>{ENTRY.format(href, "A")}</body></html>'
    links = read_listing(capture(page, "https://www.asianews.it/geo-en/Nepal-7.html"), SITE).links
    assert keys(links) == ["asianews/en/111"]


@pytest.mark.parametrize(
    ("label", "headline"),
    [("gb2312", "旧港 朱镕基"), ("shift_jis", "①港の㈱"), ("euc-kr", "똠방각하의 종"), ("big5", "碁盤")],
)
def test_a_feed_is_not_cut_at_a_character_that_the_strict_charset_lacks(label, headline):
    codec = {"gb2312": "gbk", "shift_jis": "cp932", "euc-kr": "cp949", "big5": "big5hkscs"}[label]
    feed = RSS.replace("UTF-8", label).replace("First &amp; foremost", headline)
    links = read_feed(capture(feed.encode(codec)), SITE).links
    assert keys(links) == ["asianews/en/900", "asianews/en/901"]
    assert links[0].headline == headline


STATED = "/news-en/Ferry-9.html"
DRAWN = {
    "a state in a script": f'<script type="application/json">{{"a":[{{"url":"https:\\/\\/asianews.it{STATED}"}}]}}</script>',
    "a list of JSON-LD": f'<script type="application/ld+json">{{"@type":"ItemList","url":"{STATED}"}}</script>',
    "an attribute of JSON": f'<div data-props="{{&quot;href&quot;:&quot;{STATED}&quot;}}"></div>',
    "escaped slashes": f"<script>x = '{STATED.replace('/', chr(92) + 'u002F')}'</script>",
    "an attribute": f'<div data-href="{STATED}">The ferry</div>',
    "a handler": f"<p onclick=\"location.href='{STATED}'\">The ferry</p>",
    "for browsers without scripts": f"<noscript><a href='{STATED}'>The ferry</a></noscript>",
    "a template": f"<template><a href='{STATED}'>The ferry</a></template>",
    "a frame": f"<iframe srcdoc=\"<a href='{STATED}'>The ferry</a>\"></iframe>",
}


@check_rows("name", DRAWN)
def test_a_listing_that_a_script_draws_leads_to_the_articles_that_its_data_name(name):
    (link,) = read_listing(capture(f"<html><body>{DRAWN[name]}", "https://www.asianews.it/en.html"), SITE).links
    assert (link.address.url_key, link.via, link.headline) == ("asianews/en/9", "listing", None)
    both = f"<html><body>{DRAWN[name]}<a href='/news-en/Mill-8.html'>The mill</a>"
    assert keys(read_listing(capture(both, "https://www.asianews.it/en.html"), SITE).links) == ["asianews/en/8"]


@check_rows(
    "markup",
    [
        f"<!-- <a href='{STATED}'>The ferry</a> -->",
        f'<script src="/en/assets/js/app.js"></script><link href="/en/assets/css/a.css?v=1">{"x" * 9}',
        '<script>{"url":"https://stranger.example/news-en/Ferry-9.html","b":"//[","c":"/news-en/"}</script>',
    ],
)
def test_data_that_name_no_article_lead_nowhere(markup):
    assert read_listing(capture(f"<html><body>{markup}", "https://www.asianews.it/en.html"), SITE).links == ()


@check_rows(
    ("anchor", "headline"),
    [
        (f"<a href='{STATED}'>Read more »</a>", None),
        (f"<a href='{STATED}'>Leggi tutto</a><a href='{STATED}'>The ferry</a>", "The ferry"),
        (f"<a href='{STATED}' aria-label='The ferry'>Read more</a>", "The ferry"),
        (f"<a href='{STATED}'><img src='x' alt='The ferry'></a>", "The ferry"),
        (f"<a href='{STATED}'>More boats</a>", "More boats"),
    ],
)
def test_a_link_that_only_asks_to_read_on_tells_no_headline(anchor, headline):
    (link,) = read_listing(capture(f"<html><body>{anchor}", "https://www.asianews.it/en.html"), SITE).links
    assert link.headline == headline
