"""Atom feed (RFC 4287) of a search: the newest articles that it finds."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from crawler.archive.articles.records import ArticleRow, AuthorLine
from crawler.archive.articles.rows import read_rows
from crawler.archive.articles.versions import read_revision
from crawler.archive.runs.summary import find_last_activity
from crawler.archive.search.ranking import search as search_articles
from crawler.browse.drawing import formatting
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.parts.search_request import describe_request, read_search_request
from crawler.research.exports.sanitize import replace_non_xml

MAX_ENTRIES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One article in a feed; its texts hold nothing that XML cannot."""

    id: str
    """A URN made of the article's identity, so it is the same wherever the archive is served."""
    title: str
    language: str
    authors: tuple[str, ...]
    page: str
    original: str | None
    published: str | None
    """An instant; None for a day, because Atom knows no days and midnight would be invented."""
    updated: str
    """When the present text was archived."""
    summary: str
    kicker: str | None


@page(r"feed\.atom", pool="asking")
def feed(request: PageRequest) -> PageResponse:
    """Return the newest articles of a search; ``order`` and ``page`` are ignored."""
    search_request = read_search_request(
        {name: value for name, value in request.arguments.items() if name not in ("order", "view", "page")},
        request.desk,
    )
    hits = search_articles(request.archive.db, search_request.selection, MAX_ENTRIES, 0, "newest")
    rows = tuple(read_rows(request.archive.db, tuple(hit.id for hit in hits)))
    entries = [_make_entry(request, row) for row in rows]
    last_activity = find_last_activity(request.archive.db)
    return PageResponse(
        template="feed.xml",
        content_type="application/atom+xml; charset=utf-8",
        context={
            "feed_id": _make_urn(
                "search", request.name, *(f"{name}={value}" for name, value in search_request.parameters.items())
            ),
            "about": replace_non_xml(describe_request(search_request)) if search_request.parameters else "",
            "updated": max((entry.updated for entry in entries), default=last_activity or "1970-01-01T00:00:00Z"),
            "address": request.links.absolute(request.links.feed(**search_request.parameters)),
            "html": request.links.absolute(request.links.search(**search_request.parameters, order="newest")),
            "entries": entries,
        },
    )


def _make_entry(request: PageRequest, row: ArticleRow) -> FeedEntry:
    version = read_revision(request.archive.db, row.id, row.revisions)
    paragraphs = formatting.paragraphs(row.lead) or formatting.paragraphs(row.body)
    return FeedEntry(
        id=_make_urn("article", row.site, row.language, row.site_key),
        title=replace_non_xml(row.headline),
        language=row.language,
        authors=tuple(replace_non_xml(_format_author(author)) for author in row.authors),
        page=request.links.absolute(request.links.article(row.id)),
        original=replace_non_xml(row.url) if formatting.is_web(row.url) else None,
        published=row.published_at if row.published_at and "T" in row.published_at else None,
        updated=version.captured_at if version else row.first_seen_at,
        summary=replace_non_xml(paragraphs[0]) if paragraphs else "",
        kicker=replace_non_xml(row.kicker) if row.kicker else None,
    )


def _format_author(author: AuthorLine) -> str:
    return " ".join(part for part in (author.honorific, author.name) if part)


def _make_urn(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, "seealso:" + "\x1f".join(parts)).urn
