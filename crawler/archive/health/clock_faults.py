"""Finds times that cannot be, because the clock was set back between two crawls: ends before beginnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlite_utils import Database

from crawler.archive.database import Connection, select_count, select_rows, write_transaction

_SEEN_TOO_EARLY: Final = (
    "SELECT id, since FROM (SELECT id, last_seen_at, max(first_seen_at, coalesce("
    "(SELECT max(first_seen_at) FROM see_also WHERE article_id = articles.id), '')) AS since FROM articles)"
    " WHERE last_seen_at < since"
)
"""Articles whose last sighting is earlier than a first one, and the instant that it cannot be earlier than."""


def find_impossible_times(db: Connection) -> Iterator[tuple[str, str]]:
    """Yield what was seen last before it was seen first, ended before it began, or follows a later version.

    Yields the row concerned, and what is wrong with its times.
    """
    for row in select_rows(
        db, "SELECT id, first_seen_at, last_seen_at FROM articles WHERE last_seen_at < first_seen_at ORDER BY id"
    ):
        yield (
            f"article {row['id']}",
            f"seen last at {row['last_seen_at']}, before it was first at {row['first_seen_at']}",
        )
    for row in select_rows(
        db,
        "SELECT article_id, target_url, first_seen_at, last_seen_at FROM see_also WHERE last_seen_at < first_seen_at"
        " ORDER BY article_id, position",
    ):
        yield (
            f"article {row['article_id']}",
            f"its See also entry {row['target_url']} was seen last at {row['last_seen_at']}, before it was first at "
            f"{row['first_seen_at']}",
        )
    for row in select_rows(
        db, "SELECT id, started_at, finished_at FROM runs WHERE finished_at < started_at ORDER BY id"
    ):
        yield f"run {row['id']}", f"ended at {row['finished_at']}, before it began at {row['started_at']}"
    for row in select_rows(
        db,
        "SELECT later.article_id, later.number, later.captured_at, earlier.captured_at AS former FROM revisions later"
        " JOIN revisions earlier ON earlier.article_id = later.article_id AND earlier.number = later.number - 1"
        " WHERE later.captured_at < earlier.captured_at ORDER BY later.article_id, later.number",
    ):
        yield (
            f"article {row['article_id']} revision {row['number']}",
            f"captured at {row['captured_at']}, before the version that it follows at {row['former']}",
        )


def count_impossible_sightings(db: Connection) -> int:
    """Count the articles that were seen last before they, or a See also entry of theirs, were seen first."""
    return select_count(db, f"SELECT count(*) FROM ({_SEEN_TOO_EARLY})")


def mend_sightings(db: Database) -> int:
    """Let each of these articles count as seen last when it, or its newest entry, was seen first; return how many.

    Its See also entries that are on the page stay so. Captures keep the times that the clock showed.
    """
    with write_transaction(db):
        articles = list(select_rows(db, _SEEN_TOO_EARLY))
        for article in articles:
            # Entries that are on the page have the last sighting of their article.
            db.execute(
                "UPDATE see_also SET last_seen_at = ?2 WHERE article_id = ?1"
                " AND last_seen_at = (SELECT last_seen_at FROM articles WHERE id = ?1)",
                (article["id"], article["since"]),
            )
            db.execute("UPDATE articles SET last_seen_at = ?2 WHERE id = ?1", (article["id"], article["since"]))
        db.execute("UPDATE see_also SET last_seen_at = first_seen_at WHERE last_seen_at < first_seen_at")
    return len(articles)
