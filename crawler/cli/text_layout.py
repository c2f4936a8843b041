"""Lays out lines for people: wraps them on a terminal by the width of the letters, leaves them whole in a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator

import click

from crawler.cli.output import strip_controls, style_faint, supports_colour

MAX_COLUMNS = 100
"""Columns; longer lines are hard to read however wide the window is."""
PIPE_COLUMNS = 80
"""Columns of tables and plots where there is no terminal to fit them to."""

READABLE_COLUMNS = 80
"""Columns of text that is read as a whole, such as a status."""


def measure_terminal() -> int | None:
    """Return the columns to wrap at, or None for a pipe: other programs expect a paragraph on one line."""
    try:
        is_terminal = sys.stdout.isatty()
    except ValueError:
        return None
    return min(MAX_COLUMNS, max(20, shutil.get_terminal_size().columns - 1)) if is_terminal else None


def wrap_paragraph(text: str, columns: int | None, indent: str = "") -> Iterator[str]:
    """Yield one paragraph as lines of at most so many columns; a Han character takes two, and needs no space to break.

    >>> list(wrap_paragraph("one two three", 7))
    ['one two', 'three']
    """
    if columns is None:
        yield text
        return
    from rich.cells import cell_len, chop_cells

    line, width = "", 0
    for word in text.split():
        for piece in chop_cells(word, columns) if cell_len(word) > columns else (word,):
            piece_width = cell_len(piece)
            if line.strip() and width + 1 + piece_width > columns:
                yield line
                line, width = indent, len(indent)
            gap = " " if line.strip() else ""
            line, width = line + gap + piece, width + len(gap) + piece_width
    if line.strip():
        yield line


def measure_room(reserved: int = 2) -> int:
    """Return the columns for text to read: those of the terminal, 80 at most, less those ``reserved``."""
    return min(READABLE_COLUMNS, measure_terminal() or READABLE_COLUMNS) - reserved


def wrap_body(text: str) -> Iterator[str]:
    """Yield the lines of a body: wrapped paragraphs with an empty line between them."""
    for index, paragraph in enumerate(strip_controls(text).split("\n\n")):
        if index:
            yield ""
        yield from wrap_paragraph(" ".join(paragraph.split()), measure_terminal())


def align_labels(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield labels and values in two columns; a repeated label is printed once."""
    rows = list(pairs)
    label_width = max((len(label) for label, _ in rows), default=0)
    columns = measure_terminal()
    label_before = None
    for label, value in rows:
        for line in wrap_unbroken(value, columns - label_width - 2 if columns else None):
            label_cell = f"{'' if label == label_before else label:<{label_width}}"
            yield f"{style_faint(label_cell) if supports_colour(sys.stdout) else label_cell}  {line}"
            label_before = label


def wrap_unbroken(value: str, columns: int | None) -> Iterable[str]:
    """Return the lines of a value; it stays whole if a word of it (a hash, an address) would be cut, for copying."""
    if columns is None:
        return (value,)
    from rich.cells import cell_len

    text = click.unstyle(value)
    if cell_len(text) <= columns or any(cell_len(word) > columns for word in text.split()):
        return (value,)
    return wrap_paragraph(value, columns)


def format_instant(value: str | None) -> str | None:
    """Return an instant without zero seconds and letters: ``2022-03-11 08:45 UTC``; a day is unchanged."""
    if value is None or not value.endswith("Z") or len(value) < 17:
        return value
    seconds = value[16:-1]
    return f"{value[:10]} {value[11:16]}{'' if seconds in ('', ':00') else seconds} UTC"
