"""Splits a printed byline into its authors: in printed order, titles, orders and asterisks in fields of their own.

The words that matter are rows of ``tables/bylines.toml``; people are rows of ``tables/names.toml``. A byline that
is not understood raises :class:`BadValue`; a name is never cut on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.errors import BadValue
from crawler.items import Author
from crawler.normalisation.bylines.credible_names import is_credible, is_credible_alone, is_handle
from crawler.normalisation.bylines.credits import (
    Credit,
    begins_with_title,
    is_listed_agency,
    is_order,
    is_title_alone,
    map_agencies,
    split_marks,
)
from crawler.normalisation.bylines.dates import is_about_dates
from crawler.normalisation.bylines.desks import is_desk, is_house_desk
from crawler.normalisation.bylines.dressing import DATE_MARK, MARKS, has_glued_prefix, undress
from crawler.normalisation.bylines.labels import took_picture
from crawler.normalisation.bylines.names import is_han, names_topic, reads_as_name
from crawler.normalisation.bylines.offices import ends_with_office, is_short_name
from crawler.normalisation.bylines.prefixes import (
    is_only_prefix,
    may_begin_with_prefix,
    strip_glued_prefix,
    strip_prefix,
)
from crawler.normalisation.bylines.separators import iter_parts
from crawler.normalisation.bylines.tidying import (
    MAX_BYLINE,
    strip_brackets,
    strip_kicker,
    strip_loose_end,
    tidy,
    unpack_bracketed_agencies,
)
from crawler.normalisation.words.scripts import is_small
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

MAX_LINE = 160
_WORDS_OF_AGENCIES = 9
"""Words that a line of agencies and desks has at most: more are a sentence that begins with a name of theirs."""

_WORDS_OF_SENTENCE = 8
"""Words from which what stands behind a name, with a full stop at its end, is a text and no note."""

__all__ = [
    "find_dates_beside_names",
    "is_byline",
    "joins_names",
    "list_printed_names",
    "names_agencies",
    "names_authors",
    "names_several",
    "read_byline",
    "signs_alone",
    "split_byline",
    "strip_prefix",
    "try_reading",
]

_MARKS = re.compile(f"[{MARKS}]")
_DIGIT = re.compile(r"\d")
_PREFIX_INSIDE = re.compile(
    r"(?i)\W(?:by|von|par|por|door|av|af|di|de|oleh|text|autor|auteur|автор)\b|[:：／]|記者|记者"
)
_REPORTER = re.compile("[記记]者")


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
    dates: tuple[str, ...] = ()
    """Dates, times and counters beside the names, as printed."""


def split_byline(printed: str, language: str | None, agencies: tuple[str, ...] = ()) -> tuple[Author, ...]:
    """Split a byline into its authors, in printed order, each once.

    ``agencies`` are the house's own names, beside those of the table. Raises :class:`BadValue` when no author can be
    read from it, or when a comma leaves it open whether one person or two are meant ("Perera, Melani").
    """
    return read_byline(printed, language, agencies).authors


@lru_cache(maxsize=1024)  # a paper has some dozens of writers
def read_byline(printed: str, language: str | None, agencies: tuple[str, ...] = ()) -> Reading:
    """Read a byline as :func:`split_byline` does, and say what else stands on its line."""
    whole = tidy(printed)
    text = strip_prefix(whole, language)
    text = strip_glued_prefix(whole, language) if text == whole else text
    if not text or len(text) > MAX_BYLINE or is_only_prefix(text, language):
        raise BadValue(f"{printed[:80]!r} names no author.")
    handle = strip_prefix(printed.strip(), language)
    if is_handle(handle):
        author = Author(name=handle.lstrip("@"), sort_name=handle.lstrip("@"), kind="person", printed=handle)
        return Reading((author,), handle != printed.strip(), complete=True, dressed=False)
    agency_names = map_agencies(agencies)
    if language is not None and language.startswith("zh") and text != whole:
        text = _part_short_names(text)
    text = strip_loose_end(unpack_bracketed_agencies(strip_kicker(strip_brackets(text), agency_names), agency_names))
    dressed = undress(text, frozenset(agency_names))
    text = dressed.text
    prefixed = (
        _MARKS.sub("", text).lstrip()[:1].isalpha()
        and len(whole) > len(text)
        and strip_prefix(whole, language) != whole
    )
    credits: list[Credit] = []
    notes: list[str] = []
    complete = True
    for part in iter_parts(text, language, agency_names):
        for mark in part.separator:
            if mark in dressed.notes:
                (credits[-1].notes if credits else notes).append(dressed.notes[mark])
        start, name = part.start, _strip_article(text[part.start : part.end].strip(), agency_names)
        bare = strip_prefix(name, language) if part.separator or dressed.notes else name
        if bare != name and name.endswith(bare):
            if credits and part.loose and not prefixed:
                credits.clear()  # "Growth | 4 May | by Ann Lee": what stands before the prefix is no author
            start, name, prefixed = part.start + text[part.start : part.end].rfind(bare), bare, True
        elif credits and part.loose and DATE_MARK in part.separator:
            complete = complete and _is_litter(name, credits)
            continue  # after a date stand sections and labels
        if not name or _is_litter(name, credits):
            continue
        if credits and not part.loose and _share_name(credits[-1], name, language):
            credits[-1].shared_title = text[credits[-1].start : start].strip()
            credits[-1].name, credits[-1].end = name, part.end
        elif credits and (part.loose or is_small(name[0])) and credits[-1].add_part(name, language, agency_names):
            credits[-1].end = part.end
            complete = complete and not (len(name.split()) >= _WORDS_OF_SENTENCE and name[-1] in '.!?…”"')
        else:
            credits.append(Credit(start=start, end=part.end, name=name, loose=part.loose))
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
    authors = [author for author in authors if not _has_other_task(author)] or authors
    unique = {(fold(author.name), author.kind): author for author in reversed(authors)}
    return Reading(tuple(unique.values())[::-1], prefixed, complete, bool(_MARKS.search(text)), tuple(dressed.dates))


def _strip_article(name: str, agency_names: dict[str, str]) -> str:
    """Return the name of an agency without the article before it, that of a desk with a capital: "the AP", "l'AFP"."""
    article = _ARTICLE.match(name)
    if article is None:
        return name
    bare = name[article.end() :]
    if make_word_key(bare) in agency_names:
        return bare
    return f"{name[0].upper()}{name[1:]}" if is_desk(bare) and bare[:1].isupper() else name


_ARTICLE = re.compile(r"(?:the|la|el|il|le|der|die|dem|a|o)\s(?=\S)|[ld]['’](?=\w)")


def _has_other_task(author: Author) -> bool:
    """Do brackets behind a name say that somebody took the pictures, or edited: "Eva Tann (Fotos)"?"""
    note = author.note or ""
    if note[:1] not in "(（[" or not note:
        return False
    return make_word_key(note.strip("()（）[] ")) in load_words("byline_words", "others", "labels")


def _share_name(credit: Credit, name: str, language: str | None) -> bool:
    """Is what stands before a connector only a title, and what follows a name with another: "Mr. and Mrs. Lee"?"""
    return is_title_alone(credit.name, language) and begins_with_title(name, language)


def _part_short_names(text: str) -> str:
    """Return Chinese names that only spaces part with a mark between them: "李伟 张静" → "李伟、张静"."""
    names = [name for name in text.split(" ") if not is_only_prefix(name, "zh")]
    are_names = len(names) > 1 and all(is_short_name(name) and not ends_with_office(name) for name in names)
    return "、".join(names) if are_names else text


@lru_cache(maxsize=2048)  # a line is asked several times, and pages have their writers in common
def is_byline(line: str, language: str | None, *, bare: bool = False, is_marked: bool = False) -> bool:
    """Return True if a line reads as a byline: a prefix, and after it names or agencies; a Korean name and an office.

    With ``bare``, also names without a prefix, as some layouts print them: two words or more, or one with an asterisk.
    Kickers (capitals), headlines, places and menus are no names; Chinese
    characters alone could be either, so they are no byline. ``is_marked``: the markup says that it is a writer's, so
    that a name in capitals or in a script that has none, and a place beside it, count too.
    """
    if len(line) > 4 * MAX_LINE or (not bare and is_surely_unsigned(line)):
        return False
    text = tidy(line)
    if text[-1:] in ":：" and strip_prefix(text, language) != text:
        text = text[:-1].rstrip()  # "كتب – أحمد علي:"
    if not text or len(text) > MAX_LINE or text[-1] in "!?:;" or took_picture(text):
        return False
    if not bare and not may_be_prefixed(text, language) and not ends_with_office(text):
        return False
    reading = try_reading(text, language)
    if reading is None or not reading.complete:
        return False
    if reading.prefixed:
        return all(is_credible(author) for author in reading.authors)
    if ends_with_office(text):
        return all(is_short_name(author.name) for author in reading.authors)
    return (
        bare
        and (is_marked or not reading.dressed)
        and reading.authors[0].kind == "person"
        and all(author.kind == "agency" or is_credible_alone(author, is_marked=is_marked) for author in reading.authors)
    )


def is_surely_unsigned(line: str) -> bool:
    """Return True for a line of ASCII with neither mark nor figure that begins as no byline does: most lines."""
    if not line.isascii() or not line.isprintable() or _MARK_OR_FIGURE.search(line) is not None:
        return False
    start = line.lstrip(_BEFORE_BYLINE)
    return not (may_begin_with_prefix(start) or has_glued_prefix(start))


_MARK_OR_FIGURE = re.compile(r"[\d:/|]")
_BEFORE_BYLINE = " =|~-()[]"
"""What a byline is tidied of at its beginning."""


def names_authors(line: str, language: str | None) -> bool:
    """Return True if a line is made of authors and what usually stands beside them: places, addresses, offices."""
    reading = try_reading(line, language)
    return reading is not None and reading.complete


def signs_alone(line: str, language: str | None) -> bool:
    """Return True if a text beside a date is surely who signs: a byline, agencies, a name with the agency after it."""
    if is_byline(line, language) or names_agencies(line, language):
        return True
    reading = try_reading(line, language) if len(line) <= MAX_LINE // 2 else None
    if reading is None or not reading.complete or len(reading.authors) != 2:
        return False
    person, agency = reading.authors
    return (person.kind, agency.kind) == ("person", "agency") and " " in person.name and reads_as_name(person.name)


def joins_names(word: str) -> bool:
    """Return True for a word that joins two names, and nothing else: "and", "und", "&"."""
    return word in load_table("bylines")["connectors"]["strong"]


def names_several(line: str, language: str | None) -> bool:
    """Return True if a short line is two people or more of two words or three, joined by "and", a place perhaps behind.

    Agencies may follow them. In a script without capitals a bare name could be anything; two that are joined are names.
    """
    reading = try_reading(line, language) if len(line) <= MAX_LINE // 2 else None
    people = [author for author in reading.authors if author.kind == "person"] if reading is not None else []
    if reading is None or not reading.complete or len(people) < 2:
        return False
    if not any(f" {connector} " in line for connector in load_table("bylines")["connectors"]["strong"]):
        return False
    return all(2 <= len(author.name.split()) <= 3 and reads_as_name(author.name) for author in people)


def names_agencies(line: str, language: str | None) -> bool:
    """Return True if a short line is made of agencies and desks, and of nothing else: "AFP", "Redacción"."""
    is_short = len(line) <= MAX_LINE // 2 and line.count(" ") < _WORDS_OF_AGENCIES and line[-1:] not in ".!?"
    reading = try_reading(line, language) if is_short else None
    if reading is None or not reading.complete or reading.dressed:
        return False
    return all(author.kind == "agency" and not _is_topic(author.name) for author in reading.authors)


def _is_topic(name: str) -> bool:
    """Is a name one by its words alone, which are those of topics and labels: "Watch Live", "Security Council"?"""
    return names_topic(name) and not is_listed_agency(name) and not is_house_desk(name)


def list_printed_names(line: str, language: str | None) -> tuple[str, ...]:
    """Return the authors of a byline as it prints them; none where it names nobody."""
    reading = try_reading(line, language)
    return tuple(author.printed for author in reading.authors) if reading is not None else ()


def find_dates_beside_names(line: str, language: str | None) -> tuple[str, ...]:
    """Return the dates, times and counters on a byline, as printed; none where it names nobody."""
    reading = try_reading(line, language)
    return reading.dates if reading is not None else ()


def try_reading(line: str, language: str | None) -> Reading | None:
    """Return what a byline says, None where it names nobody."""
    try:
        return read_byline(line, language)
    except BadValue:
        return None


def may_be_prefixed(text: str, language: str | None) -> bool:
    """Return True if a prefix stands before the line, or may stand inside, after a date."""
    if strip_prefix(text, language) != text:
        return True
    return (_DIGIT.search(text) or _REPORTER.search(text)) is not None and _PREFIX_INSIDE.search(text) is not None


def _is_litter(part: str, credits: Sequence[Credit]) -> bool:
    """Return True for words that stand beside a date ("Posted on"), and for what stands alone before all names."""
    if not credits and part.islower() and is_order(part):
        return True
    return not part or (len(part.split()[0]) > 4 and is_about_dates(part))


def _is_inverted(credits: list[Credit], text: str, agency_names: dict[str, str]) -> bool:
    """Return True if "X, Y" with one word before the only comma could be one person, family name first."""
    if len(credits) != 2 or text.count(",") != 1 or text[credits[0].end : credits[1].start].strip() != ",":
        return False
    names = [split_marks(credit.name)[0] for credit in credits]
    return len(names[0].split()) == 1 and not any(make_word_key(name) in agency_names or is_han(name) for name in names)
