"""Merges an archive into another one, or copies some sites of an archive into a new one, each in one transaction."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.archive.articles.forgotten import UnerasedPart, find_keys, list_urls, read_tombstones
from crawler.archive.database import (
    Connection,
    select_column,
    select_count,
    select_value,
    translate_errors,
    write_transaction,
)
from crawler.archive.merging.conflicts import refuse_shared_addresses
from crawler.archive.merging.copying import copy_rows, count_rows, write_merge
from crawler.archive.merging.numbers import write_chosen_sites, write_new_files
from crawler.archive.merging.source import Source, attach
from crawler.archive.opening import open_archive
from crawler.archive.schema.tombstone_keys import make_tombstone_key
from crawler.archive.store import Archive
from crawler.archive.write.tombstones import Traces, forget
from crawler.errors import ArchiveUnusable
from crawler.normalisation.dates.moments import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeResult:
    """What came with an archive."""

    rows: dict[str, int] = field(default_factory=dict)
    """Table → rows."""
    forgotten: tuple[str, ...] = ()
    """Identities that one archive had forgotten and the other one had: nothing of them is left in the tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitResult:
    """What a new archive has of the former one."""

    rows: dict[str, int]
    snapshots_left: tuple[str, ...]
    """Names of snapshots that stay behind, because they have articles of other sites."""


def merge_source(
    archive: Archive, source: Source, files: Mapping[str, str], *, name: str, now: datetime
) -> MergeResult:
    """Write the rows of an archive into another one, in one transaction.

    ``files`` are the new names of its WARC files, ``name`` is how people call it. What one of the two has forgotten
    is erased of the other; what is to be erased of files is listed in ``unerased``.

    Raises:
        CannotMerge: both have an address. The other conflicts must have been looked for before
            (:func:`~crawler.archive.merging.conflicts.refuse_shared`).
        ArchiveUnusable: the disk is full, or a cell of the other archive cannot be read; nothing was written.

    """
    conn = archive.db.conn
    with translate_errors(archive.path), _blame_source(source.path), attach(conn, source.path):
        conn.execute("PRAGMA secure_delete = ON")
        with write_transaction(archive.db):
            refuse_shared_addresses(conn, source.path)
            write_new_files(conn, files)
            rows = copy_rows(conn, is_split=False)
            write_merge(conn, name, json.dumps(sorted(source.sites)), source.fingerprint, instant(now))
            forgotten = _forget_known(conn, now)
    archive.check_in_place()
    return MergeResult(rows=rows, forgotten=forgotten)


def count_coming(source: Source) -> dict[str, int]:
    """Count the rows that would come with an archive, by table."""
    conn = sqlite3.connect("file::memory:", uri=True)
    try:
        with translate_errors(source.path), attach(conn, source.path):
            write_new_files(conn, {name: name for name in source.files})
            conn.commit()
            return count_rows(conn)
    finally:
        conn.close()


def split_archive(target: Path, source: Source, sites: Collection[str], files: Collection[str]) -> SplitResult:
    """Make a new archive with what another one has of some sites; all numbers stay as they are."""
    db = open_archive(target, "create")
    conn = db.conn
    try:
        with translate_errors(target), _blame_source(source.path), attach(conn, source.path):
            with write_transaction(db):
                write_chosen_sites(conn, sites)
                write_new_files(conn, {name: name for name in files})
                rows = copy_rows(conn, is_split=True)
            left = select_column(
                conn,
                "SELECT name FROM source.snapshots WHERE id NOT IN (SELECT old FROM temp.new_snapshots) ORDER BY 1",
            )
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        conn.close()
    return SplitResult(rows=rows, snapshots_left=tuple(left))


def count_missed_captures(db: Connection, files: Collection[str]) -> dict[str, int]:
    """Return the captures that are neither in these WARC files nor known as lost, by file."""
    query = (
        "SELECT warc_file, count(*) FROM captures WHERE warc_file IS NOT NULL"
        " AND warc_file NOT IN (SELECT value FROM json_each(?))"
        " AND id NOT IN (SELECT capture_id FROM losses) GROUP BY warc_file"
    )
    return dict(db.execute(query, (json.dumps(sorted(files)),)).fetchall())


def _forget_known(conn: sqlite3.Connection, now: datetime) -> tuple[str, ...]:
    """Erase the articles that one of the archives has forgotten; return the identities."""
    tombstones = read_tombstones(conn)
    if not tombstones:
        return ()
    url_keys = conn.execute(
        "SELECT url_key FROM main.addresses UNION SELECT target_key FROM main.see_also"
        " UNION SELECT target_key FROM main.translations"
    )
    known_keys = [key for (key,) in url_keys if key in tombstones]
    forgotten: list[str] = []
    for key in known_keys:
        if key not in forgotten:
            keys = find_keys(conn, key)
            query = "SELECT why FROM main.forgotten WHERE url_key = ?"
            why = select_value(conn, query, (make_tombstone_key(key),))
            forget(conn, keys, why, now, _list_traces(conn, keys))
            forgotten += keys
    return tuple(forgotten)


def _list_traces(conn: sqlite3.Connection, keys: tuple[str, ...]) -> Traces:
    """Return what is to be searched for traces of an article: the WARC files of the archive that had it still."""
    came = select_count(
        conn,
        "SELECT count(*) FROM main.addresses WHERE url_key IN (SELECT value FROM json_each(?))"
        " AND article_id IN (SELECT new FROM temp.new_articles)",
        (json.dumps(keys),),
    )
    query = (
        "SELECT DISTINCT warc_file FROM main.captures WHERE warc_file {} IN (SELECT new FROM temp.new_files) ORDER BY 1"
    )
    files = select_column(conn, query.format("" if came else "NOT"))
    return Traces(
        parts=[UnerasedPart(article_key="", kind="file", file=file) for file in files],
        is_own=set(list_urls(conn, keys)).__contains__,
        is_mention=lambda text: False,
    )


@contextmanager
def _blame_source(path: Path) -> Iterator[None]:
    """Turn what malformed cells of an archive cause into ArchiveUnusable, which names it."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, struct.error, sqlite3.IntegrityError, sqlite3.DataError) as error:
        reason = " ".join(str(error).split())
        raise ArchiveUnusable(
            f"a cell of {path} holds what its column cannot hold ({reason}): see seealso verify --archive {path}"
        ) from error
