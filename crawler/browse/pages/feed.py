"""A search as an Atom feed (RFC 4287): the newest articles that it finds."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Final

from crawler.archive.articles.lookup import AuthorLine
from crawler.archive.articles.rows import ArticleRow, rows_of
from crawler.archive.articles.versions import revision_line
from crawler.browse import formatting
from crawler.browse.page import Answer, Asked, page
from crawler.browse.pages.search import read, title_of

ENTRIES: Final = 50
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
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


@page(r"feed\.atom", lane="asking")
def feed(asked: Asked) -> Answer:
    """Return the newest of a search; ``order`` and ``page`` are not heard."""
    wish = read({name: value for name, value in asked.arguments.items() if name not in ("order", "page")})
    found = asked.archive.search(wish.selection, limit=ENTRIES, order="newest")
    rows = tuple(rows_of(asked.archive.db, tuple(hit.id for hit in found)))
    entries = [_entry(asked, row) for row in rows]
    runs = asked.archive.db.execute("SELECT max(coalesce(finished_at, started_at)) FROM runs").fetchone()[0]
    return Answer(
        template="feed.xml",
        content_type="application/atom+xml; charset=utf-8",
        context={
            "feed_id": _name("search", asked.name, *(f"{name}={value}" for name, value in wish.parameters.items())),
            "about": _sound(title_of(wish)) if wish.parameters else "",
            "updated": max((entry.updated for entry in entries), default=runs or "1970-01-01T00:00:00Z"),
            "address": asked.links.absolute(asked.links.feed(**wish.parameters)),
            "html": asked.links.absolute(asked.links.search(**wish.parameters, order="newest")),
            "entries": entries,
        },
    )


def _entry(asked: Asked, row: ArticleRow) -> Entry:
    version = revision_line(asked.archive.db, row.id, row.revisions)
    paragraphs = formatting.paragraphs(row.lead) or formatting.paragraphs(row.body)
    return Entry(
        id=_name("article", row.site, row.language, row.site_key),
        title=_sound(row.headline),
        language=row.language,
        authors=tuple(_sound(_shown(author)) for author in row.authors),
        page=asked.links.absolute(asked.links.article(row.id)),
        original=_sound(row.url) if formatting.is_web(row.url) else None,
        published=row.published_at if row.published_at and "T" in row.published_at else None,
        updated=version.captured_at if version else row.first_seen_at,
        summary=_sound(paragraphs[0]) if paragraphs else "",
        kicker=_sound(row.kicker) if row.kicker else None,
    )


def _shown(author: AuthorLine) -> str:
    return " ".join(part for part in (author.honorific, author.name) if part)


def _name(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, "seealso:" + "\x1f".join(parts)).urn


def _sound(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
