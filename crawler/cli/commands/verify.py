"""``seealso verify``: checks an archive end to end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import complain, format_count, print_rows, row_options, to_one_line

if TYPE_CHECKING:
    from crawler.archive.health.verify import Finding

EXIT_FINDINGS = 2


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
    from crawler.archive.health.holdings import count_articles, count_captures
    from crawler.warc import read_capture

    with open_existing_archive() as archive:
        findings = archive.verify(read_capture if captures else None)
        if captures:
            findings += _find_altered_files(
                archive.warc_folder, {finding.message.split(" ", 1)[0] for finding in findings}
            )
        articles, capture_count = count_articles(archive.db), count_captures(archive.db)
        path = archive.path
    if not print_rows(findings, as_json=as_json, as_jsonl=as_jsonl):
        for finding in findings:
            click.echo(f"{finding.check}: {to_one_line(finding.subject)}: {to_one_line(finding.message)}")
        if not findings:
            scope = f"{format_count(capture_count, 'capture')}" if captures else "captures not looked at"
            click.echo(f"{path} is sound: {format_count(articles, 'article')}, {scope}")
    if findings:
        complain(f"{path}: {format_count(len(findings), 'finding')}")
        return EXIT_FINDINGS
    return 0


def _find_altered_files(folder: Path, reported: set[str]) -> list[Finding]:
    """Return the unreported WARC files with damaged records that no row of captures points at (requests)."""
    from crawler.archive.health.verify import Finding
    from crawler.warc import find_alteration

    return [
        Finding(check="captures", subject=path.name, message=f"the record at byte {position} has been altered")
        for path in sorted(folder.glob("*.warc.gz"))
        if path.name not in reported and (position := find_alteration(path)) is not None
    ]
