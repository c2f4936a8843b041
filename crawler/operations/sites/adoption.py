"""Adopts the site of an address: asks for that page as a crawl would, infers the site from it, keeps its values.

The archive keeps the answers of that run too. What is kept of a site is never refined: later runs use it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.archive import Archive
from crawler.archive.articles.addresses import find_last_error
from crawler.archive.articles.captures import list_run_places
from crawler.archive.database import translate_errors
from crawler.archive.lock import SiteLock
from crawler.archive.runs.adopted_sites import read_adopted_sites, write_adopted_site
from crawler.crawl.options import CrawlOptions
from crawler.crawl.running.report import CrawlReport, Progress
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.stop import INTERRUPTED_OUTCOME
from crawler.crawl.timer import read_clock
from crawler.errors import (
    BadAddress,
    BadSiteFile,
    CrawlerError,
    NotAnArticle,
    PageUnreadable,
    SiteRefused,
    SiteUnreachable,
    WarcDamaged,
)
from crawler.items import Capture
from crawler.normalisation.addresses.document_addresses import names_robots_file
from crawler.normalisation.addresses.hosts import is_web_address, read_host, spell_host
from crawler.normalisation.addresses.urls import read_address
from crawler.outcome.answer import REDIRECT_STATUSES
from crawler.site import AddressForm, Site
from crawler.sitekit.adopting import make_adopted_site
from crawler.sitekit.names import make_site_name
from crawler.sites.generic import UNKNOWN_LANGUAGE
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import find_known_site, find_site_of_address, load_catalogue
from crawler.warc import read_capture

MAX_ARTICLES: Final = 200
"""Article pages of one run of an adopted site, unless the person says otherwise."""
MAX_DEPTH: Final = 2
"""See also steps of one run of an adopted site, unless the person says otherwise."""
MAX_REDIRECTS: Final = 3
"""Other hosts that a given address may lead to before it is asked for there."""
EXIT_FINDINGS: Final = 2
"""Exit code of a run that nothing stopped, but whose findings a person should see."""
MAX_PARAMETERS: Final = 20
"""Parameters of an address that are asked for."""


class NotAdopted(CrawlerError):
    """No site can be adopted from an address: nothing but the answers is kept."""


@dataclass(frozen=True, slots=True)
class _Probe:
    """The answers of a run that asked for one address."""

    captures: tuple[Capture, ...]
    report: CrawlReport
    error: str | None
    """Why no page came, in words."""

    @property
    def page(self) -> Capture | None:
        pages = [capture for capture in self.captures if not names_robots_file(capture.url)]
        return pages[-1] if pages else None

    @property
    def rules(self) -> tuple[Capture, ...]:
        """The robots.txt files that were asked for."""
        return tuple(capture for capture in self.captures if names_robots_file(capture.url))


def find_site_for(url: str, options: CrawlOptions) -> KnownSite | None:
    """Return the site of an address, if it is known or adopted by the archive; else None. Raises BadAddress."""
    return find_site_of_address(url, *read_adopted_sites(options.archive))


def adopt_site(
    url: str,
    options: CrawlOptions,
    progress: Callable[[Progress], None] | None = None,
    *,
    clock: Callable[[], datetime] = read_clock,
) -> KnownSite:
    """Ask for the page of an address, infer its site, keep it in the archive, and return it.

    Of ``options`` what says how to ask is used: archive, mirror, contact, delay and the like. Raises NotAdopted where
    no page comes or it is no article, BadAddress, and what a crawl raises before it begins.
    """
    for _ in range(MAX_REDIRECTS):
        name = choose_name(url, load_catalogue(*read_adopted_sites(options.archive)).taken_names)
        probe = _ask(url, name, options, progress, clock)
        target = _find_foreign_target(url, probe.page)
        if target is None:
            break
        known_site = find_site_for(target, options)
        if known_site is not None:
            return known_site
        url = target
    page = probe.page
    if page is None or page.status != 200:
        if probe.report.outcome == INTERRUPTED_OUTCOME:
            raise KeyboardInterrupt
        trouble = probe.report.messages[:1] if probe.report.exit_code not in (0, EXIT_FINDINGS) else ()
        answer = f"status {page.status}" if page is not None else "no answer came"
        reason = probe.error or next(iter(trouble), answer)
        kinds = {kind.exit_code: kind for kind in (SiteRefused, SiteUnreachable)}
        raise kinds.get(probe.report.exit_code, NotAdopted)(f"{url[:200]} cannot be read: {reason}")
    try:
        site = make_adopted_site([page, *probe.rules], name)
    except (NotAnArticle, PageUnreadable, BadAddress, BadSiteFile) as problem:
        raise NotAdopted(
            f"{url[:200]} is no article to know a site by: {problem}; give the address of an article of it"
        ) from None
    return keep_site(site, [page], options, clock())


def keep_site(site: Site, pages: Collection[Capture], options: CrawlOptions, now: datetime) -> KnownSite:
    """Keep a site in the archive, and return it; where one of its name is there already, that one."""
    lock = SiteLock(options.archive, site.name)
    try:
        with Archive(options.archive, "write") as archive:
            places = [(page.warc_file, page.warc_offset) for page in pages]
            known_places = [(file, offset) for file, offset in places if file and offset is not None]
            with translate_errors(archive.path):
                write_adopted_site(archive.db, site, known_places, now)
            return find_known_site(site.name, *archive.adopted_sites)
    finally:
        lock.release()


def add_small_defaults(options: CrawlOptions, known_site: KnownSite) -> CrawlOptions:
    """Return the options of a crawl of a site; of one that nobody has looked at, with limits where none are given."""
    if known_site.source != "archive" or options.refetch or options.by_day is not None or options.ids is not None:
        return options
    return replace(
        options,
        max_articles=MAX_ARTICLES if options.max_articles is None else options.max_articles,
        max_depth=MAX_DEPTH if options.max_depth is None else options.max_depth,
        discover=True if options.urls and options.discover is None else options.discover,
    )


def choose_name(url: str, taken: Collection[str]) -> str:
    """Return the name of the site of an address: its host, with a number where another site has that name.

    Raises BadAddress.

    >>> choose_name("https://www.north-post.example/a", ()), choose_name("https://post.example", ("post_example",))
    ('north_post_example', 'post_example_2')
    """
    host = read_host(url)
    name = make_site_name(spell_host(host) or host)[:46]
    number, choice = 1, name
    while choice in taken:
        number += 1
        choice = f"{name}_{number}"
    return choice


def make_probe_site(url: str, name: str) -> Site:
    """Return a site of one address, by which its page is asked for and nothing else. Raises BadAddress."""
    host = read_host(url)
    if not is_web_address(url) or not host:
        raise BadAddress(f"{url[:120]!a} is no web address: give one that begins with https://.")
    parts = urlsplit(url)
    path = unquote(parts.path) or "/"
    query = {
        name.lower(): re.escape(value) for name, value in parse_qsl(parts.query)[:MAX_PARAMETERS] if "|" not in name
    }
    return Site(
        name=name,
        title=host,
        origin=f"{parts.scheme.lower()}://{spell_host(host) or host}",
        languages=(UNKNOWN_LANGUAGE,),
        timezone="UTC",
        addresses=(AddressForm(kind="listing", path=re.escape(path), query=query),),
        sitemaps="none",
    )


def _ask(
    url: str,
    name: str,
    options: CrawlOptions,
    progress: Callable[[Progress], None] | None,
    clock: Callable[[], datetime],
) -> _Probe:
    """Ask for robots.txt and one address in a run of its own, and return the answers."""
    site = make_probe_site(url, name)
    asking = replace(
        options,
        site=name,
        urls=(url,),
        refetch=True,  # this address and nothing else
        max_articles=None,
        max_depth=None,
        refresh=None,
        since=None,
        languages=(),
    )
    report = run_crawl(asking, progress, known_site=KnownSite(site=site), clock=clock)
    with Archive(options.archive) as archive:
        captures = []
        for place in list_run_places(archive.db, report.run_id):
            try:
                captures.append(read_capture(archive.warc_folder, place.warc_file, place.warc_offset))
            except WarcDamaged:
                continue
        error = find_last_error(archive.db, read_address(url, site).url_key)
    return _Probe(tuple(captures), report, error)


def _find_foreign_target(url: str, page: Capture | None) -> str | None:
    """Return the address on another host that an answer leads to, None where it leads to none."""
    location = page.header("Location") if page is not None and page.status in REDIRECT_STATUSES else None
    if not location or not is_web_address(location):
        return None
    try:
        host, target = read_host(url).removeprefix("www."), read_host(location).removeprefix("www.")
    except BadAddress:
        return None
    return location if target and target != host else None
