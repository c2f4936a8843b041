"""The options of notes: which file, and who writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from crawler.cli.common import CommandT, CommonOptions, get_common_options
from crawler.cli.options.paths import PathType
from crawler.cli.options.types import TEXT

if TYPE_CHECKING:
    from crawler.notes.notes_file import NotesFile


def notes_option(command: CommandT) -> CommandT:
    """Give a command ``--notes``, which :func:`open_notes` reads."""
    return click.option(
        "--notes",
        type=PathType(dir_okay=False),
        metavar="FILE",
        envvar="SEEALSO_NOTES",
        expose_value=False,
        callback=_store_notes,
        help="The file of notes.  [default: $SEEALSO_NOTES or notes.db beside the archive]",
    )(command)


def coder_option(command: CommandT) -> CommandT:
    """Give a command ``--coder``, who writes, as the parameter ``coder``."""
    return click.option(
        "--coder",
        type=TEXT,
        metavar="NAME",
        required=True,
        envvar="SEEALSO_CODER",
        help="Who writes this.  [default: $SEEALSO_CODER]",
    )(command)


def refuse_blank_tags(_: click.Context, __: click.Parameter, tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags of ``--tag``. Raises BadParameter for an empty one, as from a variable that is not set."""
    if not all(tag.strip() for tag in tags):
        raise click.BadParameter("a tag is missing")
    return tags


def open_notes(mode: Literal["read", "write"] = "read") -> NotesFile:
    """Open the notes of ``--notes``, or those beside the archive. Raises NotesUnusable and NotesBusy."""
    from crawler.notes.notes_file import NotesFile

    return NotesFile(get_notes_path(), mode, archive=get_common_options().archive)


def get_notes_path() -> Path:
    """Return the path of the notes that a command means."""
    from crawler.notes.notes_file import find_notes_path

    options = get_common_options()
    return options.notes or find_notes_path(options.archive)


def _store_notes(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(CommonOptions).notes = value
