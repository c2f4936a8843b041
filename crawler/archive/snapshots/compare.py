"""Compares a snapshot with the archive of today, and lists exactly what differs.

The frozen articles are compared one by one, a few at a time. What the same question finds today is told apart: an
archive that grows has not changed what was frozen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, Final, Literal

from sqlite_utils import Database

from crawler.archive.articles.forgotten import read_tombstones
from crawler.archive.articles.frozen import FrozenVersion, locate_version, read_versions
from crawler.archive.articles.versions import read_revision
from crawler.archive.database import select_records, select_rows
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import IDS_PER_BATCH, Snapshot, find_snapshot, list_lines
from crawler.archive.snapshots.states import ArticleState, read_states
from crawler.comparison.edits import classify_edit

DifferenceKind = Literal["revised", "reread", "erased", "missing", "gone", "back"]
DIFFERENCE_KINDS: Final[dict[DifferenceKind, str]] = {
    "revised": "the article has newer versions than the frozen one",
    "reread": "the frozen version is read otherwise now: another text, or other metadata beside the same text",
    "erased": "the article was erased on purpose (seealso forget)",
    "missing": "the archive has no such article any more, and nobody erased it",
    "gone": "the site does not serve the article any more; the archive keeps it",
    "back": "the site serves the article again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedArticle:
    """An article by its identity, and where it is archived."""

    key: str
    """``asianews/en/55331``."""
    article_id: int | None
    headline: str | None
    """As it is now; None when it is not archived any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotDifference(IdentifiedArticle):
    """One thing in which a frozen article differs from what is archived now."""

    kind: DifferenceKind
    revision: int
    """The number of the frozen version, as it was then."""
    detail: str | None = None
    """For ``reread``: ``text`` or ``metadata``."""
    edits: tuple[str, ...] = ()
    """For ``revised``: what kind of edit made each newer version (:mod:`crawler.comparison.edits`)."""


@dataclass(slots=True, kw_only=True)
class SnapshotCheck:
    """What a snapshot looks like against the archive of today."""

    snapshot: Snapshot
    as_frozen: int = 0
    """Articles in which nothing differs."""
    differences: list[SnapshotDifference] = field(default_factory=list)
    intact: bool = True
    """The list still has the hash it was frozen with: nobody has edited the tables."""
    new: list[IdentifiedArticle] = field(default_factory=list)
    """Found by the same question today, and not in the snapshot."""
    left: list[IdentifiedArticle] = field(default_factory=list)
    """In the snapshot and archived, and not found by the same question today."""

    @property
    def same(self) -> bool:
        """Everything frozen is still so."""
        return self.intact and not self.differences


def verify(db: Database, snapshot: Snapshot, today: Selection | None = None) -> SnapshotCheck:
    """Compare a snapshot with the archive; with ``today``, the same question asked today, also what it finds.

    Use it inside ``archive.moment()``, so that a crawl changes nothing meanwhile.
    """
    check = SnapshotCheck(snapshot=snapshot, intact=_hash_lines(db, snapshot) == snapshot.hash)
    erased = read_tombstones(db.conn)
    for row in _read_frozen(db, snapshot):
        found = [*_compare(db, row, erased)]
        check.differences += found
        check.as_frozen += not found
    if today is not None:
        _ask_again(db, check, today)
    return check


def describe_shortfall(db: Database, name: str) -> list[str]:
    """Say in one line each what a snapshot's rows no longer give as it was frozen; nothing when they give it all.

    Raises UnknownSnapshot.
    """
    check = verify(db, find_snapshot(db, name))
    erased = sum(difference.kind in ("erased", "missing") for difference in check.differences)
    reread = sum((difference.kind, difference.detail) == ("reread", "text") for difference in check.differences)
    lines = []
    if erased:
        lines.append(
            f"{_count_articles(erased)} of the snapshot {'is' if erased == 1 else 'are'} not archived any more"
        )
    if reread:
        lines.append(f"{_count_articles(reread)} of the snapshot {'has' if reread == 1 else 'have'} another text now")
    return [f"{line}; see seealso snapshot verify {check.snapshot.name}" for line in lines]


def _count_articles(count: int) -> str:
    return f"{count:,} article" if count == 1 else f"{count:,} articles"


@dataclass(frozen=True, slots=True)
class _FrozenRow:
    key: str
    version: FrozenVersion
    metadata: str
    gone: bool
    state: ArticleState | None


def _read_frozen(db: Database, snapshot: Snapshot) -> Iterator[_FrozenRow]:
    """Yield the frozen articles beside what they are now; one that was archived anew is met by its identity."""
    found = select_rows(
        db.conn,
        "SELECT s.site || '/' || s.language || '/' || s.site_key AS key, s.revision, s.captured_at, s.digest,"
        " s.metadata, s.gone, coalesce(s.article_id, (SELECT a.id FROM articles a WHERE a.site = s.site"
        " AND a.language = s.language AND a.site_key = s.site_key)) AS id"
        " FROM snapshot_articles s WHERE s.snapshot_id = ? ORDER BY s.position",
        (snapshot.id,),
    )
    while some := list(islice(found, IDS_PER_BATCH)):
        states = read_states(db, [row["id"] for row in some if row["id"] is not None])
        for row in some:
            yield _FrozenRow(
                key=row["key"],
                version=FrozenVersion(row["revision"], row["captured_at"], row["digest"]),
                metadata=row["metadata"],
                gone=bool(row["gone"]),
                state=states.get(row["id"]),
            )


def _compare(db: Database, row: _FrozenRow, erased: set[str]) -> Iterator[SnapshotDifference]:
    state, version = row.state, row.version
    told: dict[str, Any] = {
        "key": row.key,
        "article_id": state.article_id if state else None,
        "headline": state.headline if state else None,
        "revision": version.number,
    }
    if state is None:
        yield SnapshotDifference(kind="erased" if row.key in erased else "missing", **told)
        return
    newer: list[int] = []
    same_text = state.digest == version.digest and state.revision == version.number
    if not same_text:
        versions = read_versions(db, state.article_id)
        now, same_text = locate_version(version, versions)
        newer = [known.number for known in versions if known.number > now.number]
        if not same_text:
            yield SnapshotDifference(kind="reread", detail="text", **told)
        if newer:
            yield SnapshotDifference(kind="revised", edits=_list_edit_kinds(db, state, [now.number, *newer]), **told)
    if same_text and not newer and state.metadata != row.metadata:
        yield SnapshotDifference(kind="reread", detail="metadata", **told)
    if state.gone != row.gone:
        yield SnapshotDifference(kind="gone" if state.gone else "back", **told)


def _list_edit_kinds(db: Database, state: ArticleState, numbers: list[int]) -> tuple[str, ...]:
    found = [read_revision(db, state.article_id, number) for number in numbers]
    return tuple(
        classify_edit(one, other, state.language).value
        for one, other in pairwise(line for line in found if line is not None)
    )


def _hash_lines(db: Database, snapshot: Snapshot) -> str:
    hashed = hashlib.sha256()
    for line in list_lines(db, snapshot):
        hashed.update(line.encode())
    return hashed.hexdigest()


def _ask_again(db: Database, check: SnapshotCheck, today: Selection) -> None:
    plan = today.plan().ids()
    frozen = (
        "SELECT coalesce(s.article_id, (SELECT a.id FROM articles a WHERE a.site = s.site"
        " AND a.language = s.language AND a.site_key = s.site_key)) AS id FROM snapshot_articles s"
        " WHERE s.snapshot_id = ?"
    )
    named = (
        "SELECT site || '/' || language || '/' || site_key AS key, id AS article_id, headline FROM articles WHERE id IN"
    )
    order = "ORDER BY site, language, site_key"
    values = (*plan.values, check.snapshot.id)
    new = f"{named} (SELECT * FROM ({plan.sql}) EXCEPT {frozen}) {order}"
    check.new = list(select_records(db.conn, IdentifiedArticle, new, values))
    values = (check.snapshot.id, *plan.values)
    left = f"{named} (SELECT id FROM ({frozen}) EXCEPT SELECT * FROM ({plan.sql})) {order}"
    check.left = list(select_records(db.conn, IdentifiedArticle, left, values))
