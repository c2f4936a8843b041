"""``seealso snapshot``: freezes a result, and later names exactly what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, SuggestingGroup, common_options
from crawler.cli.frozen_notes import describe_freeze, find_freeze_of, freeze_notes_of
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.notes import notes_option
from crawler.cli.options.sample import sample_options
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.types import TEXT, confirm_removal, open_existing_archive
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
from crawler.cli.text_layout import align_labels, format_instant

if TYPE_CHECKING:
    from crawler.archive.snapshots.compare import IdentifiedArticle, SnapshotCheck, SnapshotDifference
    from crawler.archive.snapshots.freeze import Snapshot
    from crawler.research.samples import Sample

MAX_NAMED: Final = 20
"""Articles listed apart from the differences; --json has all of them."""


@click.group(cls=SuggestingGroup, short_help="Freeze a result, and see later what has changed.")
@common_options
def snapshot() -> None:
    """Freeze what a query finds under a name: which version of which article, with digests.

    A snapshot can be cited (seealso cite --snapshot NAME), searched and exported (--snapshot NAME), and checked later.
    """


@snapshot.command(
    cls=SectionedCommand,
    short_help="Freeze what a query finds.",
    epilog=QUERY_LANGUAGE_HELP + "seealso snapshot create boats -- '-ferry boats'.",
)
@click.argument("name", type=TEXT)
@click.argument("query", nargs=-1)
@selection_options
@sample_options
@json_option
@common_options
def create(name: str, query: tuple[str, ...], filters: dict[str, Any], sample: Sample | None, as_json: bool) -> None:
    """Freeze what a query finds under a name; all articles without a query.

    With --sample N only so many of them, drawn at random. Where there is a file of notes, it freezes their notes, too.
    """
    from datetime import UTC, datetime

    from crawler.archive.snapshots.freeze import freeze
    from crawler.archive.snapshots.text_hash import hash_texts
    from crawler.research.samples import sampled

    selection = make_selection(query, filters)
    with open_existing_archive() as archive:  # an impossible sample fails before anything is written
        check_selections(archive, selection)
        narrowed = sampled(archive.db, selection, sample)
    with open_existing_archive("write") as archive:
        sample_data = sample.as_dict() if sample is not None else None
        frozen = freeze(archive, name, narrowed, now=datetime.now(UTC), sample=sample_data)
        text_hash = hash_texts(archive.db, frozen)
        notes = freeze_notes_of(archive, frozen)
    if as_json:
        print_json({**to_plain_data(frozen), "text_hash": text_hash, "notes": to_plain_data(notes)})
        return
    click.echo(f"{frozen.name}: {format_count(frozen.articles, 'article')} frozen as {frozen.uid}")
    click.echo(f"sha256:{frozen.hash}")
    click.echo(f"texts: sha256:{text_hash}")
    if notes is not None:
        click.echo(f"notes: {describe_freeze(notes)}")


@snapshot.command(name="list", short_help="List the snapshots.")
@notes_option
@row_options
@common_options
def list_(as_json: bool, as_jsonl: bool) -> None:
    """List the snapshots of the archive, the newest last."""
    from crawler.archive.database import translate_errors
    from crawler.archive.snapshots.freeze import list_snapshots
    from crawler.archive.snapshots.text_hash import hash_texts

    with open_existing_archive() as archive, translate_errors(archive.path), archive.moment():
        snapshots = list_snapshots(archive.db)
        rows = (
            {
                **to_plain_data(snapshot),
                "text_hash": hash_texts(archive.db, snapshot),
                "notes": to_plain_data(find_freeze_of(snapshot)),
            }
            for snapshot in snapshots
        )
        if print_rows(rows, as_json=as_json, as_jsonl=as_jsonl):
            return
    size = max((len(snapshot.name) for snapshot in snapshots), default=0)
    for snapshot in snapshots:
        articles = format_count(snapshot.articles, "article")
        facts = f"{snapshot.created_at[:10]}  {articles:>16}  {_format_question(snapshot)}"
        click.echo(f"{snapshot.name:<{size}}  {facts}".rstrip())
    if not snapshots:
        say("no snapshots; make one with: seealso snapshot create NAME QUERY")


@snapshot.command(short_help="Show what a snapshot is.")
@click.argument("name", type=TEXT)
@notes_option
@json_option
@common_options
def show(name: str, as_json: bool) -> None:
    """Show what a snapshot is: its question, when it was frozen, what it held."""
    from crawler.archive.database import translate_errors
    from crawler.archive.snapshots.freeze import find_snapshot
    from crawler.archive.snapshots.text_hash import hash_texts

    with open_existing_archive() as archive, translate_errors(archive.path), archive.moment():
        snapshot = find_snapshot(archive.db, name)
        text_hash = hash_texts(archive.db, snapshot)
    notes = find_freeze_of(snapshot)
    if as_json:
        print_json({**to_plain_data(snapshot), "text_hash": text_hash, "notes": to_plain_data(notes)})
        return
    facts = [*_iter_facts(snapshot), ("texts alone", f"sha256:{text_hash}")]
    if notes is not None:
        facts.append(("notes", describe_freeze(notes)))
    for line in align_labels(facts):
        click.echo(line)


@snapshot.command(short_help="Name what has changed since.", epilog="Ends with 2 when something frozen differs.")
@click.argument("name", type=TEXT)
@json_option
@common_options
def verify(name: str, as_json: bool) -> int:
    """Compare a snapshot with the archive of today, and name exactly what differs.

    Kinds of differences: revised (newer versions, and what kind of edit made each), reread (today's rules read the
    frozen version otherwise), erased, missing, gone from the site, back on it. What the same question finds today is
    said apart, and is no difference.
    """
    from crawler.archive.database import translate_errors
    from crawler.archive.snapshots.compare import verify as check
    from crawler.archive.snapshots.freeze import find_snapshot
    from crawler.research.samples import resolve_today

    with open_existing_archive() as archive, translate_errors(archive.path), archive.moment():
        snapshot = find_snapshot(archive.db, name)
        result = check(archive.db, snapshot, resolve_today(archive.db, snapshot))
    if as_json:
        print_json({"same": result.same, **to_plain_data(result)})
    else:
        for line in _iter_check_lines(result):
            click.echo(line)
    return 0 if result.same else EXIT_NEEDS_PERSON


@snapshot.command(short_help="Remove a snapshot.")
@click.argument("name", type=TEXT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
def remove(name: str, yes: bool) -> int:
    """Remove a snapshot; no article is touched. Whoever has cited it can no longer check it."""
    from crawler.archive.snapshots.freeze import find_snapshot
    from crawler.archive.snapshots.freeze import remove_snapshot as take_away

    with open_existing_archive() as archive:
        snapshot = find_snapshot(archive.db, name)
    if not yes and not confirm_removal(f"{snapshot.name} ({format_count(snapshot.articles, 'article')})"):
        return 1
    with open_existing_archive("write") as archive:
        take_away(archive, snapshot.name)
    click.echo(f"Removed: {snapshot.name}")
    return 0


@snapshot.command(name="export-ids", short_help="Print the list of articles that is hashed.")
@click.argument("name", type=TEXT)
@common_options
def export_ids(name: str) -> None:
    """Print which version of which article a snapshot froze, as tab-separated lines.

    The SHA-256 of these lines is the hash of the snapshot: seealso snapshot export-ids NAME | sha256sum
    """
    from crawler.archive.database import translate_errors
    from crawler.archive.snapshots.freeze import find_snapshot, iter_snapshot_lines

    with open_existing_archive() as archive, archive.moment():
        lines = iter_snapshot_lines(archive.db, find_snapshot(archive.db, name))

        def read_chunk() -> bytes:
            with translate_errors(archive.path):
                return "".join(islice(lines, 1000)).encode()

        for chunk in iter(read_chunk, b""):  # bytes: the hash is over UTF-8, whatever the terminal knows
            click.echo(chunk, nl=False)


def _format_question(snapshot: Snapshot) -> str:
    """Return the query and the options that a snapshot was made by."""
    filters = [f"--{name} {value}" for name, value in snapshot.filters.items()]
    options = []
    if sample := snapshot.sample:
        options.append(f"--sample {sample['size']} --seed {sample['seed']}")
        if sample.get("by"):
            options.append(f"--sample-by {sample['by']}")
        if sample.get("equal"):
            options.append("--equal")
    return to_one_line(" ".join([snapshot.query, *filters, *options])) or "all articles"


def _iter_facts(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    yield "name", snapshot.name
    yield "frozen", format_instant(snapshot.created_at) or ""
    yield "question", _format_question(snapshot)
    yield "articles", f"{snapshot.articles:,}"
    yield "words", f"{snapshot.counts['words']:,}"
    yield "languages", ", ".join(f"{name} {count:,}" for name, count in snapshot.counts["languages"].items())
    if snapshot.counts["first"]:
        yield "days", f"{snapshot.counts['first']} to {snapshot.counts['last']}"
    yield "made with", ", ".join(f"{name} {version}" for name, version in snapshot.versions.items())
    yield "id", snapshot.uid
    yield "hash", f"sha256:{snapshot.hash}"


def _iter_check_lines(result: SnapshotCheck) -> Iterator[str]:
    snapshot = result.snapshot
    yield f"{snapshot.name}: {format_count(snapshot.articles, 'article')} frozen {format_instant(snapshot.created_at)}"
    if not result.intact:
        yield "The list itself was altered: it does not have the hash it was frozen with."
    for difference in result.differences:
        yield f"{difference.kind:<8} {_format_named(difference)}: {_format_difference(difference)}"
    yield f"{result.as_frozen:,} as frozen, {format_count(len(result.differences), 'difference')}"
    yield from _iter_apart("The same question finds today, and the snapshot has not", result.new)
    yield from _iter_apart("The snapshot has, and the same question does not find today", result.left)


def _format_difference(difference: SnapshotDifference) -> str:
    if difference.kind == "revised":
        return f"version {difference.revision} was frozen, then came {', '.join(difference.edits)}"
    if difference.kind == "reread":
        subject = "another text" if difference.detail == "text" else "other metadata"
        return f"version {difference.revision} has {subject} now"
    return {
        "erased": "erased on purpose",
        "missing": "not archived any more",
        "gone": "gone from the site",
        "back": "served by the site again",
    }[difference.kind]


def _iter_apart(title: str, articles: Sequence[IdentifiedArticle]) -> Iterator[str]:
    if not articles:
        return
    yield f"{title}: {format_count(len(articles), 'article')}"
    for article in articles[:MAX_NAMED]:
        yield f"         {_format_named(article)}"
    if len(articles) > MAX_NAMED:
        yield f"         and {len(articles) - MAX_NAMED:,} more (--json has all)"


def _format_named(article: IdentifiedArticle) -> str:
    return to_one_line(article.key) + (f" ({article.article_id})" if article.article_id is not None else "")
