"""Crawls several sites into one archive at the same time, in this process, and prints how each ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.cli.crawl_summary import make_summary
from crawler.cli.crawling import find_or_adopt, find_site_by_name, prepare_crawl, print_report, warn_before_crawl
from crawler.cli.output import complain, print_json
from crawler.cli.progress import show_progress
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.cli.options.unattended import UnattendedRun
    from crawler.crawl.options import CrawlOptions
    from crawler.crawl.starting.together import CrawlResult
    from crawler.sites.known_site import KnownSite


def crawl_together(
    words: Sequence[str], options: CrawlOptions, at_once: int, run: UnattendedRun, *, as_json: bool
) -> int:
    """Crawl the sites of names and addresses, ``at_once`` at a time; return the gravest exit code.

    Unknown sites of addresses are adopted first, one after the other. Raises UnknownSite for a name.
    """
    from crawler.crawl.starting.together import run_crawls
    from crawler.operations.crawls.job import choose_gravest

    crawls, results = _gather_crawls(words, options, run)

    def note(result: CrawlResult) -> None:
        for message in result.messages:
            complain(f"{result.site}: {message}")
        if result.report is not None and not as_json:
            print_report(result.report, options.archive)

    for result in results:
        note(result)
    warn_before_crawl(options.archive)
    with show_progress(run.log_format == "text") as progress:
        results = [*results, *run_crawls(crawls, at_once, progress=progress, on_end=note)]
    reports = [result.report for result in results if result.report is not None]
    run.report = max(reports, key=lambda report: report.exit_code, default=None)
    code = choose_gravest(result.exit_code for result in results)
    if as_json:
        print_json({"crawls": [make_summary(report) for report in reports], "exit_code": code})
    return code


def _gather_crawls(
    words: Sequence[str], options: CrawlOptions, run: UnattendedRun
) -> tuple[list[tuple[KnownSite, CrawlOptions]], list[CrawlResult]]:
    """Return the sites with the options of their crawls, and the results of addresses that no site is known by."""
    from crawler.crawl.starting.together import CrawlResult
    from crawler.normalisation.addresses.hosts import is_web_address
    from crawler.operations.sites.adoption import add_small_defaults

    sites: dict[str, KnownSite] = {}
    urls: dict[str, tuple[str, ...]] = {}
    failures = []
    for word in dict.fromkeys(words):
        is_address = is_web_address(word)
        try:
            one = replace(options, site="" if is_address else word, urls=(word,) if is_address else ())
            known_site = find_or_adopt(one, run) if is_address else find_site_by_name(one)
        except CrawlerError as problem:
            if not is_address:
                raise
            failures.append(CrawlResult(site=word, error=problem))
            continue
        sites[known_site.name] = known_site
        urls[known_site.name] = (*urls.get(known_site.name, ()), *one.urls)
    crawls = []
    for name, known_site in sites.items():
        options = prepare_crawl(known_site.site, options)  # a contact that was given once serves all
        crawls.append((known_site, add_small_defaults(replace(options, site=name, urls=urls[name]), known_site)))
    return crawls, failures
