"""What the SVG pictures share: escaped text, lines of a caption, the size of letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape as for_html
from textwrap import wrap
from typing import Final

from crawler.research.exports.sanitize import replace_non_xml
from crawler.research.plots.surface import Surface

CAPTION_LINE: Final = 16
"""Height of a line of a caption."""


def escape_text(text: str) -> str:
    """Return a text as XML holds it."""
    return for_html(replace_non_xml(text))


def wrap_caption(caption: str, surface: Surface) -> list[str]:
    """Return the lines of a caption; none of an empty one."""
    return wrap(caption, surface.caption_letters)


def shorten(text: str, letters: int) -> str:
    """Return a text, cut where it has more letters."""
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def draw_caption(lines: Sequence[str], x: float, y: float) -> Iterator[str]:
    """Yield the elements of a caption whose first line stands at ``y``."""
    for number, line in enumerate(lines):
        yield f'<text class="caption" x="{x:.0f}" y="{y + CAPTION_LINE * number:.1f}">{escape_text(line)}</text>'


def make_caption(query: str, archive: str, figures: str, now: datetime | None = None) -> str:
    """Return what a picture says of itself: what was asked of which archive, out of how much, and on what day.

    >>> make_caption("boat", "Gazette", "3 of 10 articles", datetime(2026, 3, 1, tzinfo=UTC))
    'boat · Gazette archive · 3 of 10 articles · counted on 2026-03-01 with seealso'
    """
    day = (now or datetime.now(UTC)).date().isoformat()
    return " · ".join(
        [query or "all articles", f"{archive or 'News'} archive", figures, f"counted on {day} with seealso"]
    )
