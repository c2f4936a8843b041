"""``seealso names``: capitalised sequences in the texts of a query's articles, and which are named together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.common import common_options, is_given
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.paths import PathType
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import CountType, NumberType, open_existing_archive
from crawler.cli.output import format_count, say, to_one_line

if TYPE_CHECKING:
    from crawler.research.names.name_list import Name

NAME_COLUMNS = ("name", "articles", "count", "languages", "known_as")
DEFAULT_LIMIT: Final = 50
DEFAULT_NODES: Final = 300
_ORDERS: Final[Mapping[str, Callable[[Name], Any]]] = {
    "articles": lambda name: (-name.articles, -name.count, name.name),
    "count": lambda name: (-name.count, -name.articles, name.name),
    "name": lambda name: name.name,
}


@click.command(
    cls=SectionedCommand,
    short_help="List names in texts, and which are named together.",
    epilog=QUERY_LANGUAGE_HELP + "seealso names --network peace.gexf -- '-war peace'.",
)
@click.argument("query", nargs=-1)
@click.option(
    "--min",
    "minimum",
    type=NumberType(min=1),
    default=2,
    show_default=True,
    metavar="N",
    help="Leave out names that fewer articles have.",
)
@click.option(
    "--limit",
    type=CountType(),
    metavar="N",
    help=f"Show at most N names.  [default: {DEFAULT_LIMIT}; {DEFAULT_NODES} of a network; all with --json, --csv]",
)
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(["author", "place", "country"]),
    help="Leave out what is known as an author or a place of the archive, or as a country; may be repeated.",
)
@click.option(
    "--order", type=click.Choice(list(_ORDERS)), default="articles", show_default=True, help="Sort by this column."
)
@click.option("--network", type=PathType(), metavar="FILE", help="Write who is named with whom: .gexf, .graphml.")
@click.option(
    "--min-pair",
    type=NumberType(min=1),
    default=2,
    show_default=True,
    metavar="N",
    help="A network: leave out pairs that fewer articles have.",
)
@click.option("--force", is_flag=True, help="Replace an earlier network.")
@selection_options
@table_options(NAME_COLUMNS)
@common_options
def names(
    query: tuple[str, ...],
    minimum: int,
    limit: int | None,
    without: tuple[Any, ...],
    order: str,
    network: Path | None,
    min_pair: int,
    force: bool,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """List the names in leads and bodies of the articles that a query finds, of all articles without one.

    They are capitalised sequences, not recognised entities: runs of words with a capital, in scripts that have
    capitals. The first word of a sentence counts where it mostly has its capital inside sentences, too. What is known
    as an author, a place or a country is marked.
    """
    from crawler.research.names.name_list import list_names
    from crawler.research.names.network_file import check_network_path, write_network

    for option in ("--min-pair", "--force"):
        if network is None and is_given(option):
            raise click.UsageError(f"{option} is for --network")
    if network is not None and not output_format.for_people:
        raise click.UsageError("--network writes a file; --csv, --json and --jsonl print the list: take one")
    if network is not None:
        check_network_path(network, force=force)
    selection = make_selection(query, filters)
    nodes = limit or DEFAULT_NODES if network is not None else None
    with open_existing_archive() as archive, archive.moment():
        check_selections(archive, selection)
        name_list = list_names(archive, selection, minimum=minimum, limit=nodes, without=without)
    if name_list.without_capitals:
        languages = ", ".join(map(to_one_line, name_list.without_capitals))
        say(f"nothing can be found in {languages}: the texts have no capitals")
    if network is not None:
        size = write_network(name_list, network, minimum=min_pair, force=force)
        say(f"{format_count(size.names, 'name')}, {format_count(size.pairs, 'pair')} in {to_one_line(str(network))}")
        return
    shown = sorted(name_list.names, key=_ORDERS[order])
    shown = shown[: limit or (DEFAULT_LIMIT if output_format.for_people else None)]
    if not output_format.print_records(shown, NAME_COLUMNS, _flatten_name):
        _print_names(shown)
        say(f"capitalised sequences, not recognised entities, in {format_count(name_list.articles, 'article')}")
        if len(shown) < len(name_list.names):
            say(f"{len(shown):,} of {len(name_list.names):,} names; --limit N shows more")


def _flatten_name(name: Name) -> dict[str, Any]:
    return {
        "name": name.name,
        "articles": name.articles,
        "count": name.count,
        "languages": " ".join(name.languages),
        "known_as": name.mark,
    }


def _print_names(shown: list[Name]) -> None:
    if shown:
        click.echo(f"{'articles':>9}{'count':>9}  name")
    for name in shown:
        mark = f"  ({name.mark})" if name.mark else ""
        click.echo(f"{name.articles:>9,}{name.count:>9,}  {to_one_line(name.name)}{mark}")
