"""CSV and JSON Lines: an article a row, every column, every article."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, Final

from crawler.archive.articles.frames import COLUMNS
from crawler.archive.articles.lookup import AuthorLine
from crawler.archive.articles.rows import ArticleRow
from crawler.research.exports.context import Job
from crawler.research.exports.sanitize import without_formula
from crawler.research.exports.streams import Stream

BOM: Final = "\ufeff"
AUTHOR: Final = tuple(field.name for field in fields(AuthorLine))
"""What is known of an author in a byline."""


def write_csv(job: Job, stream: Stream) -> None:
    """Write CSV as RFC 4180 has it: a header, comma, quotation marks doubled, lines ended by CR LF."""
    write = csv_rows(stream, safe=job.options.safe, bom=job.options.bom)
    write(COLUMNS)
    for row in job.chosen.rows():
        write(cells(row))


def csv_rows(stream: Stream, *, safe: bool, bom: bool) -> Callable[[Iterable[str]], None]:
    """Return a function that writes one row of cells. With ``safe`` no cell is a formula, whatever parts them."""
    if bom:
        stream.write_text(BOM)
    writer = csv.writer(_Text(stream), quoting=csv.QUOTE_ALL if safe else csv.QUOTE_MINIMAL, lineterminator="\r\n")

    def write(row: Iterable[str]) -> None:
        writer.writerow([without_formula(cell) for cell in row] if safe else row)

    return write


def cells(row: ArticleRow, columns: Iterable[str] = COLUMNS) -> list[str]:
    """Return an article's values as cells: what is not known is empty, a list is a JSON array."""
    return [
        _cell([author.name for author in row.authors] if column == "authors" else getattr(row, column))
        for column in columns
    ]


def write_jsonl(job: Job, stream: Stream) -> None:
    """Write one JSON object a line; ``authors`` are objects with all that is known of each."""
    for row in job.chosen.rows():
        stream.write_text(json_line(row))


def json_line(row: ArticleRow) -> str:
    """Return an article as one line of JSON."""
    told = {name: getattr(row, name) for name in COLUMNS}
    told["authors"] = [{name: getattr(author, name) for name in AUTHOR} for author in row.authors]
    return json.dumps(told, ensure_ascii=False) + "\n"


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


class _Text:
    """What the standard library's csv wants to write to."""

    def __init__(self, stream: Stream) -> None:
        self.write = stream.write_text
