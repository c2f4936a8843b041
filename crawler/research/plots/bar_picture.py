"""Draws words as horizontal bars in SVG, with the same bytes for the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from crawler.research.kwic import measure_columns
from crawler.research.plots.scale import format_figure
from crawler.research.plots.svg_parts import CAPTION_LINE, WIDTH, draw_caption, escape_text, wrap_caption

BARS_SHOWN: Final = 25
"""Words of a language that are drawn."""
_ROW: Final = 18
_LONGEST_LABEL: Final = 26
"""Columns of a word."""
_LEFT: Final = 190
_RIGHT: Final = 84
_CSS: Final = """\
.words-plot{font:12px/1.4 system-ui,sans-serif;background:#fff}
.words-plot text{fill:#333}.words-plot .end{text-anchor:end}.words-plot .heading{font-weight:bold}
.words-plot .bar{fill:#0b62a4}.words-plot .less{fill:#b3540a}.words-plot .axis{stroke:#999;fill:none}
.words-plot .caption{fill:#555;font-size:11px}
"""


@dataclass(frozen=True, slots=True)
class BarGroup:
    """The words of one language."""

    heading: str
    bars: Sequence[tuple[str, float]]
    """Each word and its figure, in the order in which they are drawn; those without a finite figure are not."""


def bars_svg(title: str, groups: Sequence[BarGroup], caption: str = "") -> str:
    """Return a picture of words; each language has a scale of its own."""
    return "\n".join(_draw(title, groups, wrap_caption(caption))) + "\n"


def _draw(title: str, groups: Sequence[BarGroup], caption: Sequence[str]) -> Iterator[str]:
    shown = [[bar for bar in group.bars if isfinite(bar[1])][:BARS_SHOWN] for group in groups]
    height = 34 + sum(_ROW * (len(bars) + 2) for bars in shown) + CAPTION_LINE * len(caption)
    yield (
        f'<svg class="words-plot" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
        ' aria-labelledby="words-title" xmlns="http://www.w3.org/2000/svg">'
    )
    yield f'<title id="words-title">{escape_text(title)}</title>'
    yield f"<style>{_CSS}</style>"
    yield f'<text class="heading" x="12" y="18">{escape_text(title)}</text>'
    y = 24.0
    for group, bars in zip(groups, shown, strict=True):
        y += _ROW
        yield f'<text x="12" y="{y:.0f}">{escape_text(group.heading)}</text>'
        top = y + 5
        highest = max((abs(figure) for _, figure in bars), default=0.0) or 1.0
        for word, figure in bars:
            y += _ROW
            width = (WIDTH - _LEFT - _RIGHT) * abs(figure) / highest
            kind = "bar less" if figure < 0 else "bar"
            yield f'<text class="end" x="{_LEFT - 6}" y="{y:.0f}">{escape_text(_shorten(word))}</text>'
            yield f'<rect class="{kind}" x="{_LEFT}" y="{y - 11:.0f}" width="{width:.1f}" height="13"/>'
            yield f'<text x="{_LEFT + width + 5:.1f}" y="{y:.0f}">{format_figure(figure)}</text>'
        yield f'<path class="axis" d="M{_LEFT} {top:.0f}V{y + 5:.0f}"/>'
        y += _ROW
    yield from draw_caption(caption, 12, y + 6)
    yield "</svg>"


def _shorten(word: str) -> str:
    while measure_columns(word) > _LONGEST_LABEL:
        word = word[:-2].rstrip() + "…"
    return word
