"""What links have in common, wherever they were found: how many one page gives, and how their texts are kept."""

from __future__ import annotations

import re

from crawler.normalisation.text import clean

MAX_LINKS = 5_000
"""Links that are taken from one page or feed."""
MAX_HEADLINE = 1_000
"""Characters of a headline that are kept."""


def keep_printed_url(url: str, normal: str) -> str | None:
    """Return the spelling met when it is absolute and differs from the normal one: another name of the same page."""
    return url if url != normal and re.match(r"https?://", url) and len(url) <= 2_000 else None


def clean_headline(text: str | None) -> str | None:
    """Return a link's text as a headline is kept; None where nothing is left of it."""
    return (clean(text)[:MAX_HEADLINE] or None) if text else None
