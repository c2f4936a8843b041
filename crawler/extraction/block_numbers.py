"""Measures what all lines of a block share: the elements it stands in, and what its class names say of its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from crawler.extraction.lines import Block

LineFeatures = list[float]
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
_COMMENT_WORDS: Final = frozenset(("comment", "comments", "commentlist", "disqus", "replies", "respond"))
_CONSENT_WORDS: Final = frozenset(("cookie", "cookies", "consent", "gdpr", "onetrust", "didomi", "cmp", "privacy"))
"""Words that publishing software and consent tools give to boxes of comments and of consent."""
COMMENTS: Final = 1
CONSENT: Final = 2
_WHOLE: Final = frozenset(("html", "body", "main", "article"))
_WORD: Final = re.compile(r"[a-z]{2,}")
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=8192)
def split_class_words(value: str) -> tuple[str, ...]:
    """Return the words of class names or ids in lower case, parted at hyphens, digits and inner capitals."""
    return tuple(dict.fromkeys(_WORD.findall(_INNER_CAPITAL.sub("-", value[:300]).lower())))


class BlockNumbers:
    """What all lines of one block share."""

    __slots__ = ("ancestors", "boxes", "classes", "high", "low", "numbers", "own", "total")

    def __init__(self, block: Block, above: BlockNumbers | None, scores: Mapping[str, float]) -> None:
        words = split_class_words(block.name) if block.name else ()
        values = [scores[word] for word in words if word in scores]
        self.boxes: int = above.boxes if above is not None else 0
        if not _COMMENT_WORDS.isdisjoint(words) and block.tag not in _WHOLE:
            self.boxes |= COMMENTS
        if not _CONSENT_WORDS.isdisjoint(words) and block.tag not in _WHOLE:
            self.boxes |= CONSENT
        low, high, self.own = (min(values), max(values), sum(values) / len(values)) if values else (0.0, 0.0, 0.0)
        bit = _ANCESTOR_BITS.get(block.tag, 0) or (_CUSTOM if "-" in block.tag else 0)
        if above is None:
            self.ancestors, self.low, self.high, self.total = bit, min(0.0, low), max(0.0, high), self.own
            above_own = 0.0
        else:
            self.ancestors = above.ancestors | bit
            self.low, self.high = min(low, above.low), max(high, above.high)
            self.total = above.total * 0.8 + self.own
            above_own = above.own
        self.classes = (self.low, self.high, self.total, self.own, above_own)
        self.numbers: LineFeatures | None = None
