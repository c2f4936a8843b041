"""``seealso verify``: checks an archive end to end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, common_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import complain, format_count, print_rows, row_options, to_one_line

if TYPE_CHECKING:
    from crawler.archive.health.verify import Finding


@click.command(short_help="Check the archive end to end.")
@click.option(
    "--captures/--no-captures", default=True, help="Read every capture back from its WARC file.  [default: captures]"
)
@click.option(
    "--accept-losses",
    "why",
    metavar="WHY",
    help="Accept that the captures which cannot be read are lost for good: they are counted from now on, and no longer "
    "reported. WHY is kept.",
)
@row_options
@common_options
def verify(captures: bool, why: str | None, as_json: bool, as_jsonl: bool) -> int:
    """Check the archive end to end: SQLite, search index, revisions, counts, captures, digests.

    Ends with 2 when anything is wrong. Captures that were accepted as lost, or fetched again (seealso crawl SITE
    --refetch), are no fault; they are counted.
    """
    from crawler.archive.health.holdings import count_articles, count_captures
    from crawler.archive.health.losses import count_refetched, list_accepted, list_settled_files
    from crawler.warc import read_capture

    if why is not None:
        if not captures or not why.strip():
            raise click.UsageError("--accept-losses takes a reason, and looks at the captures")
        _accept_losses(" ".join(why.split()))
    with open_existing_archive() as archive:
        findings = archive.verify(read_capture if captures else None)
        if captures:
            reported = {finding.message.split(" ", 1)[0] for finding in findings}
            findings += _find_altered_files(archive.warc_folder, reported | list_settled_files(archive.db.conn))
        articles, capture_count = count_articles(archive.db), count_captures(archive.db)
        accepted = sum(loss.captures for loss in list_accepted(archive.db.conn))
        refetched = count_refetched(archive.db.conn)
        path = archive.path
    losses = [
        f"{count} of them lost and {what}"
        for count, what in ((refetched, "fetched again"), (accepted, "accepted as lost"))
        if count
    ]
    if not print_rows(findings, as_json=as_json, as_jsonl=as_jsonl):
        for finding in findings:
            click.echo(f"{finding.check}: {to_one_line(finding.subject)}: {to_one_line(finding.message)}")
        if not findings:
            scope = f"{format_count(capture_count, 'capture')}" if captures else "captures not looked at"
            click.echo(f"{path} is sound: {', '.join((format_count(articles, 'article'), scope, *losses))}")
    if findings:
        complain(f"{path}: {format_count(len(findings), 'finding')}")
        return EXIT_NEEDS_PERSON
    return 0


def _accept_losses(why: str) -> None:
    """Accept every capture that cannot be read as lost, and say how many."""
    from datetime import UTC, datetime

    from crawler.archive.health.losses import iter_lost_captures
    from crawler.warc import read_capture

    with open_existing_archive("write") as archive:
        lost = [capture.id for capture in iter_lost_captures(archive.db.conn, archive.warc_folder, read_capture)]
        accepted = archive.accept_losses(lost, why, datetime.now(UTC))
        complain(f"{archive.path}: {format_count(accepted, 'capture')} accepted as lost: {why}")


def _find_altered_files(folder: Path, reported: set[str]) -> list[Finding]:
    """Return the unreported WARC files with damaged records that no row of captures points at (requests)."""
    from crawler.archive.health.verify import Finding
    from crawler.warc import find_alteration

    return [
        Finding(check="captures", subject=path.name, message=f"the record at byte {position} has been altered")
        for path in sorted(folder.glob("*.warc.gz"))
        if path.name not in reported and (position := find_alteration(path)) is not None
    ]
