"""A story: one piece of news in all its languages, side by side."""

from __future__ import annotations

from typing import Final

from crawler.archive.articles.rows import rows_of
from crawler.browse.page import READING, Answer, Asked, Missing, page
from crawler.browse.titles import publication

MOST: Final = 40
"""Articles shown; a story has as many as the publication has languages."""


@page("story", tables=READING)
def story(asked: Asked) -> Answer:
    """Show the articles of a story, the first published first."""
    site, number = asked.arguments.get("site", ""), asked.arguments.get("story", "")
    db = asked.archive.db
    ids = db.execute(
        "SELECT id FROM articles WHERE site = ? AND story = ?"
        " ORDER BY published_on IS NULL, published_on, published_at, language, id LIMIT ?",
        (site, number, MOST),
    ).fetchall()
    if not ids:
        raise Missing("There is no such story in this archive.")
    told = list(rows_of(db, tuple(row[0] for row in ids)))
    lacking = db.execute(
        "SELECT DISTINCT t.language, t.target_url FROM translations t WHERE t.article_id IN"
        " (SELECT id FROM articles WHERE site = ? AND story = ?)"
        " AND NOT EXISTS (SELECT 1 FROM addresses d WHERE d.url_key = t.target_key AND d.article_id IS NOT NULL)"
        " ORDER BY 1, 2 LIMIT ?",
        (site, number, MOST),
    ).fetchall()
    return Answer(
        template="story.html",
        context={
            "told": told,
            "story": number,
            "site": publication(site),
            "languages": len({article.language for article in told}),
            "lacking": lacking,
        },
    )
