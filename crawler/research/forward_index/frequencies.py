"""Counts words by the forward index, as :mod:`crawler.research.words.frequencies` counts them by reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy

from crawler.research.forward_index.index import Array, ForwardIndex
from crawler.research.forward_index.token_counts import count_tokens
from crawler.research.words.figures import Frequencies
from crawler.research.words.tokens import TokenRule


def count_frequencies(
    index: ForwardIndex, article_ids: Sequence[int], rule: TokenRule, *, spread: bool = False
) -> Frequencies:
    """Count what a rule that needs no segmenter counts in articles of one language."""
    rows = index.find_rows(article_ids)
    if rule.ngrams is None:
        counts, articles = index.count_tokens(rows)
        tokens = numpy.flatnonzero(counts)
        names: Sequence[str] = [index.vocabulary[token] for token in tokens.tolist()]
    else:
        token_counts = count_tokens(index, rows, rule)
        counts, articles = token_counts.sum_up()
        tokens = numpy.flatnonzero(counts)
        names = token_counts.name(tokens)
    return Frequencies(
        _make_counter(names, counts[tokens]),
        _make_counter(names, articles[tokens]) if spread else Counter(),
        size=int(counts.sum()),
        articles=len(rows),
    )


def _make_counter(names: Sequence[str], counts: Array) -> Counter[str]:
    return Counter(dict(zip(names, counts.tolist(), strict=True)))
