"""``seealso sites``: lists the known sites and their health in the archive."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import format_count, print_rows, row_options, say, style_bold, to_one_line
from crawler.cli.text_layout import format_instant, measure_room, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive.runs.summary import RunSummary
    from crawler.sites.known_site import KnownSite, SourceKind

SOURCE_WORDS: dict[SourceKind, str] = {
    "option": "from {place} (--sites)",
    "environment": "from {place} ($SEEALSO_SITES)",
    "user": "from {place}",
    "package": "from {place}, an installed package",
    "shipped": "comes with seealso",
    "archive": "adopted into {place} on {since}",
    "given": "from {place}",
}
"""Where a site comes from, in words."""


@click.command(short_help="List the sites known, and how they do.")
@row_options
@common_options
def sites(as_json: bool, as_jsonl: bool) -> None:
    """List the sites known, where each comes from, and how they do in the archive."""
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.sites.registry import load_known_sites

    known_sites = load_known_sites(*read_adopted_sites(get_common_options().archive))
    rows = [_make_site_row(known_site) for known_site in known_sites.values()]
    if print_rows(rows, as_json=as_json, as_jsonl=as_jsonl):
        return
    for row in rows:
        head = to_one_line(f"{row.title}, {row.origin} ({', '.join(row.languages)})")
        for number, line in enumerate(wrap_paragraph(head, measure_room(len(row.name) + 2))):
            click.echo(f"  {line}" if number else f"{style_bold(row.name)}  {line}")
        click.echo(
            f"  {to_one_line(SOURCE_WORDS[row.source].format(place=_shorten_place(row.place), since=row.since))}"
        )
        for line in wrap_paragraph(row.health, measure_room()):
            click.echo(f"  {line}")
    if not get_common_options().archive.exists():
        say(f"no archive at {get_common_options().archive} yet")


def _shorten_place(place: str) -> str:
    """Return a path from the folder that we are in, or from the user's own where it lies there; never broken."""
    path = Path(place)
    with suppress(ValueError, OSError):
        return str(path.relative_to(Path.cwd()))
    with suppress(ValueError, RuntimeError):
        return str("~" / path.relative_to(Path.home()))
    return place


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRow:
    """A site and its health in the archive."""

    name: str
    title: str
    origin: str
    country: str
    languages: tuple[str, ...]
    entry_points: tuple[str, ...]
    source: SourceKind
    """Where the site comes from."""
    place: str
    """The file, or the name of the object, that holds its values."""
    since: str | None
    """The day on which the archive adopted it; None for all others."""
    articles: int
    last_run: str | None
    """When the last run began."""
    last_outcome: str | None
    """How it ended; None when it never ran, or has not ended."""
    last_alarm: str | None
    """When the last run began that ended with a layout alarm; None when none did."""
    health: str
    """The health in words."""


def _make_site_row(known_site: KnownSite) -> SiteRow:
    site = known_site.site
    articles, last_run, alarmed_at = 0, None, None
    if get_common_options().archive.exists():
        from crawler.archive.health.holdings import count_articles
        from crawler.archive.runs.summary import find_last_alarm, read_last_run

        with open_existing_archive() as archive:
            articles = count_articles(archive.db, site.name)
            last_run = read_last_run(archive.db, site.name)
            alarmed_at = find_last_alarm(archive.db, site.name)
    return SiteRow(
        name=site.name,
        title=site.title,
        origin=site.origin,
        country=site.country,
        languages=site.languages,
        entry_points=site.entry_points,
        source=known_site.source,
        place=known_site.place,
        since=known_site.since,
        articles=articles,
        last_run=last_run.started_at if last_run else None,
        last_outcome=last_run.outcome if last_run else None,
        last_alarm=alarmed_at,
        health=_describe_health(articles, last_run, alarmed_at),
    )


def _describe_health(articles: int, last_run: RunSummary | None, alarmed_at: str | None) -> str:
    if last_run is None:
        return "never crawled into this archive"
    remark = f", {format_count(last_run.unsuccessful, 'page')} without success" if last_run.unsuccessful else ""
    if alarmed_at is not None and last_run.outcome != "alarm":
        remark += f"; layout alarm {format_instant(alarmed_at)}"
    return (
        f"{format_count(articles, 'article')}; last run {format_instant(last_run.started_at)}: "
        f"{last_run.outcome or 'running, or killed'}, {format_count(last_run.fetched, 'page')}{remark}"
    )
