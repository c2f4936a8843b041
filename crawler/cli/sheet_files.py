"""Writes a coding sheet: the articles of a selection as CSV, as a named list, or as both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.articles.rows import read_rows
from crawler.archive.database import translate_errors
from crawler.archive.search.selection import select_ids
from crawler.atomic_file import replace_file
from crawler.notes.codebook import find_code, list_codes
from crawler.notes.kept_sheets import save_sheet
from crawler.notes.notes_file import NotesUnusable
from crawler.notes.records import ArticleKey, Code
from crawler.notes.sheets import UnreadableSheet, list_sheet_columns, make_sheet_row
from crawler.research.exports.streams import HashedStream
from crawler.research.exports.tabular import make_row_writer
from crawler.research.samples import sampled

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.search.selection import Selection
    from crawler.notes.notes_file import NotesFile
    from crawler.research.samples import Sample

ROWS_PER_READ = 200


def make_sheet(
    archive: Archive,
    notes: NotesFile,
    selection: Selection,
    sample: Sample | None,
    *,
    to: Path | None,
    name: str | None,
    names: str | None,
    safe: bool,
    bom: bool,
    force: bool,
) -> int:
    """Write the sheet of a selection to ``to``, keep it as ``name``, or both; return how many articles it has.

    Raises UnreadableSheet where there is no code or no article, or where a file is in the way.
    """
    codes = list_codes(notes) if names is None else [find_code(notes, part) for part in names.split(",")]
    if not codes:
        raise UnreadableSheet("there is no code to put on a sheet: seealso codes add NAME")
    if to is not None and to.exists() and not force:
        raise UnreadableSheet(f"{to} exists already: choose another name, or replace it with --force")
    with translate_errors(archive.path):
        ids = list(select_ids(archive.db, sampled(archive.db, selection, sample)))
    if not ids:
        raise UnreadableSheet("no article is found, so there is nothing to code")
    keys: list[ArticleKey] = []
    if to is None:
        keys = _write_rows(archive, ids, codes, None, safe=safe, bom=bom)
    else:
        try:
            with replace_file(to) as unfinished, unfinished.open("wb") as file:
                keys = _write_rows(archive, ids, codes, HashedStream(file, to.name), safe=safe, bom=bom)
        except OSError as error:
            raise NotesUnusable(f"cannot write {to}: {error.strerror or error}") from error
    if name is not None:
        question = describe_question(selection, sample)
        save_sheet(notes, name, keys, codes=codes, question=question, now=datetime.now(UTC))
    return len(keys)


def _write_rows(
    archive: Archive, ids: Sequence[int], codes: Sequence[Code], stream: HashedStream | None, *, safe: bool, bom: bool
) -> list[ArticleKey]:
    """Write the rows of articles where there is a stream, and return which articles they are."""
    write = make_row_writer(stream, safe=safe, bom=bom) if stream is not None else None
    if write is not None:
        write(list_sheet_columns(codes))
    keys: list[ArticleKey] = []
    remaining = iter(ids)
    with translate_errors(archive.path):
        while batch := list(islice(remaining, ROWS_PER_READ)):
            for row in read_rows(archive.db, batch):
                keys.append(ArticleKey.of(row))
                if write is not None:
                    write([" ".join(cell.split()) for cell in make_sheet_row(row, codes)])
    return keys


def describe_question(selection: Selection, sample: Sample | None) -> str:
    """Return what a sheet's articles were selected by, and how they were drawn, as the browser says it."""
    parts = [
        *([selection.query] if selection.query.strip() else []),
        *(f"--{name} {value}" for name, value in selection.to_filters().items()),
        *([selection.noted.question] if selection.noted else []),
    ]
    question = " ".join(parts) or "all articles"
    return f"{question}, {sample.size} of them at random (seed {sample.seed})" if sample else question
