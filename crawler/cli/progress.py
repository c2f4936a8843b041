"""Draws progress on stderr while a command works: counts of a crawl, or a bar. Draws nothing without a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.cli.output import can_redraw

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn

    from crawler.crawl.running.report import Progress
    from crawler.engines.progress import ReportWork, WorkProgress

ReportProgress = Callable[["Progress"], None]
ReportCount = Callable[[int, int], None]


@contextmanager
def show_progress(is_enabled: bool = True) -> Iterator[ReportProgress | None]:
    """Draw a crawl's progress while the block runs; yield the function to call with it, or None without a terminal."""
    if not is_enabled or not can_redraw(sys.stderr):
        yield None
        return
    from rich.progress import SpinnerColumn, TextColumn

    with _make_bar(SpinnerColumn(), TextColumn("{task.description}"), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def report(progress: Progress) -> None:
            bar.update(task, description=format_progress(progress))
            bar.refresh()

        yield report


@contextmanager
def show_count(label: str) -> Iterator[ReportCount | None]:
    """Draw a bar for work of known size; yield the function to call with done and total, or None without a terminal.

    Nothing is drawn before the first call.
    """
    if not can_redraw(sys.stderr):
        yield None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    bar = _make_bar(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    task = bar.add_task(label, total=None)
    percent = -1

    def report(done: int, total: int) -> None:
        nonlocal percent
        bar.update(task, completed=done, total=total)
        new_percent = 100 * done // total if total else 100
        if new_percent != percent:
            percent = new_percent
            bar.start()
            bar.refresh()

    try:
        yield report
    finally:
        if percent >= 0:
            bar.stop()


@contextmanager
def show_work(label: str) -> Iterator[ReportWork | None]:
    """Draw a bar for files that are read; yield the function to call with how far it is, or None without a terminal.

    Nothing is drawn before the first call.
    """
    if not can_redraw(sys.stderr):
        yield None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    details = TextColumn("{task.fields[details]}")
    bar = _make_bar(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), details, TimeRemainingColumn())
    task = bar.add_task(label, total=None, details="")
    is_begun = False

    def report(progress: WorkProgress) -> None:
        nonlocal is_begun
        bar.update(task, completed=progress.bytes, total=progress.all_bytes, details=format_work(progress))
        if not is_begun:
            bar.start()
            is_begun = True
        bar.refresh()

    try:
        yield report
    finally:
        if is_begun:
            bar.stop()


def format_work(progress: WorkProgress) -> str:
    """Return progress as text: ``3 of 40 files · 41.0 of 97.2 MB · 2,150 pages``."""
    return (
        f"{progress.files:,} of {progress.all_files:,} files · {progress.bytes / 1e6:,.1f} of "
        f"{progress.all_bytes / 1e6:,.1f} MB · {progress.pages:,} pages"
    )


def format_progress(progress: Progress) -> str:
    """Return progress as text: ``412 pages · 287 articles · 96 queued · 38.4 pages/s · 0:11``."""
    minutes, seconds = divmod(int(progress.seconds), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return (
        f"{progress.pages:,} pages · {progress.articles:,} articles · {progress.queue:,} queued · "
        f"{progress.rate:.1f} pages/s · {clock}"
    )


def _make_bar(*columns: ProgressColumn, transient: bool = False) -> Bar:
    from rich.console import Console
    from rich.progress import Progress as Bar

    # The working code draws the bar: a thread that draws by itself would compete with the reactor.
    return Bar(*columns, console=Console(stderr=True), transient=transient, auto_refresh=False, redirect_stdout=False)
