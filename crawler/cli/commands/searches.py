"""``seealso searches``: saves, lists and removes the searches that the front offers to its readers."""

from __future__ import annotations

from typing import Any

import click

from crawler.cli.common import SuggestingGroup, common_options
from crawler.cli.options.selection import (
    QUERY_LANGUAGE_HELP,
    check_selections,
    drop_surrogates,
    make_selection,
    selection_options,
)
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import print_rows, row_options, say, to_one_line


@click.group(cls=SuggestingGroup, short_help="Offer searches, each with a feed, on the first page.")
@common_options
def searches() -> None:
    """Offer searches to everybody who reads the archive with seealso serve.

    They stand on its first page, each with a feed of what is new. Nothing is frozen: see seealso snapshot for that.
    """


@searches.command(
    short_help="Offer a search under a name.",
    epilog=QUERY_LANGUAGE_HELP + "seealso searches save 'Boats and no ferries' -- '-ferry boats'.",
)
@click.argument("name")
@click.argument("query", nargs=-1)
@selection_options
@common_options
def save(name: str, query: tuple[str, ...], filters: dict[str, Any]) -> None:
    """Offer a search under a name, which may have spaces: put it in quotation marks."""
    from datetime import UTC, datetime

    from crawler.archive.saved_searches import save_search as keep

    selection = make_selection(query, filters)
    with open_existing_archive("write") as archive:
        check_selections(archive, selection)
        saved_search = keep(archive, drop_surrogates(name), selection, now=datetime.now(UTC))
    click.echo(f"Saved: {to_one_line(saved_search.name)}")


@searches.command(name="list", short_help="List the saved searches.")
@row_options
@common_options
def list_(as_json: bool, as_jsonl: bool) -> None:
    """List the saved searches by name."""
    from crawler.archive.saved_searches import list_saved_searches

    with open_existing_archive() as archive:
        saved_searches = list_saved_searches(archive.db)
    if print_rows(saved_searches, as_json=as_json, as_jsonl=as_jsonl):
        return
    name_width = max((len(to_one_line(saved_search.name)) for saved_search in saved_searches), default=0)
    for saved_search in saved_searches:
        question = to_one_line(
            " ".join([saved_search.query, *(f"--{name} {value}" for name, value in saved_search.filters.items())])
        )
        click.echo(f"{to_one_line(saved_search.name):<{name_width}}  {question or 'all articles'}")
    if not saved_searches:
        say("no saved searches; save one with: seealso searches save NAME QUERY")


@searches.command(short_help="Offer a search no longer.")
@click.argument("name")
@common_options
def remove(name: str) -> None:
    """Offer a search no longer. No article is touched."""
    from crawler.archive.saved_searches import remove_saved_search as take_away

    with open_existing_archive("write") as archive:
        saved_search = take_away(archive, drop_surrogates(name))
    click.echo(f"Removed: {to_one_line(saved_search.name)}")
