"""``seealso crawl``: runs one crawl, draws its progress, prints its summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.crawl_summary import make_summary
from crawler.cli.crawling import find_or_adopt, find_site_by_name, print_report, run_one_crawl
from crawler.cli.help_sections import CRAWL_SECTIONS, SectionedCommand
from crawler.cli.options.many_sites import many_sites_options
from crawler.cli.options.types import DecimalType, NumberType
from crawler.cli.options.unattended import UnattendedRun, unattended_options
from crawler.cli.output import complain, json_option, print_json
from crawler.errors import CrawlerError
from crawler.system.lifeline import end_with_stdin

if TYPE_CHECKING:
    from crawler.crawl.options import CrawlOptions
    from crawler.crawl.running.report import CrawlReport
    from crawler.sites.known_site import KnownSite

LOG_LEVELS = ("WARNING", "INFO", "DEBUG")


@click.command(
    cls=SectionedCommand,
    sections=CRAWL_SECTIONS,
    short_help="Crawl a site into the archive.",
    epilog="Press Ctrl-C once to stop after the pages in flight. The same command goes on where a crawl ended, "
    "even a killed one.",
)
@click.argument("site", metavar="SITE", required=False)
@click.argument("urls", metavar="[URL]...", nargs=-1)
@many_sites_options
@click.option("--max-articles", type=NumberType(min=0), metavar="N", help="Fetch at most N article pages.")
@click.option("--max-depth", type=NumberType(min=0), metavar="N", help="Follow at most N See also steps.")
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
    type=DecimalType(min=0),
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
    type=NumberType(min=0),
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
    type=NumberType(min=0),
    metavar="N",
    help="Make at most N requests in one day of the site, all runs together.",
)
@click.option(
    "--end-with-stdin",
    is_flag=True,
    hidden=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, parameter, value: end_with_stdin() if value else None,
    help="End at once when standard input is closed, as it is when the process that started this one has died.",
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
    together: int | None,
    run: UnattendedRun,
    as_json: bool,
) -> int:
    """Crawl SITE into the archive, from its own entry points or from the articles given.

    Follow See also links, translations, feeds and listings. Keep every answer as WARC before it is read. Obey
    robots.txt. What is archived already is visited again when it is due.

    SITE may be the address of an article of any news site. One that is not known yet is adopted: what its addresses
    mean is inferred from that page and kept in the archive. Such a site is crawled from its feeds, sitemaps and home
    page, 200 article pages and two See also steps at a time, unless the options say otherwise. Addresses of several
    sites are crawled site by site, with --together several at a time; --list FILE --work DIR gives each site an archive
    of its own.

    A walk (--by-day, --ids) finds what nothing links to. It follows no See also links unless --max-depth says so,
    and asks for nothing twice: give the same command again to go on.
    """
    from crawler.crawl.lease.lease_keeper import hold_lease
    from crawler.crawl.options import CrawlOptions, read_languages
    from crawler.normalisation.addresses.hosts import is_web_address

    common = get_common_options()
    site, urls = site.strip(), tuple(url.strip() for url in urls)  # copied together with blanks
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
        reads_beside=together is None,
    )
    with hold_lease(options.archive):  # an adoption is two runs, and writes between them
        if together is not None:
            from crawler.cli.together import crawl_together

            return crawl_together((site, *urls), options, together, run, as_json=as_json)
        if is_web_address(site):
            return crawl_addresses(replace(options, site="", urls=(site, *urls)), run, as_json=as_json)
        return crawl_site(find_site_by_name(options), options, run, as_json=as_json)


def crawl_site(known_site: KnownSite, options: CrawlOptions, run: UnattendedRun, *, as_json: bool) -> int:
    """Crawl one site, print its summary and return the exit code."""
    report = run_one_crawl(known_site, options, run)
    if as_json:
        print_json(make_summary(report))
    else:
        print_report(report, options.archive)
    return report.exit_code


def crawl_addresses(options: CrawlOptions, run: UnattendedRun, *, as_json: bool) -> int:
    """Crawl the sites of addresses one after the other, and adopt unknown ones; return the worst exit code."""
    reports: list[CrawlReport] = []
    code = 0
    for urls in group_by_host(options.urls):
        try:
            known_site = find_or_adopt(replace(options, urls=urls), run)
            report = run_one_crawl(known_site, replace(options, urls=urls), run)
        except CrawlerError as error:
            if len(options.urls) == len(urls):
                raise
            complain(str(error))
            code = max(code, error.exit_code)
            continue
        reports.append(report)
        code = max(code, report.exit_code)
        if not as_json:
            print_report(report, options.archive)
        if report.outcome == "interrupted":
            break
    run.report = max(reports, key=lambda report: report.exit_code, default=None)
    if as_json:
        summaries = [make_summary(report) for report in reports]
        print_json(summaries[0] if len(options.urls) == 1 and summaries else {"crawls": summaries, "exit_code": code})
    return code


def group_by_host(urls: Sequence[str]) -> list[tuple[str, ...]]:
    """Return addresses by their hosts, ``www.`` aside, in the order in which these come. Raises BadAddress."""
    from crawler.normalisation.addresses.hosts import read_host

    groups: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        groups.setdefault(read_host(url).removeprefix("www."), []).append(url)
    return [tuple(group) for group in groups.values()]
