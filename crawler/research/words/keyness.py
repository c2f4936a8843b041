"""Finds keywords: the words that the articles of a selection use more, or less, than others do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.search.query import Term
from crawler.archive.search.selection import Selection
from crawler.archive.search.snippets import list_marked_terms
from crawler.archive.search.texts import list_ids
from crawler.normalisation.tokenizer import is_unspaced
from crawler.research.words.association import (
    MEASURES,
    ContingencyTable,
    Measure,
    adjust_p_values,
    compute_p_value,
    log_ratio,
    percent_difference,
)
from crawler.research.words.association import keyness as log_likelihood
from crawler.research.words.figures import Frequencies
from crawler.research.words.frequencies import count_other_frequencies, count_selection_frequencies, split_by_language
from crawler.research.words.stop_words import StopLists, has_stop_word, make_stop_lists
from crawler.research.words.tokens import DEFAULT_RULE, TokenRule, join_words

if TYPE_CHECKING:
    from crawler.research.forward_index.index import ForwardIndex

_MEASURES: Final[Mapping[Measure, Callable[[ContingencyTable], float]]] = {**MEASURES, "ll": log_likelihood}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A word that is more frequent, or less, than in what it is compared with."""

    word: str
    count: int
    per_million: float
    other_count: int
    other_per_million: float
    expected: float
    """How often it would occur in the selection if both used it alike."""
    articles: int
    """In how many articles of the selection it occurs: a word of one article says little of the others."""
    score: float
    p_value: float
    """How probable its log-likelihood or a higher one is by chance."""
    q_value: float
    """The same, corrected for the number of words that were compared (:func:`association.adjust_p_values`)."""
    log_ratio: float | None
    """Effect size: 1 is twice as frequent as in the other, -1 half as frequent."""
    percent_difference: float | None
    """Effect size: %DIFF; None for a word that the other does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keywords:
    """The keywords of a selection in one language, the highest score first."""

    language: str
    articles: int
    words: int
    """Of the selection."""
    other_articles: int
    other_words: int
    """Of what it is compared with."""
    shared_articles: int
    """On both sides: what is found of them makes the sides alike."""
    keywords: tuple[Keyword, ...]


def keywords(
    archive: Archive,
    selection: Selection,
    against: Selection | None = None,
    measure: Measure = "ll",
    minimum: int = 3,
    stop: StopLists | Collection[str] = frozenset(),
    less: bool = False,
    exclude_query_words: bool = False,
    rule: TokenRule = DEFAULT_RULE,
    index: ForwardIndex | None = None,
) -> tuple[Keywords, ...]:
    """Compare the words of a selection with those of another, in each language that it is found in.

    Words are counted in headline, lead and body; those that the query asks for are among them. Every formula is in
    :mod:`crawler.research.words.association`.

    Args:
        archive: where to look. Inside ``archive.moment()`` both sides are of one state.
        selection: whose words.
        against: what to compare with; without one, all other articles of the corpus
            (:func:`crawler.research.words.corpus.make_corpus_plan`). Articles that both find count on both sides.
        measure: what to sort by, one of :data:`crawler.research.words.association.MEASURES`.
        minimum: leave out words that occur less often in the selection (with ``less``: in the other).
        stop: words to leave out of what is returned, as the index holds them; they still count as words.
        less: the words that the selection uses less.
        exclude_query_words: leave out of what is returned the words that the query, or that of ``against``, asks for:
            they are key because they were searched for.
        rule: what is counted as one word.
        index: the forward index of the archive as it is now, for speed.

    Raises:
        BadQuery: runs of words of the index in more words than it compares.
        MissingExtra: a segmenter or stop lists are asked for that are not installed.

    """
    nodes = [other.parse().node for other in (selection, against) if other is not None] if exclude_query_words else []
    is_excluded = _make_query_filter(list_marked_terms(node) for node in nodes)
    with translate_errors(archive.path):
        comparisons = []
        for language, part in split_by_language(archive.db, selection).items():
            here = count_selection_frequencies(archive.db, part, rule, spread=True, index=index)
            if against is not None:
                there = count_selection_frequencies(archive.db, replace(against, language=language), rule, index=index)
            else:
                there = count_other_frequencies(archive.db, part, here, rule, index)
            stop_words = make_stop_lists(stop).list_for(language)
            compared = _compare_language(language, here, there, measure, minimum, stop_words, less, is_excluded)
            if against is not None:
                others = frozenset(list_ids(archive.db, replace(against, language=language).plan()))
                shared = others.intersection(list_ids(archive.db, part.plan()))
                compared = replace(compared, shared_articles=len(shared))
            comparisons.append(compared)
        return tuple(comparisons)


def _compare_language(
    language: str,
    here: Frequencies,
    there: Frequencies,
    measure: Measure,
    minimum: int,
    stop: Collection[str],
    less: bool,
    is_excluded: Callable[[str], bool],
) -> Keywords:
    rows = []
    tables = []
    for word, frequency in (there if less else here).words.items():
        if frequency >= minimum:
            count, other_count = here.words[word], there.words[word]
            tables.append((word, ContingencyTable(count, here.size - count, other_count, there.size - other_count)))
    p_values = [compute_p_value(log_likelihood(table)) for _, table in tables]
    for (word, table), p_value, q_value in zip(tables, p_values, adjust_p_values(p_values), strict=True):
        if has_stop_word(word, stop) or is_excluded(word):
            continue
        # Multiplied out, not divided: two equal rates must not differ by a rounding.
        excess = table.o11 * table.n - table.r1 * table.c1
        if excess < 0 if less else excess > 0:
            rows.append(
                Keyword(
                    word=word,
                    count=table.o11,
                    per_million=_compute_rate(table.o11, here.size),
                    other_count=table.o21,
                    other_per_million=_compute_rate(table.o21, there.size),
                    expected=table.expected,
                    articles=here.spread[word],
                    score=_MEASURES[measure](table),
                    p_value=p_value,
                    q_value=q_value,
                    log_ratio=log_ratio(table),
                    percent_difference=percent_difference(table),
                )
            )
    # With ``less`` the rarest come first, and all others than log-likelihood are lowest there.
    rising = less and measure != "ll"
    rows.sort(key=lambda keyword: (keyword.score if rising else -keyword.score, -keyword.count, keyword.word))
    return Keywords(
        language=language,
        articles=here.articles,
        words=here.size,
        other_articles=there.articles,
        other_words=there.size,
        shared_articles=0,
        keywords=tuple(rows),
    )


def _make_query_filter(queries: Iterable[Sequence[Term]]) -> Callable[[str], bool]:
    """Return whether a word, or one of several, is one that these terms ask for, or begins as a prefix of theirs does.

    A word of characters is one of them if its characters stand in a term, or a term's in it.
    """
    terms = [term for terms in queries for term in terms]
    prefixes = tuple(term.words[-1] for term in terms if term.prefix)
    words = frozenset(word for term in terms for word in term.words if not is_unspaced(word))
    runs = [join_words(term.words) for term in terms if is_unspaced(term.words[0])]

    def is_excluded(token: str) -> bool:
        return any(
            part in words or (prefixes and part.startswith(prefixes)) or any(run in part or part in run for run in runs)
            for part in token.split(" ")
        )

    return is_excluded


def _compute_rate(count: int, size: int) -> float:
    return 1_000_000 * count / size if size else 0.0
