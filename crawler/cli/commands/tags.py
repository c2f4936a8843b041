"""``seealso tags``: the tags of notes."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.cli.common import SuggestingGroup, common_options
from crawler.cli.options.notes import coder_option, notes_option, open_notes
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import TEXT
from crawler.cli.output import format_count, say, to_one_line, to_plain_data

TAG_COLUMNS = ("tag", "notes", "articles")
"""Columns of CSV."""


@click.group(cls=SuggestingGroup, short_help="List and rename the tags of notes.")
@common_options
def tags() -> None:
    """List and rename the tags of notes (seealso notes add --tag TAG)."""


@tags.command("list", short_help="List the tags.")
@notes_option
@table_options(TAG_COLUMNS)
@common_options
def list_(output_format: OutputFormat) -> None:
    """List the tags with how many notes and articles have each."""
    from crawler.notes.notes import count_tags

    with open_notes() as file:
        counts = count_tags(file)
    if not output_format.print_records(counts, TAG_COLUMNS, to_plain_data):
        width = max((len(to_one_line(count.tag)) for count in counts), default=0)
        for count in counts:
            numbers = f"{format_count(count.notes, 'note')} on {format_count(count.articles, 'article')}"
            click.echo(f"{to_one_line(count.tag):<{width}}  {numbers}")
    if not counts:
        say("no tags yet; seealso notes add ID --tag TAG")


@tags.command(short_help="Give a tag another name.")
@click.argument("tag", type=TEXT)
@click.argument("name", type=TEXT)
@coder_option
@notes_option
@common_options
def rename(tag: str, name: str, coder: str) -> None:
    """Give TAG another NAME on every note; a name that is there already takes the notes of both."""
    from crawler.notes.notes import rename_tag

    with open_notes("write") as file:
        renamed = rename_tag(file, tag, name, coder=coder, now=datetime.now(UTC))
    click.echo(f"Renamed on {format_count(renamed, 'note')}")
