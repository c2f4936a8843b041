"""``seealso crawl``: runs one crawl, draws its progress, prints its summary."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.crawl_summary import list_advice_lines, list_summary_lines, make_summary
from crawler.cli.mixing import refuse_crawl
from crawler.cli.options.unattended import UnattendedRun, unattended_options
from crawler.cli.output import complain, json_option, print_json
from crawler.cli.progress import show_progress

if TYPE_CHECKING:
    from crawler.site import Site

LOG_LEVELS = ("WARNING", "INFO", "DEBUG")


@click.command(
    short_help="Crawl a site into the archive.",
    epilog="Press Ctrl-C once to stop after the pages in flight. The same command goes on where a crawl ended, "
    "even a killed one.",
)
@click.argument("site")
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option("--max-articles", type=click.IntRange(min=0), metavar="N", help="Fetch at most N article pages.")
@click.option("--max-depth", type=click.IntRange(min=0), metavar="N", help="Follow at most N See also steps.")
@click.option(
    "--by-day",
    metavar="RANGE",
    help="Walk over the listings of these days: 2003-12-01..2003-12-31, 2003-12 or 2003..2005.",
)
@click.option("--ids", metavar="RANGE", help="Walk over these numbers of articles: 55000..55400.")
@click.option("--languages", metavar="LIST", help="Ask for these languages only: en,it.  [default: all]")
@click.option("--since", metavar="DATE", help="Follow no link dated before DATE (2022, 2022-03 or 2022-03-11).")
@click.option(
    "--mirror",
    metavar="TEMPLATE",
    help="Fetch from somewhere else, keep the site's own addresses: {path} stands for path and query, {url} for the "
    "whole address, as in 'http://127.0.0.1:9000{path}'; {host} before {path} "
    "for the host, where there are several. One on this machine is asked eight things at once, unless "
    "--delay says otherwise.",
)
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    metavar="S",
    help="Wait S seconds between requests, one at a time, also after those of an earlier run.  [default: as the site "
    "asks; on a mirror on this machine 0, and eight requests at once]",
)
@click.option(
    "--refresh/--no-refresh", default=None, help="Visit all known articles now, or none.  [default: those that are due]"
)
@click.option(
    "--refetch",
    is_flag=True,
    help="Fetch what lost or damaged WARC files held, or the articles given, whether they have changed or not; nothing "
    "else.",
)
@click.option(
    "--revisits",
    type=click.IntRange(min=0),
    metavar="N",
    help="Visit at most N known articles that are due.  [default: half of --max-articles, or a tenth of the archive, "
    "at least 500]",
)
@click.option(
    "--contact",
    envvar="SEEALSO_CONTACT",
    metavar="ADDRESS",
    help="Tell the site how to reach you: a web or mail address.  [default: $SEEALSO_CONTACT]",
)
@click.option(
    "--accept-layout",
    is_flag=True,
    help="After a layout alarm: take what pages have now for normal, and compare with no earlier run.",
)
@click.option(
    "--obey-reservations/--no-obey-reservations",
    default=None,
    help="Keep no page that says noarchive, noindex or none, or reserves text and data mining.  [default: as the "
    "site's file says, else keep it and note what it says]",
)
@unattended_options
@click.option(
    "--quiet-hours",
    metavar="HH:MM-HH:MM",
    help="Ask for nothing in these hours of the site's own time zone: the run ends when they begin.",
)
@click.option(
    "--daily-cap",
    type=click.IntRange(min=0),
    metavar="N",
    help="Make at most N requests in one day of the site, all runs together.",
)
@json_option
@common_options
def crawl(
    site: str,
    urls: tuple[str, ...],
    max_articles: int | None,
    max_depth: int | None,
    by_day: str | None,
    ids: str | None,
    languages: str | None,
    since: str | None,
    mirror: str | None,
    delay: float | None,
    refresh: bool | None,
    refetch: bool,
    revisits: int | None,
    contact: str | None,
    accept_layout: bool,
    obey_reservations: bool | None,
    quiet_hours: str | None,
    daily_cap: int | None,
    run: UnattendedRun,
    as_json: bool,
) -> int:
    """Crawl SITE into the archive, from its own entry points or from the articles given.

    Follow See also links, translations, feeds and listings. Keep every answer as WARC before it is read. Obey
    robots.txt. What is archived already is visited again when it is due.

    A walk (--by-day, --ids) finds what nothing links to. It follows no See also links unless --max-depth says so,
    and asks for nothing twice: give the same command again to go on.
    """
    from crawler.crawl.launch import run_crawl
    from crawler.crawl.network.mirror import Mirror
    from crawler.crawl.options import CrawlOptions, read_languages
    from crawler.sites.registry import find_site

    common = get_common_options()
    known_site = find_site(site)
    is_local = mirror is not None and Mirror(mirror, known_site.origin).is_loopback
    if not is_local:
        refuse_crawl(common.archive)
    if mirror is None:
        contact = contact or ask_contact(known_site, common.archive)
    options = CrawlOptions(
        site=site,
        urls=urls,
        archive=common.archive,
        max_articles=max_articles,
        max_depth=max_depth,
        by_day=by_day,
        ids=ids,
        languages=read_languages(languages or ""),
        since=since,
        mirror=mirror,
        delay=delay,
        refresh=refresh,
        refetch=refetch,
        revisits=revisits,
        contact=contact or None,
        accept_layout=accept_layout,
        if_due=run.if_due,
        obey_reservations=obey_reservations,
        quiet_hours=quiet_hours,
        daily_cap=daily_cap,
        log_level=LOG_LEVELS[min(common.verbose + (run.log_format == "json"), 2)],
        log_format=run.log_format,
    )
    warn_before_crawl(common.archive)
    with show_progress(run.log_format == "text") as progress:
        run.report = report = run_crawl(options, progress)
    for message in report.messages:
        complain(message)
    if as_json:
        print_json(make_summary(report))
        return report.exit_code
    for line in list_summary_lines(report):
        click.echo(line)
    if advice := list(list_advice_lines(report, common.archive)):
        click.echo("Next:")
        for line in advice:
            click.echo(f"  {line}")
    return report.exit_code


def warn_before_crawl(archive: Path) -> None:
    """Print a line for each thing that ``seealso doctor`` would call wrong: disk, clock, missing WARC files."""
    from crawler.operations.doctor import examine_before_crawl

    for diagnosis in examine_before_crawl(archive, now=datetime.now(UTC)):
        complain(f"{diagnosis.message}: {diagnosis.fix}")


def ask_contact(site: Site, archive: Path) -> str | None:
    """Return the stored contact, or the answer of a person at a terminal; None when there is no terminal."""
    from crawler.crawl.contact import find_contact

    contact = find_contact(archive, site)
    if contact is not None or not sys.stdin.isatty():
        return contact
    complain(f"{site.title} should know whom to ask about this crawl; the archive remembers the answer")
    return str(click.prompt("Your web or mail address", err=True)).strip()
