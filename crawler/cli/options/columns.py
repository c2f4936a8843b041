"""The option ``--columns``, which chooses the columns of a table and their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def columns_option(help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command ``--columns``, as the names in the parameter ``columns``."""
    return click.option("--columns", metavar="NAME,…", default="", callback=_split_names, help=help_text)


def _split_names(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(value.split(",")) if value else ()
