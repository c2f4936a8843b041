"""Draws words as horizontal bars in SVG, with the same bytes for the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from crawler.research.kwic import measure_columns
from crawler.research.plots.scale import format_figure
from crawler.research.plots.surface import FILE, Surface
from crawler.research.plots.svg_parts import CAPTION_LINE, draw_caption, escape_text, shorten, wrap_caption

BARS_SHOWN: Final = 25
"""Words of a language that are drawn."""
_ROW: Final = 18
_LONGEST_LABEL, _LONGEST_NARROW_LABEL = 26, 15
"""Columns of a word."""
_LEFT, _NARROW_LEFT = 190, 112
_RIGHT, _NARROW_RIGHT = 84, 56
_CSS: Final = """\
.words-plot{font:12px/1.4 system-ui,sans-serif;background:#fff}
.words-plot text{fill:#333}.words-plot .end{text-anchor:end}.words-plot .heading{font-weight:bold}
.words-plot .bar{fill:#0b62a4}.words-plot .less{fill:#b3540a}.words-plot .axis{stroke:#999;fill:none}
.words-plot .caption{fill:#555;font-size:11px}
"""
_DARK_CSS: Final = ".words-plot .bar{fill:#6fb1ea}.words-plot .less{fill:#ef8a52}"


@dataclass(frozen=True, slots=True)
class BarGroup:
    """The words of one language."""

    heading: str
    bars: Sequence[tuple[str, float]]
    """Each word and its figure, in the order in which they are drawn; those without a finite figure are not."""


def bars_svg(title: str, groups: Sequence[BarGroup], caption: str = "", surface: Surface = FILE) -> str:
    """Return a picture of words; each language has a scale of its own."""
    return "\n".join(_draw(title, groups, wrap_caption(caption, surface), surface)) + "\n"


def _draw(title: str, groups: Sequence[BarGroup], caption: Sequence[str], surface: Surface) -> Iterator[str]:
    left, right, label_columns = (
        (_NARROW_LEFT, _NARROW_RIGHT, _LONGEST_NARROW_LABEL) if surface.is_narrow else (_LEFT, _RIGHT, _LONGEST_LABEL)
    )
    shown = [[bar for bar in group.bars if isfinite(bar[1])][:BARS_SHOWN] for group in groups]
    height = 34 + sum(_ROW * (len(bars) + 2) for bars in shown) + CAPTION_LINE * len(caption)
    yield (
        f'<svg class="words-plot" viewBox="0 0 {surface.width} {height}" width="{surface.width}" height="{height}"'
        ' role="img"'
        ' aria-labelledby="words-title" xmlns="http://www.w3.org/2000/svg">'
    )
    yield f'<title id="words-title">{escape_text(title)}</title>'
    yield f"<style>{surface.style('words-plot', _CSS, _DARK_CSS)}</style>"
    yield f'<text class="heading" x="12" y="18">{escape_text(_fit_heading(title, surface))}</text>'
    y = 24.0
    for group, bars in zip(groups, shown, strict=True):
        y += _ROW
        yield f'<text x="12" y="{y:.0f}">{escape_text(group.heading)}</text>'
        top = y + 5
        highest = max((abs(figure) for _, figure in bars), default=0.0) or 1.0
        for word, figure in bars:
            y += _ROW
            width = (surface.width - left - right) * abs(figure) / highest
            kind = "bar less" if figure < 0 else "bar"
            yield f'<text class="end" x="{left - 6}" y="{y:.0f}">{escape_text(_shorten(word, label_columns))}</text>'
            yield f'<rect class="{kind}" x="{left}" y="{y - 11:.0f}" width="{width:.1f}" height="13"/>'
            yield f'<text x="{left + width + 5:.1f}" y="{y:.0f}">{format_figure(figure)}</text>'
        yield f'<path class="axis" d="M{left} {top:.0f}V{y + 5:.0f}"/>'
        y += _ROW
    yield from draw_caption(caption, 12, y + 6)
    yield "</svg>"


def _fit_heading(title: str, surface: Surface) -> str:
    return shorten(title, surface.caption_letters - 6) if surface.is_narrow else title


def _shorten(word: str, columns: int) -> str:
    while measure_columns(word) > columns:
        word = word[:-2].rstrip() + "…"
    return word
