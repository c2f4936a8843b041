"""What every crawl of a command does: finds or adopts its site, asks for a contact, crawls, prints the report."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.crawl_summary import iter_advice_lines, iter_summary_lines
from crawler.cli.mixing import refuse_crawl
from crawler.cli.output import complain, say
from crawler.cli.progress import show_progress

if TYPE_CHECKING:
    from crawler.cli.options.unattended import UnattendedRun
    from crawler.crawl.options import CrawlOptions
    from crawler.crawl.running.report import CrawlReport
    from crawler.site import Site
    from crawler.sites.known_site import KnownSite


def find_site_by_name(options: CrawlOptions) -> KnownSite:
    """Return the site that the options name, known or adopted. Raises UnknownSite."""
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.sites.registry import find_known_site

    return find_known_site(options.site, *read_adopted_sites(options.archive))


def find_or_adopt(options: CrawlOptions, run: UnattendedRun) -> KnownSite:
    """Return the site of the addresses of the options; one that is not known is adopted first, and told of."""
    from crawler.operations.sites.adoption import adopt_site, choose_name, find_site_for, make_probe_site

    url = options.urls[0]
    known_site = find_site_for(url, options)
    if known_site is not None:
        return known_site
    options = prepare_crawl(make_probe_site(url, choose_name(url, ())), options)
    with show_progress(run.log_format == "text") as progress:
        known_site = adopt_site(url, options, progress)
    say(f"{known_site.site.title} is adopted as {known_site.name}: seealso sites tells what is known of it")
    return known_site


def run_one_crawl(known_site: KnownSite, options: CrawlOptions, run: UnattendedRun) -> CrawlReport:
    """Crawl a site, print what the report complains of, and return the report."""
    from crawler.crawl.starting.launch import run_crawl
    from crawler.operations.sites.adoption import add_small_defaults

    options = prepare_crawl(known_site.site, replace(options, site=known_site.name))
    warn_before_crawl(options.archive)
    with show_progress(run.log_format == "text") as progress:
        run.report = report = run_crawl(add_small_defaults(options, known_site), progress)
    for message in report.messages:
        complain(message)
    return report


def prepare_crawl(site: Site, options: CrawlOptions) -> CrawlOptions:
    """Return the options with a contact where a person gives one.

    Raises WouldMix for an archive of the practice site.
    """
    from crawler.crawl.network.mirror import Mirror

    if options.mirror is None or not Mirror(options.mirror, site.origin).is_loopback:
        refuse_crawl(options.archive)
    if options.mirror is None and not options.contact:
        return replace(options, contact=ask_contact(site, options.archive))
    return options


def print_report(report: CrawlReport, archive: Path) -> None:
    """Print the summary of a crawl, and what to do next."""
    for line in iter_summary_lines(report):
        click.echo(line)
    if advice := list(iter_advice_lines(report, archive)):
        click.echo("Next:")
        for line in advice:
            click.echo(f"  {line}")


def warn_before_crawl(archive: Path) -> None:
    """Print a line for each thing that ``seealso doctor`` would call wrong: disk, clock, missing WARC files."""
    from crawler.operations.doctor import examine_before_crawl

    for diagnosis in examine_before_crawl(archive, now=datetime.now(UTC)):
        complain(f"{diagnosis.message}: {diagnosis.fix}")


def ask_contact(site: Site, archive: Path) -> str | None:
    """Return the stored contact, or the answer of a person at a terminal; None when there is no terminal."""
    from crawler.crawl.fetching.contact import find_contact

    contact = find_contact(archive)
    if contact is not None or not sys.stdin.isatty():
        return contact
    complain(f"{site.title} should know whom to ask about this crawl; the archive remembers the answer")
    return str(click.prompt("Your web or mail address", err=True)).strip()
