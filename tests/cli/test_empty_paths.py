"""A path that is empty, as where a shell's variable is not set, names nothing: neither a file nor the folder here."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from support.command import call

from crawler.cli import main
from crawler.cli.app import COMMANDS
from crawler.cli.options.paths import PathType


def list_paths() -> Iterator[tuple[str, click.Parameter]]:
    """Yield each parameter of every command that is a path, with the command's name."""
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        parts = command.commands.values() if isinstance(command, click.Group) else (command,)
        for part in parts:
            for parameter in part.params:
                if isinstance(parameter.type, click.Path):
                    yield f"{name} {part.name}", parameter


def test_every_path_of_every_command_refuses_an_empty_one() -> None:
    paths = list(list_paths())
    assert len(paths) > 100
    assert [name for name, parameter in paths if not isinstance(parameter.type, PathType)] == []
    with pytest.raises(click.BadParameter, match="names no file or folder"):
        PathType().convert("", None, None)


def test_an_empty_path_is_one_line() -> None:
    for option in ("--archive", "--notes", "--sites"):
        result = call("search", "boat", option, "")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"seealso: Invalid value for '{option}': a path is missing")
        assert len(result.stderr.splitlines()) == 1
