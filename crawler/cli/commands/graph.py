"""``seealso graph``: neighbours of an article, paths between two, most linked articles, communities, graph files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.commands.export import STDOUT, run_export
from crawler.cli.commands.show import find_named_article
from crawler.cli.common import EXIT_NEEDS_PERSON, SuggestingGroup, common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.sample import DEFAULT_SEED, sample_options, seed_option
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import CountType, DecimalType, NumberType, open_existing_archive
from crawler.cli.output import format_count, json_option, print_json, say, style_bold, to_one_line
from crawler.cli.text_layout import measure_terminal, wrap_paragraph, wrap_unbroken

if TYPE_CHECKING:
    from crawler.archive.articles.graph import Node
    from crawler.research.graph.neighbourhood import LinkCount
    from crawler.research.samples import Sample

INDENT = " " * 10
GRAPH_FORMATS = ("gexf", "graphml")
LINK_COUNT_COLUMNS = (
    *("links", "id", "site", "language", "url", "published_on", "headline", "authors", "place"),
    *("first_seen_at", "last_seen_at"),
)
"""Columns of CSV; authors are parted by semicolons."""

_current_option = click.option("--current", is_flag=True, help="Count only links that are there now.")
_unarchived_option = click.option("--unarchived", is_flag=True, help="Add addresses that are named and not archived.")


def _check_number(ctx: click.Context, parameter: click.Parameter, value: float) -> float:
    # click's limits let "nan" pass.
    if math.isnan(value):
        raise click.BadParameter(f"{value} is no number", ctx, parameter)
    return value


@click.group(cls=SuggestingGroup, short_help="Follow See also links; export the graph.")
@common_options
def graph() -> None:
    """Follow See also links: what is around an article, ways between two, what is named most, communities, all of it.

    A link says what the site recommended when the page was served; unless --current, all links ever seen count.
    """


@graph.command(short_help="Show what an article names, and what names it.")
@click.argument("article", metavar="ID|URL")
@click.option(
    "--max-depth",
    "depth",
    cls=RenamedOption,
    old_names=["--depth"],
    type=NumberType(1, 10),
    default=1,
    show_default=True,
    metavar="N",
    help="Go at most N links far.",
)
@click.option(
    "--direction",
    type=click.Choice(["both", "out", "in"]),
    default="both",
    show_default=True,
    help="Follow what it names, what names it, or both.",
)
@click.option(
    "--limit", type=NumberType(min=1), default=50, show_default=True, metavar="N", help="Print at most N articles."
)
@_current_option
@_unarchived_option
@json_option
@common_options
def neighbours(
    article: str, depth: int, direction: Any, limit: int, current: bool, unarchived: bool, as_json: bool
) -> None:
    """Show the articles around an article, the nearest first, and how they are linked with it."""
    from crawler.research.graph import neighbours as find_neighbours

    with open_existing_archive() as archive:
        record = find_named_article(archive, article)
        neighbourhood = find_neighbours(
            archive, record.id, depth=depth, limit=limit, direction=direction, current=current, unarchived=unarchived
        )
    if as_json:
        print_json(neighbourhood)
        return
    links: dict[int | str, list[str]] = {}
    for edge in neighbourhood.edges:
        end = "" if edge.current else f" (until {edge.last_seen_at[:10]})"
        links.setdefault(edge.target, []).append(f"named by {edge.source}{end}")
        links.setdefault(edge.source, []).append(f"names {edge.target}{end}")
    for neighbour in neighbourhood.nodes:
        if neighbour.distance == 0:
            _print_node(neighbour.node, title=True)
            continue
        own_links = links.get(neighbour.node.at, ())
        rest = f", and {len(own_links) - 3} more" if len(own_links) > 3 else ""
        _print_node(
            neighbour.node, [f"{format_count(neighbour.distance, 'link')} away: {', '.join(own_links[:3])}{rest}"]
        )
    if len(neighbourhood.nodes) == 1:
        say("no links to or from it are known")
    elif not neighbourhood.complete:
        say(f"{len(neighbourhood.nodes) - 1:,} articles shown, there are more: --limit N shows more")


@graph.command(short_help="Find the shortest ways from an article to another.")
@click.argument("source", metavar="ID|URL")
@click.argument("target", metavar="ID|URL")
@click.option("--undirected", is_flag=True, help="Follow links either way.")
@click.option(
    "--max-depth",
    "longest",
    cls=RenamedOption,
    old_names=["--longest"],
    type=NumberType(1, 100),
    default=10,
    show_default=True,
    metavar="N",
    help="Go at most N links far.",
)
@click.option(
    "--limit", type=NumberType(min=1), default=3, show_default=True, metavar="N", help="Print at most N ways."
)
@_current_option
@json_option
@common_options
def path(source: str, target: str, undirected: bool, longest: int, limit: int, current: bool, as_json: bool) -> None:
    """Find the shortest ways from one article to another along See also."""
    from crawler.research.graph import paths

    with open_existing_archive() as archive:
        first, last = find_named_article(archive, source), find_named_article(archive, target)
        result = paths(
            archive, first.id, last.id, directed=not undirected, longest=longest, limit=limit, current=current
        )
    if as_json:
        print_json(result)
    else:
        for index, route in enumerate(result.paths):
            if index:
                click.echo()
            for step, node in zip((None, *route.steps), route.nodes, strict=True):
                if step is not None:
                    arrow = "names" if step.forward else "is named by"
                    span = f"{step.edge.first_seen_at[:10]} to {step.edge.last_seen_at[:10]}"
                    click.echo(f"{INDENT}↓ {arrow}, seen {span}")
                _print_node(node)
    if result.gave_up:
        say(f"gave up after {result.looked_at:,} articles: there may be a way, of more links")
    elif result.length is None:
        say(f"no way of at most {format_count(longest, 'link')}{'' if undirected else '; try --undirected'}")
    elif result.more:
        say(
            f"{len(result.paths):,} shown, there are more ways of {format_count(result.length, 'link')}: --limit N "
            f"shows more"
        )


@graph.command(
    cls=SectionedCommand,
    short_help="List the articles most named under See also.",
    epilog=QUERY_LANGUAGE_HELP + "seealso graph top --since 2020 -- '-army myanmar'.",
)
@click.argument("query", nargs=-1)
@selection_options
@click.option("--limit", type=CountType(), default=20, show_default=True, metavar="N", help="Print at most N.")
@click.option("--within", is_flag=True, help="Count only links from articles that the query finds, too.")
@_current_option
@click.option("--unarchived", is_flag=True, help="List addresses that are not archived: what to crawl next.")
@table_options(LINK_COUNT_COLUMNS)
@common_options
def top(
    query: tuple[str, ...],
    filters: dict[str, Any],
    limit: int,
    within: bool,
    current: bool,
    unarchived: bool,
    output_format: OutputFormat,
) -> None:
    """List the articles found that most articles name under See also; of all articles without a query.

    With --unarchived, instead the addresses that articles found name and that are not archived: what to crawl next.
    """
    from crawler.research.graph import most_linked

    selection = make_selection(query, filters)
    with open_existing_archive() as archive:
        check_selections(archive, selection)
        linked_articles = most_linked(
            archive,
            selection,
            limit=limit,
            current=current,
            within=within,
            archived=not unarchived,
            unarchived=unarchived,
        )
    if not output_format.print_records(linked_articles, LINK_COUNT_COLUMNS, _flatten_link_count):
        for linked in linked_articles:
            span = f"{linked.first_seen_at[:10]} to {linked.last_seen_at[:10]}"
            _print_node(linked.node, [f"named by {format_count(linked.links, 'article')}, seen {span}"])
    if not linked_articles:
        say(f"no links to such {'addresses' if unarchived else 'articles'} are known")


def _flatten_link_count(linked: LinkCount) -> dict[str, Any]:
    """Return a counted node as a row of :data:`LINK_COUNT_COLUMNS`."""
    own = {name: getattr(linked, name) for name in ("links", "first_seen_at", "last_seen_at")}
    node = {name: getattr(linked.node, name) for name in LINK_COUNT_COLUMNS if name not in own}
    return own | node | {"authors": "; ".join(linked.node.authors)}


@graph.command(
    cls=SectionedCommand,
    short_help="Part the articles into groups that name each other.",
    epilog=QUERY_LANGUAGE_HELP + "seealso graph communities --language en -- '-pakistan india'.",
)
@click.argument("query", nargs=-1)
@selection_options
@seed_option("What shuffles the articles; the same seed, the same groups.")
@click.option(
    "--resolution",
    type=DecimalType(0, 1000, min_open=True),
    callback=_check_number,
    default=1.0,
    show_default=True,
    metavar="X",
    help="Above 1, more and smaller groups.",
)
@click.option(
    "--limit",
    type=NumberType(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Print the N largest; JSON has them all.",
)
@_current_option
@json_option
@common_options
def communities(
    query: tuple[str, ...],
    filters: dict[str, Any],
    seed: str | None,
    resolution: float,
    limit: int,
    current: bool,
    as_json: bool,
) -> None:
    """Part the articles found into communities: groups that name each other more than they name others.

    By the Louvain method (Blondel et al. 2008), from the links among them, whichever way these point. Another seed may
    give other groups; the same one gives the same. Needs: pip install networkx.
    """
    from crawler.research.graph import communities as part

    selection = make_selection(query, filters)
    with open_existing_archive() as archive:
        check_selections(archive, selection)
        result = part(
            archive, selection, seed=DEFAULT_SEED if seed is None else seed, resolution=resolution, current=current
        )
    if as_json:
        print_json(result)
        return
    if not result.communities:
        say("no links among such articles are known")
        return
    method = f"modularity {result.modularity:.3f}; {result.method}, seed {result.seed}"
    groups = format_count(len(result.communities), "community", "communities")
    unlinked = f"{result.unlinked:,} of them without links"
    articles, links = format_count(result.articles, "article"), format_count(result.links, "link")
    summary = f"{articles}, {unlinked}; {links}; {groups}; {method}"
    for line in wrap_paragraph(summary, measure_terminal()):
        say(line)
    for community in result.communities[:limit]:
        click.echo(
            style_bold(
                f"{community.number:>4}  {format_count(community.size, 'article')}, "
                f"{format_count(community.links, 'link')} inside"
            )
        )
        for node in community.central:
            _print_node(node)
    if len(result.communities) > limit:
        say(f"{limit:,} of {groups}; --limit N shows more")


@graph.command(
    cls=SectionedCommand,
    short_help="Write the graph for Gephi and others.",
    epilog=QUERY_LANGUAGE_HELP + "seealso graph export --format gexf --to peace.gexf -- '-war peace'.",
)
@click.argument("query", nargs=-1)
@click.option(
    "--format",
    "format_",
    type=click.Choice(GRAPH_FORMATS, case_sensitive=False),
    help="gexf has the times of links.  [default: by the ending of the file's name, else gexf]",
)
@click.option("--to", required=True, metavar="FILE", help="The file to make; - prints it.")
@selection_options
@sample_options
@_current_option
@_unarchived_option
@click.option("--force", is_flag=True, help="Replace an earlier export.")
@common_options
def export(
    query: tuple[str, ...],
    format_: str | None,
    to: str,
    filters: dict[str, Any],
    sample: Sample | None,
    current: bool,
    unarchived: bool,
    force: bool,
) -> int:
    """Write the articles found and the links among them, with headlines, languages, dates, authors and places."""
    format_ = format_ or ("graphml" if to.lower().endswith(".graphml") else "gexf")
    selection = make_selection(query, filters)
    options = {"current": current, "unarchived": unarchived}
    manifest = run_export(selection, format_, to, options, force=force, sample=sample)
    if to != STDOUT:
        rest = (
            f", {format_count(manifest.counts['unarchived'], 'address', 'addresses')} not archived"
            if unarchived
            else ""
        )
        counts = f"{format_count(manifest.articles, 'article')}{rest}, {format_count(manifest.counts['links'], 'link')}"
        say(f"{counts} in {to_one_line(to)}")
    return EXIT_NEEDS_PERSON if manifest.problems else 0


def _print_node(node: Node, lines: Sequence[str] = (), *, title: bool = False) -> None:
    """Print a node: its number, headline, day, language, authors, and lines about it."""
    columns = measure_terminal()
    room = columns - len(INDENT) if columns else None
    label = f"{node.id:>8}  " if node.id is not None else " " * 7 + "–  "
    for index, line in enumerate(wrap_paragraph(to_one_line(node.headline or node.url), room)):
        styled = style_bold(line) if title else line
        click.echo(label + styled if index == 0 else INDENT + styled)
    facts = [
        node.published_on or "no date",
        node.language or "",
        ", ".join(to_one_line(author) for author in node.authors),
    ]
    facts.append("" if node.id is not None else "not archived")
    addresses = () if node.id is not None else (to_one_line(node.url),)
    for text in (" · ".join(part for part in facts if part), *addresses, *lines):
        for line in wrap_unbroken(text, room):
            click.echo(INDENT + line)
