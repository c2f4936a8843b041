"""What an archive holds, without its numbers: each is replaced by what it stands for, so that two can be compared."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

NAMES = {
    "runs": "site || ' ' || started_at || ' ' || (SELECT count(*) FROM runs b WHERE b.site = runs.site AND b.id <= runs.id)",
    "captures": "url || ' ' || fetched_at || ' ' || status || ' ' || coalesce(warc_offset, 0) || ' ' || coalesce(digest, '')",
    "articles": "site || '/' || language || '/' || site_key",
    "authors": "kind || ' ' || name",
    "author_variants": "kind || ' ' || name",
    "places": "identity",
    "snapshots": "uid",
    "rereads": "started_at || ' ' || articles",
    "merges": "archive",
}
"""Table → what a row of it is known by, beside its number."""
UNDECLARED = {("deviations", "since_run"): "runs"}
NOT_COMPARED = {"_sqlite_migrations", "merges", "merged_ids", "reread_former"}
"""Those in whose texts numbers stand have tests of their own."""


def read_portable(path: Path, *, files: bool = False) -> dict[str, Counter[tuple[object, ...]]]:
    """Return the rows of every table; names of WARC files are left out unless ``files``."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        names = {
            table: dict(conn.execute(f"SELECT id, {name} FROM {table}").fetchall()) for table, name in NAMES.items()
        }
        tables = conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'articles_fts_*'"
        ).fetchall()
        return {table: _read_rows(conn, table, names, files=files) for (table,) in tables if table not in NOT_COMPARED}


def _read_rows(
    conn: sqlite3.Connection, table: str, names: dict[str, dict[int, str]], *, files: bool
) -> Counter[tuple[object, ...]]:
    if table == "articles_fts":
        rows = conn.execute("SELECT rowid, headline, lead, body, byline FROM articles_fts")
        return Counter((names["articles"][number], *words) for number, *words in rows)
    columns = conn.execute(f"PRAGMA table_info({table})").fetchall()
    targets = {row[3]: row[2] for row in conn.execute(f"PRAGMA foreign_key_list({table})")}
    targets |= {column: target for (name, column), target in UNDECLARED.items() if name == table}
    wanted = [
        (position, targets.get(name))
        for position, name, *_ in columns
        if name != "id" and (files or name not in ("warc_file", "file"))
    ]
    return Counter(
        tuple(row[position] if target is None else names[target].get(row[position]) for position, target in wanted)
        for row in conn.execute(f"SELECT * FROM {table}")
    )
