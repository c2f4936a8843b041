"""Marks up the text of a page that came without its markup, as the WET files of web archives hold it."""

from __future__ import annotations

import html
import re
from typing import Final

from crawler.items import Capture

_TAG: Final = re.compile(r"<(?:[A-Za-z!/?])[^<>]{0,500}>")
_TAG_SPAN: Final = 20_000
_LEAST_TITLE: Final = 8
"""Letters of a line that are enough to be the headline which a title repeats."""


def is_plain_text(capture: Capture, text: str) -> bool:
    """Return True if an answer says that it is plain text, and holds no tag in its first twenty thousand letters."""
    kind = (capture.header("content-type") or "").strip().lower()
    return kind.startswith("text/plain") and _TAG.search(text[:_TAG_SPAN]) is None


def mark_up_text(text: str) -> str:
    """Return a page with a paragraph for each line; the first line, which is the title in WET files, is its title.

    Where the title repeats a line further down, as most do the headline, it is no line of the page itself.
    """
    lines = [line for part in text.splitlines() if (line := part.strip())]
    if not lines:
        return ""
    title = lines[0]
    is_title = any(line == title or (len(line) >= _LEAST_TITLE and title.startswith(line)) for line in lines[1:])
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines[is_title:])
    return f"<html><head><title>{html.escape(title)}</title></head><body>\n{paragraphs}</body></html>"
