"""Finds words of one text in another: runs of five words in a row, in pages, feeds and scripts as they were sent."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawler.comparison.minhash import split_words

RUN_LENGTH: Final = 5
"""Words in a row that are hardly ever the same by chance: `the harbour committee met again`."""
WordRun = tuple[str, ...]

_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z!?][\w:-]*)[^<>]{0,10000}>")
_INLINE: Final = frozenset(
    ("a", "abbr", "b", "big", "cite", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u")
)
"""Elements whose tags may stand within a word."""
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def list_word_runs(text: str) -> set[WordRun]:
    """Return every run of five words of a text; one of all words where there are fewer, none without words."""
    words = split_words(text)
    if len(words) < RUN_LENGTH:
        return {tuple(words)} if words else set()
    return set(_iter_runs(words))


def find_word_runs(markup: str, runs: set[WordRun]) -> set[WordRun]:
    """Return those runs of five words that stand in a page: in its text, attributes, scripts, or escaped in a feed."""
    if not runs:
        return set()
    matches: set[WordRun] = set()
    for text in iter_readings(markup):
        matches.update(runs.intersection(_iter_runs(split_words(text))))
    return matches


def iter_readings(markup: str) -> Iterator[str]:
    """Yield a page as text in each way that may put its words in a row: with its tags, and without them."""
    text = markup
    for _ in range(2):  # feeds escape the markup of the pages that they quote
        if "&" in text:
            text = html.unescape(text)
    if "\\u" in text:
        text = _JSON_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    text = text.replace("\\n", " ").replace("\u00ad", "")
    yield text
    if "<" in text:
        yield _TAG.sub(lambda tag: "" if tag["name"].lower() in _INLINE else " ", text)


def _iter_runs(words: list[str]) -> Iterable[WordRun]:
    return zip(*(words[start:] for start in range(RUN_LENGTH)), strict=False)
