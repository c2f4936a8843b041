"""``seealso authors``: who wrote, which names may be one person, and a person's edits of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options
from crawler.cli.options.selection import drop_surrogates
from crawler.cli.options.types import CountType, open_existing_archive
from crawler.cli.output import (
    format_count,
    json_option,
    one_line,
    print_json,
    print_rows,
    row_options,
    say,
    to_plain_data,
)
from crawler.cli.text_layout import format_instant, terminal_width, wrap_paragraph
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.archive.authority.authors import EditResult
    from crawler.archive.authority.candidates import Candidate
    from crawler.archive.authority.listing import AuthorEntry
    from crawler.archive.write.author_edits import AuthorEdit

INDENT = " " * 8
MAX_SPELLINGS = 5
MAX_FILE_BYTES = 10_000_000
"""Bytes of a file of edits; a longer one is something else."""


class CannotReadEdits(CrawlerError):
    """The file of edits cannot be read: name another."""


@click.group(short_help="List the authors; merge, split and rename them.")
@common_options
def authors() -> None:
    """List the authors; merge, split and rename them.

    Every edit is kept with its reason, holds for articles that come later, and can be undone. What bylines print never
    changes.
    """


@authors.command("list", short_help="List authors and what they wrote.")
@click.argument("name", nargs=-1)
@click.option("--kind", type=click.Choice(["person", "agency"]), help="Only these.")
@click.option(
    "--order",
    type=click.Choice(["articles", "name", "last"]),
    default="articles",
    show_default=True,
    help="Sort by the number of articles, by name or by the last article.",
)
@click.option("--limit", type=CountType(), metavar="N", help="Print at most N.  [default: all]")
@row_options
@common_options
def list_(name: tuple[str, ...], kind: Any, order: Any, limit: int | None, as_json: bool, as_jsonl: bool) -> None:
    """List authors, or those with NAME in their name or in one that was merged into it."""
    from crawler.archive.authority.listing import author_list

    with open_existing_archive() as archive:
        found = author_list(archive, drop_surrogates(" ".join(name)), kind=kind, order=order, limit=limit)
    _print_entries(found, as_json, as_jsonl, _print_author, "no such author" if name else "no authors yet")


@authors.command(short_help="Propose authors that may be one.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Print at most N.  [default: all]")
@row_options
@common_options
def candidates(limit: int | None, as_json: bool, as_jsonl: bool) -> None:
    """Propose pairs of authors that may be one, the likeliest first, with what speaks for it and against.

    Nothing is merged by itself: that is for a person to decide.
    """
    from crawler.archive.authority.candidates import find_candidates as propose

    with open_existing_archive() as archive:
        found = propose(archive)[:limit]
    _print_entries(found, as_json, as_jsonl, _print_candidate, "no two authors look like one")


_why = click.option("--why", required=True, metavar="TEXT", help="The reason; it is kept with the edit.")
_across = click.option("--across-kinds", is_flag=True, help="Yes, one is a person and the other an agency.")


@authors.command(short_help="Give everything of one author to another.")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="INTO")
@_why
@_across
@json_option
@common_options
def merge(source: str, target: str, why: str, across_kinds: bool, as_json: bool) -> None:
    """Give everything of the author FROM to the author INTO. Authors are numbers or names."""
    from crawler.archive.authority.authors import merge as edit

    with open_existing_archive("write") as archive:
        done = edit(
            archive,
            drop_surrogates(source),
            drop_surrogates(target),
            why=drop_surrogates(why),
            now=_now(),
            across_kinds=across_kinds,
        )
    _print_result(done, as_json)


@authors.command(short_help="Give some articles of an author to another name.")
@click.argument("author")
@click.option("--printed", multiple=True, metavar="TEXT", help="What the byline prints there; may be repeated.")
@click.option("--articles", default="", metavar="IDS", help="Numbers of articles, parted by commas.")
@click.option("--as", "name", required=True, metavar="NAME", help="The other author, known or new.")
@_why
@_across
@json_option
@common_options
def split(
    author: str, printed: tuple[str, ...], articles: str, name: str, why: str, across_kinds: bool, as_json: bool
) -> None:
    """Give to NAME what AUTHOR has under the words --printed, or in these --articles, or both."""
    from crawler.archive.authority.authors import split as edit

    with open_existing_archive("write") as archive:
        done = edit(
            archive,
            drop_surrogates(author),
            drop_surrogates(name),
            why=drop_surrogates(why),
            now=_now(),
            across_kinds=across_kinds,
            printed=[drop_surrogates(spelling) for spelling in printed],
            articles=_parse_numbers(articles),
        )
    _print_result(done, as_json)


@authors.command(short_help="Give an author another name.")
@click.argument("author")
@click.argument("name")
@click.option("--sort-name", metavar="NAME", help="The name to sort by.  [default: as the rules have it]")
@_why
@json_option
@common_options
def rename(author: str, name: str, sort_name: str | None, why: str, as_json: bool) -> None:
    """Give AUTHOR another NAME. With the same name and --sort-name, only sort it differently."""
    from crawler.archive.authority.authors import rename as edit

    sorted_by = drop_surrogates(sort_name) if sort_name is not None else None
    with open_existing_archive("write") as archive:
        done = edit(
            archive,
            drop_surrogates(author),
            drop_surrogates(name),
            why=drop_surrogates(why),
            now=_now(),
            sort_name=sorted_by,
        )
    _print_result(done, as_json)


@authors.command(short_help="List all edits ever made.")
@row_options
@common_options
def history(as_json: bool, as_jsonl: bool) -> None:
    """List all edits ever made, oldest first, with their reasons; those that were undone too."""
    from crawler.archive.authority.authors import history as edits

    with open_existing_archive() as archive:
        found = edits(archive)
    if not print_rows([_make_data(edit) for edit in found], as_json=as_json, as_jsonl=as_jsonl):
        for edit in found:
            undone = f", undone {format_instant(edit.undone_at)}" if edit.undone_at else ""
            _print_paragraphs(
                edit.id,
                one_line(edit.describe()),
                [
                    f"{format_instant(edit.made_at)} · {format_count(edit.moved, 'name')} in bylines moved{undone}",
                    f"why: {one_line(edit.why)}",
                ],
            )
    if not found:
        say("no edits yet")


@authors.command(short_help="Take back an edit.")
@click.argument("edit", required=False, type=click.IntRange(min=1))
@json_option
@common_options
def undo(edit: int | None, as_json: bool) -> None:
    """Take back the edit of this number (see history), or the last one that stands.

    Articles archived since then follow. An edit that a later one builds on is undone after that one.
    """
    from crawler.archive.authority.authors import undo as take_back

    with open_existing_archive("write") as archive:
        done = take_back(archive, _now(), edit)
    _print_result(done, as_json)


@authors.command(short_help="Print the edits as a table to share.")
@common_options
def export() -> None:
    """Print the edits that stand as TOML, to be read, reviewed and imported elsewhere."""
    from crawler.archive.authority.authors import history as edits
    from crawler.archive.authority.edit_file import to_toml

    with open_existing_archive() as archive:
        click.echo(to_toml(edits(archive)), nl=False)


@authors.command("import", short_help="Make the edits of such a table.")
@click.argument("file", type=click.File("rb"))
@row_options
@common_options
def import_(file: IO[bytes], as_json: bool, as_jsonl: bool) -> None:
    """Make the edits that FILE lists (- is standard input); those that stand already are passed over.

    All of them are made, or none. They may name authors of whom nothing is archived yet.
    """
    from crawler.archive.authority.authors import apply_edits
    from crawler.archive.authority.edit_file import from_toml

    read = file.read(MAX_FILE_BYTES + 1)
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotReadEdits(f"{file.name} is no text in UTF-8") from None
    if len(read) > MAX_FILE_BYTES:
        raise CannotReadEdits(f"{file.name} is too large for a table of edits")
    edits = from_toml(text, _now())
    with open_existing_archive("write") as archive:
        made = apply_edits(archive, edits)
    if not print_rows([_make_data(edit) for edit in made], as_json=as_json, as_jsonl=as_jsonl):
        for edit in made:
            click.echo(f"edit {edit.id}: {one_line(edit.describe())} ({format_count(edit.moved, 'name')} in bylines)")
    if len(made) < len(edits):
        say(f"{format_count(len(edits) - len(made), 'edit')} stood here already")


def _now() -> datetime:
    return datetime.now(UTC)


def _parse_numbers(text: str) -> list[int]:
    words = text.replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in words):
        raise click.UsageError("--articles takes numbers of articles, parted by commas")
    return [int(word) for word in words]


def _make_data(edit: AuthorEdit) -> dict[str, Any]:
    """Return an edit as JSON has it: its authors with the names of their parts."""
    data: dict[str, Any] = to_plain_data(edit)
    return data | {"source": edit.source._asdict(), "target": edit.target._asdict()}


def _print_result(done: EditResult, as_json: bool) -> None:
    if as_json:
        print_json({"edit": _make_data(done.edit), "moved": done.moved, "twice": done.twice})
        return
    edit = done.edit
    what = f"edit {edit.id}{' is undone' if edit.undone_at else ''}: {one_line(edit.describe())}"
    how_back = "" if edit.undone_at else f"; to undo it: seealso authors undo {edit.id}"
    click.echo(f"{what}; {format_count(done.moved, 'name')} in bylines moved{how_back}")
    if done.twice:
        say(
            f"{format_count(done.twice, 'byline names', 'bylines name')} “{one_line(edit.target.name)}” twice now:"
            " they may be two people"
        )


def _print_entries(found: list[Any], as_json: bool, as_jsonl: bool, shown: Callable[[Any], None], nothing: str) -> None:
    if not print_rows(found, as_json=as_json, as_jsonl=as_jsonl):
        for entry in found:
            shown(entry)
    if not found:
        say(nothing)


def _print_paragraphs(label: int, first: str, lines: list[str]) -> None:
    columns = terminal_width()
    room = columns - len(INDENT) if columns else None
    for index, line in enumerate(wrap_paragraph(first, room)):
        click.echo(f"{label:>6}  {line}" if index == 0 else INDENT + line)
    for text in lines:
        for line in wrap_paragraph(text, room):
            click.echo(INDENT + line)


def _print_author(entry: AuthorEntry) -> None:
    days = f"{entry.first_on} to {entry.last_on}" if entry.first_on != entry.last_on else entry.first_on
    about = [
        *(["agency"] if entry.kind == "agency" else []),
        format_count(entry.articles, "article"),
        days or "no date",
    ]
    lines = [" · ".join([*about, " ".join(entry.languages)])]
    sorted_by = f", sorted as “{one_line(entry.sort_name)}”" if entry.sort_name != entry.name else ""
    other = list(_list_spellings(entry))
    if other:
        more = f" and {len(other) - MAX_SPELLINGS} more" if len(other) > MAX_SPELLINGS else ""
        lines.append("printed " + ", ".join(other[:MAX_SPELLINGS]) + more)
    _print_paragraphs(entry.id, one_line(entry.name) + sorted_by, lines)


def _list_spellings(entry: AuthorEntry) -> Iterator[str]:
    for spelling in entry.spellings:
        if (spelling.printed, spelling.read_as) != (entry.name, entry.name):
            read = (
                f", read as “{one_line(spelling.read_as)}”"
                if spelling.read_as not in (entry.name, spelling.printed)
                else ""
            )
            yield f"“{one_line(spelling.printed)}” {spelling.articles:,}{read}"


def _print_candidate(candidate: Candidate) -> None:
    from crawler.archive.authority.candidates import CANDIDATE_REASONS

    reasons = [CANDIDATE_REASONS[candidate.reason]]
    if candidate.stories:
        reasons.append(
            f"{format_count(candidate.stories, 'story', 'stories')} by the one in one language, the other in another"
        )
    if candidate.places:
        more = f" and {len(candidate.places) - 3} more" if len(candidate.places) > 3 else ""
        reasons.append(f"both wrote from {', '.join(one_line(place) for place in candidate.places[:3])}{more}")
    if candidate.languages:
        reasons.append(f"both in {' '.join(candidate.languages)}")
    against = []
    if candidate.kinds_differ:
        against.append("one is a person, the other an agency")
    if candidate.together:
        against.append(f"{format_count(candidate.together, 'byline names', 'bylines name')} both")
    lines = ["; ".join(reasons), *([f"against it: {'; '.join(against)}"] if against else [])]
    title = (
        f"{one_line(candidate.source_name)} ({format_count(candidate.source_articles, 'article')})  →"
        f"  {candidate.target} {one_line(candidate.target_name)} ({format_count(candidate.target_articles, 'article')})"
    )
    _print_paragraphs(candidate.source, title, lines)
