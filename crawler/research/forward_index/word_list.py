"""Lists words by the forward index, as :func:`crawler.research.words.word_list.list_words` lists them by reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.index import Array, ForwardIndex
from crawler.research.forward_index.run_counts import count_runs
from crawler.research.forward_index.token_counts import count_clusters, count_tokens
from crawler.research.words.figures import Word, WordList, sort_words
from crawler.research.words.stop_words import has_stop_word
from crawler.research.words.tokens import TokenRule


def list_words(
    index: ForwardIndex,
    article_ids: Sequence[int],
    language: str,
    rule: TokenRule,
    minimum: int,
    stop: Collection[str],
    clustered: Sequence[WantedTerm],
    limit: int | None,
) -> WordList:
    """List the words of articles of one language; of what is beyond ``limit`` no more than the number.

    With ``clustered`` terms, none of them NEAR, only what has a hit of theirs in it.
    """
    rows = index.find_rows(article_ids)
    if rule.ngrams is not None and not clustered and limit is not None:
        run_counts = count_runs(index, rows, rule.ngrams)
        types = int(numpy.count_nonzero(run_counts.counts))
        listed, total = _choose(run_counts.counts, run_counts.name, minimum, stop, limit)
        token_counts = run_counts.select(listed)
        counts, articles = token_counts.sum_up()
        listed = numpy.arange(len(listed))
    else:
        token_counts = count_clusters(index, rows, rule, clustered) if clustered else count_tokens(index, rows, rule)
        is_counted = rule.ngrams is None and not clustered
        counts, articles = index.count_tokens(rows) if is_counted else token_counts.sum_up()
        types = int(numpy.count_nonzero(counts))
        listed, total = _choose(counts, token_counts.name, minimum, stop, limit)
    size = int(token_counts.sizes.sum())
    words = (
        Word(word=word, count=count, per_million=1_000_000 * count / size, articles=in_articles, dispersion=dispersion)
        for word, count, in_articles, dispersion in zip(
            token_counts.name(listed),
            counts[listed].tolist(),
            articles[listed].tolist(),
            token_counts.measure_deviations(counts, listed).tolist(),
            strict=True,
        )
    )
    return WordList(
        language=language,
        articles=len(article_ids),
        size=size,
        types=types,
        total=total,
        words=sort_words(words, limit),
    )


def _choose(
    counts: Array, name: Callable[[Array], Sequence[str]], minimum: int, stop: Collection[str], limit: int | None
) -> tuple[Array, int]:
    """Return the places of what is listed, all that are as frequent as the last of them included, and their number."""
    listed = numpy.flatnonzero(counts >= max(minimum, 1))
    if stop:
        listed = listed[[not has_stop_word(word, stop) for word in name(listed)]]
    total = len(listed)
    if limit is not None and 0 < limit < total:
        lowest = numpy.partition(counts[listed], total - limit)[total - limit]
        listed = listed[counts[listed] >= lowest]
    return listed, total
