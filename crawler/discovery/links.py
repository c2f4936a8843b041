"""Rules for the links of every source: how many one page gives, and how their addresses and texts are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.items import Link, Problem
from crawler.normalisation.words.text import clean

MAX_LINKS = 5_000
"""The most links that are taken from one page or feed."""
MAX_HEADLINE = 1_000
"""The most characters of a headline that are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageLinks:
    """The links that a feed or a listing gives, and what of it could not be read."""

    links: tuple[Link, ...] = ()
    problems: tuple[Problem, ...] = ()


def keep_printed_url(url: str, normal: str) -> str | None:
    """Return a printed address when it is absolute and differs from the normal one, as another name of the page."""
    return url if url != normal and re.match(r"https?://", url) and len(url) <= 2_000 else None


def clean_headline(text: str | None) -> str | None:
    """Return the text of a link, cleaned and cut to :data:`MAX_HEADLINE`; None where nothing is left of it."""
    return (clean(text)[:MAX_HEADLINE] or None) if text else None
