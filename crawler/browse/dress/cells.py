"""Renders addresses and headlines in tables of Datasette: values go in, escaped markup comes out.

Every text of a page is hostile.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from markupsafe import Markup, escape

from crawler.browse.urls import PageLinks

ADDRESS_COLUMNS = frozenset({"url", "target_url", "found_on"})
MAX_ADDRESS_LETTERS = 90
"""Characters of an address that are shown; the link keeps all of it."""


def render_address(value: Any, column: str) -> Markup | None:
    """Return markup for an address, None for values that Datasette shows well by itself.

    The text of the link is readable (``%E9%A6%99`` is decoded) and begins with the host; the target is untouched.
    """
    if column not in ADDRESS_COLUMNS or not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    text = make_readable(parts.netloc + parts.path + (f"?{parts.query}" if parts.query else ""))
    return Markup('<a href="{}" rel="nofollow noopener noreferrer" title="{}">{}</a>').format(
        value, value, escape(text)
    )


def link_headline(value: Any, row: Any, links: PageLinks) -> Markup | None:
    """Return a link to the page where an article is read, for a row that has the article's id."""
    try:
        article_id = row["id"]
    except (KeyError, IndexError):
        return None
    if not isinstance(article_id, int) or not isinstance(value, str):
        return None
    return Markup('<a href="{}">{}</a>').format(links.article(article_id), value)


def make_readable(address: str) -> str:
    """Return an address percent-decoded where that gives letters, and shortened in the middle."""
    decoded = unquote(address, errors="replace")
    text = decoded if decoded.isprintable() and "\ufffd" not in decoded else address
    if len(text) <= MAX_ADDRESS_LETTERS:
        return text
    return f"{text[: MAX_ADDRESS_LETTERS // 2]}…{text[-(MAX_ADDRESS_LETTERS // 2 - 1) :]}"
