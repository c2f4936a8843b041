"""Lists the words of a selection with their frequency, their range and how evenly they are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.search.matching import WantedTerm, find_hits, list_wanted, narrow_to_column
from crawler.archive.search.query import Term
from crawler.archive.search.selection import Selection
from crawler.errors import BadQuery
from crawler.normalisation.words.tokenizer import BARRIER
from crawler.research.words.corpus import Columns, iter_selection_columns, list_found_ids
from crawler.research.words.figures import Word, WordList, sort_words
from crawler.research.words.frequencies import can_tell, refuse_many_words, split_by_language
from crawler.research.words.stop_words import StopLists, has_stop_word, make_stop_lists
from crawler.research.words.tokens import DEFAULT_RULE, Column, TokenRule, list_tokens

if TYPE_CHECKING:
    from crawler.research.forward_index.index import ForwardIndex


MOST_WORDS_LISTED: Final = 60_000_000
"""Runs of more words than this are not counted by the index, of which the most frequent are listed: they take 20 bytes
each, and no page waits so long."""
MOST_WORDS_LISTED_WHOLLY: Final = 20_000_000
"""The same where all of them are listed: they take 50 bytes each."""


def list_words(
    archive: Archive,
    selection: Selection,
    rule: TokenRule = DEFAULT_RULE,
    minimum: int = 1,
    stop: StopLists | Collection[str] = frozenset(),
    clusters: bool = False,
    limit: int | None = None,
    index: ForwardIndex | None = None,
) -> tuple[WordList, ...]:
    """List the words of headlines, leads and bodies, in each language that a selection is found in.

    The dispersion is that of S. Th. Gries, "Dispersions and adjusted frequencies in corpora", International Journal of
    Corpus Linguistics 13(4), 2008, 403-437: half the sum, over all articles, of the difference between an article's
    share of the word and its share of all words.

    Args:
        archive: where to look; it is read twice. Inside ``archive.moment()`` both times in one state.
        selection: whose words.
        rule: what is counted as one word.
        minimum: leave out words that occur less often.
        stop: words to leave out of what is returned, as the index holds them; they still count.
        clusters: list only what has a hit of the query in it.
        limit: words of each language that are returned.
        index: the forward index of the archive as it is now, for speed.

    Raises:
        BadQuery: clusters are asked for of a query that points at no words, or runs of words of the index in more
            than :data:`MOST_WORDS_LISTED` words (all of them: :data:`MOST_WORDS_LISTED_WHOLLY`).
        MissingExtra: a segmenter or stop lists are asked for that are not installed.

    """
    wanted = list_wanted(selection.parse().node)
    if clusters and not wanted:
        raise BadQuery("clusters need a word, a phrase or NEAR(…) in the query, to be around")
    with translate_errors(archive.path):
        return tuple(
            _list_language(
                archive,
                language,
                part,
                rule,
                minimum,
                make_stop_lists(stop).list_for(language),
                wanted * clusters,
                limit,
                index,
            )
            for language, part in split_by_language(archive.db, selection, index).items()
        )


def _list_language(
    archive: Archive,
    language: str,
    selection: Selection,
    rule: TokenRule,
    minimum: int,
    stop: Collection[str],
    clustered: Sequence[WantedTerm],
    limit: int | None,
    index: ForwardIndex | None,
) -> WordList:
    is_plain = all(isinstance(term, Term) for term in clustered)
    if index is not None and is_plain and can_tell(selection, rule):
        ids = list_found_ids(archive.db, selection, index)
        if rule.ngrams is not None:
            most = MOST_WORDS_LISTED_WHOLLY if limit is None else MOST_WORDS_LISTED
            refuse_many_words(index.count_words(ids), most)
        from crawler.research.forward_index.word_list import list_words as list_by_index

        return list_by_index(index, ids, language, rule, minimum, stop, clustered, limit)
    counts: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    size = article_count = 0
    for tokens, number in _iter_articles(archive, selection, rule, clustered):
        article_count += 1
        size += number
        counts.update(tokens)
        articles.update(tokens.keys())
    listed = {word for word, count in counts.items() if count >= minimum and not has_stop_word(word, stop)}
    # What an article without the word adds is its share of all words; these add up to 1 with those of the others.
    deviations = dict.fromkeys(listed, 1.0)
    for tokens, number in _iter_articles(archive, selection, rule, clustered):
        share = number / size if size else 0.0
        for word in tokens.keys() & listed:
            deviations[word] += abs(tokens[word] / counts[word] - share) - share
    words = [
        Word(
            word=word,
            count=counts[word],
            per_million=1_000_000 * counts[word] / size,
            articles=articles[word],
            dispersion=max(deviations[word] / 2, 0.0),
        )
        for word in listed
    ]
    return WordList(
        language=language,
        articles=article_count,
        size=size,
        types=len(counts),
        total=len(words),
        words=sort_words(words, limit),
    )


def _iter_articles(
    archive: Archive, selection: Selection, rule: TokenRule, clustered: Sequence[WantedTerm]
) -> Iterator[tuple[Counter[str], int]]:
    """Yield, for each article, the counts of what is listed, and how much was counted in all."""
    for columns in iter_selection_columns(archive.db, selection, rule):
        size = sum(_measure_column(column) for column in columns)
        listed = _keep_clusters(columns, clustered) if clustered else columns
        yield Counter(token for column in listed for token in list_tokens(column)), size


def _measure_column(column: Column) -> int:
    return len(column.words) - column.words.count(BARRIER) if column.ranges is None else len(column.ranges)


def _keep_clusters(columns: Columns, wanted: Sequence[WantedTerm]) -> Iterator[Column]:
    """Yield the columns with the ranges alone that have a hit in them."""
    for column, name in zip(columns, ("headline", "lead", "body"), strict=True):
        hits = find_hits(column.words, narrow_to_column(wanted, name))
        ranges = column.ranges
        if ranges is None:
            ranges = [(place, place + 1) for place, word in enumerate(column.words) if word != BARRIER]
        yield Column(
            column.words,
            [(start, end) for start, end in ranges if any(start <= first and last <= end for first, last in hits)],
        )
