"""Marks the passages that notes are on in the text of an article, beside the words of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from crawler.notes.anchoring import PlacedNote
from crawler.notes.records import Field

_MAX_MARKED: Final = 500
"""Passages that are marked; all notes are listed."""


class PassageMarks:
    """The passages of an article, which templates ask for paragraph by paragraph."""

    def __init__(self, texts: Mapping[Field, str], placed_notes: Sequence[PlacedNote]) -> None:
        self._starts = {field: _list_starts(text) for field, text in texts.items()}
        self._passages = [
            (number, placed) for number, placed in enumerate(placed_notes, 1) if placed.place is not None
        ][:_MAX_MARKED]

    def mark(self, text: str, field: Field, index: int = 0, spans: Sequence[tuple[int, int]] = ()) -> Markup:
        """Return a paragraph, the ``index``-th of a field, with its passages and the spans of a search in ``<mark>``.

        After a passage a link leads to its note; everything in the text is escaped.
        """
        start = self._starts[field][index] if index < len(self._starts[field]) else 0
        passages = [
            (max(placed.place.start - start, 0), min(placed.place.end - start, len(text)), number, placed)
            for number, placed in self._passages
            if placed.place is not None
            and placed.place.field == field
            and placed.place.start < start + len(text)
            and placed.place.end > start
        ]
        edges = {0, len(text), *(edge for span in spans for edge in span), *(edge for p in passages for edge in p[:2])}
        pieces: list[Markup] = []
        opened: set[str] = set()
        ordered = sorted(edge for edge in edges if 0 <= edge <= len(text))
        for begin, end in pairwise(ordered):
            piece: Markup = escape(text[begin:end])
            is_hit = any(low <= begin and end <= high for low, high in spans)
            here = [placed.note.uid for low, high, _, placed in passages if low <= begin and end <= high]
            if here or is_hit:
                classes = " ".join([*(["noted"] if here else []), *(["hit"] if is_hit and here else [])])
                piece = (
                    Markup('<mark class="{}">{}</mark>').format(classes, piece)
                    if classes
                    else Markup("<mark>{}</mark>").format(piece)
                )
            pieces.append(piece)
            for _, high, number, placed in passages:
                is_last = placed.place is not None and placed.place.end <= start + len(text)
                if high == end and is_last and placed.note.uid not in opened:
                    opened.add(placed.note.uid)
                    pieces.append(
                        Markup(
                            '<a class="noteref" id="passage-{0}" href="#note-{0}" aria-label="Note {1}">{1}</a>'
                        ).format(placed.note.uid, number)
                    )
        return Markup("").join(pieces)


def _list_starts(text: str) -> list[int]:
    """Return where paragraphs of a text begin, as :func:`crawler.browse.drawing.formatting.paragraphs` cuts them."""
    starts: list[int] = []
    position = 0
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            starts.append(position + len(paragraph) - len(paragraph.lstrip()))
        position += len(paragraph) + 2
    return starts
