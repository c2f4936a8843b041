"""Finds the version that a snapshot froze among those archived today, and reads the articles of a snapshot with it.

Versions are numbered by time, so an older page that is ingested later moves the numbers; and a rereading changes the
text of a version. A frozen version is therefore found by its digest and the time of its capture, then by either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.archive.articles.records import ArticleRow
from crawler.archive.articles.rows import read_rows
from crawler.archive.articles.versions import apply_revision, read_revision
from crawler.archive.database import select_records, select_rows


@dataclass(frozen=True, slots=True)
class FrozenVersion:
    """The version of an article that a snapshot froze."""

    number: int
    captured_at: str
    digest: str


@dataclass(frozen=True, slots=True)
class ArchivedVersion:
    """A version that the archive has now."""

    number: int
    captured_at: str
    digest: str


def locate_version(frozen: FrozenVersion, versions: Sequence[ArchivedVersion]) -> tuple[ArchivedVersion, bool]:
    """Return the version of an article that was frozen, and True if it still has the text it had.

    ``versions`` holds all versions of the article, in their order; there is at least one.
    """
    same_text = [version for version in versions if version.digest == frozen.digest]
    same_time = [version for version in versions if version.captured_at == frozen.captured_at]
    same_text_and_time = [version for version in same_text if version.captured_at == frozen.captured_at]
    if same_text_and_time:
        return same_text_and_time[-1], True
    if same_text:
        # Its capture is earlier since an ingest, or the text was printed again: take the nearest number.
        return min(same_text, key=lambda version: (abs(version.number - frozen.number), version.number)), True
    if same_time:
        return same_time[-1], False
    return versions[min(frozen.number, len(versions)) - 1], False


def read_versions(db: Database, article_id: int) -> list[ArchivedVersion]:
    """Return the versions of an article, without their texts."""
    query = "SELECT number, captured_at, digest FROM revisions WHERE article_id = ? ORDER BY number"
    return list(select_records(db.conn, ArchivedVersion, query, (article_id,)))


def read_frozen_rows(db: Database, snapshot: str, article_ids: Sequence[int]) -> Iterator[ArticleRow]:
    """Yield these articles as a snapshot froze them, in this order; an article that is not in it is as it is now.

    The four texts, their digest and the number of versions are the frozen ones. A version that was reread since has
    today's reading, with another digest than the frozen one; fields without versions (dates, place, kicker) are
    today's.
    """
    marks = ", ".join("?" * len(article_ids))
    frozen_versions = {
        row["article_id"]: FrozenVersion(row["revision"], row["captured_at"], row["digest"])
        for row in select_rows(
            db.conn,
            "SELECT article_id, revision, captured_at, digest FROM snapshot_articles"
            # Without the hint SQLite reads the whole list for every few articles.
            " INDEXED BY snapshot_articles_article"
            f" WHERE article_id IN ({marks}) AND snapshot_id = (SELECT id FROM snapshots WHERE name = ?)",
            (*article_ids, snapshot.strip()),
        )
    }
    for row in read_rows(db, article_ids):
        frozen_version = frozen_versions.get(row.id)
        if frozen_version is None or (frozen_version.number, frozen_version.digest) == (row.revisions, row.digest):
            yield row
            continue
        version, _ = locate_version(frozen_version, read_versions(db, row.id))
        revision = read_revision(db, row.id, version.number)
        assert revision is not None, "versions and their texts are one table"
        yield apply_revision(row, revision)
