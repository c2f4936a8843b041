"""Counts selections in every day, month or year, and what they are a share of.

A bare count says more of the archive than of the news: it rises with what was crawled. So each count stands beside its
denominators, articles and words of the same corpus in the same period, and beside what the archive knows it lacks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.health.gaps import MonthGap
from crawler.archive.search.matching import WantedTerm, find_hits, list_wanted, narrow_to_column
from crawler.archive.search.periods import (
    PeriodTotal,
    allows,
    count_by_period,
    count_waiting_by_period,
    find_days,
    list_languages,
    sum_by_period,
)
from crawler.archive.search.query import Filter, Term
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.archive.search.texts import list_days
from crawler.archive.search.units import UNIT_NOUNS
from crawler.errors import BadQuery
from crawler.normalisation.dates.periods import YEARS, read_period
from crawler.research.words.corpus import (
    UNARCHIVED_LIMITS,
    iter_selection_texts,
    make_corpus_plan,
    make_unit_corpus_plan,
    split_conjunction,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.research.forward_index.index import ForwardIndex

TimelineStep = Literal["day", "month", "year"]
TimelineUnit = Literal["articles", "hits"]
MAX_MONTHS: Final = 40
"""Months that :func:`choose_step` counts as months; more are counted as years, as the bars of the browser are."""
_LETTERS: Final[dict[TimelineStep, int]] = {"day": 10, "month": 7, "year": 4}
"""Characters of an ISO day that name the period it is in."""


_Value = TypeVar("_Value")


class Keep(Protocol):
    """Returns what a function counts, or what it counted before under this name."""

    def __call__(self, name: str, count: Callable[[], _Value]) -> _Value:
        """Return the value; the name says of what it is, whatever query is asked."""


def count_anew(name: str, count: Callable[[], _Value]) -> _Value:
    """Return what a function counts: nothing is kept."""
    return count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count, and what it is a share of."""

    count: int
    """Articles or hits, as the timeline's ``unit`` says; stories or texts in place of articles if its selection counts
    those, each in the period of the first article that was found of it."""
    articles: int
    """Articles of the corpus; stories or texts if the selection counts those."""
    words: int
    """Words of the corpus, as ``articles.word_count`` counts them: those of the bodies."""
    waiting: int
    """Articles that the archive knows by address and day and does not hold: queued, failed or refused."""
    never_asked: int | None
    """Numbers given out then that were never asked for, article or not; None when nobody can tell."""

    @property
    def per_thousand(self) -> float | None:
        """Return the count per 1,000 articles of the corpus; None without any."""
        return 1000 * self.count / self.articles if self.articles else None

    @property
    def per_million(self) -> float | None:
        """Return the count per million words of the corpus; None without any."""
        return 1_000_000 * self.count / self.words if self.words else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One selection through time."""

    selection: Selection
    shares: tuple[Share, ...]
    """One for each period of the timeline, in its order; those without anything are there, with 0."""
    undated: Share
    """What has no day, and stands in no period."""
    languages: tuple[str, ...]
    """Those of its corpus: what its denominators are of."""
    found_languages: tuple[str, ...]
    """Those of the articles that it finds."""

    @property
    def total(self) -> Share:
        """Return all periods and what has no day together."""
        return add_shares((*self.shares, self.undated))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What :func:`timeline` returns."""

    step: TimelineStep | Literal["week", "quarter"]
    unit: TimelineUnit
    periods: tuple[str, ...]
    """``2022``, ``2022-03`` or ``2022-03-11``, one after another without a hole."""
    first_day: str | None
    last_day: str | None
    """What the periods are counted from and to: days of the selections, else of the earliest and latest article."""
    series: tuple[Series, ...]

    @property
    def plural(self) -> str:
        """What the corpora are counted in: ``articles``, ``stories`` or ``texts``, by the first selection."""
        return UNIT_NOUNS[self.series[0].selection.unit if self.series else "article"][1]


def choose_step(archive: Archive, selections: Sequence[Selection], keep: Keep = count_anew) -> TimelineStep:
    """Return ``month``, or ``year`` for more than :data:`MAX_MONTHS` months from the first day to the last."""
    with translate_errors(archive.path):
        first, last = _find_common_bounds(archive.db, selections, keep)
    months = 0 if first is None or last is None else sum(1 for _ in _iter_periods(first, last, "month"))
    return "year" if months > MAX_MONTHS else "month"


def timeline(
    archive: Archive,
    selections: Sequence[Selection],
    step: TimelineStep = "month",
    unit: TimelineUnit = "articles",
    gaps: Mapping[str, Sequence[MonthGap]] | None = None,
    index: ForwardIndex | None = None,
    keep: Keep = count_anew,
) -> Timeline:
    """Count selections in every period from the first to the last.

    Each is measured against its own corpus (:func:`crawler.research.words.corpus.make_corpus_plan`): the articles of
    its languages, sites, days and snapshot. The counts of a series and its undated add up to
    ``archive.count(selection)``.

    Args:
        archive: where to count. What a crawl writes meanwhile is not seen inside ``archive.moment()``.
        selections: what to count, side by side.
        step: how long a period is.
        unit: count ``articles``, or ``hits``: the places that :func:`crawler.research.kwic.concordance` would show.
        gaps: name of a site → what the archive lacks of its months
        (:func:`crawler.archive.health.gaps.find_month_gaps`), for
            ``never_asked`` by month and year. That needs the descriptions of the sites, which callers have.
        index: the forward index of the archive as it is now, to count hits fast.
        keep: keeps, of the archive as it is now, what does not depend on what a query asks for: the corpora.

    Raises:
        BadQuery: hits are to be counted of a query that points at no words.

    """
    with translate_errors(archive.path):
        first, last = _find_common_bounds(archive.db, selections, keep)
        periods = tuple(_iter_periods(first, last, step)) if first is not None and last is not None else ()
        return Timeline(
            step=step,
            unit=unit,
            periods=periods,
            first_day=first if periods else None,
            last_day=last if periods else None,
            series=tuple(
                _make_series(archive.db, selection, periods, step, unit, gaps or {}, index, keep)
                for selection in selections
            ),
        )


def add_shares(shares: Iterable[Share]) -> Share:
    """Add up shares of parts that do not overlap."""
    parts = tuple(shares)
    counts = [part.never_asked for part in parts if part.never_asked is not None]
    return Share(
        count=sum(part.count for part in parts),
        articles=sum(part.articles for part in parts),
        words=sum(part.words for part in parts),
        waiting=sum(part.waiting for part in parts),
        never_asked=sum(counts) if counts else None,
    )


def _make_series(
    db: Database,
    selection: Selection,
    periods: Sequence[str],
    step: TimelineStep,
    unit: TimelineUnit,
    gaps: Mapping[str, Sequence[MonthGap]],
    index: ForwardIndex | None,
    keep: Keep,
) -> Series:
    refuse_unknown_snapshot(db, selection)
    letters = _LETTERS[step]
    in_corpus = make_unit_corpus_plan(selection).make_where()
    corpus = {
        total.period: total
        for total in keep(f"words by {letters} {in_corpus}", lambda: sum_by_period(db, in_corpus, letters))
    }
    unarchived = make_corpus_plan(selection, UNARCHIVED_LIMITS).make_where()
    waiting = keep(f"waiting by {letters} {unarchived}", lambda: count_waiting_by_period(db, unarchived, letters))
    counts = (
        _count_hits(db, selection, step, index) if unit == "hits" else count_by_period(db, selection.plan(), letters)
    )
    never_asked = _count_never_asked(db, selection, step, gaps)

    corpus_plan = make_corpus_plan(selection)

    def make_share(period: str | None) -> Share:
        total = corpus.get(period) or PeriodTotal(period, 0, 0)
        lacking = None if never_asked is None or period is None else never_asked.get(period, 0)
        return Share(
            count=counts.get(period, 0),
            articles=total.articles,
            words=total.words,
            waiting=waiting.get(period, 0),
            never_asked=lacking,
        )

    return Series(
        selection=selection,
        shares=tuple(make_share(period) for period in periods),
        undated=make_share(None),
        languages=tuple(keep(f"languages {corpus_plan}", lambda: list_languages(db, corpus_plan))),
        found_languages=tuple(list_languages(db, replace(selection, unit="article").plan())),
    )


def _count_hits(
    db: Database, selection: Selection, step: TimelineStep, index: ForwardIndex | None
) -> Counter[str | None]:
    wanted = list_wanted(selection.parse().node)
    if not wanted:
        raise BadQuery("hits are counted of words, phrases or NEAR(…); this query has none")
    if index is not None and selection.snapshot is None and all(isinstance(term, Term) for term in wanted):
        return _count_hits_by_index(db, selection, step, wanted, index)
    wanted_by_column = tuple(narrow_to_column(wanted, column) for column in ("headline", "lead", "body"))
    counts: Counter[str | None] = Counter()
    for day, *texts in iter_selection_texts(db, selection):
        period = None if day is None else day[: _LETTERS[step]]
        counts[period] += sum(
            len(find_hits(words, wanted)) for words, wanted in zip(texts, wanted_by_column, strict=True)
        )
    return counts


def _count_hits_by_index(
    db: Database, selection: Selection, step: TimelineStep, wanted: Sequence[WantedTerm], index: ForwardIndex
) -> Counter[str | None]:
    from crawler.research.forward_index.line_ranges import count_hits

    days = list_days(db, selection.plan())
    counts: Counter[str | None] = Counter()
    hits = count_hits(index, index.find_rows([day.id for day in days]), wanted)
    for (_, day), number in zip(days, hits.tolist(), strict=True):
        counts[None if day is None else day[: _LETTERS[step]]] += number
    return counts


def _count_never_asked(
    db: Database, selection: Selection, step: TimelineStep, gaps: Mapping[str, Sequence[MonthGap]]
) -> dict[str, int] | None:
    """Return how many numbers of a period were never asked for; None by day, or when no site's gaps are known."""
    if step == "day" or not gaps:
        return None
    corpus = make_corpus_plan(selection, ("language", "site")).make_where()
    counts: Counter[str] = Counter()
    for site, months in gaps.items():
        inside = {language: allows(db, corpus, site, language) for language in {month.language for month in months}}
        for month in months:
            if inside[month.language]:
                counts[month.month[: _LETTERS[step]]] += month.never_asked
    return dict(counts)


def _find_common_bounds(db: Database, selections: Sequence[Selection], keep: Keep) -> tuple[str | None, str | None]:
    """Return the first and the last day of all selections together."""
    bounds = [_find_bounds(db, selection, keep) for selection in selections]
    first = min((begin for begin, _ in bounds if begin is not None), default=None)
    last = max((end for _, end in bounds if end is not None), default=None)
    return first, last


def _find_bounds(db: Database, selection: Selection, keep: Keep) -> tuple[str | None, str | None]:
    """Return the first and the last day of a selection: those it names, else those of its corpus."""
    filters = [*selection.filters(), *(node for node in split_conjunction(selection) if isinstance(node, Filter))]
    since = max((filter_.value for filter_ in filters if filter_.name == "since"), default=None)
    until = min((filter_.value + "~" for filter_ in filters if filter_.name == "until"), default=None)
    in_corpus = make_corpus_plan(selection).make_where()
    first, last = keep(f"days {in_corpus}", lambda: find_days(db, in_corpus))
    begin = since + "-01-01"[len(since) - 4 :] if since is not None else first
    end = read_period(until.rstrip("~"))[1].isoformat() if until is not None else last
    # No article is of another year, and a question may name any: 0001 to 9999 are three million days.
    return begin and max(begin, f"{YEARS[0]}-01-01"), end and min(end, f"{YEARS[-1]}-12-31")


def _iter_periods(first: str, last: str, step: TimelineStep) -> Iterator[str]:
    if step == "day":
        begin, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
        yield from (date.fromordinal(day).isoformat() for day in range(begin, end + 1))
    elif step == "year":
        yield from (f"{year:04}" for year in range(int(first[:4]), int(last[:4]) + 1))
    else:
        begin, end = (int(day[:4]) * 12 + int(day[5:7]) - 1 for day in (first, last))
        yield from (f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1))
