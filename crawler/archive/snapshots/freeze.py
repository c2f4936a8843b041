"""Freezes a result under a name, as a list of identities and digests without the text of any article.

The list has one line an article, in the order of identities. :func:`iter_snapshot_lines` writes it, and the hash of a
snapshot is the SHA-256 of these lines. ``docs/desk.md`` says how to compute it by hand.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, Self

from sqlite_utils import Database

from crawler.archive.database import select_rows, translate_errors, write_transaction
from crawler.archive.schema.migrations import list_migrations
from crawler.archive.schema.snapshot_lines import HEADER, format_line, iter_lines
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.archive.snapshots.states import ArticleState, read_states
from crawler.archive.store import Archive
from crawler.errors import BadSnapshot
from crawler.normalisation.dates.moments import instant

IDS_PER_BATCH: Final = 500
NOTED_FILTER: Final = "noted"
"""What the filters of a snapshot call a condition on notes, which only the file of notes can ask again."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STATE: Final = "article_id, site, language, site_key, revision, captured_at, digest, metadata, gone"
_ADD: Final = f"INSERT INTO states ({_STATE}) VALUES ({', '.join('?' * len(_STATE.split()))})"
_COLUMNS: Final = "id, name, uid, created_at, query, filters, sample, articles, counts, hash, versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A frozen result, without its list of articles."""

    id: int
    name: str
    uid: str
    """Sixteen hexadecimal digits that identify the snapshot in citations."""
    created_at: str
    query: str
    filters: dict[str, str]
    sample: dict[str, Any] | None
    """How the sample was drawn (:class:`crawler.research.samples.Sample`); None when all articles found are in it."""
    articles: int
    counts: dict[str, Any]
    """``words``, ``languages`` (articles of each), ``first`` and ``last`` day at the time of freezing."""
    hash: str
    """SHA-256 of the list, 64 hexadecimal digits."""
    versions: dict[str, str]

    @property
    def selection(self) -> Selection:
        """The selection that was frozen, without the sample and without what notes had to say."""
        filters: dict[str, Any] = {name: value for name, value in self.filters.items() if name != NOTED_FILTER}
        return Selection(query=self.query, **filters)


def freeze(
    archive: Archive, name: str, selection: Selection, *, now: datetime, sample: Mapping[str, Any] | None = None
) -> Snapshot:
    """Freeze the articles of a selection as they are now, and return the snapshot.

    ``sample`` describes how the selection was drawn, when it is a sample. A crawl may write meanwhile: the articles are
    read in one state of the archive, and written in one short transaction.

    Raises:
        BadSnapshot: the name is taken, or is not 1 to 64 letters, digits, ``.``, ``_`` and ``-``; or no article is
            found.

    """
    if _NAME.fullmatch(name) is None:
        raise BadSnapshot(
            f"{name[:80]!r} is no name for a snapshot: 1 to 64 letters, digits, points, hyphens and underscores, "
            "a letter or digit first"
        )
    with translate_errors(archive.path), _FrozenList() as frozen:
        with archive.moment():
            _refuse_taken(archive.db, name)
            for state in _select_states(archive.db, selection):
                frozen.add(state)
        if not frozen.articles:
            raise BadSnapshot("nothing is found, so there is nothing to freeze")
        _write(archive, name, selection, frozen, now=now, sample=sample)
    return find_snapshot(archive.db, name)


def _write(
    archive: Archive,
    name: str,
    selection: Selection,
    frozen: _FrozenList,
    *,
    now: datetime,
    sample: Mapping[str, Any] | None,
) -> None:
    """Write a snapshot and its list in one transaction."""
    noted = {} if selection.noted is None else {NOTED_FILTER: selection.noted.question}
    filters = _to_json({**selection.to_filters(), **noted})
    created_at = instant(now)
    sample_json = None if sample is None else _to_json(sample)
    described = "\n".join((name, created_at, selection.query, filters, sample_json or "", frozen.hash))
    row = (
        name,
        hashlib.sha256(described.encode("utf-8", "replace")).hexdigest()[:16],
        created_at,
        selection.query,
        filters,
        sample_json,
        frozen.articles,
        _to_json(frozen.counts),
        frozen.hash,
        _to_json(list_software_versions()),
    )
    with write_transaction(archive.db):
        _refuse_taken(archive.db, name)
        cursor = archive.db.execute(
            f"INSERT INTO snapshots ({_COLUMNS.removeprefix('id, ')}) VALUES ({', '.join('?' * len(row))})", row
        )
        archive.db.conn.executemany(
            "INSERT INTO snapshot_articles (snapshot_id, position, article_id, site, language, site_key, revision,"
            " captured_at, digest, metadata, gone)"
            # An article that was erased since it was read has no id.
            " VALUES (?, ?, (SELECT id FROM articles WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
            ((cursor.lastrowid, *entry) for entry in frozen.iter_entries()),
        )


def list_snapshots(db: Database) -> list[Snapshot]:
    """Return every snapshot, the newest last."""
    rows = select_rows(db.conn, f"SELECT {_COLUMNS} FROM snapshots ORDER BY created_at, id")
    return [_make_snapshot(row) for row in rows]


def find_snapshot(db: Database, name: str) -> Snapshot:
    """Return the snapshot of a name, in any capitals. Raises UnknownSnapshot, whose message lists the names."""
    refuse_unknown_snapshot(db, Selection(snapshot=name))
    row = select_rows(db.conn, f"SELECT {_COLUMNS} FROM snapshots WHERE name = ?", (name.strip(),)).fetchone()
    return _make_snapshot(row)


def list_sites(db: Database, snapshot: Snapshot) -> list[str]:
    """Return the publications whose articles a snapshot froze."""
    rows = db.execute("SELECT DISTINCT site FROM snapshot_articles WHERE snapshot_id = ? ORDER BY 1", (snapshot.id,))
    return [row[0] for row in rows]


def remove_snapshot(archive: Archive, name: str) -> Snapshot:
    """Delete a snapshot and return it; no article is changed. Raises UnknownSnapshot."""
    with translate_errors(archive.path), write_transaction(archive.db):
        snapshot = find_snapshot(archive.db, name)
        archive.db.execute("DELETE FROM snapshot_articles WHERE snapshot_id = ?", (snapshot.id,))
        archive.db.execute("DELETE FROM snapshots WHERE id = ?", (snapshot.id,))
    return snapshot


def iter_snapshot_lines(db: Database, snapshot: Snapshot) -> Iterator[str]:
    """Yield the list of a snapshot as it is hashed: a header, then one article a line; columns are parted by tabs."""
    yield from iter_lines(db.conn, snapshot.id)


def list_software_versions() -> dict[str, str]:
    """Return the versions that a result may depend on: this program, its schema, SQLite."""
    from crawler import __version__  # which looks it up among the installed distributions

    return {"seealso": __version__, "schema": list_migrations()[-1], "sqlite": sqlite3.sqlite_version}


def _select_states(db: Database, selection: Selection) -> Iterator[ArticleState]:
    refuse_unknown_snapshot(db, selection)
    plan = selection.plan().make_ids_query()
    rows = db.execute(
        f"SELECT a.id FROM articles a WHERE a.id IN ({plan.sql}) ORDER BY a.site, a.language, a.site_key", plan.values
    )
    while batch := [int(row[0]) for row in islice(rows, IDS_PER_BATCH)]:
        states = read_states(db, batch)
        yield from (states[article_id] for article_id in batch)


class _FrozenList:
    """The list of a snapshot while it is read, in a database of its own, most of which SQLite keeps on the disk."""

    def __init__(self) -> None:
        self.articles = 0
        self._words = 0
        self._languages: Counter[str] = Counter()
        self._first: str | None = None
        self._last: str | None = None
        self._digest = hashlib.sha256(HEADER.encode())
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(f"CREATE TABLE states (position INTEGER PRIMARY KEY, {_STATE})")
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, state: ArticleState) -> None:
        """Append an article, and count it."""
        identity = (state.site, state.language, state.site_key)
        columns = (*identity, state.revision, state.captured_at, state.digest, state.metadata)
        self._db.execute(_ADD, (state.article_id, *columns, int(state.gone)))
        self._digest.update(format_line(*columns).encode())
        self.articles += 1
        self._words += state.word_count
        self._languages[state.language] += 1
        if state.published_on is not None:
            self._first = min(self._first or state.published_on, state.published_on)
            self._last = max(self._last or state.published_on, state.published_on)

    def iter_entries(self) -> Iterator[tuple[Any, ...]]:
        """Yield position, id, columns of the list, and 1 for an article that is gone, in their order."""
        yield from self._db.execute(f"SELECT position, {_STATE} FROM states ORDER BY position")

    @property
    def hash(self) -> str:
        """The SHA-256 of the list."""
        return self._digest.hexdigest()

    @property
    def counts(self) -> dict[str, Any]:
        """Words, articles of each language, first and last day."""
        languages = dict(sorted(self._languages.items()))
        return {"words": self._words, "languages": languages, "first": self._first, "last": self._last}


def _refuse_taken(db: Database, name: str) -> None:
    if db.execute("SELECT 1 FROM snapshots WHERE name = ?", (name,)).fetchone() is not None:
        raise BadSnapshot(f"there is a snapshot {name} already, and none is overwritten: choose another name")


def _make_snapshot(row: sqlite3.Row) -> Snapshot:
    values = dict(row)
    for name in ("filters", "counts", "versions"):
        values[name] = json.loads(values[name])
    values["sample"] = json.loads(values["sample"]) if values["sample"] is not None else None
    return Snapshot(**values)


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
