"""Finds the runs of words to be compared and counts them on both sides; none is named before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.index import Array, ForwardIndex
from crawler.research.forward_index.neighbours import count_run_neighbours
from crawler.research.forward_index.run_counts import count_runs, count_runs_of_sides
from crawler.research.forward_index.runs import RunKeys
from crawler.research.words.comparison import Candidates, LeftOut
from crawler.research.words.figures import CorpusSize


def compare_runs(
    index: ForwardIndex, here_ids: Sequence[int], there_ids: Sequence[int], length: int, minimum: int, *, less: bool
) -> tuple[Candidates, CorpusSize, CorpusSize]:
    """Return the runs of so many words that are frequent enough in articles of one language, and the sizes of both.

    With ``less`` those that are frequent enough in the others.
    """
    here, there = count_runs_of_sides(index, index.find_rows(here_ids), index.find_rows(there_ids), length)
    side = there if less else here
    runs = side.runs[side.counts >= max(minimum, 1)]
    return (
        _make_candidates(
            index,
            here.keys,
            runs,
            here.count(runs),
            there.count(runs),
            lambda places: here.count_articles(runs[places]),
        ),
        CorpusSize(len(here_ids), here.size),
        CorpusSize(len(there_ids), there.size),
    )


def read_run_surroundings(
    index: ForwardIndex,
    ids: Sequence[int],
    corpus_ids: Sequence[int],
    wanted: Sequence[WantedTerm],
    window: int,
    length: int,
    minimum: int,
) -> tuple[Candidates, int, int, int, int]:
    """Return the runs of so many words that are often enough near hits in articles, and those elsewhere in a corpus.

    Also the numbers of hits, of articles with a hit, of runs near hits, and of runs of the corpus outside of hits.
    """
    neighbours = count_run_neighbours(index, index.find_rows(ids), wanted, window, length)
    corpus = count_runs(index, index.find_rows(corpus_ids), length)
    is_often = neighbours.near >= minimum
    runs, near, spread = neighbours.runs[is_often], neighbours.near[is_often], neighbours.spread[is_often]
    in_all = corpus.count_columns(neighbours.keys.split(runs))
    elsewhere = numpy.maximum(in_all - neighbours.inside[is_often] - near, 0)
    return (
        _make_candidates(index, neighbours.keys, runs, near, elsewhere, lambda places: spread[places]),
        neighbours.hits,
        neighbours.articles,
        int(neighbours.near.sum()),
        corpus.size - neighbours.inside_total,
    )


def _make_candidates(
    index: ForwardIndex,
    keys: RunKeys,
    runs: Array,
    counts: Array,
    other_counts: Array,
    count_articles: Callable[[Array], Array],
) -> Candidates:
    """Return runs, whose numbers rise, as candidates, by how often they are here and elsewhere."""
    return Candidates(
        counts=counts.tolist(),
        other_counts=other_counts.tolist(),
        name=lambda places: keys.name(runs[_list_places(places)], index),
        count_articles=lambda places: count_articles(_list_places(places)).tolist(),
        leave_out=lambda places, left_out: _leave_out(index, keys, runs, _list_places(places), left_out),
    )


def _list_places(places: Sequence[int]) -> Array:
    return numpy.array(places, dtype=numpy.int64)


def _leave_out(index: ForwardIndex, keys: RunKeys, runs: Array, places: Array, left_out: LeftOut) -> Sequence[int]:
    if not left_out.are_parts:
        names = keys.name(runs[places], index)
        return [place for place, name in zip(places.tolist(), names, strict=True) if name not in left_out]
    is_left_out = numpy.zeros(len(index.vocabulary), dtype=bool)
    is_left_out[[index.numbers[word] for word in left_out.words if word in index.numbers]] = True
    if left_out.prefixes:
        begins = [word.startswith(left_out.prefixes) for word in index.vocabulary]
        is_left_out |= numpy.array(begins, dtype=bool)
    is_kept = numpy.ones(len(places), dtype=bool)
    for column in keys.split(runs[places]):
        is_kept &= ~is_left_out[column]
    kept: list[int] = places[is_kept].tolist()
    return kept
