"""Designs of other tastes: what is printed is read, whatever carries it and whatever stands around."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from crawler.errors import NotAnArticle
from crawler.items import Article, Capture
from crawler.process import process
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

FOLDER: Final = {"en": "news-en", "it": "notizie-it", "es": "noticias-es", "zh": "news-zh"}
LEAD: Final = "Traders blame the weather, farmers the traders. A bishop opens his granary to both."
FIRST: Final = (
    "The rice came late this year, and with it the buyers. On Monday only four stalls of the old market were open."
)
SECOND: Final = (
    "“We are not afraid of the rain,” says the parish priest. “We are afraid of the men who say there is none.”"
)


def read(inner: str, language: str = "en", head: str = "") -> Article:
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{inner}</body></html>'
    return process(
        Capture(
            url=f"https://www.asianews.it/{FOLDER[language]}/A-slug-71001.html",
            fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=page.encode(),
        ),
        ASIANEWS,
    )


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ('<span class="d-block mb-3">', "</span>"),
        ('<span style="display: block">', "</span>"),
        ('<b style="display:flex">', "</b>"),
        ('<span class="block">', "</span>"),
    ],
)
def test_inline_tags_shown_as_blocks_are_lines(opening: str, closing: str) -> None:
    texts = (
        "06/01/2021, 11.20",
        "BANGLADESH",
        "Late rice, empty stalls",
        "by Sumon Corraya",
        LEAD,
        f"Dhaka (AsiaNews) - {FIRST}",
        SECOND,
    )
    related = (
        f'<a {opening.split(" ", 1)[1][:-1]} href="/news-en/X-70101.html">Fishermen go back to school</a>'
        f"{opening}17/10/2022 09:30{closing}"
    )
    article = read("".join(f"{opening}{text}{closing}" for text in texts) + f"{opening}See also{closing}{related}")
    assert article.headline == "Late rice, empty stalls"
    assert (article.kicker, article.byline, article.lead) == ("BANGLADESH", "by Sumon Corraya", LEAD)
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert [(entry.headline, entry.published_raw) for entry in article.see_also] == [
        ("Fishermen go back to school", "17/10/2022 09:30")
    ]


@pytest.mark.parametrize(
    ("kicker", "byline"), [("", ""), ("", "作者 Jainakri Phonna*"), ("今日亚洲", ""), ("缅甸", "作者 Gregory")]
)
def test_a_short_chinese_headline_without_a_heading_is_read(kicker: str, byline: str) -> None:
    lead = "钟声在村子里响了整整一夜，没有人知道是谁敲的。"
    body = "今年的稻米来得很晚，买家也跟着来得很晚。星期一，老城市场三十个摊位中只有四个开门。"
    lines = ("10/05/2024, 12.14", kicker, "教会的钟声", byline, f"<b>{lead}</b>", f"罗马(亚洲新闻)—{body}")
    article = read("".join(f"<div>{line}</div>" for line in lines if line), "zh")
    assert (article.headline, article.kicker, article.byline) == ("教会的钟声", kicker or None, byline or None)
    assert (article.lead, article.body) == (lead, body)


def test_a_lead_between_headline_and_date_is_kept_without_a_byline() -> None:
    digest = "Today's headlines: Tokyo raises interest rates; a strike in the ports of India; rain in Java."
    article = read(
        f"<article><h1>Yangon without fuel</h1><p>{digest}</p><p><time>02/03/2024, 12.14</time></p>"
        f"<h3>MYANMAR</h3><p>{FIRST}</p><h3>INDIA – JAPAN</h3><p>{SECOND}</p></article>"
    )
    assert article.lead == digest
    assert article.body.split("\n\n") == ["MYANMAR", FIRST, "INDIA – JAPAN", SECOND]


def test_a_date_under_a_short_text_leaves_it_the_body() -> None:
    article = read(f"<h1>Short notice</h1><p>{FIRST}</p><p>02/03/2024, 12.14</p>")
    assert (article.lead, article.body) == (None, FIRST)
    assert article.published is not None
    assert article.published.on == "2024-02-03"


@pytest.mark.parametrize(
    "links",
    [
        '<a href="mailto:?subject=x">發送給朋友</a> <a href="/index.php?l=en&idn=1&art=71001&mag=visualizzaperlastampa">打印版</a>',
        '<a href="#">發送給朋友</a> | <a href="/index.php?l=en&art=71001&mag=visualizzaperlastampa">可打印版本</a>',
        '<a href="javascript:window.print()">Imprimir esta página</a>',
        '<a href="?print=1">Stampa</a>',
    ],
)
def test_a_link_that_mails_or_prints_is_no_text_whatever_its_label(links: str) -> None:
    article = read(
        f"<div>06/01/2021, 11.20 {links}</div><h2>Late rice</h2><div><p>Dhaka (AsiaNews) - {FIRST}</p><p>{SECOND}</p>"
        f"<p>{links}</p></div>"
    )
    assert (article.kicker, article.body) == (None, f"{FIRST}\n\n{SECOND}")


@pytest.mark.parametrize("advert", ["<amp-ad><div fallback>Our sponsors</div></amp-ad>", "<div>Ad</div>", "<p>ADS</p>"])
def test_advertisements_of_other_elements_stay_out(advert: str) -> None:
    article = read(
        f"<h1>Late rice</h1><p>06/01/2021, 11.20</p><p>Dhaka (AsiaNews) - {FIRST}</p>{advert}<p>{SECOND}</p>"
    )
    assert article.body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "headline",
    [
        "Page not found",
        "404",
        "Error 404: page not found",
        "500 Internal Server Error",
        "Oops! Something went wrong",
        "Articolo non trovato",
        "L'articolo non esiste",
        "Página no encontrada",
        "Site under maintenance",
        "找不到页面",
        "Search results",
    ],
)
def test_an_error_page_under_todays_date_is_no_article(headline: str) -> None:
    inner = f"<div>11/24/2026, 10.15</div><h1>{headline}</h1><p>{FIRST}</p>"
    with pytest.raises(NotAnArticle):
        read(inner)


@pytest.mark.parametrize(
    "headline",
    [
        "500 Rohingya flee to India",
        "Missing plane still not found",
        "Search for ferry victims goes on",
        "400 dead in Kabul",
    ],
)
def test_a_headline_that_only_sounds_like_an_error_is_one(headline: str) -> None:
    assert read(f"<div>11/24/2025, 10.15</div><h1>{headline}</h1><p>{FIRST}</p>").headline == headline


RELATED: Final = (
    ("70101", "Fishermen go back to school", "17/10/2022 09:30"),
    ("70102", "The long wait of the weavers", None),
    ("70103", "Peace is made by hand", "21/02/2007"),
)


def entries_of(article: Article) -> list[tuple[str | None, str | None, str | None]]:
    return [(entry.address.site_key, entry.headline, entry.published_raw) for entry in article.see_also]


def story(middle: str = "", after: str = "") -> str:
    return (
        f"<div>06/01/2021, 11.20</div><h1>Late rice</h1><p>by Sumon Corraya</p><h3>{LEAD}</h3>"
        f"<div><p>Dhaka (AsiaNews) - {FIRST}</p>{middle}<p>{SECOND}</p></div>{after}"
    )


@pytest.mark.parametrize(
    "box",
    [
        "<div><h4>Newsletter</h4><p>Subscribe to Asia News updates or change your preferences</p><p>Subscribe now</p></div>",
        "<div><div>Newsletter</div><div>Subscribe to Asia News updates</div></div>",
        '<section><b>Related</b><ul><li><a href="/news-en/X-70901.html">Other story</a></li></ul></section>',
        '<p><strong>Read also:</strong> <a href="/news-en/X-70901.html">Other story</a></p>',
        '<div class="donate"><p>Help us! <a href="/donate">Donate now</a></p></div>',
        "<p>3 min read</p>",
    ],
)
def test_a_box_in_the_middle_of_the_body_is_left_out_and_the_body_goes_on(box: str) -> None:
    assert read(story(box)).body == f"{FIRST}\n\n{SECOND}"


def test_text_after_the_newsletter_box_under_the_body_is_not_read() -> None:
    after = f"<div><p>Subscribe to Asia News updates</p></div><p>See also our other pages, where {FIRST}</p>"
    assert read(story(after=after)).body == f"{FIRST}\n\n{SECOND}"


def test_a_see_also_box_inside_the_body_does_not_hide_the_one_under_it() -> None:
    box = '<div><p>See also</p><p><a href="/news-en/X-70901.html">Other story</a> 01/02/2020</p></div>'
    under = "<h4>See also</h4>" + "".join(
        f'<p><a href="/news-en/X-{key}.html">{title}</a> {date or ""}</p>' for key, title, date in RELATED
    )
    article = read(story(box, under))
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert entries_of(article) == [("70901", "Other story", "01/02/2020"), *RELATED]


def test_a_link_that_says_read_more_is_titled_by_what_stands_above_it() -> None:
    under = "<h4>See also</h4>" + "".join(
        f'<div><h5>{title}</h5><small>{date or ""}</small> <a href="/news-en/X-{key}.html">Read more</a></div>'
        for key, title, date in RELATED
    )
    assert entries_of(read(story(after=under))) == list(RELATED)


def test_dates_in_a_row_of_their_own_are_given_to_no_title_on_a_guess() -> None:
    titles = "".join(f'<td><a href="/news-en/X-{key}.html">{title}</a></td>' for key, title, _ in RELATED)
    dates = "".join(f"<td>{date or '&nbsp;'}</td>" for _, _, date in RELATED)
    article = read(story(after=f"<table><tr><th>See also</th></tr><tr>{titles}</tr><tr>{dates}</tr></table>"))
    assert entries_of(article) == [(key, title, None) for key, title, _ in RELATED]


def test_a_reading_time_beside_the_byline_is_no_part_of_it() -> None:
    article = read(story().replace("by Sumon Corraya", "by Sumon Corraya | 3 min read"))
    assert article.byline == "by Sumon Corraya"
    assert [author.name for author in article.authors] == ["Sumon Corraya"]


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "See Also ›"),
        ("en", "▸ SEE ALSO:"),
        ("en", "Related articles"),
        ("it", "Vedi pure"),
        ("it", "Articoli correlati"),
        ("es", "Lea también"),
        ("es", "Ver tambien"),
        ("es", "Artículos relacionados"),
        ("zh", "另请参阅"),
        ("zh", "相關文章"),
        ("zh", "延伸阅读："),
    ],
)
def test_see_also_is_known_by_each_of_its_labels(language: str, label: str) -> None:
    entries = "".join(
        f'<li><a href="/{FOLDER[language]}/X-{key}.html">{title}</a> {date or ""}</li>' for key, title, date in RELATED
    )
    page = story(after=f"<h4>{label}</h4><ul>{entries}</ul>")
    article = read(page if language == "en" else page.replace("by Sumon Corraya", "Sumon Corraya"), language)
    assert entries_of(article) == list(RELATED)
    assert article.body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("frame", ["<p>{link} {date}</p>", "<p>{link}</p><p>{date}</p>", "<p>{link}<br>{date}</p>"])
def test_entries_under_an_unknown_label_neither_enter_the_body_nor_cost_the_article(frame: str) -> None:
    entries = "".join(
        frame.format(link=f'<a href="/news-en/X-{key}.html">{title}</a>', date=date or "")
        for key, title, date in RELATED
    )
    page = story().replace(f"<p>{SECOND}</p>", f"<p>{SECOND}</p><p>More like this</p>{entries}")
    article = read(page, head="<title>Late rice - AsiaNews</title>")
    assert article.body.startswith(f"{FIRST}\n\n{SECOND}")
    assert not any(title in article.body for _, title, _ in RELATED)


@pytest.mark.parametrize(
    "around",
    [
        '<ul class="tags"><li><a href="/tag/rice">rice</a></li><li><a href="/tag/x">Bangladesh</a></li></ul>',
        "<div>Rate this article: ★★★★☆ (12 votes)</div>",
        "<div>Share:</div>",
        "<div>Follow us on Telegram</div>",
        '<div class="z"><img src="x"><span>Photo: AFP</span></div>',
    ],
)
def test_what_stands_around_a_text_is_no_part_of_lead_or_body(around: str) -> None:
    page = story(after=around).replace("<h3>", f"{around}<h3>").replace(f"<p>{SECOND}", f"{around}<p>{SECOND}")
    assert (read(page).lead, read(page).body) == (LEAD, f"{FIRST}\n\n{SECOND}")


def test_readers_comments_under_their_heading_are_not_read() -> None:
    page = story().replace(f"{SECOND}</p>", f"{SECOND}</p><h3>Comments (3)</h3><p>{FIRST}</p>")
    assert read(page).body == f"{FIRST}\n\n{SECOND}"


DROP_CAPS: Final = {
    "floating": '<span style="float:left;display:block;font-size:3em">T</span>',
    "a division": '<div class="first-letter">T</div>',
    "bold in a block": '<span class="d-block"><b>T</b></span>',
    "a quotation": '<span style="display:block;float:left">“T</span>',
}


@pytest.mark.parametrize("name", DROP_CAPS)
def test_a_letter_that_is_set_large_belongs_to_its_word(name: str) -> None:
    quoted = "“" if name == "a quotation" else ""
    inner = (
        "<div>06/01/2021, 11.20</div><h1>Late rice, empty stalls</h1><div>by Sumon Corraya</div>"
        f"<p><b>{LEAD}</b></p><p>Dhaka (AsiaNews) - {SECOND}</p><div>{DROP_CAPS[name]}{FIRST[1:]}</div>"
    )
    assert read(inner).body.split("\n\n") == [SECOND, quoted + FIRST]


PULL_QUOTES: Final = ("“We are afraid of the men who say there is none”", "Afraid of the men who say there is nothing")
"""As it stands in the text, and with another last word."""


@pytest.mark.parametrize("quote", PULL_QUOTES)
@pytest.mark.parametrize("tag", ["div", "aside", "blockquote", "p"])
def test_a_pull_quote_that_is_not_read_aloud_is_no_second_time(tag: str, quote: str) -> None:
    inner = (
        "<div>06/01/2021, 11.20</div><h1>Late rice, empty stalls</h1><div>by Sumon Corraya</div>"
        f"<p><b>{LEAD}</b></p><p>Dhaka (AsiaNews) - {FIRST}</p>"
        f'<{tag} aria-hidden="true">{quote}</{tag}><p>{SECOND}</p>'
    )
    assert read(inner).body.split("\n\n") == [FIRST, SECOND]


def test_a_paragraph_that_is_not_read_aloud_is_text_where_it_stands_once() -> None:
    inner = (
        "<div>06/01/2021, 11.20</div><h1>Late rice, empty stalls</h1><div>by Sumon Corraya</div>"
        f'<p><b>{LEAD}</b></p><p>Dhaka (AsiaNews) - {FIRST}</p><p class="rest" aria-hidden="true">{SECOND}</p>'
    )
    assert read(inner).body.split("\n\n") == [FIRST, SECOND]


NEXT_DATELINE: Final = (
    "Kathmandu (AsiaNews) - The lamp was hung on Friday, and nobody at the ferry has slept badly since then."
)
NEXT_TEXT: Final = (
    "It burns palm oil, and the school pays for it, as it paid for the rope and for the two new steps last year."
)


@pytest.mark.parametrize("heading", ["<h1>{}</h1>", '<h2 class="title">{}</h2>', '<div class="story-title">{}</div>'])
@pytest.mark.parametrize(
    "parts", [("03/10/2022, 08.00", "NEPAL", "{}", "by John Roe"), ("{}", "by John Roe"), ("{}", "03/10/2022, 08.00")]
)
def test_a_second_story_below_ends_the_first(heading: str, parts: tuple[str, ...]) -> None:
    above = "<div>06/01/2021, 11.20</div><div>BANGLADESH</div>"
    own = above + heading.format("Late rice, empty stalls") + "<div>by Sumon Corraya</div>"
    own += f"<p><b>{LEAD}</b></p><p>Dhaka (AsiaNews) - {FIRST}</p><p>{SECOND}</p>"
    other = "".join(
        heading.format("A lamp for the ferry steps") if part == "{}" else f"<div>{part}</div>" for part in parts
    )
    article = read(
        f"{own}{other}<p>{NEXT_DATELINE}</p><p>{NEXT_TEXT}</p>", head="<title>Late rice, empty stalls</title>"
    )
    assert article.body.split("\n\n") == [FIRST, SECOND]


def test_a_heading_within_the_text_ends_nothing() -> None:
    heading = '<h2 class="title">{}</h2>'
    inner = (
        f"<div>06/01/2021, 11.20</div>{heading.format('Late rice, empty stalls')}<div>by Sumon Corraya</div>"
        f"<p><b>{LEAD}</b></p><p>Dhaka (AsiaNews) - {FIRST}</p>{heading.format('What the priest says')}<p>{SECOND}</p>"
    )
    body = read(inner, head="<title>Late rice, empty stalls</title>").body.split("\n\n")
    assert body == [FIRST, "What the priest says", SECOND]
