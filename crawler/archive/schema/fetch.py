"""Rows by name: a statement goes in, records come out whose fields are the columns that it selects."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from sqlite_utils import Database

RecordT = TypeVar("RecordT")
Connection = Database | sqlite3.Connection


def iter_records(
    db: Connection, record: Callable[..., RecordT], sql: str, values: Sequence[Any] = ()
) -> Iterator[RecordT]:
    """Yield the rows of a statement as records; each column goes to the field of its name.

    Raises TypeError when a column has no such field, or a field without a default no such column.
    """
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield record(**dict(zip(names, row, strict=True)))


def fetch_records(
    db: Connection, record: Callable[..., RecordT], sql: str, values: Sequence[Any] = ()
) -> list[RecordT]:
    """Return the rows of a statement as records (:func:`iter_records`)."""
    return list(iter_records(db, record, sql, values))


def fetch_record(
    db: Connection, record: Callable[..., RecordT], sql: str, values: Sequence[Any] = ()
) -> RecordT | None:
    """Return the first row of a statement as a record, or None when there is none."""
    return next(iter_records(db, record, sql, values), None)


def fetch_column(db: Connection, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """Return the only column of a statement."""
    return [value for (value,) in db.execute(sql, values)]


def fetch_value(db: Connection, sql: str, values: Sequence[Any] = ()) -> Any:
    """Return the only value of a statement that has one row; None when it has no row."""
    for (value,) in db.execute(sql, values):
        return value
    return None


def fetch_count(db: Connection, sql: str, values: Sequence[Any] = ()) -> int:
    """Return what a statement counts; nothing summed up is 0."""
    return int(fetch_value(db, sql, values) or 0)
