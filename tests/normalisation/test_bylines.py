"""Bylines: the cases are in cases/bylines.toml, written by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.errors import BadValue
from crawler.items import Author
from crawler.normalisation.bylines.byline import (
    is_byline,
    is_surely_unsigned,
    may_be_prefixed,
    split_byline,
    strip_prefix,
)
from crawler.normalisation.bylines.names import make_sort_name, normalise_name
from crawler.normalisation.bylines.offices import ends_with_office
from crawler.normalisation.bylines.tidying import tidy
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "bylines.toml").read_text("utf-8")
)
HOUSE = ("AsiaNews", "Asia News", "亚洲新闻", "亞洲新聞")
LANGUAGES = ["en", "it", "es", "zh", "fr", None]


def as_row(author: Author, wanted: dict[str, str]) -> dict[str, str]:
    values = {
        "name": author.name,
        "sort_name": author.sort_name,
        "kind": author.kind if author.kind == "agency" else None,
        "honorific": author.honorific,
        "order": author.order_initials,
        "note": author.note,
        "printed": author.printed if "printed" in wanted else None,
    }
    return {field: value for field, value in values.items() if value is not None}


@check_rows("case", CASES["byline"], ids=lambda case: case["printed"])
def test_a_byline_names_its_writers(case: dict[str, Any]) -> None:
    authors = split_byline(case["printed"], case.get("language"), HOUSE)
    assert [as_row(author, wanted) for author, wanted in zip(authors, case["authors"], strict=True)] == case["authors"]


@check_rows("case", CASES["refused"], ids=lambda case: case["printed"])
def test_a_byline_that_names_nobody_for_certain_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        split_byline(case["printed"], "en", HOUSE)


@check_rows("case", CASES["byline"], ids=lambda case: case["printed"])
def test_what_names_an_author_is_printed_in_the_byline(case: dict[str, Any]) -> None:
    for author in split_byline(case["printed"], case.get("language"), HOUSE):
        assert author.printed in case["printed"]


@pytest.mark.parametrize(
    "line",
    [
        "by Vladimir Rozanskij",
        "by J.B. An Dang",
        "by JB. VU",
        "by Samir Khalil Samir, sj",
        "by Fr Stanislaus",
        "by Dalù*",
        "by Gregory",
        "By: Anna Pozzi",
        "BY BERNARDO CERVELLERA",
        "by AsiaNews",
        "by Anna Pozzi and Chiara Zappa",
    ],
)
def test_a_line_with_a_prefix_and_names_is_a_byline(line: str) -> None:
    assert is_byline(line, "en")


@pytest.mark.parametrize(
    ("line", "language"),
    [
        *[("di Anna Pozzi", "it"), ("de Steve Suwannarat", "es"), ("作者 Gregory", "zh"), ("作者：王志成", "zh")],
        *[("Autoři: Karel Rybný", "cs"), ("Autori: Jana Malá", "sk"), ("Autrice: Anna Pozzi", "it")],
        *[("Auteure : Anne Roux", "fr"), ("Autor:in: Anna Roth", "de"), ("Szerzők: Tóth Béla", "hu")],
        *[("Авторка: Оксана Ткач", "uk"), ("Аутори: Иван Петров", "sr"), ("Autorai: Jonas Kalnas", "lt")],
        *[("Kirjoittajat: Anna Koski", "fi"), ("Yazarlar: Ayşe Ak", "tr"), ("Συντάκτρια: Μαρία Λίου", "el")],
        *[("Forfattere: Bo Holm", "da"), ("Autorica: Ana Horvat", "hr"), ("الكاتبة: هدى منصور", "ar")],
        *[("כותבת: דנה לוי", "he"), ("نویسندگان: مریم سالمی", "fa"), ("લેખક: મીરા શાહ", "gu"), ("ਲੇਖਕ: ਮੀਰਾ ਸਿੰਘ", "pa")],
        *[("ஆசிரியர்: மீரா குமார்", "ta"), ("ಲೇಖಕರು: ಮೀರಾ ರಾವ್", "kn"), ("筆者：丸井一郎", "ja")],
    ],
)
def test_each_language_has_its_prefix(line: str, language: str) -> None:
    assert is_byline(line, language)


@pytest.mark.parametrize(
    "line",
    [
        "Mathias Hariyadi",
        "Weena Kowitwanij",
        "Louis Raphael Sako*",
        "JB. VU",
        "Dalù*",
        "Wang Zhicheng",
        "Joseph Yun Li-sun",
        "Fr Stanislaus",
        "Alessandra De Poli",
        "J.B. An Dang",
        "Larry Page",
    ],
)
def test_a_bare_name_is_a_byline_only_where_bare_names_are_expected(line: str) -> None:
    assert is_byline(line, "en", bare=True)
    assert not is_byline(line, "en")


@check_rows(
    "line",
    [
        "",
        "by",
        "HONG KONG",
        "VATICAN - CHINA",
        "CHINA – MACAU",
        "ASIA TODAY",
        "RUSSIAN WORLD",
        "GATEWAY TO THE EAST",
        "Moscow (AsiaNews)",
        "Moscow (AsiaNews) - In recent days",
        "Hong Kong",
        "Ho Chi Minh City",
        "Sri Lanka",
        "New Delhi",
        "South East Asia",
        "See also",
        "Vedi anche",
        "Send to a friend",
        "Printable version",
        "Subscribe now",
        "Geographical areas",
        "In the foreground",
        "Editor's choices",
        "Today's headlines: fuel, rice and a new bridge",
        "Gregory",
        "by the way",
        "By Monday the army had left the town.",
        "Anna Pozzi said so.",
        "Pope Francis Visits Myanmar",
        "Chiang Mai",
        "George Town",
        "Night Market Opens",
        "Mar Cinese Meridionale",
        "Stati Uniti",
        "Leer Más",
        "Read More",
        "Next Page",
        "Xi Jinping",
        "A day in the life of a ferry town",
        "03/11/2022, 09.45",
        "今日亚洲",
        "缅甸",
        "泰国-柬埔寨",
        "by " + "Anna Pozzi, " * 200,
    ],
)
def test_kickers_headlines_places_and_menus_are_no_bylines(line: str) -> None:
    assert not is_byline(line, "en", bare=True)


@pytest.mark.parametrize(
    ("printed", "language", "name"),
    [
        ("by X", "en", "X"),
        ("  BY   Anna Pozzi ", "it", "Anna Pozzi"),
        ("di Anna Pozzi", "en", "di Anna Pozzi"),
        ("作者Gregory", "zh", "Gregory"),
        ("Byron Smith", "en", "Byron Smith"),
        ("Diana Rossi", "it", "Diana Rossi"),
        ("De la Cruz Juan", "es", "De la Cruz Juan"),
        ("by", "en", "by"),
    ],
)
def test_the_prefix_comes_off_at_a_words_edge_only(printed: str, language: str, name: str) -> None:
    assert strip_prefix(printed, language) == name


def test_a_name_printed_twice_in_one_byline_is_one_author() -> None:
    assert len(split_byline("by Melani Manel Perera and Melanie Manel Perera", "en")) == 1


def test_every_row_of_the_alias_table_says_why() -> None:
    for row in load_table("names")["alias"]:
        assert row["reason"]
        assert all(normalise_name(printed) == row["name"] for printed in row["printed"])


def test_initials_alone_merge_nobody() -> None:
    assert normalise_name("N. Carvalho") != normalise_name("Nirmala Carvalho")
    assert normalise_name("JB Vu") != normalise_name("J.B. An Dang")


def test_every_family_name_of_the_table_ends_its_name() -> None:
    for row in load_table("names")["family"]:
        assert row["name"].endswith(row["family"])
        assert make_sort_name(row["name"]).startswith(f"{row['family']}, ")


NAMES = st.lists(
    st.sampled_from(
        [
            "Anna",
            "Pozzi",
            "P.",
            "JB",
            "Fr",
            "sj",
            "de",
            "Li-sun",
            "D'Souza",
            "王志成",
            "和",
            "e",
            "y",
            "and",
            ",",
            "、",
            "/",
            "*",
            "(",
            ")",
            "AFP",
            "by",
            "|",
            "-",
            "O.F.M.",
        ]
    ),
    max_size=14,
).map(" ".join)


@given(st.one_of(NAMES, st.text(max_size=80)), st.sampled_from(LANGUAGES))
def test_no_letter_of_a_name_is_invented(printed: str, language: str | None) -> None:
    try:
        authors = split_byline(printed, language, HOUSE)
    except BadValue:
        return
    from_tables = (
        {row["name"] for row in load_table("names")["alias"]}
        | {row[0] for row in load_table("bylines")["agencies"]["rows"]}
        | set(HOUSE)
    )
    assert authors
    for author in authors:
        if author.name not in from_tables:
            assert set(fold(author.name).replace(" ", "")) <= set(fold(printed))
        assert sorted(author.sort_name.replace(",", "").split()) == sorted(author.name.replace(",", "").split())


_PIECES = st.sampled_from(
    [
        *(
            "by",
            "By ",
            "BY",
            "di ",
            "von ",
            "por",
            "Story by ",
            "text",
            "photos by ",
            "Ann",
            "Lee",
            "ann",
            "LEE",
            " and ",
        ),
        *(
            " ",
            " - ",
            "(",
            ")",
            "[",
            "]",
            ":",
            "/",
            "|",
            ".",
            ", in News",
            "=",
            "~",
            "7",
            "with reporting by ",
            "*",
            ",",
        ),
    ]
)


@given(st.lists(_PIECES, max_size=8), st.sampled_from(LANGUAGES))
def test_a_line_that_its_first_word_tells_to_be_none_is_none_when_it_is_tidied(
    pieces: list[str], language: str | None
) -> None:
    line = "".join(pieces)
    if is_surely_unsigned(line):
        tidied = tidy(line)
        assert not may_be_prefixed(tidied, language)
        assert not ends_with_office(tidied)


@given(st.text(max_size=300), st.sampled_from(LANGUAGES), st.booleans())
def test_any_line_can_be_asked(line: str, language: str | None, bare: bool) -> None:
    assert is_byline(line, language, bare=bare) in (True, False)


@pytest.mark.parametrize(
    "hostile",
    [
        "a, " * 100_000,
        "(" * 100_000,
        "by " * 50_000,
        "*" * 100_000,
        "和" * 100_000,
        " and " * 60,
        "\ud800",
        "\x00",
        "A" * 499,
        "(a" * 240,
        "by " + "." * 490,
    ],
)
def test_a_hostile_byline_ends_in_an_answer(hostile: str) -> None:
    try:
        authors = split_byline(hostile, "en", HOUSE)
    except BadValue:
        authors = ()
    assert len(authors) < 200
    assert not is_byline(hostile, "en", bare=True)
