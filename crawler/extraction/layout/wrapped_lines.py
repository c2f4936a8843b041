"""Joins lines that are paragraphs wrapped by hand: wires and mails in ``pre`` or with a break behind each line.

Or with a line in an element of its own, as in views of PDFs and scanned papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from crawler.extraction.layout.labels import ends_sentence
from crawler.extraction.layout.lines import Piece, TextLine
from crawler.normalisation.words.scripts import CJK

LEAST_LINES: Final = 8
"""Lines side by side that tell how a page sets its text."""
LEAST_GOING_ON: Final = 4
"""Full lines that break within a sentence, where breaks end lines."""
WIDEST: Final = 130
LEAST_WIDTH: Final = 45
"""Letters of the line in the middle; verses are shorter."""
LEAST_WIDTH_OF_BREAKS: Final = 40
"""Letters of a line that is counted where breaks end lines; half as many ideographs."""
OPEN_SHARE: Final = 0.6
"""The share of lines that end within a sentence."""
SMALL_SHARE: Final = 0.45
"""The share of lines that begin with a small letter."""
FULL: Final = 0.85
"""The share of the widest line's letters from which a line is full, and the next goes on with it."""

_CJK: Final = re.compile(f"[{CJK}]")
_BULLETS: Final = "-–—•·*▪●"


def join_wrapped(lines: list[TextLine]) -> list[TextLine]:
    """Return the lines of a page, those joined that are one paragraph; the same list where none are."""
    joined: list[TextLine] = []
    has_wrapped = False
    for run in _iter_runs(lines):
        if len(run) < LEAST_LINES or not _is_wrapped(run):
            joined.extend(run)
            continue
        has_wrapped = True
        widest = max(len(line.text) for line in run)
        has_breaks = _has_breaks(run)
        part = [run[0]]
        for line in run[1:]:
            if _goes_on(part[-1], line, widest, has_breaks=has_breaks):
                part.append(line)
            else:
                joined.append(_join(part))
                line.soft = line.soft and not has_breaks
                part = [line]
        joined.append(_join(part))
    if not has_wrapped:
        return lines
    for index, line in enumerate(joined):
        line.index = index
    return joined


def _goes_on(line: TextLine, following: TextLine, widest: int, *, has_breaks: bool) -> bool:
    """Does a line go on with the next one: is it full, or does the next begin with a small letter?

    Where breaks end the lines of a block, an empty line, an indent and another block begin a paragraph.
    """
    before, text = line.text, following.text
    if has_breaks and (not following.soft or is_indented(following)):
        return False
    is_full = len(before) >= FULL * widest or (has_breaks and len(before) + len(text.partition(" ")[0]) >= widest)
    is_item = text[0] in _BULLETS or (text[0].isdigit() and ends_sentence(before))
    return text[0].islower() or (is_full and not is_item)


def is_indented(line: TextLine) -> bool:
    """Is a line set in from the margin, by several spaces that are shown or by one of an ideograph's width?"""
    text = line.pieces[0].text.lstrip("\r\n") if line.pieces else ""
    return text[:1] == "\u3000" or (text[:1] in " \xa0\t" and (text[:2] in _INDENTS or text[:1] == "\t"))


_INDENTS: Final = ("  ", "\xa0\xa0", " \xa0", "\xa0 ", " \t")


def _has_breaks(run: Sequence[TextLine]) -> bool:
    """Do breaks part lines of one block?"""
    return any(line.soft and line.block is before.block for before, line in pairwise(run))


def _iter_runs(lines: Sequence[TextLine]) -> Iterator[list[TextLine]]:
    """Yield the lines in runs of such as stand side by side, in one element or in elements of one kind."""
    run: list[TextLine] = []
    for line in lines:
        block = line.block
        if run and not line.heading:
            before = run[-1].block
            is_sister = block.tag in ("div", "p", "span") and before.parent is block.parent and before.tag == block.tag
            if before is block or is_sister:
                run.append(line)
                continue
        if run:
            yield run
        run = [line]
    if run:
        yield run


def _is_wrapped(run: Sequence[TextLine]) -> bool:
    """Are the lines of a run about as wide as one another, and mostly parts of sentences?"""
    widths = [len(line.text) for line in run]
    if max(widths) > WIDEST or sum(line.has_links for line in run) * 4 > len(run):
        return False
    if _has_breaks(run):
        return _is_wrapped_by_breaks(run, max(widths))
    small = sum(line.text[0].islower() for line in run[1:])
    still_open = sum(not ends_sentence(line.text) for line in run)
    is_open = small >= SMALL_SHARE * len(run) and still_open >= OPEN_SHARE * len(run)
    return is_open and median(widths) >= LEAST_WIDTH


def _is_wrapped_by_breaks(run: Sequence[TextLine], widest: int) -> bool:
    """Are most wide lines of a run full, and do enough of these go on within the sentence?

    Whatever short lines stand above and below them: the header of a wire, who wrote it.
    """
    least = LEAST_WIDTH_OF_BREAKS // 2 if is_cjk(run[-1].text[0]) else LEAST_WIDTH_OF_BREAKS
    wide = [line for line in run if len(line.text) >= least]
    full = [line for line in wide if len(line.text) >= FULL * widest]
    if len(full) < OPEN_SHARE * len(wide):
        return False
    going_on = [
        following
        for line, following in pairwise(run)
        if len(line.text) >= max(least, FULL * widest)
        and not ends_sentence(line.text)
        and following.soft
        and not is_indented(following)
    ]
    if len(going_on) < LEAST_GOING_ON:
        return False
    cased = [line for line in going_on if line.text.upper() != line.text.lower()]
    return sum(line.text[0].islower() for line in cased) >= SMALL_SHARE * len(cased)


def is_cjk(character: str) -> bool:
    """Is a character an ideograph or a sign beside them, between which no space stands?"""
    return _CJK.match(character) is not None


def _join(part: Sequence[TextLine]) -> TextLine:
    """Return lines as one; a word that a hyphen parts at the end of a line is one word."""
    first, *others = part
    if not others:
        return first
    texts, hints, pieces = [first.text], first.hints, list(first.pieces)
    for line in others:
        before = texts[-1]
        if before[-1] == "-" and before[-2:-1].isalpha() and line.text[0].islower():
            texts[-1] = before[:-1]
        elif not (is_cjk(before[-1]) and is_cjk(line.text[0])):
            texts.append(" ")
        texts.append(line.text)
        hints &= line.hints
        pieces.extend((Piece(" ", hints, None), *line.pieces))
    text = "".join(texts)
    return TextLine(first.index, text, first.block, first.soft, 0, hints, pieces, any(line.has_links for line in part))
