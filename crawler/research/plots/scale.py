"""Figures and their format, marks of the axes and names of the series, for all plots of a timeline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from crawler.archive.search.selection import Selection
from crawler.research.timeline import Series, Share, Timeline

Measure = Literal["count", "per-thousand", "per-million"]


def measure_share(share: Share, measure: Measure) -> float | None:
    """Return a share's figure; None where there is nothing to measure against."""
    if measure == "count":
        return float(share.count)
    return share.per_thousand if measure == "per-thousand" else share.per_million


def name_series(series: Series) -> str:
    """Return what a legend calls a series: its query and its options."""
    return name_selection(series.selection)


def name_selection(selection: Selection) -> str:
    """Return what a picture calls a selection: its query and its options."""
    options = [f"{filter_.name}:{filter_.value}" for filter_ in selection.filters()]
    if selection.noted is not None:
        options.append(selection.noted.question)
    return " ".join([*([selection.query] if selection.query.strip() else []), *options]) or "all articles"


def iter_rows(timeline: Timeline) -> Iterator[dict[str, Any]]:
    """Yield a row for each series and period, and one for what has no date, with all figures of its share."""
    for series in timeline.series:
        for period, share in (*zip(timeline.periods, series.shares, strict=True), (None, series.undated)):
            yield {
                "query": name_series(series),
                "period": period,
                "count": share.count,
                "articles": share.articles,
                "words": share.words,
                "languages": " ".join(series.languages),
                "unit": series.selection.unit,
                "per_thousand": share.per_thousand,
                "per_million": share.per_million,
                "waiting": share.waiting,
                "never_asked": share.never_asked,
            }


def label_axis(timeline: Timeline, measure: Measure) -> str:
    """Return what a measure is called on an axis."""
    counted = timeline.plural if timeline.unit == "articles" else timeline.unit
    return counted if measure == "count" else f"{counted} {label_rate(timeline, measure)}"


def format_figure(value: float | None) -> str:
    """Return a figure as it is printed: whole numbers whole, others with one or two decimals, nothing as a dash."""
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def choose_ticks(highest: float, at_most: int = 5, least: float = 0.0) -> list[float]:
    """Return round numbers from 0 to the first that is not below the highest: steps of 1, 2 or 5 times a power of ten.

    No step is smaller than ``least``.

    >>> choose_ticks(7.3)
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    if highest <= 0:
        return [0.0, 1.0]
    highest = max(highest, least)
    power = 10.0 ** math.floor(math.log10(highest / at_most))
    step = max(next(size * power for size in (1, 2, 5, 10, 20) if highest <= size * power * at_most), least)
    return [round(number * step, 10) for number in range(math.ceil(round(highest / step, 9)) + 1)]


def choose_period_marks(periods: Sequence[str], at_most: int = 9) -> list[int]:
    """Return the places of the periods named below an axis: the first of a month or a year, where enough are there.

    >>> choose_period_marks([f"{year}-{month:02}" for year in (2020, 2021, 2022) for month in range(1, 13)])
    [0, 12, 24]
    """
    if len(periods) <= at_most:
        return list(range(len(periods)))
    indexes = list(range(len(periods)))
    years = [place for place in indexes if periods[place][4:] in ("", "-01", "-01-01", "-W01", "-Q1")]
    months = [place for place in indexes if periods[place][7:] == "-01"]
    for firsts, sizes in ((months, (1, 2, 3, 6)), (years, (1, 2, 5, 10, 20, 50))):
        for size in sizes:
            if 2 <= len(firsts[::size]) <= at_most:
                return firsts[::size]
    return indexes[:: math.ceil(len(periods) / at_most)]


def label_rate(timeline: Timeline, measure: Measure) -> str:
    """Return what a rate is measured against, as it is said behind a figure."""
    return f"per 1,000 {timeline.plural}" if measure == "per-thousand" else "per million words"


def describe_gaps(share: Share) -> str:
    """Return what the archive knows that it lacks of a share, as words behind a figure; empty when it lacks nothing."""
    waiting = f", {share.waiting:,} known and not archived" if share.waiting else ""
    return waiting + (f", {share.never_asked:,} numbers never asked for" if share.never_asked else "")
