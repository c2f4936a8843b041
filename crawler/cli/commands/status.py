"""Commands for the person on watch: ``status``, ``verify``, ``sites``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.app import common, common_options
from crawler.cli.options.metrics import metrics_option, write_metrics
from crawler.cli.options.types import Count, existing_archive
from crawler.cli.output import bold, complain, json_option, number, one_line, print_json, print_rows, row_options, say
from crawler.cli.text_layout import day_and_time, width, wrap

if TYPE_CHECKING:
    from crawler.archive.health.status import ProblemLine, RunLine, Status
    from crawler.archive.health.verify import Finding
    from crawler.archive.runs.deviations import Deviation
    from crawler.site import Site

FOUND_SOMETHING = 2
COLUMNS = 80


@click.command(short_help="Show runs, queue, coverage, filled fields, problems.")
@click.option("--runs", type=Count(0), default=5, show_default=True, metavar="N", help="Show the last N runs.")
@click.option(
    "--problems",
    type=Count(0),
    default=5,
    show_default=True,
    metavar="N",
    help="Show the last N problems.",
)
@metrics_option
@json_option
@common_options
def status(runs: int, problems: int, metrics: Path | None, as_json: bool) -> None:
    """Show runs, queue, coverage, how many articles have each field, and the last problems."""
    if metrics is not None:
        write_metrics(common().archive, metrics)
    with existing_archive() as archive:
        state = archive.status(runs=runs, problems=problems)
        path, folder = archive.path, archive.warc_folder
    if as_json:
        print_json(state)
        return
    click.echo(bold(f"{path}  ({_size(path)}, captures {_size(folder)})"))
    for title, entries in _sections(state):
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

    with existing_archive() as archive:
        findings = archive.verify(read_capture if captures else None)
        if captures:
            findings += _altered_records(
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
            looked = f"{number(kept, 'capture')}" if captures else "captures not looked at"
            click.echo(f"{path} is sound: {number(articles, 'article')}, {looked}")
    if findings:
        complain(f"{path}: {number(len(findings), 'finding')}")
        return FOUND_SOMETHING
    return 0


def _altered_records(folder: Path, told: set[str]) -> list[Finding]:
    """Return the WARC files with damage in what no row of captures points at (requests), unless they are told of."""
    from crawler.archive.health.verify import Finding
    from crawler.warc import altered_at

    return [
        Finding(check="captures", subject=path.name, message=f"the record at byte {at} has been altered")
        for path in sorted(folder.glob("*.warc.gz"))
        if path.name not in told and (at := altered_at(path)) is not None
    ]


@click.command(short_help="List the sites known, and how they do.")
@row_options
@common_options
def sites(as_json: bool, as_jsonl: bool) -> None:
    """List the sites known, and how they do in the archive."""
    from crawler.crawl.spider_loader import sites as known

    rows = [_site_row(site) for site in known()]
    if print_rows(rows, as_json=as_json, as_jsonl=as_jsonl):
        return
    for row in rows:
        click.echo(f"{bold(row.name)}  {row.title}, {row.origin} ({', '.join(row.languages)})")
        for line in wrap(row.health, _columns()):
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


def _site_row(site: Site) -> SiteRow:
    articles, run, alarmed = 0, None, None
    if common().archive.exists():
        with existing_archive() as archive:
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
        health=_health(articles, run, alarmed),
    )


def _health(articles: int, run: tuple[str, str | None, int, int] | None, alarmed: str | None) -> str:
    if run is None:
        return "never crawled into this archive"
    started, outcome, fetched, bad = run
    trouble = f", {number(bad, 'page')} without success" if bad else ""
    if alarmed is not None and outcome != "alarm":
        trouble += f"; layout alarm {day_and_time(alarmed)}"
    return (
        f"{number(articles, 'article')}; last run {day_and_time(started)}: {outcome or 'running, or killed'}, "
        f"{number(fetched, 'page')}{trouble}"
    )


def _sections(state: Status) -> Iterator[tuple[str, list[str]]]:
    yield (
        "Holdings",
        list(
            wrap(
                f"{number(state.articles, 'article')}, {number(state.authors, 'author')}, "
                f"{number(state.revisions, 'revision')}, {number(state.captures, 'capture')}, "
                f"{number(state.see_also, 'See also link')} ({state.see_also_archived:,} to archived articles), "
                f"{number(state.duplicates, 'duplicate')}, {number(state.near_copies, 'near-copy', 'near-copies')}",
                _columns(),
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
    yield "Runs", [line for run in state.runs for line in _run(run)] or ["none yet"]
    yield "Queue", _queue(state) or ["no addresses yet"]
    if state.fill_rates:
        yield "Articles that have", list(_filled(state))
    if state.alarms:
        yield "Last layout alarm", [line for alarm in state.alarms for line in _alarm(alarm)]
    if state.problems_total:
        shown = f", the last {len(state.problems)}" if len(state.problems) < state.problems_total else ""
        yield (
            f"{number(state.problems_total, 'problem')}{shown}",
            [line for problem in state.problems for line in _problem(problem)],
        )


def _run(run: RunLine) -> Iterator[str]:
    fates = ", ".join(f"{count:,} {fate.replace('_', ' ')}" for fate, count in run.fates.items() if count)
    resumed = f", goes on with run {run.resumed_from}" if run.resumed_from else ""
    yield (
        f"{run.id:>4}  {run.site}  {day_and_time(run.started_at)}  {run.outcome or 'running, or killed'}, "
        f"{number(run.fetched, 'page')}{resumed}"
    )
    if fates:
        for line in wrap(fates, _columns(8)):
            yield f"      {line}"


def _queue(state: Status) -> list[str]:
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


def _filled(state: Status) -> Iterator[str]:
    for site in dict.fromkeys(rate.site for rate in state.fill_rates):
        rates = [
            f"{rate.field} {rate.filled / rate.articles:.0%}"
            for rate in state.fill_rates
            if rate.site == site and rate.articles
        ]
        yield from wrap(f"{site}: {', '.join(rates)}", _columns(), "  ")


def _alarm(alarm: Deviation) -> Iterator[str]:
    from crawler.crawl.monitoring.messages import in_words

    title = f"run {alarm.run_id}"
    yield from wrap(one_line(in_words(alarm, title, named=0).removeprefix("layout alarm: ")), _columns(), "  ")
    if alarm.folder:
        yield f"  saved: {one_line(alarm.folder)}"


def _problem(problem: ProblemLine) -> Iterator[str]:
    value = f" “{one_line(problem.value)[:60]}”" if problem.value else ""
    yield one_line(problem.url)
    for line in wrap(f"{problem.field}: {one_line(problem.reason)[:120]}{value}", _columns(6), "  "):
        yield f"    {line}"


def _columns(taken: int = 2) -> int:
    return min(COLUMNS, width() or COLUMNS) - taken


def _size(path: Path) -> str:
    try:
        size = float(sum(file.stat().st_size for file in path.iterdir()) if path.is_dir() else path.stat().st_size)
    except OSError:
        return "none"
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
