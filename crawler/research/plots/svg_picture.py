"""Draws a timeline as SVG, with the same bytes for the same timeline.

Written by hand, so that every figure is readable as text, and colours and dashes go by class, not by style attributes,
which the Content-Security-Policy of a page refuses. :mod:`crawler.research.plots.terminal` draws for terminals,
:mod:`crawler.research.plots.png` PNG; the front draws bars of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from crawler.research.plots.scale import (
    Measure,
    choose_period_marks,
    choose_ticks,
    describe_gaps,
    format_figure,
    label_axis,
    label_rate,
    measure_share,
    name_series,
)
from crawler.research.plots.surface import FILE, PAGE, PHONE, Surface
from crawler.research.plots.svg_parts import CAPTION_LINE, draw_caption, escape_text, shorten, wrap_caption
from crawler.research.timeline import Series, Share, Timeline

_LEFT, _NARROW_LEFT, _RIGHT, _TOP = 64, 46, 12, 16
_LINE = 18
"""Height of a line of the legend."""
_PLOT: Final = 190
_STRIP: Final = 44
"""Height of the small plot of the denominator."""
_BETWEEN: Final = 34
_MANY: Final = 400
"""From so many periods on none has a field of its own to point at: it would be narrower than two points."""
_NARROW_MARKS: Final = 4
"""Periods that are named below a plot as wide as a phone."""
_MARKS: Final = 9
_FIGURE_WIDTH: Final = 6.8
"""Width of a figure in the names of periods."""

CSS: Final = """\
.timeline{font:12px/1.4 system-ui,sans-serif;background:#fff}
.timeline text{fill:#333}.timeline .end{text-anchor:end}.timeline .middle{text-anchor:middle}
.timeline .grid,.timeline .axis{stroke:#999;fill:none}.timeline .grid{stroke:#ddd}
.timeline .line{fill:none;stroke-width:2;stroke-linejoin:round}
.timeline .caption{fill:#555;font-size:11px}
.timeline .of{fill:#b8b8b8}.timeline .lacking{fill:#a33}
.timeline .period{fill:#000;fill-opacity:0}.timeline .period:hover{fill-opacity:.08}
.timeline .series-1{stroke:#0b62a4}.timeline .dot.series-1{fill:#0b62a4}
.timeline .series-2{stroke:#b3540a;stroke-dasharray:7 3}.timeline .dot.series-2{fill:#b3540a}
.timeline .series-3{stroke:#2d7d46;stroke-dasharray:2 3}.timeline .dot.series-3{fill:#2d7d46}
.timeline .series-4{stroke:#7a3b9c;stroke-dasharray:9 3 2 3}.timeline .dot.series-4{fill:#7a3b9c}
.timeline .series-5{stroke:#555;stroke-dasharray:14 4}.timeline .dot.series-5{fill:#555}
.timeline .series-6{stroke:#a3195b;stroke-dasharray:4 4}.timeline .dot.series-6{fill:#a3195b}
"""
"""The look of a picture."""
_DARK_CSS: Final = """\
.timeline .grid{stroke:#36383d}.timeline .of{fill:#5d6066}.timeline .lacking{fill:#f2968f}
.timeline .period{fill:#fff;fill-opacity:0}
.timeline .series-1{stroke:#6fb1ea}.timeline .dot.series-1{fill:#6fb1ea}
.timeline .series-2{stroke:#ef8a52}.timeline .dot.series-2{fill:#ef8a52}
.timeline .series-3{stroke:#6cc08b}.timeline .dot.series-3{fill:#6cc08b}
.timeline .series-4{stroke:#b99ae0}.timeline .dot.series-4{fill:#b99ae0}
.timeline .series-5{stroke:#a3acba}.timeline .dot.series-5{fill:#a3acba}
.timeline .series-6{stroke:#ec86b8}.timeline .dot.series-6{fill:#ec86b8}
"""
LINE_STYLES: Final = 6
"""So many series look different; the seventh looks like the first."""


def list_plot_margins() -> dict[str, tuple[float, float]]:
    """Return the share of a picture's width left and right of its plot, on a page and on a phone."""
    return {
        name: (round(_measure_left(surface) / surface.width, 4), round(_RIGHT / surface.width, 4))
        for name, surface in (("page", PAGE), ("phone", PHONE))
    }


def _measure_left(surface: Surface) -> int:
    return _NARROW_LEFT if surface.is_narrow else _LEFT


def svg(
    timeline: Timeline,
    measure: Measure = "per-thousand",
    *,
    title: str = "",
    caption: str = "",
    surface: Surface = FILE,
) -> str:
    """Return a picture of a timeline: a line for each series, below it the articles of the corpus and what it lacks.

    Args:
        timeline: what to draw.
        measure: what the lines show.
        title: what the picture is called; the queries when it is empty.
        caption: what stands below it.
        surface: what it is drawn for.

    """
    return "\n".join(_Picture(timeline, measure, title, wrap_caption(caption, surface), surface).draw()) + "\n"


@dataclass(slots=True)
class _Picture:
    timeline: Timeline
    measure: Measure
    title: str
    caption: list[str]
    surface: Surface
    scale: list[float] = field(init=False)

    def __post_init__(self) -> None:
        shares = (share for series in self.timeline.series for share in series.shares)
        highest = max((measure_share(share, self.measure) or 0.0 for share in shares), default=0.0)
        self.scale = choose_ticks(highest, least=1.0 if self.measure == "count" else 0.0)

    @property
    def width(self) -> int:
        return self.surface.width

    @property
    def left(self) -> int:
        return _measure_left(self.surface)

    @property
    def top(self) -> float:
        return _TOP + _LINE * (len(self.timeline.series) + 1) + 4

    @property
    def height(self) -> float:
        return self.top + _PLOT + _BETWEEN + _STRIP + 40 + CAPTION_LINE * len(self.caption)

    def draw(self) -> Iterator[str]:
        yield (
            f'<svg class="timeline" viewBox="0 0 {self.width} {self.height:.0f}" role="img"'
            ' aria-labelledby="timeline-title timeline-desc" xmlns="http://www.w3.org/2000/svg"'
            f' width="{self.width}" height="{self.height:.0f}">'
        )
        names = [name_series(series) for series in self.timeline.series]
        yield f'<title id="timeline-title">{escape_text(self.title or ", ".join(names) or "nothing asked")}</title>'
        yield f'<desc id="timeline-desc">{escape_text(self._describe())}</desc>'
        yield f"<style>{self.surface.style('timeline', CSS, _DARK_CSS)}</style>"
        yield f'<text x="{self.left}" y="{_TOP - 2}">{escape_text(label_axis(self.timeline, self.measure))}</text>'
        for index, name in enumerate(names):
            y = _TOP + _LINE * (index + 1)
            yield f'<path class="line {_name_line_style(index)}" d="M{self.left} {y - 4}h28"/>'
            yield f'<text x="{self.left + 36}" y="{y}">{escape_text(shorten(name, self.surface.label_letters))}</text>'
        if self.timeline.periods:
            yield from self._draw_axes()
            for index, series in enumerate(self.timeline.series):
                yield from self._draw_line(index, series)
            yield from self._draw_corpus()
            yield from self._draw_fields()
        yield from draw_caption(self.caption, self.left, self.height - CAPTION_LINE * len(self.caption))
        yield "</svg>"

    def _describe(self) -> str:
        if not self.timeline.periods:
            return "There is nothing to draw."
        first, last = self.timeline.periods[0], self.timeline.periods[-1]
        parts = [f"{label_axis(self.timeline, self.measure).capitalize()} by {self.timeline.step}, {first} to {last}."]
        plural = self.timeline.plural
        for series in self.timeline.series:
            best = max(
                zip(self.timeline.periods, series.shares, strict=True),
                key=lambda pair: measure_share(pair[1], self.measure) or 0.0,
            )
            parts.append(
                f"{name_series(series)}: {series.total.count:,} of {series.total.articles:,} {plural} in all"
                f"{_describe_undated(series)}; most in {best[0]}, "
                f"{format_figure(measure_share(best[1], self.measure))}."
                if self.timeline.unit == "articles"
                else f"{name_series(series)}: {series.total.count:,} hits in all{_describe_undated(series)}; most "
                f"in {best[0]},"
                f" {format_figure(measure_share(best[1], self.measure))}."
            )
        return " ".join(parts)

    def _place_x(self, index: float) -> float:
        return self.left + (self.width - self.left - _RIGHT) * (index + 0.5) / len(self.timeline.periods)

    def _place_y(self, value: float) -> float:
        return self.top + _PLOT * (1 - value / self.scale[-1])

    def _draw_axes(self) -> Iterator[str]:
        for value in self.scale:
            y = self._place_y(value)
            yield f'<path class="{"grid" if value else "axis"}" d="M{self.left} {y:.1f}H{self.width - _RIGHT}"/>'
            yield f'<text class="end" x="{self.left - 6}" y="{y + 4:.1f}">{format_figure(value)}</text>'
        for index in choose_period_marks(self.timeline.periods, _NARROW_MARKS if self.surface.is_narrow else _MARKS):
            x, base, period = self._place_x(index), self.top + _PLOT, self.timeline.periods[index]
            middle = min(x, self.width - _FIGURE_WIDTH * len(period) / 2)
            yield f'<path class="axis" d="M{x:.1f} {base:.1f}v4"/>'
            yield f'<text class="middle" x="{middle:.1f}" y="{base + 17:.1f}">{period}</text>'

    def _draw_line(self, index: int, series: Series) -> Iterator[str]:
        path: list[str] = []
        points: list[tuple[float, float]] = []
        run: list[tuple[float, float]] = []
        for number, share in enumerate((*series.shares, None)):
            value = None if share is None else measure_share(share, self.measure)
            if value is not None:
                run.append((self._place_x(number), self._place_y(value)))
                continue
            if len(run) == 1:
                points += run
            elif run:
                path.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run))
            run = []
        if path:
            yield f'<path class="line {_name_line_style(index)}" d="{"".join(path)}"/>'
        for x, y in points:  # a line of one point would not be seen
            yield f'<circle class="dot {_name_line_style(index)}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'

    def _draw_corpus(self) -> Iterator[str]:
        """Draw how many articles each period has, and above them how many it is known to lack."""
        counts = [max(share.articles for share in shares) for shares in self._list_columns()]
        lacks = [max(share.waiting + (share.never_asked or 0) for share in shares) for shares in self._list_columns()]
        highest = max((have + lack for have, lack in zip(counts, lacks, strict=True)), default=0) or 1
        base = self.top + _PLOT + _BETWEEN + _STRIP
        width = max((self.width - self.left - _RIGHT) / len(counts) * 0.85, 0.4)
        bars: dict[str, list[str]] = {"of": [], "lacking": []}
        for index, (have, lack) in enumerate(zip(counts, lacks, strict=True)):
            x, height, more = self._place_x(index) - width / 2, _STRIP * have / highest, _STRIP * lack / highest
            if have:
                bars["of"].append(f"M{x:.1f} {base:.1f}h{width:.2f}v-{height:.2f}h-{width:.2f}z")
            if lack:
                bars["lacking"].append(f"M{x:.1f} {base - height:.1f}h{width:.2f}v-{more:.2f}h-{width:.2f}z")
        for kind, paths in bars.items():
            if paths:
                yield f'<path class="{kind}" d="{"".join(paths)}"/>'
        yield f'<path class="axis" d="M{self.left} {base:.1f}H{self.width - _RIGHT}"/>'
        yield f'<text class="end" x="{self.left - 6}" y="{base:.1f}">0</text>'
        yield f'<text class="end" x="{self.left - 6}" y="{base - _STRIP + 8:.1f}">{highest:,}</text>'
        note = f"{self.timeline.plural} of the corpus"
        if bars["lacking"] and self.surface.is_narrow:
            note = f"{self.timeline.plural} held, above them those lacking"
        elif bars["lacking"]:
            note += ", above them what it is known to lack"
        yield f'<text x="{self.left}" y="{base + 18:.1f}">{note}</text>'

    def _list_columns(self) -> list[tuple[Share, ...]]:
        return list(zip(*(series.shares for series in self.timeline.series), strict=True))

    def _draw_fields(self) -> Iterator[str]:
        """Draw over every period a field whose title has its figures."""
        if len(self.timeline.periods) > _MANY:
            return
        width = (self.width - self.left - _RIGHT) / len(self.timeline.periods)
        height = _PLOT + _BETWEEN + _STRIP
        for index, (period, shares) in enumerate(zip(self.timeline.periods, self._list_columns(), strict=True)):
            figures = "; ".join(
                self._describe_share(series, share) for series, share in zip(self.timeline.series, shares, strict=True)
            )
            x = self._place_x(index) - width / 2
            yield (
                f'<rect class="period" x="{x:.1f}" y="{self.top:.1f}" width="{width:.2f}"'
                f' height="{height}"><title>{escape_text(f"{period}: {figures}")}</title></rect>'
            )

    def _describe_share(self, series: Series, share: Share) -> str:
        rate = (
            ""
            if self.measure == "count"
            else f", {format_figure(measure_share(share, self.measure))} {label_rate(self.timeline, self.measure)}"
        )
        total = f"{share.articles:,} {self.timeline.plural}"
        return f"{name_series(series)} {share.count:,} in {total}{rate}{describe_gaps(share)}"


def _name_line_style(index: int) -> str:
    return f"series-{index % LINE_STYLES + 1}"


def _describe_undated(series: Series) -> str:
    return f" ({series.undated.count:,} without a date, not drawn)" if series.undated.count else ""
