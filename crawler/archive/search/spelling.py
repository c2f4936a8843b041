"""Suggests another spelling for a query that found nothing, if that one finds articles.

Words are compared with those of the archive, in the search index (``fts5vocab``) and in the names of authors, places
and kickers. First comes the query with "or", "and" and "not" in capitals, as operators, then with two words as the one
that is printed (web site, website), then each unknown word as the two that a hyphen or an apostrophe parts in print
(email, e-mail), as a known word one typing error away (Damerau 1964: a letter inserted, omitted or replaced, or two
letters swapped; the most frequent first), as two words, as a similar word that begins alike. In scripts without spaces
the unit is a character. Each look-up is one step into the index, so that the time does not grow with the archive.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product
from typing import Final

from sqlite_utils import Database

from crawler.archive.search.query import NAME_FILTERS, And, Filter, NoneOf, Or, QueryNode, Term
from crawler.archive.search.selection import Selection
from crawler.archive.search.snippets import find_spans, list_marked_terms
from crawler.normalisation.words.tokenizer import BARRIER, IndexedToken, find_tokens, index_words, is_unspaced
from crawler.normalisation.words.variants import fold_variants

MAX_UNKNOWN_WORDS: Final = 8
"""Unknown words of a query up to which a spelling is suggested."""
MIN_WORD_LETTERS: Final = 3
MAX_WORD_LETTERS: Final = 24
_MAX_TRIES: Final = 12
_MAX_SUGGESTIONS_PER_WORD: Final = 3
_MAX_COUNTED: Final = 1_000
_MIN_SIMILARITY: Final = 0.72
_MIN_NAME_SIMILARITY: Final = 0.8
_MAX_WORDS_COMPARED: Final = 4_000
_MAX_TEXTS_READ: Final = 60
_MAX_INITIALS: Final = 5
_WITHIN_A_WORD: Final = frozenset(" -‐‑'’")
_OPERATORS: Final = frozenset({"OR", "AND", "NOT"})
_SMALL_OPERATOR: Final = re.compile(r"(?<=\S\s)(?:or|and|not)(?=\s\S)")


@dataclass(frozen=True, slots=True)
class _Misspelling:
    """A part of the query that may be misspelt, and replacements for it, the likeliest first."""

    start: int
    end: int
    replacements: tuple[str, ...]


def suggest_query(db: Database, selection: Selection) -> str | None:
    """Return the query with unknown words replaced by known ones, if that finds articles; else None.

    A query with a fault in it, such as a quotation mark that is not closed, has none: the suggestion would have it too.
    """
    query = selection.parse()
    node = query.node
    if node is None or query.problems:
        return None
    if suggestion := _write_operators_large(db, selection):
        return suggestion
    finder = _Finder(db, selection.query)
    for joined in finder.join_neighbours():
        changed = replace(selection, query=joined)
        if not changed.parse().problems and _has_hits(db, changed):
            return joined
    unknown = list(islice(finder.find_misspellings(node, unknown=True), MAX_UNKNOWN_WORDS + 1))
    if len(unknown) > MAX_UNKNOWN_WORDS:
        return None
    misspellings = [misspelling for misspelling in unknown if misspelling.replacements]
    if unknown:
        candidates: Iterable[Sequence[tuple[_Misspelling, str]]] = (
            list(zip(misspellings, choice, strict=True))
            for choice in product(*(misspelling.replacements for misspelling in misspellings))
            if choice
        )
    else:  # all words are known, but not together: one of them may be a misprint in the archive
        candidates = (
            [(misspelling, word)]
            for misspelling in islice(finder.find_misspellings(node, unknown=False), MAX_UNKNOWN_WORDS)
            for word in misspelling.replacements
        )
    for changes in islice(candidates, _MAX_TRIES):
        suggestion = _replace(selection.query, changes)
        if _has_hits(db, replace(selection, query=suggestion)):
            return suggestion
    return None


def _write_operators_large(db: Database, selection: Selection) -> str | None:
    """Return a query with its "or" and "not" between words as operators, if that finds articles; else None."""
    suggestion = _SMALL_OPERATOR.sub(lambda match: match[0].upper(), selection.query)
    if suggestion == selection.query or '"' in selection.query:
        return None
    changed = replace(selection, query=suggestion)
    return suggestion if not changed.parse().problems and _has_hits(db, changed) else None


def _has_hits(db: Database, selection: Selection) -> bool:
    plan = selection.plan()
    if not plan.ranked and not plan.conditions:
        return False
    ids = plan.make_ids_query()
    return db.execute(f"{ids.sql} LIMIT 1", ids.values).fetchone() is not None


def _replace(text: str, changes: Iterable[tuple[_Misspelling, str]]) -> str:
    for misspelling, word in sorted(changes, key=lambda change: -change[0].start):
        text = text[: misspelling.start] + word + text[misspelling.end :]
    return text


def _iter_name_filters(node: QueryNode) -> Iterator[Filter]:
    match node:
        case Filter() if node.name in NAME_FILTERS:
            yield node
        case And() | Or():
            for child in node.nodes:
                yield from _iter_name_filters(child)
        case NoneOf() | _:
            return


class _Finder:
    """Finds misspelt words of a query text, and similar words in one archive."""

    def __init__(self, db: Database, text: str) -> None:
        self.db = db
        self.text = text
        self.tokens: list[IndexedToken] = list(find_tokens(text))

    def find_misspellings(self, node: QueryNode, *, unknown: bool) -> Iterator[_Misspelling]:
        """Yield the parts of a query that are not in the archive, or with ``unknown`` false those that are."""
        for term in list_marked_terms(node):
            if len(term.words) > 1 and all(is_unspaced(word) for word in term.words):
                if self._is_known(term) is not unknown:
                    yield from self._iter_misspelling(term.words, self._suggest_characters(term.words))
                continue
            joined = "".join(term.words)
            if unknown and _are_initials(term) and not self._is_known(term) and self._is_known(Term((joined,))):
                yield from self._iter_misspelling(term.words, [joined])
                continue
            for index, word in enumerate(term.words):
                prefix = term.prefix and index == len(term.words) - 1
                if (
                    word == BARRIER
                    or is_unspaced(word)
                    or self._is_known(Term((word,), prefix, term.column)) is unknown
                ):
                    continue
                yield from self._iter_misspelling((word,), self._suggest_words(word))
        for name in _iter_name_filters(node):
            yield from self._find_misspelt_names(name, unknown)

    def join_neighbours(self) -> Iterator[str]:
        """Yield the query with two words as the one that the archive has: web-site and web site for website."""
        for first, second in islice(pairwise(self.tokens), MAX_UNKNOWN_WORDS):
            typed = self.text[first.start : second.end]
            joined = (first.text + second.text,)
            if (
                self.text[first.end : second.start] in _WITHIN_A_WORD
                and _OPERATORS.isdisjoint(typed.split())
                and not (is_unspaced(first.text) or is_unspaced(second.text))
                and self._is_known(Term(joined))
            ):
                word = _copy_capitals(typed, self._find_printed(joined))
                yield self.text[: first.start] + word + self.text[second.end :]

    def _find_misspelt_names(self, name: Filter, unknown: bool) -> Iterator[_Misspelling]:
        column = "name_key FROM authors" if name.name == "author" else f"{name.name}_key FROM articles"
        keys = [key for (key,) in self.db.execute(f"SELECT DISTINCT {column}") if key]
        known_words = {word for key in keys for word in key.split()}
        words = index_words(name.value)
        if unknown and not all(word in known_words for word in words):
            close_names = difflib.get_close_matches(
                " ".join(words), keys, _MAX_SUGGESTIONS_PER_WORD, _MIN_NAME_SIMILARITY
            )
            if close_names:
                yield from self._iter_misspelling(words, close_names)
                return
        for word in words:
            if (word in known_words) is not unknown and word != BARRIER:
                close_words = difflib.get_close_matches(
                    word, sorted(known_words), _MAX_SUGGESTIONS_PER_WORD + 1, _MIN_SIMILARITY
                )
                yield from self._iter_misspelling(
                    (word,), [candidate for candidate in close_words if candidate != word]
                )

    def _iter_misspelling(self, words: Sequence[str], replacements: Iterable[str]) -> Iterator[_Misspelling]:
        texts = [token.text for token in self.tokens]
        for index in range(len(texts) - len(words) + 1):
            if tuple(texts[index : index + len(words)]) == tuple(words):
                start, end = self.tokens[index].start, self.tokens[index + len(words) - 1].end
                if len(words) > 1 and self.text[start:end].count(".") == len(words) - 1:
                    end += self.text[end : end + 1] == "."  # the last of U.S.A., which is one of it
                if self.text[end : end + 1] in (":", "："):  # the name of a field
                    continue
                printed = self.text[start:end]
                spellings = [_copy_capitals(printed, word) for word in islice(replacements, _MAX_SUGGESTIONS_PER_WORD)]
                if self.text[:start].rstrip("=").endswith((":", "：")):  # a field takes one word, or a phrase
                    spellings = [f'"{word}"' if " " in word else word for word in spellings]
                yield _Misspelling(start, end, tuple(spellings))
                return

    def _is_known(self, term: Term) -> bool:
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
        """Return the candidates that are in the archive, the most frequent first."""
        counts = [(self._count(Term(candidate)), candidate) for candidate in dict.fromkeys(candidates)]
        return [candidate for count, candidate in sorted(counts, key=lambda pair: (-pair[0], pair[1])) if count]

    # Words of alphabetic scripts

    def _suggest_words(self, word: str) -> Iterator[str]:
        if 2 <= len(word) <= _MAX_INITIALS and self._count(Term(tuple(word))):
            yield ".".join(word)  # USA, printed U.S.A.
        if not MIN_WORD_LETTERS <= len(word) <= MAX_WORD_LETTERS:
            return
        parts_of_word = self._sort_by_frequency((word[:index], word[index:]) for index in range(1, len(word)))
        printed_parts = [self._find_printed(parts) for parts in parts_of_word[:_MAX_SUGGESTIONS_PER_WORD]]
        yield from (printed for printed in printed_parts if not re.search(r"\s", printed))  # email, printed e-mail
        own_count = self._count(Term((word,)))
        for similar in self._sort_by_frequency((spelling,) for spelling in _iter_one_edit_words(word)):
            if self._count(Term(similar)) > own_count:
                yield self._find_printed(similar)
        for parts in parts_of_word:
            if min(map(len, parts)) > 1:
                yield " ".join(self._find_printed((part,)) for part in parts)
        close_words = difflib.get_close_matches(
            word, self._find_words_with_prefix(word), _MAX_SUGGESTIONS_PER_WORD, _MIN_SIMILARITY
        )
        for candidate in close_words:
            if candidate != word:
                yield self._find_printed((candidate,))

    def _find_words_with_prefix(self, word: str) -> list[str]:
        self.db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, articles_fts, row)")
        start = word[:2]
        rows = self.db.execute(
            "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT ?",
            (start, start + "\U0010ffff", _MAX_WORDS_COMPARED),
        ).fetchall()
        return [term for (term,) in rows if abs(len(term) - len(word)) <= 3]

    def _find_printed(self, term: tuple[str, ...]) -> str:
        """Return a term as an article prints it, with its accents, its characters traditional or simplified."""
        row = self.db.execute(
            "SELECT headline, lead, body FROM articles WHERE id ="
            " (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1)",
            (f'"{" ".join(term)}"',),
        ).fetchone()
        for text in row or ():
            if text and (spans := find_spans(text, [Term(term)])):
                return str(text[spans[0][0] : spans[0][1]])
        return ("" if all(map(is_unspaced, term)) else " ").join(term)

    # Words of scripts without spaces

    def _suggest_characters(self, characters: tuple[str, ...]) -> Iterator[str]:
        size = len(characters)
        if size > MAX_WORD_LETTERS:
            return
        swapped = [
            (*characters[:index], characters[index + 1], characters[index], *characters[index + 2 :])
            for index in range(size - 1)
        ]
        for term in self._sort_by_frequency(term for term in swapped if term != characters):
            yield self._find_printed(term)
        for term in self._replace_character(characters):
            yield self._find_printed(term)
        if size > 2:
            for term in self._sort_by_frequency(
                (*characters[:index], *characters[index + 1 :]) for index in range(size)
            ):
                yield self._find_printed(term)

    def _replace_character(self, characters: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return runs of characters in the archive that differ in one, by reading texts that have the others."""
        size = len(characters)
        counts: Counter[tuple[str, ...]] = Counter()
        for index in range(size):
            parts = [part for part in (characters[:index], characters[index + 1 :]) if part]
            phrases = " ".join(f'"{" ".join(part)}"' for part in parts)
            expression = f"NEAR({phrases}, 1)" if len(parts) == 2 else phrases
            for row in self.db.execute(
                "SELECT a.headline, a.lead, a.body, a.headline_meta FROM articles_fts JOIN articles a"
                " ON a.id = articles_fts.rowid WHERE articles_fts MATCH ? LIMIT ?",
                (expression, _MAX_TEXTS_READ),
            ):
                for text in row:
                    text_words = index_words(text)
                    for start in range(len(text_words) - size + 1):
                        window = tuple(text_words[start : start + size])
                        if (
                            window[:index] == characters[:index]
                            and window[index + 1 :] == characters[index + 1 :]
                            and window[index] != characters[index]
                            and is_unspaced(window[index])
                        ):
                            counts[window] += 1
        return [
            window
            for window, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MAX_SUGGESTIONS_PER_WORD]
        ]


def _are_initials(term: Term) -> bool:
    """Return True if a term is letters with points or spaces between, such as U.S.A."""
    is_short = 2 <= len(term.words) <= _MAX_INITIALS and not term.prefix
    return is_short and all(len(word) == 1 and word.isalpha() for word in term.words)


def _iter_one_edit_words(word: str) -> Iterator[str]:
    """Yield every word that is one inserted, deleted or replaced letter, or one swap of neighbours, away."""
    letters = _list_letters(word)
    for index in range(len(word) + 1):
        before, after = word[:index], word[index:]
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
        if unicodedata.category(letter)[0] in "LM" and fold_variants(letter).text == letter
    ]


def _copy_capitals(typed: str, word: str) -> str:
    """Return a word with capitals where the typed one has them."""
    if typed.islower():
        return word.lower()
    if typed.isupper() and len(typed) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
