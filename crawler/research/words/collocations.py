"""Finds collocations: the words that stand around the hits of a selection more often than by chance.

Surface cooccurrence as S. Evert describes it ("Corpora and collocations", in Corpus Linguistics: An International
Handbook, 2008): the words within so many places of a hit are one sample, all other words of the corpus the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.search.matching import WantedTerm, find_hits, list_wanted, narrow_to_column
from crawler.archive.search.selection import Selection
from crawler.errors import BadQuery
from crawler.normalisation.tokenizer import BARRIER
from crawler.research.words.association import ContingencyTable, Measure, dice, log_likelihood, mutual_information
from crawler.research.words.corpus import iter_corpus_texts, iter_selection_texts, make_unit_corpus_plan
from crawler.research.words.frequencies import count_corpus_frequencies, count_frequencies, split_by_language

MEASURES: Final[dict[Measure, Callable[[ContingencyTable], float]]] = {
    "ll": log_likelihood,
    "mi": mutual_information,
    "dice": dice,
}


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
    stop: Collection[str] = frozenset(),
) -> tuple[Collocations, ...]:
    """Return, for each language that a selection is found in, the words that stand around its hits.

    A hit is what :func:`crawler.research.kwic.concordance` shows; words around it are counted in the same headline,
    lead or body. The corpus is that of :func:`crawler.research.words.corpus.make_corpus_plan`. Words that stand near
    hits less often than by chance are no collocates. Every formula is in :mod:`crawler.research.words.association`.

    Args:
        archive: where to look. Inside ``archive.moment()`` hits and corpus are of one state.
        selection: what to look around.
        window: words on each side.
        measure: what to sort by: ``ll`` log-likelihood, ``mi`` mutual information, ``dice``.
        minimum: leave out words that stand near a hit less often.
        stop: words to leave out of what is returned, as the index holds them; they still count as words.

    Raises:
        BadQuery: the query points at no words.

    """
    wanted = list_wanted(selection.parse().node)
    if not wanted:
        raise BadQuery("collocations need a word, a phrase or NEAR(…) in the query, to look around")
    with translate_errors(archive.path):
        return tuple(
            _collocate_language(archive, language, part, wanted, window, measure, minimum, stop)
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
) -> Collocations:
    counter = _NeighbourCounter(window)
    wanted_by_column = tuple(narrow_to_column(wanted, column) for column in ("headline", "lead", "body"))
    for _, *texts in iter_selection_texts(archive.db, selection):
        counter.count_article([(words, terms) for words, terms in zip(texts, wanted_by_column, strict=True) if terms])
    if selection.snapshot is None:
        corpus = count_corpus_frequencies(archive.db, make_unit_corpus_plan(selection))
    else:
        corpus = count_frequencies(iter_corpus_texts(archive.db, selection))
    size = corpus.size - counter.inside.total()
    near_total = counter.near.total()
    collocates = []
    for word, count in counter.near.items():
        elsewhere = max(corpus.words[word] - counter.inside[word] - count, 0)
        table = ContingencyTable(count, near_total - count, elsewhere, max(size - near_total - elsewhere, 0))
        if count >= minimum and word not in stop and count > table.expected:
            collocates.append(
                Collocate(
                    word=word,
                    near=count,
                    expected=table.expected,
                    frequency=table.c1,
                    articles=counter.spread[word],
                    score=MEASURES[measure](table),
                )
            )
    collocates.sort(key=lambda collocate: (-collocate.score, -collocate.near, collocate.word))
    return Collocations(
        language=language,
        hits=counter.hits,
        articles=counter.articles,
        near=near_total,
        words=size,
        collocates=tuple(collocates),
    )


class _NeighbourCounter:
    """Counts the words around the hits, and those inside them."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.near: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.spread: Counter[str] = Counter()
        self.hits = 0
        self.articles = 0

    def count_article(self, texts: Sequence[tuple[list[str], Sequence[WantedTerm]]]) -> None:
        near: list[str] = []
        before = self.hits
        for words, wanted in texts:
            near += self._count_text(words, wanted)
        self.near.update(near)
        self.spread.update(set(near))
        self.articles += self.hits > before

    def _count_text(self, words: list[str], wanted: Sequence[WantedTerm]) -> list[str]:
        stretches = find_hits(words, wanted)
        if not stretches:
            return []
        self.hits += len(stretches)
        if BARRIER in words:  # which keeps characters apart, but is no word
            position, positions = 0, []
            for word in words:
                positions.append(position)
                position += word != BARRIER
            positions.append(position)
            words = [word for word in words if word != BARRIER]
            stretches = [(positions[first], positions[end]) for first, end in stretches]
        inside = {position for first, end in stretches for position in range(first, end)}
        around = {
            position
            for first, end in stretches
            for position in (
                *range(max(first - self.window, 0), first),
                *range(end, min(end + self.window, len(words))),
            )
        }
        self.inside.update(words[position] for position in inside)
        return [words[position] for position in around - inside]
