"""Parts a line at its inline elements, and makes lines of their pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.lines import Piece, TextLine
from crawler.normalisation.words.text import clean


def split_pieces(line: TextLine) -> list[TextLine]:
    """Return the line cut at its inline elements: ``<span>03/11/2022</span><span>INDIA</span>`` is two parts."""
    groups: list[list[Piece]] = []
    for piece in line.pieces:
        if groups and (not piece.text.strip() or piece.owner == groups[-1][-1].owner):
            groups[-1].append(piece)
        elif piece.text.strip():
            groups.append([piece])
    return [part for group in groups if (part := make_part_line(line, group)).text] if len(groups) > 1 else [line]


_SPACED_WITHOUT_CASE: Final = re.compile("[\u05d0-\u05ea\u0620-\u06ff\u0900-\u0dff\u1200-\u137f]")
"""Letters and marks of scripts that have no capitals and part words by spaces."""


def space_pieces(line: TextLine) -> str:
    """Return the text of a line with a space where inline elements adjoin: ``<span>by</span><a>Ann Lee</a>``.

    Only before a capital or a figure, where the script has capitals: elements inside a word and drop caps part nothing.
    """
    texts: list[str] = []
    owner, last = 0, ""
    for piece in line.pieces:
        first = piece.text[:1]
        is_cut = (last.islower() or last.isdigit()) and (first.isupper() or first.isdigit() or "@" in piece.text[:60])
        is_spaced = is_cut or (_SPACED_WITHOUT_CASE.match(first) and _SPACED_WITHOUT_CASE.match(last))
        if piece.owner != owner and is_spaced:
            texts.append(" ")
        texts.append(piece.text)
        owner, last = piece.owner, piece.text[-1:] or last
    return clean("".join(texts)) if len(line.pieces) > 1 else line.text


def join_parts(line: TextLine, parts: Sequence[TextLine]) -> TextLine:
    """Return a line of the pieces of some of its parts."""
    return make_part_line(line, [piece for part in parts for piece in part.pieces])


def make_part_line(line: TextLine, pieces: list[Piece]) -> TextLine:
    """Return a part of a line as a line of its own, with the index and block of the whole."""
    hints = -1
    for piece in pieces:
        if piece.text.strip():
            hints &= piece.hints
    text = clean("".join([piece.text for piece in pieces]))
    linked = line.has_links and any(piece.href is not None for piece in pieces)
    return TextLine(line.index, text, line.block, line.soft, line.heading, hints if text else 0, pieces, linked)
