"""``seealso codes``: a codebook, answers of coders, coding sheets, and how far the coders agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import click

from crawler.cli.coding_sheets import read, remove_sheet, sheet, sheets
from crawler.cli.commands.notes import find_noted_article
from crawler.cli.common import SuggestingGroup, common_options
from crawler.cli.options.notes import coder_option, notes_option, open_notes
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import TEXT, open_existing_archive
from crawler.cli.output import (
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

PAIR_COLUMNS = ("first", "second", "units", "equal", "share", "kappa", "undefined")
"""Columns of CSV: two coders in each row."""
MAX_CODEBOOK_BYTES = 10_000_000


@click.group(cls=SuggestingGroup, short_help="Code articles: codebook, sheets, agreement.")
@common_options
def codes() -> None:
    """Code articles by a codebook, on sheets or in the browser, and measure how far coders agree.

    Codes and answers are kept with all their versions in the file of notes: notes.db beside the archive.
    """


@codes.command(short_help="Add a code to the codebook.")
@click.argument("name", type=TEXT)
@click.option(
    "--type",
    "kind",
    type=click.Choice(["yes-no", "choice", "number"]),
    default="yes-no",
    show_default=True,
    help="How it is answered.",
)
@click.option(
    "--value",
    "values",
    type=TEXT,
    metavar="VALUE",
    multiple=True,
    help="A value of a choice, in their order; may be repeated.",
)
@click.option("--description", type=TEXT, default="", metavar="TEXT", help="What coders are to ask themselves.")
@notes_option
@json_option
@common_options
def add(name: str, kind: Any, values: tuple[str, ...], description: str, as_json: bool) -> None:
    """Add a code: a question that is answered by yes or no, by one of several values, or by a number."""
    from crawler.notes.codebook import add_code

    with open_notes("write") as file:
        code = add_code(file, name, kind, choices=list(values), description=description, now=datetime.now(UTC))
    _print_code(code, as_json)


@codes.command(short_help="Change a code: a new version.")
@click.argument("name", type=TEXT)
@click.option(
    "--value",
    "values",
    type=TEXT,
    metavar="VALUE",
    multiple=True,
    help="A value of the choice, which has these alone from now on; may be repeated.",
)
@click.option("--description", type=TEXT, metavar="TEXT", help="Another description.")
@notes_option
@json_option
@common_options
def edit(name: str, values: tuple[str, ...], description: str | None, as_json: bool) -> None:
    """Change values or description of a code. Answers keep the version that they were given to."""
    from crawler.notes.codebook import change_code

    with open_notes("write") as file:
        code = change_code(file, name, choices=list(values) or None, description=description, now=datetime.now(UTC))
    _print_code(code, as_json)


@codes.command(short_help="Take a code out of the codebook.")
@click.argument("name", type=TEXT)
@notes_option
@common_options
def delete(name: str) -> None:
    """Take a code out of the codebook. Its versions and answers stay in the file; adding it again brings them back."""
    from crawler.notes.codebook import delete_code

    with open_notes("write") as file:
        code = delete_code(file, name, now=datetime.now(UTC))
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
@click.argument("answers", type=TEXT, metavar="NAME=VALUE...", nargs=-1, required=True)
@click.option("--note", metavar="NOTE", help="Code the passage that this note is on, not the whole article.")
@coder_option
@notes_option
@common_options
def answer(article: str, answers: tuple[str, ...], note: str | None, coder: str) -> None:
    """Code one article: NAME=VALUE for each code; NAME= takes an answer back."""
    from crawler.notes.answers import read_value, write_answer
    from crawler.notes.codebook import find_code
    from crawler.notes.notes import find_note
    from crawler.notes.records import ArticleKey, BadNote

    with open_existing_archive() as archive:
        record = find_noted_article(archive, article)
    changed = 0
    with open_notes("write") as file:
        passage = find_note(file, note) if note is not None else None
        if passage is not None and passage.key != ArticleKey.of(record):
            raise BadNote(f"the note {passage.uid} is on another article")
        pairs = [pair.partition("=") for pair in answers]
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
                coder=coder,
                note_uid=passage.uid if passage is not None else "",
                revision=record.revisions[-1].number,
                now=datetime.now(UTC),
            )
    click.echo(f"Coded: {to_one_line(record.headline)} ({format_count(changed, 'answer')} new or changed)")


@codes.command(short_help="List the answers.")
@click.option("--code", type=TEXT, metavar="NAME", help="Only answers to this code.")
@click.option("--coder", type=TEXT, metavar="NAME", help="Only answers of this person.")
@notes_option
@table_options(ANSWER_COLUMNS)
@common_options
def answers(code: str | None, coder: str | None, output_format: OutputFormat) -> None:
    """List who coded which article how."""
    from crawler.notes.answers import list_answers
    from crawler.notes.codebook import find_code

    with open_notes() as file:
        name = find_code(file, code).name if code is not None else None
        standing = list_answers(file, code=name, coder=coder)
    if not output_format.print_records(standing, ANSWER_COLUMNS, to_plain_data):
        for entry in standing:
            place = f" on note {entry.note_uid[:6]}" if entry.note_uid else ""
            facts = f"{to_one_line(entry.code)} = {to_one_line(entry.value)}  {to_one_line(entry.coder)}"
            click.echo(f"{to_one_line(entry.key.format())}{place}  {facts}")
    if not standing:
        say("no answers yet; seealso codes answer ID NAME=VALUE")


for command in (sheet, sheets, remove_sheet, read):
    codes.add_command(command)


@codes.command(short_help="Measure how far coders agree.")
@click.option("--code", type=TEXT, required=True, metavar="NAME", help="The code.")
@click.option("--coders", type=TEXT, metavar="NAME,…", help="Only these coders.  [default: all]")
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
    from crawler.notes.answers import list_answers
    from crawler.notes.codebook import find_code

    with open_notes() as file:
        found_code = find_code(file, code)
        names = [name.strip() for name in (coders or "").split(",") if name.strip()]
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
