"""Joins the lines of a text into paragraphs as printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import ends_sentence, is_country_line, starts_with_dateline
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.wrapped_lines import is_cjk, is_indented
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.words.text import COLONS

WRAPPED_LENGTH: Final = 110
"""Characters. Lines all shorter than this, parted by single breaks, were wrapped by hand."""
_LEAD_HINTS: Final = Hint.LEAD | Hint.EMPHASIS


@dataclass(slots=True)
class Paragraph:
    """A paragraph, the line that begins it, and the hints that all of its lines share."""

    text: str
    line: TextLine
    hints: int


def join_paragraphs(lines: Sequence[TextLine], clues: Clues) -> list[Paragraph]:
    """Join lines into paragraphs: a block or an empty line parts them, a single ``<br>`` only where sentences end.

    Lines that were wrapped by hand are one paragraph, wherever their sentences end.
    """
    runs: list[list[TextLine]] = []
    for line in lines:
        if runs and line.soft and runs[-1][-1].block is line.block:
            runs[-1].append(line)
        else:
            runs.append([line])
    paragraphs: list[Paragraph] = []
    for run in runs:
        wrapped = _is_wrapped(run)
        parts: list[list[TextLine]] = []
        for index, line in enumerate(run):
            if index and not _starts_paragraph(run[index - 1], line, wrapped, clues):
                parts[-1].append(line)
            else:
                parts.append([line])
        paragraphs.extend(_join_lines(part, wrapped=wrapped) for part in parts)
    return paragraphs


def _join_lines(lines: Sequence[TextLine], *, wrapped: bool) -> Paragraph:
    """Join the lines of one paragraph; between ideographs stands no space.

    Of lines wrapped by hand, a word that a hyphen parts at the end of one is one word.
    """
    if len(lines) == 1:
        return Paragraph(lines[0].text, lines[0], lines[0].hints)
    texts, hints = [lines[0].text], lines[0].hints
    for before, line in pairwise(lines):
        hints &= line.hints
        if wrapped and before.text[-1] == "-" and before.text[-2:-1].isalpha() and line.text[0].islower():
            texts[-1] = texts[-1][:-1]
            texts.append(line.text)
            continue
        texts.append(line.text if is_cjk(before.text[-1]) and is_cjk(line.text[0]) else f" {line.text}")
    return Paragraph("".join(texts), lines[0], hints)


def _is_wrapped(run: Sequence[TextLine]) -> bool:
    """Are the lines of a block short, and do some of them end within a sentence?"""
    if len(run) == 1:
        return False
    widest = max(len(line.text) for line in run)
    limit = WRAPPED_LENGTH // 2 if is_cjk(run[0].text[0]) else WRAPPED_LENGTH
    prose = [line for line in run[:-1] if not is_country_line(line.text)]
    return widest <= limit and not all(ends_sentence(line.text) for line in prose)


def _starts_paragraph(before: TextLine, line: TextLine, wrapped: bool, clues: Clues) -> bool:
    """Does a line after a single break begin a paragraph of its own?"""
    if is_country_line(before.text) or is_country_line(line.text) or starts_with_dateline(line.text, clues.labels):
        return True
    if (before.hints ^ line.hints) & _LEAD_HINTS:
        return True
    if wrapped and (not is_indented(line) or is_indented(before) or before.text[-1] in COLONS):
        return False
    return ends_sentence(before.text)


def find_paragraph_block(line: TextLine) -> Block:
    """Return the block that holds a line's paragraph among others."""
    return line.block if line.soft or line.block.tag != "p" or line.block.parent is None else line.block.parent
