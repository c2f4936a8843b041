"""The task of one site: a crawl in a process of its own, which ends when this one does.

A process of its own because a reactor wants the main thread, and because a crawl that is killed loses nothing.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from typing import IO, Any, Final

from crawler.archive import Archive
from crawler.archive.health.holdings import count_articles
from crawler.errors import ArchiveBusy, CrawlerError
from crawler.operations.crawls.work_folder import CommandFolder, CrawlRecord, SiteFolder
from crawler.system.interruption import EXIT_CODE

POLL_SECONDS: Final = 0.25
"""Seconds between two looks at whether the command wants its tasks to stop."""
FINISHED: Final = "finished"
NOT_NOW: Final = "not now"
_FINISHED_CODES: Final = (0, 2)
_MAX_PRINTED: Final = 1_000_000

SiteTask = tuple[str, str]
"""The folder of the command, and the name of the site's folder."""


def crawl_site(task: SiteTask) -> None:
    """Crawl the site of a task, and write how that ended. Raises OSError where the folders cannot be used."""
    command, site = CommandFolder(Path(task[0])), task[1]
    if command.count_stops():
        return
    order, folder = command.read_order(site), SiteFolder(command.work / site)
    folder.prepare()
    former = folder.read_record()
    if former is not None and order.is_met_by(former):
        command.write_end(former)  # another machine has done it
        return
    record = _crawl_in_child(command, folder, order.arguments)
    is_told_elsewhere = record.exit_code == ArchiveBusy.exit_code  # by who holds the archive
    if not is_told_elsewhere and (former is None or record.outcome != NOT_NOW):
        folder.write_record(record)
    command.write_end(record)


def _crawl_in_child(command: CommandFolder, folder: SiteFolder, arguments: tuple[str, ...]) -> CrawlRecord:
    line = [sys.executable, "-m", "crawler", "crawl", *arguments, "--archive", str(folder.archive), "--json"]
    line += ["--log-file", str(folder.log), "--end-with-stdin"]
    began_at, stops = datetime.now(UTC), 0
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        # Its standard input is a pipe that the system closes when this process dies. A session of its own, since a
        # terminal's Ctrl+C would count beside what is sent from here.
        with Popen(line, stdin=PIPE, stdout=out, stderr=errors, start_new_session=True) as process:
            while True:
                with suppress(TimeoutExpired):
                    code = process.wait(POLL_SECONDS)
                    break
                if (requests := command.count_stops()) > stops:
                    stops = requests
                    process.terminate()
        return _make_record(folder, arguments, code, stops, _read(out), _read(errors), began_at)


def _make_record(
    folder: SiteFolder,
    arguments: tuple[str, ...],
    code: int,
    stops: int,
    printed: str,
    complaints: str,
    began_at: datetime,
) -> CrawlRecord:
    """Return the record of a child that has ended; a negative ``code`` is the signal that ended it."""
    report = _parse_report(printed)
    if code < 0 and stops:  # it had not come to handle signals
        code = EXIT_CODE
    outcome = report.get("outcome") or _name_outcome(code)
    lines = [line.removeprefix("seealso: ") for line in complaints.splitlines() if line.strip()]
    return CrawlRecord(
        site=folder.path.name,
        arguments=arguments,
        outcome=outcome,
        exit_code=1 if code < 0 else code,
        is_finished=outcome == FINISHED and code in _FINISHED_CODES,
        run=report.get("run"),
        pages=report.get("pages"),
        articles=count_archived(folder.archive),
        queue=report.get("queue"),
        began_at=began_at.isoformat(timespec="seconds"),
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        host=socket.gethostname(),
        message=lines[-1][:500] if lines and (code or not report) else None,
    )


def _name_outcome(code: int) -> str:
    """Return the outcome of a crawl that ended with a code and without a report; a negative one is a signal."""
    if code < 0:
        return "killed"
    if code == EXIT_CODE:
        return "interrupted"
    return "not begun" if code else NOT_NOW


def count_archived(path: Path) -> int | None:
    """Count the articles of an archive; None where it cannot be read."""
    if not path.is_file():
        return None
    try:
        with Archive(path) as archive:
            return count_articles(archive.db)
    except CrawlerError:
        return None


def _parse_report(printed: str) -> dict[str, Any]:
    with suppress(ValueError):
        report = json.loads(printed)
        if isinstance(report, dict):
            return report
    return {}


def _read(file: IO[bytes]) -> str:
    """Return the end of what was written to a file."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _MAX_PRINTED))
    return file.read().decode(errors="replace")
