"""Compares a snapshot with the archive of today, and lists the differences.

The frozen articles are compared one by one, and read in batches. Articles that the same query finds in addition today
are listed apart: an archive that grows has not changed what was frozen.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, Literal

from sqlite_utils import Database

from crawler.archive.articles.forgotten import read_tombstones
from crawler.archive.articles.frozen import FrozenVersion, locate_version, read_versions
from crawler.archive.articles.versions import read_revision
from crawler.archive.database import select_records, select_rows
from crawler.archive.schema.snapshot_lines import is_intact
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import IDS_PER_BATCH, Snapshot, find_snapshot
from crawler.archive.snapshots.states import ArticleState, read_states
from crawler.comparison.edits import classify_edit

DifferenceKind = Literal["revised", "reread", "erased", "missing", "gone", "back"]
"""``revised``: the article has newer versions than the frozen one; ``reread``: the frozen version is read otherwise
now, another text or other metadata beside the same text; ``erased``: on purpose (``seealso forget``); ``missing``: the
archive has no such article any more, and nobody erased it; ``gone``: the site does not serve it any more; ``back``: the
site serves it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedArticle:
    """An article by its identity, with its id and headline in the archive."""

    key: str
    """``asianews/en/55331``."""
    article_id: int | None
    headline: str | None
    """The headline of today; None when the article is not archived any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotDifference(IdentifiedArticle):
    """One difference between a frozen article and the archived one of today."""

    kind: DifferenceKind
    revision: int
    """The number that the frozen version had then."""
    detail: str | None = None
    """For ``reread``: ``text`` or ``metadata``."""
    edits: tuple[str, ...] = ()
    """For ``revised``: the kind of the edit that made each newer version (:mod:`crawler.comparison.edits`)."""


@dataclass(slots=True, kw_only=True)
class SnapshotCheck:
    """The comparison of a snapshot with the archive of today."""

    snapshot: Snapshot
    as_frozen: int = 0
    """Number of articles without a difference."""
    differences: list[SnapshotDifference] = field(default_factory=list)
    intact: bool = True
    """True when the list has the hash that it was frozen with: nobody has edited the tables."""
    new: list[IdentifiedArticle] = field(default_factory=list)
    """Articles that the same query finds today and that are not in the snapshot."""
    left: list[IdentifiedArticle] = field(default_factory=list)
    """Archived articles of the snapshot that the same query does not find today."""

    @property
    def same(self) -> bool:
        """True when the list is intact and no article differs."""
        return self.intact and not self.differences


def verify(db: Database, snapshot: Snapshot, today: Selection | None = None) -> SnapshotCheck:
    """Compare a snapshot with the archive; with ``today``, the query of the snapshot, also with its results today.

    Call it inside ``archive.moment()``, so that a crawl changes nothing meanwhile.
    """
    check = SnapshotCheck(snapshot=snapshot, intact=is_intact(db.conn, snapshot.id))
    erased = read_tombstones(db.conn)
    for row in _read_frozen(db, snapshot):
        differences = [*_compare(db, row, erased)]
        check.differences += differences
        check.as_frozen += not differences
    if today is not None:
        _compare_results(db, check, today)
    return check


def describe_shortfall(db: Database, name: str) -> list[str]:
    """Return a line for each way in which the articles of a snapshot differ from the frozen ones; none if none differ.

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
    """Yield the frozen articles with their present state; one that was archived again is found by its identity."""
    rows = select_rows(
        db.conn,
        "SELECT CASE WHEN s.site_key LIKE 'sha256:%' THEN s.site_key"
        " ELSE s.site || '/' || s.language || '/' || s.site_key END AS key, s.revision, s.captured_at, s.digest,"
        " s.metadata, s.gone, coalesce(s.article_id, (SELECT a.id FROM articles a WHERE a.site = s.site"
        " AND a.language = s.language AND a.site_key = s.site_key)) AS id"
        " FROM snapshot_articles s WHERE s.snapshot_id = ? ORDER BY s.position",
        (snapshot.id,),
    )
    while batch := list(islice(rows, IDS_PER_BATCH)):
        states = read_states(db, [row["id"] for row in batch if row["id"] is not None])
        for row in batch:
            yield _FrozenRow(
                key=row["key"],
                version=FrozenVersion(row["revision"], row["captured_at"], row["digest"]),
                metadata=row["metadata"],
                gone=bool(row["gone"]),
                state=states.get(row["id"]),
            )


def _compare(db: Database, row: _FrozenRow, erased: Set[str]) -> Iterator[SnapshotDifference]:
    state, version = row.state, row.version
    facts: dict[str, Any] = {
        "key": row.key,
        "article_id": state.article_id if state else None,
        "headline": state.headline if state else None,
        "revision": version.number,
    }
    if state is None:
        yield SnapshotDifference(kind="erased" if row.key in erased else "missing", **facts)
        return
    newer: list[int] = []
    same_text = state.digest == version.digest and state.revision == version.number
    if not same_text:
        versions = read_versions(db, state.article_id)
        present, same_text = locate_version(version, versions)
        newer = [archived.number for archived in versions if archived.number > present.number]
        if not same_text:
            yield SnapshotDifference(kind="reread", detail="text", **facts)
        if newer:
            yield SnapshotDifference(
                kind="revised", edits=_list_edit_kinds(db, state, [present.number, *newer]), **facts
            )
    if same_text and not newer and state.metadata != row.metadata:
        yield SnapshotDifference(kind="reread", detail="metadata", **facts)
    if state.gone != row.gone:
        yield SnapshotDifference(kind="gone" if state.gone else "back", **facts)


def _list_edit_kinds(db: Database, state: ArticleState, numbers: list[int]) -> tuple[str, ...]:
    revisions = [read_revision(db, state.article_id, number) for number in numbers]
    return tuple(
        classify_edit(old, new, state.language).value
        for old, new in pairwise(revision for revision in revisions if revision is not None)
    )


def _compare_results(db: Database, check: SnapshotCheck, today: Selection) -> None:
    plan = today.plan().make_ids_query()
    frozen = (
        "SELECT coalesce(s.article_id, (SELECT a.id FROM articles a WHERE a.site = s.site"
        " AND a.language = s.language AND a.site_key = s.site_key)) AS id FROM snapshot_articles s"
        " WHERE s.snapshot_id = ?"
    )
    select = (
        "SELECT site || '/' || language || '/' || site_key AS key, id AS article_id, headline FROM articles WHERE id IN"
    )
    order = "ORDER BY site, language, site_key"
    values = (*plan.values, check.snapshot.id)
    sql_of_new = f"{select} (SELECT * FROM ({plan.sql}) EXCEPT {frozen}) {order}"
    check.new = list(select_records(db.conn, IdentifiedArticle, sql_of_new, values))
    values = (check.snapshot.id, *plan.values)
    sql_of_left = f"{select} (SELECT id FROM ({frozen}) EXCEPT SELECT * FROM ({plan.sql})) {order}"
    check.left = list(select_records(db.conn, IdentifiedArticle, sql_of_left, values))
