"""Commands for the person on watch: ``status``, ``verify``, ``sites``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common, common_options
from crawler.cli.options.metrics import metrics_option, write_metrics
from crawler.cli.options.types import CountType, open_existing_archive
from crawler.cli.output import (
    bold,
    complain,
    format_count,
    json_option,
    one_line,
    print_json,
    print_rows,
    row_options,
    say,
)
from crawler.cli.text_layout import PIPE_COLUMNS, format_instant, terminal_width, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive.health.status import ProblemLine, RunLine, Status
    from crawler.archive.health.verify import Finding
    from crawler.archive.runs.deviations import Deviation
    from crawler.site import Site

EXIT_FINDINGS = 2


@click.command(short_help="Show runs, queue, coverage, filled fields, problems.")
@click.option("--runs", type=CountType(0), default=5, show_default=True, metavar="N", help="Show the last N runs.")
@click.option(
    "--problems", type=CountType(0), default=5, show_default=True, metavar="N", help="Show the last N problems."
)
@metrics_option
@json_option
@common_options
def status(runs: int, problems: int, metrics: Path | None, as_json: bool) -> None:
    """Show runs, queue, coverage, how many articles have each field, and the last problems."""
    if metrics is not None:
        write_metrics(common().archive, metrics)
    with open_existing_archive() as archive:
        state = archive.status(runs=runs, problems=problems)
        path, folder = archive.path, archive.warc_folder
    if as_json:
        print_json(state)
        return
    click.echo(bold(f"{path}  ({_measure_size(path)}, captures {_measure_size(folder)})"))
    for title, entries in _list_sections(state):
        click.echo(f"\n{bold(title)}")
        for line in entries:
            click.echo(f"  {line}")


@click.command(short_help="Check the archive end to end.")
@click.option(
    "--captures/--no-captures", default=True, help="Read every capture back from its WARC file.  [default: captures]"
)
@row_options
@common_options
def verify(captures: bool, as_json: bool, as_jsonl: bool) -> int:
    """Check the archive end to end: SQLite, search index, revisions, counts, captures, digests.

    Exit with 2 when anything is wrong.
    """
    from crawler.warc import read_capture

    with open_existing_archive() as archive:
        findings = archive.verify(read_capture if captures else None)
        if captures:
            findings += _find_altered_files(
                archive.warc_folder, {finding.message.split(" ", 1)[0] for finding in findings}
            )
        articles, kept = (
            archive.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "captures")
        )
        path = archive.path
    if not print_rows(findings, as_json=as_json, as_jsonl=as_jsonl):
        for finding in findings:
            click.echo(f"{finding.check}: {one_line(finding.subject)}: {one_line(finding.message)}")
        if not findings:
            looked = f"{format_count(kept, 'capture')}" if captures else "captures not looked at"
            click.echo(f"{path} is sound: {format_count(articles, 'article')}, {looked}")
    if findings:
        complain(f"{path}: {format_count(len(findings), 'finding')}")
        return EXIT_FINDINGS
    return 0


def _find_altered_files(folder: Path, told: set[str]) -> list[Finding]:
    """Return the WARC files with damage in what no row of captures points at (requests), unless they are told of."""
    from crawler.archive.health.verify import Finding
    from crawler.warc import find_alteration

    return [
        Finding(check="captures", subject=path.name, message=f"the record at byte {at} has been altered")
        for path in sorted(folder.glob("*.warc.gz"))
        if path.name not in told and (at := find_alteration(path)) is not None
    ]


@click.command(short_help="List the sites known, and how they do.")
@row_options
@common_options
def sites(as_json: bool, as_jsonl: bool) -> None:
    """List the sites known, and how they do in the archive."""
    from crawler.crawl.spider_loader import load_sites as known

    rows = [_make_site_row(site) for site in known()]
    if print_rows(rows, as_json=as_json, as_jsonl=as_jsonl):
        return
    for row in rows:
        click.echo(f"{bold(row.name)}  {row.title}, {row.origin} ({', '.join(row.languages)})")
        for line in wrap_paragraph(row.health, _measure_room()):
            click.echo(f"  {line}")
    if not common().archive.exists():
        say(f"no archive at {common().archive} yet")


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRow:
    """A site and how it does in the archive at hand."""

    name: str
    title: str
    origin: str
    country: str
    languages: tuple[str, ...]
    entry_points: tuple[str, ...]
    articles: int
    last_run: str | None
    """When the last run began."""
    last_outcome: str | None
    """How it ended; None when it never ran, or has not ended."""
    last_alarm: str | None
    """When the last run began that ended with a layout alarm; None when none did."""
    health: str
    """The same in words."""


def _make_site_row(site: Site) -> SiteRow:
    articles, run, alarmed = 0, None, None
    if common().archive.exists():
        with open_existing_archive() as archive:
            articles = archive.db.execute("SELECT count(*) FROM articles WHERE site = ?", (site.name,)).fetchone()[0]
            run = archive.db.execute(
                "SELECT started_at, outcome, fetched, unreadable + failed + refused FROM runs WHERE site = ? "
                "ORDER BY id DESC LIMIT 1",
                (site.name,),
            ).fetchone()
            alarmed = archive.db.execute(
                "SELECT max(started_at) FROM runs WHERE site = ? AND outcome = 'alarm'", (site.name,)
            ).fetchone()[0]
    return SiteRow(
        name=site.name,
        title=site.title,
        origin=site.origin,
        country=site.country,
        languages=site.languages,
        entry_points=site.entry_points,
        articles=articles,
        last_run=run[0] if run else None,
        last_outcome=run[1] if run else None,
        last_alarm=alarmed,
        health=_describe_health(articles, run, alarmed),
    )


def _describe_health(articles: int, run: tuple[str, str | None, int, int] | None, alarmed: str | None) -> str:
    if run is None:
        return "never crawled into this archive"
    started, outcome, fetched, bad = run
    trouble = f", {format_count(bad, 'page')} without success" if bad else ""
    if alarmed is not None and outcome != "alarm":
        trouble += f"; layout alarm {format_instant(alarmed)}"
    return (
        f"{format_count(articles, 'article')}; last run {format_instant(started)}: {outcome or 'running, or killed'}, "
        f"{format_count(fetched, 'page')}{trouble}"
    )


def _list_sections(state: Status) -> Iterator[tuple[str, list[str]]]:
    yield (
        "Holdings",
        list(
            wrap_paragraph(
                f"{format_count(state.articles, 'article')}, {format_count(state.authors, 'author')}, "
                f"{format_count(state.revisions, 'revision')}, {format_count(state.captures, 'capture')}, "
                f"{format_count(state.see_also, 'See also link')} ({state.see_also_archived:,} to archived articles), "
                f"{format_count(state.duplicates, 'duplicate')}, "
                f"{format_count(state.near_copies, 'near-copy', 'near-copies')}",
                _measure_room(),
            )
        ),
    )
    yield (
        "Coverage",
        [
            f"{coverage.site}/{coverage.language:<4} {coverage.articles:>9,}"
            + f"  {coverage.first_day or '?'} to {coverage.last_day or '?'}"
            + (f"  ({coverage.gone:,} gone from the site)" if coverage.gone else "")
            for coverage in state.coverage
        ]
        or ["no articles yet"],
    )
    yield "Runs", [line for run in state.runs for line in _format_run(run)] or ["none yet"]
    yield "Queue", _format_queue(state) or ["no addresses yet"]
    if state.fill_rates:
        yield "Articles that have", list(_format_fill_rates(state))
    if state.alarms:
        yield "Last layout alarm", [line for alarm in state.alarms for line in _format_alarm(alarm)]
    if state.problems_total:
        shown = f", the last {len(state.problems)}" if len(state.problems) < state.problems_total else ""
        yield (
            f"{format_count(state.problems_total, 'problem')}{shown}",
            [line for problem in state.problems for line in _format_problem(problem)],
        )


def _format_run(run: RunLine) -> Iterator[str]:
    fates = ", ".join(f"{count:,} {fate.replace('_', ' ')}" for fate, count in run.fates.items() if count)
    resumed = f", goes on with run {run.resumed_from}" if run.resumed_from else ""
    yield (
        f"{run.id:>4}  {run.site}  {format_instant(run.started_at)}  {run.outcome or 'running, or killed'}, "
        f"{format_count(run.fetched, 'page')}{resumed}"
    )
    if fates:
        for line in wrap_paragraph(fates, _measure_room(8)):
            yield f"      {line}"


def _format_queue(state: Status) -> list[str]:
    sites = dict.fromkeys(entry.site for entry in state.queue)
    lines = []
    for site in sites:
        counts: Counter[str] = Counter()
        waiting = []
        for entry in state.queue:
            if entry.site == site:
                counts[entry.state] += entry.addresses
                if entry.state == "queued":
                    waiting.append(f"{entry.addresses:,} {entry.kind}")
        details = f" ({', '.join(waiting)})" if waiting else ""
        rest = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()) if name != "queued")
        lines.append(f"{site}: {counts['queued']:,} queued{details}" + (f"; {rest}" if rest else ""))
    return lines


def _format_fill_rates(state: Status) -> Iterator[str]:
    for site in dict.fromkeys(rate.site for rate in state.fill_rates):
        rates = [
            f"{rate.field} {rate.filled / rate.articles:.0%}"
            for rate in state.fill_rates
            if rate.site == site and rate.articles
        ]
        yield from wrap_paragraph(f"{site}: {', '.join(rates)}", _measure_room(), "  ")


def _format_alarm(alarm: Deviation) -> Iterator[str]:
    from crawler.crawl.monitoring.messages import describe_deviation

    title = f"run {alarm.run_id}"
    yield from wrap_paragraph(
        one_line(describe_deviation(alarm, title, named=0).removeprefix("layout alarm: ")), _measure_room(), "  "
    )
    if alarm.folder:
        yield f"  saved: {one_line(alarm.folder)}"


def _format_problem(problem: ProblemLine) -> Iterator[str]:
    value = f" “{one_line(problem.value)[:60]}”" if problem.value else ""
    yield one_line(problem.url)
    for line in wrap_paragraph(f"{problem.field}: {one_line(problem.reason)[:120]}{value}", _measure_room(6), "  "):
        yield f"    {line}"


def _measure_room(taken: int = 2) -> int:
    return min(PIPE_COLUMNS, terminal_width() or PIPE_COLUMNS) - taken


def _measure_size(path: Path) -> str:
    try:
        size = float(sum(file.stat().st_size for file in path.iterdir()) if path.is_dir() else path.stat().st_size)
    except OSError:
        return "none"
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
