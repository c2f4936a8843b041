r"""Cuts printed text of every script into the words that the search index holds.

Words of alphabetic scripts are folded (no case, no diacritics, ł is l), and variants of one spelling become one
(:mod:`crawler.normalisation.words.variants`). Scripts that part no words (Han, kana, Thai, Lao, Khmer, Burmese) and
Hangul, whose particles cling to words, are cut into single characters, each with its marks; a word of theirs is
searched as a phrase of its characters. So a word of any length is found, and nothing but that word. Between two such
characters a mark of punctuation or the end of a paragraph becomes a token of its own, so that no word is found across
it. An emoji is a word. ``docs/decisions/0002-search-tokens.md`` has the measurements.

>>> make_search_text("Café in 香港。中国")
'cafe in 香 港 \ue000 中 国'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import Final, NamedTuple, cast

from crawler.normalisation.words.scripts import (
    EMOJI,
    FLAG_LETTERS,
    HAN,
    HANGUL,
    KANA,
    UNSPACED,
    list_marks,
    make_character_pattern,
    make_word_pattern,
)
from crawler.normalisation.words.text import ASCII_SPACED
from crawler.normalisation.words.variants import align, fold_variants, join_at_marks

BARRIER = "\ue000"
"""Stands for punctuation between characters of scripts without spaces. Private use: no text of a reader holds it."""
EVERY_ARTICLE = "\ue001"
"""Stands in every article's index row, so that FTS5, which knows no "all", can be asked for all but something."""
STATED_HEADLINE = "\ue003"
"""Parts the printed headline from the stated one in an article's index row. No text of a reader holds it either."""

_ASCII = re.compile(r"[a-z0-9]+")
_STRETCH = re.compile(r"[^\s.,;:!?()]+(?:(?<=[\u0900-\u0cff]):(?=[\u0900-\u0cff])[^\s.,;:!?()]+)*")
"""Text beyond which no rule of folding looks."""
_LETTERS_PER_READ: Final = 500
"""Characters of a text that are cut into tokens at a time."""
_MAX_CACHED_LETTERS: Final = 40
"""Letters of a stretch that is remembered."""


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
        return join_at_marks(text.lower()).translate(ASCII_SPACED).split()
    stretches = _STRETCH.findall(text)
    if max(map(len, stretches), default=0) > _MAX_CACHED_LETTERS:
        return _cut_with_barriers(text)
    cuts = list(map(_cut, stretches))
    if None in cuts:
        return _cut_with_barriers(text)
    return list(chain.from_iterable(cast(list[tuple[str, ...]], cuts)))


@lru_cache(maxsize=50_000)
def _cut(stretch: str) -> tuple[str, ...] | None:
    """Return the words of a stretch; None where a script is cut by characters, whose barriers depend on what follows.

    A text of an alphabet is cut one stretch at a time, and those that come again and again are remembered, which is
    several times as fast as folding the text as a whole.
    """
    if stretch.isascii():
        return tuple(join_at_marks(stretch.lower()).translate(ASCII_SPACED).split())
    folded, characters = fold_variants(stretch)
    return None if _compile_unspaced().search(folded) else tuple(_choose_token(characters).findall(folded))


def _cut_with_barriers(text: str) -> list[str]:
    folded, characters = fold_variants(text)
    token = _choose_token(characters)
    words: list[str] = []
    last = 0
    for barrier in _find_barriers(folded):
        words += token.findall(folded, last, barrier)
        words.append(BARRIER)
        last = barrier
    return words + token.findall(folded, last)


def is_unspaced(word: str) -> bool:
    """Return True if an indexed word is a character of a script that parts no words."""
    return _compile_unspaced().match(word) is not None


def has_unspaced(words: Iterable[str]) -> bool:
    """Return True if one of the indexed words is a character of a script that parts no words, or a barrier."""
    text = "".join(words)
    return not text.isascii() and (BARRIER in text or _compile_unspaced().search(text) is not None)


def is_plain(text: str) -> bool:
    """Return True if the words of a text are its runs of ASCII letters and digits, in lower case."""
    return text.isascii() and len(join_at_marks(text.lower())) == len(text)


def find_tokens(text: str) -> Iterator[IndexedToken]:
    """Yield the words with their positions in the printed text, for highlighting; barriers have no length.

    These are the words of :func:`index_words`. A long text is read as far as its words are asked for.
    """
    if is_plain(text):
        yield from (IndexedToken(match[0], *match.span()) for match in _ASCII.finditer(text.lower()))
        return
    begin = 0
    while begin < len(text):
        end = _find_end_of_read(text, begin)
        folded, starts, ends = align(text[begin:end])
        token = _choose_token(folded)
        shifted = not isinstance(starts, range)
        last = 0
        for barrier in (*_find_barriers(folded), len(folded)):
            for match in token.finditer(folded, last, barrier):
                first, after = match.span()
                if shifted:
                    yield IndexedToken(match[0], begin + starts[first], begin + ends[after - 1])
                else:
                    yield IndexedToken(match[0], begin + first, begin + after)
            if barrier < len(folded):
                yield IndexedToken(BARRIER, begin + ends[barrier - 1], begin + ends[barrier - 1])
            last = barrier
        begin = end


def _find_end_of_read(text: str, begin: int) -> int:
    """Return where to stop reading: where no word, no sign and no gap of the text goes across."""
    if begin + _LETTERS_PER_READ >= len(text):
        return len(text)
    match = _compile_end_of_word().search(text, begin + _LETTERS_PER_READ)
    return match.end() if match else len(text)


def _find_barriers(folded: str) -> list[int]:
    """Return the positions of the barriers: where a gap begins that is more than spaces or one line break."""
    if not _compile_unspaced().search(folded):
        return []
    return [gap.start() for gap in _compile_gap().finditer(folded) if _separates_words(gap[0])]


def _separates_words(gap: str) -> bool:
    return (gap != "" and not gap.isspace()) or "\n\n" in gap


# The classes below are long, and compiling them takes longer than most commands have: only the first text beyond ASCII
# asks for them.


def _choose_token(characters: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of the words of a text with these characters."""
    return _compile_token(with_emoji=not _list_emoji().isdisjoint(characters))


@cache
def _compile_token(*, with_emoji: bool) -> re.Pattern[str]:
    """Return the pattern of a character of a script without spaces with its marks, of another word, of an emoji."""
    emoji = f"|[{FLAG_LETTERS}]{{1,2}}|[{EMOJI}]" if with_emoji else ""
    return re.compile(f"{make_character_pattern()}|{make_word_pattern()}{emoji}")


@cache
def _list_emoji() -> frozenset[str]:
    pattern = re.compile(f"[{EMOJI}{FLAG_LETTERS}]")
    return frozenset(pattern.findall("".join(map(chr, (*range(0x2300, 0x2C00), *range(0x1F000, 0x1FB00))))))


@cache
def _compile_unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


@cache
def _compile_gap() -> re.Pattern[str]:
    """Return the pattern of punctuation or the end of a paragraph between two characters of scripts without spaces."""
    marks = list_marks()
    inside = f"[^\\w{marks}{EMOJI}{FLAG_LETTERS}]"
    return re.compile(f"(?<=[{UNSPACED}{marks}]){inside}{{1,40}}(?=[{UNSPACED}])")


@cache
def _compile_end_of_word() -> re.Pattern[str]:
    """Return the pattern of a word and a space after it, or of one of two letters beside each other without marks."""
    letter = rf"[{HAN}{KANA}{HANGUL}\u0e01-\u0e2e\u0e81-\u0eae\u1000-\u1021\u1780-\u17a2]"
    return re.compile(rf"[^\W{UNSPACED}]\s(?=\w)|{letter}(?={letter})")
