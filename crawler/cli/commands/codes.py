"""``seealso codes``: a codebook, answers of coders, coding sheets, and how far the coders agree."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from crawler.cli.commands.notes import find_noted_article
from crawler.cli.common import EXIT_NEEDS_PERSON, SuggestingGroup, common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.notes import coder_option, notes_option, open_notes
from crawler.cli.options.paths import PathType
from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.sample import sample_options
from crawler.cli.options.selection import (
    QUERY_LANGUAGE_HELP,
    check_selections,
    drop_surrogates,
    make_selection,
    selection_options,
)
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import confirm_removal, open_existing_archive
from crawler.cli.output import (
    complain,
    format_count,
    json_option,
    print_json,
    print_rows,
    row_options,
    say,
    to_one_line,
    to_plain_data,
)
from crawler.notes.columns import ANSWER_COLUMNS

if TYPE_CHECKING:
    from crawler.notes.records import Code
    from crawler.research.samples import Sample

PAIR_COLUMNS = ("first", "second", "units", "equal", "share", "kappa", "undefined")
"""Columns of CSV: two coders in each row."""
MAX_PROBLEMS_PRINTED = 20
MAX_CODEBOOK_BYTES = 10_000_000


@click.group(cls=SuggestingGroup, short_help="Code articles: codebook, sheets, agreement.")
@common_options
def codes() -> None:
    """Code articles by a codebook, on sheets or in the browser, and measure how far coders agree.

    Codes and answers are kept with all their versions in the file of notes: notes.db beside the archive.
    """


@codes.command(short_help="Add a code to the codebook.")
@click.argument("name")
@click.option(
    "--type",
    "kind",
    type=click.Choice(["yes-no", "choice", "number"]),
    default="yes-no",
    show_default=True,
    help="How it is answered.",
)
@click.option(
    "--value", "values", metavar="VALUE", multiple=True, help="A value of a choice, in their order; may be repeated."
)
@click.option("--description", default="", metavar="TEXT", help="What coders are to ask themselves.")
@notes_option
@json_option
@common_options
def add(name: str, kind: Any, values: tuple[str, ...], description: str, as_json: bool) -> None:
    """Add a code: a question that is answered by yes or no, by one of several values, or by a number."""
    from crawler.notes.codebook import add_code

    with open_notes("write") as file:
        code = add_code(
            file,
            drop_surrogates(name),
            kind,
            choices=[drop_surrogates(value) for value in values],
            description=drop_surrogates(description),
            now=datetime.now(UTC),
        )
    _print_code(code, as_json)


@codes.command(short_help="Change a code: a new version.")
@click.argument("name")
@click.option(
    "--value",
    "values",
    metavar="VALUE",
    multiple=True,
    help="A value of the choice, which has these alone from now on; may be repeated.",
)
@click.option("--description", metavar="TEXT", help="Another description.")
@notes_option
@json_option
@common_options
def edit(name: str, values: tuple[str, ...], description: str | None, as_json: bool) -> None:
    """Change values or description of a code. Answers keep the version that they were given to."""
    from crawler.notes.codebook import change_code

    with open_notes("write") as file:
        code = change_code(
            file,
            drop_surrogates(name),
            choices=[drop_surrogates(value) for value in values] or None,
            description=drop_surrogates(description) if description is not None else None,
            now=datetime.now(UTC),
        )
    _print_code(code, as_json)


@codes.command(short_help="Take a code out of the codebook.")
@click.argument("name")
@notes_option
@common_options
def delete(name: str) -> None:
    """Take a code out of the codebook. Its versions and answers stay in the file; adding it again brings them back."""
    from crawler.notes.codebook import delete_code

    with open_notes("write") as file:
        code = delete_code(file, drop_surrogates(name), now=datetime.now(UTC))
    click.echo(f"Taken out: {to_one_line(code.name)}")


@codes.command("list", short_help="List the codebook.")
@notes_option
@row_options
@common_options
def list_(as_json: bool, as_jsonl: bool) -> None:
    """List the codes with their values."""
    from crawler.notes.codebook import list_codes

    with open_notes() as file:
        codebook = list_codes(file)
    if not print_rows(codebook, as_json=as_json, as_jsonl=as_jsonl):
        width = max((len(to_one_line(code.name)) for code in codebook), default=0)
        for code in codebook:
            values = ", ".join(map(to_one_line, code.values)) or code.kind
            about = f"  {to_one_line(code.description)}" if code.description else ""
            click.echo(f"{to_one_line(code.name):<{width}}  {values} (version {code.version}){about}")
    if not codebook:
        say("no codes yet; seealso codes add NAME")


@codes.command(short_help="Print the codebook as TOML.")
@notes_option
@common_options
def export() -> None:
    """Print the codebook as TOML, to be reviewed, published and imported elsewhere."""
    from crawler.notes.codebook import list_codes
    from crawler.notes.codebook_file import to_toml

    with open_notes() as file:
        click.echo(to_toml(list_codes(file)), nl=False)


@codes.command("import", short_help="Take a codebook from TOML.")
@click.argument("source", metavar="FILE", type=click.File("rb"))
@notes_option
@row_options
@common_options
def import_(source: IO[bytes], as_json: bool, as_jsonl: bool) -> None:
    """Add the codes of FILE (- is standard input), or write them as new versions; all of them, or none."""
    from crawler.normalisation.dates.moments import instant
    from crawler.notes.codebook_file import import_toml

    with open_notes("write") as file:
        changed_codes = import_toml(file, source.read(MAX_CODEBOOK_BYTES), moment=instant(datetime.now(UTC)))
    if not print_rows(changed_codes, as_json=as_json, as_jsonl=as_jsonl):
        for code in changed_codes:
            _print_code(code, as_json=False)
    if not changed_codes:
        say("the codebook has all of this already")


@codes.command(short_help="Code one article.")
@click.argument("article", metavar="ID|URL")
@click.argument("answers", metavar="NAME=VALUE...", nargs=-1, required=True)
@click.option("--note", metavar="NOTE", help="Code the passage that this note is on, not the whole article.")
@coder_option
@notes_option
@common_options
def answer(article: str, answers: tuple[str, ...], note: str | None, coder: str) -> None:
    """Code one article: NAME=VALUE for each code; NAME= takes an answer back."""
    from crawler.notes.codebook import find_code, read_value, write_answer
    from crawler.notes.notes import find_note
    from crawler.notes.records import ArticleKey, BadNote

    with open_existing_archive() as archive:
        record = find_noted_article(archive, article)
    changed = 0
    with open_notes("write") as file:
        passage = find_note(file, note) if note is not None else None
        if passage is not None and passage.key != ArticleKey.of(record):
            raise BadNote(f"the note {passage.uid} is on another article")
        pairs = [drop_surrogates(pair).partition("=") for pair in answers]
        for name, _, text in pairs:
            if text:
                read_value(find_code(file, name), text)  # nothing is written when one of them is odd
        for name, _, text in pairs:
            code = find_code(file, name)
            changed += write_answer(
                file,
                ArticleKey.of(record),
                code,
                read_value(code, text) if text else None,
                coder=drop_surrogates(coder),
                note_uid=passage.uid if passage is not None else "",
                revision=record.revisions[-1].number,
                now=datetime.now(UTC),
            )
    click.echo(f"Coded: {to_one_line(record.headline)} ({format_count(changed, 'answer')} new or changed)")


@codes.command(short_help="List the answers.")
@click.option("--code", metavar="NAME", help="Only answers to this code.")
@click.option("--coder", metavar="NAME", help="Only answers of this person.")
@notes_option
@table_options(ANSWER_COLUMNS)
@common_options
def answers(code: str | None, coder: str | None, output_format: OutputFormat) -> None:
    """List who coded which article how."""
    from crawler.notes.codebook import find_code, list_answers

    with open_notes() as file:
        name = find_code(file, drop_surrogates(code)).name if code is not None else None
        standing = list_answers(file, code=name, coder=drop_surrogates(coder) if coder is not None else None)
    if not output_format.print_records(standing, ANSWER_COLUMNS, to_plain_data):
        for entry in standing:
            place = f" on note {entry.note_uid[:6]}" if entry.note_uid else ""
            facts = f"{to_one_line(entry.code)} = {to_one_line(entry.value)}  {to_one_line(entry.coder)}"
            click.echo(f"{to_one_line(entry.key.format())}{place}  {facts}")
    if not standing:
        say("no answers yet; seealso codes answer ID NAME=VALUE")


@codes.command(
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


@codes.command(short_help="List the sheets that were kept.")
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


@codes.command("remove-sheet", short_help="Remove a sheet that was kept.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@notes_option
@common_options
def remove_sheet(name: str, yes: bool) -> int:
    """Remove a sheet that was kept under NAME: the list of its articles. All answers and notes stay."""
    from crawler.notes.kept_sheets import find_sheet
    from crawler.notes.kept_sheets import remove_sheet as take_away

    with open_notes() as file:
        sheet = find_sheet(file, drop_surrogates(name))
    title = to_one_line(sheet.name)
    if not yes and not confirm_removal(f"the sheet {title} ({format_count(sheet.articles, 'article')})"):
        return 1
    with open_notes("write") as file:
        take_away(file, sheet.name)
    click.echo(f"Removed: {title}; answers and notes are as they were")
    return 0


@codes.command(
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
            coder=drop_surrogates(coder),
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


@codes.command(short_help="Measure how far coders agree.")
@click.option("--code", required=True, metavar="NAME", help="The code.")
@click.option("--coders", metavar="NAME,…", help="Only these coders.  [default: all]")
@click.option(
    "--metric",
    type=click.Choice(["nominal", "ordinal", "interval", "ratio"]),
    help="The scale of the answers.  [default: interval for a number, else nominal]",
)
@notes_option
@table_options(PAIR_COLUMNS)
@common_options
def agreement(code: str, coders: str | None, metric: Any, output_format: OutputFormat) -> None:
    """Measure how far coders agree on a code: Krippendorff's alpha, Cohen's kappa of each two, shares.

    Articles that one person alone has coded tell nothing, and are counted apart. CSV has a row for each two coders.
    """
    from crawler.cli.agreement_lines import iter_agreement_lines
    from crawler.notes.agreement import measure_agreement
    from crawler.notes.codebook import find_code, list_answers

    with open_notes() as file:
        found_code = find_code(file, drop_surrogates(code))
        names = [name.strip() for name in drop_surrogates(coders or "").split(",") if name.strip()]
        result = measure_agreement(found_code, list_answers(file, code=found_code.name), metric=metric, coders=names)
    if output_format.csv or output_format.columns:
        output_format.print(PAIR_COLUMNS, map(to_plain_data, result.pairs))
    elif output_format.jsonl:
        print_rows([result], as_json=False, as_jsonl=True)
    elif output_format.json:
        print_json(result)
    else:
        for line in iter_agreement_lines(result):
            click.echo(line)
        if result.left_out:
            left_out = format_count(result.left_out, "answer is", "answers are")
            say(f"{left_out} no value of the code as it is now: left out")


def _print_code(code: Code, as_json: bool) -> None:
    if as_json:
        print_json(code)
        return
    values = ", ".join(map(to_one_line, code.values)) or "a number"
    click.echo(f"{to_one_line(code.name)}: {values} (version {code.version})")
