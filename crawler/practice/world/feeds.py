"""Writes feeds: RSS 2.0 as blogs publish it, Atom in pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from crawler.practice.dialects import escape_text


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """One entry of a feed."""

    url: str
    guid: str
    title: str
    when: datetime
    summary: str
    author: str | None = None


def make_rss(title: str, home: str, own_url: str, language: str, entries: Iterable[FeedEntry]) -> str:
    """Return a feed whose guids are no addresses to visit."""
    items = "".join(
        f"<item><title>{escape_text(entry.title)}</title><link>{escape_text(entry.url)}</link>"
        f"{_make_creator(entry.author)}<pubDate>{format_datetime(entry.when)}</pubDate>"
        f'<guid isPermaLink="false">{escape_text(entry.guid)}</guid>'
        f"<description>{escape_text(entry.summary)}</description></item>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
        f"<title>{escape_text(title)}</title><link>{escape_text(home)}</link><description>{escape_text(title)}</description>"
        f'<atom:link href="{escape_text(own_url)}" rel="self" type="application/rss+xml"/>'
        f"<language>{language}</language>\n{items}</channel></rss>\n"
    )


def make_atom(title: str, own_url: str, next_url: str | None, entries: Iterable[FeedEntry]) -> str:
    """Return one page of a feed, which names the next."""
    items = list(entries)
    updated = max((entry.when for entry in items), default=None)
    rows = "".join(
        f'<entry><title>{escape_text(entry.title)}</title><link rel="alternate" href="{escape_text(entry.url)}"/>'
        f"<id>{escape_text(entry.guid)}</id><published>{entry.when.isoformat()}</published><updated>{entry.when.isoformat()}</updated>"
        f"<summary>{escape_text(entry.summary)}</summary></entry>\n"
        for entry in items
    )
    following = f'<link rel="next" href="{escape_text(next_url)}"/>' if next_url else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape_text(title)}</title><id>{escape_text(own_url)}</id>"
        f'<link rel="self" href="{escape_text(own_url)}"/>{following}'
        f"{f'<updated>{updated.isoformat()}</updated>' if updated else ''}\n{rows}</feed>\n"
    )


def _make_creator(author: str | None) -> str:
    return f"<dc:creator>{escape_text(author)}</dc:creator>" if author else ""
