"""Compares how often words stand here with how often they stand elsewhere.

Of many words few pairs of counts are different: what a pair says is worked out once for all words that have it, and
only the words that are returned are called by their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from crawler.archive.search.query import Term
from crawler.normalisation.words.tokenizer import is_unspaced
from crawler.research.words.association import ContingencyTable, adjust_counted_p_values, compute_p_value
from crawler.research.words.figures import Frequencies
from crawler.research.words.stop_words import has_stop_word
from crawler.research.words.tokens import join_words


class LeftOut:
    """Words that are left out of what is returned: stop words, runs with one of them, and what queries ask for.

    Of what a query asks for, a word, or one of several, is left out, and what begins as a prefix of its does; a word of
    characters if its characters stand in a term, or a term's in it.
    """

    def __init__(self, stop: Collection[str] = (), queries: Iterable[Sequence[Term]] = ()) -> None:
        terms = [term for terms in queries for term in terms]
        self.stop = stop
        self.prefixes = tuple(term.words[-1] for term in terms if term.prefix)
        self.words = frozenset(word for term in terms for word in term.words if not is_unspaced(word))
        self._runs = [join_words(term.words) for term in terms if is_unspaced(term.words[0])]
        self.are_parts = not stop and not any(is_unspaced(word) for term in terms for word in term.words)
        """Whether several in a row are left out if and only if one of them is."""

    def __bool__(self) -> bool:
        return bool(self.stop or self.words or self.prefixes or self._runs)

    def __contains__(self, token: str) -> bool:
        return has_stop_word(token, self.stop) or any(self._asks_for(part) for part in token.split(" "))

    def _asks_for(self, part: str) -> bool:
        if part in self.words or (self.prefixes and part.startswith(self.prefixes)):
            return True
        return bool(self._runs) and any(run in part or part in run for run in self._runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Words that are frequent enough to be compared; they are known by their places until they are named."""

    counts: Sequence[int]
    """How often each stands here."""
    other_counts: Sequence[int]
    """How often it stands elsewhere."""
    name: Callable[[Sequence[int]], Sequence[str]]
    """Returns the words at some rising places."""
    count_articles: Callable[[Sequence[int]], Sequence[int]]
    """Returns in how many articles here those at some rising places stand."""
    leave_out: Callable[[Sequence[int], LeftOut], Sequence[int]]
    """Returns some rising places without those of words that are left out."""


class Comparison(NamedTuple):
    """What the counts of a word say."""

    table: ContingencyTable
    score: float
    p_value: float
    q_value: float


class ComparedWord(NamedTuple):
    """A word, and what its counts say."""

    word: str
    articles: int
    comparison: Comparison


class ComparedWords(NamedTuple):
    """Words by their scores, and how many there are of them, of which the first may be returned alone."""

    words: list[ComparedWord]
    total: int


def make_candidates(
    words: Sequence[str], counts: Sequence[int], other_counts: Sequence[int], spread: Mapping[str, int]
) -> Candidates:
    """Return words with names as candidates; ``spread`` says in how many articles here each stands."""

    def name(places: Sequence[int]) -> Sequence[str]:
        return [words[place] for place in places]

    return Candidates(
        counts=counts,
        other_counts=other_counts,
        name=name,
        count_articles=lambda places: [spread[word] for word in name(places)],
        leave_out=lambda places, left_out: [place for place in places if words[place] not in left_out],
    )


def choose_candidates(here: Frequencies, there: Frequencies, minimum: int, *, less: bool) -> Candidates:
    """Return the words that are frequent enough here; with ``less`` those that are frequent enough elsewhere."""
    words = [word for word, frequency in (there if less else here).words.items() if frequency >= minimum]
    here_words, there_words = here.words, there.words
    return make_candidates(
        words, [here_words[word] for word in words], [there_words[word] for word in words], here.spread
    )


def compare_words(
    candidates: Candidates,
    make_table: Callable[[int, int], ContingencyTable],
    measure: Callable[[ContingencyTable], float],
    likelihood: Callable[[ContingencyTable], float],
    is_wanted: Callable[[ContingencyTable], bool],
    left_out: LeftOut,
    limit: int | None = None,
    *,
    rising: bool = False,
) -> ComparedWords:
    """Return the candidates that are wanted and not left out, the highest scores first, with ``rising`` the lowest.

    Those that are left out are among the words that the q-values are corrected for. Equal scores are in the order of
    their counts, the highest first, then of the words. ``make_table`` makes the table of a word's two counts,
    ``likelihood`` is the log-likelihood that the p-values are made of.
    """
    pairs = list(zip(candidates.counts, candidates.other_counts, strict=True))
    comparisons = _compare_pairs(Counter(pairs), make_table, measure, likelihood, is_wanted)
    places: Sequence[int] = [place for place, pair in enumerate(pairs) if pair in comparisons]
    if left_out:
        places = candidates.leave_out(places, left_out)

    ranks_of_pairs = {
        pair: (comparison.score if rising else -comparison.score, -pair[0]) for pair, comparison in comparisons.items()
    }
    total = len(places)
    if limit is not None and limit < total:
        ranks = [ranks_of_pairs[pairs[place]] for place in places]
        last = nsmallest(limit, ranks)[-1] if limit else (float("-inf"), 0)
        places = [place for place, rank in zip(places, ranks, strict=True) if rank <= last]
    ranked = [
        (ranks_of_pairs[pairs[place]], ComparedWord(word, articles, comparisons[pairs[place]]))
        for place, word, articles in zip(
            places, candidates.name(places), candidates.count_articles(places), strict=True
        )
    ]
    ranked.sort(key=lambda item: (item[0], item[1].word))
    return ComparedWords([word for _, word in ranked[:limit]], total)


def _compare_pairs(
    pairs: Counter[tuple[int, int]],
    make_table: Callable[[int, int], ContingencyTable],
    measure: Callable[[ContingencyTable], float],
    likelihood: Callable[[ContingencyTable], float],
    is_wanted: Callable[[ContingencyTable], bool],
) -> dict[tuple[int, int], Comparison]:
    """Return what the wanted ones of some pairs of counts say; of each pair is said how many words have it."""
    tables = [make_table(count, other_count) for count, other_count in pairs]
    p_values = [compute_p_value(likelihood(table)) for table in tables]
    q_values = adjust_counted_p_values(p_values, list(pairs.values()))
    return {
        pair: Comparison(table, measure(table), p_value, q_value)
        for pair, table, p_value, q_value in zip(pairs, tables, p_values, q_values, strict=True)
        if is_wanted(table)
    }
