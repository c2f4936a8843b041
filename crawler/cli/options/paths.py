"""The type of values that are paths."""

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
