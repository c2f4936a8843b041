"""Puts what a server sent late into the place that it holds for it, as React's script does in a browser.

A page that is sent while it is made has a template and something that waits in the place of a part, and the part itself
further down: ``<template id="B:0">`` and ``<div hidden id="S:0">…</div><script>$RC("B:0","S:0")</script>``.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

MOST_PARTS: Final = 40
"""Parts of a page of text; one with more is a shop's or an application's, and stays as it was sent."""
_CLOSING: Final = "</div>"
SIGN: Final = '<template id="'
_CALL: Final = re.compile(
    r'\$R(?:[CR]\("(?P<place>[^"]{0,40}B:[\da-f]{1,6})","(?P<part>[^"]{0,40}S:[\da-f]{1,6})"|'
    r'S\("(?P<segment>[^"]{0,40}S:[\da-f]{1,6})","(?P<hole>[^"]{0,40}P:[\da-f]{1,6})")'
)
_BOUNDARY: Final = re.compile(r"<!--(/?)\$[!?~]?-->")
_DIVISION: Final = re.compile(r"<(/?)div\b")


def place_streamed(text: str) -> str:
    """Return a page's text with each late part in its place, instead of what waited there; else as it is."""
    if SIGN not in text or "$R" not in text:
        return text
    calls = list(islice(_CALL.finditer(text), MOST_PARTS + 1))
    for match in calls if len(calls) <= MOST_PARTS else ():
        text = _move(text, match["place"] or match["hole"], match["part"] or match["segment"])
    return text


def _move(text: str, place: str, part: str) -> str:
    """Return the text with a part in its place; as it was where one of both is not found."""
    opening, template = f'<div hidden id="{part}">', f'{SIGN}{place}"></template>'
    hole = text.find(template)
    begin = text.find(opening, hole) if hole >= 0 else -1
    if begin < 0:
        return text
    first = begin + len(opening)
    last = _find_end(text, first, _DIVISION)
    behind: int | None = hole + len(template)
    if place.rpartition(":")[0].endswith("B"):  # what waits there is left out
        behind = _find_end(text, hole + len(template), _BOUNDARY)
    if last is None or behind is None or behind > begin:
        return text
    return f"{text[:hole]}{text[first:last]}{text[behind:begin]}{text[last + len(_CLOSING) :]}"


def _find_end(text: str, start: int, tags: re.Pattern[str]) -> int | None:
    """Return where the tag or comment begins that closes what is open at a place; None where none does."""
    depth = 1
    for match in tags.finditer(text, start):
        depth += -1 if match[1] else 1
        if not depth:
            return match.start()
    return None
