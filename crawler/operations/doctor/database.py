"""The archive's file: is it ours and whole, is its schema what its migrations made, does its search index work?

The file is only read. ``seealso verify`` looks at every row; this looks at what would stop a crawl or a search.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from crawler.archive.database import SQLITE_MAGIC
from crawler.archive.health.verify import find_index_damage
from crawler.archive.schema.migrations import APPLICATION_ID, list_migrations, migrations
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong

RESTORE_ADVICE = "restore the archive from a copy, or crawl into a new one"


def examine_database(path: Path, option: str = "") -> Iterator[Diagnosis]:
    """Say how the file is. ``option`` is what a suggested command needs to mean this archive.

    When the first diagnosis is not ``well`` there is no database worth a further look.
    """
    if not path.exists():
        yield report_note("file", f"no archive at {path} yet", f"seealso crawl SITE{option}, or seealso demo{option}")
        return
    if path.is_dir():
        yield report_wrong("file", f"{path} is a folder", f"name a file in it: --archive {path / 'archive.db'}")
        return
    another = "name another file with --archive"
    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE_MAGIC))
    except OSError as problem:
        yield report_wrong("file", f"{path} cannot be read ({problem.strerror or problem})", f"chmod u+rw {path}")
        return
    if head != SQLITE_MAGIC:
        yield report_wrong("file", f"{path} is not a SQLite file", another)
        return
    with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as conn:
        try:
            if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                yield report_wrong("file", f"{path} is a database, but not an archive of seealso", another)
                return
            damage = [text for (text,) in conn.execute("PRAGMA quick_check(5)") if text != "ok" and "FTS5" not in text]
        except sqlite3.Error as problem:
            damage = [str(problem)]
        if damage:
            yield report_wrong("file", f"{path} is damaged: {'; '.join(damage)}", RESTORE_ADVICE)
            return
        yield report_well("file", f"{path} is a whole SQLite file")
        db = Database(conn, execute_plugins=False)
        schema = list(_schema(db, option))
        yield from schema
        if not any(diagnosis.state == "wrong" for diagnosis in schema):
            yield from _index(db, path, option)


def missing_indexes(db: Database) -> dict[str, str]:
    """Return the indexes that the applied migrations made and that are not there, as name → statement."""
    with closing(_build_migrated(db)) as made:
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}
        return {
            name: sql
            for name, sql in made.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL")
            if name not in there
        }


def _schema(db: Database, option: str) -> Iterator[Diagnosis]:
    applied = [step.name for step in migrations.applied(db)]
    unknown = [name for name in applied if name not in list_migrations()]
    if unknown:
        yield report_wrong("schema", f"a newer version of seealso made it (step {unknown[0]})", "upgrade seealso")
        return
    absent = list(_find_missing(db))
    if absent:
        shown = ", ".join(absent[:5]) + (f" and {len(absent) - 5} more" if len(absent) > 5 else "")
        yield report_wrong("schema", f"a migration is broken: missing {shown}", RESTORE_ADVICE)
        return
    lost = missing_indexes(db)
    if lost:
        yield report_wrong(
            "schema", f"missing database indexes: {', '.join(sorted(lost))}", f"seealso doctor --fix{option}"
        )
        return
    pending = [step.name for step in migrations.pending(db)]
    if pending:
        yield report_wrong(
            "schema",
            f"an older version made it; steps to come: {', '.join(pending)}",
            f"seealso doctor --fix{option}, or crawl once",
        )
        return
    yield report_well("schema", f"{len(applied)} of {len(applied)} migrations applied and in place")


def _find_missing(db: Database) -> Iterator[str]:
    """Yield the tables and columns that the applied migrations made and that are not there."""
    with closing(_build_migrated(db)) as made:
        for (table,) in made.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'articles_fts_*'"
            " AND name NOT GLOB 'sqlite_*' ORDER BY rowid"
        ).fetchall():
            if not db.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchone():
                yield f"table {table}"
            elif table != "articles_fts":  # asking a damaged one for its columns fails, and says nothing of the schema
                there = {row[1] for row in db.execute(f'PRAGMA table_xinfo("{table}")')}
                for row in made.execute(f'PRAGMA table_xinfo("{table}")'):
                    if row[1] not in there:
                        yield f"column {table}.{row[1]}"


def _build_migrated(db: Database) -> sqlite3.Connection:
    """Return an empty database in memory with the migrations that ``db`` says it has."""
    conn = sqlite3.connect(":memory:")
    made = Database(conn, execute_plugins=False)
    migrations.apply(made, stop_before=[step.name for step in migrations.pending(db)])
    conn.commit()
    return conn


def _index(db: Database, path: Path, option: str) -> Iterator[Diagnosis]:
    try:
        damage = [f"{subject}: {message}" for subject, message in find_index_damage(db, path)]
    except sqlite3.DatabaseError as problem:
        damage = [str(problem)]
    if damage:
        more = f" ({len(damage)} findings of this kind)" if len(damage) > 1 else ""
        yield report_wrong("index", f"the search index is damaged: {damage[0]}{more}", f"seealso doctor --fix{option}")
    else:
        yield report_well("index", "the search index fits the articles")
