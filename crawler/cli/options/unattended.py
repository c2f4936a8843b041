"""The options of an unattended crawl: metrics, a notification, a log for programs, and a check that it is due."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from crawler.cli.common import INTERRUPTED, CommandT, get_common_options
from crawler.cli.crawl_summary import make_summary
from crawler.cli.options.metrics import CannotWriteMetrics, metrics_option, write_metrics
from crawler.cli.options.paths import PathType, refuse_archive_file
from crawler.cli.output import complain, copy_to_log_file, set_log_file, set_log_format, to_json
from crawler.errors import CrawlerError, NotNow
from crawler.operations.schedule.interval import format_interval, parse_interval

if TYPE_CHECKING:
    from crawler.crawl.logs import LogFormat
    from crawler.crawl.running.report import CrawlReport


class IntervalType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A length of time: ``30m``, ``6h``, ``2d``, ``1w``."""

    name = "every"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return parse_interval(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@dataclass(slots=True)
class UnattendedRun:
    """The log format and the interval that a crawl gets, and the report that it gives."""

    log_format: LogFormat = "text"
    if_due: str | None = None
    report: CrawlReport | None = None


def unattended_options(command: CommandT) -> CommandT:
    """Give a crawl ``--if-due``, ``--metrics``, ``--notify`` and ``--log-format``.

    The command gets a :class:`UnattendedRun` as ``run`` and puts its report there. When it has ended, in
    whatever way, metrics are written and the command of ``--notify`` is run.
    """

    @functools.wraps(command)
    def run_unattended(
        *arguments: Any,
        site: str,
        if_due: timedelta | None,
        metrics: Path | None,
        notify: str | None,
        log_format: LogFormat,
        log_file: Path | None,
        **options: Any,
    ) -> Any:
        archive = get_common_options().archive
        refuse_archive_file(archive, log_file, metrics)
        with _open_log(log_file, log_format), _watch_run(site, archive, metrics, notify) as run:
            if if_due is not None:
                from crawler.operations.schedule.due import find_reason_to_wait

                if (reason := find_reason_to_wait(archive, site, if_due, datetime.now(UTC))) is not None:
                    if get_common_options().verbose:
                        complain(f"not due: {reason}")
                    return 0
                run.if_due = format_interval(if_due)
                if notify is not None:
                    _report_missed_crawl(site, archive, if_due, notify)
            run.log_format = log_format
            try:
                return command(*arguments, site=site, run=run, **options)
            except NotNow:
                if if_due is None or get_common_options().verbose:
                    raise
                return 0  # a scheduler asks again, and mails everything that is printed

    command_with_options: Any = run_unattended
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
            "--log-file",
            type=PathType(dir_okay=False),
            metavar="FILE",
            help="Write the fate of each page, and what is told on stderr, to FILE too. At 2 MB it is renamed to "
            "FILE.1, and four such are kept.",
        ),
        click.option(
            "--notify",
            metavar="CMD",
            help="Run CMD with the report as JSON on its standard input when the exit code is not 0, and when crawls "
            "of a schedule did not happen. A web address gets the report by POST, a mail address by mail.",
        ),
        metrics_option,
        click.option(
            "--if-due",
            type=IntervalType(),
            metavar="6h",
            help="Do nothing when the last run began less than 6h ago (30m, 6h, 2d, 1w), or one is going on.",
        ),
    ):
        command_with_options = option(command_with_options)
    return cast(CommandT, command_with_options)


def _set_log_format(ctx: click.Context, _: click.Parameter, value: str) -> str:
    set_log_format("json" if value == "json" else "text")
    return value


@contextmanager
def _open_log(path: Path | None, log_format: LogFormat) -> Iterator[None]:
    """Write the log to a file too while the block runs, and what is complained of."""
    if path is None:
        yield
        return
    from crawler.crawl.log_file import log_to_file

    with log_to_file(path, log_format) as handler:
        set_log_file(handler)
        try:
            yield
        except CrawlerError as error:
            if not isinstance(error, NotNow):
                copy_to_log_file(logging.ERROR, str(error))
            raise
        finally:
            set_log_file(None)


@contextmanager
def _watch_run(site: str, archive: Path, metrics: Path | None, notify: str | None) -> Iterator[UnattendedRun]:
    """Write metrics when the block has ended, and run the command of ``--notify`` when it failed.

    The crawl itself puts its report into the :class:`UnattendedRun`; without one the exception that left the block is
    reported.
    """
    run = UnattendedRun()
    failure: BaseException | None = None
    try:
        yield run
    except BaseException as error:
        failure = error
        raise
    finally:
        if metrics is not None and archive.exists():
            try:
                write_metrics(archive, metrics)
            except CrawlerError as error:
                complain(str(error) if isinstance(error, CannotWriteMetrics) else f"no metrics: {error}")
        if notify is not None and (data := _make_failure_report(site, run, failure)) is not None:
            from crawler.operations.notify import INTERRUPTED_TIME_LIMIT, TIME_LIMIT
            from crawler.operations.notify import notify as tell

            in_haste = data["exit_code"] == INTERRUPTED
            seconds = INTERRUPTED_TIME_LIMIT if in_haste else TIME_LIMIT
            if (reason := tell(notify, to_json(data) + "\n", seconds, then_leave=in_haste)) is not None:
                complain(reason)


def _report_missed_crawl(site: str, archive: Path, every: timedelta, notify: str) -> None:
    """Tell the command or address of ``--notify`` when crawls before this one did not happen."""
    from crawler.operations.notify import notify as tell
    from crawler.operations.schedule.missed_crawls import find_missed_crawl

    now = datetime.now(UTC)
    if (missed_crawl := find_missed_crawl(archive, site, every, now)) is None:
        return
    message = (
        f"no crawl of {site} began since {missed_crawl.last_run}, though one is due every {missed_crawl.every}: "
        "the machine or its scheduler did not run; this crawl makes up for it"
    )
    data = {"site": site, "run": None, "outcome": "missed", "exit_code": 0, "messages": [message]}
    data |= {"last_run": missed_crawl.last_run, "at": now.isoformat(timespec="seconds")}
    if (reason := tell(notify, to_json(data) + "\n")) is not None:
        complain(reason)


def _make_failure_report(site: str, run: UnattendedRun, failure: BaseException | None) -> dict[str, Any] | None:
    """Return the report that a person should see, None when all is well."""
    if run.report is not None:
        return make_summary(run.report) if run.report.exit_code else None
    if failure is None or isinstance(failure, NotNow):
        return None
    if isinstance(failure, KeyboardInterrupt):
        code, message = INTERRUPTED, "interrupted"
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
