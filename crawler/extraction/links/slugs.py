"""Reads the words of an address: what it repeats of the headline of its page, and whether two are one path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from crawler.normalisation.words.scripts import CJK
from crawler.normalisation.words.text import fold

_SLUG: Final = 3
"""Words that a slug has at least; fewer may be a section's name."""
_PATH_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(f"[{CJK}]{{6}}")
_FILE_TYPE = re.compile(r"\.(?:[sx]?html?|php\d?|aspx?|jsp|cfm|amp)/?$", re.I)


def rate_slug(url: str, headline: str) -> float:
    """Return the share of the words of an address that a headline has, 0 to 1; 0 for an address of fewer than two.

    A word of six letters of Chinese, Japanese or Korean says as much as several.
    """
    words = read_slug(url)
    if len(words) < 2 and not any(_SENTENCE.match(word) for word in words):
        return 0.0
    spoken = fold(headline)
    return sum(word in spoken for word in words) / len(words)


@lru_cache(maxsize=64)  # several steps ask for the address of the page
def read_slug(url: str) -> frozenset[str]:
    """Return the words of three letters or more that an address may repeat of the headline of its page, folded."""
    return frozenset(word for word in find_slug(split_path(url)) if len(word) > 2)


def is_same_path(first: str, second: str) -> bool:
    """Return True if two addresses differ only as a shortened or decorated one does from the full one.

    Either the segment with the headline's words is the same but for words or a number at its ends (``/2026/may/a-slug``
    and ``/a-slug``, ``/news/a-slug/`` and ``/articles/a-slug-id123``), or one path goes on where the other ends
    (``/a-slug/comment-page-1``). Parts of one story are two (``a-slug-part-1`` and ``a-slug-part-2``).
    """
    paths = sorted((split_path(first), split_path(second)), key=len)
    shorter, longer = paths
    slug = shorter[-1] if shorter else []
    if len(slug) < _SLUG or not any(find_slug([slug])):
        return False
    if longer[: len(shorter)] == shorter:
        return True
    return any(_holds_run(words, slug) or (len(words) >= _SLUG and _holds_run(slug, words)) for words in longer[-2:])


def _holds_run(words: Sequence[str], run: Sequence[str]) -> bool:
    """Are the words of a run among others, next to each other and in their order?"""
    return any(list(words[start : start + len(run)]) == list(run) for start in range(len(words) - len(run) + 1))


def split_path(url: str) -> list[list[str]]:
    """Return the words of each segment of the path of an address, folded."""
    path = _FILE_TYPE.sub("", unquote(urlsplit(url[:2000]).path))
    return [_PATH_WORD.findall(fold(segment)) for segment in path.split("/") if segment]


def find_slug(segments: Sequence[Sequence[str]]) -> list[str]:
    """Return the words of the segment with most letters, those with digits left out."""
    slug = max(segments, key=lambda words: sum(len(word) for word in words if not word.isdigit()), default=())
    return [word for word in slug if word.isalpha() or not any(map(str.isdigit, word))]
