"""Draws a timeline as lines of a terminal: a small plot for each series, all to one scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from crawler.research.kwic import measure_columns
from crawler.research.plots.scale import Measure, describe_gaps, format_figure, label_axis, measure_share, name_series
from crawler.research.timeline import Series, Share, Timeline, add_shares

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_ROWS: Final = 6
_WIDEST_BAR: Final = 6


def draw_blocks(
    timeline: Timeline, measure: Measure = "per-thousand", columns: int = 80, letters: bool = True
) -> list[str]:
    """Return a plot of a timeline as lines of at most so many columns; ASCII alone without ``letters``.

    Where there are more periods than columns, neighbours share one: their counts and denominators are added up, so
    that the figure drawn is that of the longer period. Below the axis is a mark where the archive knows that it lacks
    something; the axis has a hole where the corpus has no articles.
    """
    if not timeline.periods:
        return []
    names = [_make_printable(name_series(series), letters) for series in timeline.series]
    margin = 8
    width = max(columns - margin - 1, 10)
    size = math.ceil(len(timeline.periods) / width)
    bar = min(_WIDEST_BAR, max(width // math.ceil(len(timeline.periods) / size), 1))
    merged = [_merge_shares(series, size) for series in timeline.series]
    highest = max((measure_share(share, measure) or 0.0 for shares in merged for share in shares), default=0.0)
    scale = f"{label_axis(timeline, measure)}, to one scale"
    lines = wrap(scale + (f"; a column is {size} {timeline.step}s" if size > 1 else ""), columns)
    for series, name, shares in zip(timeline.series, names, merged, strict=True):
        lines += ["", _truncate(name, columns), *_draw_plot(timeline, shares, measure, highest, bar, margin, letters)]
        missing = describe_gaps(series.total).removeprefix(", ")
        if missing:
            note = f"{_choose_missing_mark(letters)} lacks: {missing}"
            lines += wrap(note, columns, initial_indent=" " * margin, subsequent_indent=" " * (margin + 2))
    return [line.rstrip() for line in lines]


def _draw_plot(
    timeline: Timeline, shares: Sequence[Share], measure: Measure, highest: float, bar: int, margin: int, letters: bool
) -> Iterator[str]:
    values = [measure_share(share, measure) for share in shares]
    for row in range(_ROWS - 1, -1, -1):
        label = format_figure(highest) if highest and row == _ROWS - 1 else "0" if row == 0 else ""
        cells = (_draw_cell(value, highest, row, letters) for value in values)
        yield f"{label.replace('–', '-'):>{margin - 1}} " + "".join(_draw_bar(cell, bar) for cell in cells)
    axis, gap = ("─", " ") if letters else ("-", " ")
    yield " " * margin + "".join((axis if share.articles else gap) * bar for share in shares)
    if any(describe_gaps(share) for share in shares):
        yield " " * margin + "".join(
            _draw_bar(_choose_missing_mark(letters) if describe_gaps(share) else " ", bar) for share in shares
        )
    width = bar * len(shares)
    first, last = timeline.periods[0], timeline.periods[-1]
    yield " " * margin + (first if len(first) + len(last) + 2 > width else first + last.rjust(width - len(first)))


def _merge_shares(series: Series, size: int) -> list[Share]:
    return [add_shares(series.shares[index : index + size]) for index in range(0, len(series.shares), size)]


def _draw_cell(value: float | None, highest: float, row: int, letters: bool) -> str:
    """Return what one bar shows in one row, counted from the bottom; what is there at all is seen."""
    if not value or not highest:
        return " "
    eighths = max(round(value / highest * _ROWS * 8), 1)
    level = min(max(eighths - row * 8, 0), 8)
    if letters:
        return _EIGHTHS[level]
    return "#" if level >= 4 else "." if level and row == 0 else " "


def _draw_bar(cell: str, size: int) -> str:
    return cell * size if size < 3 else cell * (size - 1) + " "


def _choose_missing_mark(letters: bool) -> str:
    return "░" if letters else "~"


def _truncate(text: str, width: int) -> str:
    while measure_columns(text) > width:
        text = text[:-1]
    return text


def _make_printable(text: str, letters: bool) -> str:
    return text if letters else text.encode("ascii", "backslashreplace").decode("ascii")
