"""The line that moves while a crawl runs: pages, articles, queue, rate. Nothing at all where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.cli.output import can_redraw

if TYPE_CHECKING:
    from crawler.crawl.report import Progress

ReportProgress = Callable[["Progress"], None]


@contextmanager
def show_progress(wanted: bool = True) -> Iterator[ReportProgress | None]:
    """Draw progress on stderr while the block runs; yields what to call with it, or None where nobody would see it."""
    if not wanted or not can_redraw(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn

    # Drawn by the crawl's own calls: a thread that draws by itself would compete with the reactor.
    with Bar(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
    ) as bar:
        task = bar.add_task("starting", total=None)

        def report(progress: Progress) -> None:
            bar.update(task, description=format_progress(progress))
            bar.refresh()

        yield report


def format_progress(progress: Progress) -> str:
    """Return what is shown: ``412 pages · 287 articles · 96 queued · 38.4 pages/s · 0:11``."""
    minutes, seconds = divmod(int(progress.seconds), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return (
        f"{progress.pages:,} pages · {progress.articles:,} articles · {progress.queue:,} queued · "
        f"{progress.rate:.1f} pages/s · {clock}"
    )
