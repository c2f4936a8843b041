"""The option that draws a result into a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.atomic_file import replace_file
from crawler.cli.options.paths import PathType
from crawler.cli.output import complain, say
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.archive import Archive

_FILE = PathType(dir_okay=False)


class CannotWritePlot(CrawlerError):
    """The file of a plot cannot be written: say which and why."""


def svg_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--svg``."""
    return click.option("--svg", type=_FILE, metavar="FILE", help="Draw it into this file.")(command)


def png_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--png``."""
    return click.option("--png", type=_FILE, metavar="FILE", help="The same as PNG (extra plot).")(command)


def write_plot(path: Path, write: Callable[[Path], Sequence[str]]) -> None:
    """Write a picture to a file, and say so, with what ``write`` returns for a person; raises CannotWritePlot."""
    try:
        with replace_file(path) as unfinished:
            messages = write(unfinished)
    except OSError as error:
        raise CannotWritePlot(f"{path} could not be written ({error.strerror or error})") from error
    for message in messages:
        complain(message)
    say(f"drawn into {path}")


def write_svg(path: Path, svg: str) -> None:
    """Write a picture that is text to a file, and say so; raises CannotWritePlot."""

    def write(unfinished: Path) -> Sequence[str]:
        unfinished.write_text(svg, encoding="utf-8")
        return ()

    write_plot(path, write)


def find_caption_title(archive: Archive) -> str:
    """Return what captions call an archive, in the browser too."""
    from crawler.research.titles import find_archive_title

    return find_archive_title(archive)
