"""The tables of a file of notes, and their migrations: each change is one named function, applied once.

Nothing is overwritten: a note, a code and an answer each have rows of versions, and name the one that counts. Articles
are known by their identity, which is the same in every archive. ``docs/notes.md`` describes the columns that stay.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

NOTES_APPLICATION_ID: Final = 0x5345_4E4F
"""``SENO`` in the header of a SQLite file, which marks it as notes of this program."""

migrations = Migrations("seealso-notes")

_FIRST_TABLES: Final = """
CREATE TABLE notes (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, site TEXT NOT NULL, language TEXT NOT NULL,
    site_key TEXT NOT NULL, made_at TEXT NOT NULL, current INTEGER NOT NULL) STRICT;
CREATE INDEX notes_article ON notes (site, language, site_key);
CREATE TABLE note_versions (note_id INTEGER NOT NULL REFERENCES notes(id), version INTEGER NOT NULL,
    coder TEXT NOT NULL, changed_at TEXT NOT NULL, text TEXT NOT NULL, tags TEXT NOT NULL, revision INTEGER,
    field TEXT, start INTEGER, quote TEXT, prefix TEXT, suffix TEXT, deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (note_id, version)) STRICT, WITHOUT ROWID;
CREATE TABLE codes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, current INTEGER NOT NULL) STRICT;
CREATE TABLE code_versions (code_id INTEGER NOT NULL REFERENCES codes(id), version INTEGER NOT NULL,
    changed_at TEXT NOT NULL, description TEXT NOT NULL, kind TEXT NOT NULL
    CHECK (kind IN ('yes-no', 'choice', 'number')), choices TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (code_id, version)) STRICT, WITHOUT ROWID;
CREATE TABLE answers (id INTEGER PRIMARY KEY, code_id INTEGER NOT NULL REFERENCES codes(id),
    coder TEXT NOT NULL COLLATE NOCASE, site TEXT NOT NULL, language TEXT NOT NULL, site_key TEXT NOT NULL,
    note_uid TEXT NOT NULL DEFAULT '',    current INTEGER NOT NULL,
    UNIQUE (code_id, coder, site, language, site_key, note_uid)) STRICT;
CREATE INDEX answers_article ON answers (site, language, site_key);
CREATE TABLE answer_versions (answer_id INTEGER NOT NULL REFERENCES answers(id), version INTEGER NOT NULL,
    changed_at TEXT NOT NULL, value TEXT, code_version INTEGER NOT NULL, revision INTEGER,
    PRIMARY KEY (answer_id, version)) STRICT, WITHOUT ROWID;
CREATE TABLE sheets (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, made_at TEXT NOT NULL,
    question TEXT NOT NULL, codes TEXT NOT NULL) STRICT;
CREATE TABLE sheet_articles (sheet_id INTEGER NOT NULL REFERENCES sheets(id), position INTEGER NOT NULL,
    site TEXT NOT NULL, language TEXT NOT NULL, site_key TEXT NOT NULL, PRIMARY KEY (sheet_id, position))
    STRICT, WITHOUT ROWID;
CREATE TABLE freezes (id INTEGER PRIMARY KEY, snapshot TEXT NOT NULL, snapshot_uid TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE frozen_versions (freeze_id INTEGER NOT NULL REFERENCES freezes(id), kind TEXT NOT NULL
    CHECK (kind IN ('note', 'answer')), row_id INTEGER NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (freeze_id, kind, row_id)) STRICT, WITHOUT ROWID;
CREATE VIEW v_notes AS SELECT n.uid AS uid, n.site AS site, n.language AS language, n.site_key AS site_key,
    v.version AS version, v.coder AS coder, n.made_at AS made_at, v.changed_at AS changed_at, v.text AS text,
    v.tags AS tags, v.revision AS revision, v.field AS field, v.start AS start, v.quote AS quote,
    v.prefix AS prefix, v.suffix AS suffix
    FROM notes n JOIN note_versions v ON v.note_id = n.id AND v.version = n.current WHERE v.deleted = 0;
CREATE VIEW v_note_tags AS SELECT n.uid AS uid, n.site AS site, n.language AS language, n.site_key AS site_key,
    n.coder AS coder, t.value AS tag FROM v_notes n, json_each(n.tags) t;
CREATE VIEW v_answers AS SELECT c.name AS code, a.coder AS coder, a.site AS site, a.language AS language,
    a.site_key AS site_key, a.note_uid AS note_uid, v.value AS value, v.version AS version,
    v.changed_at AS changed_at, v.code_version AS code_version, v.revision AS revision
    FROM answers a JOIN codes c ON c.id = a.code_id
    JOIN answer_versions v ON v.answer_id = a.id AND v.version = a.current WHERE v.value IS NOT NULL
"""


@migrations()
def n001_first_notes(db: Database) -> None:
    """Create the tables of the first file of notes."""
    for statement in _FIRST_TABLES.split(";\n"):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {NOTES_APPLICATION_ID}")


def list_steps() -> list[str]:
    """Return the names of all migrations, in their order."""
    return [step.name for step in migrations.pending(Database(memory=True))]
