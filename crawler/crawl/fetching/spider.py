"""SiteSpider, the spider that all sites share; a site's own has a name, a :class:`~crawler.site.Site` and page classes.

The spider makes requests and turns their responses or failures into ``FetchResult``; it reads no page. Its queue is the
archive (see ``scheduler``), the pipelines read and keep pages (see ``components``).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.crawl.fetching.contact import add_contact
from crawler.crawl.fetching.session import FetchSession
from crawler.crawl.network.address_guard import RequestPostponed
from crawler.crawl.network.failures import explain_failure
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions
from crawler.discovery.ranges import plan_range
from crawler.discovery.sitemaps import make_sitemap_link
from crawler.errors import BadAddress, CrawlerError
from crawler.extraction.page import ArticlePage
from crawler.items import Address, Capture, Failure, Link, Queued
from crawler.normalisation.addresses.document_addresses import names_sitemap
from crawler.normalisation.addresses.hosts import is_web_address
from crawler.normalisation.addresses.urls import read_address
from crawler.site import Site

log = logging.getLogger(__name__)

LOOPBACK_CONCURRENCY = 8


class KeptResponse(Response):
    """A response of our download handler: the answer is in a WARC file, its payload and failure are here."""

    capture: Capture
    """The answer with its payload, content encoding undone."""
    failure: Failure | None = None
    """Why the payload is not to be read: cut off, too large, an unknown encoding."""
    error: str | None = None
    """The failure in words, for people."""
    location: str | None = None
    """The address of the site that a redirect leads to."""
    location_from: str | None = None
    """The mirror's address for it, where the redirect leads into the mirror."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchResult:
    """The result of fetching an address of the queue: its answers, or why there is none to read."""

    queued: Queued
    captures: tuple[Capture, ...] = ()
    """Every answer in order, redirects and retries included; the last one has its body."""
    landed: Address | None = None
    """The address that redirects led to, when it is another one."""
    failure: Failure | None = None
    """Why there is nothing to read: no answer, cut off, too large, redirects without end, forbidden by robots.txt."""
    error: str | None = None
    """The failure in words, for people."""
    postponed: bool = False
    """True when the throttle forbade the request: the address stays in the queue."""
    open_visit: object = None
    """The ``OpenVisit`` for which this page was fetched, after the address's own."""


class SiteSpider(Spider):
    """Crawls one publication. Subclasses set ``name`` and ``site``, and ``pages`` where its pages need it.

    Spider arguments are those of :class:`~crawler.crawl.options.CrawlOptions`: ``-a urls=…``, ``-a max_articles=10``.
    """

    site: ClassVar[Site]
    pages: ClassVar[Sequence[type[ArticlePage]]] = (ArticlePage,)

    options: CrawlOptions
    session: FetchSession
    """The fetch session; set once the run is open."""
    run: object = None
    """The open :class:`~crawler.crawl.running.run.Run`, for the scheduler and the pipelines alone; the scheduler opens
    one when nobody has."""
    open_error: CrawlerError | None = None
    """The error for which this crawl cannot begin."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider, and set its pace: one request at a time on the live site, several on a mirror on loopback.

        An error in the options is kept in ``open_error``; the scheduler then opens no run.
        """
        options = kwargs.pop("options", None)
        spider = super().from_crawler(crawler, *args, **kwargs)
        try:
            spider.options = options or CrawlOptions.read(cls.name, {**crawler.settings, **kwargs})
            mirror = Mirror(spider.options.mirror, cls.site.origin) if spider.options.mirror is not None else None
            spider.options = add_contact(spider.options, cls.site)
        except CrawlerError as problem:
            spider.open_error = problem
            return spider
        for name, value in make_pace_settings(cls.site, spider.options, mirror).items():
            crawler.settings.set(name, value, priority="spider")
        return spider

    def list_starts(self) -> tuple[Link, ...]:
        """Return the links that this crawl begins with (:func:`make_start_links`)."""
        return make_start_links(self.site, self.options)

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: the scheduler puts the starting points into the archive's queue when it opens."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def make_request(self, queued: Queued) -> Request:
        """Return the request for an address that the queue handed out."""
        headers: dict[str, bytes] = {}
        if (queued.known and queued.address.kind == "article") or queued.address.kind == "sitemap":
            if queued.etag:
                headers["If-None-Match"] = queued.etag.encode("latin-1", "replace")  # as its bytes came
            if queued.last_modified:
                headers["If-Modified-Since"] = queued.last_modified.encode("latin-1", "replace")
        return Request(
            queued.address.url,
            callback=self.parse,
            errback=self.handle_failure,
            headers=headers,
            meta={"queued": queued, "captures": [], "download_slot": self.site.name},
            dont_filter=True,
        )

    def make_further_request(self, url: str, queued: Queued, open_visit: object) -> Request:
        """Return the request for another page that the visit to an address of the queue needs."""
        meta = {"queued": queued, "captures": [], "download_slot": self.site.name, "open_visit": open_visit}
        return Request(url, callback=self.parse, errback=self.handle_failure, meta=meta, dont_filter=True)

    def parse(self, response: Response, **kwargs: Any) -> list[FetchResult]:
        """Return the result of a response."""
        assert isinstance(response, KeptResponse)
        queued: Queued = response.meta["queued"]
        captures: list[Capture] = response.meta["captures"]
        return [
            FetchResult(
                queued=queued,
                captures=(*captures[:-1], response.capture),
                landed=self._read_landed(response.url, queued.address),
                failure=response.failure,
                error=response.error,
                open_visit=response.meta.get("open_visit"),
            )
        ]

    def handle_failure(self, failure: TwistedFailure) -> list[FetchResult]:
        """Return the result of a failure: no answer came, or none that may be read."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it on failures
        cause = explain_failure(failure.value)
        if cause.failure is Failure.TOO_LARGE:
            log.warning(
                "%s was not read: the answer is larger than %s bytes, which is no page but a file or an answer without"
                " end; open the address in a browser to see what it is",
                request.url,
                f"{self.settings.getint('DOWNLOAD_MAXSIZE'):,}",
            )
        return [
            FetchResult(
                queued=request.meta["queued"],
                captures=tuple(request.meta["captures"]),
                landed=self._read_landed(request.url, request.meta["queued"].address),
                failure=cause.failure,
                error=cause.words,
                postponed=isinstance(failure.value, RequestPostponed),
                open_visit=request.meta.get("open_visit"),
            )
        ]

    def _read_landed(self, url: str, requested: Address) -> Address | None:
        """Return the address that redirects led to; None when it is the requested one, a sitemap, or not the site's."""
        if url == requested.url or requested.kind == "sitemap":
            return None
        try:
            address = read_address(url, self.site)
        except BadAddress:
            return None
        return None if address.url_key == requested.url_key and address.url == requested.url else address


class CrawlComponent:
    """Base class of the middlewares and pipelines: gives access to the spider and its session."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> SiteSpider:
        assert isinstance(self.crawler.spider, SiteSpider)
        return self.crawler.spider

    @property
    def session(self) -> FetchSession:
        return self.spider.session


def make_start_links(site: Site, options: CrawlOptions) -> tuple[Link, ...]:
    """Return the links that a crawl begins with: the addresses given, or the site's entry points.

    With ``discover`` both. A walk replaces the entry points; the run queues its addresses slice by slice. Raises
    BadAddress, and BadRange for a walk that the site does not declare.
    """
    walk = plan_range(site, options.by_day, options.ids, options.languages)
    if options.urls:
        for url in options.urls:
            if not is_web_address(url):
                raise BadAddress(f"{url!r} is no web address: one of {site.title} begins with {site.origin}/")
        links = (make_entry_link(url, site) for url in options.urls)
        starts = tuple(
            replace(link, via="start", printed_url=url if url != link.address.url else None)
            for url, link in zip(options.urls, links, strict=True)
        )
        return (*starts, *_make_entry_links(site)) if options.discover else starts
    return () if walk is not None or options.refetch else _make_entry_links(site)


def _make_entry_links(site: Site) -> tuple[Link, ...]:
    paths = site.entry_points or ("/",)  # a site of sitemaps only: its home page, as robots.txt is read before any page
    return tuple(make_entry_link(path, site) for path in paths)


def make_entry_link(url: str, site: Site) -> Link:
    """Return the link to an entry point: to a sitemap where its name says so. Raises BadAddress."""
    address = read_address(url, site)
    if address.kind == "sitemap" or (address.kind == "other" and names_sitemap(address.url)):
        return make_sitemap_link(address.url, site)
    return Link(address=address, via="entry")


def make_pace_settings(site: Site, options: CrawlOptions, mirror: Mirror | None) -> dict[str, Any]:
    """Return Scrapy's settings of delay, concurrency, timeout and user agent; no delay for a mirror on loopback."""
    on_loopback = mirror is not None and mirror.is_loopback
    delay = options.delay if options.delay is not None else 0.0 if on_loopback else site.crawl_delay
    concurrency = options.concurrency or (LOOPBACK_CONCURRENCY if on_loopback and not delay else 1)
    return {
        "DOWNLOAD_DELAY": delay,
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_TIMEOUT": options.timeout,
        "USER_AGENT": options.user_agent,
    }
