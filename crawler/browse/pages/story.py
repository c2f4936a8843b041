"""A story: one piece of news in all its languages, side by side."""

from __future__ import annotations

from typing import Final

from crawler.archive.articles.rows import read_rows
from crawler.browse.page import READING_TABLES, PageMissing, PageRequest, PageResponse, page
from crawler.browse.titles import find_site_title

MAX_ARTICLES: Final = 40
"""Articles shown; a story has as many as the publication has languages."""


@page("story", tables=READING_TABLES)
def story(asked: PageRequest) -> PageResponse:
    """Show the articles of a story, the first published first."""
    site, number = asked.arguments.get("site", ""), asked.arguments.get("story", "")
    db = asked.archive.db
    ids = db.execute(
        "SELECT id FROM articles WHERE site = ? AND story = ?"
        " ORDER BY published_on IS NULL, published_on, published_at, language, id LIMIT ?",
        (site, number, MAX_ARTICLES),
    ).fetchall()
    if not ids:
        raise PageMissing("There is no such story in this archive.")
    told = list(read_rows(db, tuple(row[0] for row in ids)))
    lacking = db.execute(
        "SELECT DISTINCT t.language, t.target_url FROM translations t WHERE t.article_id IN"
        " (SELECT id FROM articles WHERE site = ? AND story = ?)"
        " AND NOT EXISTS (SELECT 1 FROM addresses d WHERE d.url_key = t.target_key AND d.article_id IS NOT NULL)"
        " ORDER BY 1, 2 LIMIT ?",
        (site, number, MAX_ARTICLES),
    ).fetchall()
    return PageResponse(
        template="story.html",
        context={
            "told": told,
            "story": number,
            "site": find_site_title(site),
            "languages": len({article.language for article in told}),
            "lacking": lacking,
        },
    )
