"""Finds keywords: the words that the articles of a selection use more, or less, than others do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.search.selection import Selection
from crawler.archive.search.snippets import list_marked_terms
from crawler.archive.search.texts import list_ids
from crawler.research.words.association import MEASURES, ContingencyTable, Measure, log_ratio, percent_difference
from crawler.research.words.association import keyness as log_likelihood
from crawler.research.words.comparison import Candidates, ComparedWord, LeftOut, choose_candidates, compare_words
from crawler.research.words.corpus import is_whole_language, list_found_ids, list_other_ids
from crawler.research.words.figures import CorpusSize
from crawler.research.words.frequencies import (
    MOST_WORDS_COMPARED,
    MOST_WORDS_IN_LANGUAGE,
    can_tell,
    count_other_frequencies,
    count_selection_frequencies,
    refuse_many_words,
    split_by_language,
)
from crawler.research.words.stop_words import StopLists, make_stop_lists
from crawler.research.words.tokens import DEFAULT_RULE, TokenRule

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
    total: int
    """Words that are used more, or less, of which ``keywords`` may have the first ones only."""
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
    limit: int | None = None,
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
        limit: words of each language that are returned.
        index: the forward index of the archive as it is now, for speed.

    Raises:
        BadQuery: runs of words of the index in more words than it compares.
        MissingExtra: a segmenter or stop lists are asked for that are not installed.

    """
    nodes = [other.parse().node for other in (selection, against) if other is not None] if exclude_query_words else []
    queries = [list_marked_terms(node) for node in nodes]
    with translate_errors(archive.path):
        comparisons = []
        for language, part in split_by_language(archive.db, selection, index).items():
            other = replace(against, language=language) if against is not None else None
            candidates, here, there = _find_candidates(archive, part, other, rule, minimum, less, index)
            left_out = LeftOut(make_stop_lists(stop).list_for(language), queries)
            compared = _compare_language(language, candidates, here, there, measure, less, left_out, limit)
            if other is not None:
                others = frozenset(list_ids(archive.db, other.plan()))
                shared = others.intersection(list_ids(archive.db, part.plan()))
                compared = replace(compared, shared_articles=len(shared))
            comparisons.append(compared)
        return tuple(comparisons)


def _find_candidates(
    archive: Archive,
    selection: Selection,
    against: Selection | None,
    rule: TokenRule,
    minimum: int,
    less: bool,
    index: ForwardIndex | None,
) -> tuple[Candidates, CorpusSize, CorpusSize]:
    """Return the words of one language that are frequent enough, and how much both sides have."""
    db = archive.db
    tells_both = can_tell(selection, rule) and (against is None or can_tell(against, rule))
    if index is not None and rule.ngrams is not None and tells_both:
        from crawler.research.forward_index.comparing import compare_runs

        here_ids = list_found_ids(db, selection, index)
        if against is None:
            there_ids = list_other_ids(db, selection, here_ids, index)
        else:
            there_ids = list_found_ids(db, against, index)
        is_whole = against is None and is_whole_language(selection)
        most = MOST_WORDS_IN_LANGUAGE if is_whole else MOST_WORDS_COMPARED
        refuse_many_words(index.count_words(here_ids) + index.count_words(there_ids), most)
        return compare_runs(index, here_ids, there_ids, rule.ngrams, minimum, less=less)
    here = count_selection_frequencies(db, selection, rule, spread=True, index=index)
    if against is not None:
        others = count_selection_frequencies(db, against, rule, index=index)
    else:
        others = count_other_frequencies(db, selection, here, rule, index)
    candidates = choose_candidates(here, others, minimum, less=less)
    return candidates, CorpusSize(here.articles, here.size), CorpusSize(others.articles, others.size)


def _compare_language(
    language: str,
    candidates: Candidates,
    here: CorpusSize,
    there: CorpusSize,
    measure: Measure,
    less: bool,
    left_out: LeftOut,
    limit: int | None,
) -> Keywords:
    def make_table(count: int, other_count: int) -> ContingencyTable:
        return ContingencyTable(count, here.words - count, other_count, there.words - other_count)

    def is_wanted(table: ContingencyTable) -> bool:
        # Multiplied out, not divided: two equal rates must not differ by a rounding.
        excess = table.o11 * table.n - table.r1 * table.c1
        return excess < 0 if less else excess > 0

    # With ``less`` the rarest come first, and all others than log-likelihood are lowest there.
    rising = less and measure != "ll"
    compared = compare_words(
        candidates, make_table, _MEASURES[measure], log_likelihood, is_wanted, left_out, limit, rising=rising
    )
    return Keywords(
        language=language,
        articles=here.articles,
        words=here.words,
        other_articles=there.articles,
        other_words=there.words,
        shared_articles=0,
        total=compared.total,
        keywords=tuple(_make_keyword(word) for word in compared.words),
    )


def _make_keyword(word: ComparedWord) -> Keyword:
    table, score, p_value, q_value = word.comparison
    return Keyword(
        word=word.word,
        count=table.o11,
        per_million=_compute_rate(table.o11, table.r1),
        other_count=table.o21,
        other_per_million=_compute_rate(table.o21, table.n - table.r1),
        expected=table.expected,
        articles=word.articles,
        score=score,
        p_value=p_value,
        q_value=q_value,
        log_ratio=log_ratio(table),
        percent_difference=percent_difference(table),
    )


def _compute_rate(count: int, size: int) -> float:
    return 1_000_000 * count / size if size else 0.0
