"""The next page of a listing or feed is found, and feeds in heads, but none of strangers and of comments."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.newsroom import GAZETTE
from support.tables import check_rows

from crawler.discovery.feeds import read_feed
from crawler.discovery.head_feeds import find_head_feeds
from crawler.discovery.listings import read_listing
from crawler.items import Address, Capture
from crawler.normalisation.addresses.urls import read_address

ORIGIN = "https://www.gazette.example"
NOW = datetime(2024, 3, 1, 10, tzinfo=UTC)
STORY = '<p><a href="/news-en/Ferry-1.html">The ferry leaves at noon</a></p>'
WITHOUT_FEEDS = replace(GAZETTE, entry_points=())


def capture(body, url):
    return Capture(url=url, fetched_at=NOW, status=200, body=body.encode())


def find_next(markup, path="/asia/"):
    links = read_listing(capture(f"<html><body>{STORY}{markup}</body></html>", ORIGIN + path), GAZETTE).links
    assert links[0].address.site_key == "1"
    next_pages = [link for link in links if link.is_next]
    assert all((link.via, link.address.kind) == ("listing", "listing") for link in next_pages)
    return [link.address.url.removeprefix(ORIGIN) for link in next_pages]


@pytest.mark.parametrize(
    ("markup", "path", "expected"),
    [
        ('<link rel="next" href="/asia/page/2/">', "/asia/", ["/asia/page/2/"]),
        ('<a rel="nofollow next" href="?page=2">Older</a>', "/asia/", ["/asia/?page=2"]),
        ('<a class="btn next" href="/asia?paged=3">›</a>', "/asia?paged=2", ["/asia?paged=3"]),
        ('<li class="pagination-next"><a href="/asia/page/2">→</a></li>', "/asia/", ["/asia/page/2"]),
        (
            '<a href="/asia/page/1">1</a><b>2</b><a href="/asia/page/3"> 3 </a><a href="/asia/page/4">4</a>',
            "/asia/page/2",
            ["/asia/page/3"],
        ),
        ('<a href="/asia-2.html">2</a>', "/asia.html", ["/asia-2.html"]),
        ('<a href="/asia/?page=2">Older posts »</a>', "/asia/", ["/asia/?page=2"]),
        ('<a href="/asia/page/3" aria-label="Pagina successiva"><svg/></a>', "/asia/page/2", ["/asia/page/3"]),
        ('<a href="/asia/?seite=2">Nächste Seite</a>', "/asia/", ["/asia/?seite=2"]),
        ('<a href="/asia/?p=1">上一页</a><a href="/asia/?page=4">下一页</a>', "/asia/?page=3", ["/asia/?page=4"]),
        ('<a href="/asia/page/1">Next</a><a href="/asia/page/4">Next</a>', "/asia/page/2", []),
        ('<a href="/asia-2.html">Next week in Asia</a>', "/asia.html", []),
        ('<a href="/africa/page/2">2</a><a href="/asia/page/3">3</a>', "/asia/", []),
        ('<a class="next" href="/africa/">Next: Africa</a>', "/asia/", []),
        ('<link rel="next" href="/news-en/Bakers-2.html">', "/asia/", []),
        ('<link rel="next" href="https://stranger.example/asia/page/2">', "/asia/", []),
        ('<link rel="next" href="/asia/">', "/asia/", []),
        ('<link rel="next" href="https://[/">', "/asia/", []),
    ],
)
def test_the_next_page_of_a_listing(markup, path, expected):
    assert find_next(markup, path) == expected


BUTTON = '<button class="{}" data-url="/asia/?page=2">{}</button>'


@check_rows(
    ("markup", "path", "expected"),
    [
        (BUTTON.format("load-more", "Load more"), "/asia/", ["/asia/?page=2"]),
        (BUTTON.format("card", "Więcej artykułów"), "/asia/", ["/asia/?page=2"]),
        (BUTTON.format("card", "The ferry leaves at noon, says the crew"), "/asia/", []),
        ('<div class="endless" data-next="/asia/page/2/"></div>', "/asia/", ["/asia/page/2/"]),
        (
            '<section data-next-url="https://www.gazette.example/asia?page=3"></section>',
            "/asia/?page=2",
            ["/asia?page=3"],
        ),
        ('<div data-next="slide"></div><div data-next="/africa/page/2"></div>', "/asia/", []),
        ('<a href="/asia/?start=20">Older posts</a>', "/asia/", ["/asia/?start=20"]),
        ('<a href="?start=0">Newer</a><a href="?start=40">Older</a>', "/asia/?start=20", ["/asia/?start=40"]),
        ('<b>1</b><a href="?start=40">3</a><a href="?start=20">2</a>', "/asia/", ["/asia/?start=20"]),
        ('<a href="?start=20">The ferry of Ansgar</a><a href="/africa/?start=20">2</a>', "/asia/", []),
        ('<a class="next" href="?after=eyJ9">More</a>', "/asia/?after=eyJ0", ["/asia/?after=eyJ9"]),
        ('<a href="/search?updated-max=2024-02-01">Older Posts</a>', "/", ["/search?updated-max=2024-02-01"]),
        ('<a href="/asia/?after=eyJ0">More</a>', "/asia/?after=eyJ0", []),
        ('<a href="/asia/?p=2">2</a><a href="/asia/?p=3">2</a>', "/asia/", ["/asia/?p=2"]),
        ('<a href="/asia/?page=2">۲</a>', "/asia/", ["/asia/?page=2"]),
        ('<a href="/asia/page/02">02</a>', "/asia/", ["/asia/page/02"]),
    ],
)
def test_the_next_page_of_a_listing_by_buttons_counts_and_cursors(markup, path, expected):
    assert find_next(markup, path) == expected


@check_rows(
    "label",
    [
        *(
            "หน้าถัดไป",
            "الصفحة التالية",
            "加载更多",
            "次のページへ",
            "다음 페이지",
            "صفحه بعد",
            "अगला पृष्ठ",
            "Trang tiếp theo",
        ),
        *("Daha fazla haber", "Показать ещё »", "לעמוד הבא", "Voir plus d’articles", "Cargar más", "Carregar mais…"),
        *("Meer laden", "Mehr anzeigen", "Altre notizie", "Φόρτωση περισσότερων", "Načíst další"),
        *(
            "Muat lebih banyak",
            "আরও খবর",
            "மேலும்",
            "ተጨማሪ",
            "შემდეგი გვერდი",
            "Učitaj još",
            "Zobraziť viac",
            "もっと見る",
        ),
    ],
)
def test_the_next_page_is_told_in_many_languages(label):
    assert find_next(f'<a href="/asia/page/2">{label}</a>') == ["/asia/page/2"]
    assert find_next(f'<a href="/asia/page/2">{label} Ferry</a><a href="/africa/page/2">{label}</a>') == []


def test_the_next_page_of_a_json_feed():
    feed = '{"version":"https://jsonfeed.org/version/1.1","next_url":"https:\\/\\/www.gazette.example/en.xml?page=2","items":[]}'
    (next_page,) = read_feed(capture(feed, f"{ORIGIN}/en.xml"), GAZETTE).links
    assert (next_page.address.url, next_page.is_next) == (f"{ORIGIN}/en.xml?page=2", True)


def test_a_list_in_a_shadow_root_is_shown():
    listing = (
        f"<x-list><template shadowrootmode=open>{STORY}</template></x-list><a href='/news-en/About-9.html'>About</a>"
    )
    links = read_listing(capture(listing, f"{ORIGIN}/asia/"), GAZETTE).links
    assert [link.address.site_key for link in links] == ["1", "9"]


@pytest.mark.parametrize("relation", ["next", "prev-archive", "http://www.iana.org/assignments/relation/next"])
def test_the_next_page_of_a_feed(relation):
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="{ORIGIN}/en.xml"/>
    <link rel="{relation}" href="/en.xml?page=2&amp;all=1"/>
    <entry><link rel="http://www.iana.org/assignments/relation/alternate" href="{ORIGIN}/news-en/A-1.html"/></entry></feed>"""
    article, next_page = read_feed(capture(atom, f"{ORIGIN}/en.xml"), GAZETTE).links
    assert (article.address.site_key, article.is_next) == ("1", False)
    assert (next_page.address.url, next_page.via, next_page.is_next) == (f"{ORIGIN}/en.xml?all=1&page=2", "feed", True)
    assert next_page.address.kind == "feed"


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Tue, 05 Mar 2024 23:30:00 GMT", "2024-03-06"),
        ("mar, 05 mar 2024 10:00:00 +0100", "2024-03-05"),
        ("5 marzo 2024", "2024-03-05"),
    ],
)
def test_items_of_rss_1_have_their_address_in_their_tag_and_dates_in_any_language(printed, day):
    rdf = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{ORIGIN}/"><title>Gazette</title></channel>
    <item rdf:about="{ORIGIN}/news-it/A-1.html"><title>A</title><dc:date>{printed}</dc:date></item></rdf:RDF>"""
    (link,) = read_feed(capture(rdf, f"{ORIGIN}/en.xml"), GAZETTE).links
    assert (link.address.url_key, link.published_on) == ("gazette/it/1", day)


HEAD = f"""<html><head>
<link rel="alternate" type="application/rss+xml" title="Gazette" href="/feed/">
<link rel='alternate' type='application/atom+xml' href='{ORIGIN}/atom.xml?a=1&amp;b=2'>
<link rel="alternate" type="application/rss+xml" title="Gazette » Comments" href="/feed/all/">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" href="https://stranger.example/feed/">
<link rel="alternate" type="application/rss+xml" href="/news-en/Ferry-1.html/feed/">
<link rel="alternate" hreflang="it" href="/it/">
<link rel="stylesheet" type="text/css" href="/a.css"></head><body>{STORY}</body></html>"""


def find_feeds(path, site=WITHOUT_FEEDS, head=HEAD):
    links = find_head_feeds(capture(head, ORIGIN + path), site, read_address(path, site))
    assert {(link.address.kind, link.via, link.found_on) for link in links} <= {("feed", "entry", ORIGIN + path)}
    return [link.address.url.removeprefix(ORIGIN) for link in links]


def test_feeds_of_heads_are_the_site_s_and_none_of_comments():
    assert find_feeds("/news-en/Ferry-1.html") == ["/feed/", "/atom.xml?a=1&b=2"]


@check_rows(
    ("tag", "feed"),
    [
        ('<base href="/en/"><link rel=alternate type="application/rss+xml" href="feed/">', "/en/feed/"),
        (f'<base href="{ORIGIN}/x/y.html"><link rel=alternate type=application/atom+xml href=a.xml>', "/x/a.xml"),
        ('<link rel="alternate" type="application/rss&#43;xml" href="/index.xml">', "/index.xml"),
        ('<link rel="alternate" type="text/xml" href="/rss.php">', "/rss.php"),
        ('<link rel="alternate feed" type="application/rss+xml; charset=utf-8" href="/f">', "/f"),
        ('<link rel="alternate" type="application/json" href="/feed.json">', "/feed.json"),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/7">', None),
        ('<link rel="alternate" type="text/xml" href="/data.xml">', None),
        ('<link rel="alternate" type="text/html" href="/feed/">', None),
        ('<!-- <link rel="alternate" type="application/rss+xml" href="/old/"> -->', None),
    ],
)
def test_a_feed_is_found_however_the_head_names_it(tag, feed):
    assert find_feeds("/", head=f"<head>{tag}</head>") == ([feed] if feed else [])


def test_a_feed_is_found_in_the_header_of_a_page():
    field = '</style.css>; rel=preload, </feed.atom>; rel="alternate"; type="application/atom+xml", <http://[/>; rel=alternate'
    answer = replace(capture("<p>", f"{ORIGIN}/x/"), headers=(("Link", field), ("LINK", "<" * 9_000)))
    (link,) = find_head_feeds(answer, WITHOUT_FEEDS, read_address("/x/", WITHOUT_FEEDS))
    assert link.address.url == f"{ORIGIN}/feed.atom"


def test_a_site_that_declares_feeds_gets_no_others():
    assert find_feeds("/", replace(GAZETTE, entry_points=("/en.xml",))) == []


def test_a_page_leads_to_few_feeds():
    tags = "".join(f'<link rel="alternate" type="application/rss+xml" href="/feed/{n}">' for n in range(50))
    assert len(find_feeds("/", head=f"<head>{tags}</head>")) == 10


def test_addresses_of_feeds_are_of_the_kind_that_the_head_says():
    (feed, *_) = find_head_feeds(capture(HEAD, f"{ORIGIN}/"), WITHOUT_FEEDS, read_address("/", WITHOUT_FEEDS))
    assert feed.address == Address(url=f"{ORIGIN}/feed/", url_key=f"{ORIGIN}/feed/", kind="feed")
