"""Reads the text that structured data states: the article's, as HTML or plain, or the updates of a live report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from crawler.extraction.parsing.jsonld import Thing, iter_texts
from crawler.extraction.stated.text_blocks import split_paragraphs
from crawler.normalisation.words.entities import unescape

MOST_UPDATES: Final = 500
_BEGINNING: Final = 2_000
"""Characters of a text in which its markup begins."""
_MARKUP: Final = re.compile(r"<(?:p|br|div|h[1-6]|li|ul|span|strong|em|a)\b", re.I)


def read_stated_body(thing: Thing) -> str | None:
    """Return the text that a statement of an article has, a paragraph a line where it is HTML, or None."""
    stated = thing.find_text("articlebody")
    return _read_markup(stated) if stated is not None else None


def read_stated_updates(thing: Thing) -> tuple[str, ...]:
    """Return the paragraphs of the updates that a live report states, each under its headline, in the order stated."""
    updates = thing.properties.get("liveblogupdate")
    paragraphs: list[str] = []
    for update in (updates if isinstance(updates, list) else [updates])[:MOST_UPDATES]:
        if not isinstance(update, Mapping):
            continue
        properties = {str(name).lower(): value for name, value in update.items()}
        body = next(iter(iter_texts(properties.get("articlebody"))), None)
        if body is None:
            continue
        headline = next(iter(iter_texts(properties.get("headline"))), None)
        paragraphs.extend(split_paragraphs(headline) if headline is not None else ())
        paragraphs.extend(split_paragraphs(_read_markup(body)))
    return tuple(paragraphs)


def _read_markup(text: str) -> str:
    """Return a text without its markup, escaped once or not, a paragraph a line."""
    if "&lt;" in text[:_BEGINNING] and "<" not in text[:_BEGINNING]:
        text = unescape(text)
    return "\n".join(split_paragraphs(text)) if _MARKUP.search(text) else text
