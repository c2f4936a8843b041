"""Dates in headers: wherever they stand, in whatever words, told from updates, weighed against structured data."""

from __future__ import annotations

from typing import Final

import pytest
from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

FIRST: Final = (
    "The ferry stayed at the pier until noon, because the fog had come down the river before the harbour master was up."
)
SECOND: Final = (
    "Nobody remembers who hung the smaller bell, but three families say that their grandfathers carried it up the hill."
)
THIRD: Final = (
    "The baker sold his bread to those who waited, and when the horn blew at last nothing was left in the shop."
)
BODY: Final = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
HEADLINE: Final = "Two bells for the river market"


def read(
    above: str = "", below: str = "", *, head: str = "", end: str = "", language: str = "en", path: str = "two-bells"
) -> Article:
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{HEADLINE}</title>'
        f'<meta property="og:type" content="article">{head}</head>'
        f"<body><article>{above}<h1>{HEADLINE}</h1>{below}{BODY}{end}</article></body></html>"
    )
    return read_page(page.encode(), f"https://courier.example/{path}")


def read_days(article: Article) -> tuple[str | None, str | None]:
    return article.published and article.published.on, article.modified and article.modified.on


@check_rows(
    ("below", "language"),
    [
        ("<div>Veröffentlicht am 13. Mai 2026 um 15:44</div>", "de"),
        ("<div>Created on May 13, 2026</div>", "en"),
        ("<div>13 May 2026. 8 minutes read</div>", "en"),
        ("<div>13.05.2026, Lesezeit 5 Min.</div>", "de"),
        ("<div>London, May 13, 2026, 3:48</div>", "en"),
        ("<time>May 13th, 2026</time>", "en"),
        ("<h2>Wednesday, May 13, 2026</h2>", "en"),
        ("<h3>13/05/2026</h3>", "it"),
        ("<div>बुधवार, 13 मई 2026</div>", "hi"),
        ("<div>2026年5月13日</div>", "zh"),
        ("<h3>How the town kept both of them.</h3><a href='/writers/ann-lee'>Ann Lee</a><div>May 13, 2026</div>", "en"),
        ("<div>Ann Lee | 13.05.2026 - Update: 14.05.2026</div>", "de"),
    ],
)
def test_a_date_under_the_headline_is_read_in_any_words(below: str, language: str) -> None:
    article = read(below=below, language=language)
    assert article.published is not None
    assert article.published.on == "2026-05-13"
    assert article.body == "\n\n".join((FIRST, SECOND, THIRD))


def test_a_bare_name_between_subtitle_and_date_is_the_byline() -> None:
    article = read(below="<h3>How the town kept both of them.</h3><div>Ann Lee</div><div>May 13, 2026</div>")
    assert [author.name for author in article.authors] == ["Ann Lee"]
    assert article.lead == "How the town kept both of them."


@pytest.mark.parametrize(
    "below",
    [
        "<div>Published 13 May 2026</div><div>Last updated 15 May 2026</div>",
        "<div>Last updated: 15 May 2026</div><div>Published: 13 May 2026</div>",
        "<div>13 May 2026 | Updated 15 May 2026</div>",
        "<div>Published May 13, 2026; updated May 15, 2026</div>",
    ],
)
def test_publication_is_told_from_update(below: str) -> None:
    assert read_days(read(below=below)) == ("2026-05-13", "2026-05-15")


def test_the_date_of_an_update_alone_is_taken_with_a_problem() -> None:
    article = read(below="<div>By Ann Lee ⋅ Editor ⋅ Updated May 15, 2026</div>")
    assert read_days(article) == ("2026-05-15", "2026-05-15")
    assert any("updated" in problem.reason for problem in article.problems if problem.field == "published")


def test_the_date_of_an_update_gives_way_to_structured_data() -> None:
    head = '<meta property="article:published_time" content="2026-05-13T10:00:00+02:00">'
    assert read_days(read(below="<div>Updated May 15, 2026</div>", head=head)) == ("2026-05-13", "2026-05-15")


@pytest.mark.parametrize("litter", ["8:13 AM ET", "3 min read", "Last updated 1 day ago", "vor 3 Stunden"])
def test_times_under_the_headline_are_no_paragraph(litter: str) -> None:
    article = read(below=f"<div>Published 13 May 2026</div><p>{litter}</p>")
    assert article.body == "\n\n".join((FIRST, SECOND, THIRD))
    assert article.lead is None


@pytest.mark.parametrize(
    "end",
    [
        "<p>Posted On: May 13 2026</p>",
        "<div>Published</div><div>May 13, 2026</div>",
        "<p>Erschienen am 13.05.2026</p>",
        "<p>Datum 13.05.2026</p>",
    ],
)
def test_a_date_under_the_text_is_read_when_no_other_is(end: str) -> None:
    assert read_days(read(end=end))[0] == "2026-05-13"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:article:published_time" content="2026-05-13T10:00:00Z">',
        '<meta name="article:published:time" content="2026-05-13">',
        '<meta name="citation_publication_date" content="2026/05/13">',
        '<meta name="published-date" content="2026-05-13">',
        '<meta name="pubdate" content="Wed, 13 May 2026 10:00:00 GMT">',
    ],
)
def test_metas_of_many_names_state_the_date(head: str) -> None:
    assert read_days(read(head=head))[0] == "2026-05-13"


def test_metas_of_updates_are_read() -> None:
    assert read_days(read(head='<meta name="updated date" content="2026-05-15">'))[1] == "2026-05-15"


def test_times_in_menus_count_only_when_they_agree() -> None:
    times = '<aside><ul><li><time datetime="2026-05-13">13</time></li></ul></aside>'
    other = '<nav><time datetime="2026-05-11">11</time></nav>'
    assert read_days(read(end=times))[0] == "2026-05-13"
    assert read_days(read(end=times + other))[0] is None


def test_a_day_in_the_address_is_the_last_resort() -> None:
    assert read_days(read(path="2026/05/13/two-bells"))[0] == "2026-05-13"
    assert read_days(read(below="<div>12 May 2026</div>", path="2026/05/13/two-bells"))[0] == "2026-05-12"


@pytest.mark.parametrize(
    ("printed", "stated", "day"),
    [
        ("May 12, 2026", "2026-05-13T03:05:00Z", "2026-05-12"),  # the evening before, in America
        ("May 14, 2026", "2026-05-13T19:30:00+02:00", "2026-05-13"),  # tomorrow's paper
        ("May 13, 2026", "2026-05-13T23:30:00-07:00", "2026-05-13"),
        ("June 20, 2026", "2026-05-13T10:00:00Z", "2026-05-13"),
        ("May 13, 2022", "2026-05-13T10:00:00Z", "2022-05-13"),  # published anew
    ],
)
def test_the_printed_day_is_weighed_against_the_stated_instant(printed: str, stated: str, day: str) -> None:
    head = f'<meta property="article:published_time" content="{stated}">'
    assert read_days(read(below=f"<div>{printed}</div>", head=head))[0] == day


def test_a_caption_that_ends_in_a_date_is_no_date() -> None:
    assert read_days(read(below="<p>Boats wait for the fog to lift at Port Anne, May 13, 2026</p>"))[0] is None


def test_a_date_in_a_sentence_above_the_headline_is_not_the_storys() -> None:
    above = (
        "<p>Earlier versions of this report are kept by the harbour office, with the notes of all who were asked for"
        " their word, as it was first published <time>04.Apr.2019</time>.</p>"
    )
    article = read(above, head='<meta name="citation_date" content="2019-06-25">')
    assert read_days(article) == ("2019-06-25", None)


@check_rows(
    "sentence",
    [
        "This story was originally published on 26 Sep 2019 at 4:12pm but has been regularly updated to keep it current.",
        "Please note: this post was first published on the 26th of September 2019 and updated on the 30th of September 2022.",
    ],
)
def test_a_sentence_that_tells_the_first_day_and_an_update_goes_before_the_printed_day(sentence: str) -> None:
    article = read(below="<p>30 Sep 2022</p>", end=f"<p>{sentence}</p>")
    assert read_days(article) == ("2019-09-26", "2022-09-30")


def test_what_another_story_says_of_its_days_is_not_this_storys() -> None:
    entry = '<ul><li><a href="/older">The older bell</a><p>Published 26 Sep 2019, updated 30 Sep 2020</p></li></ul>'
    assert read_days(read(below="<p>30 Sep 2022</p>", end=entry)) == ("2022-09-30", None)
