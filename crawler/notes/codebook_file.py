"""Writes a codebook as TOML, to be read, reviewed and used elsewhere, and reads it back."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

import tomlkit

from crawler.notes.codebook import list_code_rows, make_code, write_code
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import BadNote, Code


def to_toml(codes: Iterable[Code]) -> str:
    """Return a codebook as TOML: a table ``code`` for each, with name, type, values, description."""
    document = tomlkit.document()
    document.add(tomlkit.comment("A codebook of seealso: seealso codes import FILE adds it to a file of notes."))
    tables = tomlkit.aot()
    for code in codes:
        table = tomlkit.table()
        table.add("name", code.name)
        table.add("type", code.kind)
        if code.choices:
            table.add("values", list(code.choices))
        table.add("description", code.description)
        tables.append(table)
    document.add("code", tables)
    return tomlkit.dumps(document)


def import_toml(notes: NotesFile, content: bytes, *, moment: str) -> list[Code]:
    """Add the codes of a codebook in TOML, or write them as new versions, and return those that are new or changed.

    All of them, or none. Raises BadNote for what is no codebook, and for a code that is of another type here.
    """
    try:
        entries = tomllib.loads(content.decode("utf-8-sig")).get("code", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadNote(f"this is no codebook in TOML: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries) or not entries:
        raise BadNote("this is no codebook: it has no [[code]]")
    changed_codes: list[Code] = []
    with notes.transaction() as db:
        for entry in entries:
            unknown = set(entry) - {"name", "type", "values", "description"}
            values = entry.get("values", [])
            if unknown or not isinstance(values, list) or "name" not in entry or "type" not in entry:
                raise BadNote(f"a code has name, type, values and description: {str(entry)[:80]}")
            texts = [str(entry["name"]), str(entry["type"]), str(entry.get("description", ""))]
            code = make_code(texts[0], texts[1], [str(value) for value in values], texts[2], changed_at=moment)
            known_codes = [
                standing for standing in list_code_rows(db) if standing.name.casefold() == code.name.casefold()
            ]
            if known_codes and known_codes[0].kind != code.kind:
                raise BadNote(f"the code {code.name!r} is {known_codes[0].kind} here: give it another name")
            same = [
                standing
                for standing in known_codes
                if not standing.deleted and (standing.choices, standing.description) == (code.choices, code.description)
            ]
            if not same:
                changed_codes.append(write_code(db, code))
    return changed_codes
