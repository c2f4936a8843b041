"""``seealso ingest``: takes the pages of known sites from other people's WARC files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.crawl_summary import FATE_LABELS
from crawler.cli.mixing import refuse_crawl
from crawler.cli.output import complain, format_count, json_option, print_json, to_plain_data
from crawler.cli.progress import show_count
from crawler.items import Fate

if TYPE_CHECKING:
    from crawler.operations.ingest.job import IngestReport


@click.command(short_help="Take pages from other people's WARC or WACZ files.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@json_option
@common_options
def ingest(files: tuple[str, ...], as_json: bool) -> int:
    """Take the pages of known sites from WARC files (.warc, .warc.gz) and WACZ files of any software.

    Each page is kept under the date it was fetched, whatever the order of the files, and copied into the archive's own
    WARC folder. What is archived already is passed over: the same files again change nothing.
    """
    from crawler.operations.ingest.job import ingest as take

    path = get_common_options().archive
    refuse_crawl(path)
    with show_count("ingesting") as progress:
        report = take(path, [Path(file) for file in files], progress=progress)
    for problem in report.unusable:
        complain(problem)
    if as_json:
        data = to_plain_data(report)
        data["fates"] = {fate.value: report.counts.get(fate, 0) for fate in Fate}
        del data["counts"]
        print_json({**data, "exit_code": report.exit_code})
    else:
        for line in list_report_lines(report, path):
            click.echo(line)
    return report.exit_code


def list_report_lines(report: IngestReport, path: Path) -> Iterator[str]:
    """Yield the lines of a report: fates of the pages kept, then the records passed over."""
    yield f"{path}: {format_count(report.pages, 'page')} taken from {format_count(report.files, 'file')}"
    for fate, label in FATE_LABELS.items():
        if count := report.counts.get(fate, 0):
            yield f"{count:>8,}  {label}"
    for count, label in (
        (report.already, "in the archive already"),
        (report.redirects, "redirects, kept with the page they led to"),
        (report.other, "passed over: a status that says nothing of the page"),
        (report.without_page, "passed over: sent again, but the page itself is in no file"),
        (report.forgotten, "passed over: forgotten"),
        (report.damaged, "damaged records"),
    ):
        if count:
            yield f"{count:>8,}  {label}"
