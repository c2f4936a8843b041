"""All that speaks for an article is weighed: old pages are articles, other kinds of pages are none, and each says why."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.errors import NotAnArticle, OtherArticle
from crawler.extraction.evidence.page_model import load_page_model
from crawler.items import Article, Capture
from crawler.process import process
from crawler.site import AddressForm, Site
from crawler.sites.registry import find_site
from seealso import read_page

ASIANEWS = find_site("asianews")

# Pages of the kind that the paper printed before it had structured data: tables in tables, no heading, a title that is
# the paper's name, and a column of links to other articles before the text.

OLD_PAGES = {
    "en": (
        "12/03/2004",
        "NEPAL",
        "Weavers of Patan hang their looms on the bridge",
        "by Maria Rossi",
        "The weavers of Patan have hung forty looms on the old bridge, so that nobody may cross it before the council "
        "has heard them.",
        "They ask for the light that was promised to their street nine years ago. The council meets on Thursday, and "
        "its clerk says that the matter stands on the list.",
        "Until then the children take the boat to school, and the ferryman has asked for a second oar.",
        "news-en",
    ),
    "it": (
        "12/03/2004",
        "NEPAL",
        "I tessitori di Patan appendono i telai al ponte",
        "di Maria Rossi",
        "I tessitori di Patan hanno appeso quaranta telai al vecchio ponte, perché nessuno lo attraversi prima che il "
        "consiglio li abbia ascoltati.",
        "Chiedono la luce promessa alla loro via nove anni fa. Il consiglio si riunisce giovedì, e il segretario dice "
        "che la questione è all'ordine del giorno.",
        "Fino ad allora i bambini vanno a scuola in barca, e il traghettatore ha chiesto un secondo remo.",
        "notizie-it",
    ),
    "es": (
        "12/03/2004",
        "NEPAL",
        "Los tejedores de Patan cuelgan sus telares del puente",
        "de Maria Rossi",
        "Los tejedores de Patan han colgado cuarenta telares del viejo puente, para que nadie lo cruce antes de que el "
        "consejo los haya escuchado.",
        "Piden la luz que se prometió a su calle hace nueve años. El consejo se reúne el jueves, y su secretario dice "
        "que el asunto está en la lista.",
        "Hasta entonces los niños van a la escuela en barca, y el barquero ha pedido un segundo remo.",
        "noticias-es",
    ),
    "zh": (
        "12/03/2004",
        "尼泊尔",
        "帕坦的织工把织机挂在桥上",
        "玛利亚",
        "帕坦的织工把四十架织机挂在旧桥上，要求议会先听取他们的意见，然后才准许任何人过桥，许多居民站在岸边观看。",
        "他们要求得到九年前答应给他们那条街的灯光。议会将于星期四开会，书记说这件事已经列入议程，请大家耐心等候。",
        "在此之前，孩子们坐船上学，船夫已经要求再添一支桨，因为早上的水流很急，来回一趟要花半个小时的时间。",
        "news-zh",
    ),
}


def make_old_page(language: str, *, byline: bool = True, date: bool = True, entries: int = 9) -> str:
    day, country, headline, by, first, second, third, folder = OLD_PAGES[language]
    column = "".join(
        f'<tr><td><img src="dot.gif"></td><td><a href="/{folder}/T-{70000 + number}.html">'
        f"<font size=1>{headline[:12]} {number}: {country}</font></a></td></tr>"
        for number in range(entries)
    )
    return (
        f'<html lang="{language}"><head><title>AsiaNews</title></head><body bgcolor=white><table width=780><tr>'
        f"<td width=150 valign=top><table>{column}</table></td><td valign=top><table><tr><td>"
        + (f"<font size=1>{day}</font><br>" if date else "")
        + f"<font size=1><b>{country}</b></font></td></tr><tr><td><font size=4><b>{headline}</b></font></td></tr>"
        + (f"<tr><td><i>{by}</i></td></tr>" if byline else "")
        + f"<tr><td><p>{first}</p><p>{second}</p><p>{third}</p></td></tr></table></td></tr></table></body></html>"
    )


def read(html: str, site: Site, url: str) -> Article:
    capture = Capture(
        url=url,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=html.encode(),
    )
    return process(capture, site)


@pytest.mark.parametrize("language", OLD_PAGES)
@pytest.mark.parametrize("address", ["index.php?l={language}&art=4711", "{folder}/A-slug-4711.html"])
def test_an_old_page_of_tables_is_an_article(language: str, address: str) -> None:
    folder = OLD_PAGES[language][-1]
    url = "https://www.asianews.it/" + address.format(language=language, folder=folder)
    article = read(make_old_page(language), ASIANEWS, url)
    assert article.headline == OLD_PAGES[language][2]
    assert OLD_PAGES[language][5] in article.body
    assert article.site_key == "4711"
    assert [problem for problem in article.problems if problem.kind == "doubt"] == []


@pytest.mark.parametrize("language", OLD_PAGES)
@pytest.mark.parametrize(("byline", "date"), [(False, True), (True, False), (False, False)])
def test_an_old_page_without_byline_or_date_is_known_by_its_address(language: str, byline: bool, date: bool) -> None:
    slug = re.sub(r"[\W_]+", "-", OLD_PAGES[language][2])
    html = make_old_page(language, byline=byline, date=date)
    article = read(html, ASIANEWS, f"https://www.asianews.it/{OLD_PAGES[language][-1]}/{slug}-4711.html")
    assert article.headline == OLD_PAGES[language][2]
    assert article.problems == ()


@pytest.fixture
def strict_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped model with thresholds that leave nothing certain."""
    model = replace(load_page_model(), refuse_below=0.0, sure_from=1.0)
    monkeypatch.setattr("crawler.extraction.evidence.page_model.load_page_model", lambda: model)


@pytest.mark.usefixtures("strict_model")
def test_an_old_page_that_nothing_confirms_is_kept_with_its_doubt() -> None:
    html = make_old_page("en", byline=False, date=False, entries=0)
    article = read(html, ASIANEWS, "https://www.asianews.it/news-en/A-slug-4711.html")
    [problem] = article.problems
    assert (problem.field, problem.kind, article.headline) == ("page", "doubt", OLD_PAGES["en"][2])
    assert re.fullmatch(r"It is uncertain whether the page is an article \(\d+%\): \w.+\.", problem.reason)


@pytest.mark.usefixtures("strict_model")
def test_a_date_or_a_byline_under_an_address_of_the_site_leaves_no_doubt() -> None:
    for missing in ("byline", "date"):
        html = make_old_page("en", byline=missing != "byline", date=missing != "date", entries=0)
        assert read(html, ASIANEWS, "https://www.asianews.it/news-en/A-slug-4711.html").problems == ()


@pytest.mark.usefixtures("strict_model")
def test_a_site_whose_addresses_decide_has_no_doubts() -> None:
    html = make_old_page("en", byline=False, date=False, entries=0)
    site = replace(ASIANEWS, address_decides=True)
    assert read(html, site, "https://www.asianews.it/news-en/A-slug-4711.html").problems == ()


# Pages of no site that is known: the page alone decides.

PROSE = (
    "The harbour of Lindholm has had no lamp since the storm of October, and the boats come in by the sound of a bell.",
    "On Sunday the keeper climbed the tower with a can of oil and the glass that the school had saved for him.",
    "He lit it at six. From the quay nobody said a word, then the bell rang once more, and the boats came in by light.",
    "The council will pay for the glass in spring; until then the children take turns at cleaning it after their lessons.",
    "The keeper says that the oil will last for nine weeks, and that he has asked the ferry for another barrel of it.",
)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
MENU = "".join(
    f'<li><a href="/harbour/{name}-is-here">{name.title()} is here for everybody</a></li>' for name in "abcdef"
)


def make_page(inner: str, head: str = "", title: str = "The lamp of Lindholm is lit again - The Gazette") -> bytes:
    return f'<html lang="en"><head><title>{title}</title>{head}</head><body>{inner}</body></html>'.encode()


URL = "https://gazette.example/2026/03/the-lamp-of-lindholm-is-lit-again"
ARTICLES = {
    "an SEO title and teasers above": (
        make_page(
            f"<div>{MENU}</div><h1>Light for the boats at last</h1>{TEXT}",
            '<meta property="og:type" content="article"><meta property="og:title" content="Lindholm: what to know">',
            "Lindholm lamp: what to know | The Gazette",
        ),
        "Light for the boats at last",
    ),
    "only a stated date": (
        make_page(
            f"<h1>The lamp of Lindholm is lit again</h1>{TEXT}",
            '<meta property="og:type" content="website">'
            '<meta property="article:published_time" content="2026-03-01T18:00:00Z">',
        ),
        "The lamp of Lindholm is lit again",
    ),
    "a date in words that no format knows": (
        make_page(f"<h1>The lamp of Lindholm is lit again</h1><p>Printed on the first Sunday of 2026</p>{TEXT}"),
        "The lamp of Lindholm is lit again",
    ),
    "a headline in a menu": (
        make_page(f"<nav><h1>The lamp of Lindholm is lit again</h1></nav><div>{TEXT}</div>"),
        "The lamp of Lindholm is lit again",
    ),
    "a menu that is never closed": (
        make_page(
            f"<nav><ul>{MENU}</ul><div><h1>The lamp of Lindholm is lit again</h1><p>by Ann Lee</p>{TEXT * 5}</div>"
        ),
        "The lamp of Lindholm is lit again",
    ),
    "a footer that repeats the title": (
        make_page(
            f"<h1>Light for the boats at last</h1><p>by Ann Lee</p>{TEXT}<div>Home</div>"
            "<div>The lamp of Lindholm is lit again</div>",
            '<meta property="og:type" content="article">',
        ),
        "Light for the boats at last",
    ),
    "a headline that only structured data has": (
        make_page(
            f"<div>{TEXT}</div>",
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The lamp is lit"}</script>',
            "The Gazette",
        ),
        "The lamp is lit",
    ),
    "a form around the whole page": (
        make_page(f'<form class="page-form"><h1>The lamp of Lindholm is lit again</h1><p>by Ann Lee</p>{TEXT}</form>'),
        "The lamp of Lindholm is lit again",
    ),
    "a bar for consent": (
        make_page(
            '<div class="page-gdpr-bar"><span class="gdpr-sr-only">We keep crumbs</span></div>'
            f"<h1>The lamp of Lindholm is lit again</h1><p>by Ann Lee</p>{TEXT}"
        ),
        "The lamp of Lindholm is lit again",
    ),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_known_by_whatever_speaks_for_it(name: str) -> None:
    html, headline = ARTICLES[name]
    article = read_page(html, URL)
    assert article.headline == headline
    assert PROSE[2] in article.body


def make_cards(kind: str, text: str) -> str:
    return "".join(
        f'<div class="card"><h3><a href="/{kind}/{number}">{text} number {number}</a></h3><p>$ {number}9.00</p>'
        f"<p>In the shop</p><button>Put it in</button></div>"
        for number in range(1, 25)
    )


OTHERS = {
    "a product": (
        "https://shop.example/products/brass-lamp",
        make_page(
            "<h1>Brass lamp</h1><p>$ 49.00</p><p>A lamp of brass for boats and porches, with a wick of cotton and a glass "
            f"that a storm does not put out.</p><h2>You may like</h2>{make_cards('products', 'Lamp')}",
            '<meta property="og:type" content="product"><script type="application/ld+json">'
            '{"@type": "Product", "name": "Brass lamp", "offers": {"@type": "Offer", "price": "49.00"}}</script>',
            "Brass lamp - The Shop",
        ),
    ),
    "a collection": (
        "https://shop.example/collections/lamps",
        make_page(f"<h1>Lamps</h1>{make_cards('products', 'Lamp')}", "", "Lamps - The Shop"),
    ),
    "a forum": (
        "https://boats.example/forum/viewtopic.php?t=47",
        make_page(
            "<h1>Lamp</h1>"
            + "".join(
                f'<div class="post"><p class="author">boatman{number}</p><p>{number}/03/2026 18:0{number}</p>'
                f"<p>{text}</p><p>Quote</p><p>Reply</p></div>"
                for number, text in enumerate(("Which oil?", "The usual one.", "Thanks, that works.", "Glad to hear."))
            ),
            "",
            "Lamp - Boats",
        ),
    ),
    "a manual": (
        "https://lamp.example/docs/api/wick",
        make_page(
            "<h1>wick</h1><p>Returns the wick.</p><pre>lamp.wick()\nlamp.light(wick)\nlamp.close()</pre>"
            "<h2>Arguments</h2><ul><li>lamp</li><li>oil</li></ul><pre>wick = lamp.wick(oil)</pre>",
            "",
            "wick - Lamp manual",
        ),
    ),
    "a listing": (
        "https://gazette.example/category/harbour",
        make_page(
            "<h1>Harbour</h1>"
            + "".join(
                f'<article><h2><a href="/2026/03/story-of-the-harbour-{number}">Story of the harbour {number}</a></h2>'
                f"<p>{PROSE[number % 5]}</p></article>"
                for number in range(12)
            ),
            '<meta property="og:type" content="website">',
            "Harbour - The Gazette",
        ),
    ),
    "a service": (
        "https://lamps.example/services",
        make_page(
            "<h1>Our services</h1><p>We clean lamps.</p><p>We fill lamps.</p><p>Call us: 555 0100</p>"
            '<p><a href="/contact">Contact</a></p>',
            '<meta property="og:type" content="website">',
            "Services - Lamps",
        ),
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_of_another_kind_is_refused_with_what_is_missing(name: str) -> None:
    url, html = OTHERS[name]
    with pytest.raises(NotAnArticle, match=r"too little says that this is an article \(a chance of \d+%\): \w"):
        read_page(html, url)


# A canonical address that is the same path, shortened or decorated.

PATHS = Site(
    name="gazette",
    title="The Gazette",
    origin="https://gazette.example",
    domains=("gazette.example",),
    country="gb",
    languages=("en",),
    timezone="UTC",
    addresses=(AddressForm(kind="article", path=r"/(?P<language>en)/(?P<key>.+)", numeric=False),),
    lead_expected=False,
)


def make_canonical(path: str) -> str:
    link = f'<link rel="canonical" href="https://gazette.example{path}">'
    return make_page(f"<h1>The lamp of Lindholm is lit again</h1><p>by Ann Lee</p>{TEXT}", link).decode()


@pytest.mark.parametrize(
    "path",
    [
        "/en/lamp-of-lindholm-lit",
        "/en/harbour/2026/march/lamp-of-lindholm-lit",
        "/en/articles/lamp-of-lindholm-lit-id4711",
        "/en/lamp-of-lindholm-lit/comment-page-1",
    ],
)
def test_a_shortened_or_decorated_canonical_address_is_no_other_article(path: str) -> None:
    article = read(make_canonical(path), PATHS, "https://gazette.example/en/lamp-of-lindholm-lit")
    assert article.site_key == "lamp-of-lindholm-lit"


@pytest.mark.parametrize("path", ["/en/boat-of-lindholm-late", "/en/harbour"])
def test_another_canonical_address_is_another_article(path: str) -> None:
    with pytest.raises(OtherArticle):
        read(make_canonical(path), PATHS, "https://gazette.example/en/lamp-of-lindholm-lit")
