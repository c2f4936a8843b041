"""Scores the words of class names by what people say the body is: how far the text below a word is body."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from crawler.extraction.body.block_numbers import split_class_words
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.lines import TextLine

LEAST_DOMAINS: Final = 4
"""Publishers that must use a word in their class names before it counts."""
_MAX_WORDS: Final = 60
"""What a longer line counts."""

WordShares = Mapping[str, float]


def count_class_words(lines: Sequence[TextLine], is_body: Sequence[bool], words: Sequence[int]) -> WordShares:
    """Return for each word of the page's class names what share of the text below it is body."""
    known: dict[int, frozenset[str]] = {}

    def find_words(block: Block) -> frozenset[str]:
        chain, above = [], block
        while above is not None and id(above) not in known:
            chain.append(above)
            above = above.parent
        found = known[id(above)] if above is not None else frozenset[str]()
        for block in reversed(chain):
            found = known[id(block)] = found | frozenset(split_class_words(block.name))
        return found

    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for line, body, count in zip(lines, is_body, words, strict=True):
        for word in find_words(line.block):
            sums[word][0] += body * min(count, _MAX_WORDS)
            sums[word][1] += min(count, _MAX_WORDS)
    return {word: body / count for word, (body, count) in sums.items() if count}


class ClassTable:
    """Scores of the words of class names, by publisher; of each a table that leaves one publisher out."""

    def __init__(self, shares_of_pages: Iterable[tuple[str, WordShares]]) -> None:
        """Take of each page its domain and what :func:`count_class_words` found."""
        by_word: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for domain, shares in shares_of_pages:
            for word, share in shares.items():
                by_word[word][domain].append(share)
        self.means = {
            word: {domain: sum(shares) / len(shares) for domain, shares in by_domain.items()}
            for word, by_domain in by_word.items()
        }
        self.scores = {
            word: self._score([*means.values()]) for word, means in self.means.items() if len(means) >= LEAST_DOMAINS
        }

    @staticmethod
    def _score(means: Sequence[float]) -> float:
        share = (sum(means) + 1) / (len(means) + 2)
        return math.log(share / (1 - share))

    def leave_out(self, domain: str) -> dict[str, float]:
        """Return the scores without those that a publisher's own pages gave."""
        scores = dict(self.scores)
        for word in self.scores:
            if domain in self.means[word]:
                rest = [mean for other, mean in self.means[word].items() if other != domain]
                if len(rest) >= LEAST_DOMAINS:
                    scores[word] = self._score(rest)
                else:
                    del scores[word]
        return scores
