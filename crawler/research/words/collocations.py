"""Finds collocations: the words that stand around the hits of a selection more often than by chance.

Surface cooccurrence as S. Evert describes it ("Corpora and collocations", in Corpus Linguistics: An International
Handbook, 2008): the words within so many places of a hit are one sample, all other words of the corpus the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.search.matching import WantedTerm, list_wanted, narrow_to_column
from crawler.archive.search.query import Term
from crawler.archive.search.selection import Selection
from crawler.errors import BadQuery
from crawler.research.words.association import MEASURES, ContingencyTable, Measure, log_likelihood
from crawler.research.words.comparison import Candidates, LeftOut, compare_words, make_candidates
from crawler.research.words.corpus import (
    is_whole_language,
    iter_selection_columns,
    list_corpus_ids,
    list_found_ids,
    list_other_ids,
)
from crawler.research.words.frequencies import (
    MOST_WORDS_COMPARED,
    MOST_WORDS_IN_LANGUAGE,
    can_tell,
    count_corpus_frequencies,
    refuse_many_words,
    split_by_language,
)
from crawler.research.words.neighbours import NeighbourCounter, Neighbours
from crawler.research.words.stop_words import StopLists, make_stop_lists
from crawler.research.words.tokens import DEFAULT_RULE, TokenRule

if TYPE_CHECKING:
    from crawler.research.forward_index.index import ForwardIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Collocate:
    """A word around the hits."""

    word: str
    near: int
    """How often it stands near a hit; an occurrence between two hits counts once."""
    expected: float
    """How often it would by chance."""
    frequency: int
    """How often it occurs in the corpus, outside the hits themselves."""
    articles: int
    """In how many articles it stands near a hit."""
    score: float
    p_value: float
    """How probable its log-likelihood or a higher one is by chance."""
    q_value: float
    """The same, corrected for the number of words that were compared (:func:`association.adjust_p_values`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collocations:
    """The collocates of a selection in one language, the highest score first."""

    language: str
    hits: int
    articles: int
    """Articles with a hit."""
    near: int
    """Words near a hit."""
    words: int
    """Words of the corpus outside the hits."""
    total: int
    """Words that stand there more often than by chance, of which ``collocates`` may have the first ones only."""
    collocates: tuple[Collocate, ...]


def collocations(
    archive: Archive,
    selection: Selection,
    window: int = 5,
    measure: Measure = "ll",
    minimum: int = 3,
    stop: StopLists | Collection[str] = frozenset(),
    rule: TokenRule = DEFAULT_RULE,
    limit: int | None = None,
    index: ForwardIndex | None = None,
) -> tuple[Collocations, ...]:
    """Return, for each language that a selection is found in, the words that stand around its hits.

    A hit is what :func:`crawler.research.kwic.concordance` shows; words around it are counted in the same headline,
    lead or body. The corpus is that of :func:`crawler.research.words.corpus.make_corpus_plan`. Words that stand near
    hits less often than by chance are no collocates. Every formula is in :mod:`crawler.research.words.association`.

    Args:
        archive: where to look. Inside ``archive.moment()`` hits and corpus are of one state.
        selection: what to look around.
        window: words of the index on each side, characters in scripts that part no words.
        measure: what to sort by, one of :data:`crawler.research.words.association.MEASURES`.
        minimum: leave out words that stand near a hit less often.
        stop: words to leave out of what is returned, as the index holds them; they still count as words.
        rule: what is counted as one word.
        limit: words of each language that are returned.
        index: the forward index of the archive as it is now, for speed.

    Raises:
        BadQuery: the query points at no words, or runs of words of the index in more words than it compares.
        MissingExtra: a segmenter or stop lists are asked for that are not installed.

    """
    wanted = list_wanted(selection.parse().node)
    if not wanted:
        raise BadQuery("collocations need a word, a phrase or NEAR(…) in the query, to look around")
    with translate_errors(archive.path):
        stop_lists = make_stop_lists(stop)
        return tuple(
            _collocate_language(
                language,
                _read_surroundings(archive, part, wanted, window, minimum, rule, index),
                measure,
                LeftOut(stop_lists.list_for(language)),
                limit,
            )
            for language, part in split_by_language(archive.db, selection, index).items()
        )


class _Surroundings(NamedTuple):
    """What stands around the hits of one language, and the corpus."""

    candidates: Candidates
    """Counted near hits and elsewhere."""
    hits: int
    articles: int
    near: int
    words: int


def _collocate_language(
    language: str, surroundings: _Surroundings, measure: Measure, left_out: LeftOut, limit: int | None
) -> Collocations:
    near, words = surroundings.near, surroundings.words

    def make_table(count: int, elsewhere: int) -> ContingencyTable:
        return ContingencyTable(count, near - count, elsewhere, max(words - near - elsewhere, 0))

    compared = compare_words(
        surroundings.candidates,
        make_table,
        MEASURES[measure],
        log_likelihood,
        lambda table: table.o11 > table.expected,
        left_out,
        limit,
    )
    return Collocations(
        language=language,
        hits=surroundings.hits,
        articles=surroundings.articles,
        near=near,
        words=words,
        total=compared.total,
        collocates=tuple(
            Collocate(
                word=word,
                near=table.o11,
                expected=table.expected,
                frequency=table.c1,
                articles=articles,
                score=score,
                p_value=p_value,
                q_value=q_value,
            )
            for word, articles, (table, score, p_value, q_value) in compared.words
        ),
    )


def _read_surroundings(
    archive: Archive,
    selection: Selection,
    wanted: Sequence[WantedTerm],
    window: int,
    minimum: int,
    rule: TokenRule,
    index: ForwardIndex | None,
) -> _Surroundings:
    can_find = can_tell(selection, rule) and all(isinstance(term, Term) for term in wanted)
    if index is not None and can_find and rule.ngrams is not None:
        return _read_runs(archive, selection, wanted, window, minimum, rule.ngrams, index)
    corpus = count_corpus_frequencies(archive.db, selection, rule, index)
    if index is not None and can_find:
        from crawler.research.forward_index.neighbours import count_neighbours

        rows = index.find_rows(list_found_ids(archive.db, selection, index))
        neighbours = count_neighbours(index, rows, wanted, window)
    else:
        neighbours = _count_neighbours(archive, selection, wanted, window, rule)
    words = [word for word, count in neighbours.near.items() if count >= minimum]
    counts = [neighbours.near[word] for word in words]
    elsewhere = [
        max(corpus.words[word] - neighbours.inside[word] - count, 0) for word, count in zip(words, counts, strict=True)
    ]
    return _Surroundings(
        make_candidates(words, counts, elsewhere, neighbours.spread),
        hits=neighbours.hits,
        articles=neighbours.articles,
        near=neighbours.near.total(),
        words=corpus.size - neighbours.inside.total(),
    )


def _read_runs(
    archive: Archive,
    selection: Selection,
    wanted: Sequence[WantedTerm],
    window: int,
    minimum: int,
    length: int,
    index: ForwardIndex,
) -> _Surroundings:
    """Count runs of words by the forward index."""
    from crawler.research.forward_index.comparing import read_run_surroundings

    db = archive.db
    ids = list_found_ids(db, selection, index)
    is_whole = is_whole_language(selection)
    if is_whole:
        corpus_ids = list_corpus_ids(db, selection, index)
    else:
        corpus_ids = [*ids, *list_other_ids(db, selection, ids, index)]
    refuse_many_words(index.count_words(corpus_ids), MOST_WORDS_IN_LANGUAGE if is_whole else MOST_WORDS_COMPARED)
    return _Surroundings(*read_run_surroundings(index, ids, corpus_ids, wanted, window, length, minimum))


def _count_neighbours(
    archive: Archive, selection: Selection, wanted: Sequence[WantedTerm], window: int, rule: TokenRule
) -> Neighbours:
    counter = NeighbourCounter(window)
    wanted_by_column = tuple(narrow_to_column(wanted, column) for column in ("headline", "lead", "body"))
    for columns in iter_selection_columns(archive.db, selection, rule):
        counter.count_article(
            [(column, terms) for column, terms in zip(columns, wanted_by_column, strict=True) if terms]
        )
    return counter.neighbours
