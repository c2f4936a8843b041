"""The baseline of a site in one language: the rates at which pages are expected to have each field, from earlier runs.

It also counts the fields of the pages of the present run. These counts become the history of later runs, and the
baseline of this run itself where there is no history.
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
"""Pages after which a run without a history is compared with its own pages so far."""
ENOUGH_IN_YEARS = 40
"""Earlier pages of a year, or of it and the two beside it, from which on a page is compared with these alone."""
NEAR_YEARS = 4
"""Years before and after a page's own that it is compared with where the rate of all earlier pages says nothing."""
OUTLIER_SHARE = 0.05
"""Share of the earlier pages, at either end of the years, that does not count for the range of comparable years: in its
oldest years a site may have printed other things, and a first walk through them must not raise an alarm."""
DECLARED_RATE = make_expected_rate(1.0, 0.5)
"""The rate of a field that a site declares as required, until there is a history: half may lack it."""


class Baseline:
    """The expected rates of one language, and the counts of the pages of this run."""

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
        """Year → True if its bodies are compared with those of all years."""
        self.pages = self.articles = 0
        self.bodies_compared = self.short_bodies = self.long_bodies = 0
        """Articles whose bodies were compared; among them the much shorter and the much longer ones."""
        runs: dict[int, FieldCounts] = {}  # summed over years: a page that is no article has none
        for run_id, _, cell in history:
            run = runs.setdefault(run_id, FieldCounts())
            run.pages += cell.pages
            run.articles += cell.articles
            run.words += cell.words
        self.page = estimate_rate([(run.articles, run.pages) for run in runs.values()])
        self.learn_lengths([run.words for run in runs.values()])

    def learn_lengths(self, word_counts: Iterable[Counter[int]]) -> None:
        """Set the median length of bodies, and the expected rates of at least half and at most twice the median."""
        clusters = [cluster for cluster in word_counts if cluster]
        counter = sum(clusters, Counter[int]())
        total = counter.total()
        self.median = 0
        self.expected_lengths: tuple[ExpectedRate | None, ExpectedRate | None] = (None, None)
        if total:
            until = 0
            for size in sorted(counter):
                until += counter[size]
                if 2 * until > total:
                    self.median = size
                    break
            sizes = [cluster.total() for cluster in clusters]
            long_enough = [
                sum(n for size, n in cluster.items() if size >= self.median - DOUBLE_LENGTH_STEPS)
                for cluster in clusters
            ]
            short_enough = [
                sum(n for size, n in cluster.items() if size <= self.median + DOUBLE_LENGTH_STEPS)
                for cluster in clusters
            ]
            self.expected_lengths = (
                estimate_rate([*zip(long_enough, sizes, strict=True)]),
                estimate_rate([*zip(short_enough, sizes, strict=True)]),
            )

    def begin_year(self, year: str) -> FieldCounts:
        """Begin to count the pages of a year."""
        self.cells[year] = counts = FieldCounts()
        self.expected[year] = [self._expect(year, index) for index in range(len(COUNTED_FIELDS))]
        oldest, newest = self.year_range
        self.comparable[year] = not year or not self.history or oldest <= year <= newest
        return counts

    def _expect(self, year: str, index: int) -> ExpectedRate | None:
        """Return the expected rate of a field (its index) in a year; None where nothing is known of it.

        It is that of the year, of the year and its neighbours, of all years, or of the years around, whichever comes
        first with enough pages; else the declared one. Pages without a year are compared with all years.
        """
        if not year:
            return self._expect_from_years(self.history, index, MIN_PAGES_COMPARED) or self._expect_declared(index)
        for reach in (0, 1):
            if (rate := self._expect_from_years(_list_years_around(year, reach), index, ENOUGH_IN_YEARS)) is not None:
                return rate
        oldest, newest = self.year_range
        overall = self._expect_from_years(self.history, index, MIN_PAGES_COMPARED) if oldest <= year <= newest else None
        if overall is not None and overall.tolerated:
            return overall
        return (
            self._expect_from_years(_list_years_around(year, NEAR_YEARS), index, MIN_PAGES_COMPARED)
            or overall
            or self._expect_declared(index)
        )

    def _expect_from_years(self, years: Iterable[str], index: int, least: int) -> ExpectedRate | None:
        cells = chain.from_iterable(self.history.get(year, ()) for year in years)
        return estimate_rate([(cell.filled[index], cell.articles) for cell in cells], least)

    def _expect_declared(self, index: int) -> ExpectedRate | None:
        return DECLARED_RATE if COUNTED_FIELDS[index] in self.required else None

    def learn_from_run(self, year: str) -> None:
        """Expect the rates of this run's own first pages where there is no history."""
        cell, expected = self.cells[year], self.expected[year]
        if cell.articles == LEARN_AFTER:
            for index, filled in enumerate(cell.filled):
                if expected[index] is None or expected[index] is DECLARED_RATE:
                    expected[index] = estimate_rate([(filled, LEARN_AFTER)])
        if self.pages == LEARN_AFTER and self.page is None:
            self.page = estimate_rate([(self.articles, self.pages)])
        if self.articles == LEARN_AFTER and self.expected_lengths[0] is None:
            self.learn_lengths([cell.words for cell in self.cells.values()])
            self.bodies_compared = self.short_bodies = self.long_bodies = 0


def _list_years_around(year: str, reach: int) -> list[str]:
    return [f"{int(year) + step:04}" for step in range(-reach, reach + 1)]


def _find_year_range(articles: Mapping[str, int]) -> tuple[str, str]:
    """Return the first and the last year that have articles, extended by one on either side; outliers do not count."""
    years = sorted(year for year in articles if year)
    tolerance = OUTLIER_SHARE * sum(articles[year] for year in years)
    first, last = 0, len(years) - 1
    count = 0
    while first < last and (count := count + articles[years[first]]) <= tolerance:
        first += 1
    count = 0
    while first < last and (count := count + articles[years[last]]) <= tolerance:
        last -= 1
    return (
        (_list_years_around(years[first], 1)[0], _list_years_around(years[last], 1)[-1]) if years else ("9999", "0000")
    )
