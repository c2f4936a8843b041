"""The options that every command shares, ``--archive``, ``--sites`` and ``-v``, and exit codes."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from crawler.cli.options.paths import PathType
from crawler.system import interruption

INTERRUPTED = interruption.EXIT_CODE
"""Exit code of an interrupted command."""
EXIT_NEEDS_PERSON = 2
"""Exit code of a command that finished, with problems that need a person."""


class SuggestingGroup(click.Group):
    """A group of commands that says which one was probably meant, and knows no difference of remove and delete."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        other_name = {"remove": "delete", "delete": "remove"}.get(cmd_name, cmd_name)
        return super().get_command(ctx, cmd_name) or super().get_command(ctx, other_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is not None or name.startswith("-"):
            return super().resolve_command(ctx, args)
        names = self.list_commands(ctx)
        similar = difflib.get_close_matches(name.lower(), names, 3)
        question = f"did you mean {' or '.join(similar)}?" if similar else f"there are: {', '.join(names)}"
        raise click.UsageError(f"No such command {name[:40]!r}; {question}", ctx)


CommandT = TypeVar("CommandT", bound=Callable[..., Any])


@dataclass(slots=True)
class CommonOptions:
    """Values of ``--archive``, ``--sites`` and ``-v``, before or after the command's name."""

    archive: Path = Path("archive.db")
    site_folders: tuple[Path, ...] = ()
    """Folders of sites, in the order given; those of ``$SEEALSO_SITES`` come after them."""
    notes: Path | None = None
    """The file of notes that was named."""
    verbose: int = 0


def get_common_options() -> CommonOptions:
    """Return the values of the shared options of the running command."""
    return click.get_current_context().ensure_object(CommonOptions)


def is_given(option: str) -> bool:
    """Return True if an option of the running command was given, and is not only its default."""
    name = option.removeprefix("--").replace("-", "_")
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def common_options(command: CommandT) -> CommandT:
    """Give a command ``--archive``, ``--sites`` and ``-v``, which it reads with :func:`get_common_options`."""
    return add_common_options()(command)


def add_common_options(envvar: str | None = None) -> Callable[[CommandT], CommandT]:
    """Return a decorator that adds the shared options; ``envvar`` names the variable that gives the archive too."""
    add_archive = click.option(
        "--archive",
        type=PathType(dir_okay=True),
        metavar="PATH",
        envvar=envvar,
        expose_value=False,
        callback=_store_archive,
        help="The archive to use.  [default: $SEEALSO_ARCHIVE or archive.db]",
    )
    add_sites = click.option(
        "--sites",
        type=PathType(exists=True, file_okay=False),
        metavar="FOLDER",
        multiple=True,
        expose_value=False,
        callback=_store_site_folders,
        help="A folder of files of sites, before those known; may be repeated.  [default: $SEEALSO_SITES]",
    )
    add_verbose = click.option(
        "-v", "--verbose", count=True, expose_value=False, callback=_store_verbose, help="Say more; twice: everything."
    )
    return lambda command: add_archive(add_sites(add_verbose(command)))


def _store_archive(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(CommonOptions).archive = value


def _store_site_folders(ctx: click.Context, _: click.Parameter, value: tuple[Path, ...]) -> None:
    if not value:
        return
    from crawler.sites.sources import set_given_folders

    options = ctx.ensure_object(CommonOptions)
    options.site_folders += value
    set_given_folders(options.site_folders)
    ctx.find_root().call_on_close(lambda: set_given_folders(()))


def _store_verbose(ctx: click.Context, _: click.Parameter, value: int) -> None:
    ctx.ensure_object(CommonOptions).verbose += value
