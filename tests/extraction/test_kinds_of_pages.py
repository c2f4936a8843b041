"""Kinds of pages that news systems print: wire copy, releases, interviews, appeals, texts shown on a click, old tables."""

from __future__ import annotations

import json
from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

ONE: Final = (
    "The ferry between Port Amble and the island of Sull will stop running on 1 March, its owner said on Wednesday."
)
TWO: Final = (
    "Coastline Shipping blamed the price of fuel and a fall in passengers, from 90,000 to fewer than 31,000 a year."
)
THREE: Final = (
    "The people who live on Sull would then depend on a helicopter that flies twice a week, if the weather allows."
)
FOUR: Final = (
    "The regional government said that it had asked two other companies for offers, and expected answers by spring."
)
TEXT: Final = (ONE, TWO, THREE, FOUR)
BODY: Final = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
TITLE: Final = "Ferry to Sull to stop"
URL: Final = "https://post.example/news/ferry-to-sull-to-stop"


def read(
    under: str, *, body: str = BODY, end: str = "", head: str = "", language: str = "en", h1: str = TITLE
) -> Article:
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{TITLE}</title>{head}</head>'
        f"<body><article><h1>{h1}</h1>{under}{body}{end}</article></body></html>"
    )
    return read_page(page.encode(), URL)


def list_names(article: Article) -> list[str]:
    return [author.name for author in article.authors]


def list_paragraphs(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body.split("\n\n")]


@check_rows(
    ("under", "language", "names"),
    [
        (
            '<div><div class="w"><a href="/profile/ann">Ann Lee</a></div><div>Transport Correspondent</div>'
            '<div class="w"><a href="/profile/bo">Bo Ray</a></div><div>Islands Reporter</div></div><p>12 May 2026</p>',
            "en",
            ["Ann Lee", "Bo Ray"],
        ),
        (
            "<ul><li><a href=/profile/ann>Ann Lee</a><span>Transport correspondent, Amble</span></li>"
            "<li><a href=/profile/bo>Bo Ray</a><span>Islands reporter</span></li></ul><p>12 May 2026</p>",
            "en",
            ["Ann Lee", "Bo Ray"],
        ),
        (
            '<div><a href="/autor/ana">Ana Gil</a></div><div>Villar del Monte</div><div>12/05/2026</div>',
            "es",
            ["Ana Gil"],
        ),
        ("<p>Photographs by Otto Weir. Words by Lena Brandt</p><p>12 May 2026</p>", "en", ["Lena Brandt"]),
        ("<div>በሰላማዊት አበበ <span>13 May 2026</span></div>", "am", ["ሰላማዊት አበበ"]),
        ("<p>በአዲስ አበባ</p>", "am", []),
        ("<p>Мария Иванова, корреспондент отдела «Город»</p>", "ru", ["Мария Иванова"]),
        ("<p>12 мая, 08:30</p><p>Мария Иванова, корреспондент отдела</p>", "ru", ["Мария Иванова"]),
        ("<div>Autor: Ioana Pop &nbsp; Data: marți, 12 mai 2026, 08:30</div>", "ro", ["Ioana Pop"]),
        ("<p>เรื่อง: วรรณา แก้วใส | ภาพ: สมชาย ใจดี</p><p>12 พฤษภาคม 2569</p>", "th", ["วรรณา แก้วใส"]),
        ("<p class=aut>Solange Perrin<br>Maire de Saint-Aubin</p><p>12 mai 2026</p>", "fr", ["Solange Perrin"]),
        (
            "<div class=contributors>Ann Lee, Bo Ray,<br>Cy Dow and Otto Weir</div><p>12 May 2026</p>",
            "en",
            ["Ann Lee", "Bo Ray", "Cy Dow", "Otto Weir"],
        ),
        ("<p>論説委員　佐藤健</p><p>2026/05/12</p>", "ja", ["佐藤健"]),
        ("<p>2026-05-12 08:30 古山報／ 記者<a href=/w/1>林美華</a>／古山即時報導</p>", "zh", ["林美華"]),
        ("<p>Ein Dokument <a href=/d.pdf>PDF, 300 kB</a></p>", "de", []),
        ("<p>Julkaistu 12.5. klo 8.30</p>", "fi", []),
    ],
)
def test_writers_under_the_headline(under: str, language: str, names: list[str]) -> None:
    article = read(under, language=language)
    assert list_names(article) == names
    assert list_paragraphs(article)[-4:] == list(TEXT)


@check_rows(
    ("opening", "language", "names"),
    [
        ("本报古山5月12日电（记者李伟、张静）古山镇政府十二日晚间决定，泳池将于六月重新开放。", "zh", ["李伟", "张静"]),
        ("(옛산=봄뉴스) 최은지 기자 = 옛산읍 의회는 12일 밤 수영장을 6월에 다시 열기로 결정했다.", "ko", ["최은지"]),
        ("【カイロ＝佐藤健】古山町議会は十二日夜、町営プールを六月に再開することを決めた。", "ja", ["佐藤健"]),
        ("本报古山5月12日电（记者节前夕）古山镇政府十二日晚间决定，泳池将于六月重新开放。", "zh", []),
    ],
)
def test_writers_in_the_dateline_of_a_text(opening: str, language: str, names: list[str]) -> None:
    article = read("<p>2026-05-12</p>", body=f"<p>{opening}</p>" * 1 + f"<p>{opening[-20:] * 4}</p>", language=language)
    assert list_names(article) == names


@check_rows(
    ("end", "language"),
    [
        ("<p>(MORE TO FOLLOW)</p>", "en"),
        ("<p>Category: <a href=/islands>Islands</a></p>", "en"),
        (
            "<p>Dear reader, independent reporting costs money. We depend on people like you.</p>"
            "<p>If you value our work, please consider making a donation today. Thank you.</p>",
            "en",
        ),
        (
            "<p>Unterstützen Sie unabhängigen Journalismus mit einer Spende!</p><p>IBAN DE12 3456 7890 1234 5678 90</p>",
            "de",
        ),
        (
            "<p>Se apprezzi il nostro lavoro, sostieni la redazione con una donazione: sei tu che ci rendi liberi.</p>",
            "it",
        ),
        (
            "<h2>Written by Ann Lee</h2><p>122 followers</p><p>Farmer, writer and keeper of nine goats in the hills above "
            "the harbour of Port Amble, where nobody else lives.</p>",
            "en",
        ),
        ("<p>来源 | 古山日报</p><p>编辑 | 王小明</p>", "zh"),
        ("<p>Media contact:</p><p>Ann Lee, press@post.example</p>", "en"),
    ],
)
def test_what_stands_under_a_text_is_none_of_it(end: str, language: str) -> None:
    assert list_paragraphs(read("<p>By Ann Lee</p><p>12 May 2026</p>", end=end, language=language)) == list(TEXT)


@check_rows(
    "end",
    [
        "<p>“Readers who donate to our newsroom keep it alive, and you can see it,” said Ann Lee of the Herald in Amble.</p>",
        "<p>The donation of 4,000 pounds was handed to the crew of the ferry by the children of the only school on Sull.</p>",
    ],
)
def test_a_story_may_end_with_money(end: str) -> None:
    assert list_paragraphs(read("<p>12 May 2026</p>", end=end))[-1] == end[3:-4]


@check_rows(
    ("rest", "is_read"),
    [
        ('<div class="read-more-content" style="display:none">{}</div>', True),
        ('<span>...</span><div id="more" hidden>{}</div>', True),
        ('<div class="more-news" hidden>{}</div>', False),
        ('<div class="dialog" style="display:none">{}</div>', False),
    ],
)
def test_the_rest_of_a_text_that_a_button_shows(rest: str, is_read: bool) -> None:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT[2:])
    article = read(
        "<p>12 May 2026</p>", body=f"<p>{ONE}</p><p>{TWO}</p>{rest.format(paragraphs)}<button>Read on</button>"
    )
    assert list_paragraphs(article) == list(TEXT if is_read else TEXT[:2])


@check_rows(
    ("under", "language", "day", "updated"),
    [
        ('<p><span class="ago" title="2026-05-12 07:15:00">3 days ago</span></p>', "en", "2026-05-12", None),
        ('<p><span data-timestamp="1778570100">yesterday at 7:15</span></p>', "en", "2026-05-12", None),
        (
            '<p class="lead-paragraph">Minister announces 12 million for small islands</p><dl><dt>From:</dt>'
            "<dd>Ministry for Islands</dd><dt>Published</dt><dd>12 May 2026</dd><dt>Last updated</dt><dd>13 May 2026</dd></dl>",
            "en",
            "2026-05-12",
            "2026-05-13",
        ),
        ("<p>POSTED: 05/12/2026 04:15:00 PM EDT</p>", "en", "2026-05-12", None),
        ("<p>發佈時間：2026-05-12 08:30　更新時間：2026-05-13 10:00</p>", "zh", "2026-05-12", "2026-05-13"),
        ("<p>เผยแพร่: 12 พฤษภาคม 2569 | ปรับปรุง: 13 พฤษภาคม 2569</p>", "th", "2026-05-12", "2026-05-13"),
        ("<p>Monday November 16 2026, 12.01am GMT, The Times of Amble</p>", "en", "2026-11-16", None),
    ],
)
def test_days_that_pages_print_or_hold_behind_words(under: str, language: str, day: str, updated: str | None) -> None:
    article = read(under, language=language)
    assert article.published is not None
    assert article.published.on == day
    assert (article.modified and article.modified.on) == updated
    assert list_paragraphs(article)[-4:] == list(TEXT)


def test_json_ld_of_another_article_says_nothing_of_this_one() -> None:
    other = {
        "@type": "NewsArticle",
        "headline": "Library roof leaks again",
        "url": "https://post.example/news/library-roof-leaks-again",
        "datePublished": "2026-01-02T09:00:00Z",
        "author": {"@type": "Person", "name": "Cy Dow"},
    }
    head = f'<script type="application/ld+json">{json.dumps(other)}</script>'
    article = read("<p>By Ann Lee</p><p>12 May 2026</p>", head=head)
    assert list_names(article) == ["Ann Lee"]
    assert article.published is not None
    assert article.published.on == "2026-05-12"


def test_a_wire_dateline_names_an_agency_that_nobody_knows() -> None:
    article = read(
        "<p>12 May 2026</p>", body=f"<p>PORT AMBLE, May 12 (Harbourwire) - {ONE}</p><p>{TWO}</p><p>{THREE}</p>"
    )
    assert (article.dateline_place, article.dateline_agencies) == ("Port Amble", ("Harbourwire",))
    assert article.body.startswith(ONE)


def test_a_kicker_in_an_element_of_the_headline() -> None:
    article = read("<p>12 May 2026</p>", h1=f"<span>Port Amble</span><span>{TITLE}</span>")
    assert (article.kicker, article.headline) == ("Port Amble", TITLE)


def test_a_title_that_ends_with_the_writer_is_not_the_writers_name() -> None:
    page = (
        "<!doctype html><html lang=en><head><title>The Last Boat | Harriet Oyelaran-Smith</title></head><body><article>"
        f"<p>Essay</p><h1>The Last Boat</h1><p class=author>Harriet Oyelaran-Smith</p><p>12 May 2026</p>{BODY}</article>"
    )
    article = read_page(page.encode(), "https://review.example/essays/the-last-boat")
    assert (article.headline, list_names(article)) == ("The Last Boat", ["Harriet Oyelaran-Smith"])


def test_the_larger_of_two_bold_lines_is_the_headline() -> None:
    page = (
        "<html><head><title>POST ONLINE</title></head><body><table><tr><td><font size=5><b>Ferry stops in spring</b></font>"
        "<br><font size=2><i>Islanders depend on a helicopter</i></font><br>By ANN LEE<br>Thursday, November 18, 1999"
        f"{BODY}</td></tr></table></body></html>"
    )
    article = read_page(page.encode(), "http://post.example/1999/ferry.htm")
    assert (article.headline, article.lead) == ("Ferry stops in spring", "Islanders depend on a helicopter")


def test_an_offer_to_subscribe_amid_a_text_is_left_out_however_long_its_line_is() -> None:
    box = (
        '<div class="subscription-widget"><p>Island Notes is a publication of its readers. To receive new posts and to help '
        'the work along, become a free subscriber, or one who pays.</p><form><input type="email"></form></div>'
    )
    article = read("<p>12 May 2026</p>", body=f"<p>{ONE}</p><p>{TWO}</p>{box}<p>{THREE}</p><p>{FOUR}</p>")
    assert list_paragraphs(article) == list(TEXT)


def test_writers_in_a_state_have_their_whole_names_under_many_names() -> None:
    state = {
        "props": {
            "article": {
                "title": TITLE,
                "authors": [{"fullName": "Ann Lee"}, {"displayName": "Bo Ray"}],
                "publishedAt": "2026-05-12T08:00:00Z",
                "content": [{"type": "paragraph", "text": paragraph} for paragraph in (*TEXT, ONE.upper())],
            }
        }
    }
    page = (
        f"<html lang=en><head><title>{TITLE}</title></head><body><div id=__next></div>"
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script></body></html>'
    )
    assert list_names(read_page(page.encode(), URL)) == ["Ann Lee", "Bo Ray"]
