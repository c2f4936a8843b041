"""Joins the days of a timeline to weeks, and its months to quarters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Final, Literal

from crawler.research.timeline import Series, Timeline, TimelineStep, add_shares

LongerStep = Literal["week", "quarter"]
PARTS: Final[dict[LongerStep, TimelineStep]] = {"week": "day", "quarter": "month"}
"""What each is made of."""


def name_longer_period(period: str, step: LongerStep) -> str:
    """Return the week of a day, or the quarter of a month.

    Weeks are those of ISO 8601: they begin on Monday, and the first of a year is the one with its first Thursday, so
    that a week belongs to one year alone.

    >>> name_longer_period("2023-01-01", "week"), name_longer_period("2024-12-30", "week")
    ('2022-W52', '2025-W01')
    >>> name_longer_period("2022-03", "quarter")
    '2022-Q1'
    """
    if step == "week":
        year, week, _ = date.fromisoformat(period).isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{period[:4]}-Q{(int(period[5:7]) + 2) // 3}"


def find_period_bounds(period: str) -> tuple[str, str]:
    """Return the first and the last year, month or day of a period of a timeline, of any step.

    >>> find_period_bounds("2022-W52"), find_period_bounds("2022-Q1"), find_period_bounds("2022-03")
    (('2022-12-26', '2023-01-01'), ('2022-01', '2022-03'), ('2022-03', '2022-03'))
    """
    year, _, part = period.partition("-")
    if part.startswith("W"):
        monday, sunday = (date.fromisocalendar(int(year), int(part[1:]), day) for day in (1, 7))
        return monday.isoformat(), sunday.isoformat()
    if part.startswith("Q"):
        last = 3 * int(part[1:])
        return f"{year}-{last - 2:02}", f"{year}-{last:02}"
    return period, period


def join_periods(timeline: Timeline, step: LongerStep) -> Timeline:
    """Return a timeline by day or by month, as :data:`PARTS` says, by a longer step.

    The first and the last week or quarter may be cut where the days of the timeline are.
    """
    groups = [
        (name, [place for place, _ in members])
        for name, members in groupby(enumerate(timeline.periods), lambda member: name_longer_period(member[1], step))
    ]

    def join(series: Series) -> Series:
        shares = tuple(add_shares(series.shares[place] for place in places) for _, places in groups)
        return replace(series, shares=shares)

    return replace(
        timeline, step=step, periods=tuple(name for name, _ in groups), series=tuple(map(join, timeline.series))
    )
