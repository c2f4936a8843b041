"""Reads the signs amid a text that are no characters: pictures of letters, of rare ideographs, of faces; formulas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from crawler.extraction.parsing.tree import Event

MOST_EVENTS: Final = 200
"""Events of a formula that is looked at."""
_LONGEST_SIGN: Final = 12
"""Characters of a face with its colour and its joiners."""
_PLAIN: Final = frozenset(("mi", "mn", "mo", "mtext", "mrow", "mstyle", "mspace", "mpadded", "semantics", "annotation"))
"""Elements of a formula that is read from left to right as it is printed: no fraction, no root, nothing raised."""
_OF_SIGNS: Final = frozenset(("So", "Sk", "Sm", "Mn", "Me", "Cf"))


def read_picture(attributes: Mapping[str, str], before: str, following: Event) -> str:
    """Return the character that a picture amid a text stands for; empty where it is any other picture.

    ``before`` is the text before it in its line, ``following`` what comes behind it. A face stands for itself, an
    ideograph for one that fonts lack, a capital for the first letter of the word behind it.
    """
    sign = attributes.get("alt", "")[: _LONGEST_SIGN + 1].strip()
    if not sign or len(sign) > _LONGEST_SIGN:
        return ""
    text = following if isinstance(following, str) else ""
    if sign.isascii():
        return sign if len(sign) == 1 and sign.isupper() and text[:1].islower() else ""
    if all(unicodedata.category(character) in _OF_SIGNS for character in sign):
        return sign if before.strip() or text.strip() else ""
    is_ideograph = len(sign) == 1 and unicodedata.category(sign) == "Lo" and ord(sign) >= _FIRST_IDEOGRAPH
    return sign if is_ideograph and (before.strip() or text.strip()) else ""


_FIRST_IDEOGRAPH: Final = 0x3400


def stands_amid_sentence(events: Sequence[Event], place: int) -> bool:
    """Does the sentence go on directly behind the element at a place, which holds a few words or a sign of it?

    So stands an element that a site has defined, of which nobody knows how it is shown, amid a paragraph.
    """
    depth = letters = 0
    for index, event in enumerate(events[place : place + _FEW_EVENTS], place):
        if isinstance(event, str):
            letters += len(event)
        else:
            depth += 1 if event is not None else -1
        if not depth:
            following = events[index + 1]
            return letters <= _FEW_LETTERS and isinstance(following, str) and _GOES_ON.match(following) is not None
    return False


_FEW_EVENTS: Final = 16
_FEW_LETTERS: Final = 60
_GOES_ON: Final = re.compile(r"[,;:.)\]\u2019'\u201d\u00bb!?]|\s{0,3}[^\W\d_A-Z]{2,}")
"""What a sentence goes on with: a sign that closes something, or a word in small letters."""


def is_word(events: Sequence[Event], place: int) -> bool:
    """Does the element at a place hold a single word, or a part of one, and nothing else? It may be in letters."""
    depth = 0
    pieces: list[str] = []
    for event in events[place : place + _MOST_OF_WORD]:
        if isinstance(event, str):
            pieces.append(event)
        elif event is None:
            depth -= 1
            if not depth:
                return len("".join(pieces).split()) == 1
        elif depth and event[0] not in ("div", "span"):
            return False
        else:
            depth += 1
    return False


_MOST_OF_WORD: Final = 100
"""Events in which a word may be cut, each letter an element."""


def is_plain_formula(events: Sequence[Event], place: int) -> bool:
    """Is the ``math`` element at a place read as it is printed, and shown itself?

    Some tools print a formula once more for those who read aloud, in an element named for that.
    """
    around = events[place - 1]
    if isinstance(around, tuple) and "mathml" in around[1].get("class", "")[:100].lower():
        return False
    depth = 1
    for event in events[place + 1 : place + MOST_EVENTS]:
        if isinstance(event, str):
            continue
        if event is None:
            depth -= 1
            if not depth:
                return True
        elif event[0] not in _PLAIN:
            return False
        else:
            depth += 1
    return False
