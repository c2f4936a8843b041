"""Makes an author of a part of a byline: titles, orders, degrees, places and marks go into fields of their own.

The words that matter are rows of ``tables/bylines.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from crawler.errors import BadValue
from crawler.items import Author
from crawler.normalisation.bylines.desks import is_affiliation, is_desk, is_house_desk, is_paper
from crawler.normalisation.bylines.dressing import MARKS, is_degree, is_office, is_role
from crawler.normalisation.bylines.names import (
    could_be_name,
    has_small_words,
    has_word_against_name,
    is_han,
    is_known_name,
    make_sort_name,
    normalise_name,
    reads_as_name,
)
from crawler.normalisation.bylines.offices import split_office
from crawler.normalisation.words.scripts import is_small
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

_MARKS = re.compile(f"[{MARKS}]")


@dataclass(slots=True)
class Credit:
    """One author while the byline is being read."""

    start: int
    end: int
    name: str
    order_initials: str | None = None
    notes: list[str] = field(default_factory=list)
    loose: bool = False
    """True if no connector joins it to the author before."""
    shared_title: str | None = None
    """The title of another person of the same name, who stands before: "Mr. and" of "Mr. and Mrs. Lee"."""

    def add_part(self, part: str, language: str | None, agency_names: dict[str, str]) -> bool:
        """Add a part that is no author (order initials, a generation, an office); return False when it is one."""
        if is_order(part) or (
            len(make_word_key(part)) > 2 and is_order(part.upper())
        ):  # "Pime": sure only after a comma
            self.order_initials = part if self.order_initials is None else f"{self.order_initials}, {part}"
            return True
        bare = part.rstrip("*†‡¹²³ ")
        if make_word_key(bare) in load_words("bylines", "orders", "suffixes") and len(self.name.split()) > 1:
            self.name = f"{self.name} {bare}"
            return True
        if make_word_key(part) in agency_names and not (" " in bare and is_role(bare)):
            return False
        first, _, more = part.partition(" ")
        if more and first.isupper() and make_word_key(first) in agency_names:  # "CNN Business"
            self.notes.append(part)
            return True
        if is_degree(bare) or is_role(bare) or is_office(bare) or self._is_beside(bare):
            self.notes.append(part)
            return True
        if has_word_against_name(bare, throughout=True):  # "by Fady Noun, Beirut"
            self.notes.append(part)
            return True
        if " " in bare and make_word_key(_PREPOSITION.sub("", bare)) in load_words("dateline_places", "cities"):
            self.notes.append(part)  # "Ana Souza, de São Paulo"
            return True
        writer, place = _split_place(bare)
        if place and _split_place(self.name)[1] and " " in writer and reads_as_name(writer):
            return False  # "Ann Lee in London, Bo Ray in Paris"
        if reads_as_name(bare) or _is_name_with_task(part) or (is_small(self.name) and could_be_name(bare)):
            return False
        if is_small(part[:1]) or not could_be_name(bare) or has_small_words(part):
            self.notes.append(part)
            return True
        return False

    def _is_beside(self, part: str) -> bool:
        """Return True for a paper, or for a place: one word after a whole name ("by Jane Doe, Kuching, Malaysia")."""
        if is_affiliation(part) or is_paper(part) or (part.isupper() and not self.name.isupper()):
            return True
        return len(self.name.split()) > 1 and len(part.split()) == 1 and _is_spaced(part) and not is_known_name(part)

    def make_author(self, text: str, language: str | None, agency_names: dict[str, str]) -> Author:
        printed = _MARKS.split(text[self.start : self.end], maxsplit=1)[0].strip(" ,")
        name, marks = split_marks(self.name)
        whole, place = _split_place(name)
        agency = agency_names.get(make_word_key(name)) or agency_names.get(make_word_key(whole) if place else "")
        if agency is not None:
            return Author(
                name=agency,
                sort_name=_load_short_agency_names().get(agency, agency),
                kind="agency",
                printed=printed,
                note=_join_notes(marks, self.notes),
            )
        if is_house_desk(name) or (
            is_desk(name)
            and len(name.split()) <= 5
            and name[:1].isupper()
            and not has_small_words(name.split(" ", 1)[0])
        ):
            return Author(
                name=name, sort_name=name, kind="agency", printed=printed, note=_join_notes(marks, self.notes)
            )
        name, office = split_office(name)
        if office:
            marks = [*marks, office]
        name, place = _split_place(name)
        honorific, name = _split_honorific(name, language)
        if self.shared_title is not None:
            honorific = f"{self.shared_title} {honorific}"
        name, degree = _split_degree(name)
        if degree:
            marks = [*marks, degree]
        name, order = _split_order(name)
        if not could_be_name(name) or make_word_key(name) in load_words("bylines", "honorifics", "any"):
            raise BadValue(f"{printed[:80]!r} does not read as a name.")
        if has_small_words(name) and (not is_small(name) or has_word_against_name(name)):  # "a Chinese priest"
            raise BadValue(f"{printed[:80]!r} describes an author and does not name one.")
        name = normalise_name(name, language)
        return Author(
            name=name,
            sort_name=make_sort_name(name),
            kind="person",
            printed=printed,
            honorific=honorific,
            order_initials=_join_notes([order] if order else [], [self.order_initials] if self.order_initials else []),
            note=_join_notes(marks, [*([place] if place else []), *self.notes]),
        )


def is_title_alone(name: str, language: str | None) -> bool:
    """Return True for a title without a name: "Mr." before "and Mrs. Lee"."""
    return " " not in name and _is_honorific([name, ""], language)


def begins_with_title(name: str, language: str | None) -> bool:
    """Return True for a name with a title before it."""
    return _split_honorific(name, language)[0] is not None


_PREPOSITION = re.compile(r"(?:de|da|do|desde|em|en|à|a|in|aus|från|fra|uit|din|из|з)\s(?=\S)")
"""Before the place from which somebody writes, behind a comma."""


def _is_name_with_task(part: str) -> bool:
    """Return True for a name and its share in brackets: "Vera Sam (data work)"."""
    name, marks = split_marks(part)
    return bool(marks) and " " in name and reads_as_name(name)


def _is_spaced(word: str) -> bool:
    """Return True for a script that parts the words of a name by spaces, and a capital anywhere where it has such."""
    return not is_small(word) and not "\u3040" <= word[0] <= "\ud7a3"


def split_marks(name: str) -> tuple[str, list[str]]:
    """Split off asterisks and brackets; return the name, without quotation marks and a full stop, and these marks."""
    marks = re.findall(r"[*†‡¹²³]+|[(（\[][^()（）\[\]]{0,100}[)）\]]", name)
    bare = re.sub(r"[*†‡¹²³]+|[(（\[][^()（）\[\]]{0,100}[)）\]]", " ", name)
    bare = " ".join(bare.split()).strip('"“”„«»:–—-_ ')
    if bare.endswith(".") and len(bare.split()[-1]) > 4 and "." not in bare.split()[-1][:-1]:
        bare = bare[:-1]
    return bare, marks


def _split_place(name: str) -> tuple[str, str | None]:
    """Split "Fady Noun in Beirut" into the name and the words from the small "in" on, which are a note."""
    parts = name.split()
    for position in range(1, len(parts) - 1):
        if parts[position] in load_words("bylines", "where", "any") and parts[position + 1][:1].isupper():
            return " ".join(parts[:position]), " ".join(parts[position:])
    return name, None


def _split_honorific(name: str, language: str | None) -> tuple[str | None, str]:
    parts = name.split()
    count = 0
    while count < len(parts) - 1 and (
        _is_honorific(parts[count:], language) or (count and _are_ranks(parts[count - 1 : count + 1]))
    ):
        count += 1
    if count:
        return " ".join(parts[:count]), " ".join(parts[count:])
    if is_han(name):
        for title in sorted(load_table("bylines")["honorifics"]["han"], key=len, reverse=True):
            if name.endswith(title) and len(name) > len(title):
                return title, name.removesuffix(title)
    return None, name


def _are_ranks(words: list[str]) -> bool:
    return all(make_word_key(word) in load_words("bylines", "honorifics", "pointed") for word in words)


def _is_honorific(parts: list[str], language: str | None) -> bool:
    word = make_word_key(parts[0])
    if not word:
        return False
    if word in _load_honorifics(language) or (word == "most" and make_word_key(parts[1]) in ("rev", "reverend")):
        return True
    following = make_word_key(parts[1])
    if word in _BEFORE_TITLES and (following in _BEFORE_TITLES or following in _load_honorifics(language)):
        return True  # "The Rt Rev"
    pointed = load_words("bylines", "honorifics", "pointed")
    if word in pointed:
        return following in pointed or (parts[0].endswith(".") and len(parts) > 2)
    if word not in load_words("bylines", "honorifics_that_may_be_initials", language or ""):
        return False
    # A small "p." is always a title. A capital one may be a first name's initial: only before two words of a name that
    # are written out.
    return parts[0].islower() or (
        len(parts) > 2 and parts[0].endswith(".") and all(len(make_word_key(part)) > 2 for part in parts[1:])
    )


_BEFORE_TITLES = frozenset(("the", "rt", "right", "most", "very", "hon", "honourable", "honorable"))


def _split_order(name: str) -> tuple[str, str | None]:
    """Split "Bernardo Cervellera PIME" into name and initials of an order, when two words of a name remain."""
    parts = name.split()
    if name.isupper():
        return name, None
    for count in (2, 1):
        if len(parts) >= count + 2 and is_order(" ".join(parts[-count:])):
            return " ".join(parts[:-count]), " ".join(parts[-count:])
    return name, None


def _split_degree(name: str) -> tuple[str, str | None]:
    """Split "Jane Doe PhD" into name and degree, when two words of a name remain."""
    parts = name.split()
    is_last_degree = (
        len(parts) > 2 and not name.isupper() and is_degree(parts[-1], sure=True) and not is_order(parts[-1])
    )
    return (" ".join(parts[:-1]), parts[-1]) if is_last_degree else (name, None)


def is_order(part: str) -> bool:
    """Return True for the initials of an order: "sj", "O.F.M. Cap."."""
    first = part.split()[0] if part.split() else ""
    if not first or len(part) > 16 or not (first[:2].isupper() or first.islower() or "." in first):
        return False
    return make_word_key(part) in _load_orders() or make_word_key(part).replace(" ", "") in _load_orders()


def _join_notes(*groups: Iterable[str]) -> str | None:
    return ", ".join(text for group in groups for text in group) or None


@cache
def _load_honorifics(language: str | None) -> frozenset[str]:
    return load_words("bylines", "honorifics", "any") | load_words("bylines", "honorifics", language or "en")


@cache
def _load_orders() -> frozenset[str]:
    return load_words("bylines", "orders", "initials")


def is_listed_agency(text: str) -> bool:
    """Return True if a text is an agency of the table, in any of its spellings."""
    return make_word_key(text) in map_agencies(())


@cache
def map_agencies(own: tuple[str, ...]) -> dict[str, str]:
    """Return every spelling of an agency, as a word key → its name."""
    names = {make_word_key(spelling): row[0] for row in load_table("bylines")["agencies"]["rows"] for spelling in row}
    names.update((make_word_key(name), name) for name in _load_short_agency_names())
    return {**{make_word_key(agency): agency for agency in own if make_word_key(agency) not in names}, **names}


@cache
def _load_short_agency_names() -> dict[str, str]:
    """Return the short name of each agency that is printed with its whole name."""
    return dict(load_table("bylines")["agencies"]["written_out"])
