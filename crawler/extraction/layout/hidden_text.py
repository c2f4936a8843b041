"""Tells which hidden elements hold text of the story: several paragraphs, the rest that a button shows, an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from crawler.extraction.layout.prose import measure_prose
from crawler.extraction.parsing.tree import UNSHOWN_TAGS, Event, find_end

HIDDEN_PROSE: Final = 800
"""Letters of hidden text, an ideograph as three, that make a story: pages hide theirs until a script has run."""
_WORTH_A_LOOK: Final = 300
"""Letters that make one where the page shows nothing else."""
LEAST_HIDDEN_LINE: Final = 60
"""Letters of a text that counts as prose."""
_LEAST_ABOVE: Final = 80
"""Letters of the line above the rest of a text: a paragraph of it."""
_WORD: Final = re.compile(r"[a-z]+|[A-Z][a-z]*")
_REST: Final = frozenset(
    (
        "more",
        "rest",
        "full",
        "remaining",
        "remainder",
        "expand",
        "expanded",
        "expandable",
        "collapse",
        "collapsed",
        "collapsible",
        "continue",
        "continued",
        "readmore",
        "moretext",
        "fulltext",
    )
)
_BESIDE: Final = frozenset(
    (
        "read",
        "text",
        "content",
        "story",
        "article",
        "body",
        "hidden",
        "hide",
        "toggle",
        "show",
        "part",
        "extra",
        "paragraphs",
        "post",
        "entry",
        "is",
        "the",
        "of",
        "js",
        "wrapper",
        "container",
        "inner",
    )
)
"""Words that stand beside those in the names of such elements; any other makes it something else (``more-news``)."""


def is_shown_later(attributes: Mapping[str, str], above: str, heading: int) -> bool:
    """Return True if a hidden element is named for the rest of the text, or for what unfolds under a heading.

    ``above`` is the line above it, a paragraph of the text or a heading of that level.
    """
    if not heading and len(above) < _LEAST_ABOVE:
        return False
    if heading:
        return (
            above[-1] in _ASKS
            and _UNFOLDS.search(f"{attributes.get('class', '')} {attributes.get('id', '')}"[:200].lower()) is not None
        )
    names = f"{attributes.get('class', '')[:100]} {attributes.get('id', '')[:100]}".split()
    return any(_names_rest(name) for name in names)


_ASKS: Final = "?？؟;"
_UNFOLDS: Final = re.compile(r"panel|accordion|collaps|answer|toggle|faq|expand|content|body|text")


def _names_rest(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    return not _REST.isdisjoint(words) and all(word in _REST or word in _BESIDE for word in words)


def holds_prose(events: Sequence[Event], place: int) -> bool:
    """Does the element that begins at a place hold several paragraphs' worth of text?"""
    length, text = 0, ""
    depth, index = 1, place
    while depth and (index := index + 1) < len(events):
        event = events[index]
        if isinstance(event, str):
            text = text + event if text else event
            continue
        if event is not None and event[0] in UNSHOWN_TAGS:
            index = find_end(events, index)
            continue
        prose = measure_prose(text)
        length += prose if prose > LEAST_HIDDEN_LINE else 0
        if length >= _WORTH_A_LOOK:
            return True
        text = ""
        depth += 1 if event is not None else -1
    return False


def goes_on_behind(events: Sequence[Event], place: int) -> bool:
    """Does the sentence go on behind the element at a place, which holds a few words of it: one to be explained?"""
    depth, letters = 1, 0
    for index, event in enumerate(events[place + 1 : place + _MOST_EVENTS], place + 1):
        if isinstance(event, str):
            letters += len(event)
        elif event is not None:
            if event[0] in UNSHOWN_TAGS:
                return False
            depth += 1
        else:
            depth -= 1
        if not depth:
            following = events[index + 1]
            return letters <= _LONGEST_WORDS and isinstance(following, str) and _GOES_ON.match(following) is not None
    return False


_MOST_EVENTS: Final = 12
_LONGEST_WORDS: Final = 60
_GOES_ON: Final = re.compile(r"[,;:.)’']?\s{0,3}[^\W\d_A-Z]{2,}")
"""What a sentence goes on with: a small letter, or one of a script without capitals."""
