"""The options that choose who does the work, shared by the commands that have much of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from crawler.cli.options.types import NumberType
from crawler.engines.choice import EngineChoice
from crawler.engines.opening import EngineName

ENGINE_NAMES: Final = click.Choice(["local", "dask"])
"""The values of ``--engine``."""
WHERE: Final = "in processes of this machine, or in workers of Dask.  [default: local]"
"""The end of the help of ``--engine``, after the words for what is done there."""

scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="With --engine dask: tcp://HOST:8786, tls://… or a scheduler file.  [default: a cluster of this machine]",
)


def refuse_scheduler(name: EngineName, scheduler: str | None, jobs: int | None) -> None:
    """Raise UsageError for a scheduler with another engine, or with a number of workers."""
    if scheduler is None:
        return
    if name != "dask":
        raise click.UsageError("--scheduler needs --engine dask")
    if jobs is not None:
        raise click.UsageError("--jobs is for workers of this machine, and a scheduler has its own")


def _read_folder(name: str) -> Path:
    path = Path(name).absolute()
    if path.exists() and not path.is_dir():
        raise click.UsageError(f"--work takes a folder, and {name} is a file")
    return path


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--engine``, ``--scheduler``, ``--jobs`` and ``--work`` as ``engine``, an EngineChoice."""

    @wraps(command)
    def with_engine(
        *arguments: Any, name: EngineName, scheduler: str | None, jobs: int | None, work: str | None, **options: Any
    ) -> Any:
        refuse_scheduler(name, scheduler, jobs)
        if scheduler is not None and work is None:
            raise click.UsageError("--scheduler needs --work DIR, a folder that its workers reach under that name")
        is_remote = work is not None and "://" in work
        choice = EngineChoice(
            name=name,
            jobs=jobs,
            scheduler=scheduler,
            work=_read_folder(work) if work is not None and not is_remote else None,
            remote=work if is_remote else None,
        )
        return command(*arguments, engine=choice, **options)

    command_with_options: Callable[..., Any] = with_engine
    for option in (
        click.option(
            "--work",
            metavar="DIR",
            help="Keep what is done in DIR until all is: after an interruption the same command goes on.",
        ),
        scheduler_option,
        click.option("--engine", "name", type=ENGINE_NAMES, default="local", help=f"Work {WHERE}"),
        click.option("--jobs", type=NumberType(1, 256), metavar="N", help="Use N cores.  [default: all]"),
    ):
        command_with_options = option(command_with_options)
    return command_with_options
