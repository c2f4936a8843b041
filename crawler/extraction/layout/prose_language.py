"""Tells the language of a page by its prose, and keeps the lines read for that for whoever reads the page next."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine, read_lines
from crawler.extraction.parsing.tree import Tree
from crawler.normalisation.words.language_words import tell_language

_KEPT: Final[dict[int, tuple[Tree, list[TextLine]]]] = {}
"""The lines of one tree, until they are read again."""


def tell_language_of_prose(tree: Tree) -> str | None:
    """Return the code of the language that a page's prose is in; None where that is uncertain."""
    lines = read_lines(tree)
    _KEPT.clear()
    _KEPT[id(tree)] = tree, lines
    texts = (line.unlinked for line in lines)
    return tell_language(" ".join(text for text in texts if measure_prose(text) >= PROSE // 2))


def take_lines(tree: Tree, selected: Collection[int] = ()) -> list[TextLine]:
    """Return the visible lines of a page as :func:`read_lines` does, those that were kept where nothing is selected."""
    _, kept = _KEPT.pop(id(tree), (None, None))
    return kept if kept is not None and not selected else read_lines(tree, selected)
