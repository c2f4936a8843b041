"""Replaces the names of authors by pseudonyms, in the fields that hold them and where texts mention them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

from crawler.archive.articles.records import ArticleRow, AuthorLine
from crawler.archive.authority.spellings import AuthorSpelling
from crawler.archive.search.query import And, Filter, Near, NoneOf, Or, QueryNode, Term
from crawler.archive.search.selection import Selection
from crawler.normalisation.words.tokenizer import BARRIER, IndexedToken, find_tokens, index_words, is_unspaced
from crawler.research.exports.key_file import KeyFile

_MAX_GAP: Final = 3
"""Characters between two words of a name: ``Li-sun``, ``J. Smith``, ``Smith, J.``"""
_MIN_SINGLE_LETTERS: Final = 4
"""A shorter name of one word (``AS``, ``Li``) is not looked for in texts."""
_PRINTED: Final = (
    *("headline", "headline_meta", "kicker", "lead", "dateline", "dateline_place", "body"),
    *("published_raw", "modified_raw"),
)
"""What was printed, beside bylines: a name may stand in each."""

_Words = tuple[str, ...]
"""As the index has them: without capitals and accents."""


@dataclass(slots=True)
class Pseudonyms:
    """Makes articles of an export in which authors have pseudonyms. Agencies keep their names."""

    key_file: KeyFile
    _authors: dict[str, str] = field(default_factory=dict)
    """Spelling → the name that the author goes by."""
    _mentions: dict[_Words, dict[str, str]] = field(default_factory=dict)
    """Words of a name → its spellings, each with the name that the author goes by."""
    _lengths: dict[str, list[int]] = field(default_factory=dict)
    """First word → of how many words the names are that begin with it, the longest first."""

    def add_spellings(self, spellings: Iterable[AuthorSpelling]) -> None:
        """Learn the names that are to be found in texts."""
        for author, spelling in spellings:
            self._authors.setdefault(spelling, author)
            words = tuple(word for word in index_words(spelling) if word != BARRIER)
            if words and (len(words) > 1 or len(words[0]) >= _MIN_SINGLE_LETTERS):
                self._mentions.setdefault(words, {}).setdefault(spelling, author)
        for words in self._mentions:
            lengths = {*self._lengths.get(words[0], ()), len(words)}
            self._lengths[words[0]] = sorted(lengths, reverse=True)

    def disguise(self, row: ArticleRow) -> ArticleRow:
        """Return an article without the names of its authors.

        The byline is made anew of pseudonyms and agencies, for what is printed around a name tells who it is; one in
        which nobody was read is left out. Honorifics, initials of orders and notes are left out too.
        """
        authors = tuple(self._disguise_author(author) for author in row.authors)
        printed: dict[str, Any] = {name: self._replace_in(getattr(row, name)) for name in _PRINTED}
        return replace(row, authors=authors, byline=", ".join(author.name for author in authors) or None, **printed)

    def disguise_selection(self, selection: Selection) -> Selection:
        """Return a selection, as a manifest names it, without the full names in its query."""
        return replace(selection, query=self.replace_mentions(selection.query))

    def replace_mentions(self, text: str) -> str:
        """Return text in which every full name of an author is a pseudonym, in whatever capitals and accents it stands.

        A name of one word counts only as it is spelt: Hope is an author, hope is not.
        """
        tokens = [token for token in find_tokens(text) if token.text != BARRIER]
        pieces: list[str] = []
        last = index = 0
        while index < len(tokens):
            count, author = self._find_mention(text, tokens, index)
            if author is not None:
                end = tokens[index + count - 1].end
                pieces += (text[last : tokens[index].start], self.key_file.make_pseudonym(author))
                last = end
            index += count
        return "".join((*pieces, text[last:]))

    def _find_mention(self, text: str, tokens: list[IndexedToken], index: int) -> tuple[int, str | None]:
        """Return of how many words the name is that begins at a token, and whose; one word and None where none does."""
        for length in self._lengths.get(tokens[index].text, ()):
            run = tokens[index : index + length]
            spellings = self._mentions.get(tuple(token.text for token in run))
            if spellings is None or not all(_belong_together(text, *pair) for pair in pairwise(run)):
                continue
            if length > 1:
                return length, next(iter(spellings.values()))
            author = spellings.get(text[run[0].start : run[0].end])
            if author is not None:
                return length, author
        return 1, None

    def _replace_in(self, text: str | None) -> str | None:
        return None if text is None else self.replace_mentions(text)

    def _disguise_author(self, author: AuthorLine) -> AuthorLine:
        name = author.name
        if author.kind == "person":
            name = self.key_file.make_pseudonym(self._authors.get(author.name, author.name))
        return replace(
            author,
            name=name,
            sort_name=name if author.kind == "person" else author.sort_name,
            printed=name,
            honorific=None,
            order_initials=None,
            note=None,
        )


def selects_by_author(selection: Selection) -> bool:
    """Return True if a selection names an author or words of a byline, in its query or beside it."""
    return selection.author is not None or _names_author(selection.parse().node)


def _belong_together(text: str, before: IndexedToken, after: IndexedToken) -> bool:
    gap = text[before.end : after.start]
    if is_unspaced(before.text) and is_unspaced(after.text):
        return not gap.strip(" ·・•‧")
    return len(gap) <= _MAX_GAP and "\n\n" not in gap


def _names_author(node: QueryNode | None) -> bool:
    match node:
        case Filter():
            return node.name == "author"
        case Term() | Near():
            return node.column == "byline"
        case And() | Or():
            return any(_names_author(child) for child in node.nodes)
        case NoneOf():
            return _names_author(node.node)
        case _:
            return False
