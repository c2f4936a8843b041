"""Holds the blocks of a page: elements that part lines, each with the one around it."""

from __future__ import annotations

from typing import Final, NamedTuple

from crawler.extraction.parsing.markup import NO_HINTS

_TELLING_TAGS: Final = frozenset(("article", "table"))

_LEVELS_OF_FIELD: Final = 4


class Block:
    """A block element that holds lines or other blocks."""

    __slots__ = ("_around", "asks_for_mail", "choices", "depth", "hints", "name", "parent", "tag")
    depth: int
    _around: _Around

    def __init__(self, parent: Block | None, tag: str, hints: int = NO_HINTS, name: str = "") -> None:
        self.parent = parent
        self.tag = tag
        self.hints = hints
        self.name = name
        """Its class and id, as written."""
        self.asks_for_mail = False
        """Does a field for an address of mail stand in it, or a few elements below?"""
        self.choices = 0
        """How many fields stand in it by which one of several answers is chosen."""
        if parent is None:
            self.depth, self._around = 0, _Around()
        else:
            self.depth = parent.depth + 1
            self._around = parent._around if parent.tag not in _TELLING_TAGS else parent._around.enter(parent)

    def note_mail_field(self) -> None:
        """Note that a field for an address of mail stands in the block."""
        block: Block | None = self
        for _ in range(_LEVELS_OF_FIELD):
            if block is not None:
                block.asks_for_mail = True
                block = block.parent

    @property
    def article(self) -> Block | None:
        """The nearest ``article`` element around it, itself included; None where there is none."""
        return self if self.tag == "article" else self._around.article

    @property
    def outermost_article(self) -> Block | None:
        """The ``article`` element around it, itself included, that stands in no other."""
        return self._around.outermost_article or self.article

    @property
    def table(self) -> Block | None:
        """The table around it, itself included, that stands in no other."""
        return self._around.table or (self if self.tag == "table" else None)


class _Around(NamedTuple):
    """The blocks around a block that tell of the lines in it."""

    article: Block | None = None
    outermost_article: Block | None = None
    table: Block | None = None

    def enter(self, block: Block) -> _Around:
        """Return what stands around the blocks in a block."""
        if block.tag == "table":
            return self._replace(table=self.table or block)
        return self._replace(article=block, outermost_article=self.outermost_article or block)


def find_common_block(first: Block, second: Block) -> Block:
    """Return the innermost block that holds both blocks."""
    left, right = first, second
    while left is not right:
        if left.depth >= right.depth and left.parent is not None:
            left = left.parent
        elif right.parent is not None:
            right = right.parent
        else:
            break
    return left
