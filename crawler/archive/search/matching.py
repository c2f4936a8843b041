"""Finds the positions at which the terms of a query match the words of a text.

The index finds the articles that match a query; this module finds the places in them, by the same rules: whole words as
:mod:`crawler.normalisation.words.tokenizer` cuts them, phrases, prefixes, and NEAR as FTS5 counts it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from crawler.archive.search.query import And, Near, NoneOf, Or, QueryNode, Term
from crawler.normalisation.words.tokenizer import IndexedToken

WantedTerm = Term | Near
"""A part of a query that matches at places of a text."""
WordRange = tuple[int, int]
"""The first word of a hit, and the one after its last, counted from 0."""


def list_wanted(node: QueryNode | None) -> tuple[WantedTerm, ...]:
    """Return the terms of a query that have to be in the text, without negated ones and filters."""
    match node:
        case Term() | Near():
            return (node,)
        case And() | Or():
            return tuple(dict.fromkeys(term for child in node.nodes for term in list_wanted(child)))
        case NoneOf() | _:
            return ()


def narrow_to_column(wanted: Sequence[WantedTerm], column: str) -> tuple[WantedTerm, ...]:
    """Return the terms that may match in a column: ``headline``, ``lead``, ``body`` or ``byline``."""
    return tuple(term for term in wanted if term.column in (None, column))


def find_hits(words: Sequence[str], wanted: Sequence[WantedTerm]) -> list[WordRange]:
    """Return the ranges of words that are hits, rising, each range once.

    A term of NEAR is a hit where all the others are near enough to it. Two terms that begin at one word and end at
    different ones are two hits.
    """
    ranges: set[WordRange] = set()
    terms = tuple(wanted_term for wanted_term in wanted if isinstance(wanted_term, Term))
    ranges.update((first, end) for first, end, _ in find_term_hits(words, terms))
    for wanted_term in wanted:
        if isinstance(wanted_term, Near):
            ranges.update(_find_near_hits(words, wanted_term))
    return sorted(ranges)


def find_term_hits(words: Sequence[str], terms: Sequence[Term]) -> Iterator[tuple[int, int, int]]:
    """Yield (first word, word after the last, number of the term) of every hit of every term, rising."""
    exact_terms: dict[str, list[int]] = {}
    prefix_terms = []
    for number, term in enumerate(terms):
        if len(term.words) == 1 and term.prefix:
            prefix_terms.append(number)
        else:
            exact_terms.setdefault(term.words[0], []).append(number)
    if prefix_terms:
        starts = list(enumerate(words))
    else:
        starts = [(index, word) for index, word in enumerate(words) if word in exact_terms]
    for index, word in starts:
        for number in (*exact_terms.get(word, ()), *prefix_terms):
            end = index + len(terms[number].words)
            if _matches_at(words[index:end], terms[number]):
                yield index, end, number


def locate_in_text(tokens: Sequence[IndexedToken], word_range: WordRange) -> tuple[int, int]:
    """Return the offsets in the printed text where a range of its tokens begins and ends."""
    return tokens[word_range[0]].start, tokens[word_range[1] - 1].end


def _matches_at(words: Sequence[str], term: Term) -> bool:
    if len(words) != len(term.words):
        return False
    for word, term_word in zip(words[:-1], term.words, strict=False):
        if word != term_word:
            return False
    return words[-1].startswith(term.words[-1]) if term.prefix else words[-1] == term.words[-1]


def _find_near_hits(words: Sequence[str], near: Near) -> Iterator[WordRange]:
    """Yield the hits of the terms that stand near each other.

    FTS5's rule: between the end of the first term and the beginning of the last one are at most ``distance`` words.
    """
    starts: list[list[int]] = [[] for _ in near.terms]
    for first, _, number in find_term_hits(words, near.terms):
        starts[number].append(first)
    if not all(starts):
        return
    # Windows only move on: no hit is yielded twice, so that the time grows with the text alone.
    passed = [0] * len(starts)
    for last in sorted({first for firsts in starts for first in firsts}):
        windows = []
        for term, firsts in zip(near.terms, starts, strict=True):
            low = bisect_left(firsts, last - len(term.words) - near.distance)
            windows.append((low, bisect_right(firsts, last)))
        if all(low < high for low, high in windows):
            for number, (low, high) in enumerate(windows):
                for first in starts[number][max(low, passed[number]) : high]:
                    yield first, first + len(near.terms[number].words)
                passed[number] = high
