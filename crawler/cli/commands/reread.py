"""``seealso reread``: reads stored pages with today's rules, prints and applies the differences, or undoes that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.options.engine import engine_options
from crawler.cli.options.types import NumberType
from crawler.cli.output import complain, format_count, json_option, print_json, to_one_line, to_plain_data
from crawler.cli.progress import show_count
from crawler.engines.choice import EngineChoice

if TYPE_CHECKING:
    from crawler.archive.write.articles.rereads import UndoResult
    from crawler.operations.reread.report import RereadReport

MAX_VALUE_LETTERS = 70
"""Characters of a value that are shown."""
LETTERS_BEFORE_DIFFERENCE = 20
"""Characters shown before the position where two long values begin to differ."""


@click.command(
    short_help="Read stored pages again with today's rules.",
    epilog="Nothing is fetched, and no revision is made of what is only read better. After an upgrade, reread before "
    "the next crawl.",
)
@click.argument("site", required=False)
@click.option("--dry-run", is_flag=True, help="Show what differs, change nothing.")
@click.option("--undo", is_flag=True, help="Take back the last reread.")
@engine_options
@click.option(
    "--examples", type=NumberType(0, 1000), default=3, show_default=True, metavar="N", help="Of each field, show N."
)
@json_option
@common_options
def reread(site: str | None, dry_run: bool, undo: bool, engine: EngineChoice, examples: int, as_json: bool) -> int:
    """Read the stored pages of all articles, or of those of SITE, again with today's rules.

    Show the differences of each field, then apply them in one go. What they replace is kept for --undo until the next
    reread that changes something. Pages that are no longer read as articles are named, and change nothing.
    """
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.operations.reread.job import reread as read_again
    from crawler.operations.reread.job import undo_reread
    from crawler.sites.registry import find_site

    path = get_common_options().archive
    if engine.remote is not None:
        raise click.UsageError("a reread works in a folder that every process reaches: --work DIR")
    if undo:
        if site or dry_run:
            raise click.UsageError("--undo takes back the last reread as a whole: give it alone")
        result = undo_reread(path)
        if as_json:
            print_json(result)
        else:
            click.echo(_format_undo(result))
        return 0
    name = find_site(site, *read_adopted_sites(path)).name if site else None
    with show_count("reading") as progress:
        report = read_again(path, site=name, dry_run=dry_run, engine=engine, examples=examples, progress=progress)
    if as_json:
        print_json({"dry_run": dry_run, **to_plain_data(report), "exit_code": report.exit_code})
    else:
        for line in iter_report_lines(report, path, dry_run):
            click.echo(line)
    if report.lost:
        complain(f"{format_count(report.lost, 'article')} no longer read from the stored page; kept as archived")
    return report.exit_code


def iter_report_lines(report: RereadReport, path: Path, dry_run: bool) -> Iterator[str]:
    """Yield the lines of a report for people: counts, differences by field, and whether they were applied."""
    workers = "by Dask" if report.jobs is None else f"on {format_count(report.jobs, 'core')}"
    effort = f"in {report.seconds:.1f} s {workers}"
    yield f"{path}: {format_count(report.articles, 'article')} read again with today's rules {effort}"
    yield f"{report.articles - report.changed - report.lost:>8,}  read as archived"
    for count, label in (
        (report.changed, "read differently"),
        (report.found, "stored pages read as articles for the first time"),
        (report.lost, "no longer read; kept as archived"),
    ):
        if count:
            yield f"{count:>8,}  {label}"
    for name, count in report.fields.items():
        yield f"{name}: {count:,}"
        for example in report.examples.get(name, ()):
            before, after = shorten(example.before, example.after)
            yield f"  {example.article_id:>6}  {before}  →  {after}"
    for url in report.found_pages[:10]:
        yield f"first read: {to_one_line(url)}"
    for page in report.lost_pages[:10]:
        yield f"no longer read: {to_one_line(page.url)}: {to_one_line(page.reason)[:200]}"
    for poison in report.poison[:10]:
        yield f"ends the reader: {to_one_line(poison.url)}: {poison.file} at {poison.offset}"
    if dry_run:
        yield "Nothing was changed (--dry-run)."
    elif report.reread_id is not None:
        yield f"Applied as reread {report.reread_id}. To take it back: seealso reread --undo"


def shorten(before: Any, after: Any) -> tuple[str, str]:
    """Return two values short enough to compare: where both are long, from a little before they begin to differ."""
    first, second = _format_value(before), _format_value(after)
    start = next(
        (index for index, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    start = max(0, start - LETTERS_BEFORE_DIFFERENCE) if max(len(first), len(second)) > MAX_VALUE_LETTERS else 0
    return _cut(first, start), _cut(second, start)


def _format_value(value: Any) -> str:
    if value is None or isinstance(value, str):
        return to_one_line(value) if value else "nothing"
    return to_one_line(json.dumps(value, ensure_ascii=False))


def _cut(text: str, start: int) -> str:
    piece = text[start : start + MAX_VALUE_LETTERS]
    return ("…" if start else "") + piece + ("…" if start + MAX_VALUE_LETTERS < len(text) else "")


def _format_undo(result: UndoResult) -> str:
    text = f"Reread {result.reread_id} is undone: {format_count(result.restored, 'article')} as before"
    if result.removed:
        text += f", {result.removed:,} that only it had found removed"
    if result.changed_since:
        text += f", {result.changed_since:,} left that a crawl has changed since"
    return text
