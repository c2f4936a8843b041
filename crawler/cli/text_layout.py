"""Lines for people: wrapped on a terminal by the width of the letters, left whole in a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator

import click

from crawler.cli.output import faint, strip_controls, supports_colour

MAX_COLUMNS = 100
"""Columns; longer lines are hard to read however wide the window is."""
PIPE_COLUMNS = 80
"""Columns of tables and plots where there is no terminal to fit them to."""

READABLE_COLUMNS = 80
"""Columns of what is read as a whole, such as a status."""


def terminal_width() -> int | None:
    """Return the columns to wrap at, or None for a pipe: other programs want a paragraph to be a line."""
    try:
        terminal = sys.stdout.isatty()
    except ValueError:
        return None
    return min(MAX_COLUMNS, max(20, shutil.get_terminal_size().columns - 1)) if terminal else None


def wrap_paragraph(text: str, columns: int | None, indent: str = "") -> Iterator[str]:
    """Yield one paragraph as lines of at most so many columns; a Han character takes two, and needs no space to break.

    >>> list(wrap_paragraph("one two three", 7))
    ['one two', 'three']
    """
    if columns is None:
        yield text
        return
    from rich.cells import cell_len, chop_cells

    line, used = "", 0
    for word in text.split():
        for piece in chop_cells(word, columns) if cell_len(word) > columns else (word,):
            size = cell_len(piece)
            if line.strip() and used + 1 + size > columns:
                yield line
                line, used = indent, len(indent)
            gap = " " if line.strip() else ""
            line, used = line + gap + piece, used + len(gap) + size
    if line.strip():
        yield line


def measure_room(taken: int = 2) -> int:
    """Return the columns for text that is to be read: those of the terminal, 80 at most, but for those ``taken``."""
    return min(READABLE_COLUMNS, terminal_width() or READABLE_COLUMNS) - taken


def wrap_body(text: str) -> Iterator[str]:
    """Yield a body, its paragraphs wrapped and parted by an empty line."""
    for index, paragraph in enumerate(strip_controls(text).split("\n\n")):
        if index:
            yield ""
        yield from wrap_paragraph(" ".join(paragraph.split()), terminal_width())


def align_labels(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield label and value in two columns; a label that repeats is printed once."""
    rows = list(pairs)
    size = max((len(label) for label, _ in rows), default=0)
    columns = terminal_width()
    before = None
    for label, value in rows:
        for line in _wrap_unbroken(value, columns - size - 2 if columns else None):
            shown = f"{'' if label == before else label:<{size}}"
            yield f"{faint(shown) if supports_colour(sys.stdout) else shown}  {line}"
            before = label


def _wrap_unbroken(value: str, columns: int | None) -> Iterable[str]:
    """Wrap a value, unless a word of it (a hash, an address) would be cut, which nobody could copy then."""
    if columns is None:
        return (value,)
    from rich.cells import cell_len

    bare = click.unstyle(value)
    if cell_len(bare) <= columns or any(cell_len(word) > columns for word in bare.split()):
        return (value,)
    return wrap_paragraph(value, columns)


def format_instant(value: str | None) -> str | None:
    """Return an instant without its seconds' zero and its letters: ``2022-03-11 08:45 UTC``; a day as it is."""
    if value is None or not value.endswith("Z") or len(value) < 17:
        return value
    seconds = value[16:-1]
    return f"{value[:10]} {value[11:16]}{'' if seconds in ('', ':00') else seconds} UTC"
