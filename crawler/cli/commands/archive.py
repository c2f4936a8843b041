"""``seealso archive``: makes one archive of several, or a new one of some sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import SuggestingGroup, common_options
from crawler.cli.crawl_summary import format_archive_option
from crawler.cli.options.paths import PathType
from crawler.cli.output import complain, format_count, json_option, print_json, say, to_one_line, to_plain_data
from crawler.cli.progress import show_count

if TYPE_CHECKING:
    from crawler.operations.merging.job import MergedArchive
    from crawler.operations.merging.split import SplitReport

_MOST_RENAMED = 10
_COUNTED = {"articles": "article", "captures": "capture", "runs": "run", "snapshots": "snapshot"}
"""Table → what one of its rows is called."""


@click.group(cls=SuggestingGroup, short_help="Make one archive of several, or split one by sites.")
@common_options
def archive() -> None:
    """Make one archive of several, or a new one of some sites of an archive."""


@archive.command(
    short_help="Bring everything that other archives hold into one.",
    epilog="Archives that have the same site are not merged: seealso ingest takes the pages of one into the other.",
)
@click.argument("into", metavar="INTO", type=PathType(dir_okay=False))
@click.argument("sources", metavar="FROM...", nargs=-1, required=True, type=PathType())
@click.option("--move", is_flag=True, help="Move the WARC files instead of copying them, once the rows have come.")
@click.option("--dry-run", is_flag=True, help="Print what would come, and write nothing.")
@json_option
@common_options
def merge(into: Path, sources: tuple[Path, ...], move: bool, dry_run: bool, as_json: bool) -> int:
    """Bring everything that the archives FROM hold into the archive INTO, which is made where there is none.

    They must have no site in common. INTO keeps its numbers, what comes gets new ones; the table merged_ids tells them.
    What one of them has forgotten is erased from the others. FROM stays as it is. Stopped in the middle, each FROM has
    come as a whole or not at all, and the same command again does the rest.
    """
    from crawler.operations.merging.job import merge as bring

    with show_count("merging") as progress:
        report = bring(into, sources, move=move, dry_run=dry_run, progress=progress)
    if as_json:
        print_json({"archive": str(into), "dry_run": dry_run, **to_plain_data(report), "exit_code": report.exit_code})
    else:
        for path in report.passed_over:
            say(f"{path} was merged before, and has not changed")
        for merged in report.merged:
            for line in _iter_merged_lines(merged, into, dry_run=dry_run):
                click.echo(line)
    if report.unerased:
        from crawler.crawl.erasure.erasing import describe_remainder

        option = format_archive_option(into)
        complain(f"{describe_remainder(report.unerased, into)}; the next seealso doctor --fix{option} erases them")
    return report.exit_code


@archive.command(short_help="Make a new archive with some sites of another one.")
@click.argument("path", metavar="ARCHIVE", type=PathType())
@click.option(
    "--site", "names", metavar="NAME", multiple=True, required=True, help="A site that comes; may be repeated."
)
@click.option("--to", metavar="NEW", required=True, type=PathType(), help="The new archive.")
@json_option
@common_options
def split(path: Path, names: tuple[str, ...], to: Path, as_json: bool) -> int:
    """Make the archive NEW with what ARCHIVE has of some sites, numbers and copies of the WARC files included.

    ARCHIVE stays as it is; to take an article out of it, see seealso forget. Saved searches, edits of authors and
    tombstones come along, but for what is of other sites; snapshots come whose articles all are of these.
    """
    from crawler.operations.merging.split import split as make

    with show_count("copying") as progress:
        report = make(path, names, to, progress=progress)
    if as_json:
        print_json(to_plain_data(report))
        return 0
    for line in _iter_split_lines(report, path):
        click.echo(line)
    return 0


def _iter_merged_lines(merged: MergedArchive, into: Path, *, dry_run: bool) -> Iterator[str]:
    """Yield the lines about an archive that came or would: what, from where, and what is not as it was."""
    verb = "would come" if dry_run else "came"
    files = f"{format_count(merged.files, 'WARC file')} of {merged.bytes / 1e6:,.1f} MB"
    yield (
        f"{into}: {_format_rows(merged.rows)} and {files} {verb} from {merged.archive} "
        f"({', '.join(merged.sites) or 'no site'})"
    )
    if dry_run:
        for name, count in merged.rows.items():
            yield f"{count:>10,}  {name}"
    renamed = list(merged.renamed.items())
    for name, new in renamed[:_MOST_RENAMED]:
        yield f"  {to_one_line(name)} is {new} here"
    if len(renamed) > _MOST_RENAMED:
        yield f"  and {len(renamed) - _MOST_RENAMED:,} more have another name"
    for key in merged.forgotten:
        yield f"  forgotten: {to_one_line(key)}"


def _iter_split_lines(report: SplitReport, path: Path) -> Iterator[str]:
    files = f"{format_count(report.files, 'WARC file')} of {report.bytes / 1e6:,.1f} MB"
    yield f"{report.archive}: {_format_rows(report.rows)} and {files} of {', '.join(report.sites)}; {path} is as it was"
    for name in report.missing:
        yield f"  {to_one_line(name)} is missing there, too"
    for name in report.snapshots_left:
        yield f"  the snapshot “{to_one_line(name)}” stays behind: it has articles of other sites, too"


def _format_rows(rows: Mapping[str, int]) -> str:
    counts = [format_count(rows[table], noun) for table, noun in _COUNTED.items() if rows.get(table)]
    return ", ".join(counts) or "nothing"
