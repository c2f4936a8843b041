"""Snippets: an article's printed text and the terms of a query go in; the telling passage comes out, its hits marked.

The index holds folded words; readers want the printed ones. So the text itself is searched again, and the spans are
places in what is returned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from crawler.archive.search.matching import find_term_hits, list_wanted, locate_in_text
from crawler.archive.search.query import QueryNode, Term
from crawler.normalisation.text import fold
from crawler.normalisation.tokenizer import IndexedToken, find_tokens, is_unspaced

SNIPPET_COLUMNS = 240
"""Columns of a snippet, about three lines, of which a Chinese character takes two; the passage is cut between words."""
_COLUMNS_BEFORE_HIT = 60
_TOKENS_PER_READ = 64
"""Words read at a time."""
_MAX_LETTERS_READ = 200_000
"""So much of a text is looked at; further hits in it exist, but a person who sees one will read on."""

Span = tuple[int, int]
_Hit = tuple[int, int, int]
"""Begin and end in the text, and the number of the term."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage in the article's own words, and the places of the hits in it, rising and apart."""

    text: str
    spans: tuple[Span, ...] = ()


def list_marked_terms(node: QueryNode | None) -> tuple[Term, ...]:
    """Return the terms that a reader wants to see marked: not those behind a minus."""
    terms: list[Term] = []
    for wanted in list_wanted(node):
        terms += (
            [wanted] if isinstance(wanted, Term) else [Term(of.words, of.prefix, wanted.column) for of in wanted.terms]
        )
    return tuple(dict.fromkeys(terms))


def find_spans(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Return where the terms stand in a text."""
    return _merge_spans([(start, end) for start, end, _ in _find_hits(text[:_MAX_LETTERS_READ], terms)])


def make_snippet(texts: Sequence[tuple[str, str | None]], terms: Sequence[Term]) -> Snippet:
    """Return the passage with the most of the terms, from the first (column, text) that has as many as any.

    Without a hit it is the beginning of the first text that is not empty.
    """
    best: tuple[int, str, list[_Hit], int] | None = None
    for column, text in texts:
        if not text:
            continue
        asked = [term for term in terms if term.column in (None, column)]
        scan = _Scan(text[:_MAX_LETTERS_READ], asked)
        index = 0
        while (start := scan.start_of(index)) is not None:
            inside = {
                term for _, end, term in scan.from_hit(index) if end - start <= SNIPPET_COLUMNS - _COLUMNS_BEFORE_HIT
            }
            if best is None or len(inside) > best[0]:
                best = (len(inside), text, scan.hits, start)
            if len(inside) == len(asked):
                break
            index += 1
        if best is not None and best[0] == len(asked):
            break
    if best is None:
        text = next((text for _, text in texts if text), "")
        return _cut_snippet(text[: 4 * SNIPPET_COLUMNS], 0, [])
    _, text, hits, start = best
    return _cut_snippet(text[:_MAX_LETTERS_READ], start, [(first, last) for first, last, _ in hits])


class _Scan:
    """Reads a text for terms, no further than it is asked to: most passages stand near the beginning."""

    def __init__(self, text: str, terms: Sequence[Term]) -> None:
        self.hits: list[_Hit] = []
        self._terms = terms
        self._longest = max((len(term.words) for term in terms), default=1)
        self._begin = _skip_to_first_candidate(text, terms)
        self._coming = find_tokens(text[self._begin :])
        self._words: list[IndexedToken] = []
        self._first_open = 0
        """The first word at which a hit may begin that is not among ``hits``."""
        self._all = False

    def start_of(self, index: int) -> int | None:
        """Return where a hit begins, None when there are not so many."""
        while index >= len(self.hits) and not self._all:
            self._read()
        return self.hits[index][0] if index < len(self.hits) else None

    def from_hit(self, index: int) -> Iterator[_Hit]:
        """Yield a hit and those after it that begin within the length of a snippet."""
        limit = self.hits[index][0] + SNIPPET_COLUMNS
        while not self._all and self._begin + self._words[self._first_open - 1].start < limit:
            self._read()
        for at in range(index, len(self.hits)):
            if self.hits[at][0] >= limit:
                return
            yield self.hits[at]

    def _read(self) -> None:
        some = list(islice(self._coming, _TOKENS_PER_READ))
        self._all = not some
        self._words += some
        here = self._words[self._first_open :]
        decided = len(here) if self._all else max(0, len(here) - self._longest + 1)
        for first, end, number in find_term_hits([token.text for token in here], self._terms):
            if first < decided:
                start, stop = locate_in_text(here, (first, end))
                self.hits.append((self._begin + start, self._begin + stop, number))
        self._first_open += decided


def _skip_to_first_candidate(text: str, terms: Sequence[Term]) -> int:
    """Return a place before which no term can stand, at the edge of a word, without cutting the text into words.

    In scripts without spaces each character is a word, so a hit begins with its first one; in ASCII it begins with its
    first word as it is, without capitals. In other texts words may be printed in too many ways.
    """
    firsts = {term.words[0] for term in terms}
    if not firsts:
        return len(text)
    if text.isascii():
        lower = text.lower()
        begin = min((at for at in map(lower.find, firsts) if at >= 0), default=len(text))
        while 0 < begin < len(text) and text[begin - 1].isalnum():
            begin -= 1
        return begin
    if all(map(is_unspaced, firsts)) and unicodedata.is_normalized("NFC", text):
        letters = {first[0] for first in firsts}
        may_begin = [character for character in set(text) if _fold(character)[:1] in letters]
        return min(map(text.index, may_begin), default=len(text))
    return 0


@lru_cache(maxsize=20_000)
def _fold(letter: str) -> str:
    return fold(letter)


def _find_hits(text: str, terms: Sequence[Term]) -> list[_Hit]:
    """Return (start, end, number of the term) of every hit, rising."""
    if not terms or not text:
        return []
    found = list(find_tokens(text))
    met = find_term_hits([token.text for token in found], terms)
    return [(*locate_in_text(found, (first, end)), number) for first, end, number in met]


def _find_end(text: str, begin: int) -> int:
    """Return where a snippet that begins there has to end."""
    columns = 0
    for place in range(begin, min(len(text), begin + SNIPPET_COLUMNS)):
        columns += 2 if unicodedata.east_asian_width(text[place]) in "WF" else 1
        if columns > SNIPPET_COLUMNS:
            return place
    return min(len(text), begin + SNIPPET_COLUMNS)


def _cut_snippet(text: str, around: int, spans: list[Span]) -> Snippet:
    begin = _find_word_start(text, max(0, around - _COLUMNS_BEFORE_HIT), around)
    end = _find_end(text, begin)
    if end < len(text):
        gap = text.rfind(" ", max((begin + end) // 2, around + 1), end)
        end = gap if gap > 0 else end
    pieces: list[str] = ["…"] if begin > 0 else []
    length = len(pieces)
    marked: list[Span] = []
    place = begin
    for start, stop in _merge_spans([span for span in spans if span[0] >= begin and span[0] < end]):
        stop = min(stop, end)
        before, hit = _one_line(text[place:start]), _one_line(text[start:stop])
        pieces += [before, hit]
        marked.append((length + len(before), length + len(before) + len(hit)))
        length += len(before) + len(hit)
        place = stop
    pieces.append(_one_line(text[place:end]).rstrip())
    if end < len(text):
        pieces.append("…")
    return Snippet("".join(pieces), tuple(marked))


def _find_word_start(text: str, begin: int, around: int) -> int:
    """Move forward to the beginning of a word, but not past the hit."""
    if begin == 0:
        return 0
    gap = text.find(" ", begin, around)
    return gap + 1 if gap >= 0 else begin


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _merge_spans(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
