"""Measures what all lines of a block share: the elements it stands in, its class names, how much text it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import log, log1p
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint

LineFeatures = list[float]
Kind = tuple[str, ...]
"""Tag and names of a block and of the one above: lines of one kind stand in blocks that look alike."""
ANCESTORS: Final = (
    ("article", ("article",)),
    ("main", ("main",)),
    ("nav", ("nav",)),
    ("aside", ("aside",)),
    ("header", ("header",)),
    ("footer", ("footer",)),
    ("form", ("form",)),
    ("list", ("ul", "ol", "dl")),
    ("table", ("table",)),
    ("figure", ("figure",)),
    ("section", ("section",)),
    ("quotation", ("blockquote",)),
    ("details", ("details",)),
)
_ANCESTOR_BITS: Final = {tag: 1 << place for place, (_, tags) in enumerate(ANCESTORS) for tag in tags}
_CUSTOM: Final = 1 << len(ANCESTORS)
FEATURES: Final = (
    *(f"in_{name}" for name, _ in ANCESTORS),
    *("in_custom", "depth", "class_low", "class_high", "class_sum", "class_own", "class_above"),
    *("block_share", "parent_share", "grandparent_share", "kind_share", "kind_lines", "kind_length", "parent_links"),
    *("grandparent_links", "in_best"),
    *("in_comments", "in_consent", "with_headline", "other_article"),
)
"""Names of the numbers that are measured here, in their order."""
LEAST_PROSE_LENGTH: Final = 60
"""A line that measures so much may be prose."""
_COMMENT_WORDS: Final = frozenset(("comment", "comments", "commentlist", "disqus", "replies", "respond"))
_CONSENT_WORDS: Final = frozenset(("cookie", "cookies", "consent", "gdpr", "onetrust", "didomi", "cmp", "privacy"))
"""Words that publishing software and consent tools give to boxes of comments and of consent."""
_COMMENTS: Final = 1
_CONSENT: Final = 2
_BOX_WORDS: Final = {**dict.fromkeys(_COMMENT_WORDS, _COMMENTS), **dict.fromkeys(_CONSENT_WORDS, _CONSENT)}
_LEVELS: Final = range(3)
"""A block and the two above it."""
_WHOLE: Final = frozenset(("html", "body", "main", "article"))
_HOLDERS: Final = frozenset(("p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"))
_MUCH: Final = 0.3
"""The share of the page's prose from which menus are no menus."""
_WIDE: Final = re.compile("[\u3040-\u9fff\uac00-\ud7af]")
_WORD: Final = re.compile(r"[a-z]{2,}")
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=8192)
def split_class_words(value: str) -> tuple[str, ...]:
    """Return the words of class names or ids in lower case, parted at hyphens, digits and inner capitals."""
    value = value[:300]
    return tuple(dict.fromkeys(_WORD.findall(value if value.islower() else _INNER_CAPITAL.sub("-", value).lower())))


class _KindNumbers:
    """What is summed over the lines of one kind."""

    __slots__ = ("length", "lines", "name", "prose")

    def __init__(self, name: Kind) -> None:
        self.name = name
        self.lines = 0
        self.length = self.prose = 0.0


class _BlockNumbers:
    """What is summed over one block and the two levels below it, and what it shares with the blocks above."""

    __slots__ = (
        *("above", "ancestors", "block", "boxes", "high", "in_best", "kind", "length", "linked", "low"),
        *("own", "prose", "row", "total"),
    )
    ancestors: int
    """Bits of the kinds of elements around it. They and the numbers of classes are set when ``own`` is."""
    boxes: int
    low: float
    high: float
    total: float

    def __init__(self, block: Block, above: _BlockNumbers | None) -> None:
        self.block = block
        self.above = above
        self.length = self.linked = self.prose = 0.0
        self.kind: _KindNumbers | None = None
        self.in_best: bool | None = None
        self.own: float | None = None
        """What its own class names score; None until it is asked for."""
        self.row: LineFeatures | None = None


class PageBlocks:
    """Sums over a page by block and by kind of block, and the lengths, links and prose of its lines."""

    def __init__(self, lines: Sequence[TextLine], scores: Mapping[str, float], headline: int | None) -> None:
        self._scores = scores
        self._scored: dict[str, tuple[int, float, float, float]] = {}
        self._blocks: dict[Block, _BlockNumbers] = {}
        self._kinds: dict[Kind, _KindNumbers] = {}
        self.kinds: list[Kind] = []
        """The kind of each line."""
        self.lengths = [measure_length(line.text) for line in lines]
        self.shares = [line.link_share for line in lines]
        self.prose = [
            length * (1 - share) if length >= LEAST_PROSE_LENGTH else 0.0
            for length, share in zip(self.lengths, self.shares, strict=True)
        ]
        self.total = sum(self.prose) or 1.0
        self._sum_up(lines)
        best = self._find_best(lines)
        self.best_share = best[1] / self.total if best is not None else 0.0
        if best is not None:
            best[0].in_best = True
        self._headline_article = lines[headline].block.article if headline is not None else None

    def _sum_up(self, lines: Sequence[TextLine]) -> None:
        """Add each line to the sums of its kind, of its block and of the two above."""
        blocks, kinds = self._blocks, self.kinds
        for line, length, share, prose in zip(lines, self.lengths, self.shares, self.prose, strict=True):
            numbers = blocks.get(line.block) or self._enter(line.block)
            kind = numbers.kind or self._enter_kind(numbers)
            kinds.append(kind.name)
            kind.lines += 1
            kind.length += length
            kind.prose += prose
            linked = length * share
            holder: _BlockNumbers | None = numbers
            for _ in _LEVELS:
                if holder is None:
                    break
                holder.length += length
                if linked:
                    holder.linked += linked
                if prose:
                    holder.prose += prose
                holder = holder.above

    def _enter(self, block: Block) -> _BlockNumbers:
        """Return the numbers of a block, made with those of all blocks above it where it is met first."""
        chain: list[Block] = []
        inner: Block | None = block
        while inner is not None and inner not in self._blocks:
            chain.append(inner)
            inner = inner.parent
        above = self._blocks[inner] if inner is not None else None
        for inner in reversed(chain):
            above = self._blocks[inner] = _BlockNumbers(inner, above)
        assert above is not None
        return above

    def _enter_kind(self, numbers: _BlockNumbers) -> _KindNumbers:
        block, above = numbers.block, numbers.block.parent
        name = (block.tag, block.name) if above is None else (block.tag, block.name, above.tag, above.name)
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kinds[name] = _KindNumbers(name)
        numbers.kind = kind
        return kind

    def _find_best(self, lines: Sequence[TextLine]) -> tuple[_BlockNumbers, float] | None:
        """Return the block that holds most prose in paragraphs of its own, and how much."""
        held: dict[_BlockNumbers, float] = {}
        for line, prose in zip(lines, self.prose, strict=True):
            if prose:
                numbers = self._blocks[line.block]
                holder = numbers.above if numbers.above is not None and line.block.tag in _HOLDERS else numbers
                held[holder] = held.get(holder, 0.0) + prose
        return max(held.items(), key=lambda item: item[1]) if held else None

    def find_skipped_hints(self, lines: Sequence[TextLine]) -> int:
        """Return the hints of lines that need no look: those of menus, unless much of the prose stands in one."""
        in_chrome = sum(prose for line, prose in zip(lines, self.prose, strict=True) if line.hints & Hint.CHROME)
        return 0 if in_chrome > _MUCH * self.total else Hint.CHROME

    def find_best_start(self, lines: Sequence[TextLine]) -> int:
        """Return the index of the first prose in the block that holds most: a text without headline begins there."""
        return next(
            (
                index
                for index, (line, prose) in enumerate(zip(lines, self.prose, strict=True))
                if prose and self._is_in_best(self._blocks[line.block])
            ),
            0,
        )

    def _is_in_best(self, numbers: _BlockNumbers) -> bool:
        """Does a block stand in the one that holds most prose?"""
        passed: list[_BlockNumbers] = []
        above: _BlockNumbers | None = numbers
        while above is not None and above.in_best is None:
            passed.append(above)
            above = above.above
        answer = above is not None and above.in_best is True
        for inner in passed:
            inner.in_best = answer
        return answer

    def measure_block(self, block: Block) -> LineFeatures:
        """Return the numbers that all lines of a block share, in the order of :data:`FEATURES`."""
        numbers = self._blocks[block]
        if numbers.row is None:
            numbers.row = self._make_row(numbers)
        return numbers.row

    def _make_row(self, numbers: _BlockNumbers) -> LineFeatures:
        self._score_classes(numbers)
        parent = numbers.above or numbers
        grandparent = parent.above or parent
        kind, article, total = numbers.kind or self._enter_kind(numbers), numbers.block.article, self.total
        return [
            *_spread_bits(numbers.ancestors),
            numbers.block.depth / 20,
            numbers.low,
            numbers.high,
            numbers.total,
            numbers.own or 0.0,
            (parent.own or 0.0) if parent is not numbers else 0.0,
            numbers.prose / total,
            parent.prose / total,
            grandparent.prose / total,
            kind.prose / total,
            log(kind.lines),
            log1p(kind.length / kind.lines),
            parent.linked / (parent.length or 1.0),
            grandparent.linked / (grandparent.length or 1.0),
            1.0 if self._is_in_best(numbers) else 0.0,
            1.0 if numbers.boxes & _COMMENTS else 0.0,
            1.0 if numbers.boxes & _CONSENT else 0.0,
            1.0 if article is not None and article is self._headline_article else 0.0,
            1.0 if article is not None and article is not self._headline_article else 0.0,
        ]

    def _score_classes(self, numbers: _BlockNumbers) -> None:
        """Score the class names of a block, after those of the blocks above it."""
        chain: list[_BlockNumbers] = []
        above: _BlockNumbers | None = numbers
        while above is not None and above.own is None:
            chain.append(above)
            above = above.above
        for inner in reversed(chain):
            block = inner.block
            boxes, low, high, own = self._score_name(block.name) if block.name else _NO_NAME
            bit = _ANCESTOR_BITS.get(block.tag, 0) or (_CUSTOM if "-" in block.tag else 0)
            if block.tag in _WHOLE:
                boxes = 0
            if above is None:
                inner.boxes, inner.low, inner.high, inner.total = boxes, min(0.0, low), max(0.0, high), own
                inner.ancestors = bit
            else:
                inner.ancestors = above.ancestors | bit
                inner.boxes = above.boxes | boxes
                inner.low = low if low < above.low else above.low
                inner.high = high if high > above.high else above.high
                inner.total = above.total * 0.8 + own
            inner.own = own
            above = inner

    def _score_name(self, name: str) -> tuple[int, float, float, float]:
        """Return the boxes that class names tell, and the lowest, highest and mean score of their words."""
        scored = self._scored.get(name)
        if scored is None:
            boxes, scores = 0, self._scores
            words = split_class_words(name)
            values = [scores[word] for word in words if word in scores]
            if not _BOX_WORDS.keys().isdisjoint(words):
                for word in words:
                    boxes |= _BOX_WORDS.get(word, 0)
            if boxes & _COMMENTS and "on" in words:  # "commentOnSelection": a tool around the text
                boxes &= ~_COMMENTS
            scored = (boxes, min(values), max(values), sum(values) / len(values)) if values else (boxes, 0.0, 0.0, 0.0)
            self._scored[name] = scored
        return scored


_NO_NAME: Final = (0, 0.0, 0.0, 0.0)


@cache
def _spread_bits(ancestors: int) -> tuple[float, ...]:
    """Return 1.0 for each kind of element around a block, 0.0 for each that is not there."""
    return tuple(float(ancestors >> place & 1) for place in range(len(ANCESTORS) + 1))


def measure_length(text: str) -> float:
    """Return the length of a text; a character of Chinese, Japanese or Korean says as much as three letters."""
    return float(len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text)))
