"""Finds capitalised sequences in a text: what may be names of people, organisations and places, and no more than that.

A sequence is a run of words with a capital, parted by single spaces, small connectors inside it (``Osama bin Laden``,
``Ministry of Foreign Affairs``). The first word of a sentence has its capital anyway: it belongs to a sequence only
where the texts show that it is mostly written so inside sentences, too. Only scripts with capitals can be searched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crawler.normalisation.dates.calendar_words import find_month, find_weekday
from crawler.normalisation.words.text import clean

CONNECTORS: Final = frozenset(
    (
        *("af", "al", "av", "bin", "bint", "binti", "da", "das", "de", "degli", "dei", "del", "della", "delle", "den"),
        *("der", "des", "di", "do", "dos", "du", "el", "ibn", "la", "las", "le", "los", "of", "ter", "the", "van"),
        *("von", "zu"),
    )
)
"""Small words inside a name."""
TITLES: Final = frozenset(
    (
        *("card", "don", "dr", "fr", "gen", "gov", "hon", "mgr", "mons", "mr", "mrs", "ms", "msgr", "prof", "rep"),
        *("rev", "sen", "sr", "st"),
    )
)
"""Abbreviations after whose point the sentence goes on; before a name they are no part of it, but for St."""
MAX_WORDS: Final = 9
"""Words of a sequence; a longer one is a headline."""
MAX_CONNECTORS: Final = 2
NOUN_CAPITALS: Final = frozenset({"de", "lb"})
"""Languages in which every noun has a capital: there one word alone is no sequence."""
_TOKEN: Final = re.compile(r"[^\W\d_](?:\w|['’ʼ‑-](?=\w))*")
_SPACES: Final = (" ", "\u00a0")
_POSSESSIVE: Final = re.compile(r"['’ʼ]s$")
_ELIDED: Final = re.compile(r"(?:[a-zà-ÿ]+|L|Un|All|Dall|Dell|Nell|Sull)['’ʼ](?=[^\W\d_])")
_SHOUTED: Final = 0.6
"""The share of capitals among the letters from which on a paragraph is a headline."""


class Token(NamedTuple):
    """A word of a paragraph."""

    text: str
    start: int
    end: int
    joined: bool
    """True if nothing but a space parts it from the word before."""
    inside: bool
    """True if it stands inside a sentence: a word before it, and a space, or a comma and a space, between."""


@dataclass(slots=True)
class Evidence:
    """How often words stand inside sentences with a capital, and how often without."""

    capital: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """Count the words of a text."""
        for paragraph in text.split("\n\n"):
            if not _is_shouted(paragraph):
                for token in cut_tokens(paragraph):
                    if token.inside:
                        (self.capital if _has_capital(token.text) else self.small)[token.text.lower()] += 1

    def is_name(self, word: str) -> bool:
        """Return True for a word that has a capital inside sentences more often than not."""
        return self.capital[word.lower()] > self.small[word.lower()]


def find_sequences(text: str, evidence: Evidence, language: str) -> Iterator[str]:
    """Yield the capitalised sequences of a text in their order, as they are printed."""
    for paragraph in text.split("\n\n"):
        if _is_shouted(paragraph):
            continue
        tokens = cut_tokens(paragraph)
        position = 0
        while position < len(tokens):
            if not _has_capital(tokens[position].text):
                position += 1
                continue
            end = _find_end(tokens, position)
            run = _trim(tokens[position:end], evidence)
            if run and _is_sequence(run, language):
                yield clean(paragraph[run[0].start : run[-1].end])
            position = end


def cut_tokens(paragraph: str) -> list[Token]:
    """Return the words of a paragraph; an elided article (``dell’Asia``) and a possessive are cut off."""
    tokens: list[Token] = []
    former_end = 0
    for match in _TOKEN.finditer(paragraph):
        start, end = match.span()
        joined = inside = False
        if tokens:
            former = tokens[-1]
            gap = paragraph[former_end:start]
            joined = gap in _SPACES or (gap.removeprefix(".") in ("", *_SPACES) and _continues(former.text))
            inside = joined or gap == ", "
            joined = joined and former.end == former_end  # a possessive ends the name before it
        elided = _ELIDED.match(match[0])
        if elided is not None and _has_capital(match[0][elided.end() :]):
            start, joined, inside = start + elided.end(), False, True
        word = _POSSESSIVE.sub("", paragraph[start:end])
        tokens.append(Token(word, start, start + len(word), joined, inside))
        former_end = end
    return tokens


def _find_end(tokens: Sequence[Token], start: int) -> int:
    """Return the position after the run of capitalised words that begins at ``start``."""
    end = start + 1
    while end < len(tokens):
        step = 0
        while (
            step < MAX_CONNECTORS
            and end + step < len(tokens)
            and tokens[end + step].joined
            and tokens[end + step].text in CONNECTORS
        ):
            step += 1
        if end + step >= len(tokens) or not tokens[end + step].joined or not _has_capital(tokens[end + step].text):
            break
        end += step + 1
    return end


def _trim(run: Sequence[Token], evidence: Evidence) -> Sequence[Token]:
    """Drop what is no part of the name at its head: the first word of a sentence, titles, connectors left over."""
    while run:
        head = run[0]
        is_doubtful = not head.inside and not evidence.is_name(head.text)
        is_title = head.text.lower() in TITLES and (head.text != "St" or len(run) == 1)
        if not (is_doubtful or is_title or head.text in CONNECTORS):
            break
        run = run[1:]
    return run


def _is_sequence(run: Sequence[Token], language: str) -> bool:
    if len(run) > 1:
        return len(run) <= MAX_WORDS
    word = run[0].text
    if len(word) == 1 or language.partition("-")[0] in NOUN_CAPITALS:
        return False
    # Tuesdays is none, as Tuesday is none.
    days = (word, word.removesuffix("s"))
    return all(find_month(day, (language,)) is None and find_weekday(day, (language,)) is None for day in days)


def _has_capital(word: str) -> bool:
    return word[0].isupper() or word[0].istitle()


def _continues(word: str) -> bool:
    """Return True for a word after whose point a sentence goes on: an initial, a title."""
    return (len(word) == 1 and word.isupper()) or word.lower() in TITLES


def _is_shouted(paragraph: str) -> bool:
    letters = sum(map(str.isalpha, paragraph))
    return letters > 0 and sum(map(str.isupper, paragraph)) > _SHOUTED * letters
