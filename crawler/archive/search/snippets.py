"""Makes snippets: the passage of an article's printed text that has most terms of a query, with the spans of its hits.

The index holds folded words, and readers want the printed ones. So the printed text is searched again; the spans are
offsets in the returned text.
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
from crawler.normalisation.words.tokenizer import IndexedToken, find_tokens, is_plain, is_unspaced
from crawler.normalisation.words.variants import fold_variants

SNIPPET_COLUMNS = 240
"""Columns of a snippet, about three lines, of which a Chinese character takes two; the passage is cut between words."""
_COLUMNS_BEFORE_HIT = 60
_TOKENS_PER_READ = 64
"""Words that one step of a scan reads."""
_MAX_LETTERS_READ = 200_000
"""Characters of a text that are searched; there may be further hits, but a person who sees one will read on."""

_MADE_OF_SEVERAL = frozenset("\u0e33\u0eb3\u0e41")
"""Thai and Lao letters that may be printed as two."""

Span = tuple[int, int]
_Hit = tuple[int, int, int]
"""Begin and end in the text, and the number of the term."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of the printed text, and the spans of its hits, rising and not overlapping."""

    text: str
    spans: tuple[Span, ...] = ()


def list_marked_terms(node: QueryNode | None) -> tuple[Term, ...]:
    """Return the terms of a query to mark in texts, without negated ones."""
    terms: list[Term] = []
    for wanted in list_wanted(node):
        terms += (
            [wanted]
            if isinstance(wanted, Term)
            else [Term(term.words, term.prefix, wanted.column) for term in wanted.terms]
        )
    return tuple(dict.fromkeys(terms))


def find_spans(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Return the spans of the terms in a text."""
    return _merge_spans([(start, end) for start, end, _ in _find_hits(text[:_MAX_LETTERS_READ], terms)])


def find_stated_spans(headline: str, headline_meta: str | None, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Return the spans of the terms in a stated headline; none where the printed headline has all of them, too.

    They tell whether to show the stated headline of a hit: no other text shows what its words alone have found.
    """
    terms = [term for term in terms if term.column in (None, "headline")]
    hits = _find_hits((headline_meta or "")[:_MAX_LETTERS_READ], terms)
    if {number for _, _, number in hits} <= {number for _, _, number in _find_hits(headline, terms)}:
        return ()
    return _merge_spans([(start, end) for start, end, _ in hits])


def make_snippet(texts: Sequence[tuple[str, str | None]], terms: Sequence[Term]) -> Snippet:
    """Return the passage with the most terms, from the first (column, text) that has so many.

    Without a hit it is the beginning of the first text that is not empty.
    """
    best: tuple[int, str, list[_Hit], int] | None = None
    for column, text in texts:
        if not text:
            continue
        column_terms = [term for term in terms if term.column in (None, column)]
        scan = _Scan(text[:_MAX_LETTERS_READ], column_terms)
        index = 0
        while (start := scan.find_start(index)) is not None:
            terms_inside = {
                term
                for _, end, term in scan.iter_hits_from(index)
                if end - start <= SNIPPET_COLUMNS - _COLUMNS_BEFORE_HIT
            }
            if best is None or len(terms_inside) > best[0]:
                best = (len(terms_inside), text, scan.hits, start)
            if len(terms_inside) == len(column_terms):
                break
            index += 1
        if best is not None and best[0] == len(column_terms):
            break
    if best is None:
        text = next((text for _, text in texts if text), "")
        return _cut_snippet(text[: 4 * SNIPPET_COLUMNS], 0, [])
    _, text, hits, start = best
    return _cut_snippet(text[:_MAX_LETTERS_READ], start, [(first, last) for first, last, _ in hits])


class _Scan:
    """Scans a text for terms step by step, only as far as needed: most passages are near the beginning."""

    def __init__(self, text: str, terms: Sequence[Term]) -> None:
        self.hits: list[_Hit] = []
        self._terms = terms
        self._longest = max((len(term.words) for term in terms), default=1)
        self._begin = _skip_to_first_candidate(text, terms)
        self._tokens_ahead = find_tokens(text[self._begin :])
        self._words: list[IndexedToken] = []
        self._first_open = 0
        """Index of the first word at which a hit may begin that is not in ``hits`` yet."""
        self._at_end = False

    def find_start(self, index: int) -> int | None:
        """Return the offset at which a hit begins; None when there are fewer hits."""
        while index >= len(self.hits) and not self._at_end:
            self._read()
        return self.hits[index][0] if index < len(self.hits) else None

    def iter_hits_from(self, index: int) -> Iterator[_Hit]:
        """Yield a hit and those after it that begin within the length of a snippet."""
        limit = self.hits[index][0] + SNIPPET_COLUMNS
        while not self._at_end and self._begin + self._words[self._first_open - 1].start < limit:
            self._read()
        for number in range(index, len(self.hits)):
            if self.hits[number][0] >= limit:
                return
            yield self.hits[number]

    def _read(self) -> None:
        tokens = list(islice(self._tokens_ahead, _TOKENS_PER_READ))
        self._at_end = not tokens
        self._words += tokens
        open_words = self._words[self._first_open :]
        decided_count = len(open_words) if self._at_end else max(0, len(open_words) - self._longest + 1)
        for first, end, number in find_term_hits([token.text for token in open_words], self._terms):
            if first < decided_count:
                start, stop = locate_in_text(open_words, (first, end))
                self.hits.append((self._begin + start, self._begin + stop, number))
        self._first_open += decided_count


def _skip_to_first_candidate(text: str, terms: Sequence[Term]) -> int:
    """Return an offset at the edge of a word before which no term can match, without cutting the text into words.

    In scripts without spaces each character is a word, so a hit begins with the first character of a term; in plain
    text it begins with the first word of a term, in any capitals. In other texts words have too many spellings.
    """
    firsts = {term.words[0] for term in terms}
    if not firsts:
        return len(text)
    if is_plain(text):
        lower = text.lower()
        begin = min((offset for offset in map(lower.find, firsts) if offset >= 0), default=len(text))
        while 0 < begin < len(text) and text[begin - 1].isalnum():
            begin -= 1
        return begin
    letters = {first[0] for first in firsts}
    if (
        all(map(is_unspaced, firsts))
        and letters.isdisjoint(_MADE_OF_SEVERAL)
        and unicodedata.is_normalized("NFC", text)
    ):
        may_begin = [character for character in set(text) if _fold(character)[:1] in letters]
        return min(map(text.index, may_begin), default=len(text))
    return 0


@lru_cache(maxsize=20_000)
def _fold(letter: str) -> str:
    return fold_variants(letter).text


def _find_hits(text: str, terms: Sequence[Term]) -> list[_Hit]:
    """Return (start, end, number of the term) of every hit, rising."""
    if not terms or not text:
        return []
    tokens = list(find_tokens(text))
    term_hits = find_term_hits([token.text for token in tokens], terms)
    return [(*locate_in_text(tokens, (first, end)), number) for first, end, number in term_hits]


def _find_end(text: str, begin: int) -> int:
    """Return the offset at which a snippet that begins at ``begin`` has to end."""
    columns = 0
    for offset in range(begin, min(len(text), begin + SNIPPET_COLUMNS)):
        columns += 2 if unicodedata.east_asian_width(text[offset]) in "WF" else 1
        if columns > SNIPPET_COLUMNS:
            return offset
    return min(len(text), begin + SNIPPET_COLUMNS)


def _cut_snippet(text: str, hit_start: int, spans: list[Span]) -> Snippet:
    begin = _find_word_start(text, max(0, hit_start - _COLUMNS_BEFORE_HIT), hit_start)
    end = _find_end(text, begin)
    if end < len(text):
        gap = text.rfind(" ", max((begin + end) // 2, hit_start + 1), end)
        end = gap if gap > 0 else end
    pieces: list[str] = ["…"] if begin > 0 else []
    length = len(pieces)
    marked: list[Span] = []
    offset = begin
    for start, stop in _merge_spans([span for span in spans if span[0] >= begin and span[0] < end]):
        stop = min(stop, end)
        before, hit = _collapse_spaces(text[offset:start]), _collapse_spaces(text[start:stop])
        pieces += [before, hit]
        marked.append((length + len(before), length + len(before) + len(hit)))
        length += len(before) + len(hit)
        offset = stop
    pieces.append(_collapse_spaces(text[offset:end]).rstrip())
    if end < len(text):
        pieces.append("…")
    return Snippet("".join(pieces), tuple(marked))


def _find_word_start(text: str, begin: int, hit_start: int) -> int:
    """Return the next beginning of a word from ``begin`` on, but not after the hit."""
    if begin == 0:
        return 0
    gap = text.find(" ", begin, hit_start)
    return gap + 1 if gap >= 0 else begin


def _collapse_spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _merge_spans(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
