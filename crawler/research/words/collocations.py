"""Finds collocations: the words that stand around the hits of a selection more often than by chance.

Surface cooccurrence as S. Evert describes it ("Corpora and collocations", in Corpus Linguistics: An International
Handbook, 2008): the words within so many places of a hit are one sample, all other words of the corpus the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.search.matching import WantedTerm, list_wanted, narrow_to_column
from crawler.archive.search.query import Term
from crawler.archive.search.selection import Selection
from crawler.archive.search.texts import list_ids
from crawler.errors import BadQuery
from crawler.research.words.association import (
    MEASURES,
    ContingencyTable,
    Measure,
    adjust_p_values,
    compute_p_value,
    log_likelihood,
)
from crawler.research.words.corpus import iter_selection_columns
from crawler.research.words.frequencies import can_tell, count_corpus_frequencies, split_by_language
from crawler.research.words.neighbours import NeighbourCounter, Neighbours
from crawler.research.words.stop_words import StopLists, has_stop_word, make_stop_lists
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
    collocates: tuple[Collocate, ...]


def collocations(
    archive: Archive,
    selection: Selection,
    window: int = 5,
    measure: Measure = "ll",
    minimum: int = 3,
    stop: StopLists | Collection[str] = frozenset(),
    rule: TokenRule = DEFAULT_RULE,
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
                archive, language, part, wanted, window, measure, minimum, stop_lists.list_for(language), rule, index
            )
            for language, part in split_by_language(archive.db, selection).items()
        )


def _collocate_language(
    archive: Archive,
    language: str,
    selection: Selection,
    wanted: Sequence[WantedTerm],
    window: int,
    measure: Measure,
    minimum: int,
    stop: Collection[str],
    rule: TokenRule,
    index: ForwardIndex | None,
) -> Collocations:
    corpus = count_corpus_frequencies(archive.db, selection, rule, index)
    neighbours = _count_neighbours(archive, selection, wanted, window, rule, index)
    size = corpus.size - neighbours.inside.total()
    near_total = neighbours.near.total()
    collocates: list[Collocate] = []
    tables = []
    for word, count in neighbours.near.items():
        if count >= minimum:
            elsewhere = max(corpus.words[word] - neighbours.inside[word] - count, 0)
            rest = max(size - near_total - elsewhere, 0)
            tables.append((word, ContingencyTable(count, near_total - count, elsewhere, rest)))
    p_values = [compute_p_value(log_likelihood(table)) for _, table in tables]
    for (word, table), p_value, q_value in zip(tables, p_values, adjust_p_values(p_values), strict=True):
        if not has_stop_word(word, stop) and table.o11 > table.expected:
            collocates.append(
                Collocate(
                    word=word,
                    near=table.o11,
                    expected=table.expected,
                    frequency=table.c1,
                    articles=neighbours.spread[word],
                    score=MEASURES[measure](table),
                    p_value=p_value,
                    q_value=q_value,
                )
            )
    collocates.sort(key=lambda collocate: (-collocate.score, -collocate.near, collocate.word))
    return Collocations(
        language=language,
        hits=neighbours.hits,
        articles=neighbours.articles,
        near=near_total,
        words=size,
        collocates=tuple(collocates),
    )


def _count_neighbours(
    archive: Archive,
    selection: Selection,
    wanted: Sequence[WantedTerm],
    window: int,
    rule: TokenRule,
    index: ForwardIndex | None,
) -> Neighbours:
    if index is not None and can_tell(selection, rule) and all(isinstance(term, Term) for term in wanted):
        from crawler.research.forward_index.neighbours import count_neighbours

        return count_neighbours(index, index.find_rows(list_ids(archive.db, selection.plan())), wanted, window, rule)
    counter = NeighbourCounter(window)
    wanted_by_column = tuple(narrow_to_column(wanted, column) for column in ("headline", "lead", "body"))
    for columns in iter_selection_columns(archive.db, selection, rule):
        counter.count_article(
            [(column, terms) for column, terms in zip(columns, wanted_by_column, strict=True) if terms]
        )
    return counter.neighbours
