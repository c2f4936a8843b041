"""Headers, texts and endings as papers of many countries print them, on invented pages without a site file."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

ONE: Final = (
    "The harbour board of Valmare voted on Tuesday night to close the eastern pier for repairs that cannot wait."
)
TWO: Final = (
    "Cracks in two of the nine pillars were found in March by divers who had been sent to look for a lost anchor."
)
THREE: Final = (
    "“We lose a summer or we lose the pier,” said Dina Orsolo, who has mended nets on the quay for thirty years."
)
ENGLISH: Final = (ONE, TWO, THREE)
CHINESE: Final = (
    "港務委員會11日決定，東碼頭將封閉一年進行整修。潛水員3月間在兩根柱子上發現裂縫。",
    "漁民希望延到沙丁魚季結束後再施工，工程費用約二億四千萬元，縣府負擔一半。",
)
KOREAN: Final = (
    "항만위원회는 11일 동쪽 부두를 보수하기 위해 1년간 폐쇄하기로 결정했다고 밝혔다.",
    "잠수부들은 3월에 기둥 두 개에서 균열을 발견했다. 어민들은 공사를 미뤄 달라고 요구했다.",
)


def read(
    under: str,
    paragraphs: tuple[str, ...] = ENGLISH,
    *,
    language: str = "en",
    headline: str = "Pier shuts for a whole year",
    end: str = "",
    title: str = "",
) -> Article:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title or headline}</title>'
        f'<meta property="og:type" content="article"></head><body><article><h1>{headline}</h1>{under}{text}{end}</article>'
        "</body></html>"
    )
    return read_page(page.encode(), "https://post.example/news/pier-shuts-for-a-whole-year")


def list_paragraphs(article: Article) -> tuple[str, ...]:
    return tuple(article.body.split("\n\n"))


@check_rows(
    ("under", "language", "paragraphs", "byline", "names", "moment"),
    [
        (
            "<div>2024-03-11 17:30 海港日報 / 記者<a href=/w/1>王小明</a>／高雄即時報導</div>",
            "zh",
            CHINESE,
            "記者王小明",
            ["王小明"],
            "2024-03-11T17:30:00Z",
        ),
        (
            "<ul><li>기자명 김철수 기자</li><li>입력 2024.03.11 17:30</li><li>댓글 0</li></ul>",
            "ko",
            KOREAN,
            "기자명 김철수 기자",
            ["김철수"],
            "2024-03-11T17:30:00Z",
        ),
        (
            "<div>بقلم: سمير حداد</div><div>الاثنين 11 آذار/مارس 2024 - 17:30</div>",
            "ar",
            ENGLISH,
            "بقلم: سمير حداد",
            ["سمير حداد"],
            "2024-03-11T17:30:00Z",
        ),
        (
            "<div><a rel=author href=/p/im>Ilse Marchetti</a> in Valmare <a href=//social.example/im>@im</a></div>"
            "<div>Mon 11 Mar 2024 17.30</div>",
            "en",
            ENGLISH,
            "Ilse Marchetti in Valmare @im",
            ["Ilse Marchetti"],
            "2024-03-11T17:30:00Z",
        ),
        (
            "<div>Rini Susanti - kabarCangkang<br>Senin, 11 Maret 2024 17:30 WIB</div>",
            "id",
            ENGLISH,
            "Rini Susanti - kabarCangkang",
            ["Rini Susanti"],
            "2024-03-11T10:30:00Z",
        ),
        (
            "<div>By ILSE MARCHETTI<br>imarchetti@post.example</div><div>Posted: 03/11/24 at 5:30 p.m.</div>",
            "en",
            ENGLISH,
            "By ILSE MARCHETTI",
            ["Ilse Marchetti"],
            "2024-03-11T17:30:00Z",
        ),
        (
            "<div>लेखक: अनिल शर्मा | अपडेट: 11 मार्च 2024, 05:30 PM</div>",
            "hi",
            ENGLISH,
            "लेखक: अनिल शर्मा",
            ["अनिल शर्मा"],
            "2024-03-11T17:30:00Z",
        ),
        (
            "<div>מאת: דנה כהן | 11.3.2024 | 17:30</div>",
            "he",
            ENGLISH,
            "מאת: דנה כהן",
            ["דנה כהן"],
            "2024-03-11T17:30:00Z",
        ),
    ],
)
def test_headers_of_many_countries(
    under: str, language: str, paragraphs: tuple[str, ...], byline: str, names: list[str], moment: str
) -> None:
    article = read(under, paragraphs, language=language)
    assert article.byline == byline
    assert [author.name for author in article.authors] == names
    assert article.published is not None
    assert article.published.value == moment
    assert (article.lead, list_paragraphs(article)) == (None, paragraphs)


def test_a_bare_name_with_agencies_stands_under_the_subtitle() -> None:
    article = read('<p class="standfirst">The fishing families ask for a delay.</p><p>Ann Lee and agencies</p>')
    assert [author.name for author in article.authors] == ["Ann Lee", "Agencies"]
    assert (article.lead, list_paragraphs(article)) == ("The fishing families ask for a delay.", ENGLISH)


@check_rows(
    "end",
    [
        "<p>© 2024 The Post. All rights reserved.</p>",
        "<p>Published 14 May 2024</p>",
        "<h2>Continue with a subscription</h2>",
        "<p><em>Ann Lee is a reporter who covers rivers and their bridges.</em></p>",
        "<p>(Ann Lee is a reporter who covers rivers and their bridges.)</p>",
        '<p>Get the news of the harbour by mail. <a href="/letters">Sign up here.</a></p>',
        "<p><em>Ann Lee is a reporter.</em></p><p>All the news: <a href=/l>subscribe to the newsletter</a></p>",
        "<p>The readers' office of The Post can be reached with all questions: Telephone: *555 or 03-555 0101 Fax: "
        "03-555 0102E-mail: readers@post.example The office has staff and takes calls from Sunday to Thursday.</p>",
    ],
)
def test_what_stands_under_a_text_is_none_of_it(end: str) -> None:
    assert list_paragraphs(read("<p>By Ann Lee</p>", end=end)) == ENGLISH


@check_rows(
    "last",
    [
        "Correction, 15 May: an earlier version of this article gave the wrong number of pillars.",
        "Ann Lee’s book about the pier, which she wrote in a boat, is in the shops of the town from Monday on.",
    ],
)
def test_what_belongs_to_a_text_stays_its_end(last: str) -> None:
    assert list_paragraphs(read("<p>By Ann Lee</p>", end=f"<p>{last}</p>")) == (*ENGLISH, last)


def test_a_text_ends_where_it_begins_to_tell_who_the_writer_is() -> None:
    text = (*ENGLISH, "The divers come back in May, when the water of the harbour is clear again.")
    about = (
        "Ann Lee is a reporter who has covered rivers, bridges and harbours for as long as this paper has been printed.",
        "She has a boat of her own, and takes her dog along on the longer journeys up the river.",
        "When it rains she writes about those who build boats, and about the price of wood in the north.",
    )
    end = "".join(f"<p>{line}</p>" for line in about)
    assert list_paragraphs(read("<p>By Ann Lee</p>", text, end=end)) == text
    assert list_paragraphs(read("<p>By Mary Ho</p>", text, end=end)) == (*text, *about)
    early = (about[0], *text, *about[1:], *ENGLISH)
    assert list_paragraphs(read("<p>By Ann Lee</p>", early)) == early


def test_a_bold_name_under_the_last_paragraph_is_the_byline() -> None:
    article = read("", end="<p style='text-align:right'><strong>Nguyễn Văn An</strong></p>", language="vi")
    assert [author.name for author in article.authors] == ["Nguyễn Văn An"]
    assert list_paragraphs(article) == ENGLISH


def test_ruby_is_left_out() -> None:
    sentence = (
        "網元の<ruby>織田<rp>（</rp><rt>おだ</rt><rp>）</rp></ruby>さんは、桟橋の柱のひび割れを三月に見つけたと話した。"
    )
    plain = "網元の織田さんは、桟橋の柱のひび割れを三月に見つけたと話した。"
    assert plain in read("", (sentence, CHINESE[0]), language="ja").body


def test_a_masthead_is_neither_headline_nor_kicker() -> None:
    page = (
        "<html lang=en><head><title>Pier shuts for a year - The Post</title></head><body>"
        '<header><h1><a href="/">The Post</a></h1></header><main><h1>Pier shuts for a year</h1><p>By Ann Lee</p>'
        + "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH)
        + "</main></body></html>"
    )
    article = read_page(page.encode(), "https://paper.example/2024/05/14/pier-shuts-for-a-year")
    assert (article.headline, article.kicker) == ("Pier shuts for a year", None)


def test_a_bold_sentence_under_a_bold_title_is_its_lead() -> None:
    page = (
        '<html><head><title>Paper</title></head><body><table><tr><td width=150><a href="index.php">Home</a></td><td>'
        "<font size=1>1 February, 2005</font><br><b><font size=4>King dismisses the government</font></b><br>"
        "<i>by Prakash Dubey</i><br><br><b>All telephone lines are cut and the airport is closed.</b><br><br>"
        f"{ONE}<br><br>{TWO}<br><br>{THREE}</td></tr></table></body></html>"
    )
    article = read_page(page.encode(), "http://paper.example/view.php?art=2210")
    assert article.headline == "King dismisses the government"
    assert article.lead == "All telephone lines are cut and the airport is closed."
    assert (article.language, list_paragraphs(article)) == ("en", ENGLISH)


def test_a_headline_in_other_words_than_the_title_is_found_without_a_heading() -> None:
    text = "<br><br>".join(ENGLISH)
    page = (
        "<html lang=en><head><title>Pier closed for a year - Courier of the sea</title></head><body><div>Courier</div>"
        "<div class=t1>Eastern pier closed for a year</div><div>by Paolo Damico</div><div>14 May 2024</div>"
        f"<div class=x>{text}</div></body></html>"
    )
    article = read_page(page.encode(), "https://courier.example/sea/x-1.99812")
    assert (article.headline, list_paragraphs(article)) == ("Eastern pier closed for a year", ENGLISH)


def test_a_text_without_a_printed_headline_has_that_of_the_title() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH)
    page = f"<html lang=en><head><title>Why I row to work</title></head><body><main>{text}</main></body></html>"
    article = read_page(page.encode(), "https://post.example/opinion/why-i-row-to-work")
    assert (article.headline, list_paragraphs(article)) == ("Why I row to work", ENGLISH)


def test_a_quoted_post_gives_the_page_no_date() -> None:
    quoted = (
        '<blockquote class="twitter-tweet"><p>Breaking: it shuts!</p>&mdash; Post (@post) '
        '<a href="https://social.example/1">May 1, 2021</a></blockquote>'
    )
    article = read(f"<time datetime=2024-05-14T21:10:00Z>May 14</time><p>{ONE}</p>{quoted}", (TWO, THREE))
    assert article.published is not None
    assert (article.published.value, article.published.raw) == ("2024-05-14T21:10:00Z", "May 14")
    assert not [problem for problem in article.problems if problem.field == "published"]


def test_also_read_behind_a_bar_leads_to_another_story() -> None:
    teaser = "<p>ALSO READ | <a href='/2024/04/02/sardine-season-opens-late'>Sardine season opens late</a></p>"
    article = read("", (ONE, TWO), end=f"{teaser}<p>{THREE}</p>")
    assert list_paragraphs(article) == ENGLISH
    assert [entry.headline for entry in article.see_also] == ["Sardine season opens late"]


@check_rows(
    ("under", "names"),
    [
        ("<div>AFP</div><div>14 May 2024</div>", ["AFP"]),
        ("<div>From our correspondent</div><div>14 May 2024</div>", ["From our correspondent"]),
        ("<div>Redacción</div><div>14 May 2024</div>", ["Redacción"]),
        ("<div>Ann Lee · 3 hours ago</div>", ["Ann Lee"]),
    ],
)
def test_agencies_sign_alone_above_a_date(under: str, names: list[str]) -> None:
    article = read(under)
    assert [author.name for author in article.authors] == names
    assert (article.kicker, article.lead) == (None, None)
    assert list_paragraphs(article) == ENGLISH


@check_rows(
    ("paragraphs", "end", "language", "names"),
    [
        (CHINESE, "<p>（记者 王小明）</p><p>(责编：李四、张三)</p><p>分享让更多人看到</p>", "zh", ["王小明"]),
        (ENGLISH[:2], "<p>By Ann Lee</p><p>Photo: the port</p>", "en", ["Ann Lee"]),
        (ENGLISH[:1], "<p>Written by Ann Lee, 14 May 2024</p>", "en", ["Ann Lee"]),
    ],
)
def test_a_short_text_may_be_signed_below(
    paragraphs: tuple[str, ...], end: str, language: str, names: list[str]
) -> None:
    article = read("", paragraphs, end=end, language=language)
    assert [author.name for author in article.authors] == names
    assert (article.lead, list_paragraphs(article)) == (None, paragraphs)


def test_the_name_in_brackets_behind_a_text_is_its_writer() -> None:
    paragraphs = (CHINESE[0], f"{CHINESE[1]}（佐藤花子）")
    under = "<div><span>佐藤花子</span><time datetime=2024-03-11T17:30:00+09:00>2024年3月11日 17時30分</time></div>"
    article = read(under, paragraphs, language="ja")
    assert (article.byline, article.kicker) == ("（佐藤花子）", None)
    assert [author.name for author in article.authors] == ["佐藤花子"]
    assert list_paragraphs(article) == paragraphs


def test_teasers_beside_the_headline_are_none_of_the_text() -> None:
    teasers = "".join(
        f"<p><a href=/2024/05/0{number}/a-long-title-of-story-{number}>A long title of another story</a><br>Where story {number} was told to us, "
        "nobody had heard of the other stories of the week, and the bells rang for all of them.</p>"
        for number in range(1, 8)
    )
    paragraphs = (*ENGLISH, *(f"{paragraph} So it was said in the evening." for paragraph in ENGLISH))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = (
        "<html lang=en><head><title>Pier shuts for a whole year</title></head><body><div class=left><h3>Most read</h3>"
        f"{teasers}</div><div class=right><h1>Pier shuts for a whole year</h1><p>By Ann Lee</p><p>May 14, 2024</p>{text}"
        "</div></body></html>"
    )
    article = read_page(page.encode(), "https://post.example/2024/05/14/pier-shuts-for-a-whole-year")
    assert list_paragraphs(article) == paragraphs


def test_a_catalogue_s_name_is_turned() -> None:
    page = read_page(
        (
            "<html lang=en><head><title>Pier shuts for a year</title><meta name=citation_author content='Lee, Ann'>"
            "<meta property=og:type content=article></head><body><h1>Pier shuts for a year</h1>"
            + "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH)
            + "</body></html>"
        ).encode(),
        "https://post.example/pier-shuts-for-a-year",
    )
    assert [author.name for author in page.authors] == ["Ann Lee"]
