"""Questions on words that several pages ask: what is counted once for each state of an archive, by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from crawler.archive.search.selection import Selection
from crawler.browse.cache import count_once, is_kept
from crawler.browse.page import PageRequest
from crawler.browse.parts.word_index import find_forward_index
from crawler.research.words.association import Measure
from crawler.research.words.collocations import Collocations, collocations
from crawler.research.words.figures import WordList
from crawler.research.words.keyness import Keywords
from crawler.research.words.keyness import keywords as find_keywords
from crawler.research.words.tokens import TokenRule
from crawler.research.words.word_list import list_words

WORDS_SHOWN: Final = 100
"""Words of a language on a page; its CSV file has all of them."""
WINDOW: Final = 5
"""Words on each side of a hit that are looked at where nothing else is asked for."""
MINIMUM: Final = 3
"""Words that occur less often are left out where nothing else is asked for."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class WordQuestion(Generic[_Result]):
    """A question on the words of a selection, answered language by language."""

    request: PageRequest
    name: str
    """What is kept of another question has another name."""
    count: Callable[[int | None], tuple[_Result, ...]]
    """Counts so many words of each language, or all."""

    def list_first(self) -> tuple[_Result, ...]:
        """Return the words of a page, which are kept for who asks again."""
        return count_once(self.request.file_state, self.name, lambda: self.count(WORDS_SHOWN)).value

    def list_all(self) -> tuple[_Result, ...]:
        """Return all words."""
        return self.count(None)

    def is_answered(self) -> bool:
        """Return True if the words of a page are kept."""
        return is_kept(self.request.file_state, self.name)


def ask_words(
    request: PageRequest, selection: Selection, rule: TokenRule, minimum: int = MINIMUM, clusters: bool = False
) -> WordQuestion[WordList]:
    """Ask for the words of a selection, or for those with a hit in them."""

    def count(limit: int | None) -> tuple[WordList, ...]:
        index = find_forward_index(request)
        return list_words(request.archive, selection, rule, minimum, clusters=clusters, limit=limit, index=index)

    return WordQuestion(request, f"words {selection} {rule} {minimum} {clusters}", count)


def ask_collocates(
    request: PageRequest,
    selection: Selection,
    rule: TokenRule,
    minimum: int = MINIMUM,
    measure: Measure = "ll",
    window: int = WINDOW,
) -> WordQuestion[Collocations]:
    """Ask for the words around the hits of a selection."""

    def count(limit: int | None) -> tuple[Collocations, ...]:
        index = find_forward_index(request)
        return collocations(request.archive, selection, window, measure, minimum, rule=rule, limit=limit, index=index)

    return WordQuestion(request, f"collocates {selection} {window} {measure} {minimum} {rule}", count)


def ask_keywords(
    request: PageRequest,
    selection: Selection,
    rule: TokenRule,
    minimum: int = MINIMUM,
    measure: Measure = "ll",
    less: bool = False,
) -> WordQuestion[Keywords]:
    """Ask for the words that mark a selection against all other articles, but those that it asks for itself."""

    def count(limit: int | None) -> tuple[Keywords, ...]:
        return find_keywords(
            request.archive,
            selection,
            measure=measure,
            minimum=minimum,
            less=less,
            exclude_query_words=True,
            rule=rule,
            limit=limit,
            index=find_forward_index(request),
        )

    return WordQuestion(request, f"keywords {selection} {measure} {minimum} {less} {rule}", count)
