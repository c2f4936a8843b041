"""``seealso searches``: saves, lists, removes and runs the searches that the front offers to its readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, SuggestingGroup, common_options, get_common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.paths import PathType
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.types import TEXT, NumberType, open_existing_archive
from crawler.cli.output import complain, json_option, print_json, print_rows, row_options, say, to_json, to_one_line

if TYPE_CHECKING:
    from crawler.research.alerts.runs import SearchReport

DEFAULT_ARTICLES = 100
"""Articles that a report lists of each search; it counts them all."""


@click.group(cls=SuggestingGroup, short_help="Offer searches, each with a feed, on the first page.")
@common_options
def searches() -> None:
    """Offer searches to everybody who reads the archive with seealso serve.

    They stand on its first page, each with a feed of what is new. Nothing is frozen: see seealso snapshot for that.
    """


@searches.command(
    cls=SectionedCommand,
    short_help="Offer a search under a name.",
    epilog=QUERY_LANGUAGE_HELP + "seealso searches save 'Boats and no ferries' -- '-ferry boats'.",
)
@click.argument("name", type=TEXT)
@click.argument("query", nargs=-1)
@selection_options
@common_options
def save(name: str, query: tuple[str, ...], filters: dict[str, Any]) -> None:
    """Offer a search under a name, which may have spaces: put it in quotation marks."""
    from datetime import UTC, datetime

    from crawler.archive.saved_searches import save_search as keep

    selection = make_selection(query, filters)
    with open_existing_archive("write") as archive:
        check_selections(archive, selection, names_in_query=False)
        saved_search = keep(archive, name, selection, now=datetime.now(UTC))
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


@searches.command(
    short_help="Tell what is new since the last time.",
    epilog="Ends with 2 when a search could not be run; the others were.",
)
@click.argument("names", type=TEXT, nargs=-1, metavar="[NAME]...")
@click.option(
    "--format",
    "page_format",
    type=click.Choice(["text", "markdown", "html"]),
    default="text",
    help="A page to read, to mail or to print.",
)
@click.option(
    "--limit",
    type=NumberType(0),
    default=DEFAULT_ARTICLES,
    show_default=True,
    metavar="N",
    help="List at most N articles of each search.",
)
@click.option(
    "--notify",
    metavar="CMD",
    help="When something is new, run CMD with the report as JSON on its standard input. A web address gets it by POST,"
    " a mail address by mail.",
)
@click.option(
    "--state",
    type=PathType(dir_okay=False),
    metavar="FILE",
    help="Where the last time is kept; by default in ARCHIVE.searches.json beside the archive.",
)
@click.option("--dry-run", is_flag=True, help="Tell what is new, and let it be new the next time too.")
@json_option
@common_options
def run(
    names: tuple[str, ...],
    page_format: Any,
    limit: int,
    notify: str | None,
    state: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Run saved searches, all of them without a NAME, and tell what they find that is new since the last time.

    New is what has come into the archive since, whatever day it was published on. The first time it is what came after
    the search was saved.
    """
    from datetime import UTC, datetime

    from crawler.archive.lock import belongs_to
    from crawler.archive.saved_searches import find_saved_search, list_saved_searches
    from crawler.research.alerts.pages import write_page
    from crawler.research.alerts.runs import run_searches
    from crawler.research.alerts.state import BadAlertState, find_state_path, read_state, write_state

    path = state or find_state_path(get_common_options().archive)
    with open_existing_archive() as archive:
        if belongs_to(archive.path, path):
            raise BadAlertState(f"{path} belongs to the archive itself: name another file with --state")
        saved_searches = [find_saved_search(archive.db, name) for name in names]
        saved_searches = saved_searches or list_saved_searches(archive.db)
        report, last_times = run_searches(archive, saved_searches, read_state(path), now=datetime.now(UTC), limit=limit)
    if as_json:
        print_json(report)
    else:
        for line in write_page(report, page_format):
            click.echo(line, nl=False)
    if not saved_searches:
        say("no saved searches; save one with: seealso searches save NAME QUERY")
    if notify is not None and report.new and (reason := _notify(notify, report)) is not None:
        complain(f"{reason}; what is new stays new")
        return 1
    if not dry_run:
        write_state(path, last_times)
    return EXIT_NEEDS_PERSON if any(search.problem is not None for search in report.searches) else 0


def _notify(target: str, report: SearchReport) -> str | None:
    from crawler.operations.notify import notify

    return notify(target, to_json(report) + "\n", subject=f"seealso: {report.new:,} new in saved searches")


@searches.command(short_help="Offer a search no longer.")
@click.argument("name", type=TEXT)
@common_options
def remove(name: str) -> None:
    """Offer a search no longer. No article is touched."""
    from crawler.archive.saved_searches import remove_saved_search as take_away

    with open_existing_archive("write") as archive:
        saved_search = take_away(archive, name)
    click.echo(f"Removed: {to_one_line(saved_search.name)}")
