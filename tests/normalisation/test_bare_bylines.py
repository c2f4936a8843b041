"""Lines of names without a prefix: what stands beside them tells that they are bylines."""

from __future__ import annotations

from support.tables import check_rows

from crawler.normalisation.bylines.bare import (
    is_bare_given_name,
    is_name_and_place_or_date,
    names_author_with_office,
    names_office,
)
from crawler.normalisation.bylines.byline import is_byline, names_agencies
from crawler.normalisation.bylines.credible_names import is_handle


@check_rows(
    ("line", "is_one"),
    [
        ("JANET OAKES - STAFF REPORTER", True),
        ("Ann Lee, Political Correspondent", True),
        ("Ann Lee", False),
        ("Political Correspondent", False),
        ("Two Reporters", False),
    ],
)
def test_a_name_with_an_office_is_a_byline(line: str, is_one: bool) -> None:
    assert names_author_with_office(line, "en") is is_one


@check_rows(
    ("line", "is_one"),
    [
        ("Olga Fenn in Tellmark", True),
        ("Olga Fenn 5 days ago 2 min read", True),
        ("OLGA FENN", True),
        ("Santa Fe in May", False),
        ("Olga Fenn wins the race in Tellmark", False),
    ],
)
def test_a_given_name_with_a_place_or_a_date_is_a_byline(line: str, is_one: bool) -> None:
    assert is_name_and_place_or_date(line, "en") is is_one


def test_a_bare_name_begins_with_a_given_name() -> None:
    assert is_bare_given_name("Janet Oakes", "en")
    assert not is_bare_given_name("San Sebastián", "es")
    assert not is_bare_given_name("New York", "en")


@check_rows(("line", "is_one"), [("Guest Essay", False), ("Anna Night", True), ("Paul Club", True), ("Bo Ray", True)])
def test_a_word_of_topics_speaks_against_a_bare_name_that_no_given_name_begins(line: str, is_one: bool) -> None:
    assert is_byline(line, "en", bare=True) is is_one


def test_an_office_alone_belongs_to_the_name_above_it() -> None:
    assert names_office("Science reporter")
    assert not names_office("He asked the reporter.")


def test_a_sentence_that_begins_with_an_institution_names_no_agency() -> None:
    assert not names_agencies("The university has kept a kindergarten warm for three months with salt.", "en")


def test_handles_are_told_from_words_and_from_accounts_of_nobody() -> None:
    handles = ("@ann", "ann_lee", "annlee9", "a.morel")
    others = ("annlee", "admin_1", "user14", "covid-19", "post.example", "Ann_Lee", "@")
    assert [text for text in (*handles, *others) if is_handle(text)] == list(handles)
