"""Parts what stands in the headline's element: a kicker before the headline, two lines without a space between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import is_date_line, read_free_date
from crawler.extraction.layout.labels import is_share, reads_as_kicker
from crawler.extraction.layout.line_parts import join_parts, split_pieces
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.bylines.byline import is_byline
from crawler.normalisation.words.text import clean, fold

_LONGEST_KICKER: Final = 80
_MOST_PARTS: Final = 6
_SIGNS: Final = " :|–—-·•"
_SEPARATOR: Final = re.compile(r"\s+[|·•:–—-]\s+|\s?[|:]\s+")
_SENTENCE_END: Final = frozenset(".:!?…»”\"'’)")


def split_at_stated(line: TextLine, clues: Clues) -> tuple[str, str] | None:
    """Return kicker and headline of a line, where what is left without the kicker is a stated headline.

    The kicker ends where an inline element does, or at a sign: ``Trade: Ports reopen`` where ``og:title`` is
    "Ports reopen"; at a bar where the title is "Ports reopen - Courier", too. A stated headline may have a kicker in
    words of its own before a colon; one that has the same words says that they belong to it, unless it parts them by a
    sign that is not printed: two lines to the eye.
    """
    if not line.heading or len(line.text) > 400:
        return None
    stated = {_squeeze(anchor.value) for anchor in clues.anchors if anchor.source != "title"}
    if _squeeze(line.text) in stated:
        return _split_at_unprinted_sign(line, clues)
    tails = {
        _squeeze(part)
        for anchor in clues.anchors
        for match in list(_SEPARATOR.finditer(anchor.value[:400]))[:_MOST_PARTS]
        for part in (anchor.value[: match.start()], anchor.value[match.end() :])
    } | {_squeeze(anchor.value) for anchor in clues.anchors}
    is_parted = _squeeze(line.text) not in tails
    for kicker, remaining, is_sure in _iter_cuts(line):
        rest = _squeeze(remaining)
        is_tail = is_sure and rest in tails and (is_parted or len(line.pieces) > 1)
        if 0 < len(kicker) <= _LONGEST_KICKER and len(rest) >= 8 and (rest in stated or is_tail):
            return kicker, remaining
    return None


def split_capitals(line: TextLine, clues: Clues) -> tuple[str, str] | None:
    """Return a kicker that its capitals or its place among the sections tell, and the rest of the line."""
    first, *rest = split_pieces(line)
    if rest and reads_as_kicker(first.text, clues.labels) and not reads_as_kicker(line.text, clues.labels):
        remaining = join_parts(line, rest).text.lstrip(" :|–—-")
        if remaining:
            return first.text.rstrip(" :|–—-"), remaining
    return None


def _split_at_unprinted_sign(line: TextLine, clues: Clues) -> tuple[str, str] | None:
    """Return the first element of a heading and the rest, where a stated headline has a sign between and the page none.

    It is written for those who listen, or by the style sheet: ``<span>Harbour</span> <span>Cranes stop</span>``
    where ``og:title`` is "Harbour: Cranes stop".
    """
    parts = split_pieces(line)
    if len(parts) < 2:
        return None
    kicker = parts[0].text
    rest = join_parts(line, parts[1:]).text
    if not 0 < len(kicker) <= _LONGEST_KICKER or not kicker[-1].isalnum() or not rest[:1].isalnum():
        return None
    squeezed = _squeeze(kicker), _squeeze(rest)
    for anchor in clues.anchors:
        for match in list(_SEPARATOR.finditer(anchor.value[:400]))[:_MOST_PARTS]:
            if (_squeeze(anchor.value[: match.start()]), _squeeze(anchor.value[match.end() :])) == squeezed:
                return kicker, rest
    return None


def cut_after_headline(line: TextLine, clues: Clues) -> tuple[str, TextLine] | None:
    """Return the elements of a heading that are the headline, and what stands behind them in elements of its own.

    That is a date, a byline with its prefix, a counter or label, where it says so itself; anything, a subtitle perhaps,
    where what is before it is a stated headline.
    """
    if not line.heading or len(line.pieces) < 2 or len(line.text) > 600:
        return None
    parts = split_pieces(line)
    if len(parts) < 2:
        return None
    stated = {_squeeze(anchor.value) for anchor in clues.anchors}.union(
        _squeeze(anchor.value[: match.start()])
        for anchor in clues.anchors
        for match in list(_SEPARATOR.finditer(anchor.value[:400]))[:_MOST_PARTS]
        if ":" not in match[0]
    )
    whole = _squeeze(line.text)
    if any(_squeeze(anchor.value).startswith(whole) for anchor in clues.anchors):
        return None  # a title has both, and the name of the paper perhaps
    for index in range(max(1, len(parts) - 2), len(parts)):
        before = join_parts(line, parts[:index])
        behind = join_parts(line, parts[index:])
        squeezed = _squeeze(before.text)
        is_whole = len(squeezed) >= _SHORTEST and before.text[-1] not in _GOES_ON
        if is_whole and (squeezed in stated or _is_no_headline(behind, clues)):
            behind.heading = 0
            return before.text, behind
    return None


_SHORTEST: Final = 8
_GOES_ON: Final = (":", ",", "-", "–", "—", "：")
_COUNTER: Final = re.compile(r"[(\[]?\d{1,6}[)\]]?\s?[^\W\d_]{0,12}")


def _is_no_headline(part: TextLine, clues: Clues) -> bool:
    """Is a part of a heading by itself a date, a byline, a counter that links, or a label for sharing?"""
    if len(part.text) > _LONGEST_KICKER:
        return False
    if is_date_line(part.text, clues.language) and (date := read_free_date(part.text, clues.language)) is not None:
        return not date.rest
    if is_share(part, clues.labels) or (part.link_share > 0.9 and _COUNTER.fullmatch(part.text)):
        return True
    return bool(part.hints & Hint.BYLINE) and is_byline(part.text, clues.language)


def space_parts(line: TextLine, clues: Clues) -> str:
    """Return the text of a heading with a space where two of its elements, shown as lines of their own, touch.

    ``<span>Marathon:</span><span>A long way</span>`` is shown on two lines. Not where a stated headline writes the two
    as one word.
    """
    if not line.heading or len(line.pieces) < 2:
        return line.text
    pieces = [piece for piece in line.pieces if piece.text]
    text = pieces[0].text if pieces else ""
    for before, after in pairwise(pieces):
        glued = f"{before.text[-4:]}{after.text[:4]}"
        if (
            before.owner != after.owner
            and len(before.text) >= 3
            and len(after.text) >= 3
            and (before.text[-1].islower() or before.text[-1] in _SENTENCE_END)
            and (after.text[0].isupper() or after.text[0] in '«„“"')
            and not any(fold(glued) in fold(anchor.value) for anchor in clues.anchors)
        ) or (before.text in (":", "|") and after.text[0].isalnum()):
            text += " "
        text += after.text
    return clean(text) or line.text


def _iter_cuts(line: TextLine) -> Iterator[tuple[str, str, bool]]:
    """Yield what a line has before and after each cut, and whether an element ends there, or a bar stands."""
    parts = split_pieces(line)
    for index in range(1, min(len(parts), _MOST_PARTS)):
        before = join_parts(line, parts[:index]).text
        after = join_parts(line, parts[index:]).text
        yield before.strip(_SIGNS), after.lstrip(_SIGNS), True
    for match in list(_SEPARATOR.finditer(line.text))[:_MOST_PARTS]:
        yield line.text[: match.start()].strip(_SIGNS), line.text[match.end() :].lstrip(_SIGNS), "|" in match[0]


def _squeeze(text: str) -> str:
    """Return the letters and digits of a text, folded."""
    return "".join(filter(str.isalnum, fold(text)))
