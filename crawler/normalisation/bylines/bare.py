"""Tells bylines that no prefix marks: a name with an office, a place or a date beside it, and the office alone."""

from __future__ import annotations

from typing import Final

from crawler.normalisation.bylines.byline import is_byline, try_reading
from crawler.normalisation.bylines.dressing import begins_with_role, is_role
from crawler.normalisation.bylines.names import is_listed_given_name, reads_as_name

LONGEST: Final = 80
LONGEST_OFFICE: Final = 50


def names_author_with_office(line: str, language: str | None) -> bool:
    """Return True if a line is a name and an office, without a prefix: "Ann Lee, Political Correspondent"."""
    is_likely = len(line) <= LONGEST and (is_role(line) or begins_with_role(line.partition(", ")[2]))
    reading = try_reading(line, language) if is_likely else None
    if reading is None or not reading.complete or reading.dates:
        return False
    return all(
        author.kind == "person"
        and author.note is not None
        and (is_role(author.note) or begins_with_role(author.note))
        and " " in author.name
        and reads_as_name(author.name)
        for author in reading.authors
    )


def is_bare_given_name(line: str, language: str | None) -> bool:
    """Return True if a line is a bare name of a person that begins with a given name, and no place's."""
    return _begins_with_given_name(line) and is_byline(line, language, bare=True)


def is_name_and_place_or_date(line: str, language: str | None) -> bool:
    """Return True if a line is such a name, in capitals or not, perhaps with a place or a date: "Ann Lee in Paris"."""
    reading = try_reading(line, language) if len(line) <= LONGEST and _begins_with_given_name(line) else None
    if reading is None or not reading.complete or line[-1] in "!?:;.":
        return False
    return all(
        author.kind == "person"
        and reads_as_name(author.name)
        and 1 < len(author.name.split()) < (5 if author.name[0].isupper() else 4)
        and (author.note is None or author.note.split()[0].islower())
        for author in reading.authors
    )


def _begins_with_given_name(line: str) -> bool:
    first, _, rest = line.partition(" ")
    return bool(rest) and is_listed_given_name(first)


def names_office(line: str) -> bool:
    """Return True if a short line is the office of somebody who is named before: "Science reporter"."""
    return 0 < len(line) <= LONGEST_OFFICE and line.count(" ") < 6 and line[-1] not in ".!?:" and is_role(line)
