"""What the commands that edit authors and places share: options, files of edits, and how edits are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final

import click

from crawler.cli.output import format_count, print_rows, say, to_one_line
from crawler.cli.text_layout import format_instant, measure_terminal, wrap_paragraph
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.archive.write.author_edits import AuthorEdit
    from crawler.archive.write.place_edits import PlaceEdit

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


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPrinter:
    """Prints the edits of one command group."""

    command: str
    """Its name: ``authors``."""
    make_data: Callable[[Any], dict[str, Any]]
    """Returns an edit for JSON."""
    describe_moved: Callable[[int], str]
    """Says how much an edit moved: ``3 articles moved``."""
    describe_new: Callable[[int], str]
    """The same of an edit that a file brought."""

    def print_history(self, edits: Sequence[AuthorEdit | PlaceEdit], *, as_json: bool, as_jsonl: bool) -> None:
        """Print all edits with their reasons."""
        if not print_rows([self.make_data(edit) for edit in edits], as_json=as_json, as_jsonl=as_jsonl):
            for edit in edits:
                undone = f", undone {format_instant(edit.undone_at)}" if edit.undone_at else ""
                moved = f"{format_instant(edit.made_at)} · {self.describe_moved(edit.moved)}{undone}"
                print_paragraphs(edit.id, to_one_line(edit.describe()), [moved, f"why: {to_one_line(edit.why)}"])
        if not edits:
            say("no edits yet")

    def print_imported(
        self, new_edits: Sequence[AuthorEdit | PlaceEdit], count: int, *, as_json: bool, as_jsonl: bool
    ) -> None:
        """Print the edits that were made of the ``count`` in a file."""
        if not print_rows([self.make_data(edit) for edit in new_edits], as_json=as_json, as_jsonl=as_jsonl):
            for edit in new_edits:
                click.echo(f"edit {edit.id}: {to_one_line(edit.describe())} ({self.describe_new(edit.moved)})")
        if len(new_edits) < count:
            say(f"{format_count(count - len(new_edits), 'edit')} stood here already")

    def print_made(self, edit: AuthorEdit | PlaceEdit, moved: int) -> None:
        """Print an edit that was made or undone just now, and how to undo it."""
        summary = f"edit {edit.id}{' is undone' if edit.undone_at else ''}: {to_one_line(edit.describe())}"
        advice = "" if edit.undone_at else f"; to undo it: seealso {self.command} undo {edit.id}"
        click.echo(f"{summary}; {self.describe_moved(moved)}{advice}")


why_option = click.option("--why", required=True, metavar="TEXT", help="The reason; it is kept with the edit.")


def read_clock() -> datetime:
    """Return the instant at which an edit is made."""
    return datetime.now(UTC)
