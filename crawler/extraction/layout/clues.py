"""What a page tells beside its lines, by which headline, header and body are found among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.extraction.layout.labels import CompiledLabels
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.site_names import SiteNames
from crawler.extraction.parsing.markup import DOUBTFUL_HINTS, Hint


@dataclass(frozen=True, slots=True)
class StatedHeadline:
    """A headline that structured data or the title states, by which the printed one is found."""

    value: str
    source: str


@dataclass(slots=True)
class Clues:
    """What the page and its site tell beside the lines."""

    labels: CompiledLabels
    language: str | None
    anchors: tuple[StatedHeadline, ...]
    author_names: tuple[str, ...]
    day: str | None
    """The day of publication as structured data states it, ``2022-03-11``."""
    sections: tuple[str, ...]
    leads_to_other_article: Callable[[str], bool]
    """Does this href lead to another article of the site?"""
    leads_to_related: Callable[[str], bool]
    """The same, by the form of the address where the site declares none."""
    leads_to_listing: Callable[[str], bool]
    """Does this href lead to a listing of the site?"""
    leads_away: Callable[[str], bool]
    """Does this href lead to another article, a listing or a home page of the site?"""
    leads_up: Callable[[str], bool]
    """Does this href lead to a folder that the page's own address begins with?"""
    site_names: SiteNames = field(default_factory=SiteNames)
    """The names of the site, as the page and its address tell them."""
    slug: frozenset[str] = frozenset()
    """The words that the page's own address repeats of its headline, folded; fewer than three tell nothing."""
    doubt: int = DOUBTFUL_HINTS
    """The hints that mark boilerplate; 0 when class names have proved to be wrong."""


def is_boilerplate(line: TextLine, clues: Clues) -> bool:
    """Is the line outside of any article: menus, captions, advertisements?"""
    return bool(line.hints & (Hint.CHROME | clues.doubt))
