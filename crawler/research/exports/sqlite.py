"""Writes an archive of the selected articles alone, which every command opens, and its captures beside it.

Rows keep their ids, so a number cited from the one is found in the other. What belongs to other articles stays behind:
See also entries keep their address and headline, and lead to an article only where it was selected too. Tables and
columns about the crawl as a whole or about people stay empty: erased addresses, the state of crawls, the contact
(``runs.settings``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from crawler.archive.schema.index_rows import insert_index_rows, read_indexed_texts
from crawler.archive.schema.migrations import migrations
from crawler.errors import ExportFailed
from crawler.research.exports.context import ExportJob
from crawler.research.exports.warc_records import CAPTURES_TABLE, choose_captures, iter_records
from crawler.research.selection_table import SELECTION_TABLE

_IDS_PER_STATEMENT: Final = 500
_MOVED: Final = "temp.export_moved"
_OF_ARTICLE: Final = f"WHERE article_id IN (SELECT id FROM {SELECTION_TABLE})"
_ADDRESSES: Final = f"SELECT url_key FROM addresses {_OF_ARTICLE}"
_SELECTED: Final = f"FROM articles WHERE id IN (SELECT id FROM {SELECTION_TABLE})"
_PLACE_KEYS: Final = f"SELECT place_key {_SELECTED} AND place_key IS NOT NULL"
_IDENTITIES: Final = f"SELECT site || '/' || language || '/' || site_key {_SELECTED}"
_PLACES: Final = (
    f"SELECT place_id FROM place_names WHERE place_key IN ({_PLACE_KEYS})"
    f" UNION SELECT place_id FROM place_splits WHERE article IN ({_IDENTITIES})"
)

COPIED: Final[dict[str, str]] = {
    "articles": f"WHERE id IN (SELECT id FROM {SELECTION_TABLE})",
    "authors": f"WHERE id IN (SELECT author_id FROM article_authors {_OF_ARTICLE})",
    "article_authors": _OF_ARTICLE,
    "see_also": _OF_ARTICLE,
    "translations": _OF_ARTICLE,
    "addresses": _OF_ARTICLE,
    "spellings": f"WHERE url_key IN ({_ADDRESSES})",
    "sightings": f"WHERE url_key IN ({_ADDRESSES})",
    "author_variants": f"WHERE id IN (SELECT variant_id FROM article_authors {_OF_ARTICLE})",
    "revision_rows": _OF_ARTICLE,
    "captures": f"WHERE id IN (SELECT id FROM {CAPTURES_TABLE})",
    "article_parts": f"WHERE first_capture_id IN (SELECT id FROM {CAPTURES_TABLE})"
    f" AND capture_id IN (SELECT id FROM {CAPTURES_TABLE})",
    "reservations": f"WHERE capture_id IN (SELECT id FROM {CAPTURES_TABLE})",
    "near_copies": f"{_OF_ARTICLE} AND other_id IN (SELECT id FROM {SELECTION_TABLE})",
    "sketches": _OF_ARTICLE,
    "sketch_bands": _OF_ARTICLE,
    "place_lookups": f"WHERE place_key IN ({_PLACE_KEYS})",
    "places": f"WHERE id IN ({_PLACES})",
    "place_names": f"WHERE place_key IN ({_PLACE_KEYS})",
    "place_splits": f"WHERE article IN ({_IDENTITIES})",
    "place_aliases": f"WHERE identity IN (SELECT identity FROM places WHERE id IN ({_PLACES}))",
    "runs": "",
    "problems": f"WHERE url IN (SELECT url FROM addresses {_OF_ARTICLE})",
}
"""Table → which of its rows belong to the selected articles."""
_COUNTED_AS: Final = {"revision_rows": "revisions"}
"""Table → the name under which its rows are counted, where it is another one."""
_REWRITTEN_COLUMNS: Final[dict[tuple[str, str], str]] = {
    ("see_also", "target_id"): f"CASE WHEN target_id IN (SELECT id FROM {SELECTION_TABLE}) THEN target_id END",
    ("captures", "warc_file"): f"(SELECT file FROM {_MOVED} m WHERE m.file = warc_file AND m.start = warc_offset)",
    ("captures", "warc_offset"): f"(SELECT moved FROM {_MOVED} m WHERE m.file = warc_file AND m.start = warc_offset)",
    ("captures", "warc_length"): f"(SELECT length FROM {_MOVED} m WHERE m.file = warc_file AND m.start = warc_offset)",
    ("runs", "settings"): "'{}'",
}
"""Column → the SQL expression that is written instead of its value."""


def write_sqlite(job: ExportJob) -> None:
    """Write the file, and the folder of captures beside it."""
    assert job.path is not None
    job.manifest.counts["captures"] = choose_captures(job)
    warc_folder = job.path.with_suffix(".warc")
    files = _write_captures(job, warc_folder)
    with _translate_errors(job.path), closing(sqlite3.connect(job.path, isolation_level=None)) as conn:
        # Nobody else sees the file, and one that breaks off is thrown away: no journal, no waiting for the disk.
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        migrations.apply(Database(conn, execute_plugins=False))
        conn.execute("BEGIN")
        for table, which in COPIED.items():
            job.manifest.counts[_COUNTED_AS.get(table, table)] = _copy(job, conn, table, which)
        _make_index(job, conn)
        conn.execute("COMMIT")
        wrong = conn.execute("PRAGMA foreign_key_check").fetchone()
        if wrong is not None:
            raise ExportFailed(f"{wrong[0]} points to a row of {wrong[2]} that was not exported: see seealso verify")
        conn.execute("PRAGMA optimize")
        conn.execute("PRAGMA journal_mode = DELETE")
    job.add_file(job.path)
    for file in files:
        job.add_file(warc_folder / file, f"{warc_folder.name}/{file}")


def _write_captures(job: ExportJob, folder: Path) -> list[str]:
    """Write the records into files of the names that they have in the archive, and list where each lies now."""
    db = job.selected.db
    name = _MOVED.removeprefix("temp.")
    db.execute(
        f"CREATE TEMP TABLE {name} (file TEXT, start INTEGER, moved INTEGER, length INTEGER,"
        " PRIMARY KEY (file, start)) WITHOUT ROWID"
    )
    names: list[str] = []
    records = iter_records(job)
    record = next(records, None)
    while record is not None:
        folder.mkdir(exist_ok=True)
        names.append(record.file)
        with (folder / record.file).open("xb") as file:
            while record is not None and record.file == names[-1]:
                moved = file.tell()
                file.write(record.member)
                row = (record.file, record.offset, moved, len(record.member))
                db.execute(f"INSERT INTO {_MOVED} VALUES (?, ?, ?, ?)", row)
                record = next(records, None)
    return names


def _copy(job: ExportJob, conn: sqlite3.Connection, table: str, which: str) -> int:
    """Copy rows, with the rewritten columns; return how many."""
    names = [row[1] for row in job.selected.db.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(_REWRITTEN_COLUMNS.get((table, name), f'"{name}"') for name in names)
    rows = job.selected.db.execute(f"SELECT {values} FROM {table} {which}")
    columns = ", ".join(f'"{name}"' for name in names)
    insert = f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"
    number = 0
    while batch := rows.fetchmany(_IDS_PER_STATEMENT):
        conn.executemany(insert, batch)
        number += len(batch)
    return number


def _make_index(job: ExportJob, conn: sqlite3.Connection) -> None:
    """Write the search index of the copied articles."""
    articles = iter(read_indexed_texts(conn))
    done = 0
    while batch := list(islice(articles, _IDS_PER_STATEMENT)):
        done += insert_index_rows(conn, batch)
        if job.selected.progress is not None:
            job.selected.progress(done, job.selected.total)


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    """Turn errors of the new file into ExportFailed; else they would be reported as errors of the archive."""
    try:
        yield
    except sqlite3.Error as problem:
        raise ExportFailed(
            f"{path.name} could not be written ({problem}); nothing was left under that name"
        ) from problem
