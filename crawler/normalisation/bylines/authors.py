"""Decides who wrote an article from the printed byline and from the names that structured data states.

Both confirm each other: structured data says where a name ends, the byline says who is printed, and in which order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.errors import BadValue
from crawler.items import Author, Found, FoundAuthor
from crawler.normalisation.bylines.byline import Reading, read_byline
from crawler.normalisation.bylines.dressing import names_desk
from crawler.normalisation.words.text import clean, fold

_Words = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorReading:
    """The authors of an article, where they are from, and what could not be read."""

    authors: tuple[Author, ...]
    source: str | None = None
    """The source in structured data, where the authors are from there."""
    problems: tuple[tuple[str, str, str], ...] = ()
    """Field, printed words and reason of each part that names nobody."""


def read_authors(
    byline: str | None, names: Sequence[Found], language: str | None, agencies: tuple[str, ...]
) -> AuthorReading:
    """Return the authors that a byline and the names of structured data give together.

    The printed byline leads. Stated names win where it cannot be split, where one is a proper part of a printed name
    ("Ann Lee" of "Ann Lee Political Correspondent"), and where a line without a prefix names none of them. Stated
    authors beside those that the byline confirms are added after them.
    """
    problems: list[tuple[str, str, str]] = []
    reading: Reading | None = None
    if byline:
        try:
            reading = read_byline(byline, language, agencies)
        except BadValue as error:
            problems.append(("byline", byline, str(error)))
    stated: list[Author] = []
    for name in names:
        try:
            authors = _read_stated(name, language, agencies)
        except BadValue as error:
            if not byline:
                problems.append(("authors", clean(name.value), str(error)))
            continue
        stated.extend(author for author in authors if all(author.name != other.name for other in stated))
    source = names[0].source if stated else None
    if reading is None:
        if byline and stated and all(fold(author.printed) in fold(byline) for author in stated):
            problems.clear()  # the byline holds the names, with other words around them
        return AuthorReading(authors=tuple(stated), source=source, problems=tuple(problems))
    joined = _join(reading, stated)
    return AuthorReading(authors=joined, source=source if joined != reading.authors else None, problems=tuple(problems))


def _read_stated(name: Found, language: str | None, agencies: tuple[str, ...]) -> tuple[Author, ...]:
    """Return the authors of one stated name. An organisation is one author, whatever its name is made of."""
    printed = clean(name.value)
    is_agency = isinstance(name, FoundAuthor) and name.kind == "agency"
    try:
        authors = read_byline(printed, language, agencies).authors
    except BadValue:
        if not is_agency and not names_desk(printed):
            raise
        authors = ()
    if authors and not is_agency:
        return authors
    if len(authors) == 1 and authors[0].kind == "agency" and authors[0].printed == printed:
        return authors
    if not any(character.isalpha() for character in printed):
        raise BadValue(f"{printed[:80]!r} names no author.")
    return (Author(name=printed, sort_name=printed, kind="agency", printed=printed),)


def _join(reading: Reading, stated: Sequence[Author]) -> tuple[Author, ...]:
    if not stated:
        return reading.authors
    words = [_split_words(author) for author in stated]
    used: set[int] = set()
    authors: list[Author] = []
    unconfirmed: list[Author] = []
    for author in reading.authors:
        printed = _split_words(author)
        equal = next((index for index, other in enumerate(words) if other == printed), None)
        if equal is not None:
            used.add(equal)
            authors.append(author)
            continue
        parts = sorted(
            (place, index)
            for index, other in enumerate(words)
            if (len(other) > 1 or len(other) == len(printed)) and (place := _find(other, printed)) is not None
        )
        if parts and (parts[0][0] == 0 or len(parts) > 1 or not _is_plain(author)):
            used.update(index for _, index in parts)
            authors.extend(stated[index] for _, index in parts if stated[index] not in authors)
            continue
        whole = next((index for index, other in enumerate(words) if _find(printed, other) is not None), None)
        if whole is not None:  # a part of the stated name: it is printed shorter, or was cut
            used.add(whole)
            if stated[whole] not in authors:
                authors.append(stated[whole] if len(printed) == 1 or len(words[whole]) - len(printed) > 1 else author)
            continue
        fuller = next((index for index, other in enumerate(words) if _is_shortened(printed, other)), None)
        if fuller is not None:
            used.add(fuller)
            authors.extend([stated[fuller]] if stated[fuller] not in authors else [])
            continue
        authors.append(author)
        unconfirmed.append(author)
    if not used:
        people = [author for author in stated if author.kind == "person" and " " in author.name]
        return reading.authors if reading.prefixed else (*reading.authors, *people)
    if len(used) == len(stated):  # everybody who is stated is printed: what else is one word is a place or a paper
        is_listed = reading.prefixed or not reading.dressed
        authors = [
            author
            for author in authors
            if author not in unconfirmed or author.kind == "agency" or (is_listed and " " in author.name)
        ]
    authors.extend(author for index, author in enumerate(stated) if index not in used and author not in authors)
    return tuple(authors)


def _split_words(author: Author) -> _Words:
    return tuple(fold(author.name).replace(".", " ").replace("-", " ").split())


def _find(part: _Words, whole: _Words) -> int | None:
    """Return where the words stand in other, more words; None where they do not."""
    if not part or len(part) >= len(whole):
        return None
    return next(
        (index for index in range(len(whole) - len(part) + 1) if whole[index : index + len(part)] == part), None
    )


def _is_shortened(name: _Words, fuller: _Words) -> bool:
    """Is a name another one without its middle names: "André Klein" of "André Oliver Klein"?"""
    return 2 == len(name) < len(fuller) <= 4 and (name[0], name[-1]) == (fuller[0], fuller[-1])


def _is_plain(author: Author) -> bool:
    """Return True for three words or fewer in capitals: a first name more, printed before the stated name."""
    parts = author.name.split()
    return len(parts) <= 3 and all(part[:1].isupper() for part in parts)
