"""A bar on stderr for work whose amount is known; nothing where nobody would see it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from crawler.cli.output import can_redraw


@contextmanager
def show_count(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Draw a bar while the block runs; yields what to call with how much is done of how much, or None."""
    if not can_redraw(sys.stderr):
        yield None
        return
    bar: Any = None
    before = 0

    def show(done: int, total: int) -> None:
        nonlocal bar, before
        if bar is None:
            bar = click.progressbar(length=total, label=label, file=sys.stderr)
        bar.update(done - before)
        before = done

    try:
        yield show
    finally:
        if bar is not None:
            bar.render_finish()
