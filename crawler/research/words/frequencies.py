"""Counts how often each word occurs in texts, and in how many of them.

Words are those of the search index (:mod:`crawler.normalisation.words.tokenizer`), without capitals and accents, one by
one or as a rule joins them (:mod:`crawler.research.words.tokens`). Memory grows with the vocabulary, not with texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.archive.health.holdings import count_articles
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.archive.search.texts import count_languages, is_everything, iter_index_words, iter_stated_headlines
from crawler.errors import BadQuery
from crawler.normalisation.words.tokenizer import BARRIER, is_unspaced
from crawler.research.words.corpus import (
    Columns,
    find_rows_of_languages,
    iter_corpus_columns,
    iter_selection_columns,
    list_corpus_ids,
    list_found_ids,
    list_other_ids,
    make_unit_corpus_plan,
)
from crawler.research.words.figures import Frequencies
from crawler.research.words.tokens import TokenRule, list_tokens

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.research.forward_index.index import ForwardIndex


MOST_WORDS_IN_RUNS: Final = 6_000_000
"""Runs of a corpus of more words than this are not counted by the index: each of them has a name in memory."""
MOST_WORDS_COMPARED: Final = 20_000_000
"""Runs of more words than this, on both sides together, are not compared by the index: they take 20 bytes each, and no
page waits so long."""
MOST_WORDS_IN_LANGUAGE: Final = 60_000_000
"""The same where both sides together are a whole language, whose runs are counted once for a state of the archive."""


def count_frequencies(texts: Iterable[Columns], *, spread: bool = False) -> Frequencies:
    """Count what stands in headlines, leads and bodies."""
    frequencies = Frequencies()
    for columns in texts:
        frequencies.articles += 1
        tokens = [token for column in columns for token in list_tokens(column)]
        frequencies.words.update(tokens)
        if spread:
            frequencies.spread.update(set(tokens))
    frequencies.size = frequencies.words.total()
    return frequencies


def can_tell(selection: Selection, rule: TokenRule) -> bool:
    """Return True if the forward index tells the counts of a rule in a selection: it knows the texts of today alone."""
    return selection.snapshot is None and not rule.segmented


def refuse_many_words(words: int, most: int) -> None:
    """Raise BadQuery if runs of words are asked for in more words than the index counts them in."""
    if words > most:
        raise BadQuery(
            f"runs of words are counted here in up to {most:,} words, and these articles have {words:,}: choose fewer"
            " years, a language or rarer words; the command line counts them all"
        )


def count_selection_frequencies(
    db: Database, selection: Selection, rule: TokenRule, *, spread: bool = False, index: ForwardIndex | None = None
) -> Frequencies:
    """Count the words of a selection, as a rule says what a word is; by the forward index where there is one."""
    if index is not None and can_tell(selection, rule):
        return _count_forward(list_found_ids(db, selection, index), rule, index, spread=spread)
    return count_frequencies(iter_selection_columns(db, selection, rule), spread=spread)


def count_corpus_frequencies(
    db: Database, selection: Selection, rule: TokenRule, index: ForwardIndex | None = None
) -> Frequencies:
    """Count the words of a selection's corpus: by the index itself when that is the whole archive, else by reading it.

    Of 100,000 articles with 61 million words the index tells its counts in 1 s, reading them takes 9. Of each story, or
    text, that the selection finds, the article counts that it finds first, which need not be the first of the corpus.
    """
    if selection.unit != "article":
        of_selection = count_selection_frequencies(db, selection, rule, index=index)
        return of_selection + count_other_frequencies(db, selection, of_selection, rule, index)
    if index is not None and can_tell(selection, rule):
        return _count_forward(list_corpus_ids(db, selection, index), rule, index)
    counted = _count_index(db, selection, rule)
    return counted if counted is not None else count_frequencies(iter_corpus_columns(db, selection, rule))


def count_other_frequencies(
    db: Database, selection: Selection, of_selection: Frequencies, rule: TokenRule, index: ForwardIndex | None = None
) -> Frequencies:
    """Count the words of a corpus outside a selection; ``of_selection`` are those of the articles that it finds."""
    if index is not None and can_tell(selection, rule):
        found_ids = list_found_ids(db, selection, index)
        return _count_forward(list_other_ids(db, selection, found_ids, index), rule, index)
    rest = _count_index(db, selection, rule)
    if rest is None:
        return count_frequencies(iter_corpus_columns(db, selection, rule, outside=True))
    rest.words.subtract(of_selection.words)
    rest.words = +rest.words
    rest.size -= of_selection.size
    rest.articles -= of_selection.articles
    return rest


def _count_forward(ids: Sequence[int], rule: TokenRule, index: ForwardIndex, *, spread: bool = False) -> Frequencies:
    """Count the words of articles of one language by the forward index."""
    if rule.ngrams is not None:
        refuse_many_words(index.count_words(ids), MOST_WORDS_IN_RUNS)
    from crawler.research.forward_index.frequencies import count_frequencies as count_by_index

    return count_by_index(index, ids, rule, spread=spread)


def _count_index(db: Database, selection: Selection, rule: TokenRule) -> Frequencies | None:
    """Count the words of a selection's corpus by the index; None where that cannot tell them.

    It knows single words of the whole archive, and nothing of their order.
    """
    if (rule.ngrams or 1) > 1 or selection.snapshot is not None:
        return None
    if not is_everything(db, make_unit_corpus_plan(selection)):
        return None
    frequencies = Frequencies()
    for indexed in iter_index_words(db):
        if rule.ngrams is None and is_unspaced(indexed.word):
            return None
        if indexed.column != "byline" and indexed.word != BARRIER:
            frequencies.words[indexed.word] += indexed.occurrences
    for words in iter_stated_headlines(db):  # which the index counts, and nobody reads on the page
        frequencies.words.subtract(words.split())
    frequencies.words = +frequencies.words
    frequencies.size = frequencies.words.total()
    frequencies.articles = count_articles(db)
    return frequencies


def split_by_language(db: Database, selection: Selection, index: ForwardIndex | None = None) -> dict[str, Selection]:
    """Return a selection's languages, that of most articles first, each with the part of the selection that is in it.

    The words of two languages make no common list: "die" is not "die".
    """
    refuse_unknown_snapshot(db, selection)
    if index is not None and selection.snapshot is None:
        counts = index.count_languages(find_rows_of_languages(db, selection, index))
        if selection.language is not None:
            counts = {code: count for code, count in counts.items() if code == selection.language.strip().lower()}
    else:
        counts = count_languages(db, replace(selection, unit="article").plan())
    return {
        language: replace(selection, language=language) for language in sorted(counts, key=lambda name: -counts[name])
    }
