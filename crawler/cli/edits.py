"""What the commands that edit authors and places share: options, files of edits, and how edits are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

import click

from crawler.cli.common import common_options
from crawler.cli.options.types import TEXT, NumberType, open_existing_archive
from crawler.cli.output import format_count, json_option, print_rows, row_options, say, to_one_line
from crawler.cli.text_layout import format_instant, measure_terminal, wrap_paragraph
from crawler.errors import CrawlerError
from crawler.normalisation.words.digits import parse_digits

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.write.authority.author_edits import AuthorEdit
    from crawler.archive.write.authority.place_edits import PlaceEdit

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
    numbers = [parse_digits(word) for word in text.replace(",", " ").split()]
    if None in numbers:
        raise click.UsageError("--articles takes numbers of articles, parted by commas")
    return [number for number in numbers if number is not None]


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


why_option = click.option(
    "--why", type=TEXT, required=True, metavar="TEXT", help="The reason; it is kept with the edit."
)


def read_clock() -> datetime:
    """Return the instant at which an edit is made."""
    return datetime.now(UTC)


class Decisions(Protocol):
    """What the module does that makes and undoes the edits of one kind."""

    def history(self, archive: Archive, /) -> Sequence[Any]:
        """Return all edits, oldest first."""

    def undo(self, archive: Archive, now: datetime, number: int | None = None, /) -> Any:
        """Undo an edit, by default the last one that stands."""

    def apply_edits(self, archive: Archive, edits: Any, /) -> Sequence[Any]:
        """Make edits from elsewhere; return those that did not stand yet."""


class EditTable(Protocol):
    """What the module does that writes and reads edits as a table to share."""

    def to_toml(self, edits: Any, /) -> str:
        """Return edits as a table."""

    def from_toml(self, text: str, now: datetime, /) -> Sequence[Any]:
        """Return the edits of a table."""


def add_edit_commands(
    group: click.Group,
    printer: EditPrinter,
    load: Callable[[], tuple[Decisions, EditTable]],
    print_result: Callable[[Any, bool], None],
) -> None:
    """Give a command group what all edits have: ``history``, ``undo``, ``export`` and ``import``.

    ``load`` imports the two modules when one of the commands runs; ``print_result`` prints an edit that was undone, in
    words or as JSON.
    """

    @group.command(short_help="List all edits ever made.")
    @row_options
    @common_options
    def history(as_json: bool, as_jsonl: bool) -> None:
        """List all edits ever made, oldest first, with their reasons; those that were undone too."""
        decisions, _ = load()
        with open_existing_archive() as archive:
            edits = decisions.history(archive)
        printer.print_history(edits, as_json=as_json, as_jsonl=as_jsonl)

    @group.command(short_help="Take back an edit.")
    @click.argument("edit", required=False, type=NumberType(min=1))
    @json_option
    @common_options
    def undo(edit: int | None, as_json: bool) -> None:
        """Take back the edit of this number (see history), or the last one that stands.

        Articles archived since then follow. An edit that a later one builds on is undone after that one.
        """
        decisions, _ = load()
        with open_existing_archive("write") as archive:
            result = decisions.undo(archive, read_clock(), edit)
        print_result(result, as_json)

    @group.command(short_help="Print the edits as a table to share.")
    @common_options
    def export() -> None:
        """Print the edits that stand as TOML, to be read, reviewed and imported elsewhere."""
        decisions, table = load()
        with open_existing_archive() as archive:
            click.echo(table.to_toml(decisions.history(archive)), nl=False)

    @group.command("import", short_help="Make the edits of such a table.")
    @click.argument("file", type=click.File("rb"))
    @row_options
    @common_options
    def import_(file: IO[bytes], as_json: bool, as_jsonl: bool) -> None:
        """Make the edits that FILE lists (- is standard input); those that stand already are passed over.

        All of them are made, or none. They may name what no archived article names yet.
        """
        decisions, table = load()
        edits = table.from_toml(read_edit_file(file), read_clock())
        with open_existing_archive("write") as archive:
            new_edits = decisions.apply_edits(archive, edits)
        printer.print_imported(new_edits, len(edits), as_json=as_json, as_jsonl=as_jsonl)
