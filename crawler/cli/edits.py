"""What the commands that edit authors and places share: files of edits, numbers of articles, the layout of entries."""

from __future__ import annotations

from typing import IO, Final

import click

from crawler.cli.text_layout import measure_terminal, wrap_paragraph
from crawler.errors import CrawlerError

MAX_FILE_BYTES: Final = 10_000_000
"""Bytes of a file of edits; a longer file is no such table."""
INDENT: Final = " " * 8


class CannotReadEdits(CrawlerError):
    """The file of edits cannot be read: name another."""


def read_edit_file(file: IO[bytes]) -> str:
    """Return the text of a file of edits. Raises CannotReadEdits for other bytes than UTF-8, and for too many."""
    content = file.read(MAX_FILE_BYTES + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotReadEdits(f"{file.name} is no text in UTF-8") from None
    if len(content) > MAX_FILE_BYTES:
        raise CannotReadEdits(f"{file.name} is too large for a table of edits")
    return text


def parse_numbers(text: str) -> list[int]:
    """Return the numbers of ``--articles``. Raises a usage error for anything else."""
    numbers = text.replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in numbers):
        raise click.UsageError("--articles takes numbers of articles, parted by commas")
    return [int(word) for word in numbers]


def print_paragraphs(label: int | None, first: str, lines: list[str]) -> None:
    """Print an entry: its number, its first line, and further lines, wrapped to the terminal and indented."""
    columns = measure_terminal()
    room = columns - len(INDENT) if columns else None
    for index, line in enumerate(wrap_paragraph(first, room)):
        click.echo(f"{label if label is not None else '':>6}  {line}" if index == 0 else INDENT + line)
    for text in lines:
        for line in wrap_paragraph(text, room):
            click.echo(INDENT + line)
