"""Adds, changes, deletes and lists notes. Every change is a new version; a deleted note keeps its history."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from crawler.archive.database import select_column, select_dicts, select_rows, select_value
from crawler.normalisation.dates.moments import instant
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import (
    MAX_TEXT_LETTERS,
    ArticleKey,
    BadNote,
    NoSuchNote,
    Note,
    NoteConflict,
    Passage,
    check_name,
    check_tags,
    clean_lines,
    make_note,
)

VERSION_COLUMNS: Final = (
    *("coder", "changed_at", "text", "tags", "revision"),
    *("field", "start", "quote", "prefix", "suffix", "deleted"),
)
_SELECT: Final = (
    "SELECT n.uid AS uid, n.site AS site, n.language AS language, n.site_key AS site_key, n.made_at AS made_at,"
    f" v.version AS version, {', '.join(f'v.{name} AS {name}' for name in VERSION_COLUMNS)}"
    " FROM notes n JOIN note_versions v ON v.note_id = n.id"
)
_CURRENT: Final = f"{_SELECT} AND v.version = n.current"


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCount:
    """A tag and how many notes and articles have it."""

    tag: str
    notes: int
    articles: int


def add_note(
    notes: NotesFile,
    key: ArticleKey,
    *,
    coder: str,
    text: str = "",
    tags: Sequence[str] = (),
    revision: int | None = None,
    passage: Passage | None = None,
    now: datetime,
) -> Note:
    """Add a note on an article or a passage of it, and return it. Raises BadNote for one without text and tags."""
    moment = instant(now)
    note = Note(
        uid=secrets.token_hex(8),
        **key._asdict(),
        version=1,
        coder=check_name(coder, "a coder's name"),
        made_at=moment,
        changed_at=moment,
        text=check_text(text),
        tags=check_tags(list(tags)),
        revision=revision,
        passage=passage,
    )
    if not note.text and not note.tags and passage is None:
        raise BadNote("a note has a text, a tag or a passage")
    with notes.transaction() as db:
        insert_note(db, note)
        insert_version(db, note)
    return note


def change_note(
    notes: NotesFile,
    uid: str,
    *,
    coder: str,
    text: str | None = None,
    tags: Sequence[str] | None = None,
    expected_version: int | None = None,
    now: datetime,
) -> Note:
    """Write a new version of a note, with another text or other tags, and return it; the former one stays.

    Raises:
        NoteConflict: somebody has changed the note since ``expected_version``.
        NoSuchNote: there is none of that ``uid``, or it is deleted.

    """
    with notes.transaction() as db:
        note = _find_note(db, uid)
        if expected_version is not None and note.version != expected_version:
            raise NoteConflict(f"{note.coder} has changed this note on {note.changed_at}: read what is there first")
        changed = replace(
            note,
            coder=check_name(coder, "a coder's name"),
            text=note.text if text is None else check_text(text),
            tags=note.tags if tags is None else check_tags(list(tags)),
            changed_at=instant(now),
        )
        if (changed.text, changed.tags) == (note.text, note.tags):
            return note
        if not changed.text and not changed.tags and changed.passage is None:
            raise BadNote("a note has a text, a tag or a passage: delete it instead")
        return _insert_next_version(db, changed)


def delete_note(notes: NotesFile, uid: str, *, coder: str, expected_version: int | None = None, now: datetime) -> Note:
    """Mark a note as deleted: it is listed no more, and its history stays. Raises NoSuchNote and NoteConflict."""
    with notes.transaction() as db:
        note = _find_note(db, uid)
        if expected_version is not None and note.version != expected_version:
            raise NoteConflict(f"{note.coder} has changed this note on {note.changed_at}: read what is there first")
        coder = check_name(coder, "a coder's name")
        return _insert_next_version(db, replace(note, coder=coder, changed_at=instant(now), deleted=True))


def find_note(notes: NotesFile, uid: str) -> Note:
    """Return the note of a uid, or of the beginning of one that no other has. Raises NoSuchNote."""
    with notes.translate_errors():
        return _find_note(notes.db, uid)


def list_versions(notes: NotesFile, uid: str) -> list[Note]:
    """Return every version of a note, the first one first; those of a deleted one too."""
    with notes.translate_errors():
        return [make_note(row) for row in select_dicts(notes.db, f"{_SELECT} WHERE n.uid = ? ORDER BY 6", (uid,))]


def list_notes(
    notes: NotesFile, *, key: ArticleKey | None = None, tag: str | None = None, coder: str | None = None
) -> list[Note]:
    """Return the notes that are not deleted, by article and then by time; of an article, a tag, a coder alone."""
    conditions, values = ["v.deleted = 0"], []
    if key is not None:
        conditions.append("n.site = ? AND n.language = ? AND n.site_key = ?")
        values += list(key)
    if coder is not None:
        conditions.append("v.coder = ? COLLATE NOCASE")
        values.append(coder)
    order = "n.site, n.language, n.site_key, n.made_at, n.id"
    sql = f"{_CURRENT} WHERE {' AND '.join(conditions)} ORDER BY {order}"
    with notes.translate_errors():
        found_notes = [make_note(row) for row in select_dicts(notes.db, sql, values)]
    if tag is None:
        return found_notes
    return [note for note in found_notes if has_tag(note, tag)]


def has_tag(note: Note, tag: str) -> bool:
    """Return True if a note has a tag, in whatever capitals."""
    return tag.strip().casefold() in (own_tag.casefold() for own_tag in note.tags)


def count_tags(notes: NotesFile) -> list[TagCount]:
    """Return every tag with its counts, by name; spellings in other capitals are one tag."""
    uids: dict[str, set[str]] = {}
    keys: dict[str, set[ArticleKey]] = {}
    names: dict[str, str] = {}
    with notes.translate_errors():
        rows = select_rows(notes.db, "SELECT tag, uid, site, language, site_key FROM v_note_tags")
        for tag, uid, *key in rows:
            folded = tag.casefold()
            names.setdefault(folded, tag)
            uids.setdefault(folded, set()).add(uid)
            keys.setdefault(folded, set()).add(ArticleKey(*key))
    return [
        TagCount(tag=names[folded], notes=len(uids[folded]), articles=len(keys[folded])) for folded in sorted(names)
    ]


def rename_tag(notes: NotesFile, tag: str, name: str, *, coder: str, now: datetime) -> int:
    """Give every note that has a tag another one in its place; return how many. Each becomes a new version."""
    if not check_tags([name]):
        raise BadNote("a tag needs a name: to take it off, seealso notes edit NOTE --without-tag TAG")
    renamed_notes = 0
    with notes.transaction() as db:
        for row in list(select_dicts(db, f"{_CURRENT} WHERE v.deleted = 0 ORDER BY n.id")):
            note = make_note(row)
            if has_tag(note, tag):
                tags = [name if own_tag.casefold() == tag.strip().casefold() else own_tag for own_tag in note.tags]
                changed = replace(note, tags=check_tags(tags), coder=coder, changed_at=instant(now))
                if changed.tags != note.tags:
                    _insert_next_version(db, changed)
                renamed_notes += 1
    if not renamed_notes:
        known_tags = ", ".join(count.tag for count in count_tags(notes)[:10])
        raise NoSuchNote(f"no note has the tag {tag[:60]!r}; there are: {known_tags or 'none'}")
    return renamed_notes


def list_coders(notes: NotesFile) -> list[str]:
    """Return everybody who has written a note or given an answer, by name."""
    sql = "SELECT DISTINCT coder FROM v_notes UNION SELECT DISTINCT coder FROM v_answers ORDER BY 1"
    with notes.translate_errors():
        return select_column(notes.db, sql)


def check_text(text: str) -> str:
    """Return the text of a note as it is kept. Raises BadNote for one that is too long."""
    cleaned = clean_lines(text)
    if len(cleaned) > MAX_TEXT_LETTERS:
        raise BadNote(f"a note has at most {MAX_TEXT_LETTERS:,} characters, and this one {len(cleaned):,}")
    return cleaned


def insert_note(db: Database, note: Note) -> None:
    """Insert the row of a note, whose current version is the one given."""
    db.execute(
        "INSERT INTO notes (uid, site, language, site_key, made_at, current) VALUES (?, ?, ?, ?, ?, ?)",
        (note.uid, *note.key, note.made_at, note.version),
    )


def insert_version(db: Database, note: Note) -> None:
    """Insert a version of a note that is there, under its number."""
    passage = note.passage
    place: tuple[Any, ...] = (None,) * 5
    if passage is not None:
        place = (passage.field, passage.start, passage.quote, passage.prefix, passage.suffix)
    tags = json.dumps(note.tags, ensure_ascii=False)
    cells = (note.coder, note.changed_at, note.text, tags, note.revision, *place, int(note.deleted))
    db.execute(
        f"INSERT INTO note_versions (note_id, version, {', '.join(VERSION_COLUMNS)})"
        f" VALUES ((SELECT id FROM notes WHERE uid = ?), ?, {', '.join('?' * len(cells))})",
        (note.uid, note.version, *cells),
    )


def count_versions(db: Database, uid: str) -> int:
    """Return the highest number of a version of a note; 0 when there is no such note."""
    sql = "SELECT max(version) FROM note_versions WHERE note_id = (SELECT id FROM notes WHERE uid = ?)"
    return int(select_value(db, sql, (uid,)) or 0)


def set_current(db: Database, uid: str, version: int) -> None:
    """Let a version be the one that counts."""
    db.execute("UPDATE notes SET current = ? WHERE uid = ?", (version, uid))


def iter_all_versions(db: Database) -> Iterator[Note]:
    """Yield every version of every note, by note and number."""
    for row in select_dicts(db, f"{_SELECT} ORDER BY n.id, v.version"):
        yield make_note(row)


def read_current_versions(db: Database) -> dict[str, int]:
    """Return the version that counts of every note, by uid."""
    return dict(db.execute("SELECT uid, current FROM notes").fetchall())


def _insert_next_version(db: Database, note: Note) -> Note:
    next_version = replace(note, version=count_versions(db, note.uid) + 1)
    insert_version(db, next_version)
    set_current(db, note.uid, next_version.version)
    return next_version


def _find_note(db: Database, uid: str) -> Note:
    prefix = uid.strip().lower()
    if len(prefix) < 4 or not all(letter in "0123456789abcdef" for letter in prefix):
        raise NoSuchNote(f"{uid[:40]!r} is no number of a note: seealso notes list shows them")
    sql = f"{_CURRENT} WHERE n.uid BETWEEN ? AND ? AND v.deleted = 0 LIMIT 2"
    rows = list(select_dicts(db, sql, (prefix, prefix + "g")))
    if len(rows) > 1:
        raise NoSuchNote(f"several notes begin with {prefix[:40]}: write more of it")
    if not rows:
        raise NoSuchNote(f"no note {prefix[:40]}; seealso notes list shows those that are there")
    return make_note(rows[0])
