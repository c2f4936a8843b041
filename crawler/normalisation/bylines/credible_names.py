"""Tells whether an author that a line was read as is one: behind a prefix, or alone, as some layouts print names."""

from __future__ import annotations

import re
from typing import Final

from crawler.items import Author
from crawler.normalisation.bylines.credits import split_marks
from crawler.normalisation.bylines.desks import is_desk
from crawler.normalisation.bylines.names import (
    has_word_against_name,
    is_han,
    is_in_capitals,
    is_known_name,
    is_listed_given_name,
    names_topic,
    reads_as_name,
)
from crawler.normalisation.words.scripts import is_small


def is_credible(author: Author) -> bool:
    """Return True if the part of a prefixed byline reads as an author: "by the way" does not."""
    if author.kind == "agency":
        return True
    bare = split_marks(author.printed.split(",")[0])[0]
    return (
        reads_as_name(author.name)
        or is_initials(author.name)
        or (is_in_capitals(bare) and len(bare.split()) > 1 and not has_word_against_name(bare))
    )


def is_initials(text: str) -> bool:
    """Return True for two capitals or three with their points, as some sign: "J.D.", "M. P."."""
    return "." in text and _POINTED.fullmatch(text) is not None and text.isupper()


_POINTED: Final = re.compile(r"(?:[^\W\d_]\.\s?){2,3}")


def is_handle(text: str) -> bool:
    """Return True for what somebody is called on a network or by a publishing system: "@ann", "ann_lee", "annlee9"."""
    if _HANDLE.fullmatch(text) is None or not (text[0] == "@" or _FIGURE_OR_LINE.search(text) is not None):
        return False
    return _NO_LETTERS.split(text.lstrip("@"), maxsplit=1)[0] not in _KEEPERS


_HANDLE: Final = re.compile(r"@?[a-z][a-z0-9_.-]{1,29}")
_NO_LETTERS: Final = re.compile(r"[\d_.-]")
_KEEPERS: Final = frozenset(
    (
        "admin",
        "administrator",
        "author",
        "editor",
        "guest",
        "info",
        "root",
        "staff",
        "test",
        "user",
        "webmaster",
        "wpadmin",
    )
)
"""What accounts of nobody are called: "admin_2", "user14"."""
_FIGURE_OR_LINE: Final = re.compile(r"[a-z]_[a-z]|[a-z]\d{1,4}$|^[a-z]\.[a-z]{3}")


def is_credible_alone(author: Author, *, is_marked: bool) -> bool:
    """Return True if an author without a prefix reads as a person: two capitalised words, or what the table knows.

    ``is_marked``: the markup says that it is a writer's name, which may then be in capitals, or in a script that has
    none, and have a place beside it.
    """
    words = author.name.split()
    marked = author.note is not None and author.note.startswith("*")
    if is_known_name(author.name):
        return True
    if author.note is not None and not (
        marked or is_marked or is_desk(author.note) or _INITIALS.fullmatch(author.note)
    ):
        return False
    if is_han(author.name.replace(" ", "")) or has_word_against_name(author.name):
        return False
    if not is_marked and names_topic(author.name):
        return False
    if (author.printed.rstrip("*†‡¹²³ ").isupper() and not is_marked) or not (
        reads_as_name(author.name) or _has_family_in_capitals(words, is_marked=is_marked)
    ):
        return False
    if author.printed[-1] == ":":
        return False
    if not words[0][0].isupper() and not ((is_marked or author.honorific) and _is_spaced_without_case(words[0])):
        return False
    if len(words) > 1 or marked or author.honorific is not None:
        return True
    return (is_marked and _UNSPACED.match(author.name) is not None) or _INITIAL_AND_NAME.fullmatch(
        author.name
    ) is not None


def _has_family_in_capitals(words: list[str], *, is_marked: bool) -> bool:
    """Is a name a given name of the table and a family name in capitals, as in France and Turkey: "Ayşe YILMAZ"?

    Where the markup says that it is a writer's, any word with a capital may be the given name.
    """
    given, *family = words
    is_given = is_listed_given_name(given) or (is_marked and given[0].isupper())
    is_written_so = bool(family) and is_given and not given.isupper()
    return is_written_so and len(family) < 3 and all(len(word) > 2 and word.isupper() for word in family)


_INITIALS: Final = re.compile(r"\([^\W\d_]{1,4}\)")
"""Behind a name, as papers of Central Europe print them: "Jana Nováková (jn)"."""
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{4,}")
"""Thai, Lao, Burmese and Khmer, which part no words."""
_INITIAL_AND_NAME: Final = re.compile(r"(?:[^\W\d_]{1,2}\.){1,2}[^\W\d_]{3,}")
"""As names are printed in Mongolia: "Б.Болормаа"."""


def _is_spaced_without_case(word: str) -> bool:
    """Return True for a script that has no capitals and parts the words of a name: Arabic, Hebrew, those of India."""
    return not is_small(word[0]) and not "\u2e80" <= word[0] <= "\ud7ff"
