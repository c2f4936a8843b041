"""Bylines with more on their line than names, and in many languages: cases/dressed_bylines.toml, written by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.errors import BadValue
from crawler.normalisation.bylines.byline import find_dates_beside_names, is_byline, split_byline

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "dressed_bylines.toml").read_text("utf-8")
)["byline"]

PREFIXES = {
    "en": ["by", "By", "Written by", "Words by", "Analysis by"],
    "de": ["von", "Von", "Kommentar von", "Autor:"],
    "fr": ["Par", "par", "Écrit par"],
    "it": ["di", "Di", "A cura di"],
    "es": ["Por", "Texto de", "Análisis de"],
    "pt": ["Por"],
    "ca": ["Per", "Text de"],
    "nl": ["Door", "door"],
    "sv": ["Av", "Text:"],
    "nb": ["Av", "Tekst:"],
    "da": ["Af", "Skrevet af"],
    "is": ["Eftir"],
    "fi": ["Teksti:", "Kirjoittanut"],
    "pl": ["Autor:", "Tekst:", "Napisała"],
    "cs": ["Autor:", "Napsal"],
    "sk": ["Autor:"],
    "hu": ["Írta:", "Szerző:"],
    "ro": ["De", "Scris de"],
    "hr": ["Piše:", "Napisao"],
    "sl": ["Avtor:"],
    "et": ["Autor:", "Tekst:"],
    "lv": ["Autors:"],
    "lt": ["Autorius:", "Parengė"],
    "sq": ["Nga"],
    "tr": ["Yazan:", "Haber:"],
    "id": ["Oleh", "Penulis:"],
    "ms": ["Oleh"],
    "vi": ["Tác giả:"],
    "sw": ["Na", "Imeandikwa na"],
    "tl": ["Ni"],
    "af": ["Deur"],
    "cy": ["Gan"],
}
CONNECTORS = {
    "en": "and",
    "de": "und",
    "fr": "et",
    "it": "e",
    "es": "y",
    "pt": "e",
    "ca": "i",
    "nl": "en",
    "sv": "och",
    "nb": "og",
    "da": "og",
    "is": "og",
    "fi": "ja",
    "pl": "i",
    "cs": "a",
    "sk": "a",
    "hu": "és",
    "ro": "și",
    "hr": "i",
    "sl": "i",
    "et": "ja",
    "lv": "un",
    "lt": "ir",
    "sq": "dhe",
    "tr": "ve",
    "id": "dan",
    "ms": "dan",
    "vi": "và",
    "sw": "na",
    "tl": "at",
    "af": "en",
    "cy": "a",
}
NAMES = [
    "Mara Quill",
    "Jon Brekke",
    "Ilse Vandam",
    "Petr Holub",
    "Tove Lindqvist",
    "Rui Sampaio",
    "Ana Kovač",
    "Lea-Sofie Brandt",
]
DRESSINGS = [
    "",
    " | 4 May 2026",
    " - January 5, 2024",
    ", May 4, 2026 1:15 pm",
    " | Published 3 hours ago",
    " 2 minutes ago",
    " · 5 min read",
    " | Updated May 5, 2026 at 3:15 p.m. EST",
    " (she/her)",
    " @ferrynews",
    " desk@example.org",
    " for Example.com",
    " | 12 Comments",
    " 04.05.2026, 17:06 Uhr",
]


@check_rows("case", CASES, ids=lambda case: case["printed"])
def test_what_stands_beside_names_costs_nobody_a_name(case: dict[str, Any]) -> None:
    authors = split_byline(case["printed"], case.get("language"))
    assert [author.name for author in authors if author.kind == "person"] == case.get("names", [])
    assert [author.name for author in authors if author.kind == "agency"] == case.get("agencies", [])
    assert [author.note for author in authors if author.note] == case.get("notes", [])
    assert all(author.printed in case["printed"] for author in authors)


@given(
    st.sampled_from(sorted(PREFIXES)).flatmap(
        lambda language: st.tuples(st.just(language), st.sampled_from(PREFIXES[language]))
    ),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True),
    st.sampled_from(DRESSINGS),
)
def test_prefix_names_and_dressing_give_the_names_back(
    prefix: tuple[str, str], names: list[str], dressing: str
) -> None:
    language, words = prefix
    *first, last = names
    joined = f"{', '.join(first)} {CONNECTORS[language]} {last}" if first else last
    assert [author.name for author in split_byline(f"{words} {joined}{dressing}", language)] == names


@given(
    st.sampled_from(
        sorted({prefix for language in set(PREFIXES) - {"ca", "sw", "tl", "cy"} for prefix in PREFIXES[language]})
    ),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
)
def test_prefixes_that_begin_no_name_need_no_language(prefix: str, names: list[str]) -> None:
    assert [author.name for author in split_byline(f"{prefix} {', '.join(names)}", None)] == names


@pytest.mark.parametrize(
    "name",
    [
        "Theo Walcott",
        "Per Hansen",
        "Von der Leyen",
        "Van Morrison",
        "Le Thi Mai",
        "Na Ying",
        "Di Pietro",
        "Oleh Bondar",
    ],
)
def test_a_name_that_begins_as_a_prefix_stays_whole(name: str) -> None:
    assert [author.name for author in split_byline(name, "en")] == [name]


@pytest.mark.parametrize(
    "name",
    [
        "Ann Lee Karl",
        "María García López Ruiz",
        "Karl Heinz Lind",
        "Theresa May",
        "Frank Reporter",
        "Ann Marie De Luca Rossi",
    ],
)
def test_a_name_is_not_cut_on_a_guess(name: str) -> None:
    assert len(split_byline(name, None)) == 1


def test_places_after_a_comma_and_offices_are_no_authors_of_their_own() -> None:
    assert len(split_byline("Ann Lee, Miri, Reporter", "en")) == 1


@pytest.mark.parametrize(
    "line", ["By 2025 the army had left the town", "Photos of 4 May by the river", "Kuching, 4 May 2026", "4 May 2026"]
)
def test_a_date_makes_no_byline(line: str) -> None:
    assert not is_byline(line, "en", bare=True)


def test_a_byline_may_stand_after_its_date() -> None:
    assert is_byline("Posted on May 4, 2026 by Ann Lee", "en")
    assert find_dates_beside_names("By Ann Lee - January 5, 2024", "en") == ("January 5, 2024",)


def test_an_agency_printed_with_its_whole_name_is_sorted_under_the_short_one() -> None:
    (agency,) = split_byline("By Associated Press", "en")
    assert (agency.name, agency.sort_name, agency.kind) == ("Associated Press", "AP", "agency")


@given(st.text(alphabet="AnLe May4,|/·-()@:. byBy記者기자외", max_size=120))
def test_any_dressed_line_ends_in_an_answer(printed: str) -> None:
    try:
        authors = split_byline(printed, None)
    except BadValue:
        return
    assert all(author.name.strip() for author in authors)


@pytest.mark.parametrize("line", ["Edited By: Bo Ray", "Author Spotlight", "著者一覧", "Foto: Bo Ray"])
def test_labels_name_no_author(line: str) -> None:
    assert not is_byline(line, "en", bare=True)
