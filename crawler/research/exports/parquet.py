"""Writes Parquet: a folder with a table for each year of publication, typed like the data frames of the archive.

``published_on`` is a date; ``published_at``, ``first_seen_at`` and ``last_seen_at`` are instants in UTC, the first
empty where only the day is known. The tables lie in ``data/`` and nothing else does, as readers take every file below a
folder for a table; the year is a column, since a folder that stands for "no year" opens in polars and not in pandas.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from crawler.archive.articles.frames import FRAME_COLUMNS, convert_value
from crawler.archive.articles.records import ArticleRow, AuthorLine
from crawler.errors import MissingExtra
from crawler.notes.records import ArticleKey
from crawler.notes.remarks import REMARK_COLUMNS
from crawler.research.exports.context import ExportJob
from crawler.research.exports.data_package import describe_column, find_column_kind, make_table_schema, write_package
from crawler.research.exports.sanitize import replace_surrogates
from crawler.research.exports.tabular import (
    AUTHOR,
    IDENTITY_COLUMN,
    PLACE_COLUMNS,
    TABLE_COLUMNS,
    ValueReader,
    find_columns,
    make_value_reader,
    read_value,
)

DETAILS_COLUMN: Final = "author_details"
SCHEMA: Final = "schema.json"
"""All years share it."""
NOTES: Final = "notes.jsonl"
"""Notes and answers of the articles, where tags or codes are columns."""
DATA: Final = "data"
"""The folder of the tables, to be opened as one data set."""
UNDATED: Final = "undated"
YEAR_COLUMN: Final = "year"
_COLUMNS: Final = (*FRAME_COLUMNS, YEAR_COLUMN, DETAILS_COLUMN)
_ROWS: Final = 2_000
_LETTERS: Final = 4_000_000
"""A row group ends at so many rows, or at so many letters of text."""


def write_parquet(job: ExportJob) -> None:
    """Write the folder. Raises MissingExtra when pyarrow is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as missing:
        raise MissingExtra("pyarrow") from missing
    available = (*TABLE_COLUMNS, YEAR_COLUMN, DETAILS_COLUMN)
    columns = find_columns(job, available) if job.options.columns else _COLUMNS
    schema = _make_schema(pa, columns)
    read = make_value_reader(job, columns)
    files: list[str] = []
    keys: list[ArticleKey] = []
    by_year = groupby(job.selected.rows(by_publication=True), key=find_year)
    for year, rows in by_year:
        files.append(f"{DATA}/articles-{UNDATED if year is None else year}.parquet")
        with job.open_file(files[-1]) as stream, pq.ParquetWriter(stream, schema, compression="zstd") as writer:
            for group in _iter_groups(rows):
                writer.write_table(_make_table(pa, schema, group, read))
                keys.extend(map(ArticleKey.of, group) if job.remarks is not None else ())
    if not files:  # a table without rows, so that whoever reads it finds its columns
        files.append(f"{DATA}/articles-{UNDATED}.parquet")
        with job.open_file(files[-1]) as stream, pq.ParquetWriter(stream, schema) as writer:
            writer.write_table(_make_table(pa, schema, []))
    with job.open_file(SCHEMA) as stream:
        stream.write_text(json.dumps(make_table_schema(columns, typed=True), indent=2) + "\n")
    write_package(
        job,
        [
            {
                "name": name.removeprefix(f"{DATA}/").removesuffix(".parquet"),
                "path": name,
                "profile": "tabular-data-resource",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "schema": SCHEMA,
            }
            for name in files
        ]
        + _write_notes(job, keys),
    )


def _write_notes(job: ExportJob, keys: Iterable[ArticleKey]) -> list[dict[str, Any]]:
    """Write the notes and answers of articles where an export has them, and return the file as a resource."""
    if job.remarks is None:
        return []
    with job.open_file(NOTES) as stream:
        for record in job.remarks.iter_records(keys):
            stream.write_text(json.dumps(record, ensure_ascii=False) + "\n")
    return [{"name": "notes", "path": NOTES, "format": "jsonl", "mediatype": "application/x-ndjson"}]


def find_year(row: ArticleRow) -> int | None:
    """Return the year of an article's publication."""
    return int(row.published_on[:4]) if row.published_on else None


def _make_schema(pa: Any, columns: tuple[str, ...]) -> Any:
    types = {
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "instant": pa.timestamp("us", "UTC"),
        "list": pa.list_(pa.string()),
        "text": pa.string(),
    }
    author_fields = [(name, pa.int64() if name == "position" else pa.string()) for name in AUTHOR]
    return pa.schema(
        pa.field(
            name,
            pa.list_(pa.struct(author_fields)) if name == DETAILS_COLUMN else types[find_column_kind(name, typed=True)],
            metadata={"description": describe_column(name)},
        )
        for name in columns
    )


def _make_table(pa: Any, schema: Any, rows: list[ArticleRow], read: ValueReader = read_value) -> Any:
    return pa.table({name: [_read_cell(row, name, read) for row in rows] for name in schema.names}, schema=schema)


def _read_cell(row: ArticleRow, column: str, read: ValueReader) -> Any:
    if column == YEAR_COLUMN:
        return find_year(row)
    if column == DETAILS_COLUMN:
        return [_make_author(author) for author in row.authors]
    if column in REMARK_COLUMNS:
        return [_replace_surrogates(text) for text in read(row, column) or ()]
    if column == IDENTITY_COLUMN:
        return read(row, column)
    if column in PLACE_COLUMNS:
        return _replace_surrogates(read(row, column))
    return _make_value(column, read(row, column))


def _make_author(author: AuthorLine) -> dict[str, Any]:
    return {name: _replace_surrogates(getattr(author, name)) for name in AUTHOR}


def _make_value(column: str, value: Any) -> Any:
    converted = convert_value(column, value)
    return (
        [_replace_surrogates(text) for text in converted]
        if isinstance(converted, list)
        else _replace_surrogates(converted)
    )


def _replace_surrogates(value: Any) -> Any:
    return replace_surrogates(value) if isinstance(value, str) else value


def _iter_groups(rows: Iterator[ArticleRow]) -> Iterator[list[ArticleRow]]:
    group: list[ArticleRow] = []
    letters = 0
    for row in rows:
        group.append(row)
        letters += len(row.body) + len(row.headline) + len(row.lead or "")
        if len(group) == _ROWS or letters >= _LETTERS:
            yield group
            group, letters = [], 0
    if group:
        yield group
