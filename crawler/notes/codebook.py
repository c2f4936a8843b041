"""Keeps the codebook: the codes that answers are given to. A changed code is a new version; the former ones stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from crawler.archive.database import select_dicts, select_value
from crawler.normalisation.dates.moments import instant
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import (
    CODE_KINDS,
    MAX_CHOICES,
    BadNote,
    Code,
    CodeKind,
    NoSuchNote,
    check_name,
    clean_lines,
    read_list,
)

RESERVED_NAMES: Final = frozenset(
    {
        "site",
        "language",
        "site_key",
        "key",
        "identity",
        "id",
        "revision",
        "published_on",
        "headline",
        "url",
        "note",
        "tags",
    }
)
"""Columns of a coding sheet, which no code may be called."""

_CODES: Final = (
    "SELECT c.name AS name, v.version AS version, v.changed_at AS changed_at, v.description AS description,"
    " v.kind AS kind, v.choices AS choices, v.deleted AS deleted FROM codes c JOIN code_versions v ON v.code_id = c.id"
)


def add_code(
    notes: NotesFile, name: str, kind: CodeKind, *, choices: Sequence[str] = (), description: str = "", now: datetime
) -> Code:
    """Add a code to the codebook and return it; one that was taken out comes back as a new version.

    Raises BadNote for a name that is taken, or choices that are odd.
    """
    code = make_code(name, kind, choices, description, changed_at=instant(now))
    with notes.transaction() as db:
        for standing in list_code_rows(db):
            if standing.name.casefold() == code.name.casefold():
                if not standing.deleted:
                    raise BadNote(f"there is a code {code.name!r} already: change it with seealso codes edit")
                if standing.kind != code.kind:
                    raise BadNote(f"the code {code.name!r} was {standing.kind} and has answers: choose another name")
        return write_code(db, code)


def change_code(
    notes: NotesFile, name: str, *, choices: Sequence[str] | None = None, description: str | None = None, now: datetime
) -> Code:
    """Write a new version of a code, and return it; answers keep the version that they were given to."""
    with notes.transaction() as db:
        code = find_code_row(db, name)
        changed = make_code(
            code.name,
            code.kind,
            code.choices if choices is None else choices,
            code.description if description is None else description,
            changed_at=instant(now),
        )
        if (changed.choices, changed.description) == (code.choices, code.description):
            return code
        return write_code(db, changed)


def delete_code(notes: NotesFile, name: str, *, now: datetime) -> Code:
    """Take a code out of the codebook, and return it; its versions and answers stay. Raises NoSuchNote."""
    with notes.transaction() as db:
        code = find_code_row(db, name)
        return write_code(db, replace(code, changed_at=instant(now), deleted=True))


def make_code(name: str, kind: str, choices: Sequence[str], description: str, *, changed_at: str) -> Code:
    """Return a code whose parts are checked. Raises BadNote."""
    name = check_name(name, "a code's name")
    if name.casefold() in RESERVED_NAMES or "=" in name or "," in name:
        raise BadNote(
            f"no code is called {name[:40]!r}: the name is a column of coding sheets, or has = or a comma in it"
        )
    if kind not in CODE_KINDS:
        raise BadNote(f"a code is {', '.join(CODE_KINDS)}, not {kind[:40]!r}")
    values = list(dict.fromkeys(check_name(choice, "a value") for choice in choices))
    if kind == "choice" and not 2 <= len(values) <= MAX_CHOICES:
        raise BadNote(f"a code with a choice has 2 to {MAX_CHOICES} values")
    if kind != "choice" and values:
        raise BadNote(f"a code of the kind {kind} has no list of values")
    if len({value.casefold() for value in values}) < len(values):
        raise BadNote("two values differ in nothing but capitals")
    return Code(
        name=name,
        version=1,
        changed_at=changed_at,
        description=clean_lines(description)[:2_000],
        kind=kind,
        choices=tuple(values),
    )


def list_codes(notes: NotesFile) -> list[Code]:
    """Return the codebook as it is now, in the order in which codes were added."""
    with notes.translate_errors():
        return [code for code in list_code_rows(notes.db) if not code.deleted]


def find_code(notes: NotesFile, name: str) -> Code:
    """Return the code of a name, in any capitals. Raises NoSuchNote, whose message lists the names."""
    with notes.translate_errors():
        return find_code_row(notes.db, name)


def find_code_row(db: Database, name: str) -> Code:
    """Return the code of a name, in any capitals, inside a transaction. Raises NoSuchNote."""
    codes = [code for code in list_code_rows(db) if not code.deleted]
    for code in codes:
        if code.name.casefold() == name.strip().casefold():
            return code
    names = ", ".join(code.name for code in codes[:10])
    raise NoSuchNote(f"no code {name[:60]!r}; " + (f"there are: {names}" if names else "add one: seealso codes add"))


def list_code_rows(db: Database, *, with_history: bool = False) -> list[Code]:
    """Return the codes as they are now, deleted ones too; with their history every version of each."""
    sql = f"{_CODES} ORDER BY c.id, v.version" if with_history else f"{_CODES} AND v.version = c.current ORDER BY c.id"
    return [
        Code(**row | {"choices": read_list(row["choices"]), "deleted": bool(row["deleted"])})
        for row in select_dicts(db, sql)
    ]


def write_code(db: Database, code: Code) -> Code:
    """Insert a code as the next version of its name, the one that counts; return it with its number."""
    db.execute("INSERT INTO codes (name, current) VALUES (?, 0) ON CONFLICT (name) DO NOTHING", (code.name,))
    sql = "SELECT max(version) FROM code_versions WHERE code_id = (SELECT id FROM codes WHERE name = ?)"
    numbered = replace(code, version=int(select_value(db, sql, (code.name,)) or 0) + 1)
    cells = (
        code.changed_at,
        code.description,
        code.kind,
        json.dumps(code.choices, ensure_ascii=False),
        int(code.deleted),
    )
    db.execute(
        "INSERT INTO code_versions (code_id, version, changed_at, description, kind, choices, deleted)"
        " VALUES ((SELECT id FROM codes WHERE name = ?), ?, ?, ?, ?, ?, ?)",
        (code.name, numbered.version, *cells),
    )
    db.execute("UPDATE codes SET current = ? WHERE name = ?", (numbered.version, code.name))
    return numbered
