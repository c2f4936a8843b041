"""Draws a map of the world with a circle for each place, as SVG, with the same bytes for the same places.

The outline of the land is Natural Earth's (public domain); ``training/world_outline.py`` made it. Colours go by class,
not by style attributes, which the Content-Security-Policy of a page refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape as for_html
from importlib.resources import files
from math import sqrt
from typing import Final, NamedTuple

from crawler.archive.places.listing import PlaceEntry
from crawler.research.exports.sanitize import replace_non_xml
from crawler.research.maps.projection import HEIGHT, WIDTH, project

MAX_CIRCLES: Final = 400
"""Places that are drawn, those with most articles."""
_LARGEST: Final = 20.0
_SMALLEST: Final = 2.5
"""Units of the map: radii of circles. Their areas are as the numbers of articles, from the smallest one on."""
_CAPTION: Final = 44
"""Height below the map, for the caption."""
_LETTERS_OF_LINE: Final = 150
CSS: Final = """\
.world{font:13px/1.4 system-ui,sans-serif;background:#fff}
.world text{fill:#333}.world .land{fill:#e2ded4;stroke:#b7b1a3;stroke-width:3}
.world circle{fill:#8c1d18;fill-opacity:.45;stroke:#8c1d18}
"""
"""The look of a picture that stands alone."""


class Outline(NamedTuple):
    """The outline of the land."""

    path: str
    """A path of SVG, in units of which ``fineness`` make one of the map."""
    fineness: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A place on the map."""

    place: PlaceEntry
    x: float
    y: float
    radius: float

    @property
    def label(self) -> str:
        """What the circle shows: ``Hong Kong: 6``."""
        return f"{self.place.label}: {self.place.articles:,}"


def make_circles(places: Iterable[PlaceEntry]) -> list[Circle]:
    """Return the circles of the places that have a position, large ones first, so that small ones lie upon them."""
    located = [place for place in places if place.latitude is not None and place.longitude is not None]
    located.sort(key=lambda place: (-place.articles, place.label))
    most = max((place.articles for place in located), default=1)
    circles = []
    for place in located[:MAX_CIRCLES]:
        assert place.latitude is not None
        assert place.longitude is not None
        point = project(place.latitude, place.longitude)
        radius = max(_SMALLEST, _LARGEST * sqrt(place.articles / most))
        circles.append(Circle(place=place, x=round(point.x, 1), y=round(point.y, 1), radius=round(radius, 1)))
    return circles


@cache
def load_outline() -> Outline:
    """Return the outline of the land."""
    text = files("crawler.research.maps").joinpath("world_outline.json").read_text(encoding="utf-8")
    outline = json.loads(text)
    return Outline(outline["path"], outline["fineness"], outline["source"])


def draw_map(circles: Sequence[Circle], caption: str, note: str) -> str:
    """Return a picture of the circles, with a caption below (what was asked) and a note (what is not on the map)."""
    outline = load_outline()
    height = HEIGHT + _CAPTION
    parts = [
        f'<svg class="world" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img"'
        f' aria-labelledby="world-title world-desc" width="{WIDTH:g}" height="{height:g}">',
        f'<title id="world-title">{_escape_text(caption)}</title>',
        f'<desc id="world-desc">{_escape_text(f"{note} {outline.source}.")}</desc>',
        f"<style>{CSS}</style>",
        f'<path class="land" transform="scale({1 / outline.fineness:g})" d="{outline.path}"/>',
    ]
    parts += [
        f'<circle cx="{circle.x:g}" cy="{circle.y:g}" r="{circle.radius:g}">'
        f"<title>{_escape_text(circle.label)}</title></circle>"
        for circle in circles
    ]
    for line, text in enumerate((caption, note)):
        shown = text if len(text) <= _LETTERS_OF_LINE else text[: _LETTERS_OF_LINE - 1] + "…"
        parts.append(f'<text x="8" y="{HEIGHT + 16 + 18 * line:g}">{_escape_text(shown)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _escape_text(text: str) -> str:
    return for_html(replace_non_xml(text))
