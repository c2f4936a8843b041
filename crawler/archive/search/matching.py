"""Matching: the words of a text and what a query asks for go in; where it stands comes out.

The index says which articles a query finds; this says where in them, by the same rules: whole words as
:mod:`crawler.normalisation.tokenizer` cuts them, phrases, prefixes, and NEAR as FTS5 counts it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from crawler.archive.search.query import All, Any_, Near, Node, Not, Term
from crawler.normalisation.tokenizer import Token

Wanted = Term | Near
"""What can be pointed at in a text."""
Stretch = tuple[int, int]
"""The first word of a hit, and the one after its last, counted from 0."""


def wanted_of(node: Node | None) -> tuple[Wanted, ...]:
    """Return what a query wants to stand in the text: not what is behind a minus, nor its filters."""
    match node:
        case Term() | Near():
            return (node,)
        case All() | Any_():
            return tuple(dict.fromkeys(wanted for child in node.nodes for wanted in wanted_of(child)))
        case Not() | _:
            return ()


def wanted_in(wanted: Sequence[Wanted], column: str) -> tuple[Wanted, ...]:
    """Return what may stand in this column: ``headline``, ``lead``, ``body`` or ``byline``."""
    return tuple(want for want in wanted if want.column in (None, column))


def hits(words: Sequence[str], wanted: Sequence[Wanted]) -> list[Stretch]:
    """Return where a hit stands among the words, rising, each stretch once.

    A term of NEAR is a hit where all the others stand near enough to it. Two terms that begin at one word and end at
    different ones are two hits.
    """
    found: set[Stretch] = set()
    terms = tuple(want for want in wanted if isinstance(want, Term))
    found.update((first, end) for first, end, _ in term_hits(words, terms))
    for want in wanted:
        if isinstance(want, Near):
            found.update(_near(words, want))
    return sorted(found)


def term_hits(words: Sequence[str], terms: Sequence[Term]) -> Iterator[tuple[int, int, int]]:
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
            if _fits(words[index:end], terms[number]):
                yield index, end, number


def stretch_of(found: Sequence[Token], stretch: Stretch) -> tuple[int, int]:
    """Return the places in the printed text where a hit among its tokens begins and ends."""
    return found[stretch[0]].start, found[stretch[1] - 1].end


def _fits(here: Sequence[str], term: Term) -> bool:
    if len(here) != len(term.words):
        return False
    for word, asked in zip(here[:-1], term.words, strict=False):
        if word != asked:
            return False
    return here[-1].startswith(term.words[-1]) if term.prefix else here[-1] == term.words[-1]


def _near(words: Sequence[str], near: Near) -> Iterator[Stretch]:
    """Yield the hits of the terms that stand near each other.

    FTS5's rule: between the end of the first term and the beginning of the last one are at most ``distance`` words.
    """
    starts: list[list[int]] = [[] for _ in near.terms]
    for first, _, number in term_hits(words, near.terms):
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
