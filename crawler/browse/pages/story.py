"""The page of a story: one piece of news in all its languages, side by side."""

from __future__ import annotations

from typing import Final

from crawler.archive.articles.rows import read_rows
from crawler.archive.articles.stories import list_missing_translations, list_story_articles
from crawler.browse.page import READING_TABLES, PageMissing, PageRequest, PageResponse, page

MAX_ARTICLES: Final = 40
"""Articles shown; a story has as many as the publication has languages."""


@page("story", tables=READING_TABLES)
def story(request: PageRequest) -> PageResponse:
    """Show the articles of a story, the earliest first."""
    site, number = request.arguments.get("site", ""), request.arguments.get("story", "")
    db = request.archive.db
    ids = list_story_articles(db, site, number, MAX_ARTICLES)
    if not ids:
        raise PageMissing("There is no such story in this archive.")
    articles = list(read_rows(db, ids))
    return PageResponse(
        template="story.html",
        context={
            "told": articles,
            "story": number,
            "site": request.find_title(site),
            "languages": len({article.language for article in articles}),
            "lacking": list_missing_translations(db, site, number, MAX_ARTICLES),
        },
    )
