"""``seealso snapshot``: freeze a result, cite it, and see later exactly what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.app import common_options
from crawler.cli.options.sample import sample_options
from crawler.cli.options.selection import LANGUAGE_OF_QUERIES, selected, selection_options, sound
from crawler.cli.options.types import confirmed, existing_archive
from crawler.cli.output import as_data, json_option, number, one_line, print_json, print_rows, row_options, say
from crawler.cli.text_layout import day_and_time, labelled

if TYPE_CHECKING:
    from crawler.archive.snapshots.compare import Check, Difference, Named
    from crawler.archive.snapshots.freeze import Snapshot
    from crawler.research.samples import Sample

DIFFERS: Final = 2
MOST_NAMED: Final = 20
"""Of what is only told apart; --json has all of it."""


@click.group(short_help="Freeze a result, and see later what has changed.")
@common_options
def snapshot() -> None:
    """Freeze what a query finds under a name: which version of which article, with digests.

    A snapshot can be cited (seealso cite --snapshot NAME), searched and exported (--snapshot NAME), and checked later.
    """


@snapshot.command(
    short_help="Freeze what a query finds.",
    epilog=LANGUAGE_OF_QUERIES + "seealso snapshot create boats -- '-ferry boats'.",
)
@click.argument("name")
@click.argument("query", nargs=-1)
@selection_options
@sample_options
@json_option
@common_options
def create(name: str, query: tuple[str, ...], filters: dict[str, Any], sample: Sample | None, as_json: bool) -> None:
    """Freeze what a query finds under a name; all articles without a query.

    With --sample N only so many of them, drawn at random.
    """
    from datetime import UTC, datetime

    from crawler.archive.snapshots.freeze import freeze
    from crawler.research.samples import sampled

    asked = selected(query, filters)
    with existing_archive() as archive:  # what cannot be made says so before anything is written
        wanted = sampled(archive.db, asked, sample)
    with existing_archive("write") as archive:
        told = sample.as_dict() if sample is not None else None
        made = freeze(archive, sound(name), wanted, now=datetime.now(UTC), sample=told)
    if as_json:
        print_json(made)
        return
    click.echo(f"{made.name}: {number(made.articles, 'article')} frozen as {made.uid}")
    click.echo(f"sha256:{made.hash}")


@snapshot.command(name="list", short_help="List the snapshots.")
@row_options
@common_options
def list_(as_json: bool, as_jsonl: bool) -> None:
    """List the snapshots of the archive, the newest last."""
    from crawler.archive.snapshots.freeze import all_snapshots

    with existing_archive() as archive:
        found = all_snapshots(archive.db)
    if print_rows(found, as_json=as_json, as_jsonl=as_jsonl):
        return
    size = max((len(frozen.name) for frozen in found), default=0)
    for frozen in found:
        about = f"{frozen.created_at[:10]}  {number(frozen.articles, 'article'):>16}  {_question(frozen)}"
        click.echo(f"{frozen.name:<{size}}  {about}".rstrip())
    if not found:
        say("no snapshots; make one with: seealso snapshot create NAME QUERY")


@snapshot.command(short_help="Show what a snapshot is.")
@click.argument("name")
@json_option
@common_options
def show(name: str, as_json: bool) -> None:
    """Show what a snapshot is: its question, when it was frozen, what it held."""
    from crawler.archive.snapshots.freeze import find

    with existing_archive() as archive:
        found = find(archive.db, sound(name))
    if as_json:
        print_json(found)
        return
    for line in labelled(_described(found)):
        click.echo(line)


@snapshot.command(short_help="Name what has changed since.", epilog="Exit code 2: something frozen differs.")
@click.argument("name")
@json_option
@common_options
def verify(name: str, as_json: bool) -> int:
    """Compare a snapshot with the archive of today, and name exactly what differs.

    Kinds of differences: revised (newer versions, and what kind of edit made each), reread (today's rules read the
    frozen version otherwise), erased, missing, gone from the site, back on it. What the same question finds today is
    said apart, and is no difference.
    """
    from crawler.archive.database import told
    from crawler.archive.snapshots.compare import verify as check
    from crawler.archive.snapshots.freeze import find
    from crawler.research.samples import asked_today

    with existing_archive() as archive, told(archive.path), archive.moment():
        frozen = find(archive.db, sound(name))
        found = check(archive.db, frozen, asked_today(archive.db, frozen))
    if as_json:
        print_json({"same": found.same, **as_data(found)})
    else:
        for line in _checked(found):
            click.echo(line)
    return 0 if found.same else DIFFERS


@snapshot.command(short_help="Remove a snapshot.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
def remove(name: str, yes: bool) -> int:
    """Remove a snapshot; no article is touched. Who has cited it can no longer check it."""
    from crawler.archive.snapshots.freeze import find
    from crawler.archive.snapshots.freeze import remove as take_away

    with existing_archive() as archive:
        found = find(archive.db, sound(name))
    if not yes and not confirmed(f"Remove {found.name} ({number(found.articles, 'article')})?"):
        say("seealso: nothing was removed (--yes does not ask)")
        return 1
    with existing_archive("write") as archive:
        take_away(archive, found.name)
    click.echo(f"Removed: {found.name}")
    return 0


@snapshot.command(name="export-ids", short_help="Print the list of articles that is hashed.")
@click.argument("name")
@common_options
def export_ids(name: str) -> None:
    """Print which version of which article a snapshot froze, as tab-separated lines.

    The SHA-256 of these lines is the hash of the snapshot: seealso snapshot export-ids NAME | sha256sum
    """
    from crawler.archive.database import told
    from crawler.archive.snapshots.freeze import find, lines

    with existing_archive() as archive, archive.moment():
        wanted = lines(archive.db, find(archive.db, sound(name)))

        def some() -> bytes:
            with told(archive.path):
                return "".join(islice(wanted, 1000)).encode()

        for chunk in iter(some, b""):  # bytes: the hash is over UTF-8, whatever the terminal knows
            click.echo(chunk, nl=False)


def _question(found: Snapshot) -> str:
    filters = [f"--{name} {value}" for name, value in found.filters.items()]
    drawn = found.sample or {}
    sample = [f"--sample {drawn['size']} --seed {drawn['seed']}"] if drawn else []
    sample += [f"--by {drawn['by']}{' --equal' if drawn.get('equal') else ''}"] if drawn.get("by") else []
    return one_line(" ".join([found.query, *filters, *sample])) or "all articles"


def _described(found: Snapshot) -> Iterator[tuple[str, str]]:
    yield "name", found.name
    yield "frozen", day_and_time(found.created_at) or ""
    yield "question", _question(found)
    yield "articles", f"{found.articles:,}"
    yield "words", f"{found.counts['words']:,}"
    yield "languages", ", ".join(f"{name} {count:,}" for name, count in found.counts["languages"].items())
    if found.counts["first"]:
        yield "days", f"{found.counts['first']} to {found.counts['last']}"
    yield "made with", ", ".join(f"{name} {version}" for name, version in found.versions.items())
    yield "id", found.uid
    yield "hash", f"sha256:{found.hash}"


def _checked(found: Check) -> Iterator[str]:
    frozen = found.snapshot
    yield f"{frozen.name}: {number(frozen.articles, 'article')} frozen {day_and_time(frozen.created_at)}"
    if not found.intact:
        yield "The list itself was altered: it does not have the hash it was frozen with."
    for difference in found.differences:
        yield f"{difference.kind:<8} {_named(difference)}: {_difference(difference)}"
    yield f"{found.as_frozen:,} as frozen, {number(len(found.differences), 'difference')}"
    yield from _apart("The same question finds today, and the snapshot has not", found.new)
    yield from _apart("The snapshot has, and the same question does not find today", found.left)


def _difference(difference: Difference) -> str:
    if difference.kind == "revised":
        return f"version {difference.revision} was frozen, then came {', '.join(difference.edits)}"
    if difference.kind == "reread":
        what = "another text" if difference.detail == "text" else "other metadata"
        return f"version {difference.revision} has {what} now"
    return {
        "erased": "erased on purpose",
        "missing": "not archived any more",
        "gone": "gone from the site",
        "back": "served by the site again",
    }[difference.kind]


def _apart(title: str, named: Sequence[Named]) -> Iterator[str]:
    if not named:
        return
    yield f"{title}: {number(len(named), 'article')}"
    for article in named[:MOST_NAMED]:
        yield f"         {_named(article)}"
    if len(named) > MOST_NAMED:
        yield f"         and {len(named) - MOST_NAMED:,} more (--json has all)"


def _named(article: Named) -> str:
    return one_line(article.key) + (f" ({article.article_id})" if article.article_id is not None else "")
