"""Examines the archive's file: whether it is an archive and whole, its schema, and its search index.

The file is only read. ``seealso verify`` checks every row; this module looks for what stops a crawl or a search.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from crawler.archive.database import SQLITE_MAGIC, connect_unchecked
from crawler.archive.health.schema import (
    find_file_damage,
    find_missing_indexes,
    find_missing_parts,
    has_archive_mark,
    read_migration_state,
)
from crawler.archive.health.verify import find_index_damage
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong

RESTORE_ADVICE = "restore the archive from a copy, or crawl into a new one"


def examine_database(path: Path, option: str = "") -> Iterator[Diagnosis]:
    """Report the state of the file. ``option`` is added to suggested commands so that they mean this archive.

    When the first diagnosis is not ``well``, the database was not examined any further.
    """
    if not path.exists():
        yield report_note("file", f"no archive at {path} yet", f"seealso crawl SITE{option}, or seealso demo{option}")
        return
    if path.is_dir():
        yield report_wrong("file", f"{path} is a folder", f"name a file in it: --archive {path / 'archive.db'}")
        return
    advice = "name another file with --archive"
    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE_MAGIC))
    except OSError as problem:
        yield report_wrong("file", f"{path} cannot be read ({problem.strerror or problem})", f"chmod u+rw {path}")
        return
    if head != SQLITE_MAGIC:
        yield report_wrong("file", f"{path} is not a SQLite file", advice)
        return
    with closing(connect_unchecked(path)) as conn:
        try:
            if not has_archive_mark(conn):
                yield report_wrong("file", f"{path} is a database, but not an archive of seealso", advice)
                return
            damage = find_file_damage(conn)
        except sqlite3.Error as problem:
            damage = [str(problem)]
        if damage:
            yield report_wrong("file", f"{path} is damaged: {'; '.join(damage)}", RESTORE_ADVICE)
            return
        yield report_well("file", f"{path} is a whole SQLite file")
        db = Database(conn, execute_plugins=False)
        schema = list(_examine_schema(db, option))
        yield from schema
        if not any(diagnosis.state == "wrong" for diagnosis in schema):
            yield from _examine_index(db, path, option)


def _examine_schema(db: Database, option: str) -> Iterator[Diagnosis]:
    steps = read_migration_state(db)
    if steps.unknown:
        yield report_wrong("schema", f"a newer version of seealso made it (step {steps.unknown[0]})", "upgrade seealso")
        return
    missing_parts = list(find_missing_parts(db))
    if missing_parts:
        names = ", ".join(missing_parts[:5]) + (f" and {len(missing_parts) - 5} more" if len(missing_parts) > 5 else "")
        yield report_wrong("schema", f"a migration is broken: missing {names}", RESTORE_ADVICE)
        return
    missing_indexes = find_missing_indexes(db)
    if missing_indexes:
        yield report_wrong(
            "schema", f"missing database indexes: {', '.join(sorted(missing_indexes))}", f"seealso doctor --fix{option}"
        )
        return
    if steps.pending:
        yield report_wrong(
            "schema",
            f"an older version made it; steps to come: {', '.join(steps.pending)}",
            f"seealso doctor --fix{option}, or crawl once",
        )
        return
    yield report_well("schema", f"{len(steps.applied)} of {len(steps.applied)} migrations applied and in place")


def _examine_index(db: Database, path: Path, option: str) -> Iterator[Diagnosis]:
    try:
        damage = [f"{subject}: {message}" for subject, message in find_index_damage(db, path)]
    except sqlite3.DatabaseError as problem:
        damage = [str(problem)]
    if damage:
        count_note = f" ({len(damage)} findings of this kind)" if len(damage) > 1 else ""
        yield report_wrong(
            "index", f"the search index is damaged: {damage[0]}{count_note}", f"seealso doctor --fix{option}"
        )
    else:
        yield report_well("index", "the search index fits the articles")
