"""What a crawl needs that nobody watches: metrics, an alarm, a log for programs, and whether it is time at all."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from crawler.cli.common import CommandT, common
from crawler.cli.crawl_summary import exit_code, summary_data
from crawler.cli.options.metrics import CannotWriteMetrics, metrics_option, refuse_archive_file, write_metrics
from crawler.cli.output import complain, set_log_format, to_json
from crawler.errors import CrawlerError, NotNow
from crawler.operations.schedule.every import parse_interval

if TYPE_CHECKING:
    from crawler.crawl.logs import LogFormat
    from crawler.crawl.report import CrawlReport


class IntervalType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A length of time: ``30m``, ``6h``, ``2d``, ``1w``."""

    name = "every"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return parse_interval(str(value))
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


@dataclass(slots=True)
class UnattendedRun:
    """What a watched crawl is told, and what it tells."""

    log_format: LogFormat = "text"
    report: CrawlReport | None = None


def unattended_options(command: CommandT) -> CommandT:
    """Give a crawl ``--if-due``, ``--metrics``, ``--notify`` and ``--log-format``.

    The command gets a :class:`UnattendedRun` as ``watch`` and puts its report there. Metrics are written and somebody
    is notified when it has ended, however it did.
    """

    @functools.wraps(command)
    def watched_command(
        *arguments: Any,
        site: str,
        if_due: timedelta | None,
        metrics: Path | None,
        notify: str | None,
        log_format: LogFormat,
        **more: Any,
    ) -> Any:
        archive = common().archive
        with _watch_run(site, archive, metrics, notify) as watch:
            if if_due is not None:
                from crawler.operations.schedule.due import find_reason_to_wait

                if (reason := find_reason_to_wait(archive, site, if_due, datetime.now(UTC))) is not None:
                    if common().verbose:
                        complain(f"not due: {reason}")
                    return 0
            watch.log_format = log_format
            try:
                return command(*arguments, site=site, watch=watch, **more)
            except NotNow:
                if if_due is None or common().verbose:
                    raise
                return 0  # a scheduler asks again, and mails whatever is said

    wrapped: Any = watched_command
    for option in (
        click.option(
            "--log-format",
            type=click.Choice(["text", "json"]),
            default="text",
            is_eager=True,
            callback=_set_log_format,
            help="Write the log for people, or every event as one JSON object a line on stderr.  [default: text]",
        ),
        click.option(
            "--notify",
            metavar="CMD",
            help="Run CMD with the report as JSON on its standard input when the exit code is not 0.",
        ),
        metrics_option,
        click.option(
            "--if-due",
            type=IntervalType(),
            metavar="6h",
            help="Do nothing when the last run began less than 6h ago (30m, 6h, 2d, 1w), or one is going on.",
        ),
    ):
        wrapped = option(wrapped)
    return cast(CommandT, wrapped)


def _set_log_format(ctx: click.Context, _: click.Parameter, value: str) -> str:
    set_log_format("json" if value == "json" else "text")
    return value


@contextmanager
def _watch_run(site: str, archive: Path, metrics: Path | None, notify: str | None) -> Iterator[UnattendedRun]:
    """Write metrics when the block has ended, and run the command of ``--notify`` when it did not end well.

    The crawl itself puts its report into the :class:`UnattendedRun`; without one the failure that left the block is
    reported.
    """
    if metrics is not None:
        refuse_archive_file(archive, metrics)
    watch = UnattendedRun()
    failure: BaseException | None = None
    try:
        yield watch
    except BaseException as problem:
        failure = problem
        raise
    finally:
        if metrics is not None and archive.exists():
            try:
                write_metrics(archive, metrics)
            except CrawlerError as problem:
                complain(str(problem) if isinstance(problem, CannotWriteMetrics) else f"no metrics: {problem}")
        if notify is not None and (data := _failure_report(site, watch, failure)) is not None:
            from crawler.operations.notify import notify as tell

            if (trouble := tell(notify, to_json(data) + "\n")) is not None:
                complain(trouble)


def _failure_report(site: str, watch: UnattendedRun, failure: BaseException | None) -> dict[str, Any] | None:
    """Return the report that somebody should see, None when all is well."""
    if watch.report is not None:
        return summary_data(watch.report) if exit_code(watch.report) else None
    if failure is None or isinstance(failure, NotNow):
        return None
    if isinstance(failure, KeyboardInterrupt):
        code, message = 130, "interrupted"
    else:
        code, message = getattr(failure, "exit_code", 1), str(failure) or type(failure).__name__
    return {
        "site": site,
        "run": None,
        "outcome": "not begun",
        "exit_code": code,
        "messages": [message],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
