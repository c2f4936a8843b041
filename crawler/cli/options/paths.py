"""The type of values that are paths, and which paths no command may write to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class PathType(click.Path):
    """A path, with the settings of :class:`click.Path`; an empty text, as of an unset variable of a shell, is none."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(path_type=Path, **settings)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("a path is missing, '' names no file or folder", param, ctx)
        return super().convert(value, param, ctx)


def refuse_archive_file(archive: Path, *files: Path | None) -> None:
    """Raise UsageError for a file of an option that belongs to the archive, which would be written over."""
    from crawler.archive.lock import belongs_to

    for file in files:
        if file is not None and belongs_to(archive, file):
            raise click.UsageError(f"{file} belongs to the archive itself: name another file")
