"""Splits the name of an author into family name, given names, particle and suffix, as citations need them.

The archive's ``sort_name`` tells where the family name is, and people correct it there; nothing is guessed here. A name
that it leaves in its own order ("Wang Zhicheng", "王志成", "Ahmad bin Talib") is cited whole, and so is an agency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.archive.articles.records import AuthorLine
from crawler.normalisation.words.scripts import HAN, HANGUL, KANA, NAME_POINT
from crawler.normalisation.words.text import clean
from crawler.normalisation.words.word_tables import load_words, make_word_key

_WITHOUT_SPACES = re.compile(f"[{HAN}{KANA}{HANGUL}{NAME_POINT}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """The name of a person in its parts, or ``literal``: a name that is not to be taken apart."""

    literal: str = ""
    family: str = ""
    particle: str = ""
    """Small words before the family name: ``van der``, ``de’``."""
    given: str = ""
    suffix: str = ""
    """``Jr``, ``III``."""

    @property
    def whole_family(self) -> str:
        """The family name with its particle."""
        return f"{self.particle} {self.family}".strip()

    @property
    def given_first(self) -> str:
        """The name as it is spoken: ``Anna van der Berg``."""
        if self.literal:
            return self.literal
        if self._is_one_run():
            return self.family + self.given
        return " ".join(part for part in (self.given, self.whole_family, self._generation) if part)

    @property
    def family_first(self) -> str:
        """The family name first: ``van der Berg, Anna``; ``King, Martin Luther, Jr.``"""
        if self.literal or self._is_one_run():
            return self.given_first
        return ", ".join(part for part in (self.whole_family, self.given, self._generation) if part)

    @property
    def with_initials(self) -> str:
        """The family name first, given names as initials; given names of scripts without capitals stay whole.

        >>> PersonName(family="Berg", particle="van der", given="Anna-Maria J.").with_initials
        'van der Berg, A.-M. J.'
        """
        if self.literal or self._is_one_run():
            return self.given_first
        return ", ".join(part for part in (self.whole_family, abbreviate_given(self.given), self._generation) if part)

    @property
    def unsplit(self) -> str:
        """The name for programs that part a name at its commas, and one without a comma at its last space.

        A name that is to stay whole ends with a comma. Commas within a part would part it further: they become spaces.

        >>> PersonName(literal="Li Yuan").unsplit, PersonName(family="Poli", given="Anna").unsplit
        ('Li Yuan,', 'Poli, Anna')
        """
        if self.literal:
            whole = " ".join(self.literal.replace(",", " ").split())
            return f"{whole}," if " " in whole else whole
        return ", ".join(part for part in (self.whole_family, self.given, self.suffix) if part)

    @property
    def _generation(self) -> str:
        return f"{self.suffix}." if self.suffix in ("Jr", "Sr") else self.suffix

    def _is_one_run(self) -> bool:
        """Return True if the name is written without spaces, family name first: 王志成, 김화영."""
        return bool(self.given) and _WITHOUT_SPACES.fullmatch(self.family + self.given) is not None


def parse_name(author: AuthorLine) -> PersonName:
    """Return the name of an author, without honorific, order and asterisk."""
    name, sort_name = clean(author.name), clean(author.sort_name)
    family, comma, given = sort_name.partition(", ")
    if author.kind == "agency" or not comma or not family or not given.strip(" ,"):
        return PersonName(literal=name)
    given, _, suffix = given.partition(", ")
    if not suffix:
        before, _, last = given.rpartition(" ")
        if before and make_word_key(last) in load_words("bylines", "orders", "suffixes"):
            given, suffix = before, last
    particles: list[str] = []
    rest = family.split()
    while len(rest) > 1 and rest[0].islower():
        particles.append(rest.pop(0))
    return PersonName(
        family=" ".join(rest), particle=" ".join(particles), given=given.strip(" ,"), suffix=suffix.strip(" ,")
    )


def abbreviate_given(given: str) -> str:
    """Return given names as initials: ``Jean-Paul`` is ``J.-P.``, ``JB`` and ``J.B.`` are ``J. B.``, ``da`` stays."""
    return " ".join(filter(None, (_abbreviate_word(part) for word in given.split() for part in _split_word(word))))


def _split_word(word: str) -> list[str]:
    if "." in word and "-" not in word:
        return [letter for part in word.split(".") for letter in _split_word(part) if part]
    if word.isupper() and word.isalpha() and len(word) <= 3:
        return list(word)
    return [word]


def _abbreviate_word(word: str) -> str:
    if word.islower():
        return word
    letters = [next((character for character in part if character.isalpha()), "") for part in word.split("-")]
    if any(letter and not (letter.isupper() or letter.islower() or letter.istitle()) for letter in letters):
        return word
    return "-".join(f"{letter}." for letter in letters if letter)
