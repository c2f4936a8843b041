"""Boxes of related links on pages of sites that say nothing of them: labels, class words, and what is none."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from support.tables import check_rows

from crawler.items import SeeAlso
from crawler.normalisation.words.word_tables import load_table
from crawler.site import AddressForm, Labels, Site
from seealso import read_page

URL = "https://www.harbour-post.example/city/2024/05/03/old-lighthouse-lit-again-after-repairs"
STORY = (
    "The lighthouse at the northern pier was lit again on Friday evening, nine years after a storm broke its lantern, "
    "and several hundred people came to watch.",
    "Engineers had rebuilt the lens from drawings of 1911, which a retired keeper had kept in a biscuit tin under his "
    "bed, the harbour office said in a statement.",
)


def link(slug: str, text: str) -> str:
    return f'<a href="/city/2024/04/{slug}">{text}</a>'


FERRY = link("ferry-timetable-changes-in-summer", "Ferry timetable changes in summer")
KEEPER = link("the-last-keeper-tells-of-his-winters", "The last keeper tells of his winters")
DREDGER = link("dredger-stuck-at-the-harbour-mouth", "Dredger stuck at the harbour mouth")
OTHER = link("mayor-opens-flower-show-on-monday", "Mayor opens flower show on Monday")


def make_page(after: str, between: str = "", language: str = "en") -> bytes:
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<title>Old lighthouse lit again after repairs</title><meta property="og:type" content="article">
<meta property="article:published_time" content="2024-05-03T18:00:00+00:00"></head><body>
<nav><a href="/city/">City</a> {OTHER}</nav><main><article><h1>Old lighthouse lit again after repairs</h1>
<p>By Nora Quist</p><div class="text"><p>{STORY[0]}</p>{between}<p>{STORY[1]}</p></div></article>{after}</main>
<footer><a href="/about-us">About us</a></footer></body></html>""".encode()


def read_links(after: str, between: str = "", language: str = "en", site: Site | None = None) -> tuple[SeeAlso, ...]:
    return read_page(make_page(after, between, language), URL, site=site).see_also


def list_titles(after: str, between: str = "", language: str = "en", site: Site | None = None) -> list[str | None]:
    return [entry.headline for entry in read_links(after, between, language, site)]


FERRY_TITLE, KEEPER_TITLE = "Ferry timetable changes in summer", "The last keeper tells of his winters"
DREDGER_TITLE = "Dredger stuck at the harbour mouth"


# Labels.

LABELS = tomllib.loads((Path(__file__).parent / "related_labels.toml").read_text("utf-8"))


def read_box(label: str, language: str) -> list[str | None]:
    box = f"<div><h3>{label}</h3><ul><li>{FERRY}</li><li>{KEEPER}</li></ul></div>"
    return list_titles(box, language=language)


def test_each_language_has_its_label_over_a_box_of_links() -> None:
    for language, (label, *_) in LABELS.items():
        assert read_box(label, language) == [FERRY_TITLE, KEEPER_TITLE], label


@pytest.mark.slow
@check_rows(("language", "labels"), list(LABELS.items()))
def test_what_papers_set_over_a_box_of_links_is_its_label(language: str, labels: list[str]) -> None:
    """Three seconds for all languages."""
    for label in labels:
        assert read_box(label, language) == [FERRY_TITLE, KEEPER_TITLE], label


def test_the_table_has_labels_in_many_languages_and_no_label_in_two_kinds():
    table = load_table("related")
    assert len(table["related"]) >= 25
    assert all(labels and all(label.strip() == label for label in labels) for labels in table["related"].values())
    every = {kind: {label.lower() for labels in table[kind].values() for label in labels} for kind in table}
    assert not every["related"] & every["lists"]
    assert not every["generous"] & every["lists"]
    assert not every["related"] & every["generous"]


@check_rows(
    ("language", "label"),
    [
        ("en", "Related"),
        ("en", "RELATED ARTICLES:"),
        ("en", "More on this topic from the Harbour Post"),
        ("de", "Mehr zum Thema"),
        ("de", "Lesen Sie auch"),
        ("fr", "Lire aussi"),
        ("fr", "À lire aussi :"),
        ("es", "Lee también"),
        ("it", "Leggi anche"),
        ("pt", "Leia também"),
        ("nl", "Lees ook"),
        ("sv", "Läs också"),
        ("nb", "Les også"),
        ("da", "Læs også"),
        ("fi", "Lue myös"),
        ("pl", "Czytaj także"),
        ("cs", "Čtěte také"),
        ("hu", "Kapcsolódó cikkek"),
        ("ro", "Citește și"),
        ("el", "Διαβάστε επίσης"),
        ("tr", "İlgili haberler"),
        ("ru", "Читайте также"),
        ("uk", "Читайте також"),
        ("ar", "اقرأ أيضا"),
        ("fa", "مطالب مرتبط"),
        ("he", "כתבות קשורות"),
        ("hi", "यह भी पढ़ें"),
        ("bn", "আরও পড়ুন"),
        ("th", "ข่าวที่เกี่ยวข้อง"),
        ("vi", "Tin liên quan"),
        ("id", "Baca juga"),
        ("zh", "相关新闻"),
        ("ja", "関連記事"),
        ("ko", "관련 기사"),
    ],
)
def test_a_usual_label_heads_related_links(language: str, label: str) -> None:
    box = f"<section><h3>{label}</h3><ul><li>{FERRY}</li><li>{KEEPER}</li></ul></section>"
    assert list_titles(box, language=language) == [FERRY_TITLE, KEEPER_TITLE]


def test_a_label_before_the_title_in_its_line_is_no_part_of_the_title() -> None:
    inside = link("ferry-timetable-changes-in-summer", "ALSO READ: Ferry timetable changes in summer")
    between = f"<p><strong>{inside}</strong></p><p>Read more: {KEEPER}</p>"
    assert list_titles("", between) == [FERRY_TITLE, KEEPER_TITLE]


def test_a_linked_label_is_not_the_title() -> None:
    href = "/city/2024/04/ferry-timetable-changes-in-summer"
    between = f'<a href="{href}"><div>Read also:</div><h3>{FERRY_TITLE}</h3></a>'
    assert list_titles("", between) == [FERRY_TITLE]


def test_a_box_between_paragraphs_ends_where_the_text_goes_on() -> None:
    between = f"<h4>Related</h4><p>{FERRY}</p><p>{STORY[0]} {STORY[1]} See {OTHER}.</p>"
    assert list_titles("", between) == [FERRY_TITLE]


def test_a_generous_label_counts_over_a_list_of_links_only() -> None:
    box = f"<section><div>Read more</div><ul><li>{FERRY}</li><li>{KEEPER}</li></ul></section>"
    assert list_titles(box) == [FERRY_TITLE, KEEPER_TITLE]
    teaser = f"<section><p>{OTHER}</p><p>A short teaser of the show.</p>{link('mayor-opens-flower-show', 'Read more')}"
    assert list_titles(teaser + "</section>") == []


def test_a_site_replaces_the_table_or_adds_to_it() -> None:
    box = f"<section><h3>More from the pier</h3><p>{FERRY}</p></section><section><h3>Related</h3><p>{KEEPER}</p></section>"
    site = Site(
        name="harbour_post",
        title="Harbour Post",
        origin="https://www.harbour-post.example",
        domains=("harbour-post.example",),
        country="zz",
        languages=("en",),
        timezone="UTC",
        addresses=(AddressForm(kind="article", path=r"/city/\d+/\d+/(?:\d+/)?(?P<key>[a-z-]+)", numeric=False),),
        labels=Labels(see_also=("More from the pier",)),
        lead_expected=False,
    )
    assert list_titles(box, site=site) == [FERRY_TITLE]
    adding = replace(site, labels=Labels(see_also=("More from the pier",), see_also_adds=True))
    assert list_titles(box, site=adding) == [FERRY_TITLE, KEEPER_TITLE]
    assert list_titles(box, site=replace(site, labels=Labels())) == [KEEPER_TITLE]


# Class words.


@pytest.mark.parametrize(
    "name",
    [
        "related",
        "related-wrap",
        "block_related_posts",
        "RelatedTeaser_root__x1",
        "content-related",
        "relatedlinks",
        "box--type-related-x",
        "noticias-relacionadas",
    ],
)
def test_an_element_named_as_related_needs_no_label(name: str) -> None:
    box = f'<div class="{name}"><div>{FERRY}</div><div>{KEEPER}</div></div>'
    assert list_titles(box) == [FERRY_TITLE, KEEPER_TITLE]


def test_an_element_labelled_as_related_for_those_who_listen_needs_no_printed_label() -> None:
    box = f'<nav aria-label="Related articles"><ul><li>{FERRY}</li><li>{KEEPER}</li></ul></nav>'
    assert list_titles(box) == [FERRY_TITLE, KEEPER_TITLE]
    assert list_titles(box.replace("Related articles", "Site")) == []


@pytest.mark.parametrize("name", ["latestlist related", "popular-related", "unrelated", "most-read related", "teasers"])
def test_lists_of_the_section_are_not_related_whatever_their_class(name: str) -> None:
    assert list_titles(f'<div class="{name}"><div>{FERRY}</div><div>{KEEPER}</div></div>') == []


def test_a_box_headed_by_a_link_to_the_section_is_a_list_of_the_section() -> None:
    box = f'<div class="page__related"><h2><a href="/city/">City</a></h2><div>{FERRY}</div><div>{KEEPER}</div></div>'
    assert list_titles(box) == []


# Nothing of the next box, and every entry of this one.


@pytest.mark.parametrize(
    "label",
    ["Latest news", "Trending in repairs", "MOST READ", "Popular", "Meistgelesen", "Les plus lus", "最新ニュース"],
)
def test_a_list_of_the_section_below_ends_the_box(label: str) -> None:
    after = f"<div><h4>Related</h4><p>{FERRY}</p><p>{KEEPER}</p><h4>{label}</h4><p>{OTHER}</p></div>"
    assert list_titles(after) == [FERRY_TITLE, KEEPER_TITLE]


@pytest.mark.parametrize("label", ["<h4>From our kitchen</h4>", "<div>From our kitchen</div>"])
def test_any_other_label_ends_the_box(label: str) -> None:
    after = f"<div><div><h4>Related</h4></div><ul><li>{FERRY}</li><li>{KEEPER}</li></ul>{label}<ul><li>{OTHER}</li></ul></div>"
    assert list_titles(after) == [FERRY_TITLE, KEEPER_TITLE]


@pytest.mark.parametrize(
    "small",
    [
        "<span>By Nora Quist</span>",
        "<time>05. November 2024,13:43</time>",
        "<div>1/9</div>",
        "<div>4m 2s</div>",
        "<div>Plus</div>",
    ],
)
def test_a_short_line_between_titles_does_not_end_the_box(small: str) -> None:
    entries = "".join(f"<article><h3>{entry}</h3><div>{small}</div></article>" for entry in (FERRY, KEEPER, DREDGER))
    assert list_titles(f"<section><h2>Related</h2><div>{entries}</div></section>") == [
        FERRY_TITLE,
        KEEPER_TITLE,
        DREDGER_TITLE,
    ]


def test_a_label_in_wrappers_of_its_own_and_an_aside_after_the_text_are_found() -> None:
    flex = (
        f'<div class="row"><div><div><h3>Related</h3></div></div><div><div>{FERRY}</div><div>{KEEPER}</div></div></div>'
    )
    assert list_titles(flex) == [FERRY_TITLE, KEEPER_TITLE]
    assert list_titles(f"<aside><h3>Related</h3><ul><li>{FERRY}</li><li>{KEEPER}</li></ul></aside>") == [
        FERRY_TITLE,
        KEEPER_TITLE,
    ]


def test_a_box_without_readable_entries_brings_nothing_of_the_next() -> None:
    empty = f"<div><h4>Related</h4><div></div><h4>From our kitchen</h4><p>{OTHER}</p></div>"
    assert list_titles(empty) == []
    topics = "".join(f'<a href="/tag/pier-{number}">Pier {number}</a><br>' for number in range(4))
    assert list_titles(f"<div><h4>Related</h4><p>{topics}</p><div><p>{OTHER}</p></div></div>") == []


def test_an_entry_that_somebody_paid_for_is_left_out() -> None:
    paid = (
        '<a href="/city/2024/04/new-flats-with-a-view-of-the-sea"><div>Sponsored</div><p>New flats with a view</p></a>'
    )
    assert list_titles(f'<div class="related"><p>{FERRY}</p>{paid}</div>') == [FERRY_TITLE]


# Title and date of an entry are its own.


def test_the_heading_is_the_title_of_an_entry_with_several_links() -> None:
    href = "/city/2024/04/ferry-timetable-changes-in-summer"
    entry = (
        f'<div><a href="{href}">Transport</a><h3><a href="{href}">{FERRY_TITLE}</a></h3>'
        f'<p><a href="{href}">From June the ferries to the island leave every forty minutes, the office says.</a></p></div>'
    )
    assert list_titles(f"<section><h2>Related</h2>{entry}<div>{KEEPER}</div></section>") == [FERRY_TITLE, KEEPER_TITLE]


@pytest.mark.parametrize("first", [True, False])
def test_a_date_before_or_after_its_link_stays_with_it(first: bool) -> None:
    def make_entry(entry: str, day: str) -> str:
        return f"<div><span>{day}</span> {entry}</div>" if first else f"<div>{entry} <span>{day}</span></div>"

    box = make_entry(FERRY, "12 April 2024") + f"<div>{KEEPER}</div>" + make_entry(DREDGER, "3 March 2023")
    entries = read_links(f"<section><h2>Related</h2>{box}</section>")
    assert [(entry.headline, entry.published_raw) for entry in entries] == [
        (FERRY_TITLE, "12 April 2024"),
        (KEEPER_TITLE, None),
        (DREDGER_TITLE, "3 March 2023"),
    ]


def test_links_to_the_page_itself_and_the_same_link_twice_count_once() -> None:
    own = f'<a href="{URL}?ref=box">Old lighthouse lit again after repairs</a>'
    twice = FERRY + FERRY.replace('summer"', 'summer?ref=box-2"', 1)
    assert list_titles(f"<div class='related'><p>{own}</p><p>{twice}</p></div>") == [FERRY_TITLE]


def test_addresses_of_other_sites_and_of_listings_are_no_entries() -> None:
    foreign = '<a href="https://elsewhere.example/a-long-story-of-the-sea">A long story of the sea</a>'
    author = '<a href="/author/nora-quist-of-the-harbour">More by Nora Quist of the harbour</a>'
    box = f"<section><h2>Related</h2><ul><li>{foreign}</li><li>{author}</li><li>{FERRY}</li></ul></section>"
    assert list_titles(box) == [FERRY_TITLE]


def test_an_address_beside_the_articles_own_is_one_unless_its_title_is_no_more():
    entries = (("pier-fire", "Fire on the old pier"), ("harbour-life", "Harbour life"))
    box = "".join(f'<li><a href="/inland/{slug}-100.html">{title}</a></li>' for slug, title in entries[:1])
    box += "".join(f'<li><a href="/inland/{slug}/">{title}</a></li>' for slug, title in entries[1:])
    page = make_page(f"<h3>Related links</h3><ul>{box}</ul>")
    own = "https://www.harbour-post.example/inland/old-lighthouse-lit-100.html"
    assert [entry.headline for entry in read_page(page, own).see_also] == ["Fire on the old pier"]
