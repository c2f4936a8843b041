"""Freezes the notes and answers of a snapshot's articles: which versions there were, with a digest over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from crawler.archive.database import select_dicts, select_value
from crawler.normalisation.dates.moments import instant
from crawler.notes.notes import VERSION_COLUMNS
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey, NoSuchNote, make_note


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """The notes and answers that a snapshot found."""

    snapshot: str
    snapshot_uid: str
    made_at: str
    digest: str
    """SHA-256 of the frozen notes and answers, each as one line of JSON."""
    notes: int
    answers: int
    whole: bool
    """False if what was frozen has been erased in part since."""


def freeze_notes(notes: NotesFile, snapshot: str, uid: str, keys: Collection[ArticleKey], *, now: datetime) -> Freeze:
    """Freeze what there is now on the articles of a snapshot; a second call for the same snapshot changes nothing."""
    with notes.transaction() as db:
        if select_value(db, "SELECT 1 FROM freezes WHERE snapshot_uid = ?", (uid,)) is None:
            cursor = db.execute(
                "INSERT INTO freezes (snapshot, snapshot_uid, made_at, digest) VALUES (?, ?, ?, '')",
                (snapshot, uid, instant(now)),
            )
            wanted = set(keys)
            for kind, sql in _STANDING.items():
                rows = list(select_dicts(db, sql))
                db.conn.executemany(
                    "INSERT INTO frozen_versions (freeze_id, kind, row_id, version) VALUES (?, ?, ?, ?)",
                    (
                        (cursor.lastrowid, kind, row["id"], row["version"])
                        for row in rows
                        if ArticleKey(row["site"], row["language"], row["site_key"]) in wanted
                    ),
                )
            digest = _hash_records(_list_records(notes, uid))
            db.execute("UPDATE freezes SET digest = ? WHERE id = ?", (digest, cursor.lastrowid))
    return find_freeze(notes, uid)


def find_freeze(notes: NotesFile, uid: str) -> Freeze:
    """Return what was frozen with the snapshot of this uid. Raises NoSuchNote when its notes were not frozen here."""
    sql = "SELECT snapshot, snapshot_uid, made_at, digest FROM freezes WHERE snapshot_uid = ?"
    with notes.translate_errors():
        row = next(select_dicts(notes.db, sql, (uid,)), None)
        if row is None:
            raise NoSuchNote(f"{notes.path} has no notes that were frozen with this snapshot")
        records = _list_records(notes, uid)
    kinds = [record["record"] for record in records]
    is_whole = _hash_records(records) == row["digest"]
    return Freeze(**row, notes=kinds.count("note"), answers=kinds.count("answer"), whole=is_whole)


def list_frozen_records(notes: NotesFile, uid: str) -> list[dict[str, Any]]:
    """Return the notes and answers that were frozen with the snapshot of this uid, as the lines of an export."""
    with notes.translate_errors():
        return _list_records(notes, uid)


_STANDING: Final = {
    "note": "SELECT n.id AS id, n.site AS site, n.language AS language, n.site_key AS site_key, v.version AS version"
    " FROM notes n JOIN note_versions v ON v.note_id = n.id AND v.version = n.current WHERE v.deleted = 0",
    "answer": "SELECT a.id AS id, a.site AS site, a.language AS language, a.site_key AS site_key, v.version AS version"
    " FROM answers a JOIN answer_versions v ON v.answer_id = a.id AND v.version = a.current"
    " WHERE v.value IS NOT NULL",
}
"""Kind → the rows that stand now, with the version that counts."""
_FROZEN: Final = " IN (SELECT f.row_id, f.version FROM frozen_versions f JOIN freezes z ON z.id = f.freeze_id"
_FROZEN_NOTES: Final = (
    "SELECT n.uid AS uid, n.site AS site, n.language AS language, n.site_key AS site_key, n.made_at AS made_at,"
    f" v.version AS version, {', '.join(f'v.{name} AS {name}' for name in VERSION_COLUMNS)} FROM notes n"
    f" JOIN note_versions v ON v.note_id = n.id WHERE (v.note_id, v.version){_FROZEN}"
    " WHERE z.snapshot_uid = ? AND f.kind = 'note') ORDER BY n.uid"
)
_FROZEN_ANSWERS: Final = (
    "SELECT c.name AS code, a.coder AS coder, a.site AS site, a.language AS language, a.site_key AS site_key,"
    " a.note_uid AS note_uid, v.value AS value, v.version AS version, v.changed_at AS changed_at,"
    " v.code_version AS code_version, v.revision AS revision FROM answers a JOIN codes c ON c.id = a.code_id"
    f" JOIN answer_versions v ON v.answer_id = a.id WHERE (v.answer_id, v.version){_FROZEN}"
    " WHERE z.snapshot_uid = ? AND f.kind = 'answer')"
    " ORDER BY c.name, a.site, a.language, a.site_key, a.note_uid, a.coder"
)


def _list_records(notes: NotesFile, uid: str) -> list[dict[str, Any]]:
    frozen_notes = [make_note(row) for row in select_dicts(notes.db, _FROZEN_NOTES, (uid,))]
    return [
        *({"record": "note", **asdict(note)} for note in frozen_notes),
        *({"record": "answer", **row} for row in select_dicts(notes.db, _FROZEN_ANSWERS, (uid,))),
    ]


def _hash_records(records: list[dict[str, Any]]) -> str:
    lines = (json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n" for record in records)
    return hashlib.sha256("".join(lines).encode("utf-8", "replace")).hexdigest()
