"""``seealso rebuild``: makes an archive anew from its WARC files."""

from __future__ import annotations

import click

from crawler.cli.commands.ingest import iter_report_lines
from crawler.cli.common import common_options, get_common_options
from crawler.cli.output import complain, format_count, json_option, print_json, to_plain_data
from crawler.cli.progress import show_count


@click.command(short_help="Make a lost archive anew from its WARC files.")
@json_option
@common_options
def rebuild(as_json: bool) -> int:
    """Make the archive anew from the WARC files in its folder (archive.warc for archive.db).

    Nothing is fetched, no WARC file is changed, and nothing is overwritten: what lies where the archive would be has to
    be moved aside first. What is in no WARC file cannot come back; it is named at the end.
    """
    from crawler.operations.rebuild import LOSSES
    from crawler.operations.rebuild import rebuild as make

    path = get_common_options().archive
    with show_count("rebuilding") as progress:
        report = make(path, progress=progress)
    for problem in report.ingest.unusable:
        complain(problem)
    if as_json:
        names = ("files", "articles", "captures", "damaged")
        counts = {name: getattr(report, name) for name in names}
        print_json(
            {
                "archive": str(path),
                **counts,
                "unusable": to_plain_data(report.ingest.unusable),
                "lost": LOSSES,
                "exit_code": report.exit_code,
            }
        )
        return report.exit_code
    captures, articles = format_count(report.captures, "capture"), format_count(report.articles, "article")
    click.echo(f"{path} is made anew: {articles}, {captures}, from {format_count(report.files, 'WARC file')}")
    for line in list(iter_report_lines(report.ingest, path))[1:]:
        click.echo(line)
    if report.damaged:
        complain(f"{format_count(report.damaged, 'part')} of the WARC files cannot be read: see seealso verify")
    click.echo("What no WARC file holds cannot come back:")
    for loss in LOSSES:
        click.echo(f"  {loss}")
    return report.exit_code
