"""A table that is checked in one test fails with all of its rows that fail, each by its name, and with no other."""

from __future__ import annotations

import inspect

import pytest
from support.tables import check_rows


def test_every_row_that_fails_is_named() -> None:
    @check_rows(("text", "number"), [("1", 1), ("2", 3), ("x", 0), ("4", 4)], ids=lambda value: f"<{value}>")
    def check(text: str, number: int) -> None:
        assert int(text) == number

    with pytest.raises(ExceptionGroup, match="2 of 4 rows fail") as failed:
        check()
    wrong, odd = failed.value.exceptions
    assert (type(wrong), type(odd)) == (AssertionError, ValueError)
    assert (wrong.__notes__[-1], odd.__notes__[-1]) == ("row 1: <2>-<3>", "row 2: <x>-<0>")


def test_a_table_asks_for_the_other_fixtures_and_tables_may_be_stacked() -> None:
    seen = []

    @check_rows("first", [1, 2])
    @check_rows("second", "ab")
    def check(first: int, second: str, more: str) -> None:
        seen.append(f"{first}{second}{more}")

    assert list(inspect.signature(check).parameters) == ["more"]
    check(more="!")
    assert seen == ["1a!", "1b!", "2a!", "2b!"]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(AssertionError, match="without rows"):
        check_rows("value", [])
