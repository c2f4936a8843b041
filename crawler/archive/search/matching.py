"""Matching: the words of a text and what a query asks for go in; where it stands comes out.

The index says which articles a query finds; this says where in them, by the same rules: whole words as
:mod:`crawler.normalisation.tokenizer` cuts them, phrases, prefixes, and NEAR as FTS5 counts it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from crawler.archive.search.query import And, Near, NoneOf, Or, QueryNode, Term
from crawler.normalisation.tokenizer import IndexedToken

WantedTerm = Term | Near
"""What can be pointed at in a text."""
WordRange = tuple[int, int]
"""The first word of a hit, and the one after its last, counted from 0."""


def list_wanted(node: QueryNode | None) -> tuple[WantedTerm, ...]:
    """Return what a query wants to stand in the text: not what is behind a minus, nor its filters."""
    match node:
        case Term() | Near():
            return (node,)
        case And() | Or():
            return tuple(dict.fromkeys(wanted for child in node.nodes for wanted in list_wanted(child)))
        case NoneOf() | _:
            return ()


def narrow_to_column(wanted: Sequence[WantedTerm], column: str) -> tuple[WantedTerm, ...]:
    """Return what may stand in this column: ``headline``, ``lead``, ``body`` or ``byline``."""
    return tuple(want for want in wanted if want.column in (None, column))


def find_hits(words: Sequence[str], wanted: Sequence[WantedTerm]) -> list[WordRange]:
    """Return where a hit stands among the words, rising, each stretch once.

    A term of NEAR is a hit where all the others stand near enough to it. Two terms that begin at one word and end at
    different ones are two hits.
    """
    found: set[WordRange] = set()
    terms = tuple(want for want in wanted if isinstance(want, Term))
    found.update((first, end) for first, end, _ in find_term_hits(words, terms))
    for want in wanted:
        if isinstance(want, Near):
            found.update(_find_near_hits(words, want))
    return sorted(found)


def find_term_hits(words: Sequence[str], terms: Sequence[Term]) -> Iterator[tuple[int, int, int]]:
    """Yield (first word, word after the last, number of the term) of every hit of every term, rising."""
    by_first: dict[str, list[int]] = {}
    open_ended = []
    for number, term in enumerate(terms):
        if len(term.words) == 1 and term.prefix:
            open_ended.append(number)
        else:
            by_first.setdefault(term.words[0], []).append(number)
    if open_ended:
        begun = list(enumerate(words))
    else:
        begun = [(index, word) for index, word in enumerate(words) if word in by_first]
    for index, word in begun:
        for number in (*by_first.get(word, ()), *open_ended):
            end = index + len(terms[number].words)
            if _matches_at(words[index:end], terms[number]):
                yield index, end, number


def locate_in_text(found: Sequence[IndexedToken], stretch: WordRange) -> tuple[int, int]:
    """Return the places in the printed text where a hit among its tokens begins and ends."""
    return found[stretch[0]].start, found[stretch[1] - 1].end


def _matches_at(here: Sequence[str], term: Term) -> bool:
    if len(here) != len(term.words):
        return False
    for word, asked in zip(here[:-1], term.words, strict=False):
        if word != asked:
            return False
    return here[-1].startswith(term.words[-1]) if term.prefix else here[-1] == term.words[-1]


def _find_near_hits(words: Sequence[str], near: Near) -> Iterator[WordRange]:
    """Yield the hits of the terms that stand near each other.

    FTS5's rule: between the end of the first term and the beginning of the last one are at most ``distance`` words.
    """
    starts: list[list[int]] = [[] for _ in near.terms]
    for first, _, number in find_term_hits(words, near.terms):
        starts[number].append(first)
    if not all(starts):
        return
    # Windows only move on: what one has given no other gives again, so that a long text takes no longer.
    given = [0] * len(starts)
    for last in sorted({first for firsts in starts for first in firsts}):
        windows = []
        for term, firsts in zip(near.terms, starts, strict=True):
            low = bisect_left(firsts, last - len(term.words) - near.distance)
            windows.append((low, bisect_right(firsts, last)))
        if all(low < high for low, high in windows):
            for number, (low, high) in enumerate(windows):
                for first in starts[number][max(low, given[number]) : high]:
                    yield first, first + len(near.terms[number].words)
                given[number] = high
