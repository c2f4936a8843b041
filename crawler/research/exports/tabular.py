"""Writes CSV and JSON Lines: a row for each article, with every column."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, Final

from crawler.archive.articles.frames import FRAME_COLUMNS
from crawler.archive.articles.identities import format_identity
from crawler.archive.articles.records import ArticleRow, AuthorLine
from crawler.archive.search.places import PlaceFacet, read_place_map
from crawler.normalisation.words.tokenizer import make_search_text
from crawler.notes.remarks import REMARK_COLUMNS
from crawler.research.columns import choose_columns
from crawler.research.exports.context import ExportJob
from crawler.research.exports.sanitize import escape_formula
from crawler.research.exports.streams import HashedStream

BOM: Final = "\ufeff"
MAX_CELL_LETTERS: Final = 32_767
"""What a cell of Excel holds; it cuts longer ones without a word when it opens the file."""
FIRST_SPREADSHEET_DAY: Final = "1900-01-01"
"""The first day that Excel has: an earlier one stays text beside others that became dates."""
LONG_CELLS: Final = "cells_beyond_spreadsheets"
EARLY_DAYS: Final = "days_before_spreadsheets"
"""Counts of the manifest, which has them when they are not 0."""
AUTHOR: Final = tuple(field.name for field in fields(AuthorLine))
"""Columns of an author in a byline."""
IDENTITY_COLUMN: Final = "identity"
"""The permanent identity of the version that is written. Only who names it gets it."""
PLACE_COLUMNS: Final[tuple[PlaceFacet, ...]] = ("place", "country")
"""The places of the dateline under their labels, and their countries by code, parted by semicolons. Only who names them
gets them."""
TABLE_COLUMNS: Final = (*FRAME_COLUMNS, IDENTITY_COLUMN, *PLACE_COLUMNS, *REMARK_COLUMNS)
"""Columns that may be named."""
ValueReader = Callable[[ArticleRow, str], Any]
"""(article, column) → value."""
ID_COLUMNS: Final = ("site", "language", "site_key", IDENTITY_COLUMN, "url", "published_on", "digest")
"""What may be shared of an article whose text may not."""


def write_csv(job: ExportJob, stream: HashedStream) -> None:
    """Write CSV as RFC 4180 has it: a header, comma, quotation marks doubled, lines ended by CR LF."""
    _write_table(job, stream, find_columns(job))


def write_ids(job: ExportJob, stream: HashedStream) -> None:
    """Write CSV without a word of any article: identities, addresses, days and digests."""
    _write_table(job, stream, ID_COLUMNS)


def find_columns(job: ExportJob, available: Iterable[str] = TABLE_COLUMNS) -> tuple[str, ...]:
    """Return the columns that were named, or those of every table. Raises UnknownColumn."""
    return choose_columns(job.options.columns, tuple(available)) if job.options.columns else FRAME_COLUMNS


def _write_table(job: ExportJob, stream: HashedStream, columns: tuple[str, ...]) -> None:
    write = make_row_writer(stream, safe=job.options.safe, bom=job.options.bom)
    write(columns)
    has_days = "published_on" in columns
    counts = dict.fromkeys((LONG_CELLS, EARLY_DAYS), 0)
    read = make_value_reader(job, columns)
    for row in job.selected.rows():
        cells = format_cells(row, columns, read)
        counts[LONG_CELLS] += sum(1 for cell in cells if measure_cell(cell) > MAX_CELL_LETTERS)
        counts[EARLY_DAYS] += has_days and row.published_on is not None and row.published_on < FIRST_SPREADSHEET_DAY
        write(cells)
    job.manifest.counts |= {name: number for name, number in counts.items() if number}


def measure_cell(cell: str) -> int:
    """Return the length of a cell as spreadsheets count it: letters outside the basic plane count twice."""
    return len(cell.encode("utf-16-le", "replace")) // 2 if len(cell) > MAX_CELL_LETTERS // 2 else len(cell)


def make_row_writer(stream: HashedStream, *, safe: bool, bom: bool) -> Callable[[Iterable[str]], None]:
    """Return a function that writes one row of cells. With ``safe`` no cell is a formula, whatever parts them."""
    if bom:
        stream.write_text(BOM)
    writer = csv.writer(_CsvTarget(stream), quoting=csv.QUOTE_ALL if safe else csv.QUOTE_MINIMAL, lineterminator="\r\n")

    def write(row: Iterable[str]) -> None:
        writer.writerow([escape_formula(cell) for cell in row] if safe else row)

    return write


def read_value(row: ArticleRow, column: str) -> Any:
    """Return the value of an article in one of :data:`TABLE_COLUMNS`, but for those of places and notes."""
    if column == IDENTITY_COLUMN:
        return format_identity(row.site, row.language, row.site_key, row.revisions)
    return getattr(row, column)


def make_value_reader(job: ExportJob, columns: Iterable[str]) -> ValueReader:
    """Return a function that reads the value of an article in one of :data:`TABLE_COLUMNS`."""
    remarks = job.remarks
    maps = {name: read_place_map(job.selected.db.conn, name) for name in PLACE_COLUMNS if name in columns}
    if not maps and not set(columns) & set(REMARK_COLUMNS):
        return read_value

    def read(row: ArticleRow, column: str) -> Any:
        if column in REMARK_COLUMNS:
            return remarks.read_column(row, column) if remarks is not None else None
        if column not in maps:
            return read_value(row, column)
        values = maps[column].find_article_values(row.id, make_search_text(row.dateline_place) or None)
        return "; ".join(values) or (row.dateline_place if column == "place" else None)

    return read


def format_cells(row: ArticleRow, columns: Iterable[str] = FRAME_COLUMNS, read: ValueReader = read_value) -> list[str]:
    """Return an article's values as cells: what is not known is empty, a list is a JSON array."""
    return [
        _format_cell([author.name for author in row.authors] if column == "authors" else read(row, column))
        for column in columns
    ]


def write_jsonl(job: ExportJob, stream: HashedStream) -> None:
    """Write one JSON object a line; ``authors`` are objects with all columns of an author."""
    columns = find_columns(job)
    read = make_value_reader(job, columns)
    for row in job.selected.rows():
        stream.write_text(format_json_line(row, columns, read))


def format_json_line(row: ArticleRow, columns: Iterable[str] = FRAME_COLUMNS, read: ValueReader = read_value) -> str:
    """Return an article as one line of JSON."""
    values = {name: read(row, name) for name in columns}
    if "authors" in values:
        values["authors"] = [{name: getattr(author, name) for name in AUTHOR} for author in row.authors]
    return json.dumps(values, ensure_ascii=False) + "\n"


def _format_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


class _CsvTarget:
    """The file that the csv module writes to."""

    def __init__(self, stream: HashedStream) -> None:
        self.write = stream.write_text
