"""Dates that a page states for programs, in the odd places where systems put them."""

from __future__ import annotations

import json

import pytest
from support.tables import check_rows

from crawler.extraction.parsing.metatags import Head
from crawler.extraction.stated.dates import find_date_in_address, find_stated_date
from crawler.items import Article
from seealso import read_page

URL = "https://gull.example/two-bells-for-the-market"
HEADLINE = "Two bells for the market"
BODY = (
    "<p>The ferry stayed at the pier until noon, because the fog had come down the river before the harbour master.</p>"
    "<p>Nobody remembers who hung the smaller bell, but three families say that their fathers carried it up the hill.</p>"
    "<p>The baker sold his bread to those who waited, and when the horn blew at last nothing was left in the shop.</p>"
)
NODE = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": HEADLINE}


def read(head: str = "", below: str = "", end: str = "") -> Article:
    page = (
        f'<html lang="en"><head><title>{HEADLINE}</title><meta property="og:title" content="{HEADLINE}">{head}</head>'
        f"<body><article><h1>{HEADLINE}</h1>{below}{BODY}{end}</article></body></html>"
    )
    return read_page(page.encode(), URL)


def read_day(article: Article) -> str | None:
    return article.published.on if article.published is not None else None


def write_script(node: dict[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    "name",
    [
        "x-published-date",
        "page.publish_time",
        "w-first-published-at",
        "pubDateTime",
        "issued",
        "gentime",
        "x-post-date",
    ],
)
def test_a_meta_whose_name_ends_as_a_date_of_publication_is_one(name: str) -> None:
    assert read_day(read(f'<meta name="{name}" content="2026-05-13T08:00:00Z">')) == "2026-05-13"


def test_what_an_analytics_service_is_told_in_json_states_day_and_writers() -> None:
    told = json.dumps({"title": HEADLINE, "authors": ["Ann Lee", "Bo Ray"], "pub_date": "2026-05-13T08:00:00Z"})
    article = read(f"<meta name='parsely-page' content='{told}'>")
    assert (read_day(article), [author.name for author in article.authors]) == ("2026-05-13", ["Ann Lee", "Bo Ray"])


def test_eight_figures_of_a_file_are_a_day_where_none_is_printed() -> None:
    for printed, path, day in (
        ("", "/xw/20031112.htm", "2003-11-12"),
        ("", "/xw/20031112-3.html", "2003-11-12"),
        ("<p>May 13, 2026</p>", "/xw/20031112.htm", "2026-05-13"),
        ("<p>May 13, 2026</p>", "/xw/2003/1112.htm", "2003-11-12"),
        ("", "/xw/20031312.htm", None),
        ("", "/xw/200311123.htm", None),
    ):
        page = f"<html lang=en><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>{printed}{BODY}</body></html>"
        assert read_day(read_page(page.encode(), f"https://gull.example{path}")) == day


def test_a_day_to_come_in_an_address_is_not_that_of_publication() -> None:
    page = (
        f"<html lang=en><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1>{BODY}</article></body>"
    )
    article = read_page(
        page.encode(), "https://gull.example/2031/05/06/two-bells", headers={"Date": "Wed, 13 May 2026 08:00:00 GMT"}
    )
    assert (article.published, [problem.field for problem in article.problems]) == (None, ["published"])


@check_rows("stated", ["2026-05-13T10:15:00", "2026-05-13T10:15:00+00:00"])
def test_a_clock_in_the_data_is_in_the_zone_that_print_has_beside_the_same_clock(stated: str) -> None:
    head = f'<meta property="article:published_time" content="{stated}">'
    published = read(head, "<p>May 13, 2026 10:15 HKT</p>").published
    assert published is not None
    assert published.value == "2026-05-13T02:15:00Z"


def test_a_day_after_that_of_the_answer_is_kept_and_doubted() -> None:
    page = f'<html lang="en"><head>{write_script({**NODE, "datePublished": "2026-06-13T08:00:00Z"})}</head>'
    page += f"<body><article><h1>{HEADLINE}</h1>{BODY}</article></body></html>"
    for fetched, fields in (("Wed, 13 May 2026 08:00:00 GMT", ["published"]), ("Fri, 12 Jun 2026 23:00:00 GMT", [])):
        article = read_page(page.encode(), URL, headers={"Date": fetched})
        assert read_day(article) == "2026-06-13"
        assert [problem.field for problem in article.problems] == fields


@pytest.mark.parametrize("name", ["x-updated-date", "expiry-date", "unpublished-flag", "publisher-since"])
def test_a_meta_of_another_name_states_no_publication(name: str) -> None:
    assert find_stated_date(Head(metas={name: ["2026-05-13"]})) is None


def test_a_name_of_a_standard_is_trusted_before_one_that_a_site_made_up() -> None:
    metas = {"x-publish-date": ["2026-05-14"], "article:published_time": ["2026-05-13"]}
    date = find_stated_date(Head(metas=metas))
    assert date is not None
    assert date.value == "2026-05-13"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2023/october/03/bells", "2023-10-03"),
        ("/world/2023/oct/3/bells", "2023-10-3"),
        ("/2023/Sept/03/bells", "2023-09-03"),
        ("/2023/10/03/bells", "2023-10-03"),
        ("/2023/1003/bells", "2023-10-03"),
        ("/20231003/bells", "2023-10-03"),
        ("/xw/202310/t20231003_12345.html", "2023-10-03"),
        ("/xw/202311/t20231003_12345.html", None),
        ("/news/2023/9/9-15-7.htm", "2023-9-15"),
        ("/2023/9/9-bells", "2023-9-9"),
        ("/xw/20031112.htm", None),
        ("/xw/2003/1112-3.html", "2003-11-12"),
        ("/xw/200311123.htm", None),
        ("/20231303/bells", None),
        ("/2023/octopus/03/bells", None),
        ("/2023/mayor/03/bells", None),
        ("/2023/13/03/bells", None),
    ],
)
def test_an_address_states_the_day_with_its_month_in_figures_or_in_words(path: str, day: str | None) -> None:
    date = find_date_in_address(f"https://gull.example{path}")
    if day is None:
        assert date is None
    else:
        assert date is not None
        assert [int(part) for part in date.value.split("-")] == [int(part) for part in day.split("-")]


def test_json_ld_in_a_meta_is_read_as_in_a_script() -> None:
    node = json.dumps({**NODE, "datePublished": "2026-05-13T08:00:00Z"}).replace('"', "&quot;")
    assert read_day(read(f'<meta name="script:ld+json" content="{node}">')) == "2026-05-13"


def test_a_time_element_may_state_its_day_in_words() -> None:
    assert (
        read_day(read(below='<p><time datetime="on Friday May 15, 2026 @08:00PM">last week</time></p>')) == "2026-05-15"
    )


def test_of_several_articles_on_a_page_that_of_its_address_counts() -> None:
    other = {**NODE, "headline": "Mayor opens flower show", "datePublished": "2026-05-01T08:00:00Z"}
    other["url"] = "https://gull.example/mayor-opens-flower-show"
    own = {**NODE, "headline": "Bells!", "datePublished": "2026-05-13T08:00:00Z"}
    own["mainEntityOfPage"] = {"@id": URL.replace("https://", "https://www.")}
    assert read_day(read(write_script(other) + write_script(own))) == "2026-05-13"


def test_of_several_articles_without_addresses_that_of_the_headline_counts() -> None:
    other = {**NODE, "headline": "Mayor opens flower show", "datePublished": "2026-05-01T08:00:00Z"}
    own = {**NODE, "datePublished": "2026-05-13T08:00:00Z"}
    assert read_day(read(write_script(other) + write_script(own))) == "2026-05-13"


def test_a_stated_day_that_is_that_of_the_last_change_yields_to_an_earlier_one_in_print() -> None:
    touched = "2026-11-29T12:28:31-05:00"
    script = write_script({**NODE, "datePublished": touched, "dateModified": touched})
    article = read(script, end="<div>Published <time>May 13, 2026</time></div>")
    assert read_day(article) == "2026-05-13"
    assert [problem.field for problem in article.problems] == ["published"]


def test_a_stated_day_that_print_repeats_keeps_its_time() -> None:
    stated = "2026-05-13T02:37:08+09:00"
    script = write_script({**NODE, "datePublished": stated, "dateModified": stated})
    article = read(script, end="<div>Published 2026-05-13 02:37:08</div>")
    assert article.published is not None
    assert article.published.value == "2026-05-12T17:37:08Z"
    assert article.published.on == "2026-05-13"


@check_rows(
    ("stated", "day"),
    [
        ("20260513140500", "2026-05-13"),
        ("/Date(1778680500000)/", "2026-05-13"),
        ("/Date(1778680500000+0200)/", "2026-05-13"),
        ("13.05.2026 - 14:05 Uhr", "2026-05-13"),
        ("13-05-2026", "2026-05-13"),
        ("05/04/2026 14:05", "2026-05-04"),  # as the page prints them, here in the United States
        ("20261340140500", None),
        ("1778680500.25", "2026-05-13"),
        ("2026-05-13T23:30:00&amp;#43;02:00", "2026-05-13"),
        ("2026-05-13T23:30:00 02:00", "2026-05-13"),
        ("2026-05", None),
    ],
)
def test_dates_are_stated_in_forms_of_many_programs(stated: str, day: str | None) -> None:
    assert read_day(read(f'<meta property="article:published_time" content="{stated}">')) == day


def test_a_printed_day_that_the_data_calls_that_of_the_update_is_no_publication() -> None:
    node = NODE | {"datePublished": "2026-05-13T08:00:00Z", "dateModified": "2026-08-20T08:00:00Z"}
    article = read(write_script(node), "<div>August 20, 2026</div>")
    assert article.published is not None
    assert (article.published.on, article.published.raw) == ("2026-05-13", "2026-05-13T08:00:00Z")
    assert any(problem.field == "published" and problem.value == "August 20, 2026" for problem in article.problems)
    assert dict(article.sources)["published"] == "jsonld:datePublished"


def test_a_printed_update_that_is_later_than_the_stated_one_is_taken() -> None:
    node = NODE | {"datePublished": "2026-05-13", "dateModified": "2026-05-13"}
    article = read(write_script(node), "<div>Updated Aug 20, 2026 · 12 min read</div>")
    assert article.modified is not None
    assert (read_day(article), article.modified.on) == ("2026-05-13", "2026-08-20")


def test_the_day_beside_that_of_the_address_is_the_printed_one() -> None:
    page = f"<html lang='en'><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1><p>May 14, 2026</p>{BODY}"
    for day, expected in (("13", "2026-05-14"), ("15", "2026-05-14"), ("02", "2026-05-02")):
        article = read_page(page.encode(), f"https://gull.example/2026/05/{day}/two-bells-for-the-market")
        assert read_day(article) == expected


def test_a_day_on_which_a_reader_wrote_is_not_the_storys() -> None:
    comment = (
        '<div id="comments"><div class="comment"><span>May 14, 2026 at 2:05 pm</span><p>What a pity for all.</p></div>'
    )
    assert read_day(read(end=f"{comment}</div>")) is None
    assert read_day(read(below="<div>When: May 20, 2026</div>")) is None


@check_rows(
    "below",
    [
        '<relative-time datetime="2026-05-13T08:00:00Z">3 days ago</relative-time>',
        '<time-ago datetime="2026-05-13T08:00:00Z">3 days ago</time-ago>',
        '<span data-published-date="2026-05-13">3 days ago</span>',
        '<span data-pubdate="2026-05-13T08:00:00Z">3 days ago</span>',
        '<span data-publish-time="1778659200">3 days ago</span>',
        '<amp-timeago datetime="2026-05-13T08:00:00Z">3 days ago</amp-timeago>',
        '<time title="Wednesday, May 13, 2026">3 days ago</time>',
        '<span property="dc:date dc:created" content="2026-05-13T08:00:00Z">3 days ago</span>',
        '<span property="schema:datePublished" content="2026-05-13T08:00">3 days ago</span>',
        "<span property='dcterms:issued' content='2026-05-13T08:00:00Z'>3 days ago</span>",
        '<div id="comments"><p><i><time datetime="2026-05-20">1</time></i></p></div><time datetime="2026-05-13">3</time>',
        '<nav><ul><li><time datetime="2026-05-20">1</time></li></ul></nav><p><time datetime="2026-05-13">3</time></p>',
    ],
)
def test_elements_and_attributes_of_scripts_state_the_day_behind_the_words(below: str) -> None:
    assert read_day(read(below=below)) == "2026-05-13"


def test_of_an_hour_after_the_last_one_the_day_counts() -> None:
    article = read(write_script({**NODE, "datePublished": "2026-05-13T24:00:00Z"}))
    assert article.published is not None
    assert (article.published.value, article.published.precision) == ("2026-05-13", "day")
