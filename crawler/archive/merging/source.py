"""Reads what decides whether an archive can be merged: its sites, names, WARC files, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from crawler.archive.database import Connection, select_column, select_count, select_rows, translate_errors
from crawler.archive.health.warc_files import read_warc_extents
from crawler.archive.merging.rules import OWN_SITE, RULES
from crawler.archive.merging.schema import read_tables
from crawler.archive.opening import open_archive
from crawler.archive.schema.file_damage import find_damage
from crawler.archive.schema.file_state import FileState, FileUnusable, connect_to_read, make_report
from crawler.errors import ArchiveUnusable


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An archive whose rows are to come into another one, as it is now."""

    path: Path
    """Its file, or that of a copy that was brought up to date."""
    sites: frozenset[str]
    snapshots: frozenset[tuple[str, ...]]
    """Name and uid of each snapshot."""
    searches: frozenset[tuple[str, ...]]
    """Name, query, filters and time of each saved search."""
    extents: dict[str, int]
    """WARC file → bytes that its captures need; those that are known as lost do not count."""
    files: frozenset[str]
    """All WARC files that its rows name."""
    is_invented: bool | None
    """True where the articles are those of the practice site; None without articles."""
    fingerprint: str
    """The same for the same archive, as long as nothing in it changes."""


def read_source(path: Path) -> Source:
    """Check that an archive is whole, and read what decides whether it can be merged.

    Raises ArchiveUnusable: it is damaged, of another version, or none.
    """
    db = open_archive(path, "read")
    with translate_errors(path):
        try:
            _refuse_damage(db.conn, path)
            return Source(
                path=path,
                sites=frozenset(list_sites(db)),
                snapshots=frozenset(map(tuple, db.execute("SELECT name, uid FROM snapshots"))),
                searches=frozenset(map(tuple, db.execute("SELECT name, query, filters, saved_at FROM saved_searches"))),
                extents=read_warc_extents(db),
                files=frozenset(list_files(db)),
                is_invented=_is_invented(db),
                fingerprint=_compute_fingerprint(db.conn),
            )
        finally:
            db.conn.close()


def list_sites(db: Connection) -> list[str]:
    """Return the names of all sites that an archive knows anything of, in order."""
    queries = [f"SELECT DISTINCT site AS name FROM {name}" for name, rule in RULES.items() if rule.chosen == OWN_SITE]
    return select_column(db, f"{' UNION '.join(queries)} UNION SELECT name FROM adopted_sites ORDER BY name")


def list_files(db: Connection) -> list[str]:
    """Return the WARC files that an archive's rows name, in order."""
    queries = [
        f"SELECT {column} AS name FROM {table} WHERE {column} IS NOT NULL"
        for table, rule in RULES.items()
        for column in rule.files
    ]
    names = select_column(db, f"{' UNION '.join(queries)} ORDER BY name")
    return [name for name in names if name.endswith(".warc.gz")]


def list_files_of_sites(db: Connection, sites: frozenset[str]) -> list[str]:
    """Return the WARC files that hold captures of these sites, in order."""
    query = (
        "SELECT DISTINCT c.warc_file FROM captures c LEFT JOIN runs r ON r.id = c.run_id"
        " LEFT JOIN addresses a ON a.url_key = c.url_key WHERE c.warc_file IS NOT NULL"
        " AND coalesce(r.site, a.site) IN (SELECT value FROM json_each(?)) ORDER BY 1"
    )
    return select_column(db, query, (json.dumps(sorted(sites)),))


def was_merged(db: Connection, fingerprint: str) -> bool:
    """Return True if the archive of this fingerprint was merged into an archive before."""
    return bool(select_count(db, "SELECT count(*) FROM merges WHERE fingerprint = ?", (fingerprint,)))


@contextmanager
def attach(conn: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Attach an archive as ``source``, to be read alone, while the block runs."""
    connect_to_read(path).close()  # it says what is wrong with the file
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        conn.execute("ATTACH ? AS source", (address,))
        conn.execute("SELECT count(*) FROM source.sqlite_schema").fetchone()
    except sqlite3.OperationalError:  # in a folder that cannot be written, without a log that waits to be read
        with suppress(sqlite3.OperationalError):
            conn.execute("DETACH source")
        conn.execute("ATTACH ? AS source", (f"{address}&immutable=1",))
    try:
        yield
    finally:
        conn.execute("DETACH source")


def _is_invented(db: Connection) -> bool | None:
    if not select_count(db, "SELECT EXISTS (SELECT 1 FROM articles)"):
        return None
    return bool(select_count(db, "SELECT count(*) FROM runs WHERE kind = 'demo'"))


def _refuse_damage(conn: sqlite3.Connection, path: Path) -> None:
    """Raise for a file that SQLite's checks find damaged, and for rows that lead nowhere."""
    damage = find_damage(conn)
    if damage.state is FileState.DAMAGED:
        raise FileUnusable(make_report(FileState.DAMAGED, path, "; ".join(damage.messages)))
    dangling = conn.execute("PRAGMA foreign_key_check").fetchone()
    if dangling is not None:
        raise ArchiveUnusable(
            f"{path} has rows of {dangling[0]} that lead to no row of {dangling[2]}: see seealso verify --archive "
            f"{path}"
        )


def _compute_fingerprint(conn: sqlite3.Connection) -> str:
    digest = hashlib.sha256()
    for table in read_tables(conn).values():
        highest = f"max({table.key})" if table.key is not None else "NULL"
        row = conn.execute(f"SELECT count(*), {highest} FROM {table.name}").fetchone()
        digest.update(json.dumps([table.name, *row]).encode())
    for run in select_rows(conn, "SELECT * FROM runs ORDER BY id"):
        digest.update(json.dumps(tuple(run)).encode())
    row = conn.execute("SELECT sum(revisions), max(last_seen_at), min(digest), max(digest) FROM articles").fetchone()
    digest.update(json.dumps(row).encode())
    return digest.hexdigest()
