"""Holds a parsed page as what happens in it from top to bottom: elements begin, texts stand in them, elements end.

The parser writes it down as it goes, and everything that reads a page goes through this one list. lxml's own tree, in
which each step costs several times as much, is built only for the selectors of a page class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from itertools import accumulate, chain
from typing import Final

from crawler.extraction.parsing.markup import DROPPED_TAGS
from crawler.extraction.parsing.parser import TooDeep, parse_into

MAX_DEPTH: Final = 2_048
"""Elements within one another, as many as libxml2 has in a tree."""
MOST_QUOTED: Final = 200
"""Events of a ``q`` element that is given its marks."""
MOST_QUOTATIONS: Final = 1_000
UNSHOWN_TAGS: Final = frozenset((*DROPPED_TAGS, "img", "source", "input", "track", "area", "param"))
"""Elements that are never shown or hold no text of the page; the text around them goes on behind them."""
_NAMED_TAGS: Final = frozenset(
    ("a", "link", "meta", "title", "base", "script", "time", "abbr", "template", "iframe", "noframes", "q")
)
_SHADOW_ROOTS: Final = frozenset(("shadowrootmode", "shadowroot"))

Event = tuple[str, Mapping[str, str]] | str | None
"""An element begins, with its tag and attributes; a text, or a piece of one; the innermost element ends."""


SHOWN_WITH_PROSE: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    # The text, for readers without scripts, for those without frames, and in a frame that the page itself holds.
    **dict.fromkeys(("noscript", "noframes", "iframe"), ("div", {"hidden": ""})),
    **dict.fromkeys(("svg", "button", "object", "map"), ("div", {})),  # nobody closed it: browsers show what follows
}
"""What is not shown, but read as another element where it holds several paragraphs' worth of text."""


@dataclass(slots=True, eq=False)
class Tree:
    """A page as events, in their order."""

    events: list[Event] = field(default_factory=list)
    named: dict[str, list[int]] = field(default_factory=lambda: {tag: [] for tag in _NAMED_TAGS})
    """Where links, scripts, times, titles, statements and frames begin among the events, by their tag."""

    @property
    def language(self) -> str | None:
        """The language that the ``html`` element states."""
        for event in self.events:
            if isinstance(event, tuple):
                return event[1].get("lang") or event[1].get("xml:lang")
        return None

    def iter_named(self, *tags: str) -> Iterator[tuple[int, str, Mapping[str, str]]]:
        """Yield place, tag and attributes of those among :attr:`named` that have one of these tags, in their order."""
        for place in sorted(chain.from_iterable([self.named[tag] for tag in tags])):
            event = self.events[place]
            if isinstance(event, tuple):
                yield place, *event

    def read_beginning(self, place: int) -> str:
        """Return the text that stands in the element at a place before any other begins; empty where there is none."""
        texts = []
        for index in range(place + 1, len(self.events)):
            event = self.events[index]
            if not isinstance(event, str):
                break
            texts.append(event)
        return "".join(texts)


def read_tree(text: str, sent: bytes | None = None) -> Tree | None:
    """Return a page's text as a tree, None where there is nothing to read. Takes any text, quickly.

    ``sent`` is the text in UTF-8, where it is at hand.
    """
    tree: Tree | None = _KEPT.pop(text, None) if _KEPT else None
    if tree is None:
        tree = parse_into(text, _Recorder, sent)
    return tree


def keep_tree(text: str) -> Tree | None:
    """Return a page's text as a tree, and keep it for the next who reads the same text; nothing may change it."""
    tree = read_tree(text)
    _KEPT.clear()
    if tree is not None:
        _KEPT[text] = tree
    return tree


_KEPT: Final[dict[str, Tree]] = {}
"""The tree of one text, until it is read again: a page that states no language is parsed for that first."""


def find_end(events: Sequence[Event], place: int) -> int:
    """Return the place where the element that begins at a place ends; behind all events for one that never does."""
    depth = 1
    for index in range(place + 1, len(events)):
        event = events[index]
        if event is None:
            depth -= 1
            if not depth:
                return index
        elif not isinstance(event, str):
            depth += 1
    return len(events)


def pass_over(events: Iterable[tuple[int, Event]]) -> None:
    """Take from an iterator of places and events all that lie in the element that has just begun, and its end."""
    depth = 1
    for _, event in events:
        if event is None:
            depth -= 1
            if not depth:
                return
        elif not isinstance(event, str):
            depth += 1


_OF_START: Final = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in ("tag", "attributes")])


class _Recorder:
    """Takes what lxml's parser meets in a page, and writes it down (its target interface)."""

    def __init__(self) -> None:
        self._tree = Tree()
        events, named = self._tree.events, self._tree.named
        add = events.append

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag in named:
                if tag == "template" and not _SHADOW_ROOTS.isdisjoint(attributes):
                    tag = "div"  # browsers show it in the place of its element
                else:
                    named[tag].append(len(events))
            add((tag, attributes))

        def end(tag: str) -> None:
            add(None)

        start.__signature__ = _OF_START  # type: ignore[attr-defined]  # the parser asks for it, and would make it anew
        self.start, self.end, self.data = start, end, add  # they hold what they need: a method would look it up

    def close(self) -> Tree | None:
        """Return the tree, None for a page without any element. Raises TooDeep."""
        tree, recorded = self._tree, self._tree.events
        events = tree.events = recorded.copy()
        # lxml's parser and its target hold one another, and so this: what they hold is to be little.
        recorded.clear()
        self._tree = Tree()
        for place in tree.named["q"][:MOST_QUOTATIONS]:
            _print_quotation_marks(events, place)
        if len(events) > 2 * MAX_DEPTH and events.count(None) > MAX_DEPTH and _measure_depth(events) > MAX_DEPTH:
            raise TooDeep
        return tree if any(isinstance(event, tuple) for event in events) else None


def _print_quotation_marks(events: list[Event], place: int) -> None:
    """Add to the text of the ``q`` element at a place the marks that browsers print around it.

    They go into the first and the last of its texts, so that every event keeps its place; where the page prints marks
    itself there are none to add.
    """
    end = find_end(events[: place + MOST_QUOTED], place)  # a longer one is a text that nobody closed
    if end == min(len(events), place + MOST_QUOTED):
        return
    texts = [index for index in range(place + 1, end) if isinstance(events[index], str)]
    quoted = "".join([str(events[index]) for index in texts]).strip()
    before = events[place - 1] if place else None
    is_marked = isinstance(before, str) and before.rstrip()[-1:] in _QUOTATION_MARKS
    if quoted and quoted[0] not in _QUOTATION_MARKS and not is_marked:
        events[texts[0]] = f"\u201c{events[texts[0]]}"
        events[texts[-1]] = f"{events[texts[-1]]}\u201d"


_QUOTATION_MARKS: Final = frozenset("\"'\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u300c\u300e")


def _measure_depth(events: Iterable[Event]) -> int:
    """Return how many elements stand within one another at most."""
    return max(accumulate(map(_STEPS.__getitem__, map(type, events))))


_STEPS: Final[Mapping[type, int]] = {tuple: 1, str: 0, type(None): -1}
"""By how much an event of a type leads into elements."""
