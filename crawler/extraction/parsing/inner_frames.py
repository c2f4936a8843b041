"""Puts pages that a page holds as text into its tree: those of frames (``srcdoc``), those for readers without them."""

from __future__ import annotations

from typing import Final

from crawler.extraction.parsing.tree import Tree, read_tree

LEAST_FRAME: Final = 800
"""Characters of a frame's page that may hold a text."""
LEAST_WITHOUT_FRAMES: Final = 300
"""Characters of what a document of frames shows in their place that may hold one."""
MOST_FRAMES: Final = 20
_OUTSIDE: Final = frozenset(("title", "meta", "base", "script"))
"""What a frame's page states of itself is nothing that the page around it states."""


def add_frames(tree: Tree) -> Tree:
    """Return the tree with the pages of its frames in them; the tree itself where there are none."""
    frames: dict[int, Tree] = {}
    for place, tag, attributes in tree.iter_named("iframe", "noframes"):
        if len(frames) < MOST_FRAMES:
            source = attributes.get("srcdoc", "") if tag == "iframe" else tree.read_beginning(place)
            least = LEAST_FRAME if tag == "iframe" else LEAST_WITHOUT_FRAMES
            inner = read_tree(source) if len(source) >= least and "<" in source else None
            if inner is not None:
                frames[place] = inner
    if not frames:
        return tree
    whole = Tree()
    is_source = False
    for place, event in enumerate(tree.events):
        is_source = is_source and isinstance(event, str)
        if is_source:
            continue
        if isinstance(event, tuple) and event[0] in whole.named:
            whole.named[event[0]].append(len(whole.events))
        whole.events.append(event)
        if place in frames:
            _add_frame(whole, frames[place])
            is_source = True
    return whole


def _add_frame(tree: Tree, frame: Tree) -> None:
    start = len(tree.events)
    for tag, places in frame.named.items():
        if tag not in _OUTSIDE:
            tree.named[tag] += [start + place for place in places]
    tree.events += frame.events
