"""What reading and normalising promise, one sentence each."""

from __future__ import annotations

import gc
import pickle
import weakref
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest
from support.story_pages import STORIES, make_story_page, open_page
from support.tables import check_rows

from crawler.errors import NotAnArticle
from crawler.extraction.page import ArticlePage
from crawler.items import Article, Capture, Found
from crawler.process import choose_page, process
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

ADDRESS = "https://www.asianews.it/news-en/The-bell-of-the-two-banks-70001.html"
PATH_2026 = "https://www.asianews.it/en/south-asia/nepal/the-bell-of-the-two-banks"
LEAD = "<p>A lead that says what happened.</p>"
TEXT = "<p>Beirut (AsiaNews) - A body that says it again at greater length.</p><p>And a second paragraph.</p>"
BODY = "A body that says it again at greater length.\n\nAnd a second paragraph."


def page(
    inner: str = LEAD + TEXT,
    *,
    head: str = "",
    date: str = "<div>03/11/2022, 09.45</div>",
    byline: str = "<p>by Fady Noun</p>",
    end: str = "",
) -> str:
    return f"<html><head><title>The bell of the two banks</title>{head}</head><body>{date}<h1>The bell of the two banks</h1>{byline}{inner}{end}</body></html>"


def capture(html: str | bytes, url: str = ADDRESS, content_type: str = "text/html; charset=utf-8") -> Capture:
    body = html.encode() if isinstance(html, str) else html
    return Capture(
        url=url,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("content-type", content_type),),
        body=body,
    )


def read(html: str | bytes, url: str = ADDRESS, content_type: str = "text/html; charset=utf-8") -> Article:
    return process(capture(html, url, content_type), ASIANEWS)


def ld(**properties: str) -> str:
    return (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bell of the two banks",'
        + ",".join(f'"{k}":{v}' for k, v in properties.items())
        + "}</script>"
    )


# Dates.


def test_the_printed_date_is_kept_and_its_value_is_utc() -> None:
    published = read(page()).published
    assert published is not None
    assert (published.raw, published.value, published.on, published.precision) == (
        "03/11/2022, 09.45",
        "2022-03-11T08:45:00Z",
        "2022-03-11",
        "minute",
    )


def test_structured_data_that_agrees_changes_nothing() -> None:
    with_seconds = page(
        head=ld(datePublished='"2022-03-11T09:45:00+01:00"', author='{"name":"Fady Noun"}', inLanguage='"en"')
    )
    one, other = read(page()), read(with_seconds)
    assert (one.published, one.digest, one.authors) == (other.published, other.digest, other.authors)


def test_structured_data_adds_the_time_that_a_printed_day_lacks() -> None:
    article = read(page(date="<div>» 03/11/2022</div>", head=ld(datePublished='"2022-03-11T09:45:00+01:00"')))
    assert article.published is not None
    assert (article.published.value, article.published.raw) == ("2022-03-11T08:45:00Z", "03/11/2022")


def test_a_printed_date_in_a_declared_form_wins_over_structured_data_and_the_conflict_is_recorded() -> None:
    article = read(page(head=ld(datePublished='"2022-11-03T09:45:00+01:00"')))
    assert article.published is not None
    assert article.published.on == "2022-03-11"
    (problem,) = article.problems
    assert (problem.field, problem.value) == ("published", "03/11/2022, 09.45")
    assert "2022-11-03" in problem.reason


def test_without_a_printed_date_structured_data_tells_it() -> None:
    article = read(page(date="", head='<meta property="article:published_time" content="2022-03-11T09:45:00+01:00">'))
    assert article.published is not None
    assert article.published.value == "2022-03-11T08:45:00Z"
    assert dict(article.sources)["published"] == "meta:article:published_time"


def test_a_date_in_no_declared_form_is_read_as_a_guess() -> None:
    article = read(page(date="<time>11 March 2022</time>"))
    assert article.published is not None
    assert (article.published.on, article.published.guessed, article.published.precision) == ("2022-03-11", True, "day")


def test_an_impossible_date_costs_the_date_and_not_the_article() -> None:
    article = read(page(date="<div>31/11/2022, 09.45</div>"))
    assert article.published is None
    assert [problem.field for problem in article.problems] == ["published"]
    assert article.body == BODY


def test_an_unreadable_machine_date_is_a_problem_beside_the_printed_one() -> None:
    article = read(page(head=ld(datePublished='"soon"', dateModified='"later"')))
    assert article.published is not None
    assert sorted(problem.field for problem in article.problems) == ["modified", "published"]


def test_a_date_without_a_time_is_known_to_the_day() -> None:
    published = read(page(date="<div>05/30/2014, 00.00</div>")).published
    assert published is not None
    assert (published.value, published.precision) == ("2014-05-30", "day")


def test_a_time_in_no_declared_form_is_not_cut_off() -> None:
    published = read(page(date="<div>03/11/2022 - 09:45</div>")).published
    assert published is not None
    assert (published.raw, published.value, published.guessed) == ("03/11/2022 - 09:45", "2022-03-11T08:45:00Z", True)


# Bylines and authors.


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("by Fr Stanislaus", ["Stanislaus"]),
        ("by Samir Khalil Samir, sj", ["Samir Khalil Samir"]),
        ("by Dalù*", ["Dalù"]),
        ("Louis Raphael Sako*", ["Louis Raphael Sako"]),
        ("by J.B. An Dang", ["J.B. An Dang"]),
        ("Mathias Hariyadi", ["Mathias Hariyadi"]),
        ("by Joseph Yun Li-sun", ["Joseph Yun Li-sun"]),
    ],
)
def test_a_byline_is_kept_as_printed_and_names_its_writers(printed: str, names: list[str]) -> None:
    article = read(page(byline=f"<div>{printed}</div>"))
    assert article.byline == printed
    assert [author.name for author in article.authors] == names


def test_a_byline_with_the_date_on_its_line_is_read() -> None:
    article = read(page(date="", byline="<div>by Fady Noun | 03/11/2022, 09.45 | LEBANON</div>"))
    assert (article.byline, article.kicker, article.published and article.published.on) == (
        "by Fady Noun",
        "LEBANON",
        "2022-03-11",
    )


def test_a_byline_on_two_lines_is_one() -> None:
    article = read(page(byline="<div>by</div><div>Fady Noun</div>"))
    assert (article.byline, article.lead) == ("by Fady Noun", "A lead that says what happened.")


def test_a_byline_between_lead_and_body_leaves_the_lead_a_lead() -> None:
    article = read(page(LEAD + "<p>by Fady Noun</p>" + TEXT, byline=""))
    assert (article.lead, article.byline, article.body) == ("A lead that says what happened.", "by Fady Noun", BODY)


def test_a_byline_under_the_body_is_no_part_of_it() -> None:
    article = read(page(LEAD + TEXT + "<p>by Fady Noun</p>", byline=""))
    assert (article.lead, article.byline, article.body) == ("A lead that says what happened.", "by Fady Noun", BODY)


def test_without_a_printed_byline_structured_data_names_the_authors() -> None:
    article = read(page(byline="", head=ld(author='[{"@type":"Person","name":"Fady Noun"},{"name":"AsiaNews"}]')))
    assert article.byline is None
    assert [author.name for author in article.authors] == ["Fady Noun"]


def test_the_way_a_byline_is_printed_does_not_change_the_digest() -> None:
    assert read(page()).digest == read(page(byline="<p>Fady Noun</p>")).digest


def test_a_first_sentence_that_begins_with_a_preposition_is_no_byline() -> None:
    html = page(
        "<p>Di notte il porto è chiuso.</p><p>Beirut (AsiaNews) - Il testo.</p>",
        date="<div>28/06/2025, 08.49</div>",
        byline="",
    )
    article = read(html, "https://www.asianews.it/notizie-it/X-70001.html")
    assert (article.byline, article.lead, article.body) == (None, "Di notte il porto è chiuso.", "Il testo.")


# Lead and body.


def test_without_a_lead_the_body_begins_at_the_dateline() -> None:
    article = read(page(TEXT))
    assert (article.lead, article.dateline, article.dateline_place, article.body) == (
        None,
        "Beirut (AsiaNews)",
        "Beirut",
        BODY,
    )


def test_without_any_sign_the_first_paragraph_is_the_lead_where_the_site_always_prints_one() -> None:
    article = read(page("<p>First.</p><p>Second paragraph.</p>"))
    assert (article.lead, article.body) == ("First.", "Second paragraph.")


def test_a_bold_first_paragraph_is_the_lead() -> None:
    article = read(page('<div class="article-body"><p><b>First.</b></p><p>Second paragraph.</p></div>'))
    assert (article.lead, article.body) == ("First.", "Second paragraph.")


def test_a_first_paragraph_inside_the_named_body_is_no_lead() -> None:
    article = read(page('<div class="article-body"><p>First.</p><p>Second paragraph.</p></div>'))
    assert (article.lead, article.body) == (None, "First.\n\nSecond paragraph.")


def test_a_word_in_bold_does_not_make_a_lead() -> None:
    article = read(page('<div class="article-body"><p><b>First</b> words.</p><p>Second paragraph.</p></div>'))
    assert article.lead is None


def test_lists_quotations_and_footnotes_stay_in_order() -> None:
    article = read(
        page(
            LEAD
            + "<p>Beirut (AsiaNews) - One.[1]</p><blockquote>Two.</blockquote><ul><li>Three.</li><li>Four.</li></ul><p>[1] Five.</p>"
        )
    )
    assert article.body == "One.[1]\n\nTwo.\n\nThree.\n\nFour.\n\n[1] Five."


def test_links_inside_sentences_stay() -> None:
    article = read(
        page(LEAD + '<p>Beirut (AsiaNews) - As <a href="/news-en/X-60001.html">we reported</a>, it rang.</p>')
    )
    assert article.body == "As we reported, it rang."


def test_single_breaks_inside_sentences_are_spaces() -> None:
    article = read(
        page(LEAD + "<p>Beirut (AsiaNews) - The bell was<br>heard on both<br>banks of the river. It<br>rang twice.</p>")
    )
    assert article.body == "The bell was heard on both banks of the river. It rang twice."


def test_single_breaks_between_sentences_are_paragraphs() -> None:
    article = read(page(LEAD + "<p>Beirut (AsiaNews) - The bell was heard.<br>It rang twice.<br>Nobody slept.</p>"))
    assert article.body == "The bell was heard.\n\nIt rang twice.\n\nNobody slept."


def test_a_share_bar_in_the_middle_of_the_body_does_not_end_it() -> None:
    rest = (
        "<p>And a paragraph after the bar, which is long enough to be told from a label of any kind, in any layout.</p>"
    )
    article = read(page(f"<div>{LEAD}</div><div><p>Beirut (AsiaNews) - One.</p><p>Send to a friend</p>{rest}</div>"))
    assert article.body.split("\n\n")[1].startswith("And a paragraph after the bar")


def test_a_see_also_box_in_the_middle_of_the_body_does_not_end_it() -> None:
    rest = (
        "<p>And a paragraph after the box, which is long enough to be told from a label of any kind, in any layout.</p>"
    )
    box = '<p>See also</p><p><a href="/news-en/X-60001.html">Another story</a></p>'
    article = read(page(f"<div>{LEAD}</div><div><p>Beirut (AsiaNews) - One.</p>{box}{rest}</div>"))
    assert len(article.body.split("\n\n")) == 2
    assert [entry.address.site_key for entry in article.see_also] == ["60001"]


def test_nothing_after_the_newsletter_or_the_motto_is_read() -> None:
    end = "<p>Subscribe to Asia News updates or change your preferences</p><p>A paragraph of the foot of the page, as long as those of any article could be, or longer.</p>"
    assert read(page(end=end)).body == BODY
    assert (
        read(
            page(
                end="<p>“L’Asia: ecco il nostro comune compito per il terzo millennio!” - Giovanni Paolo II</p><p>Foot</p>"
            )
        ).body
        == BODY
    )


@pytest.mark.parametrize("litter", ["1,234 views", "Letto 55 volte", "阅读次数：1200", "Advertisement", "Pubblicità"])
def test_counters_and_advertisement_labels_never_enter(litter: str) -> None:
    assert read(page(LEAD + TEXT.replace("</p><p>", f"</p><p>{litter}</p><p>"))).body == BODY


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>x</p>",
        '<p style="display: none">x</p>',
        "<noscript><p>x</p></noscript>",
        "<template><p>x</p></template>",
        "<!-- <p>x</p> -->",
        "<svg><text>x</text></svg>",
    ],
)
def test_what_readers_do_not_see_is_not_read(hidden: str) -> None:
    assert read(page(LEAD + TEXT + hidden)).body == BODY


def test_a_page_that_breaks_off_is_kept_and_marked() -> None:
    article = read(page(LEAD + TEXT).replace("</body></html>", "").removesuffix("</p>")[:-5])
    assert not article.complete
    assert [problem.field for problem in article.problems] == ["page"]


# Headline and kicker.


def test_a_logo_in_the_first_heading_is_not_the_headline() -> None:
    html = (
        page()
        .replace("<body>", "<body><h1><a href='/'>AsiaNews</a></h1>")
        .replace("<title>The bell of the two banks</title>", "<title>AsiaNews</title>")
    )
    assert read(html).headline == "The bell of the two banks"


def test_a_headline_on_two_lines_is_one() -> None:
    assert read(page().replace("<h1>The bell of", "<h1>The bell of<br/>")).headline == "The bell of the two banks"


def test_a_headline_is_kept_as_printed_where_the_title_is_cut() -> None:
    html = page().replace("<title>The bell of the two banks", "<title>The bell of the two…")
    assert read(html).headline == "The bell of the two banks"


@check_rows(
    "printed",
    [
        "VATICAN - CHINA",
        "CHINA – MACAU",
        "AZERBAIGIAN-ARMENIA",
        "POLAND - CHINA - WYD",
        "ASIA TODAY",
        "RUSSIAN WORLD",
        "今日亚洲",
    ],
)
@check_rows(
    "where",
    [
        "<div>{date}</div><div>{k}</div>",
        "<div>{k}</div><div>{date}</div>",
        "<div>{date} {k}</div>",
        "<div>{date} | {k}</div>",
        "<span>{date}</span><span>{k}</span>",
    ],
)
def test_a_kicker_is_read_where_it_stands(printed: str, where: str) -> None:
    article = read(page(date=where.format(date="03/11/2022, 09.45", k=printed)))
    assert (article.kicker, article.published and article.published.raw) == (printed, "03/11/2022, 09.45")


@pytest.mark.parametrize("headline", ["边境市场重新开放，两国商人共同庆祝", "河上的木船运来", "木船"])
def test_a_short_chinese_headline_is_not_taken_for_a_kicker(headline: str) -> None:
    html = f"<title>AsiaNews mobile</title><p>10/05/2024 泰国</p><h3>{headline}</h3><p><b>停业三年之后开门。</b></p><p>曼谷（亚洲新闻） – 两国的商人摆出布料。</p>"
    if len(headline) > 4:  # shorter ones need a title that says the same
        article = read(html, "https://www.asianews.it/news-zh/A-70001.html")
        assert (article.headline, article.kicker) == (headline, "泰国")
    article = read(html.replace("AsiaNews mobile", headline), "https://www.asianews.it/news-zh/A-70001.html")
    assert (article.headline, article.kicker) == (headline, "泰国")


def test_menus_are_no_kickers() -> None:
    menu = "<nav>INDIA</nav><div class='breadcrumb'><a href='/'>HOME</a></div>"
    assert read(page().replace("<body>", f"<body>{menu}")).kicker is None


# Which article.


def test_the_slug_is_cited_rather_than_the_query() -> None:
    html = page(head=f'<link rel="canonical" href="{ADDRESS}">')
    article = read(html, "https://www.asianews.it/index.php?l=en&art=070001")
    assert (article.url, article.site_key, article.story) == (ADDRESS, "70001", "70001")


def test_a_path_without_a_number_is_the_key() -> None:
    article = read(page(), PATH_2026)
    assert (article.site_key, article.story, article.url) == (
        "south-asia/nepal/the-bell-of-the-two-banks",
        None,
        PATH_2026,
    )


@pytest.mark.parametrize(
    "told",
    [
        f'<link rel="canonical" href="{ADDRESS}">',
        f'<meta property="og:url" content="{ADDRESS}">',
        '<p><a href="/index.php?l=en&amp;idn=1&amp;art=70001&amp;mag=visualizzaperlastampa">Printable version</a></p>',
    ],
)
def test_the_number_that_a_page_tells_replaces_the_path(told: str) -> None:
    head, end = ("", told) if told.startswith("<p>") else (told, "")
    article = read(page(head=head, end=end), PATH_2026)
    assert (article.site_key, article.story) == ("70001", "70001")


def test_translations_are_links_with_the_same_number_and_hreflang() -> None:
    head = '<link rel="alternate" hreflang="it" href="/notizie-it/La-campana-70001.html"><link rel="alternate" hreflang="en" href="/news-en/The-bell-70001.html">'
    end = '<p><a href="/index.php?l=zh&art=70001">中文</a> <a href="/notizie-it/Altro-70002.html">Altro</a></p>'
    article = read(page(head=head, end=end))
    assert [translation.url_key for translation in article.translations] == ["asianews/it/70001", "asianews/zh/70001"]


def test_a_link_to_the_article_itself_or_to_other_sites_is_no_see_also() -> None:
    end = f'<h4>See also</h4><p><a href="{ADDRESS}">This</a></p><p><a href="https://example.com/news-en/X-1.html">There</a></p><p><a href="/geo-en/India-20.html">India</a></p><p><a href="/news-en/X-60001.html">That</a></p>'
    assert [entry.headline for entry in read(page(end=end)).see_also] == ["That"]


SEE_ALSO = {
    "date after in a row": '<table><tr><td><a href="/news-en/A-60001.html">A</a></td><td>17/10/2022 09:30</td></tr><tr><td><a href="/news-en/B-60002.html">B</a></td></tr></table>',
    "date before in a row": '<table><tr><td>17/10/2022 09:30</td><td><a href="/news-en/A-60001.html">A</a></td></tr><tr><td></td><td><a href="/news-en/B-60002.html">B</a></td></tr></table>',
    "date before in an item": '<ul><li>17/10/2022 09:30 <a href="/news-en/A-60001.html">A</a></li><li><a href="/news-en/B-60002.html">B</a></li></ul>',
    "plain lines": '<p><a href="/news-en/A-60001.html">A</a><br>17/10/2022 09:30<br><a href="/news-en/B-60002.html">B</a></p>',
    "one line": '<p><a href="/news-en/A-60001.html">A</a> 17/10/2022 09:30 <a href="/news-en/B-60002.html">B</a></p>',
    "date in the link": '<p><a href="/news-en/A-60001.html">17/10/2022 09:30 A</a></p><p><a href="/news-en/B-60002.html">B</a></p>',
    "picture and title": '<p><a href="/news-en/A-60001.html"><img src=x></a><a href="/news-en/A-60001.html">A</a> 17/10/2022 09:30</p><p><a href="/news-en/B-60002.html">B</a></p>',
    "date lines before": '<div>17/10/2022 09:30</div><div><a href="/news-en/A-60001.html">A</a></div><section><a href="/news-en/B-60002.html">B</a></section>',
}


@check_rows("name", SEE_ALSO)
@check_rows(
    "frame",
    [
        "<h4>See also</h4>{}",
        "<div><b>SEE ALSO:</b>{}</div>",
        "<aside><h2>See also</h2>{}</aside>",
        "<footer><p>See also</p>{}</footer>",
    ],
)
def test_see_also_entries_keep_order_title_and_date(name: str, frame: str) -> None:
    article = read(page(end=frame.format(SEE_ALSO[name])))
    assert [(entry.position, entry.headline, entry.published_raw) for entry in article.see_also] == [
        (1, "A", "17/10/2022 09:30"),
        (2, "B", None),
    ]
    assert article.body == BODY


def test_see_also_dates_are_day_first_in_every_language() -> None:
    end = '<h4>See also</h4><p><a href="/news-en/A-60001.html">A</a> 03/11/2022 09:30</p>'
    (entry,) = read(page(end=end)).see_also
    assert entry.published is not None
    assert entry.published.value == "2022-11-03T08:30:00Z"


# Charsets.


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "nonsense"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", "zip"),
        ("utf-8-sig", "cp1252"),
        ("utf-16", "utf-8"),
    ],
)
def test_the_bytes_decide_when_the_declared_charset_is_wrong(encoding: str, declared: str) -> None:
    html = page(LEAD + "<p>Cebú (AsiaNews) - “Señor”, dijo – y calló.</p>")
    assert read(html.encode(encoding), content_type=f"text/html; charset={declared}").body == "“Señor”, dijo – y calló."


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", ""])
def test_chinese_pages_in_an_old_charset_are_read(declared: str) -> None:
    html = page(
        "<p>钟楼停摆九年之后重新敲响。</p><p>罗马(亚洲新闻)—新钟重四百公斤，由木船运来。</p>",
        date="<p>10/05/2024, 12.14</p>",
        byline="",
    )
    article = read(
        html.encode("gb18030"), "https://www.asianews.it/news-zh/A-70001.html", f"text/html; charset={declared}"
    )
    assert (article.lead, article.body) == ("钟楼停摆九年之后重新敲响。", "新钟重四百公斤，由木船运来。")


def test_one_stray_byte_does_not_change_the_charset_of_a_page() -> None:
    html = page(LEAD + "<p>Cebú (AsiaNews) - Señor, niño, ¿qué? X.</p>").encode().replace(b"X.", b"\xff.")
    assert read(html).body == "Señor, niño, ¿qué? \ufffd."


# Page classes.


class Old(ArticlePage):
    valid_until: ClassVar[date | None] = date(2020, 12, 31)


class Chosen(ArticlePage):
    body_css: ClassVar[str | None] = "div.story"

    @property
    def kicker(self) -> Found | None:
        return self.css("b.topic")


def test_the_capture_date_chooses_the_page_class() -> None:
    assert choose_page((Old, ArticlePage), date(2020, 12, 31)) is Old
    assert choose_page((Old, ArticlePage), date(2021, 1, 1)) is ArticlePage
    assert choose_page((Old,), date(2021, 1, 1)) is Old


def test_a_page_class_says_where_body_and_kicker_are() -> None:
    html = page(
        "<p>A promise to readers, not the article.</p><div class=story>"
        + TEXT
        + "</div><p>More that is not the article.</p><b class=topic>Rivers</b>"
    )
    article = process(capture(html), ASIANEWS, (Chosen,))
    assert (article.kicker, article.body, dict(article.sources)["body"]) == ("Rivers", BODY, "css:body")


def test_the_same_capture_gives_the_same_article_and_travels_between_processes() -> None:
    one = read(page())
    assert one == read(page())
    assert pickle.loads(pickle.dumps(one)) == one


def test_without_a_language_anywhere_it_is_no_article() -> None:
    with pytest.raises(NotAnArticle):
        read(page(), "https://www.asianews.it/unknown/thing.php?x=1")


def test_what_is_wrong_with_the_compressed_body_is_a_problem_of_the_article() -> None:
    damaged = replace(capture(page()), damage="the checksum is wrong")
    problems = process(damaged, ASIANEWS).problems
    assert [(problem.field, problem.value, problem.reason) for problem in problems] == [
        ("page", None, "the checksum is wrong")
    ]


def test_a_declared_charset_that_is_not_known_is_a_problem_of_the_article() -> None:
    written = page(byline="<p>by Fady Noün</p>").encode("cp1252")
    article = read(written, content_type="text/html; charset=klingon")
    assert article.byline is not None
    assert "Noün" in article.byline
    assert [(problem.field, problem.value) for problem in article.problems] == [("charset", "klingon")]
    assert read(written, content_type="text/html; charset=latin1").problems == ()
    assert read(page(byline="<p>by Fady Noün</p>"), content_type="text/html; charset=klingon").problems == ()


def test_an_author_by_reference_is_read_where_no_byline_is_printed() -> None:
    head = (
        ld(author='{"@id":"#w"}')
        + '<script type="application/ld+json">/* who */{"@id":"#w","@type":"Person","givenName":"Fady","familyName":"Noun",}</script>'
    )
    assert [author.name for author in read(page(head=head, byline="")).authors] == ["Fady Noun"]


def test_a_page_that_has_been_read_is_gone_at_once() -> None:
    """Its tree and lines wait for no garbage collector: a crawl would carry those of hundreds of pages about."""
    page = open_page(make_story_page(next(iter(STORIES.values()))))
    reference = weakref.ref(page)
    gc.disable()
    try:
        page.extract()
        del page
        assert reference() is None
    finally:
        gc.enable()
