"""Computes bar charts over time: counts by period go in, coordinates in an SVG come out.

The macro ``parts.bars`` of the templates draws them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.archive.health.coverage import iter_months
from crawler.browse.drawing import formatting

CHART_HEIGHT: Final = 100
"""Units of the drawing's height; it is stretched to the page."""
BAR_WIDTH: Final = 10
"""Units of one bar and the gap beside it."""
MAX_MONTHS_DRAWN: Final = 40
"""Months that are drawn as months; more are drawn as years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSeries:
    """The counts by month of one publication, which are a part of all bars."""

    label: str
    colour: str
    """What the style sheet calls its colour: ``site-`` and this."""
    months: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The part of a bar that is of one series."""

    label: str
    colour: str
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One period."""

    period: str
    label: str
    count: int
    href: str
    x: int
    height: float
    here: bool
    segments: tuple[Segment, ...] = ()
    """The parts of its series, one upon the other from the bottom; empty for a bar in one colour."""

    def count_of(self, series: ChartSeries) -> int:
        """Return the count of one of its series."""
        return sum(segment.count for segment in self.segments if segment.colour == series.colour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A chart."""

    step: str
    """``month`` or ``year``."""
    bars: tuple[Bar, ...]
    series: tuple[ChartSeries, ...] = ()
    """What its bars are made of, for the legend; empty for bars in one colour."""

    @property
    def width(self) -> int:
        """Units of the drawing's width."""
        return BAR_WIDTH * len(self.bars)

    @property
    def axis(self) -> tuple[str, ...]:
        """Labels under the chart: the ends, and the middle where there is room."""
        labels = [bar.label for bar in self.bars]
        return tuple(labels) if len(labels) < 3 else (labels[0], labels[len(labels) // 2], labels[-1])

    @property
    def most(self) -> int:
        """The highest count."""
        return max((bar.count for bar in self.bars), default=0)


def chart_by_time(
    months: Mapping[str, int],
    link: Callable[[str], str],
    *,
    few: int = MAX_MONTHS_DRAWN,
    marked: str = "",
    series: tuple[ChartSeries, ...] = (),
    years: Mapping[str, int] | None = None,
) -> Bars | None:
    """Return bars for counts by month, as months or, when they are more than ``few``, as years; None for nothing.

    Periods without articles are there, with 0. ``link`` makes the address for a period; ``marked`` is the one to mark.
    ``series`` are parts of the counts, stacked on one another. ``years`` are the counts by year, where they are not the
    sums of the months.
    """
    dated_months = {month: count for month, count in months.items() if len(month) == 7 and month[5:].isdigit()}
    if not dated_months:
        return None
    periods = list(iter_months(min(dated_months), max(dated_months)))
    if len(periods) <= few:
        return make_bars("month", periods, [dated_months.get(period, 0) for period in periods], link, marked, series)
    counts_of_years = _sum_periods(dated_months, 4) if years is None else years
    names = [f"{year:04}" for year in range(int(periods[0][:4]), int(periods[-1][:4]) + 1)]
    return make_bars("year", names, [counts_of_years.get(name, 0) for name in names], link, marked, series)


def make_bars(
    step: str,
    periods: Sequence[str],
    counts: Sequence[int],
    link: Callable[[str], str],
    marked: str = "",
    series: tuple[ChartSeries, ...] = (),
) -> Bars:
    """Return a bar for each period, the highest as high as the drawing."""
    highest = max(counts, default=0) or 1
    parts = [_sum_periods(part.months, len(periods[0])) if periods else Counter() for part in series]
    bars = []
    for index, (period, count) in enumerate(zip(periods, counts, strict=True)):
        height = round(max(CHART_HEIGHT * count / highest, 1.5), 1) if count else 0
        part_counts = [part[period] for part in parts]
        bars.append(
            Bar(
                period=period,
                label=formatting.day(period) if step == "month" else period,
                count=count,
                href=link(period),
                x=BAR_WIDTH * index,
                height=height,
                here=period == marked,
                segments=_stack_segments(series, part_counts, height),
            )
        )
    return Bars(step=step, bars=tuple(bars), series=series)


def _sum_periods(months: Mapping[str, int], letters: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for month, count in months.items():
        counts[month[:letters]] += count
    return counts


def _stack_segments(series: Sequence[ChartSeries], counts: Sequence[int], height: float) -> tuple[Segment, ...]:
    """Return the segments of a bar from the bottom up; their heights add up to that of the bar."""
    total = sum(counts) or 1
    segments: list[Segment] = []
    below = 0
    for part, count in zip(series, counts, strict=True):
        if count:
            low, high = height * below / total, height * (below + count) / total
            segments.append(
                Segment(
                    label=part.label,
                    colour=part.colour,
                    count=count,
                    y=round(CHART_HEIGHT - high, 2),
                    height=round(high - low, 2),
                )
            )
            below += count
    return tuple(segments)
