"""Prints the state of a folder of archives, one line a site, and their totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.many_sites import align_columns
from crawler.cli.output import format_count, print_json, style_bold, to_one_line, to_plain_data

if TYPE_CHECKING:
    from crawler.operations.crawls.overview import SiteStatus

HEADINGS = ("site", "articles", "run", "last run (UTC)", "outcome", "exit", "waiting", "next visit", "held by")


def print_work_status(work: Path, *, as_json: bool) -> None:
    """Print the state of each archive below a folder. Raises ArchiveUnusable where there is none."""
    from crawler.operations.crawls.overview import read_overview

    states = read_overview(work)
    totals = {
        "sites": len(states),
        "finished": sum(state.is_finished for state in states),
        "running": sum(state.is_running for state in states),
        "articles": sum(state.articles or 0 for state in states),
        "queue": sum(state.queue or 0 for state in states),
    }
    if as_json:
        print_json({"folder": str(work), "sites": to_plain_data(states), "totals": totals})
        return
    click.echo(style_bold(str(work)))
    for line in align_columns([HEADINGS, *map(_make_row, states)], left=(0, 3, 4, 7, 8)):
        click.echo(f"  {line}")
    for line in _iter_messages(states):
        click.echo(f"  {line}")
    click.echo(
        f"{format_count(totals['sites'], 'site')}, {totals['finished']:,} finished, {totals['running']:,} running; "
        f"{format_count(totals['articles'], 'article')}, {totals['queue']:,} waiting"
    )


def _make_row(state: SiteStatus) -> tuple[str, ...]:
    holder = ""
    if state.holder is not None and state.lease_expires_at is not None:
        holder = f"{state.holder}, until {state.lease_expires_at:%H:%M:%S}"
    ended = "killed" if state.run is not None else "no crawl"
    return (
        state.site,
        _format_number(state.articles),
        _format_number(state.run),
        _format_minute(state.last_run),
        "running" if state.is_running else state.outcome or ended,
        _format_number(state.exit_code),
        _format_number(state.queue),
        _format_minute(state.next_visit_at),
        holder,
    )


def _format_minute(instant: str | None) -> str:
    return "" if instant is None else instant[:16].replace("T", " ")


def _format_number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _iter_messages(states: Sequence[SiteStatus]) -> Iterator[str]:
    for state in states:
        if state.message:
            yield to_one_line(f"{state.site}: {state.message}")
