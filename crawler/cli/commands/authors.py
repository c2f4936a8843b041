"""``seealso authors``: lists authors, proposes names that may be one person, and makes or undoes manual edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import SuggestingGroup, common_options
from crawler.cli.edits import (
    Decisions,
    EditPrinter,
    EditTable,
    add_edit_commands,
    parse_numbers,
    print_paragraphs,
    read_clock,
    why_option,
)
from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import TEXT, CountType, NumberType, open_existing_archive
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

if TYPE_CHECKING:
    from crawler.archive.authority.authors import EditResult
    from crawler.archive.authority.candidates import Candidate
    from crawler.archive.authority.listing import AuthorEntry
    from crawler.archive.write.authority.author_edits import AuthorEdit

MAX_SPELLINGS = 5
AUTHOR_COLUMNS = ("id", "name", "sort_name", "kind", "articles", "first_on", "last_on", "languages", "spellings")
"""Columns of CSV; languages are parted by spaces, spellings by semicolons."""


@click.group(cls=SuggestingGroup, short_help="List the authors; merge, split and rename them.")
@common_options
def authors() -> None:
    """List the authors; merge, split and rename them.

    Every edit is kept with its reason, holds for articles that come later, and can be undone. What bylines print never
    changes.
    """


@authors.command("list", short_help="List authors and what they wrote.")
@click.argument("name", type=TEXT, nargs=-1)
@click.option("--kind", type=click.Choice(["person", "agency"]), help="Only these.")
@click.option(
    "--order",
    cls=RenamedOption,
    old_names=("--sort",),
    type=click.Choice(["articles", "name", "last"]),
    default="articles",
    show_default=True,
    help="Sort by the number of articles, by name or by the last article.",
)
@click.option("--limit", type=CountType(), metavar="N", help="Print at most N.  [default: all]")
@table_options(AUTHOR_COLUMNS)
@common_options
def list_(name: tuple[str, ...], kind: Any, order: Any, limit: int | None, output_format: OutputFormat) -> None:
    """List authors, or those with NAME in their name or in one that was merged into it."""
    from crawler.archive.authority.listing import author_list

    with open_existing_archive() as archive:
        entries = author_list(archive, " ".join(name), kind=kind, order=order, limit=limit)
    if not output_format.print_records(entries, AUTHOR_COLUMNS, _flatten_author):
        for entry in entries:
            _print_author(entry)
    if not entries:
        say("no such author" if name else "no authors yet")


def _flatten_author(entry: AuthorEntry) -> dict[str, Any]:
    """Return an author as a row of :data:`AUTHOR_COLUMNS`."""
    row = {name: getattr(entry, name) for name in AUTHOR_COLUMNS}
    return row | {
        "languages": " ".join(entry.languages),
        "spellings": "; ".join(spelling.printed for spelling in entry.spellings),
    }


@authors.command(short_help="Propose authors that may be one.")
@click.option("--limit", type=NumberType(min=1), metavar="N", help="Print at most N.  [default: all]")
@row_options
@common_options
def candidates(limit: int | None, as_json: bool, as_jsonl: bool) -> None:
    """Propose pairs of authors that may be one, the likeliest first, with what speaks for it and against.

    Nothing is merged by itself: that is for a person to decide.
    """
    from crawler.archive.authority.candidates import find_candidates

    with open_existing_archive() as archive:
        pairs = find_candidates(archive)[:limit]
    _print_entries(pairs, as_json, as_jsonl, _print_candidate, "no two authors look like one")


_across_option = click.option("--across-kinds", is_flag=True, help="Yes, one is a person and the other an agency.")


@authors.command(short_help="Give everything of one author to another.")
@click.argument("source", type=TEXT, metavar="FROM")
@click.argument("target", type=TEXT, metavar="INTO")
@why_option
@_across_option
@json_option
@common_options
def merge(source: str, target: str, why: str, across_kinds: bool, as_json: bool) -> None:
    """Give everything of the author FROM to the author INTO. Authors are numbers or names."""
    from crawler.archive.authority.authors import merge as edit

    with open_existing_archive("write") as archive:
        result = edit(archive, source, target, why=why, now=read_clock(), across_kinds=across_kinds)
    _print_result(result, as_json)


@authors.command(short_help="Give some articles of an author to another name.")
@click.argument("author", type=TEXT)
@click.option(
    "--printed", type=TEXT, multiple=True, metavar="TEXT", help="What the byline prints there; may be repeated."
)
@click.option("--articles", default="", metavar="IDS", help="Numbers of articles, parted by commas.")
@click.option("--as", "name", type=TEXT, required=True, metavar="NAME", help="The other author, known or new.")
@why_option
@_across_option
@json_option
@common_options
def split(
    author: str, printed: tuple[str, ...], articles: str, name: str, why: str, across_kinds: bool, as_json: bool
) -> None:
    """Give to NAME what AUTHOR has under the words --printed, or in these --articles, or both."""
    from crawler.archive.authority.authors import split as edit

    with open_existing_archive("write") as archive:
        result = edit(
            archive,
            author,
            name,
            why=why,
            now=read_clock(),
            across_kinds=across_kinds,
            printed=list(printed),
            articles=parse_numbers(articles),
        )
    _print_result(result, as_json)


@authors.command(short_help="Give an author another name.")
@click.argument("author", type=TEXT)
@click.argument("name", type=TEXT)
@click.option("--sort-name", type=TEXT, metavar="NAME", help="The name to sort by.  [default: as the rules have it]")
@why_option
@json_option
@common_options
def rename(author: str, name: str, sort_name: str | None, why: str, as_json: bool) -> None:
    """Give AUTHOR another NAME. With the same name and --sort-name, only sort it differently."""
    from crawler.archive.authority.authors import rename as edit

    with open_existing_archive("write") as archive:
        result = edit(archive, author, name, why=why, now=read_clock(), sort_name=sort_name)
    _print_result(result, as_json)


def _make_data(edit: AuthorEdit) -> dict[str, Any]:
    """Return an edit for JSON: its authors as objects with named parts."""
    data: dict[str, Any] = to_plain_data(edit)
    return data | {"source": edit.source._asdict(), "target": edit.target._asdict()}


_PRINTER = EditPrinter(
    command="authors",
    make_data=_make_data,
    describe_moved=lambda moved: f"{format_count(moved, 'name')} in bylines moved",
    describe_new=lambda moved: f"{format_count(moved, 'name')} in bylines",
)


def _print_result(result: EditResult, as_json: bool) -> None:
    if as_json:
        print_json({"edit": _make_data(result.edit), "moved": result.moved, "twice": result.twice})
        return
    _PRINTER.print_made(result.edit, result.moved)
    if result.twice:
        name = to_one_line(result.edit.target.name)
        bylines = format_count(result.twice, "byline names", "bylines name")
        say(f"{bylines} “{name}” twice now: they may be two people")


def _load_decisions() -> tuple[Decisions, EditTable]:
    from crawler.archive.authority import authors, edit_file

    return authors, edit_file


add_edit_commands(authors, _PRINTER, _load_decisions, _print_result)


def _print_entries(
    entries: list[Any], as_json: bool, as_jsonl: bool, print_entry: Callable[[Any], None], nothing: str
) -> None:
    if not print_rows(entries, as_json=as_json, as_jsonl=as_jsonl):
        for entry in entries:
            print_entry(entry)
    if not entries:
        say(nothing)


def _print_author(entry: AuthorEntry) -> None:
    days = f"{entry.first_on} to {entry.last_on}" if entry.first_on != entry.last_on else entry.first_on
    facts = [
        *(["agency"] if entry.kind == "agency" else []),
        format_count(entry.articles, "article"),
        days or "no date",
    ]
    lines = [" · ".join([*facts, " ".join(entry.languages)])]
    sorted_by = f", sorted as “{to_one_line(entry.sort_name)}”" if entry.sort_name != entry.name else ""
    spellings = list(_iter_spellings(entry))
    if spellings:
        rest = f" and {len(spellings) - MAX_SPELLINGS} more" if len(spellings) > MAX_SPELLINGS else ""
        lines.append("printed " + ", ".join(spellings[:MAX_SPELLINGS]) + rest)
    print_paragraphs(entry.id, to_one_line(entry.name) + sorted_by, lines)


def _iter_spellings(entry: AuthorEntry) -> Iterator[str]:
    for spelling in entry.spellings:
        if (spelling.printed, spelling.read_as) != (entry.name, entry.name):
            reading = (
                f", read as “{to_one_line(spelling.read_as)}”"
                if spelling.read_as not in (entry.name, spelling.printed)
                else ""
            )
            yield f"“{to_one_line(spelling.printed)}” {spelling.articles:,}{reading}"


def _print_candidate(candidate: Candidate) -> None:
    from crawler.archive.authority.candidates import CANDIDATE_REASONS

    reasons = [CANDIDATE_REASONS[candidate.reason]]
    if candidate.stories:
        reasons.append(
            f"{format_count(candidate.stories, 'story', 'stories')} by the one in one language, the other in another"
        )
    if candidate.places:
        rest = f" and {len(candidate.places) - 3} more" if len(candidate.places) > 3 else ""
        reasons.append(f"both wrote from {', '.join(to_one_line(place) for place in candidate.places[:3])}{rest}")
    if candidate.languages:
        reasons.append(f"both in {' '.join(candidate.languages)}")
    objections = []
    if candidate.kinds_differ:
        objections.append("one is a person, the other an agency")
    if candidate.together:
        objections.append(f"{format_count(candidate.together, 'byline names', 'bylines name')} both")
    lines = ["; ".join(reasons), *([f"against it: {'; '.join(objections)}"] if objections else [])]
    title = (
        f"{to_one_line(candidate.source_name)} ({format_count(candidate.source_articles, 'article')})  →"
        f"  {candidate.target} {to_one_line(candidate.target_name)} "
        f"({format_count(candidate.target_articles, 'article')})"
    )
    print_paragraphs(candidate.source, title, lines)
