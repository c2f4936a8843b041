"""A new archive that the tests copy is the one that the migrations make."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support import blank_archive

from crawler.archive import Archive, opening
from crawler.archive.health import schema

PRAGMAS = ("application_id", "user_version", "journal_mode", "page_size", "encoding", "auto_vacuum")


def describe(path: Path) -> dict[str, object]:
    """Everything but the moments at which the migrations ran."""
    conn = sqlite3.connect(path)
    rows = conn.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema").fetchall()
    tables = [name for kind, name, *_ in rows if kind == "table" and name != "_sqlite_migrations"]
    found: dict[str, object] = {name: conn.execute(f"PRAGMA {name}").fetchone() for name in PRAGMAS}
    found |= {name: conn.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    found["migrations"] = conn.execute("SELECT id, migration_set, name FROM _sqlite_migrations").fetchall()
    conn.close()
    return found | {"schema": rows}


def test_a_copied_archive_is_what_the_migrations_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Archive(tmp_path / "copied.db", "create").close()
    monkeypatch.setattr(opening, "_bring_up_to_date", blank_archive.run_migrations)
    Archive(tmp_path / "made.db", "create").close()
    made = describe(tmp_path / "made.db")
    assert len(made) > 40
    assert describe(tmp_path / "copied.db") == made


def test_an_archive_is_compared_with_what_the_migrations_make(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db", "create") as archive:
        made, copied = blank_archive.build_migrated(archive.db), schema._build_migrated(archive.db)
    with closing(made), closing(copied):
        tables, copied_tables = (
            db.execute("SELECT type, name, sql FROM sqlite_schema").fetchall() for db in (made, copied)
        )
    assert copied_tables == tables
