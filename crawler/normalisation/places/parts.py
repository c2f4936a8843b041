"""Splits the place of a dateline that names several: ``Seoul/Pyongyang``, ``Tripoli - Lebanon``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from crawler.normalisation.words.tokenizer import make_search_text

MAX_PARTS: Final = 4
"""Places of a dateline; a longer list is taken as one name."""
_BETWEEN: Final = re.compile(r"\s*[/／、，,;]\s*|\s+[-–—]\s+")


class PlacePart(NamedTuple):
    """One place of a dateline."""

    printed: str
    key: str
    """The printed name folded for comparing."""
    country: str | None
    """The country that is printed beside the name."""


FindCountry = Callable[[str, str], str | None]
"""(a printed name, the name before it) → the code of the country, where it is the country that the other lies in."""


def split_places(printed: str, find_country: FindCountry) -> tuple[PlacePart, ...]:
    """Return the places that the place of a dateline names, in printed order.

    A country after another name is a second place, unless ``find_country`` says that the first can lie in it.

    >>> def find_country(name, before):
    ...     return "LB" if (before, name) == ("Tripoli", "Lebanon") else None
    >>> [part.printed for part in split_places("Seoul/Pyongyang", find_country)]
    ['Seoul', 'Pyongyang']
    >>> split_places("Tripoli - Lebanon", find_country)
    (PlacePart(printed='Tripoli', key='tripoli lebanon', country='LB'),)
    """
    names = split_names(printed)
    if not 1 < len(names) <= MAX_PARTS:
        return (_make_part(printed),)
    parts: list[PlacePart] = []
    for name in names:
        country = find_country(name, parts[-1].printed) if parts and parts[-1].country is None else None
        if country is not None:
            parts[-1] = parts[-1]._replace(key=make_search_text(f"{parts[-1].printed} {name}"), country=country)
        else:
            parts.append(_make_part(name))
    return tuple(dict.fromkeys(parts))


def split_names(printed: str) -> list[str]:
    """Return all names in the place of a dateline."""
    return [name.strip() for name in _BETWEEN.split(printed) if make_search_text(name)]


def _make_part(printed: str) -> PlacePart:
    return PlacePart(printed, make_search_text(printed), None)
