"""Joins lines that are paragraphs wrapped by hand, a line in an element of its own: views of PDFs, scanned papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from crawler.extraction.layout.labels import ends_sentence
from crawler.extraction.layout.lines import Piece, TextLine

LEAST_LINES: Final = 8
"""Lines side by side that tell how a page sets its text."""
WIDEST: Final = 130
LEAST_WIDTH: Final = 45
"""Letters of the line in the middle; verses are shorter."""
OPEN_SHARE: Final = 0.6
"""The share of lines that end within a sentence."""
SMALL_SHARE: Final = 0.45
"""The share of lines that begin with a small letter."""
FULL: Final = 0.85
"""The share of the widest line's letters from which a line is full, and the next goes on with it."""

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
        part = [run[0]]
        for line in run[1:]:
            before = part[-1].text
            is_full = len(before) >= FULL * widest
            is_item = line.text[0] in _BULLETS or (line.text[0].isdigit() and ends_sentence(before))
            if line.text[0].islower() or (is_full and not is_item):
                part.append(line)
            else:
                joined.append(_join(part))
                part = [line]
        joined.append(_join(part))
    if not has_wrapped:
        return lines
    for index, line in enumerate(joined):
        line.index = index
    return joined


def _iter_runs(lines: Sequence[TextLine]) -> Iterator[list[TextLine]]:
    """Yield the lines in runs of such as stand side by side in elements of one kind."""
    run: list[TextLine] = []
    for line in lines:
        block = line.block
        if run and block.tag in ("div", "p", "span") and not line.heading:
            before = run[-1].block
            if before.parent is block.parent and before.tag == block.tag and before is not block:
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
    if max(widths) > WIDEST or median(widths) < LEAST_WIDTH or sum(line.has_links for line in run) * 4 > len(run):
        return False
    small = sum(line.text[0].islower() for line in run[1:])
    still_open = sum(not ends_sentence(line.text) for line in run)
    return small >= SMALL_SHARE * len(run) and still_open >= OPEN_SHARE * len(run)


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
        else:
            texts.append(" ")
        texts.append(line.text)
        hints &= line.hints
        pieces.extend((Piece(" ", hints, None), *line.pieces))
    text = "".join(texts)
    return TextLine(first.index, text, first.block, first.soft, 0, hints, pieces, any(line.has_links for line in part))
