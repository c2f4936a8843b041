"""Summarises a finished crawl: a report goes in; lines or JSON with its fates, and the next commands, come out.

The fates add up to the pages.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.cli.common import CommonOptions
from crawler.cli.output import format_count
from crawler.items import Fate

if TYPE_CHECKING:
    from crawler.archive.runs.deviations import Deviation
    from crawler.crawl.running.report import CrawlReport

FATE_LABELS = {
    Fate.NEW: "new articles",
    Fate.UNCHANGED: "articles unchanged",
    Fate.REVISED: "articles revised",
    Fate.DUPLICATE: "articles printed before under another address, kept and linked",
    Fate.NOT_AN_ARTICLE: "no articles: listings, feeds, home pages",
    Fate.UNREADABLE: "unreadable: in no layout we know",
    Fate.GONE: "gone from the site (404, 410)",
    Fate.REFUSED: "refused by the site (robots.txt, 401, 403, 429)",
    Fate.FAILED: "failed: no complete answer",
}
"""Fate → the words for it, in the order in which they are printed."""


def iter_summary_lines(report: CrawlReport) -> Iterator[str]:
    """Yield the summary of one crawl, a line at a time; fates that no page had are left out."""
    pages = format_count(report.pages, "page")
    yield f"{report.site}: {report.outcome}, run {report.run_id}, {pages} in {report.seconds:.1f} s"
    for fate, label in FATE_LABELS.items():
        if count := report.counts.get(fate, 0):
            yield f"{count:>8,}  {label}"
    if report.queue:
        waits, them = ("address waits", "it") if report.queue == 1 else ("addresses wait", "them")
        yield f"{report.queue:>8,}  {waits} in the queue; the same command goes on with {them}"
    if report.problems:
        yield f"{report.problems:>8,}  {'problem' if report.problems == 1 else 'problems'} recorded"


def iter_advice_lines(report: CrawlReport, archive: Path) -> Iterator[str]:
    """Yield the commands that make sense after this crawl, with the reason beside each."""
    option = format_archive_option(archive)
    if report.problems or report.exit_code in (2, 6):
        yield f"seealso status{option}   # the last problems"
    if report.articles:
        yield f"seealso search{option} WORDS   # find something"
        yield f"seealso serve{option}   # browse at http://127.0.0.1:8001/"


def make_summary(report: CrawlReport) -> dict[str, Any]:
    """Return the summary as one JSON object with every fate, also those that no page had."""
    return {
        "site": report.site,
        "run": report.run_id,
        "outcome": report.outcome,
        "exit_code": report.exit_code,
        "pages": report.pages,
        "articles": report.articles,
        "fates": {fate.value: report.counts.get(fate, 0) for fate in Fate},
        "queue": report.queue,
        "problems": report.problems,
        "seconds": round(report.seconds, 3),
        "messages": list(report.messages),
        "alarms": [_format_alarm(alarm) for alarm in report.alarms],
    }


def _format_alarm(deviation: Deviation) -> dict[str, Any]:
    return {
        "field": deviation.field,
        "language": deviation.language or None,
        "alarm": deviation.alarm,
        "rate": round(deviation.rate, 3),
        "rate_before": round(deviation.usual, 3),
        "articles": deviation.articles,
        "evidence": deviation.evidence,
        "rule": deviation.rule,
        "samples": [url for _, url in deviation.samples],
        "folder": deviation.folder,
    }


def format_archive_option(archive: Path) -> str:
    """Return the option that a suggested command needs for the same archive; empty for the default one."""
    return "" if archive == Path("archive.db") else f" --archive {shlex.quote(str(archive))}"


def format_shared_options(options: CommonOptions) -> str:
    """Return the options that a suggested crawl needs for the same archive and the same sites."""
    folders = "".join(f" --sites {shlex.quote(str(folder))}" for folder in options.site_folders)
    return f"{format_archive_option(options.archive)}{folders}"
