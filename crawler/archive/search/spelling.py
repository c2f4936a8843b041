"""Spelling: a query that found nothing goes in; the query that was probably meant comes out, if it finds something.

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

from crawler.archive.search.query import NAMES, All, Any_, Filter, Node, Not, Term
from crawler.archive.search.selection import Selection
from crawler.archive.search.snippets import mark, terms_of
from crawler.normalisation.text import fold
from crawler.normalisation.tokenizer import BARRIER, Token, is_unspaced, tokens, words

MOST_WORDS: Final = 8
"""Of a query with more unknown words nobody can say what was meant."""
SHORTEST: Final = 3
LONGEST: Final = 24
_TRIES: Final = 12
_EACH: Final = 3
_COMMON: Final = 1_000
_ALIKE: Final = 0.72
_MUCH_ALIKE: Final = 0.8
_LOOKED_THROUGH: Final = 4_000
_READ: Final = 60


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A part of the query that may be misspelt, and what may have been meant, the likeliest first."""

    start: int
    end: int
    instead: tuple[str, ...]


def suggestion(db: Database, selection: Selection) -> str | None:
    """Return the query with its unknown words replaced by known ones, so that it finds something; else None."""
    node = selection.parsed().node
    if node is None:
        return None
    finder = _Finder(db, selection.query)
    unknown = list(islice(finder.doubts(node, unknown=True), MOST_WORDS + 1))
    if len(unknown) > MOST_WORDS:
        return None
    doubts = [doubt for doubt in unknown if doubt.instead]
    if unknown:
        tries: Iterable[Sequence[tuple[_Doubt, str]]] = (
            list(zip(doubts, choice, strict=True)) for choice in product(*(doubt.instead for doubt in doubts)) if choice
        )
    else:  # all words are known, but not together: one of them may be a misprint of the archive's own
        tries = (
            [(doubt, word)]
            for doubt in islice(finder.doubts(node, unknown=False), MOST_WORDS)
            for word in doubt.instead
        )
    for changes in islice(tries, _TRIES):
        changed = _replaced(selection.query, changes)
        if _finds(db, replace(selection, query=changed)):
            return changed
    return None


def _finds(db: Database, selection: Selection) -> bool:
    plan = selection.plan()
    if not plan.ranked and not plan.conditions:
        return False
    wanted = plan.ids()
    return db.execute(f"{wanted.sql} LIMIT 1", wanted.values).fetchone() is not None


def _replaced(text: str, changes: Iterable[tuple[_Doubt, str]]) -> str:
    for doubt, word in sorted(changes, key=lambda change: -change[0].start):
        text = text[: doubt.start] + word + text[doubt.end :]
    return text


def _names(node: Node) -> Iterator[Filter]:
    match node:
        case Filter() if node.name in NAMES:
            yield node
        case All() | Any_():
            for child in node.nodes:
                yield from _names(child)
        case Not() | _:
            return


class _Finder:
    """Looks for words in one archive."""

    def __init__(self, db: Database, text: str) -> None:
        self.db = db
        self.text = text
        self.tokens: list[Token] = list(tokens(text))

    def doubts(self, node: Node, *, unknown: bool) -> Iterator[_Doubt]:
        """Yield the parts of a query that the archive does not know, or those it does."""
        for term in terms_of(node):
            if len(term.words) > 1 and all(is_unspaced(word) for word in term.words):
                if self._known(term) is not unknown:
                    yield from self._doubt(term.words, self._characters(term.words))
                continue
            for index, word in enumerate(term.words):
                prefix = term.prefix and index == len(term.words) - 1
                if word == BARRIER or is_unspaced(word) or self._known(Term((word,), prefix, term.column)) is unknown:
                    continue
                yield from self._doubt((word,), self._words(word))
        for name in _names(node):
            yield from self._name_doubts(name, unknown)

    def _name_doubts(self, name: Filter, unknown: bool) -> Iterator[_Doubt]:
        column = "name_key FROM authors" if name.name == "author" else f"{name.name}_key FROM articles"
        keys = [key for (key,) in self.db.execute(f"SELECT DISTINCT {column}") if key]
        known = {word for key in keys for word in key.split()}
        asked = words(name.value)
        if unknown and not all(word in known for word in asked):
            whole = difflib.get_close_matches(" ".join(asked), keys, _EACH, _MUCH_ALIKE)
            if whole:
                yield from self._doubt(asked, whole)
                return
        for word in asked:
            if (word in known) is not unknown and word != BARRIER:
                close = difflib.get_close_matches(word, sorted(known), _EACH + 1, _ALIKE)
                yield from self._doubt((word,), [candidate for candidate in close if candidate != word])

    def _doubt(self, asked: Sequence[str], instead: Iterable[str]) -> Iterator[_Doubt]:
        found = [token.text for token in self.tokens]
        for index in range(len(found) - len(asked) + 1):
            if tuple(found[index : index + len(asked)]) == tuple(asked):
                start, end = self.tokens[index].start, self.tokens[index + len(asked) - 1].end
                if self.text[end : end + 1] in (":", "："):  # the name of a field
                    continue
                typed = self.text[start:end]
                spelt = [_as_typed(typed, word) for word in islice(instead, _EACH)]
                if self.text[:start].rstrip("=").endswith((":", "：")):  # a field takes one word, or a phrase
                    spelt = [f'"{word}"' if " " in word else word for word in spelt]
                yield _Doubt(start, end, tuple(spelt))
                return

    def _known(self, term: Term) -> bool:
        return self._count(term, 1) > 0

    def _count(self, term: Term, most: int = _COMMON) -> int:
        column = f"{term.column} : " if term.column else ""
        expression = f'{column}"{" ".join(term.words)}"{" *" if term.prefix else ""}'
        return int(
            self.db.execute(
                "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?)",
                (expression, most),
            ).fetchone()[0]
        )

    def _frequent(self, candidates: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Return those that the archive has, the most frequent first."""
        counted = [(self._count(Term(candidate)), candidate) for candidate in dict.fromkeys(candidates)]
        return [candidate for count, candidate in sorted(counted, key=lambda pair: (-pair[0], pair[1])) if count]

    # Words of alphabetic scripts

    def _words(self, word: str) -> Iterator[str]:
        if not SHORTEST <= len(word) <= LONGEST:
            return
        own = self._count(Term((word,)))
        for near in self._frequent((spelling,) for spelling in _one_slip(word)):
            if self._count(Term(near)) > own:
                yield self._printed(near)
        for split in self._frequent((word[:at], word[at:]) for at in range(2, len(word) - 1)):
            yield " ".join(self._printed((part,)) for part in split)
        alike = difflib.get_close_matches(word, self._beginning_like(word), _EACH, _ALIKE)
        for candidate in alike:
            if candidate != word:
                yield self._printed((candidate,))

    def _beginning_like(self, word: str) -> list[str]:
        self.db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, articles_fts, row)")
        start = word[:2]
        found = self.db.execute(
            "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT ?",
            (start, start + "\U0010ffff", _LOOKED_THROUGH),
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
            if text and (spans := mark(text, [Term(term)])):
                return str(text[spans[0][0] : spans[0][1]])
        return " ".join(term)

    # Words of scripts without spaces

    def _characters(self, asked: tuple[str, ...]) -> Iterator[str]:
        size = len(asked)
        if size > LONGEST:
            return
        changed = [(*asked[:at], asked[at + 1], asked[at], *asked[at + 2 :]) for at in range(size - 1)]
        for term in self._frequent(term for term in changed if term != asked):
            yield "".join(term)
        for term in self._other_character(asked):
            yield "".join(term)
        if size > 2:
            for term in self._frequent((*asked[:at], *asked[at + 1 :]) for at in range(size)):
                yield "".join(term)

    def _other_character(self, asked: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return what stands in the archive with another character in one place, by reading where the rest stands."""
        size = len(asked)
        seen: Counter[tuple[str, ...]] = Counter()
        for at in range(size):
            parts = [part for part in (asked[:at], asked[at + 1 :]) if part]
            phrases = " ".join(f'"{" ".join(part)}"' for part in parts)
            expression = f"NEAR({phrases}, 1)" if len(parts) == 2 else phrases
            for row in self.db.execute(
                "SELECT headline, lead, body FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?", (expression, _READ)
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
        return [window for window, _ in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))[:_EACH]]


def _one_slip(word: str) -> Iterator[str]:
    """Yield every word that is one insertion, deletion, replacement or exchange of neighbours away."""
    letters = _alphabet(word)
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


def _alphabet(word: str) -> list[str]:
    """Return the letters of a word's scripts, as they are indexed: those in the same blocks of 128 characters."""
    blocks = sorted({ord(letter) & ~127 for letter in word})
    return [
        letter
        for block in blocks
        for letter in map(chr, range(block, block + 128))
        if unicodedata.category(letter)[0] in "LM" and fold(letter) == letter
    ]


def _as_typed(typed: str, word: str) -> str:
    """Return a word with capitals where the typed one has them."""
    if typed.islower():
        return word.lower()
    if typed.isupper() and len(typed) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
