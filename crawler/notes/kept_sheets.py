"""Keeps lists of articles to be coded under a name, for the browser to lead a coder through."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.archive.database import select_dicts, select_rows
from crawler.normalisation.dates.moments import instant
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey, BadNote, Code, NoSuchNote, check_name, read_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A list of articles to be coded, under a name."""

    name: str
    made_at: str
    question: str
    """What its articles were selected by."""
    codes: tuple[str, ...]
    articles: int


def save_sheet(
    notes: NotesFile, name: str, keys: Sequence[ArticleKey], *, codes: Sequence[Code], question: str, now: datetime
) -> Sheet:
    """Keep a list of articles under a name, to be coded in the browser. Raises BadNote for a name that is taken."""
    name = check_name(name, "a sheet's name")
    if not keys:
        raise BadNote("no article is found, so there is nothing to code")
    with notes.transaction() as db:
        if db.execute("SELECT 1 FROM sheets WHERE name = ?", (name,)).fetchone():
            raise BadNote(f"there is a sheet {name!r} already: choose another name")
        names = json.dumps([code.name for code in codes], ensure_ascii=False)
        cursor = db.execute(
            "INSERT INTO sheets (name, made_at, question, codes) VALUES (?, ?, ?, ?)",
            (name, instant(now), question, names),
        )
        db.conn.executemany(
            "INSERT INTO sheet_articles (sheet_id, position, site, language, site_key) VALUES (?, ?, ?, ?, ?)",
            ((cursor.lastrowid, position, *key) for position, key in enumerate(keys, 1)),
        )
    return find_sheet(notes, name)


def remove_sheet(notes: NotesFile, name: str) -> Sheet:
    """Remove a sheet, the list of its articles alone, and return what it was; notes and answers stay.

    Raises NoSuchNote, whose message lists the names.
    """
    sheet = find_sheet(notes, name)
    with notes.transaction() as db:
        db.execute("DELETE FROM sheet_articles WHERE sheet_id = (SELECT id FROM sheets WHERE name = ?)", (sheet.name,))
        db.execute("DELETE FROM sheets WHERE name = ?", (sheet.name,))
    return sheet


def list_sheets(notes: NotesFile) -> list[Sheet]:
    """Return the sheets that were kept, the newest last."""
    sql = (
        "SELECT name, made_at, question, codes, (SELECT count(*) FROM sheet_articles a WHERE a.sheet_id = s.id)"
        " AS articles FROM sheets s ORDER BY made_at, id"
    )
    with notes.translate_errors():
        return [Sheet(**row | {"codes": read_list(row["codes"])}) for row in select_dicts(notes.db, sql)]


def find_sheet(notes: NotesFile, name: str) -> Sheet:
    """Return the sheet of a name, in any capitals. Raises NoSuchNote, whose message lists the names."""
    sheets = list_sheets(notes)
    for sheet in sheets:
        if sheet.name.casefold() == name.strip().casefold():
            return sheet
    names = ", ".join(sheet.name for sheet in sheets[:10])
    raise NoSuchNote(
        f"no sheet {name[:60]!r}; " + (f"there are: {names}" if names else "make one: seealso codes sheet")
    )


def list_sheet_keys(notes: NotesFile, name: str) -> list[ArticleKey]:
    """Return the articles of a sheet in their order."""
    sql = (
        "SELECT a.site, a.language, a.site_key FROM sheet_articles a JOIN sheets s ON s.id = a.sheet_id"
        " WHERE s.name = ? ORDER BY a.position"
    )
    with notes.translate_errors():
        return [ArticleKey(*row) for row in select_rows(notes.db, sql, (name,))]
