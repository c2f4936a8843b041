"""The layout monitor: finds the fields that articles of a run lack and earlier ones had, as after a change of layout.

Each field has one sum of evidence over all languages and one for each language
(:mod:`crawler.crawl.monitoring.significance`), because a new layout may come to one edition alone, or to all at once. A
sum that falls to zero begins anew, so that the latest pages count, wherever in a run of thousands the site was changed.
A healthy page costs a few comparisons.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.archive.runs.deviations import ALARM_EVIDENCE, SUSPECT_EVIDENCE, Deviation, SamplePage, SiteHistory
from crawler.archive.runs.field_counts import (
    COUNTED_FIELDS,
    FieldCounts,
    FieldCountsKey,
    History,
    classify_size,
    list_printed_fields,
)
from crawler.crawl.monitoring.baseline import DOUBLE_LENGTH_STEPS, LEARN_AFTER, Baseline
from crawler.crawl.monitoring.significance import LEAST_LACKING, ExpectedRate, measure_shortfall
from crawler.items import Address, Article
from crawler.site import Site

PAGE_FIELDS = ("article", "body", "long_body")
"""Features that are compared for a language as a whole: being read as an article, and the length of the body."""
CHECKED_FIELDS = (*COUNTED_FIELDS, *PAGE_FIELDS)
MAX_SAMPLES = 5
"""Pages without a field that are named and saved."""
PEAK_FACTOR = 1.5
"""An alarm needs so many times the evidence that healthy runs came to, because articles of a kind come in streaks."""
NO_HISTORY = SiteHistory([], [], {})
PAGE_BY_PAGE_RULE = "evidence summed page by page (Page's CUSUM)"
NONE_READ_RULE = "no page was read as an article"
WHOLE_RUN_RULE = "all pages of the run together (Hoeffding's bound)"


class Cusum:
    """The sum of evidence that pages have lost one field, and the pages that it comes from (Page's CUSUM)."""

    __slots__ = ("articles", "expected", "filled", "peak", "samples", "score", "since_run", "threshold")

    def __init__(self, run_id: int, peak: float = 0.0) -> None:
        """``peak`` is the most evidence that a healthy run came to."""
        self.since_run = run_id
        self.threshold = max(ALARM_EVIDENCE, PEAK_FACTOR * peak)
        self.peak = 0.0
        self.samples: deque[SamplePage] = deque(maxlen=MAX_SAMPLES)
        self.clear()

    def clear(self) -> None:
        """Set the sum and its counts to zero; the samples stay, for they may still be named."""
        self.score = self.expected = 0.0
        self.articles = self.filled = 0

    def resume_from(self, deviation: Deviation) -> None:
        """Continue the sum of the last run; of an alarm only half the threshold is kept, so that it has to recur."""
        if deviation.evidence <= 0:
            return
        self.score = (
            self.threshold / 2 if deviation.alarm or deviation.evidence >= self.threshold else deviation.evidence
        )
        self.articles, self.filled = deviation.articles, deviation.filled
        self.expected = deviation.usual * deviation.articles
        self.samples.extend(deviation.samples)
        self.since_run = deviation.since_run

    def add(self, has: bool, expected: ExpectedRate, page: Address, run_id: int) -> None:
        """Add the evidence of a page. After an alarm nothing is added: pages in flight do not withdraw it."""
        if self.is_alarming:
            return
        if not self.score:
            self.since_run = run_id
        self.score += expected.having if has else expected.lacking
        if self.score <= 0:
            self.clear()
            return
        if self.since_run == run_id:  # otherwise the evidence may stem from an earlier run
            self.peak = max(self.peak, self.score)
        self.articles += 1
        self.expected += expected.rate
        if has:
            self.filled += 1
        else:
            self.samples.append((page.url_key, page.url))

    @property
    def is_alarming(self) -> bool:
        return self.score >= self.threshold and self.articles - self.filled >= LEAST_LACKING


class LayoutMonitor:
    """Compares the fields of the pages of one run with their baselines."""

    def __init__(self, site: Site, history: SiteHistory = NO_HISTORY, run_id: int = 0) -> None:
        """``history`` is what :meth:`Archive.read_site_history` returns."""
        self.run_id = run_id
        self._required = ["date" if name == "published_on" else name for name in site.expect.required]
        self._history: dict[str, History] = {}
        for row in history.history:
            self._history.setdefault(row[1][0], []).append(row)
        self._languages: dict[str, Baseline] = {}
        self._peaks = history.peaks
        self._sums: dict[str, list[Cusum]] = {}
        self._all = self._find_sums("")
        self.is_alarming = False
        """True once the evidence of some field has reached its threshold."""
        for deviation in history.doubts:
            if deviation.field in CHECKED_FIELDS:
                self._find_sums(deviation.language)[CHECKED_FIELDS.index(deviation.field)].resume_from(deviation)

    def note_article(self, article: Article, page: Address) -> None:
        """Count the fields of an article that was read in this run, and add its evidence."""
        language = article.language
        baseline = self._languages.get(language) or self._begin_language(language)
        sums = self._sums[language]
        year = article.published.on[:4] if article.published else ""
        cell = baseline.cells.get(year) or baseline.begin_year(year)
        cell.pages += 1
        cell.articles += 1
        baseline.pages += 1
        baseline.articles += 1
        size = classify_size(article.word_count)
        cell.words[size] += 1
        filled, expected = cell.filled, baseline.expected[year]
        for index, is_filled in enumerate(list_printed_fields(article)):
            filled[index] += is_filled
            rate = expected[index]
            if rate is not None and (not is_filled or self._all[index].score or sums[index].score):
                self._add(index, language, is_filled, rate, page)
        if baseline.median and baseline.comparable[year]:
            self._note_length(baseline, language, size, page)
        if baseline.page is not None:
            self._add(len(COUNTED_FIELDS), language, True, baseline.page, page)
        if baseline.articles == LEARN_AFTER or cell.articles == LEARN_AFTER or baseline.pages == LEARN_AFTER:
            baseline.learn_from_run(year)

    def note_unread(self, language: str | None, page: Address) -> None:
        """Count a page that should have been an article and was not read as one, and add its evidence."""
        language = language or ""
        baseline = self._languages.get(language) or self._begin_language(language)
        cell = baseline.cells.get("") or baseline.begin_year("")
        cell.pages += 1
        baseline.pages += 1
        if baseline.page is not None:
            self._add(len(COUNTED_FIELDS), language, False, baseline.page, page)
        else:
            self._all[len(COUNTED_FIELDS)].samples.append((page.url_key, page.url))
        if baseline.pages == LEARN_AFTER:
            baseline.learn_from_run("")

    def _note_length(self, baseline: Baseline, language: str, size: int, page: Address) -> None:
        long_rate, short_rate = baseline.expected_lengths
        is_long_enough = size >= baseline.median - DOUBLE_LENGTH_STEPS
        is_short_enough = size <= baseline.median + DOUBLE_LENGTH_STEPS
        baseline.bodies_compared += 1
        baseline.short_bodies += not is_long_enough
        baseline.long_bodies += not is_short_enough
        if long_rate is not None:
            self._add(len(COUNTED_FIELDS) + 1, language, is_long_enough, long_rate, page)
        if short_rate is not None:
            self._add(len(COUNTED_FIELDS) + 2, language, is_short_enough, short_rate, page)

    def _add(self, index: int, language: str, has: bool, expected: ExpectedRate, page: Address) -> None:
        if not expected.tolerated:
            return
        for sums in (self._all, self._sums[language]) if language else (self._all,):
            cusum = sums[index]
            if not has or cusum.score:
                cusum.add(has, expected, page, self.run_id)
                self.is_alarming = self.is_alarming or cusum.is_alarming

    def _begin_language(self, language: str) -> Baseline:
        self._find_sums(language)
        self._languages[language] = baseline = Baseline(self._history.get(language, []), self._required)
        return baseline

    def _find_sums(self, language: str) -> list[Cusum]:
        if language not in self._sums:
            self._sums[language] = [
                Cusum(self.run_id, self._peaks.get((name, language), 0.0)) for name in CHECKED_FIELDS
            ]
        return self._sums[language]

    @property
    def cells(self) -> dict[FieldCountsKey, FieldCounts]:
        """Counts of the pages of this run, by language and year."""
        return {
            (name, year): cell for name, baseline in self._languages.items() for year, cell in baseline.cells.items()
        }

    @property
    def last_unread(self) -> tuple[SamplePage, ...]:
        """The last sample pages that should have been articles and were not read as one."""
        return tuple(self._all[len(COUNTED_FIELDS)].samples)

    @property
    def suspect_fields(self) -> frozenset[str]:
        """Names of the fields that the latest pages seem to lack: an archived article keeps its value of these."""
        return frozenset(
            name
            for sums in self._sums.values()
            for name, cusum in zip(CHECKED_FIELDS, sums, strict=True)
            if cusum.score >= SUSPECT_EVIDENCE
        )

    def list_deviations(self) -> list[Deviation]:
        """Return the deviations, alarms first, then by evidence; suspicions that the next run continues are among them.

        Where a field is an alarm in all languages together, it is none in a single language.
        """
        deviations: dict[tuple[str, str], Deviation] = {}
        for language, sums in self._sums.items():
            for name, cusum in zip(CHECKED_FIELDS, sums, strict=True):
                if cusum.score > 0 or cusum.peak >= SUSPECT_EVIDENCE:
                    deviations[name, language] = Deviation(
                        run_id=self.run_id,
                        field=name,
                        language=language,
                        evidence=round(cusum.score, 2),
                        articles=cusum.articles,
                        filled=cusum.filled,
                        usual=round(cusum.expected / max(cusum.articles, 1), 4),
                        since_run=cusum.since_run,
                        alarm=cusum.is_alarming,
                        rule=PAGE_BY_PAGE_RULE,
                        method="cusum",
                        samples=tuple(cusum.samples),
                        peak=round(cusum.peak, 2),
                    )
        for deviation in self._judge_whole_run():
            page_by_page = deviations.get((deviation.field, deviation.language))
            if page_by_page is None or not page_by_page.alarm:
                samples, peak = ((), 0.0) if page_by_page is None else (page_by_page.samples, page_by_page.peak)
                deviations[deviation.field, deviation.language] = replace(deviation, samples=samples, peak=peak)
        fields_everywhere = {
            deviation.field for deviation in deviations.values() if deviation.alarm and not deviation.language
        }
        judged = (
            replace(deviation, alarm=False)
            if deviation.language and deviation.field in fields_everywhere
            else deviation
            for deviation in deviations.values()
        )
        return sorted(judged, key=_rank_gravity)

    def _judge_whole_run(self) -> Iterator[Deviation]:
        """Yield the alarms of the run as a whole: fields missing from many pages, spread over the run."""
        for index, name in enumerate(CHECKED_FIELDS):
            all_parts: list[tuple[int, int, ExpectedRate]] = []
            for language, baseline in self._languages.items():
                parts = [*self._iter_counts(baseline, index)]
                all_parts += parts
                if language and len(self._languages) > 1:
                    yield from self._find_shortfall(name, language, parts)
            yield from self._find_shortfall(name, "", all_parts)

    def _iter_counts(self, baseline: Baseline, index: int) -> Iterator[tuple[int, int, ExpectedRate]]:
        """Yield (pages with the field, pages, expected rate) for each group of comparable pages."""
        if index < len(COUNTED_FIELDS):
            counts = [
                (cell.filled[index], cell.articles, baseline.expected[year][index])
                for year, cell in baseline.cells.items()
            ]
        else:
            long_rate, short_rate = baseline.expected_lengths
            total = baseline.bodies_compared
            counts = [
                [(baseline.articles, baseline.pages, baseline.page)],
                [(total - baseline.short_bodies, total, long_rate)],
                [(total - baseline.long_bodies, total, short_rate)],
            ][index - len(COUNTED_FIELDS)]
        for had, pages, expected in counts:
            if expected is not None and expected.tolerated and pages:
                yield had, pages, expected

    def _find_shortfall(
        self, name: str, language: str, parts: Sequence[tuple[int, int, ExpectedRate]]
    ) -> Iterator[Deviation]:
        pages = sum(number for _, number, _ in parts)
        had = sum(number for number, _, _ in parts)
        if pages - had < LEAST_LACKING:
            return
        tolerated = sum(number * usual.tolerated for _, number, usual in parts) / pages
        evidence = measure_shortfall(had, pages, tolerated)
        if evidence >= self._find_sums(language)[CHECKED_FIELDS.index(name)].threshold:
            yield Deviation(
                run_id=self.run_id,
                field=name,
                language=language,
                evidence=round(evidence, 2),
                articles=pages,
                filled=had,
                usual=round(sum(number * usual.rate for _, number, usual in parts) / pages, 4),
                since_run=self.run_id,
                alarm=True,
                rule=WHOLE_RUN_RULE,
                method="hoeffding",
            )


def _rank_gravity(deviation: Deviation) -> tuple[bool, float, int, str]:
    return not deviation.alarm, -deviation.evidence, CHECKED_FIELDS.index(deviation.field), deviation.language
