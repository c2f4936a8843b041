r"""Cuts printed text of every script into the words that the search index holds.

Words of alphabetic scripts are folded (no case, no diacritics, ł is l). Scripts that part no words (Han, kana, Thai,
Lao, Khmer, Burmese) and Hangul, whose particles cling to words, are cut into single characters, each with its marks; a
word of theirs is searched as a phrase of its characters. So a word of any length is found, and nothing but that word.
Between two such characters a mark of punctuation or the end of a paragraph becomes a token of its own, so that no
word is found across it. ``docs/decisions/0002-search-tokens.md`` has the measurements.

>>> make_search_text("Café in 香港。中国")
'cafe in 香 港 \ue000 中 国'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple

from crawler.normalisation.scripts import UNSPACED, list_marks, make_character_pattern, make_word_pattern
from crawler.normalisation.text import fold

BARRIER = "\ue000"
"""Stands for punctuation between characters of scripts without spaces. Private use: no text of a reader holds it."""
EVERY_ARTICLE = "\ue001"
"""Stands in every article's index row, so that FTS5, which knows no "all", can be asked for all but something."""

_ASCII = re.compile(r"[a-z0-9]+")


_MAX_CACHED_LETTERS: Final = 40
"""Words up to this length are folded once and cached; so 50,000 of them take bounded memory."""


class IndexedToken(NamedTuple):
    """One word as it is indexed, and its position in the printed text: from start, up to end."""

    text: str
    start: int
    end: int


def make_search_text(text: str | None) -> str:
    """Return the indexed words of a text, parted by spaces."""
    return " ".join(index_words(text))


def index_words(text: str | None) -> list[str]:
    """Return the words of a text as they are indexed, barriers included."""
    if not text:
        return []
    if text.isascii():
        return _ASCII.findall(text.lower())
    folded = fold(text.replace(BARRIER, " ").replace(EVERY_ARTICLE, " "))
    token = _compile_token()
    if not _compile_unspaced().search(folded):
        return token.findall(folded)
    # Each part between barriers; only single spaces and line breaks do not part characters.
    words: list[str] = []
    last = 0
    for gap in _compile_gap().finditer(folded):
        if not _separates_words(gap["gap"]):
            continue
        words += token.findall(folded, last, gap.start())
        words.append(BARRIER)
        last = gap.end()
    return words + token.findall(folded, last)


def is_unspaced(word: str) -> bool:
    """Return True if an indexed word is a character of a script that parts no words."""
    return _compile_unspaced().match(word) is not None


def find_tokens(text: str) -> Iterator[IndexedToken]:
    """Yield the words with their positions in the printed text, for highlighting; barriers have no length."""
    if text.isascii():
        yield from (IndexedToken(match[0], *match.span()) for match in _ASCII.finditer(text.lower()))
        return
    end_before = -1  # of the character before, when it was one of a script without spaces
    unspaced = _compile_unspaced()
    for match in _compile_token().finditer(text):
        printed, start, end = match[0], match.start(), match.end()
        alone = unspaced.match(printed) is not None
        if alone and start > end_before >= 0 and _separates_words(text[end_before:start]):
            yield IndexedToken(BARRIER, end_before, end_before)
        if printed.isascii():
            yield IndexedToken(printed.lower(), start, end)
        else:
            for word in _fold(printed) if len(printed) <= _MAX_CACHED_LETTERS else index_words(printed):
                yield IndexedToken(word, start, end)
        end_before = end if alone else -1


@lru_cache(maxsize=50_000)
def _fold(printed: str) -> tuple[str, ...]:
    return tuple(index_words(printed))


def _separates_words(gap: str) -> bool:
    return (gap != "" and not gap.isspace()) or "\n\n" in gap


# The classes below are long, and compiling them takes longer than most commands have: only the first text beyond ASCII
# asks for them.


@cache
def _compile_token() -> re.Pattern[str]:
    """Return the pattern of a character of a script without spaces, or of a word of the others, with its marks."""
    return re.compile(f"{make_character_pattern()}|{make_word_pattern()}")


@cache
def _compile_unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


@cache
def _compile_gap() -> re.Pattern[str]:
    """Return the pattern of punctuation or the end of a paragraph between two characters of scripts without spaces."""
    marks = list_marks()
    return re.compile(f"(?<=[{UNSPACED}{marks}])(?P<gap>[^\\w{marks}]{{1,40}})(?=[{UNSPACED}])")
