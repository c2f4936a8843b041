"""Sheets of ``seealso codes``: made of a selection, kept under a name, filled in elsewhere and taken in again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.notes import coder_option, notes_option, open_notes
from crawler.cli.options.paths import PathType
from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.sample import sample_options
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.types import TEXT, confirm_removal, open_existing_archive
from crawler.cli.output import (
    complain,
    format_count,
    json_option,
    print_json,
    print_rows,
    row_options,
    say,
    to_one_line,
)

if TYPE_CHECKING:
    from crawler.research.samples import Sample

MAX_PROBLEMS_PRINTED = 20


@click.command(
    cls=SectionedCommand,
    short_help="Make a coding sheet.",
    epilog=QUERY_LANGUAGE_HELP + "seealso codes sheet --sample 50 --to sheet.csv -- '-ferry boats'.",
)
@click.argument("query", nargs=-1)
@click.option(
    "--to", cls=RenamedOption, old_names=("--out",), type=PathType(dir_okay=False), metavar="FILE", help="The CSV file."
)
@click.option("--name", metavar="NAME", help="Keep the list under this name, to be coded in the browser.")
@click.option("--codes", "names", metavar="NAME,…", help="Only these codes.  [default: the whole codebook]")
@click.option("--safe", is_flag=True, help="CSV: no cell begins like a formula.")
@click.option("--bom", is_flag=True, help="Begin with a byte order mark, for Excel.")
@click.option("--force", is_flag=True, help="Replace a file.")
@selection_options
@sample_options
@common_options
def sheet(
    query: tuple[str, ...],
    to: Path | None,
    name: str | None,
    names: str | None,
    safe: bool,
    bom: bool,
    force: bool,
    filters: dict[str, Any],
    sample: Sample | None,
) -> None:
    """Make a sheet of the articles found: a row for each, an empty column for each code, tags and note.

    Fill it in with any spreadsheet, save it as CSV, and take it in with seealso codes read.
    """
    from crawler.cli.sheet_files import make_sheet

    if to is None and name is None:
        raise click.UsageError("give --to FILE, --name NAME, or both")
    selection = make_selection(query, filters)
    with open_existing_archive() as archive, archive.moment(), open_notes("write" if name else "read") as file:
        check_selections(archive, selection)
        articles = make_sheet(
            archive, file, selection, sample, to=to, name=name, names=names, safe=safe, bom=bom, force=force
        )
    places = [*([to_one_line(str(to))] if to else []), *([f"the sheet {to_one_line(name)}"] if name else [])]
    say(f"{format_count(articles, 'article')} in {' and '.join(places)}")


@click.command(short_help="List the sheets that were kept.")
@notes_option
@row_options
@common_options
def sheets(as_json: bool, as_jsonl: bool) -> None:
    """List the sheets that were kept under a name, to be coded in the browser."""
    from crawler.notes.kept_sheets import list_sheets

    with open_notes() as file:
        standing = list_sheets(file)
    if not print_rows(standing, as_json=as_json, as_jsonl=as_jsonl):
        for entry in standing:
            size = format_count(entry.articles, "article")
            click.echo(f"{to_one_line(entry.name)}  {size}, {to_one_line(entry.question)}")
    if not standing:
        say("no sheets; keep one with seealso codes sheet --name NAME")


@click.command("remove-sheet", short_help="Remove a sheet that was kept.")
@click.argument("name", type=TEXT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@notes_option
@common_options
def remove_sheet(name: str, yes: bool) -> int:
    """Remove a sheet that was kept under NAME: the list of its articles. All answers and notes stay."""
    from crawler.notes.kept_sheets import find_sheet
    from crawler.notes.kept_sheets import remove_sheet as take_away

    with open_notes() as file:
        sheet = find_sheet(file, name)
    title = to_one_line(sheet.name)
    if not yes and not confirm_removal(f"the sheet {title} ({format_count(sheet.articles, 'article')})"):
        return 1
    with open_notes("write") as file:
        take_away(file, sheet.name)
    click.echo(f"Removed: {title}; answers and notes are as they were")
    return 0


@click.command(
    short_help="Take in a coding sheet.", epilog="Ends with 2 when some cells could not be taken; all others were."
)
@click.argument("source", metavar="FILE", type=click.File("rb"))
@coder_option
@notes_option
@json_option
@common_options
def read(source: IO[bytes], coder: str, as_json: bool) -> int:
    """Take in a sheet that somebody has filled in (- is standard input). An empty cell changes nothing.

    Commas, semicolons or tabs part the cells; the text is UTF-8, UTF-16 or Windows-1252.
    """
    from crawler.archive.articles.lookup import find_identity
    from crawler.notes.sheets import MAX_SHEET_BYTES, read_sheet

    content = source.read(MAX_SHEET_BYTES + 1)
    with open_existing_archive() as archive, archive.moment(), open_notes("write") as file:
        report = read_sheet(
            file,
            content,
            coder=coder,
            now=datetime.now(UTC),
            knows=lambda key: find_identity(archive.db, *key) is not None,
        )
    if as_json:
        print_json(report)
    else:
        kept = f"{format_count(report.answers, 'answer')} new or changed, {report.unchanged:,} the same"
        noted = f", {format_count(report.notes, 'note')}" if report.notes else ""
        click.echo(f"{format_count(report.rows, 'row')}: {kept}{noted}")
    for problem in report.problems[:MAX_PROBLEMS_PRINTED]:
        row = f"row {problem.row}, " if problem.row else ""
        complain(to_one_line(f"{row}{problem.column}: {problem.reason}"))
    if len(report.problems) > MAX_PROBLEMS_PRINTED:
        complain(f"and {len(report.problems) - MAX_PROBLEMS_PRINTED:,} more; --json has them all")
    return EXIT_NEEDS_PERSON if report.problems else 0
