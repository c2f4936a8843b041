"""Checks of snapshots: a snapshot goes in, exactly what differs from it today comes out, and nothing else.

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

from crawler.archive.articles.frozen import Frozen, located, versions_of
from crawler.archive.articles.versions import revision_line
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import AT_ONCE, Snapshot, find, lines
from crawler.archive.snapshots.states import State, states_of
from crawler.archive.write.tombstones import tombstones
from crawler.comparison.edits import kind_of_edit

Kind = Literal["revised", "reread", "erased", "missing", "gone", "back"]
KINDS: Final[dict[Kind, str]] = {
    "revised": "the article has newer versions than the frozen one",
    "reread": "the frozen version is read otherwise now: another text, or other metadata beside the same text",
    "erased": "the article was erased on purpose (seealso forget)",
    "missing": "the archive has no such article any more, and nobody erased it",
    "gone": "the site does not serve the article any more; the archive keeps it",
    "back": "the site serves the article again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An article by its identity, and where it is archived."""

    key: str
    """``asianews/en/55331``."""
    article_id: int | None
    headline: str | None
    """As it is now; None when it is not archived any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Named):
    """One thing in which a frozen article differs from what is archived now."""

    kind: Kind
    revision: int
    """The number of the frozen version, as it was then."""
    detail: str | None = None
    """For ``reread``: ``text`` or ``metadata``."""
    edits: tuple[str, ...] = ()
    """For ``revised``: what kind of edit made each newer version (:mod:`crawler.comparison.edits`)."""


@dataclass(slots=True, kw_only=True)
class Check:
    """What a snapshot looks like against the archive of today."""

    snapshot: Snapshot
    as_frozen: int = 0
    """Articles in which nothing differs."""
    differences: list[Difference] = field(default_factory=list)
    intact: bool = True
    """The list still has the hash it was frozen with: nobody has edited the tables."""
    new: list[Named] = field(default_factory=list)
    """Found by the same question today, and not in the snapshot."""
    left: list[Named] = field(default_factory=list)
    """In the snapshot and archived, and not found by the same question today."""

    @property
    def same(self) -> bool:
        """Everything frozen is still so."""
        return self.intact and not self.differences


def verify(db: Database, snapshot: Snapshot, today: Selection | None = None) -> Check:
    """Compare a snapshot with the archive; with ``today``, the same question asked today, also what it finds.

    Use it inside ``archive.moment()``, so that a crawl changes nothing meanwhile.
    """
    check = Check(snapshot=snapshot, intact=_hash(db, snapshot) == snapshot.hash)
    erased = tombstones(db.conn)
    for row in _frozen(db, snapshot):
        found = [*_differences(db, row, erased)]
        check.differences += found
        check.as_frozen += not found
    if today is not None:
        _ask_again(db, check, today)
    return check


def shortfall(db: Database, name: str) -> list[str]:
    """Say in one line each what a snapshot's rows no longer give as it was frozen; nothing when they give it all.

    Raises UnknownSnapshot.
    """
    check = verify(db, find(db, name))
    erased = sum(difference.kind in ("erased", "missing") for difference in check.differences)
    reread = sum((difference.kind, difference.detail) == ("reread", "text") for difference in check.differences)
    lines = []
    if erased:
        lines.append(f"{_articles(erased)} of the snapshot {'is' if erased == 1 else 'are'} not archived any more")
    if reread:
        lines.append(f"{_articles(reread)} of the snapshot {'has' if reread == 1 else 'have'} another text now")
    return [f"{line}; see seealso snapshot verify {check.snapshot.name}" for line in lines]


def _articles(count: int) -> str:
    return f"{count:,} article" if count == 1 else f"{count:,} articles"


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    version: Frozen
    metadata: str
    gone: bool
    state: State | None


def _frozen(db: Database, snapshot: Snapshot) -> Iterator[_Row]:
    """Yield the frozen articles beside what they are now; one that was archived anew is met by its identity."""
    found = db.execute(
        "SELECT s.site || '/' || s.language || '/' || s.site_key, s.revision, s.captured_at, s.digest, s.metadata,"
        " s.gone, coalesce(s.article_id, (SELECT a.id FROM articles a WHERE a.site = s.site"
        " AND a.language = s.language AND a.site_key = s.site_key))"
        " FROM snapshot_articles s WHERE s.snapshot_id = ? ORDER BY s.position",
        (snapshot.id,),
    )
    while some := list(islice(found, AT_ONCE)):
        states = states_of(db, [row[-1] for row in some if row[-1] is not None])
        for key, number, captured_at, digest, metadata, gone, article_id in some:
            yield _Row(key, Frozen(number, captured_at, digest), metadata, bool(gone), states.get(article_id))


def _differences(db: Database, row: _Row, erased: set[str]) -> Iterator[Difference]:
    state, version = row.state, row.version
    told: dict[str, Any] = {
        "key": row.key,
        "article_id": state.article_id if state else None,
        "headline": state.headline if state else None,
        "revision": version.number,
    }
    if state is None:
        yield Difference(kind="erased" if row.key in erased else "missing", **told)
        return
    newer: list[int] = []
    same_text = state.digest == version.digest and state.revision == version.number
    if not same_text:
        versions = versions_of(db, state.article_id)
        now, same_text = located(version, versions)
        newer = [known.number for known in versions if known.number > now.number]
        if not same_text:
            yield Difference(kind="reread", detail="text", **told)
        if newer:
            yield Difference(kind="revised", edits=_edits(db, state, [now.number, *newer]), **told)
    if same_text and not newer and state.metadata != row.metadata:
        yield Difference(kind="reread", detail="metadata", **told)
    if state.gone != row.gone:
        yield Difference(kind="gone" if state.gone else "back", **told)


def _edits(db: Database, state: State, numbers: list[int]) -> tuple[str, ...]:
    found = [revision_line(db, state.article_id, number) for number in numbers]
    return tuple(
        kind_of_edit(one, other, state.language).value
        for one, other in pairwise(line for line in found if line is not None)
    )


def _hash(db: Database, snapshot: Snapshot) -> str:
    hashed = hashlib.sha256()
    for line in lines(db, snapshot):
        hashed.update(line.encode())
    return hashed.hexdigest()


def _ask_again(db: Database, check: Check, today: Selection) -> None:
    plan = today.plan().ids()
    frozen = (
        "SELECT coalesce(s.article_id, (SELECT a.id FROM articles a WHERE a.site = s.site"
        " AND a.language = s.language AND a.site_key = s.site_key)) AS id FROM snapshot_articles s"
        " WHERE s.snapshot_id = ?"
    )
    named = "SELECT site || '/' || language || '/' || site_key, id, headline FROM articles WHERE id IN"
    order = "ORDER BY site, language, site_key"
    values = (*plan.values, check.snapshot.id)
    new = db.execute(f"{named} (SELECT * FROM ({plan.sql}) EXCEPT {frozen}) {order}", values)
    check.new = [Named(key=key, article_id=article_id, headline=headline) for key, article_id, headline in new]
    values = (check.snapshot.id, *plan.values)
    left = db.execute(f"{named} (SELECT id FROM ({frozen}) EXCEPT SELECT * FROM ({plan.sql})) {order}", values)
    check.left = [Named(key=key, article_id=article_id, headline=headline) for key, article_id, headline in left]
