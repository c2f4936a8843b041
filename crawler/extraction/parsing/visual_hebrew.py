"""Turns Hebrew that is stored as it is seen, each line from left to right, into the order in which it is read.

Pages of the first years of the web were written so (ISO 8859-8 without a further letter, RFC 1555 and 1556). Five
letters have a form of their own at the end of words: in such a text it stands at the beginning.
"""

from __future__ import annotations

import re
from typing import Final

VISUAL_CHARSETS: Final = frozenset(("iso8859-8", "cp1255"))
"""Charsets of such pages; a server may call them the second."""
_FINALS: Final = "ךםןףץ"
_FINAL_FIRST: Final = re.compile(rf"(?<![א-ת\"'״׳])[{_FINALS}][א-ת]")
_FINAL_LAST: Final = re.compile(rf"[א-ת][{_FINALS}](?![א-ת])")
_FEWEST: Final = 5
_TIMES: Final = 5
_TEXT: Final = re.compile(r"(?<=>)[^<>]++(?=<)")
_LETTER: Final = re.compile("[א-ת]")
_LEFT_TO_RIGHT: Final = re.compile(r"[A-Za-z0-9À-ɏ](?:[\w.,:/%@-]*[A-Za-z0-9À-ɏ%])?|&#?\w{1,8};")
_BRACKETS: Final = str.maketrans("()[]{}«»", ")(][}{»«")


def turn_visual_hebrew(text: str) -> str:
    """Return a page with the lines of its Hebrew in the order of reading; other pages as they are.

    Lines are those of the source. Numbers and words in Latin letters keep their order.
    """
    first = len(_FINAL_FIRST.findall(text))
    if first < _FEWEST or first < _TIMES * len(_FINAL_LAST.findall(text)):
        return text
    return _TEXT.sub(lambda part: _turn_lines(part[0]), text)


def _turn_lines(text: str) -> str:
    return "\n".join(map(_turn_line, text.split("\n"))) if _LETTER.search(text) else text


def _turn_line(line: str) -> str:
    turned = _LEFT_TO_RIGHT.sub(lambda word: word[0][::-1], line)[::-1]
    return turned.translate(_BRACKETS)
