"""Reads plain text from HTML: titles and addresses of feeds, sitemaps and links have tags and references in them."""

from __future__ import annotations

import re
from typing import Final

from crawler.normalisation.words.entities import unescape

_REFERENCE: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HTML_TAG: Final = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|br|center|cite|code|del|dfn|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|samp|"
    r"small|span|strike|strong|sub|sup|time|tt|u|var|wbr)(?:\s[^<>]*)?/?>",
    re.I,
)
_SECTION: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
"""A section of XML that was escaped as if it were words."""
_BREAK: Final = re.compile(r"<(?:br|/?p|/?div)\b[^<>]*>", re.I)


def strip_html(title: str) -> str:
    """Return the text of a title that is HTML: without its tags, its references as characters.

    >>> strip_html("Caf&eacute; <i>owners</i>: 3 < 4 &amp; so on")
    'Café owners: 3 < 4 & so on'
    """
    title = _SECTION.sub(r"\1", title) if title.startswith("<!") else title
    return resolve_references(_HTML_TAG.sub("", _BREAK.sub(" ", title))) if "<" in title or "&" in title else title


def resolve_references(text: str) -> str:
    """Return a text with its references resolved; an ampersand that begins none stays, whatever follows it."""
    return _REFERENCE.sub(lambda reference: unescape(reference[0]), text) if "&" in text else text
