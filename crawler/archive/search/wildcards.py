"""Finds what stands for letters in other programs, and for nothing in a query here.

>>> find_wildcard("bo?t")
Wildcard(position=2, message='a question mark stands for no letter: write (boat OR bolt)')
>>> find_wildcard("what?")
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# A question mark before the last letters of a word, without anything else after it, as an address has it, and not in
# scripts that go on after the end of a sentence without a space.
_LETTER: Final = r"[^\W\d_\u2e80-\U0010ffff]"
_QUESTION_MARK: Final = re.compile(rf"(?:^|(?<={_LETTER}))(?P<mark>\?)(?={_LETTER}+\Z)")
_PATTERN: Final = re.compile(r"/[^/]*\w[^/]*/")


class Wildcard(NamedTuple):
    """Where in a word a wildcard stands, from 0, and what to write instead."""

    position: int
    message: str


def find_wildcard(word: str) -> Wildcard | None:
    """Return the wildcard in a word of a query, as it was typed and without stars at its end; None without one."""
    star = word.find("*")
    if star >= 0:
        return Wildcard(star, "a star stands for the rest of a word: at its end only, as in bishop*")
    if mark := _QUESTION_MARK.search(word):
        return Wildcard(mark.start("mark"), "a question mark stands for no letter: write (boat OR bolt)")
    if _PATTERN.fullmatch(word):
        return Wildcard(0, "there are no patterns between slashes: write words, or prefix*")
    return None
