"""A table of cases as one test, which tells of every row that fails: a row costs what it checks, and no test of its own."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Test = Callable[..., None]


def check_rows(
    names: str | Sequence[str], rows: Iterable[Any], *, ids: Callable[[Any], object] | Sequence[object] | None = None
) -> Callable[[Test], Test]:
    """Call a test with each row of a table, as ``pytest.mark.parametrize`` would, and fail with all rows that failed.

    All rows share the fixtures of the test: none of those may be what a row changes. ``ids`` are labels of the rows, or
    a function that gives the label of a value. The test raises an ExceptionGroup, each part with its row as a note.
    """
    columns = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = [_list_values(row, len(columns)) for row in rows]
    assert table, "a table without rows checks nothing"

    def describe(number: int) -> str:
        if ids is None:
            return ", ".join(repr(value)[:200] for value in table[number])
        return "-".join(str(ids(value)) for value in table[number]) if callable(ids) else str(ids[number])

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def check_table(**fixtures: Any) -> None:
            failures = []
            for number, values in enumerate(table):
                try:
                    test(**dict(zip(columns, values, strict=True)), **fixtures)
                except Exception as failure:
                    failure.add_note(f"row {number}: {describe(number)}")
                    failures.append(failure)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(table)} rows fail", failures)

        signature = inspect.signature(test)
        others = [parameter for parameter in signature.parameters.values() if parameter.name not in columns]
        check_table.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return check_table

    return decorate


def _list_values(row: Any, count: int) -> tuple[Any, ...]:
    return (row,) if count == 1 else tuple(row)
