"""Lists the articles of a story in all languages, and its translations that are not archived."""

from __future__ import annotations

from typing import NamedTuple

from crawler.archive.database import Connection, list_records, select_column


class MissingTranslation(NamedTuple):
    """A translation that an article of a story links to, and that is not archived."""

    language: str | None
    target_url: str


def list_story_articles(db: Connection, site: str, story: str, limit: int) -> tuple[int, ...]:
    """Return the ids of the articles of a story, the first published first."""
    return tuple(
        select_column(
            db,
            "SELECT id FROM articles WHERE site = ? AND story = ?"
            " ORDER BY published_on IS NULL, published_on, published_at, language, id LIMIT ?",
            (site, story, limit),
        )
    )


def list_missing_translations(db: Connection, site: str, story: str, limit: int) -> list[MissingTranslation]:
    """Return the translations of a story of which only the address is known."""
    return list_records(
        db,
        MissingTranslation,
        "SELECT DISTINCT t.language AS language, t.target_url AS target_url FROM translations t WHERE t.article_id IN"
        " (SELECT id FROM articles WHERE site = ? AND story = ?)"
        " AND NOT EXISTS (SELECT 1 FROM addresses d WHERE d.url_key = t.target_key AND d.article_id IS NOT NULL)"
        " ORDER BY t.language, t.target_url LIMIT ?",
        (site, story, limit),
    )
