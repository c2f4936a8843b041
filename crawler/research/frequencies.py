"""Frequencies: texts go in, how often each word occurs in them and in how many comes out.

Words are those of the search index (:mod:`crawler.archive.tokens`): without capitals and accents, and single characters
in scripts that part no words. Memory grows with the vocabulary, not with the texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crawler.archive.selection import Selection, refuse_unknown_snapshot
from crawler.archive.tokens import BARRIER, words
from crawler.research.corpus import Text, languages_of

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(slots=True)
class Frequencies:
    """The words of some texts."""

    words: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] = field(default_factory=Counter)
    """In how many articles each word occurs; empty unless it was asked for."""
    size: int = 0
    """Words in all."""
    articles: int = 0


def frequencies(texts: Iterable[Text], *, spread: bool = False) -> Frequencies:
    """Count the words of headline, lead and body."""
    found = Frequencies()
    for _, headline, lead, body in texts:
        found.articles += 1
        for each in (headline, lead, body):
            found.words.update(each)
        if spread:
            found.spread.update({*headline, *lead, *body})
    del found.words[BARRIER], found.spread[BARRIER]
    found.size = found.words.total()
    return found


def by_language(db: Database, selection: Selection) -> dict[str, Selection]:
    """Return a selection's languages, each with the part of the selection that is in it.

    The words of two languages make no common list: "die" is not "die".
    """
    refuse_unknown_snapshot(db, selection)
    return {each: replace(selection, language=each) for each in languages_of(db, selection.plan())}


def stop_words(text: str) -> frozenset[str]:
    """Return the words of a list, as the index holds them; there is no list but the one that is given."""
    return frozenset(words(text)) - {BARRIER}
