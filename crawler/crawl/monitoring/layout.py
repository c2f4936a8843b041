"""Finds what the articles of a run lack that pages of the site used to have: its layout may have changed.

Each field has one sum of evidence over all languages and one for each language
(:mod:`crawler.crawl.monitoring.significance`): a new layout may come to one edition alone, or to all at once. A sum
that falls to zero begins anew, so that what counts is what pages have of late, wherever in a run of thousands the site
was changed. A healthy page costs a few comparisons.
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
from crawler.crawl.monitoring.significance import LEAST_LACKING, ExpectedRate, shortfall
from crawler.items import Address, Article
from crawler.site import Site

PAGE_FIELDS = ("article", "body", "long_body")
"""What is compared for a language as a whole: being read as an article, and the length of the body."""
CHECKED_FIELDS = (*COUNTED_FIELDS, *PAGE_FIELDS)
MAX_SAMPLES = 5
"""Pages of a field that are named and saved."""
PEAK_FACTOR = 1.5
"""How many times the evidence that healthy runs came to an alarm needs: articles of a kind come in streaks."""
NO_HISTORY = SiteHistory([], [], {})
PAGE_BY_PAGE_RULE = "evidence summed page by page (Page's CUSUM)"
NONE_READ_RULE = "no page was read as an article"
WHOLE_RUN_RULE = "all pages of the run together (Hoeffding's bound)"


class Cusum:
    """The evidence that one field is missing, and the pages it comes from."""

    __slots__ = ("articles", "enough", "expected", "filled", "peak", "samples", "score", "since_run")

    def __init__(self, run_id: int, peak: float = 0.0) -> None:
        """``peak`` is the most evidence that there was in a healthy run."""
        self.since_run = run_id
        self.enough = max(ALARM_EVIDENCE, PEAK_FACTOR * peak)
        self.peak = 0.0
        self.samples: deque[SamplePage] = deque(maxlen=MAX_SAMPLES)
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.score = self.expected = 0.0
        self.articles = self.filled = 0  # the last pages without it may still be asked for

    def resume_from(self, earlier: Deviation) -> None:
        """Go on where the last run ended; what was an alarm has to prove itself once more."""
        if earlier.evidence <= 0:
            return
        self.score = self.enough / 2 if earlier.alarm or earlier.evidence >= self.enough else earlier.evidence
        self.articles, self.filled = earlier.articles, earlier.filled
        self.expected = earlier.usual * earlier.articles
        self.samples.extend(earlier.samples)
        self.since_run = earlier.since_run

    def add(self, has: bool, expected: ExpectedRate, page: Address, run_id: int) -> None:
        """Add a page. What has become an alarm stays one, whatever pages in flight still bring."""
        if self.alarming:
            return
        if not self.score:
            self.since_run = run_id
        self.score += expected.having if has else expected.lacking
        if self.score <= 0:
            self.clear()
            return
        if self.since_run == run_id:  # else it may still be what an earlier run found
            self.peak = max(self.peak, self.score)
        self.articles += 1
        self.expected += expected.rate
        if has:
            self.filled += 1
        else:
            self.samples.append((page.url_key, page.url))

    @property
    def alarming(self) -> bool:
        return self.score >= self.enough and self.articles - self.filled >= LEAST_LACKING


class LayoutMonitor:
    """Watches what the pages of one run have."""

    def __init__(self, site: Site, past: SiteHistory = NO_HISTORY, run_id: int = 0) -> None:
        """``past`` is what :meth:`Archive.read_site_history` returns."""
        self.run_id = run_id
        self._required = ["date" if name == "published_on" else name for name in site.expect.required]
        self._history: dict[str, History] = {}
        for row in past.history:
            self._history.setdefault(row[1][0], []).append(row)
        self._languages: dict[str, Baseline] = {}
        self._peaks = past.peaks
        self._sums: dict[str, list[Cusum]] = {}
        self._all = self._find_sums("")
        self.alarming = False
        """Some field has evidence enough."""
        for doubt in past.doubts:
            if doubt.field in CHECKED_FIELDS:
                self._find_sums(doubt.language)[CHECKED_FIELDS.index(doubt.field)].resume_from(doubt)

    def note_article(self, article: Article, page: Address) -> None:
        """Look at an article that was read in this run."""
        language = article.language
        known = self._languages.get(language) or self._language(language)
        sums = self._sums[language]
        year = article.published.on[:4] if article.published else ""
        cell = known.cells.get(year) or known.begin_year(year)
        cell.pages += 1
        cell.articles += 1
        known.pages += 1
        known.articles += 1
        size = classify_size(article.word_count)
        cell.words[size] += 1
        filled, expected = cell.filled, known.expected[year]
        for place, has in enumerate(list_printed_fields(article)):
            filled[place] += has
            wanted = expected[place]
            if wanted is not None and (not has or self._all[place].score or sums[place].score):
                self._add(place, language, has, wanted, page)
        if known.median and known.comparable[year]:
            self._note_length(known, language, size, page)
        if known.page is not None:
            self._add(len(COUNTED_FIELDS), language, True, known.page, page)
        if known.articles == LEARN_AFTER or cell.articles == LEARN_AFTER or known.pages == LEARN_AFTER:
            known.learn_from_run(year)

    def note_unread(self, language: str | None, page: Address) -> None:
        """Look at a page that should have been an article and was not read as one."""
        language = language or ""
        known = self._languages.get(language) or self._language(language)
        cell = known.cells.get("") or known.begin_year("")
        cell.pages += 1
        known.pages += 1
        if known.page is not None:
            self._add(len(COUNTED_FIELDS), language, False, known.page, page)
        else:
            self._all[len(COUNTED_FIELDS)].samples.append((page.url_key, page.url))
        if known.pages == LEARN_AFTER:
            known.learn_from_run("")

    def _note_length(self, known: Baseline, language: str, size: int, page: Address) -> None:
        enough, short_enough = known.expected_lengths
        long, within = size >= known.median - DOUBLE_LENGTH_STEPS, size <= known.median + DOUBLE_LENGTH_STEPS
        known.measured += 1
        known.short += not long
        known.long += not within
        if enough is not None:
            self._add(len(COUNTED_FIELDS) + 1, language, long, enough, page)
        if short_enough is not None:
            self._add(len(COUNTED_FIELDS) + 2, language, within, short_enough, page)

    def _add(self, place: int, language: str, has: bool, expected: ExpectedRate, page: Address) -> None:
        if not expected.tolerated:
            return
        for sums in (self._all, self._sums[language]) if language else (self._all,):
            one = sums[place]
            if not has or one.score:
                one.add(has, expected, page, self.run_id)
                self.alarming = self.alarming or one.alarming

    def _language(self, language: str) -> Baseline:
        self._find_sums(language)
        self._languages[language] = made = Baseline(self._history.get(language, []), self._required)
        return made

    def _find_sums(self, language: str) -> list[Cusum]:
        if language not in self._sums:
            self._sums[language] = [
                Cusum(self.run_id, self._peaks.get((name, language), 0.0)) for name in CHECKED_FIELDS
            ]
        return self._sums[language]

    @property
    def cells(self) -> dict[FieldCountsKey, FieldCounts]:
        """What the pages of this run had."""
        return {(name, year): cell for name, habits in self._languages.items() for year, cell in habits.cells.items()}

    @property
    def last_unread(self) -> tuple[SamplePage, ...]:
        """The last pages that should have been articles and were not read as one."""
        return tuple(self._all[len(COUNTED_FIELDS)].samples)

    @property
    def suspect_fields(self) -> frozenset[str]:
        """Names of what pages of late seem to lack: a known article that has lost it too keeps what it had."""
        return frozenset(
            name
            for sums in self._sums.values()
            for name, one in zip(CHECKED_FIELDS, sums, strict=True)
            if one.score >= SUSPECT_EVIDENCE
        )

    def deviations(self) -> list[Deviation]:
        """Return what deviates, alarms first, then by evidence; also what is to be handed to the next run.

        Where a field is an alarm in all languages together, no single language is one.
        """
        found: dict[tuple[str, str], Deviation] = {}
        for language, sums in self._sums.items():
            for name, one in zip(CHECKED_FIELDS, sums, strict=True):
                if one.score > 0 or one.peak >= SUSPECT_EVIDENCE:
                    found[name, language] = Deviation(
                        run_id=self.run_id,
                        field=name,
                        language=language,
                        evidence=round(one.score, 2),
                        articles=one.articles,
                        filled=one.filled,
                        usual=round(one.expected / max(one.articles, 1), 4),
                        since_run=one.since_run,
                        alarm=one.alarming,
                        rule=PAGE_BY_PAGE_RULE,
                        samples=tuple(one.samples),
                        peak=round(one.peak, 2),
                    )
        for deviation in self._judge_whole_run():
            known = found.get((deviation.field, deviation.language))
            if known is None or not known.alarm:
                samples, peak = ((), 0.0) if known is None else (known.samples, known.peak)
                found[deviation.field, deviation.language] = replace(deviation, samples=samples, peak=peak)
        everywhere = {deviation.field for deviation in found.values() if deviation.alarm and not deviation.language}
        judged = (
            replace(deviation, alarm=False) if deviation.language and deviation.field in everywhere else deviation
            for deviation in found.values()
        )
        return sorted(judged, key=_rank_gravity)

    def _judge_whole_run(self) -> Iterator[Deviation]:
        """Yield the alarms that the run raises as a whole: what is missing from many pages, but not from all."""
        for place, name in enumerate(CHECKED_FIELDS):
            together: list[tuple[int, int, ExpectedRate]] = []
            for language, known in self._languages.items():
                parts = [*self._iter_counts(known, place)]
                together += parts
                if language and len(self._languages) > 1:
                    yield from self._shortfall(name, language, parts)
            yield from self._shortfall(name, "", together)

    def _iter_counts(self, known: Baseline, place: int) -> Iterator[tuple[int, int, ExpectedRate]]:
        """Yield how many of how many pages had it, and what was expected of them."""
        if place < len(COUNTED_FIELDS):
            counted = [
                (cell.filled[place], cell.articles, known.expected[year][place]) for year, cell in known.cells.items()
            ]
        else:
            enough, short_enough = known.expected_lengths
            total = known.measured
            counted = [
                [(known.articles, known.pages, known.page)],
                [(total - known.short, total, enough)],
                [(total - known.long, total, short_enough)],
            ][place - len(COUNTED_FIELDS)]
        for had, pages, expected in counted:
            if expected is not None and expected.tolerated and pages:
                yield had, pages, expected

    def _shortfall(
        self, name: str, language: str, parts: Sequence[tuple[int, int, ExpectedRate]]
    ) -> Iterator[Deviation]:
        pages = sum(number for _, number, _ in parts)
        had = sum(number for number, _, _ in parts)
        if pages - had < LEAST_LACKING:
            return
        tolerated = sum(number * usual.tolerated for _, number, usual in parts) / pages
        evidence = shortfall(had, pages, tolerated)
        if evidence >= self._find_sums(language)[CHECKED_FIELDS.index(name)].enough:
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
            )


def _rank_gravity(deviation: Deviation) -> tuple[bool, float, int, str]:
    return not deviation.alarm, -deviation.evidence, CHECKED_FIELDS.index(deviation.field), deviation.language
