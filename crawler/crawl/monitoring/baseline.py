"""Habits of a site in one language: what its earlier pages had goes in, what is expected of a page comes out.

They also count what the pages of the present run had: it is the history of later runs, and the run's own where there is
none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from crawler.archive.runs.field_counts import FIELDS, Cell, History
from crawler.crawl.monitoring.significance import ENOUGH, Usual, expecting, usual

TWICE = 2
"""Steps of :func:`~crawler.archive.runs.field_counts.size_class` by which a body is twice as long as another."""
LEARN_AFTER = 50
"""Pages after which a run without a history to compare with has one of its own."""
MANY = 40
"""Earlier pages from a year, or from it and the two beside it, that are enough to be compared with alone."""
NEAR_YEARS = 4
"""Years around a page's own that it is compared with when all earlier pages together tell too little of it."""
STRAY = 0.05
"""Share of the earlier pages, the oldest and the newest ones, beyond which a year is not taken to be like the others: a
site may have printed other things, and nothing is said of the first walk through its oldest year."""
DECLARED = expecting(1.0, 0.5)
"""Of a field that a site declares as required, half is tolerated until there is a history."""


class Habits:
    """What is usual in one language, and what the pages of this run had."""

    def __init__(self, history: History, required: Sequence[str]) -> None:
        self.history: dict[str, list[Cell]] = {}
        for _, (_, year), cell in history:
            self.history.setdefault(year, []).append(cell)
        self.required = required
        self.well_known = _well_known(
            {year: sum(cell.articles for cell in cells) for year, cells in self.history.items()}
        )
        self.cells: dict[str, Cell] = {}
        self.expected: dict[str, list[Usual | None]] = {}
        self.like_others: dict[str, bool] = {}
        """Year → are its bodies compared with those of all years."""
        self.pages = self.articles = 0
        self.measured = self.short = self.long = 0
        """Articles whose bodies were compared; of these, the much shorter and the much longer ones."""
        runs: dict[int, Cell] = {}  # of pages that are no articles no year is known
        for run_id, _, cell in history:
            run = runs.setdefault(run_id, Cell())
            run.pages += cell.pages
            run.articles += cell.articles
            run.words += cell.words
        self.page = usual([(run.articles, run.pages) for run in runs.values()])
        self.lengths([run.words for run in runs.values()])

    def lengths(self, words: Iterable[Counter[int]]) -> None:
        """Say what lengths of bodies are usual: half the median, twice the median, and what is between."""
        clusters = [cluster for cluster in words if cluster]
        everything = sum(clusters, Counter[int]())
        total = everything.total()
        self.median = 0
        self.usual_lengths: tuple[Usual | None, Usual | None] = (None, None)
        if total:
            until = 0
            for size in sorted(everything):
                until += everything[size]
                if 2 * until > total:
                    self.median = size
                    break
            sizes = [cluster.total() for cluster in clusters]
            enough = [sum(n for size, n in cluster.items() if size >= self.median - TWICE) for cluster in clusters]
            not_too_many = [
                sum(n for size, n in cluster.items() if size <= self.median + TWICE) for cluster in clusters
            ]
            self.usual_lengths = (
                usual([*zip(enough, sizes, strict=True)]),
                usual([*zip(not_too_many, sizes, strict=True)]),
            )

    def cell(self, year: str) -> Cell:
        """Begin to count the pages of a year."""
        self.cells[year] = made = Cell()
        self.expected[year] = [self._usual(year, place) for place in range(len(FIELDS))]
        oldest, newest = self.well_known
        self.like_others[year] = not year or not self.history or oldest <= year <= newest
        return made

    def _usual(self, year: str, place: int) -> Usual | None:
        """Return what is usual for a field in a year; where few pages of it are known, in all years, or those around.

        Pages without a year are compared with all.
        """
        if not year:
            return self._within(self.history, place, ENOUGH) or self._declared(place)
        for reach in (0, 1):
            if (found := self._within(_around(year, reach), place, MANY)) is not None:
                return found
        oldest, newest = self.well_known
        everything = self._within(self.history, place, ENOUGH) if oldest <= year <= newest else None
        if everything is not None and everything.tolerated:
            return everything
        return self._within(_around(year, NEAR_YEARS), place, ENOUGH) or everything or self._declared(place)

    def _within(self, years: Iterable[str], place: int, least: int) -> Usual | None:
        cells = chain.from_iterable(self.history.get(year, ()) for year in years)
        return usual([(cell.filled[place], cell.articles) for cell in cells], least)

    def _declared(self, place: int) -> Usual | None:
        return DECLARED if FIELDS[place] in self.required else None

    def learn(self, year: str) -> None:
        """Take what this run has seen for usual where there is no history."""
        cell, expected = self.cells[year], self.expected[year]
        if cell.articles == LEARN_AFTER:
            for place, filled in enumerate(cell.filled):
                if expected[place] is None or expected[place] is DECLARED:
                    expected[place] = usual([(filled, LEARN_AFTER)])
        if self.pages == LEARN_AFTER and self.page is None:
            self.page = usual([(self.articles, self.pages)])
        if self.articles == LEARN_AFTER and self.usual_lengths[0] is None:
            self.lengths([cell.words for cell in self.cells.values()])
            self.measured = self.short = self.long = 0


def _around(year: str, reach: int) -> list[str]:
    return [f"{int(year) + step:04}" for step in range(-reach, reach + 1)]


def _well_known(articles: Mapping[str, int]) -> tuple[str, str]:
    """Return the first and the last year that articles tell of, and one more on either side; strays do not count."""
    years = sorted(year for year in articles if year)
    least = STRAY * sum(articles[year] for year in years)
    first, last = 0, len(years) - 1
    count = 0
    while first < last and (count := count + articles[years[first]]) <= least:
        first += 1
    count = 0
    while first < last and (count := count + articles[years[last]]) <= least:
        last -= 1
    return (_around(years[first], 1)[0], _around(years[last], 1)[-1]) if years else ("9999", "0000")
