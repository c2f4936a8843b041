"""A search as an Atom feed (RFC 4287): the newest articles that it finds."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Final

from crawler.archive.articles.records import ArticleRow, AuthorLine
from crawler.archive.articles.rows import read_rows
from crawler.archive.articles.versions import read_revision
from crawler.archive.runs.summary import find_last_activity
from crawler.browse import formatting
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.pages.search import describe_request, read_request

MAX_ENTRIES: Final = 50
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One article in a feed; its texts hold nothing that XML cannot."""

    id: str
    """The same wherever and however often the archive is served: made of the article's identity."""
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
def feed(asked: PageRequest) -> PageResponse:
    """Return the newest of a search; ``order`` and ``page`` are not heard."""
    wish = read_request({name: value for name, value in asked.arguments.items() if name not in ("order", "page")})
    found = asked.archive.search(wish.selection, limit=MAX_ENTRIES, order="newest")
    rows = tuple(read_rows(asked.archive.db, tuple(hit.id for hit in found)))
    entries = [_make_entry(asked, row) for row in rows]
    active = find_last_activity(asked.archive.db)
    return PageResponse(
        template="feed.xml",
        content_type="application/atom+xml; charset=utf-8",
        context={
            "feed_id": _make_urn("search", asked.name, *(f"{name}={value}" for name, value in wish.parameters.items())),
            "about": _drop_invalid_xml(describe_request(wish)) if wish.parameters else "",
            "updated": max((entry.updated for entry in entries), default=active or "1970-01-01T00:00:00Z"),
            "address": asked.links.absolute(asked.links.feed(**wish.parameters)),
            "html": asked.links.absolute(asked.links.search(**wish.parameters, order="newest")),
            "entries": entries,
        },
    )


def _make_entry(asked: PageRequest, row: ArticleRow) -> FeedEntry:
    version = read_revision(asked.archive.db, row.id, row.revisions)
    paragraphs = formatting.paragraphs(row.lead) or formatting.paragraphs(row.body)
    return FeedEntry(
        id=_make_urn("article", row.site, row.language, row.site_key),
        title=_drop_invalid_xml(row.headline),
        language=row.language,
        authors=tuple(_drop_invalid_xml(_format_author(author)) for author in row.authors),
        page=asked.links.absolute(asked.links.article(row.id)),
        original=_drop_invalid_xml(row.url) if formatting.is_web(row.url) else None,
        published=row.published_at if row.published_at and "T" in row.published_at else None,
        updated=version.captured_at if version else row.first_seen_at,
        summary=_drop_invalid_xml(paragraphs[0]) if paragraphs else "",
        kicker=_drop_invalid_xml(row.kicker) if row.kicker else None,
    )


def _format_author(author: AuthorLine) -> str:
    return " ".join(part for part in (author.honorific, author.name) if part)


def _make_urn(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, "seealso:" + "\x1f".join(parts)).urn


def _drop_invalid_xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
