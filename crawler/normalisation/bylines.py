"""Splits a printed byline into its authors: in printed order, titles, orders and asterisks in fields of their own.

The words that matter are rows of ``tables/bylines.toml``; people are rows of ``tables/names.toml``. A byline that
is not understood raises :class:`BadValue`; a name is never cut on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from crawler.errors import BadValue
from crawler.items import Author
from crawler.normalisation.byline_dressing import (
    DATE_MARK,
    MARKS,
    is_about_dates,
    is_affiliation,
    is_degree,
    is_desk,
    is_office,
    is_role,
    part_glued_prefix,
    split_office,
    undress,
)
from crawler.normalisation.byline_prefixes import is_only_prefix, strip_prefix
from crawler.normalisation.names import (
    could_be_name,
    has_small_words,
    has_word_against_name,
    is_han,
    is_known_name,
    make_sort_name,
    normalise_name,
    reads_as_name,
)
from crawler.normalisation.text import clean, fold
from crawler.normalisation.word_tables import load_table, load_words, make_word_key

MAX_BYLINE = 500
"""Longer text is no byline but a paragraph that stood in its place."""

MAX_LINE = 160

__all__ = ["is_byline", "read_byline", "split_byline", "strip_prefix"]

_MARKS = re.compile(f"[{MARKS}]")
_START_MARKS = re.compile(rf"[\s,;/|·•⋅●–—{MARKS}-]*[{MARKS}][\s,;/|·•⋅●–—{MARKS}-]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a byline says."""

    authors: tuple[Author, ...]
    prefixed: bool
    """True if a prefix stands before a name: "by X", "Posted on 4 May by X"."""
    complete: bool
    """False if some words are neither names nor what usually stands beside them."""
    dressed: bool
    """True if dates, offices, papers or addresses stand beside the names."""


def split_byline(printed: str, language: str | None, agencies: tuple[str, ...] = ()) -> tuple[Author, ...]:
    """Split a byline into its authors, in printed order, each once.

    ``agencies`` are the house's own names, beside those of the table. Raises :class:`BadValue` when no author can be
    read from it, or when a comma leaves it open whether one person or two are meant ("Perera, Melani").
    """
    return read_byline(printed, language, agencies).authors


@lru_cache(maxsize=1024)  # a paper has some dozens of writers
def read_byline(printed: str, language: str | None, agencies: tuple[str, ...] = ()) -> Reading:
    """Read a byline as :func:`split_byline` does, and say what else stands on its line."""
    whole = part_glued_prefix(clean(_MARKS.sub(" ", printed))) if len(printed) <= 4 * MAX_BYLINE else ""
    text = strip_prefix(whole, language)
    if not text or len(text) > MAX_BYLINE or is_only_prefix(text, language):
        raise BadValue(f"{printed[:80]!r} names no author.")
    agency_names = _map_agencies(agencies)
    text = _strip_loose_end(_unpack_bracketed_agencies(_strip_kicker(_strip_brackets(text)), agency_names))
    dressed = undress(text, frozenset(agency_names))
    text = dressed.text
    prefixed = text[:1].isalpha() and len(whole) > len(text) and strip_prefix(whole, language) != whole
    credits: list[_Credit] = []
    notes: list[str] = []
    complete = True
    for part in _iter_parts(text, agency_names):
        for mark in part.separator:
            if mark in dressed.notes:
                (credits[-1].notes if credits else notes).append(dressed.notes[mark])
        start, name = part.start, text[part.start : part.end].strip()
        if (part.separator or dressed.notes) and name != (bare := strip_prefix(name, language)):
            if credits and part.loose and not prefixed:
                credits.clear()  # "Growth | 4 May | by Ann Lee": what stands before the prefix is no author
            start, name, prefixed = part.start + text[part.start : part.end].rindex(bare), bare, True
        elif credits and part.loose and DATE_MARK in part.separator:
            complete = complete and _is_litter(name, credits)
            continue  # after a date stand sections and labels
        if not name or _is_litter(name, credits):
            continue
        if credits and (part.loose or name[0].islower()) and credits[-1].add_part(name, language, agency_names):
            credits[-1].end = part.end
        else:
            credits.append(_Credit(start=start, end=part.end, name=name, loose=part.loose))
    if credits:
        credits[0].notes[:0] = notes
    if _is_inverted(credits, text, agency_names):
        raise BadValue(f"{printed[:80]!r} may be one author or two.")
    authors: list[Author] = []
    for credit in credits:
        try:
            authors.append(credit.make_author(text, language, agency_names))
        except BadValue:
            if not authors or not credit.loose:
                raise
            complete = False
    if not authors:
        raise BadValue(f"{printed[:80]!r} names no author.")
    unique = {(fold(author.name), author.kind): author for author in reversed(authors)}
    return Reading(tuple(unique.values())[::-1], prefixed, complete, bool(_MARKS.search(text)))


@lru_cache(maxsize=2048)  # a line is asked several times, and pages have their writers in common
def is_byline(line: str, language: str | None, *, bare: bool = False) -> bool:
    """Return True if a line reads as a byline: a prefix, and after it names or agencies.

    With ``bare``, also names without a prefix, as some layouts print them: two words or more, or one with an asterisk.
    Kickers (capitals), headlines, places and menus are no names; Chinese
    characters alone could be either, so they are no byline.
    """
    if len(line) > 4 * MAX_LINE:
        return False
    text = clean(line)
    if not text or len(text) > MAX_LINE or text[-1] in "!?:;":
        return False
    if not bare and not _may_be_prefixed(text, language):
        return False
    try:
        reading = read_byline(text, language)
    except BadValue:
        return False
    if not reading.complete:
        return False
    if reading.prefixed:
        return all(_is_credible(author) for author in reading.authors)
    return (
        bare
        and not reading.dressed
        and all(
            author.kind == "person" and _is_credible_alone(author, len(reading.authors)) for author in reading.authors
        )
    )


def _may_be_prefixed(text: str, language: str | None) -> bool:
    """Return True if a prefix stands before the line, or may stand inside, after a date."""
    return strip_prefix(text, language) != text or any(character.isdigit() for character in text)


@dataclass(slots=True)
class _Credit:
    """One author while the byline is being read."""

    start: int
    end: int
    name: str
    order_initials: str | None = None
    notes: list[str] = field(default_factory=list)
    loose: bool = False
    """True if no connector joins it to the author before."""

    def add_part(self, part: str, language: str | None, agency_names: dict[str, str]) -> bool:
        """Add a part that is no author (order initials, a generation, an office); return False when it is one."""
        if _is_order(part) or (
            len(make_word_key(part)) > 2 and _is_order(part.upper())
        ):  # "Pime": sure only after a comma
            self.order_initials = part if self.order_initials is None else f"{self.order_initials}, {part}"
            return True
        bare = part.rstrip("*†‡¹²³ ")
        if make_word_key(bare) in load_words("bylines", "orders", "suffixes") and len(self.name.split()) > 1:
            self.name = f"{self.name} {bare}"
            return True
        if make_word_key(part) in agency_names:
            return False
        if is_degree(bare) or is_role(bare) or is_office(bare) or self._is_beside(bare):
            self.notes.append(part)
            return True
        if has_word_against_name(bare, throughout=True):  # "by Fady Noun, Beirut"
            self.notes.append(part)
            return True
        if reads_as_name(bare) or (self.name.islower() and could_be_name(bare)):
            return False
        if part[:1].islower() or not could_be_name(bare) or has_small_words(part):
            self.notes.append(part)
            return True
        return False

    def _is_beside(self, part: str) -> bool:
        """Return True for a paper, or for a place: one word after a whole name ("by Jane Doe, Kuching, Malaysia")."""
        if is_affiliation(part) or (part.isupper() and not self.name.isupper()):
            return True
        return len(self.name.split()) > 1 and len(part.split()) == 1 and part[0].isupper() and not is_known_name(part)

    def make_author(self, text: str, language: str | None, agency_names: dict[str, str]) -> Author:
        printed = _MARKS.split(text[self.start : self.end], maxsplit=1)[0].strip(" ,")
        name, marks = _split_marks(self.name)
        agency = agency_names.get(make_word_key(name))
        if agency is not None:
            return Author(
                name=agency,
                sort_name=_load_short_agency_names().get(agency, agency),
                kind="agency",
                printed=printed,
                note=_join_notes(marks, self.notes),
            )
        if (
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
        name, degree = _split_degree(name)
        if degree:
            marks = [*marks, degree]
        name, order = _split_order(name)
        if not could_be_name(name) or make_word_key(name) in load_words("bylines", "honorifics", "any"):
            raise BadValue(f"{printed[:80]!r} does not read as a name.")
        if has_small_words(name) and (not name.islower() or has_word_against_name(name)):  # "a Chinese priest"
            raise BadValue(f"{printed[:80]!r} describes an author and does not name one.")
        name = normalise_name(name)
        return Author(
            name=name,
            sort_name=make_sort_name(name),
            kind="person",
            printed=printed,
            honorific=honorific,
            order_initials=_join_notes([order] if order else [], [self.order_initials] if self.order_initials else []),
            note=_join_notes(marks, [*([place] if place else []), *self.notes]),
        )


def _strip_kicker(text: str) -> str:
    """Return a byline without the kicker that a listing prints after it: "Fady Noun | LEBANON"."""
    byline, bar, kicker = text.partition(" | ")
    if bar and (kicker.isupper() or is_han(kicker) or has_word_against_name(kicker)):
        return byline.strip()
    return text


def _unpack_bracketed_agencies(text: str, agency_names: dict[str, str]) -> str:
    """Return "Fady Noun (AsiaNews/AFP)" as a list; brackets that hold anything else stay, and become a note."""

    def list_agencies(bracket: re.Match[str]) -> str:
        return (
            f", {bracket[1]} "
            if all(make_word_key(name) in agency_names for name in bracket[1].split("/"))
            else bracket[0]
        )

    return re.sub(r"\s?[(（]([^()（）]{1,60})[)）]", list_agencies, text).strip(" ,")


def _strip_brackets(text: str) -> str:
    """Return a byline without the brackets around the whole of it."""
    whole = re.fullmatch(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]", text)
    return whole[1].strip() if whole else text


def _strip_loose_end(text: str) -> str:
    """Return a byline without a connector at its end, where the line was broken off."""
    connectors = load_table("bylines")["connectors"]
    loose = _compile_loose_end("|".join(connectors["strong"] + connectors["weak"])).sub("", text)
    words = loose.split()
    return loose if len(words) < 3 or words[-1] not in ("In", "On", "At") else " ".join(words[:-1])


@cache
def _compile_loose_end(connectors: str) -> re.Pattern[str]:
    return re.compile(rf"\s(?:{connectors})$")


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    separator: str
    """What stands before the part; empty before the first."""
    loose: bool
    """True after a comma, a bar, a slash, a dash or a mark."""


def _iter_parts(text: str, agency_names: dict[str, str]) -> Iterator[_Part]:
    """Yield the parts between commas, connectors and marks."""
    first = _START_MARKS.match(text)
    start = first.end() if first else 0
    before, loose = (first[0] if first else ""), False
    for separator in _compile_separators().finditer(text, start):
        stop, next_start = separator.span()
        left, right = text[start:stop].strip(), _cut_at_separator(text, next_start)
        if not left or not (separator["mark"] or _separates_authors(separator, left, right, agency_names, text)):
            continue
        yield _Part(start, stop, before, loose)
        start, before = next_start, separator[0]
        loose = any(separator[name] is not None for name in ("comma", "list", "slash", "dash", "mark"))
    yield _Part(start, len(text), before, loose)


def _is_litter(part: str, credits: Sequence[_Credit]) -> bool:
    """Return True for words that stand beside a date ("Posted on"), and for what stands alone before all names."""
    if not credits and part.islower() and _is_order(part):
        return True
    return not part or (len(part.split()[0]) > 4 and is_about_dates(part))


def _separates_authors(
    separator: re.Match[str], left: str, right: str, agency_names: dict[str, str], text: str
) -> bool:
    if separator["slash"]:
        return make_word_key(f"{left}/{right}") not in agency_names  # RFE/RL is one
    if separator["dash"]:  # "Arieh Cohen - AsiaNews"
        are_people = all(len(side.split()) > 1 and reads_as_name(side) for side in (left, right))
        return are_people or make_word_key(left) in agency_names or make_word_key(right) in agency_names
    if separator["vav"]:  # Hebrew writes "and" as the first letter of the next word
        return len(left.split()) > 1 and len(right.split()) > 1
    if separator["weak"]:
        # One word after "y" or "e" and several before it: a double family name (Ramón y Cajal), not two people.
        return (
            len(right.split()) > 1
            or len(left.split()) == 1
            or make_word_key(right) in agency_names
            or right.endswith("*")
        )
    if separator["han"] and separator[0] == separator["han"]:
        near = text[max(0, separator.start() - 1) : separator.start()] + text[separator.end() : separator.end() + 1]
        return not is_han(near) or (len(left) > 1 and 1 < len(right) < 6)
    return True


def _cut_at_separator(text: str, start: int) -> str:
    separator = _compile_separators().search(text, start)
    return text[start : separator.start() if separator else len(text)].strip()


def _is_inverted(credits: list[_Credit], text: str, agency_names: dict[str, str]) -> bool:
    """Return True if "X, Y" with one word before the only comma could be one person, family name first."""
    if len(credits) != 2 or text.count(",") != 1 or text[credits[0].end : credits[1].start].strip() != ",":
        return False
    names = [_split_marks(credit.name)[0] for credit in credits]
    return len(names[0].split()) == 1 and not any(make_word_key(name) in agency_names or is_han(name) for name in names)


def _split_marks(name: str) -> tuple[str, list[str]]:
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
    while count < len(parts) - 1 and _is_honorific(parts[count:], language):
        count += 1
    if count:
        return " ".join(parts[:count]), " ".join(parts[count:])
    if is_han(name):
        for title in sorted(load_table("bylines")["honorifics"]["han"], key=len, reverse=True):
            if name.endswith(title) and len(name) > len(title):
                return title, name.removesuffix(title)
    return None, name


def _is_honorific(parts: list[str], language: str | None) -> bool:
    word = make_word_key(parts[0])
    if not word:
        return False
    if word in _load_honorifics(language) or (word == "most" and make_word_key(parts[1]) in ("rev", "reverend")):
        return True
    if word not in load_words("bylines", "honorifics_that_may_be_initials", language or ""):
        return False
    # A small "p." is always a title. A capital one may be a first name's initial: only before two words of a name that
    # are written out.
    return parts[0].islower() or (
        len(parts) > 2 and parts[0].endswith(".") and all(len(make_word_key(part)) > 2 for part in parts[1:])
    )


def _split_order(name: str) -> tuple[str, str | None]:
    """Split "Bernardo Cervellera PIME" into name and initials of an order, when two words of a name remain."""
    parts = name.split()
    if name.isupper():
        return name, None
    for count in (2, 1):
        if len(parts) >= count + 2 and _is_order(" ".join(parts[-count:])):
            return " ".join(parts[:-count]), " ".join(parts[-count:])
    return name, None


def _split_degree(name: str) -> tuple[str, str | None]:
    """Split "Jane Doe PhD" into name and degree, when two words of a name remain."""
    parts = name.split()
    is_last_degree = len(parts) > 2 and not name.isupper() and is_degree(parts[-1], sure=True) and not _is_order(parts[-1])
    return (" ".join(parts[:-1]), parts[-1]) if is_last_degree else (name, None)


def _is_order(part: str) -> bool:
    first = part.split()[0] if part.split() else ""
    if not first or len(part) > 16 or not (first.isupper() or first.islower()):
        return False
    return make_word_key(part) in _load_orders() or make_word_key(part).replace(" ", "") in _load_orders()


def _is_credible(author: Author) -> bool:
    """Return True if the part of a prefixed byline reads as an author: "by the way" does not."""
    if author.kind == "agency":
        return True
    bare = _split_marks(author.printed.split(",")[0])[0]
    return reads_as_name(author.name) or (bare.isupper() and len(bare.split()) > 1 and not has_word_against_name(bare))


def _is_credible_alone(author: Author, count: int) -> bool:
    words = author.name.split()
    marked = author.note is not None and author.note.startswith("*")
    if is_known_name(author.name):
        return True
    if author.note is not None and not marked:
        return False
    if is_han(author.name.replace(" ", "")) or has_word_against_name(author.printed):
        return False
    if author.printed.rstrip("*†‡¹²³ ").isupper() or not reads_as_name(author.name):
        return False
    if not words[0][0].isupper():
        return False
    return len(words) > 1 or marked or author.honorific is not None


def _join_notes(*groups: Iterable[str]) -> str | None:
    return ", ".join(text for group in groups for text in group) or None


@cache
def _compile_separators() -> re.Pattern[str]:
    connectors = load_table("bylines")["connectors"]
    strong = "|".join(re.escape(connector) for connector in connectors["strong"])
    weak = "|".join(connectors["weak"])
    han = "|".join(connectors["han"])
    return re.compile(
        rf"(?P<mark>[\s,;/|·•⋅●–—-]*[{MARKS}][\s,;/|·•⋅●–—{MARKS}-]*(?:(?:{strong}|{weak})\s)?)|(?P<comma>\s?[,;，；]\s?(?:(?:{strong})\s)?)|(?P<list>\s?[、،]\s?|\s?\|\s?|\s[·•⋅●∙]\s)|(?P<slash>\s?/\s?)|(?P<dash>\s[-–—]\s)"
        rf"|\s(?P<strong>{strong}|{strong.upper()})\s|\s(?P<weak>{weak}|{weak.upper()})\s|\s?(?P<han>{han})\s?|\s(?P<vav>ו)(?=[\u05d0-\u05ea]{{2,}}\s)"
    )


@cache
def _load_honorifics(language: str | None) -> frozenset[str]:
    return load_words("bylines", "honorifics", "any") | load_words("bylines", "honorifics", language or "en")


@cache
def _load_orders() -> frozenset[str]:
    return load_words("bylines", "orders", "initials")


@cache
def _map_agencies(own: tuple[str, ...]) -> dict[str, str]:
    """Return every spelling of an agency, as a word key → its name."""
    names = {make_word_key(spelling): row[0] for row in load_table("bylines")["agencies"]["rows"] for spelling in row}
    names.update((make_word_key(name), name) for name in _load_short_agency_names())
    return {**{make_word_key(agency): agency for agency in own if make_word_key(agency) not in names}, **names}


@cache
def _load_short_agency_names() -> dict[str, str]:
    """Return the short name of each agency that is printed with its whole name."""
    return dict(load_table("bylines")["agencies"]["written_out"])
