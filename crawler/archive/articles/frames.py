"""Converts articles to a data frame of polars or pandas, with one row an article and typed columns.

``published_on`` is a date. ``published_at`` is an instant in UTC, and empty where only the day is known (then
``published_precision`` is ``day``). ``authors`` and ``dateline_agencies`` are lists. Everything else is as in the
archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from crawler.archive.articles.records import ArticleRow
from crawler.archive.schema.fields import ARTICLE_COLUMNS
from crawler.errors import MissingExtra

if TYPE_CHECKING:
    import pandas
    import polars

FRAME_COLUMNS: Final = tuple(field.name for field in fields(ArticleRow))
COLUMN_KINDS: Final[dict[str, str]] = {
    name: ARTICLE_COLUMNS[name].kind if name in ARTICLE_COLUMNS else "list" for name in FRAME_COLUMNS
}
"""Column → kind of its values. Authors are no column of ``articles``; frames have them as a list."""


def to_polars(rows: Iterable[ArticleRow]) -> polars.DataFrame:
    """Return a polars data frame. Raises MissingExtra when polars is not installed."""
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtra("polars") from error
    types: dict[str, Any] = {
        "integer": pl.Int64(),
        "boolean": pl.Boolean(),
        "date": pl.Date(),
        "instant": pl.Datetime("us", "UTC"),
        "list": pl.List(pl.String()),
        "text": pl.String(),
    }
    schema = {name: types[COLUMN_KINDS[name]] for name in FRAME_COLUMNS}
    return pl.DataFrame(list(_read_records(rows)), schema=schema, orient="row")


def to_pandas(rows: Iterable[ArticleRow]) -> pandas.DataFrame:
    """Return a pandas data frame. Raises MissingExtra when pandas is not installed."""
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("pandas") from error
    types = {
        "integer": "int64",
        "boolean": "bool",
        "date": "datetime64[s]",
        "instant": "datetime64[us, UTC]",
        "list": "object",
        "text": "string",
    }
    columns: list[list[Any]] = [list(column) for column in zip(*_read_records(rows), strict=True)] or [
        [] for _ in FRAME_COLUMNS
    ]
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=types[COLUMN_KINDS[name]])
            for name, values in zip(FRAME_COLUMNS, columns, strict=True)
        }
    )


def _read_records(rows: Iterable[ArticleRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(convert_value(name, getattr(row, name)) for name in FRAME_COLUMNS)


def convert_value(name: str, value: Any) -> Any:
    """Return a value of a row in the type of its column; None for an instant of which only the day is known."""
    if name == "authors":
        return [author.name for author in value]
    match COLUMN_KINDS[name]:
        case "list":
            return list(value)
        case "date" if value is not None:
            return date.fromisoformat(value)
        case "instant" if value is not None:
            return datetime.fromisoformat(value) if len(value) > len("2012-08-14") else None
        case _:
            return value
