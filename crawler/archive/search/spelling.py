"""Suggests, for a query that found nothing, the query that was probably meant, if that one finds something.

Words are compared with those that the archive has, by the search index (``fts5vocab``) and by the names of authors,
places and kickers. First come words that one slip of the finger away are known (Damerau 1964: a letter too many, too
few, another one, or two changed places), the most frequent first, or two words written as one; then such as look alike
and begin alike. In scripts without spaces the slip is a character. Each look-up is a step into the index, so that the
time does not grow with the archive.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from sqlite_utils import Database

from crawler.archive.search.query import NAME_FILTERS, And, Filter, NoneOf, Or, QueryNode, Term
from crawler.archive.search.selection import Selection
from crawler.archive.search.snippets import find_spans, list_marked_terms
from crawler.normalisation.text import fold
from crawler.normalisation.tokenizer import BARRIER, IndexedToken, find_tokens, index_words, is_unspaced

MAX_UNKNOWN_WORDS: Final = 8
"""Of a query with more unknown words nobody can say what was meant."""
MIN_WORD_LETTERS: Final = 3
MAX_WORD_LETTERS: Final = 24
_MAX_TRIES: Final = 12
_MAX_SUGGESTIONS_PER_WORD: Final = 3
_MAX_COUNTED: Final = 1_000
_MIN_SIMILARITY: Final = 0.72
_MIN_NAME_SIMILARITY: Final = 0.8
_MAX_WORDS_COMPARED: Final = 4_000
_MAX_TEXTS_READ: Final = 60


@dataclass(frozen=True, slots=True)
class _Misspelling:
    """A part of the query that may be misspelt, and what may have been meant, the likeliest first."""

    start: int
    end: int
    replacements: tuple[str, ...]


def suggest_query(db: Database, selection: Selection) -> str | None:
    """Return the query with its unknown words replaced by known ones, so that it finds something; else None."""
    node = selection.parse().node
    if node is None:
        return None
    finder = _Finder(db, selection.query)
    unknown = list(islice(finder.doubts(node, unknown=True), MAX_UNKNOWN_WORDS + 1))
    if len(unknown) > MAX_UNKNOWN_WORDS:
        return None
    doubts = [doubt for doubt in unknown if doubt.replacements]
    if unknown:
        tries: Iterable[Sequence[tuple[_Misspelling, str]]] = (
            list(zip(doubts, choice, strict=True))
            for choice in product(*(doubt.replacements for doubt in doubts))
            if choice
        )
    else:  # all words are known, but not together: one of them may be a misprint of the archive's own
        tries = (
            [(doubt, word)]
            for doubt in islice(finder.doubts(node, unknown=False), MAX_UNKNOWN_WORDS)
            for word in doubt.replacements
        )
    for changes in islice(tries, _MAX_TRIES):
        changed = _replace(selection.query, changes)
        if _has_hits(db, replace(selection, query=changed)):
            return changed
    return None


def _has_hits(db: Database, selection: Selection) -> bool:
    plan = selection.plan()
    if not plan.ranked and not plan.conditions:
        return False
    wanted = plan.ids()
    return db.execute(f"{wanted.sql} LIMIT 1", wanted.values).fetchone() is not None


def _replace(text: str, changes: Iterable[tuple[_Misspelling, str]]) -> str:
    for doubt, word in sorted(changes, key=lambda change: -change[0].start):
        text = text[: doubt.start] + word + text[doubt.end :]
    return text


def _list_name_filters(node: QueryNode) -> Iterator[Filter]:
    match node:
        case Filter() if node.name in NAME_FILTERS:
            yield node
        case And() | Or():
            for child in node.nodes:
                yield from _list_name_filters(child)
        case NoneOf() | _:
            return


class _Finder:
    """Looks for words in one archive."""

    def __init__(self, db: Database, text: str) -> None:
        self.db = db
        self.text = text
        self.tokens: list[IndexedToken] = list(find_tokens(text))

    def doubts(self, node: QueryNode, *, unknown: bool) -> Iterator[_Misspelling]:
        """Yield the parts of a query that the archive does not know, or those it does."""
        for term in list_marked_terms(node):
            if len(term.words) > 1 and all(is_unspaced(word) for word in term.words):
                if self._known(term) is not unknown:
                    yield from self._doubt(term.words, self._characters(term.words))
                continue
            for index, word in enumerate(term.words):
                prefix = term.prefix and index == len(term.words) - 1
                if word == BARRIER or is_unspaced(word) or self._known(Term((word,), prefix, term.column)) is unknown:
                    continue
                yield from self._doubt((word,), self._words(word))
        for name in _list_name_filters(node):
            yield from self._find_misspelt_names(name, unknown)

    def _find_misspelt_names(self, name: Filter, unknown: bool) -> Iterator[_Misspelling]:
        column = "name_key FROM authors" if name.name == "author" else f"{name.name}_key FROM articles"
        keys = [key for (key,) in self.db.execute(f"SELECT DISTINCT {column}") if key]
        known = {word for key in keys for word in key.split()}
        asked = index_words(name.value)
        if unknown and not all(word in known for word in asked):
            whole = difflib.get_close_matches(" ".join(asked), keys, _MAX_SUGGESTIONS_PER_WORD, _MIN_NAME_SIMILARITY)
            if whole:
                yield from self._doubt(asked, whole)
                return
        for word in asked:
            if (word in known) is not unknown and word != BARRIER:
                close = difflib.get_close_matches(word, sorted(known), _MAX_SUGGESTIONS_PER_WORD + 1, _MIN_SIMILARITY)
                yield from self._doubt((word,), [candidate for candidate in close if candidate != word])

    def _doubt(self, asked: Sequence[str], instead: Iterable[str]) -> Iterator[_Misspelling]:
        found = [token.text for token in self.tokens]
        for index in range(len(found) - len(asked) + 1):
            if tuple(found[index : index + len(asked)]) == tuple(asked):
                start, end = self.tokens[index].start, self.tokens[index + len(asked) - 1].end
                if self.text[end : end + 1] in (":", "："):  # the name of a field
                    continue
                typed = self.text[start:end]
                spelt = [_copy_capitals(typed, word) for word in islice(instead, _MAX_SUGGESTIONS_PER_WORD)]
                if self.text[:start].rstrip("=").endswith((":", "：")):  # a field takes one word, or a phrase
                    spelt = [f'"{word}"' if " " in word else word for word in spelt]
                yield _Misspelling(start, end, tuple(spelt))
                return

    def _known(self, term: Term) -> bool:
        return self._count(term, 1) > 0

    def _count(self, term: Term, most: int = _MAX_COUNTED) -> int:
        column = f"{term.column} : " if term.column else ""
        expression = f'{column}"{" ".join(term.words)}"{" *" if term.prefix else ""}'
        return int(
            self.db.execute(
                "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?)",
                (expression, most),
            ).fetchone()[0]
        )

    def _sort_by_frequency(self, candidates: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Return those that the archive has, the most frequent first."""
        counted = [(self._count(Term(candidate)), candidate) for candidate in dict.fromkeys(candidates)]
        return [candidate for count, candidate in sorted(counted, key=lambda pair: (-pair[0], pair[1])) if count]

    # Words of alphabetic scripts

    def _words(self, word: str) -> Iterator[str]:
        if not MIN_WORD_LETTERS <= len(word) <= MAX_WORD_LETTERS:
            return
        own = self._count(Term((word,)))
        for near in self._sort_by_frequency((spelling,) for spelling in _list_one_edit_words(word)):
            if self._count(Term(near)) > own:
                yield self._printed(near)
        for split in self._sort_by_frequency((word[:at], word[at:]) for at in range(2, len(word) - 1)):
            yield " ".join(self._printed((part,)) for part in split)
        alike = difflib.get_close_matches(
            word, self._find_words_with_prefix(word), _MAX_SUGGESTIONS_PER_WORD, _MIN_SIMILARITY
        )
        for candidate in alike:
            if candidate != word:
                yield self._printed((candidate,))

    def _find_words_with_prefix(self, word: str) -> list[str]:
        self.db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, articles_fts, row)")
        start = word[:2]
        found = self.db.execute(
            "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT ?",
            (start, start + "\U0010ffff", _MAX_WORDS_COMPARED),
        ).fetchall()
        return [term for (term,) in found if abs(len(term) - len(word)) <= 3]

    def _printed(self, term: tuple[str, ...]) -> str:
        """Return a word as an article prints it, with its accents."""
        row = self.db.execute(
            "SELECT headline, lead, body FROM articles WHERE id ="
            " (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1)",
            (f'"{" ".join(term)}"',),
        ).fetchone()
        for text in row or ():
            if text and (spans := find_spans(text, [Term(term)])):
                return str(text[spans[0][0] : spans[0][1]])
        return " ".join(term)

    # Words of scripts without spaces

    def _characters(self, asked: tuple[str, ...]) -> Iterator[str]:
        size = len(asked)
        if size > MAX_WORD_LETTERS:
            return
        changed = [(*asked[:at], asked[at + 1], asked[at], *asked[at + 2 :]) for at in range(size - 1)]
        for term in self._sort_by_frequency(term for term in changed if term != asked):
            yield "".join(term)
        for term in self._replace_character(asked):
            yield "".join(term)
        if size > 2:
            for term in self._sort_by_frequency((*asked[:at], *asked[at + 1 :]) for at in range(size)):
                yield "".join(term)

    def _replace_character(self, asked: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return what stands in the archive with another character in one place, by reading where the rest stands."""
        size = len(asked)
        seen: Counter[tuple[str, ...]] = Counter()
        for at in range(size):
            parts = [part for part in (asked[:at], asked[at + 1 :]) if part]
            phrases = " ".join(f'"{" ".join(part)}"' for part in parts)
            expression = f"NEAR({phrases}, 1)" if len(parts) == 2 else phrases
            for row in self.db.execute(
                "SELECT headline, lead, body FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?",
                (expression, _MAX_TEXTS_READ),
            ):
                for text in row:
                    here = text.split()
                    for start in range(len(here) - size + 1):
                        window = tuple(here[start : start + size])
                        if (
                            window[:at] == asked[:at]
                            and window[at + 1 :] == asked[at + 1 :]
                            and window[at] != asked[at]
                            and is_unspaced(window[at])
                        ):
                            seen[window] += 1
        return [
            window
            for window, _ in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))[:_MAX_SUGGESTIONS_PER_WORD]
        ]


def _list_one_edit_words(word: str) -> Iterator[str]:
    """Yield every word that is one insertion, deletion, replacement or exchange of neighbours away."""
    letters = _list_letters(word)
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            if after:
                yield before + letter + after[1:]
            yield before + letter + after


def _list_letters(word: str) -> list[str]:
    """Return the letters of a word's scripts, as they are indexed: those in the same blocks of 128 characters."""
    blocks = sorted({ord(letter) & ~127 for letter in word})
    return [
        letter
        for block in blocks
        for letter in map(chr, range(block, block + 128))
        if unicodedata.category(letter)[0] in "LM" and fold(letter) == letter
    ]


def _copy_capitals(typed: str, word: str) -> str:
    """Return a word with capitals where the typed one has them."""
    if typed.islower():
        return word.lower()
    if typed.isupper() and len(typed) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
