"""Finds words of one text in another: runs of five words in a row, in pages, feeds and scripts as they were sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawler.comparison.minhash import split_words
from crawler.normalisation.words.entities import unescape

RUN_LENGTH: Final = 5
"""Words in a row that are hardly ever the same by chance: `the harbour committee met again`."""
WordRun = tuple[str, ...]

_TAG = re.compile(r"</?(?P<name>[a-zA-Z][\w:-]*+)[^<>]{0,10000}>|<!\[CDATA\[|\]\]>|<!--|-->")
_ATTRIBUTE = re.compile(r"""=\s*(?:"([^"]{20,})"|'([^']{20,})')""")
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
    texts: list[str] = []
    text = markup
    for text in iter_unescaped(markup):
        texts.extend(double or single for double, single in _ATTRIBUTE.findall(text))
    attributes = unescape("\n\n".join(dict.fromkeys(texts)))
    plain = _TAG.sub(_replace_tag, text) if "<" in text else text
    return runs.intersection(_iter_runs(split_words(attributes))) | runs.intersection(_iter_runs(split_words(plain)))


def _replace_tag(tag: re.Match[str]) -> str:
    """Return what parts the words around a tag: nothing where it stands within a line of text."""
    return "" if (tag["name"] or "").lower() in _INLINE else " "


def iter_unescaped(markup: str) -> Iterator[str]:
    """Yield a page as it is, and again for each level at which it is escaped: feeds quote pages, scripts hold JSON."""
    yield markup
    text = markup
    for _ in range(2):
        if "&" in text:
            unescaped = unescape(text)
            if unescaped != text:
                text = unescaped
                yield text
    plain = _JSON_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text) if "\\u" in text else text
    plain = plain.replace("\\n", " ").replace("\\/", "/").replace("\u00ad", "")
    if plain != text:
        yield plain


def _iter_runs(words: list[str]) -> Iterable[WordRun]:
    return zip(*(words[start:] for start in range(RUN_LENGTH)), strict=False)
