"""The baseline of a site in one language: what is expected of a page, from what earlier pages had.

They also count what the pages of the present run had: it is the history of later runs, and the run's own where there is
none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from crawler.archive.runs.field_counts import COUNTED_FIELDS, FieldCounts, History
from crawler.crawl.monitoring.significance import MIN_PAGES_COMPARED, ExpectedRate, estimate_rate, make_expected_rate

DOUBLE_LENGTH_STEPS = 2
"""Steps of :func:`~crawler.archive.runs.field_counts.classify_size` by which a body is twice as long as another."""
LEARN_AFTER = 50
"""Pages after which a run without a history to compare with has one of its own."""
ENOUGH_IN_YEARS = 40
"""Earlier pages from a year, or from it and the two beside it, that are enough to be compared with alone."""
NEAR_YEARS = 4
"""Years around a page's own that it is compared with when all earlier pages together tell too little of it."""
OUTLIER_SHARE = 0.05
"""Share of the earlier pages, the oldest and the newest ones, beyond which a year is not taken to be like the others: a
site may have printed other things, and nothing is said of the first walk through its oldest year."""
DECLARED_RATE = make_expected_rate(1.0, 0.5)
"""Of a field that a site declares as required, half is tolerated until there is a history."""


class Baseline:
    """What is usual in one language, and what the pages of this run had."""

    def __init__(self, history: History, required: Sequence[str]) -> None:
        self.history: dict[str, list[FieldCounts]] = {}
        for _, (_, year), cell in history:
            self.history.setdefault(year, []).append(cell)
        self.required = required
        self.year_range = _find_year_range(
            {year: sum(cell.articles for cell in cells) for year, cells in self.history.items()}
        )
        self.cells: dict[str, FieldCounts] = {}
        self.expected: dict[str, list[ExpectedRate | None]] = {}
        self.comparable: dict[str, bool] = {}
        """Year → are its bodies compared with those of all years."""
        self.pages = self.articles = 0
        self.measured = self.short = self.long = 0
        """Articles whose bodies were compared; of these, the much shorter and the much longer ones."""
        runs: dict[int, FieldCounts] = {}  # of pages that are no articles no year is known
        for run_id, _, cell in history:
            run = runs.setdefault(run_id, FieldCounts())
            run.pages += cell.pages
            run.articles += cell.articles
            run.words += cell.words
        self.page = estimate_rate([(run.articles, run.pages) for run in runs.values()])
        self.learn_lengths([run.words for run in runs.values()])

    def learn_lengths(self, words: Iterable[Counter[int]]) -> None:
        """Say what lengths of bodies are usual: half the median, twice the median, and what is between."""
        clusters = [cluster for cluster in words if cluster]
        everything = sum(clusters, Counter[int]())
        total = everything.total()
        self.median = 0
        self.expected_lengths: tuple[ExpectedRate | None, ExpectedRate | None] = (None, None)
        if total:
            until = 0
            for size in sorted(everything):
                until += everything[size]
                if 2 * until > total:
                    self.median = size
                    break
            sizes = [cluster.total() for cluster in clusters]
            enough = [
                sum(n for size, n in cluster.items() if size >= self.median - DOUBLE_LENGTH_STEPS)
                for cluster in clusters
            ]
            not_too_many = [
                sum(n for size, n in cluster.items() if size <= self.median + DOUBLE_LENGTH_STEPS)
                for cluster in clusters
            ]
            self.expected_lengths = (
                estimate_rate([*zip(enough, sizes, strict=True)]),
                estimate_rate([*zip(not_too_many, sizes, strict=True)]),
            )

    def begin_year(self, year: str) -> FieldCounts:
        """Begin to count the pages of a year."""
        self.cells[year] = made = FieldCounts()
        self.expected[year] = [self._expect(year, place) for place in range(len(COUNTED_FIELDS))]
        oldest, newest = self.year_range
        self.comparable[year] = not year or not self.history or oldest <= year <= newest
        return made

    def _expect(self, year: str, place: int) -> ExpectedRate | None:
        """Return what is usual for a field in a year; where few pages of it are known, in all years, or those around.

        Pages without a year are compared with all.
        """
        if not year:
            return self._expect_from_years(self.history, place, MIN_PAGES_COMPARED) or self._expect_declared(place)
        for reach in (0, 1):
            if (found := self._expect_from_years(_years_around(year, reach), place, ENOUGH_IN_YEARS)) is not None:
                return found
        oldest, newest = self.year_range
        everything = (
            self._expect_from_years(self.history, place, MIN_PAGES_COMPARED) if oldest <= year <= newest else None
        )
        if everything is not None and everything.tolerated:
            return everything
        return (
            self._expect_from_years(_years_around(year, NEAR_YEARS), place, MIN_PAGES_COMPARED)
            or everything
            or self._expect_declared(place)
        )

    def _expect_from_years(self, years: Iterable[str], place: int, least: int) -> ExpectedRate | None:
        cells = chain.from_iterable(self.history.get(year, ()) for year in years)
        return estimate_rate([(cell.filled[place], cell.articles) for cell in cells], least)

    def _expect_declared(self, place: int) -> ExpectedRate | None:
        return DECLARED_RATE if COUNTED_FIELDS[place] in self.required else None

    def learn_from_run(self, year: str) -> None:
        """Take what this run has seen for usual where there is no history."""
        cell, expected = self.cells[year], self.expected[year]
        if cell.articles == LEARN_AFTER:
            for place, filled in enumerate(cell.filled):
                if expected[place] is None or expected[place] is DECLARED_RATE:
                    expected[place] = estimate_rate([(filled, LEARN_AFTER)])
        if self.pages == LEARN_AFTER and self.page is None:
            self.page = estimate_rate([(self.articles, self.pages)])
        if self.articles == LEARN_AFTER and self.expected_lengths[0] is None:
            self.learn_lengths([cell.words for cell in self.cells.values()])
            self.measured = self.short = self.long = 0


def _years_around(year: str, reach: int) -> list[str]:
    return [f"{int(year) + step:04}" for step in range(-reach, reach + 1)]


def _find_year_range(articles: Mapping[str, int]) -> tuple[str, str]:
    """Return the first and the last year that articles tell of, and one more on either side; strays do not count."""
    years = sorted(year for year in articles if year)
    least = OUTLIER_SHARE * sum(articles[year] for year in years)
    first, last = 0, len(years) - 1
    count = 0
    while first < last and (count := count + articles[years[first]]) <= least:
        first += 1
    count = 0
    while first < last and (count := count + articles[years[last]]) <= least:
        last -= 1
    return (_years_around(years[first], 1)[0], _years_around(years[last], 1)[-1]) if years else ("9999", "0000")
