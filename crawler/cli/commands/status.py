"""``seealso status``: prints the runs, queue, coverage, filled fields and problems of an archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.options.metrics import metrics_option, write_metrics
from crawler.cli.options.paths import PathType
from crawler.cli.options.types import CountType, open_existing_archive
from crawler.cli.output import complain, json_option, print_json, style_bold, to_json, to_one_line, to_plain_data
from crawler.cli.text_layout import format_instant, measure_room, wrap_paragraph
from crawler.cli.work_status import print_work_status
from crawler.normalisation.wording import format_count

if TYPE_CHECKING:
    from crawler.archive.health.status import ProblemLine, Status
    from crawler.archive.runs.deviations import Deviation
    from crawler.archive.runs.summary import RunSummary
    from crawler.operations.schedule.missed_crawls import ScheduledCrawl

MOST_LETTERS_OF_A_REASON = 400
"""A longer reason of a problem ends between two words, with an ellipsis."""


@click.command(short_help="Show runs, queue, coverage, filled fields, problems.")
@click.argument("folder", metavar="[DIR]", required=False, type=PathType())
@click.option("--runs", type=CountType(0), default=5, show_default=True, metavar="N", help="Show the last N runs.")
@click.option(
    "--problems", type=CountType(0), default=5, show_default=True, metavar="N", help="Show the last N problems."
)
@click.option(
    "--notify",
    metavar="CMD",
    help="Run CMD with JSON on its standard input when a scheduled crawl did not begin in time. A web address gets it "
    "by POST, a mail address by mail.",
)
@metrics_option
@json_option
@common_options
def status(
    folder: Path | None, runs: int, problems: int, notify: str | None, metrics: Path | None, as_json: bool
) -> None:
    """Show runs, queue, coverage, how many articles have each field, and the last problems.

    Show schedules too, and which crawl did not begin though it was expected. With DIR, the --work of crawls of many
    sites, show each of its archives in a line.
    """
    if folder is not None:
        if notify is not None or metrics is not None:
            raise click.UsageError("--notify and --metrics are for one archive: give no folder")
        print_work_status(folder, as_json=as_json)
        return
    from crawler.archive.places.new_names import count_new_names
    from crawler.operations.schedule.missed_crawls import list_scheduled_crawls, select_overdue

    if metrics is not None:
        write_metrics(get_common_options().archive, metrics)
    with open_existing_archive() as archive:
        state = archive.status(runs=runs, problems=problems)
        new_places = count_new_names(archive.db)
        path, captures = archive.path, archive.warc_folder
    now = datetime.now(UTC)
    crawls = list_scheduled_crawls(path, now)
    if notify is not None and (overdue_crawls := select_overdue(crawls)):
        _report_overdue(notify, overdue_crawls, path, now)
    if as_json:
        print_json(_make_document(state) | ({"schedules": to_plain_data(crawls)} if crawls else {}))
        return
    click.echo(style_bold(f"{to_one_line(str(path))}  ({_measure_size(path)}, captures {_measure_size(captures)})"))
    for title, entries in (*_iter_sections(state, crawls), *_iter_new_places(new_places), *_iter_erasures(state, path)):
        click.echo(f"\n{style_bold(title)}")
        for line in entries:
            click.echo(f"  {line}")


def _make_document(state: Status) -> dict[str, Any]:
    document: dict[str, Any] = to_plain_data(state)
    for run in document["runs"]:
        del run["kind"]  # its settings tell it; other programs know this document as it is
    for alarm in document["alarms"]:
        del alarm["method"]  # its rule tells it
    for name in ("doubts", "cut", "paid", "brought_by_script", "unerased", "mentions"):
        if not document[name]:
            del document[name]  # as in the text, where there are any
    return document


def _report_overdue(notify: str, crawls: list[ScheduledCrawl], path: Path, now: datetime) -> None:
    from crawler.operations.notify import notify as tell

    data = {
        "archive": str(path),
        "outcome": "overdue",
        "messages": [crawl.describe() for crawl in crawls],
        "schedules": to_plain_data(crawls),
        "at": now.isoformat(timespec="seconds"),
    }
    if (reason := tell(notify, to_json(data) + "\n")) is not None:
        complain(reason)


def _iter_sections(state: Status, crawls: list[ScheduledCrawl]) -> Iterator[tuple[str, list[str]]]:
    yield (
        "Holdings",
        list(
            wrap_paragraph(
                f"{format_count(state.articles, 'article')}, {format_count(state.authors, 'author')}, "
                f"{format_count(state.revisions, 'revision')}, {format_count(state.captures, 'capture')}, "
                f"{format_count(state.see_also, 'See also link')} ({state.see_also_archived:,} to archived articles), "
                f"{format_count(state.duplicates, 'duplicate')}, "
                f"{format_count(state.near_copies, 'near-copy', 'near-copies')}",
                measure_room(),
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
    if crawls:
        yield "Schedules", [line for crawl in crawls for line in _format_crawl(crawl)]
    yield "Queue", _format_queue(state) or ["no addresses yet"]
    if state.fill_rates:
        yield "Articles that have", list(_format_fill_rates(state))
    if state.alarms:
        yield "Last layout alarm", [line for alarm in state.alarms for line in _format_alarm(alarm)]
    if doubts := [*_iter_doubts(state)]:
        yield "Doubts", doubts
    if state.problems_total:
        remark = f", the last {len(state.problems)}" if len(state.problems) < state.problems_total else ""
        yield (
            f"{format_count(state.problems_total, 'problem')}{remark}",
            [line for problem in state.problems for line in _format_problem(problem)],
        )


def _iter_new_places(names: int) -> Iterator[tuple[str, list[str]]]:
    if names:
        yield "Places", [f"{format_count(names, 'printed place')} not looked up yet: seealso places locate"]


def _iter_erasures(state: Status, path: Path) -> Iterator[tuple[str, list[str]]]:
    if state.unerased:
        from crawler.crawl.erasure.erasing import describe_remainder

        yield "Still to be erased", list(wrap_paragraph(describe_remainder(state.unerased, path), measure_room()))
    if state.mentions:
        yield (
            "Words of forgotten articles",
            [f"{format_count(state.mentions, 'capture')} of other pages print some (seealso forget names them)"],
        )


def _iter_doubts(state: Status) -> Iterator[str]:
    """Yield a line for each way in which kept pages may be no articles or not whole, or could not be read at all."""
    if state.doubts:
        yield f"{format_count(state.doubts, 'page')} kept that may be no article (problems of kind doubt say why)"
    if state.cut:
        yield f"{format_count(state.cut, 'article')} whose text may be cut (problems of kind cut say why)"
    if state.paid:
        yield f"{format_count(state.paid, 'article')} that the publisher shows whole only to those who pay (kind paid)"
    if state.brought_by_script:
        yield f"{format_count(state.brought_by_script, 'page')} without a text until a script has run"


def _format_crawl(crawl: ScheduledCrawl) -> Iterator[str]:
    yield from wrap_paragraph(crawl.describe(), measure_room(), "  ")


def _format_run(run: RunSummary) -> Iterator[str]:
    fates = ", ".join(f"{count:,} {fate.replace('_', ' ')}" for fate, count in run.fates.items() if count)
    resumed = f", goes on with run {run.resumed_from}" if run.resumed_from else ""
    yield (
        f"{run.id:>4}  {run.site}  {format_instant(run.started_at)}  {run.outcome or 'running, or killed'}, "
        f"{format_count(run.fetched, 'page')}{resumed}"
    )
    if fates:
        for line in wrap_paragraph(fates, measure_room(8)):
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
        rest = ", ".join(
            format_count(count, "hole") if name == "hole" else f"{count:,} {name}"
            for name, count in sorted(counts.items())
            if name != "queued"
        )
        lines.append(f"{site}: {counts['queued']:,} queued{details}" + (f"; {rest}" if rest else ""))
    return lines


def _format_fill_rates(state: Status) -> Iterator[str]:
    for site in dict.fromkeys(rate.site for rate in state.fill_rates):
        rates = [
            f"{rate.field} {rate.filled / rate.articles:.0%}"
            for rate in state.fill_rates
            if rate.site == site and rate.articles
        ]
        yield from wrap_paragraph(f"{site}: {', '.join(rates)}", measure_room(), "  ")


def _format_alarm(alarm: Deviation) -> Iterator[str]:
    from crawler.crawl.monitoring.messages import describe_lack

    title = f"run {alarm.run_id}"
    yield from wrap_paragraph(to_one_line(describe_lack(alarm, title)), measure_room(), "  ")
    if alarm.folder:
        yield f"  saved: {to_one_line(alarm.folder)}"


def _format_problem(problem: ProblemLine) -> Iterator[str]:
    value = f" “{to_one_line(problem.value)[:60]}”" if problem.value else ""
    yield to_one_line(problem.url)
    reason = to_one_line(problem.reason)
    if len(reason) > MOST_LETTERS_OF_A_REASON:
        reason = f"{reason[:MOST_LETTERS_OF_A_REASON].rpartition(' ')[0]} …"
    for line in wrap_paragraph(f"{problem.field}: {reason}{value}", measure_room(6), "  "):
        yield f"    {line}"


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
