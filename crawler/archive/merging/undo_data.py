"""Copies what undoing the last rereadings restores; numbers of captures and problems stand in its texts."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

from crawler.archive.articles.readings import Reading, load_reading
from crawler.archive.database import select_rows, select_value


def copy_undo_data(conn: sqlite3.Connection) -> int:
    """Copy the rows of ``reread_former`` whose articles came; return how many.

    An article that was changed since its rereading stays known as changed.
    """
    rows = select_rows(
        conn,
        "SELECT t.article_id, a.new AS new_article, r.new AS new_reread, t.before, t.after, t.problems, t.addresses"
        " FROM source.reread_former t JOIN temp.new_articles a ON a.old = t.article_id"
        " JOIN temp.new_rereads r ON r.old = t.reread_id ORDER BY t.article_id",
    ).fetchall()
    for row in rows:
        present = load_reading(conn, row["new_article"])
        assert present is not None
        before = None if row["before"] is None else _number_captures(conn, Reading.from_json(row["before"]))
        former_present = _restore_captures(conn, row["article_id"], present)
        is_unchanged = former_present.compute_fingerprint() == row["after"]
        problems = [_find_new(conn, "problems", problem_id) for problem_id in json.loads(row["problems"])]
        conn.execute(
            "INSERT INTO main.reread_former (article_id, reread_id, before, after, problems, addresses)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                row["new_article"],
                row["new_reread"],
                before.to_json() if before is not None else None,
                present.compute_fingerprint() if is_unchanged else row["after"],
                json.dumps([number for number in problems if number is not None]),
                row["addresses"],
            ),
        )
    return len(rows)


def _number_captures(conn: sqlite3.Connection, reading: Reading) -> Reading:
    """Return a reading of the other archive with the new numbers of its captures."""
    revisions = tuple(
        revision._replace(capture_id=_find_new(conn, "captures", revision.capture_id)) for revision in reading.revisions
    )
    return replace(reading, revisions=revisions)


def _restore_captures(conn: sqlite3.Connection, article_id: int, present: Reading) -> Reading:
    """Return the reading of an article that came as the other archive has it: with its numbers of captures."""
    query = "SELECT capture_id FROM source.revisions WHERE article_id = ? ORDER BY number"
    numbers = [number for (number,) in conn.execute(query, (article_id,))]
    revisions = tuple(
        revision._replace(capture_id=number) for revision, number in zip(present.revisions, numbers, strict=True)
    )
    return replace(present, revisions=revisions)


def _find_new(conn: sqlite3.Connection, table: str, old: int | None) -> int | None:
    new = select_value(conn, f"SELECT new FROM temp.new_{table} WHERE old = ?", (old,))
    return None if new is None else int(new)
