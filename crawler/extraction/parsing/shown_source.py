"""Takes out of a page's source what browsers do not show, without parsing it, and in linear time for any source.

For questions that are asked of every answer before it is worth a parser: of its title, its headings, its words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

HIDDEN: Final = ("script", "style", "noscript", "template", "svg")
"""Elements whose text browsers do not show as the page's."""

_TAG: Final = re.compile(r"<[^<>]*>")
_OPENING: Final = re.compile(rf"<!--|<({'|'.join(HIDDEN)})\b", re.I)
_ENDS: Final = {"": re.compile("-->"), **{name: re.compile(rf"</{name}\s{{0,9}}>", re.I) for name in HIDDEN}}
"""Element → its end; under no name that of a comment."""
_SWALLOWING: Final = frozenset(("script", "style"))
"""Elements that hold all the rest of a page where they never end; of others browsers show it."""


def drop_hidden(source: str, elements: Collection[str] = HIDDEN) -> str:
    """Return a page's source without comments and without these of the hidden elements.

    >>> drop_hidden("<p>One<!-- two --><script>three</script><svg>four</svg> five <style>six")
    '<p>One    five '
    """
    shown: list[str] = []
    endless: set[str] = set()
    place = 0
    while (opening := _OPENING.search(source, place)) is not None:
        shown.append(source[place : opening.start()])
        name = (opening[1] or "").lower()
        is_hidden = not name or name in elements
        end = _ENDS[name].search(source, opening.end()) if is_hidden and name not in endless else None
        if end is not None:
            place = end.end()
        elif is_hidden and name in _SWALLOWING:
            return " ".join(shown)
        else:
            endless.add(name)  # or each of many would be followed to the end
            place = opening.end()
    return " ".join([*shown, source[place:]])


def drop_tags(source: str) -> str:
    """Return a source with a space in the place of each tag."""
    return _TAG.sub(" ", source)


def iter_inner(source: str, start: re.Pattern[str], end: re.Pattern[str]) -> Iterator[str]:
    """Yield what stands between a start and the next end, from left to right; nothing of what never ends."""
    place = 0
    while (opening := start.search(source, place)) is not None:
        closing = end.search(source, opening.end())
        if closing is None:
            return
        yield source[opening.end() : closing.start()]
        place = closing.end()
