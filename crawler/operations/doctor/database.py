"""Examines the archive's file: whether it is an archive and whole, its schema, and its search index.

The file is only read. ``seealso verify`` checks every row; this module looks for what stops a crawl or a search.
"""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from crawler.archive.health.schema import find_missing_indexes, find_missing_parts, read_migration_state
from crawler.archive.health.search_index import find_index_damage
from crawler.archive.schema.error_codes import is_outer
from crawler.archive.schema.file_damage import Damage, find_damage
from crawler.archive.schema.file_state import (
    FileReport,
    FileState,
    FileUnusable,
    connect_to_read,
    has_tables,
    inspect_head,
    make_report,
    name_empty,
    read_mark,
)
from crawler.archive.schema.free_space import find_waste
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong

MISSING_INDEX = "table articles_fts"
"""What :func:`find_missing_parts` calls the search index, which can be made anew from the articles."""


def examine_database(path: Path, option: str = "") -> Iterator[Diagnosis]:
    """Report the state of the file. ``option`` is added to suggested commands so that they mean this archive.

    When the first diagnosis is not ``well``, the database was not examined any further.
    """
    report = inspect_head(path)
    if report is not None:
        if report.state is FileState.MISSING:
            yield report_note("file", f"{report.message} yet", f"seealso crawl SITE{option}, or seealso demo{option}")
        else:
            yield _report_file(report)
        return
    try:
        with closing(connect_to_read(path)) as conn:
            yield from _examine_file(conn, path, option)
    except FileUnusable as problem:  # the log beside it cannot be read here
        yield _report_file(problem.report)
    except sqlite3.Error as problem:
        state = FileState.OBSTRUCTED if is_outer(problem) else FileState.DAMAGED
        yield _report_file(make_report(state, path, str(problem)))


def _examine_file(conn: sqlite3.Connection, path: Path, option: str) -> Iterator[Diagnosis]:
    mark = read_mark(conn)
    if mark is FileState.OTHER_DATABASE:
        yield _report_file(make_report(mark if has_tables(conn) else name_empty(path), path))
        return
    damage = find_damage(conn)
    if damage.state is FileState.DAMAGED:
        yield _report_file(make_report(damage.state, path, "; ".join(damage.messages)))
        return
    if mark is FileState.UNMARKED:
        yield _report_file(make_report(mark, path))
    else:
        yield report_well("file", make_report(FileState.SOUND, path).message)
    if waste := find_waste(conn):
        message = f"{waste / 1e6:,.0f} MB of it hold nothing: they are used by what comes, or given back"
        yield report_note("file", message, f"sqlite3 {shlex.quote(str(path))} VACUUM")
    db = Database(conn, execute_plugins=False)
    schema = list(_examine_schema(db, path, option))
    yield from schema
    if not any(diagnosis.state == "wrong" for diagnosis in schema):
        yield from _examine_index(db, path, option, damage)


def _report_file(report: FileReport) -> Diagnosis:
    fixable = report.state is FileState.UNMARKED
    return report_wrong("file", report.message, report.advice, fixable=fixable)


def _examine_schema(db: Database, path: Path, option: str) -> Iterator[Diagnosis]:
    steps = read_migration_state(db)
    if steps.unknown:
        message = f"a newer version of seealso made it (step {steps.unknown[0]}); it is whole"
        yield report_wrong("schema", message, "upgrade seealso")
        return
    missing_parts = [part for part in find_missing_parts(db) if part != MISSING_INDEX]
    if missing_parts:
        names = ", ".join(missing_parts[:5]) + (f" and {len(missing_parts) - 5} more" if len(missing_parts) > 5 else "")
        advice = make_report(FileState.DAMAGED, path).advice
        yield report_wrong("schema", f"a migration is broken: missing {names}", advice)
        return
    missing_indexes = find_missing_indexes(db)
    if missing_indexes:
        yield report_wrong(
            "schema",
            f"missing database indexes: {', '.join(sorted(missing_indexes))}",
            f"seealso doctor --fix{option}",
            fixable=True,
        )
        return
    if steps.pending:
        is_slow = steps.upgrade.is_slow
        cost = f"; they take {steps.upgrade.describe()}" if is_slow else ""
        yield report_wrong(
            "schema",
            f"an older version made it; steps to come: {', '.join(steps.pending)}{cost}",
            (f"make a copy (seealso backup FOLDER{option}), then " if is_slow else "")
            + f"seealso doctor --fix{option}, or crawl once",
            fixable=True,
        )
        return
    yield report_well("schema", f"{len(steps.applied)} of {len(steps.applied)} migrations applied and in place")


def _examine_index(db: Database, path: Path, option: str, damage: Damage) -> Iterator[Diagnosis]:
    messages = list(damage.messages)
    if not messages:
        try:
            messages = [f"{subject}: {message}" for subject, message in find_index_damage(db, path)]
        except sqlite3.DatabaseError as problem:
            if is_outer(problem):
                raise
            messages = [str(problem)]
    if messages:
        count_note = f" ({len(messages)} findings of this kind)" if len(messages) > 1 else ""
        yield report_wrong(
            "index",
            f"the search index is damaged: {messages[0]}{count_note}; the articles are not",
            f"seealso doctor --fix{option}",
            fixable=True,
        )
    else:
        yield report_well("index", "the search index fits the articles")
