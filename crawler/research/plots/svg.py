"""Plots: a timeline goes in, a picture of it as SVG comes out, the same bytes for the same timeline.

Written here, because a page shows it as well as a file: no style attributes (a Content-Security-Policy refuses them),
colours and dashes by class, every figure readable as text. :mod:`crawler.research.plots.terminal` draws for terminals,
:mod:`crawler.research.plots.png` PNG.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape as for_html
from typing import Final, Literal

from crawler.research.exports.sanitize import replace_non_xml
from crawler.research.timeline import Series, Share, Timeline

Measure = Literal["count", "per-thousand", "per-million"]
LinkBuilder = Callable[[str], str | None]
"""Period → the address that shows it."""

WIDTH: Final = 760
_LEFT, _RIGHT, _TOP = 64, 12, 16
_LINE = 18
"""Height of a line of the legend."""
_PLOT: Final = 190
_STRIP: Final = 44
"""Height of the small plot of the denominator."""
_BETWEEN: Final = 34
_MANY: Final = 400
"""From so many periods on none has a field of its own to point at: it would be narrower than two points."""
_LONGEST_NAME: Final = 70

CSS: Final = """\
.timeline{font:12px/1.4 system-ui,sans-serif;background:#fff}
.timeline text{fill:#333}.timeline .end{text-anchor:end}.timeline .middle{text-anchor:middle}
.timeline .grid,.timeline .axis{stroke:#999;fill:none}.timeline .grid{stroke:#ddd}
.timeline .line{fill:none;stroke-width:2;stroke-linejoin:round}
.timeline .of{fill:#b8b8b8}.timeline .lacking{fill:#a33}
.timeline .period{fill:#000;fill-opacity:0}.timeline .period:hover{fill-opacity:.08}
.timeline .series-1{stroke:#0b62a4}.timeline .dot.series-1{fill:#0b62a4}
.timeline .series-2{stroke:#b3540a;stroke-dasharray:7 3}.timeline .dot.series-2{fill:#b3540a}
.timeline .series-3{stroke:#2d7d46;stroke-dasharray:2 3}.timeline .dot.series-3{fill:#2d7d46}
.timeline .series-4{stroke:#7a3b9c;stroke-dasharray:9 3 2 3}.timeline .dot.series-4{fill:#7a3b9c}
.timeline .series-5{stroke:#555;stroke-dasharray:14 4}.timeline .dot.series-5{fill:#555}
.timeline .series-6{stroke:#a3195b;stroke-dasharray:4 4}.timeline .dot.series-6{fill:#a3195b}
"""
"""The look of a picture that stands alone. A page has its own rules for the same classes."""
LINE_STYLES: Final = 6
"""So many series look different; the seventh looks like the first."""


def measure_share(share: Share, measure: Measure) -> float | None:
    """Return a share's figure; None where there is nothing to measure against."""
    if measure == "count":
        return float(share.count)
    return share.per_thousand if measure == "per-thousand" else share.per_million


def name_series(series: Series) -> str:
    """Return what a legend calls a series: its query and its options."""
    options = [f"{filter_.name}:{filter_.value}" for filter_ in series.selection.filters()]
    return " ".join([*([series.selection.query] if series.selection.query.strip() else []), *options]) or "all articles"


def label_axis(timeline: Timeline, measure: Measure) -> str:
    """Return what a measure is called on an axis."""
    what = timeline.unit
    return {"count": what, "per-thousand": f"{what} per 1,000 articles", "per-million": f"{what} per million words"}[
        measure
    ]


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
    """Return the places of the periods named below an axis: the first of a month or of a year, where enough are there.

    >>> choose_period_marks([f"{year}-{month:02}" for year in (2020, 2021, 2022) for month in range(1, 13)])
    [0, 12, 24]
    """
    if len(periods) <= at_most:
        return list(range(len(periods)))
    every = list(range(len(periods)))
    years = [place for place in every if periods[place][4:] in ("", "-01", "-01-01")]
    months = [place for place in every if periods[place][7:] == "-01"]
    for firsts, sizes in ((months, (1, 2, 3, 6)), (years, (1, 2, 5, 10, 20, 50))):
        for size in sizes:
            if 2 <= len(firsts[::size]) <= at_most:
                return firsts[::size]
    return every[:: math.ceil(len(periods) / at_most)]


def svg(
    timeline: Timeline,
    measure: Measure = "per-thousand",
    *,
    title: str = "",
    link: LinkBuilder | None = None,
    alone: bool = False,
    name: str = "timeline",
) -> str:
    """Return a picture of a timeline: a line for each series, below it the articles of the corpus and what it lacks.

    Args:
        timeline: what to draw.
        measure: what the lines show.
        title: what the picture is called; the queries when it is empty.
        link: for a page: the address each period leads to.
        alone: for a file: with its own style (:data:`CSS`), size and namespace. In a page the page's style applies.
        name: begins the ids of the picture, which must be its own in a page.

    """
    return "\n".join(_Picture(timeline, measure, title, link, alone, name).lines()) + "\n"


@dataclass(slots=True)
class _Picture:
    timeline: Timeline
    measure: Measure
    title: str
    link: LinkBuilder | None
    alone: bool
    name: str
    scale: list[float] = field(init=False)

    def __post_init__(self) -> None:
        shares = (share for series in self.timeline.series for share in series.shares)
        highest = max((measure_share(share, self.measure) or 0.0 for share in shares), default=0.0)
        self.scale = choose_ticks(highest, least=1.0 if self.measure == "count" else 0.0)

    @property
    def top(self) -> float:
        return _TOP + _LINE * (len(self.timeline.series) + 1) + 4

    @property
    def height(self) -> float:
        return self.top + _PLOT + _BETWEEN + _STRIP + 40

    def lines(self) -> Iterator[str]:
        size = f' xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.height:.0f}"' if self.alone else ""
        # Links inside a picture that is one image to a screen reader would not be reached.
        role = "group" if self.link is not None else "img"
        yield (
            f'<svg class="timeline" viewBox="0 0 {WIDTH} {self.height:.0f}" role="{role}"'
            f' aria-labelledby="{self.name}-title {self.name}-desc"{size}>'
        )
        names = [name_series(series) for series in self.timeline.series]
        yield f'<title id="{self.name}-title">{_text(self.title or ", ".join(names) or "nothing asked")}</title>'
        yield f'<desc id="{self.name}-desc">{_text(self.description())}</desc>'
        if self.alone:
            yield f"<style>{CSS}</style>"
        yield f'<text x="{_LEFT}" y="{_TOP - 2}">{_text(label_axis(self.timeline, self.measure))}</text>'
        for place, name in enumerate(names):
            y = _TOP + _LINE * (place + 1)
            shown = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
            yield f'<path class="line {_style_of_line(place)}" d="M{_LEFT} {y - 4}h28"/>'
            yield f'<text x="{_LEFT + 36}" y="{y}">{_text(shown)}</text>'
        if self.timeline.periods:
            yield from self.axes()
            for place, series in enumerate(self.timeline.series):
                yield from self.line(place, series)
            yield from self.corpus()
            yield from self.fields()
        yield "</svg>"

    def description(self) -> str:
        if not self.timeline.periods:
            return "There is nothing to draw."
        first, last = self.timeline.periods[0], self.timeline.periods[-1]
        parts = [f"{label_axis(self.timeline, self.measure).capitalize()} by {self.timeline.step}, {first} to {last}."]
        for series in self.timeline.series:
            best = max(
                zip(self.timeline.periods, series.shares, strict=True),
                key=lambda pair: measure_share(pair[1], self.measure) or 0.0,
            )
            parts.append(
                f"{name_series(series)}: {series.total.count:,} of {series.total.articles:,} articles in all"
                f"{_describe_undated(series)}; most in {best[0]}, "
                f"{format_figure(measure_share(best[1], self.measure))}."
                if self.timeline.unit == "articles"
                else f"{name_series(series)}: {series.total.count:,} hits in all{_describe_undated(series)}; most "
                f"in {best[0]},"
                f" {format_figure(measure_share(best[1], self.measure))}."
            )
        return " ".join(parts)

    def x(self, place: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (place + 0.5) / len(self.timeline.periods)

    def y(self, value: float) -> float:
        return self.top + _PLOT * (1 - value / self.scale[-1])

    def axes(self) -> Iterator[str]:
        for value in self.scale:
            y = self.y(value)
            yield f'<path class="{"grid" if value else "axis"}" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
            yield f'<text class="end" x="{_LEFT - 6}" y="{y + 4:.1f}">{format_figure(value)}</text>'
        for place in choose_period_marks(self.timeline.periods):
            x, base = self.x(place), self.top + _PLOT
            yield f'<path class="axis" d="M{x:.1f} {base:.1f}v4"/>'
            yield f'<text class="middle" x="{x:.1f}" y="{base + 17:.1f}">{self.timeline.periods[place]}</text>'

    def line(self, place: int, series: Series) -> Iterator[str]:
        path: list[str] = []
        alone: list[tuple[float, float]] = []
        run: list[tuple[float, float]] = []
        for number, share in enumerate((*series.shares, None)):
            value = None if share is None else measure_share(share, self.measure)
            if value is not None:
                run.append((self.x(number), self.y(value)))
                continue
            if len(run) == 1:
                alone += run
            elif run:
                path.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run))
            run = []
        if path:
            yield f'<path class="line {_style_of_line(place)}" d="{"".join(path)}"/>'
        for x, y in alone:  # a line of one point would not be seen
            yield f'<circle class="dot {_style_of_line(place)}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'

    def corpus(self) -> Iterator[str]:
        """Draw how many articles each period has, and above them how many it is known to lack."""
        held = [max(share.articles for share in shares) for shares in self.columns()]
        lacks = [max(share.waiting + (share.never_asked or 0) for share in shares) for shares in self.columns()]
        highest = max((have + lack for have, lack in zip(held, lacks, strict=True)), default=0) or 1
        base = self.top + _PLOT + _BETWEEN + _STRIP
        wide = max((WIDTH - _LEFT - _RIGHT) / len(held) * 0.85, 0.4)
        bars: dict[str, list[str]] = {"of": [], "lacking": []}
        for place, (have, lack) in enumerate(zip(held, lacks, strict=True)):
            x, high, more = self.x(place) - wide / 2, _STRIP * have / highest, _STRIP * lack / highest
            if have:
                bars["of"].append(f"M{x:.1f} {base:.1f}h{wide:.2f}v-{high:.2f}h-{wide:.2f}z")
            if lack:
                bars["lacking"].append(f"M{x:.1f} {base - high:.1f}h{wide:.2f}v-{more:.2f}h-{wide:.2f}z")
        for kind, paths in bars.items():
            if paths:
                yield f'<path class="{kind}" d="{"".join(paths)}"/>'
        yield f'<path class="axis" d="M{_LEFT} {base:.1f}H{WIDTH - _RIGHT}"/>'
        yield f'<text class="end" x="{_LEFT - 6}" y="{base:.1f}">0</text>'
        yield f'<text class="end" x="{_LEFT - 6}" y="{base - _STRIP + 8:.1f}">{highest:,}</text>'
        note = "articles of the corpus" + (", above them what it is known to lack" if bars["lacking"] else "")
        yield f'<text x="{_LEFT}" y="{base + 18:.1f}">{note}</text>'

    def columns(self) -> list[tuple[Share, ...]]:
        return list(zip(*(series.shares for series in self.timeline.series), strict=True))

    def fields(self) -> Iterator[str]:
        """Give every period a field that tells its figures, and leads to them in a page."""
        if len(self.timeline.periods) > _MANY:
            return
        wide = (WIDTH - _LEFT - _RIGHT) / len(self.timeline.periods)
        high = _PLOT + _BETWEEN + _STRIP
        for place, (period, shares) in enumerate(zip(self.timeline.periods, self.columns(), strict=True)):
            told = "; ".join(
                self.describe(series, share) for series, share in zip(self.timeline.series, shares, strict=True)
            )
            area = (
                f'<rect class="period" x="{self.x(place) - wide / 2:.1f}" y="{self.top:.1f}" width="{wide:.2f}"'
                f' height="{high}"><title>{_text(f"{period}: {told}")}</title></rect>'
            )
            address = self.link(period) if self.link is not None else None
            if address is None:
                yield area
            else:
                yield f'<a href="{_text(address)}" aria-label="{_text(f"{period}: {told}")}">{area}</a>'

    def describe(self, series: Series, share: Share) -> str:
        rate = (
            ""
            if self.measure == "count"
            else f", {format_figure(measure_share(share, self.measure))} {_per_phrase(self.measure)}"
        )
        return f"{name_series(series)} {share.count:,} in {share.articles:,} articles{rate}{describe_gaps(share)}"


def describe_gaps(share: Share) -> str:
    """Say what the archive knows that it lacks of a share; nothing when it knows of nothing."""
    waiting = f", {share.waiting:,} known and not archived" if share.waiting else ""
    return waiting + (f", {share.never_asked:,} numbers never asked for" if share.never_asked else "")


def _text(text: str) -> str:
    return for_html(replace_non_xml(text))


def _style_of_line(place: int) -> str:
    return f"series-{place % LINE_STYLES + 1}"


def _per_phrase(measure: Measure) -> str:
    return "per 1,000 articles" if measure == "per-thousand" else "per million words"


def _describe_undated(series: Series) -> str:
    return f" ({series.undated.count:,} without a date, not drawn)" if series.undated.count else ""
