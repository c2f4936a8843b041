"""Draws on which days hits stand, as SVG: a strip for each query, a stroke for each day with a hit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from crawler.research.plots.scale import choose_period_marks, name_series
from crawler.research.plots.surface import FILE, Surface
from crawler.research.plots.svg_parts import CAPTION_LINE, draw_caption, escape_text, shorten, wrap_caption
from crawler.research.timeline import Series, Timeline

_LEFT, _RIGHT = 12, 12
_STRIP: Final = 40
_GAP: Final = 26
_CSS: Final = """\
.dispersion{font:12px/1.4 system-ui,sans-serif;background:#fff}
.dispersion text{fill:#333}.dispersion .middle{text-anchor:middle}.dispersion .caption{fill:#555;font-size:11px}
.dispersion .strip{fill:#f4f1ea}.dispersion .hits{stroke:#0b62a4;stroke-width:1;fill:none}
.dispersion .axis{stroke:#999;fill:none}
"""
_DARK_CSS: Final = ".dispersion .strip{fill:#202226}.dispersion .hits{stroke:#6fb1ea}"


def dispersion_svg(timeline: Timeline, caption: str = "", surface: Surface = FILE) -> str:
    """Return a picture of a timeline by day: the higher a stroke, the more hits share its place."""
    return "\n".join(_draw(timeline, wrap_caption(caption, surface), surface)) + "\n"


def _draw(timeline: Timeline, caption: Sequence[str], surface: Surface) -> Iterator[str]:
    height = 34 + (_STRIP + _GAP) * len(timeline.series) + CAPTION_LINE * len(caption)
    names = ", ".join(name_series(series) for series in timeline.series)
    yield (
        f'<svg class="dispersion" viewBox="0 0 {surface.width} {height}" width="{surface.width}" height="{height}"'
        ' role="img"'
        ' aria-labelledby="dispersion-title" xmlns="http://www.w3.org/2000/svg">'
    )
    yield f'<title id="dispersion-title">{escape_text(f"On which days: {names}")}</title>'
    yield f"<style>{surface.style('dispersion', _CSS, _DARK_CSS)}</style>"
    y = 6.0
    for series in timeline.series:
        name = f"{name_series(series)}: {series.total.count:,} hits"
        yield f'<text x="{_LEFT}" y="{y + 12:.0f}">{escape_text(shorten(name, surface.caption_letters - 2))}</text>'
        y += 18
        width = surface.width - _LEFT - _RIGHT
        yield f'<rect class="strip" x="{_LEFT}" y="{y:.0f}" width="{width}" height="{_STRIP}"/>'
        strokes = "".join(
            f"M{x:.1f} {y + _STRIP:.1f}v-{_STRIP * share:.1f}"
            for x, share in _place_strokes(series, surface.width).items()
        )
        yield f'<path class="hits" d="{strokes}"/>'
        y += _STRIP + _GAP - 18
    for index in choose_period_marks(timeline.periods, 3 if surface.is_narrow else 9):
        x = _place(index, len(timeline.periods), surface.width)
        yield f'<path class="axis" d="M{x:.1f} {y - 8:.0f}v4"/>'
        anchor = ' class="middle"' if 40 < x < surface.width - 40 else ""
        yield f'<text{anchor} x="{min(x, surface.width - 70):.1f}" y="{y + 8:.0f}">{timeline.periods[index]}</text>'
    yield from draw_caption(caption, _LEFT, y + 28)
    yield "</svg>"


def _place(index: int, periods: int, width: int) -> float:
    return _LEFT + (width - _LEFT - _RIGHT) * (index + 0.5) / periods


def _place_strokes(series: Series, width: int) -> dict[float, float]:
    """Return where strokes stand, and how high each is, of 1; days that fall on one place share a stroke."""
    counts: dict[float, int] = {}
    for index, share in enumerate(series.shares):
        if share.count:
            x = round(_place(index, len(series.shares), width))
            counts[x] = counts.get(x, 0) + share.count
    highest = max(counts.values(), default=1)
    return {x: 0.25 + 0.75 * count / highest for x, count in counts.items()}
