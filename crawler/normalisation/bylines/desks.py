"""Tells papers, institutions and desks from people, by the words of their names."""

from __future__ import annotations

import re
from typing import Final

from crawler.normalisation.bylines.names import is_listed_given_name
from crawler.normalisation.words.word_tables import load_words, make_word_key


def is_affiliation(text: str) -> bool:
    """Return True if the text names a paper, an institution or a desk: "Harvard Women's Health Watch"."""
    words = make_word_key(text).split()
    return is_desk(text) or words[:1] == ["the"]


def is_paper(text: str) -> bool:
    """Return True if a text of two words or more ends as the names of papers do, and begins with no given name."""
    first, *others = make_word_key(text).split() or [""]
    is_named = bool(others) and others[-1] in load_words("byline_words", "affiliations", "papers")
    return is_named and not is_listed_given_name(first)


def is_desk(text: str) -> bool:
    """Return True if the text holds a word of papers, institutions or desks: "Example online", "The Ferry Team"."""
    words = re.split(r"[\s-]+", make_word_key(text))
    return len(words) > 1 and not load_words("byline_words", "affiliations", "words").isdisjoint(words)


def is_house_desk(text: str) -> bool:
    """Return True for the writers of a paper as a body: "The Editorial Board", "The Harbour Post Staff"."""
    article, *words = make_word_key(text.strip()).split() or [""]
    words = words if article == "the" else [article, *words]
    if not 1 < len(words) <= _WORDS_OF_HOUSE or words[-1] not in _OF_HOUSE:
        return False
    is_ours = words[0] == "our"
    papers = load_words("byline_words", "affiliations", "papers")
    ranks = load_words("byline_words", "roles", "ranks")
    is_paper_of = is_paper(" ".join(words[:-1])) if len(words) > 2 else words[0] in papers
    is_short = len(words) <= _WORDS_OF_PAPER  # "Ann Lee News Reporter" is a name and an office
    is_paper_of = (
        is_paper_of
        and words[0] not in ranks
        and (words[-1] in ("staff", "writers") or (is_short and words[-1].startswith("reporter")))
    )
    return "editorial" in words[-3:-1] or (article, words[-1]) == ("the", "staff") or is_paper_of or is_ours


_OF_HOUSE: Final = frozenset(("board", "team", "staff", "writers", "reporter", "reporters", "desk", "committee"))
_WORDS_OF_HOUSE: Final = 6
_WORDS_OF_PAPER: Final = 3
