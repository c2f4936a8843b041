"""Downloader middlewares: they keep requests on the site, retry failures and follow redirects.

Scrapy's own middlewares for these are switched off (see ``components``): they know no mirror, and follow redirects off
the site. The middleware for robots.txt is in ``robots_gate``.
"""

from __future__ import annotations

from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost
from w3lib.url import safe_url_string

from crawler.crawl.fetching.spider import CrawlComponent, KeptResponse
from crawler.crawl.network.address_guard import NotFetched, is_public
from crawler.crawl.network.chain_cookies import NO_COOKIES, ChainCookies
from crawler.items import Failure, Queued
from crawler.normalisation.addresses.hosts import is_public_name, is_site_host

CONNECTION_ERRORS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    ConnectError,
    ConnectionDone,
    ConnectionLost,
    OSError,
)
RETRY_STATUSES = frozenset({408, 500, 502, 504, 520, 521, 522, 523, 524})
"""Statuses that are retried. 429 and 503 ask for a pause: they are not retried in the same run."""

LONGEST_TARGET = 16_000
"""Characters of the longest address that a redirect may lead to."""


class StayOnSite(CrawlComponent):
    """Admits requests to the site's own hosts, on http and https and their default ports, and no others.

    Every request passes here, those that redirects lead to as well. Private networks and this machine are no hosts of
    a site; the download handler, below, translates addresses into those of a mirror there. robots.txt may lead to any
    public host, which may hold the rules of several, and may name sitemaps on any.
    """

    def process_request(self, request: Request) -> None:
        """Raise NotFetched for an address that is not the site's."""
        try:
            parts = urlsplit(request.url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise NotFetched("the address is malformed", Failure.REDIRECTS) from None
        on_site = is_site_host(host, self.spider.site)
        if "robots" in request.meta or _is_for_sitemap(request):
            on_site = on_site or _is_public_host(host)
        if parts.scheme not in ("http", "https") or not on_site or port not in (None, 80, 443) or "@" in parts.netloc:
            raise NotFetched(f"leads off the site, to {request.url[:200]}", Failure.REDIRECTS)


def _is_for_sitemap(request: Request) -> bool:
    queued = request.meta.get("queued")
    return isinstance(queued, Queued) and queued.address.kind == "sitemap"


def _is_public_host(host: str) -> bool:
    """Return True if a host may be on the public internet: a name of several labels, or a public address literal.

    Where the name leads is checked when the connection is opened.
    """
    return is_public(host) or is_public_name(host)


class TryAgain(CrawlComponent):
    """Retries server errors, timeouts and broken transfers, twice."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.times = crawler.settings.getint("RETRY_TIMES")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return a new request in place of an answer that is a failure, while retries are left; else the answer."""
        is_cut_off = isinstance(response, KeptResponse) and response.failure is Failure.CUT_OFF
        if response.status not in RETRY_STATUSES and not is_cut_off:
            return response
        return self._retry_request(request) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return a new request when the connection failed and retries are left; else None."""
        return self._retry_request(request) if isinstance(exception, CONNECTION_ERRORS) else None

    def _retry_request(self, request: Request) -> Request | None:
        tries = request.meta.get("tries", 0)
        if tries >= self.times or self.session.stop.is_set:
            return None
        retry = request.copy()
        retry.meta["tries"] = tries + 1
        return retry


class FollowRedirects(CrawlComponent):
    """Follows redirects, five at most, by status or refresh; each step passes StayOnSite and robots.txt again.

    Cookies that are set on the way are given back on the way, so that a circle that they end has an end.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.times = crawler.settings.getint("REDIRECT_MAX_TIMES")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the request that a redirect leads to; raise NotFetched for a loop or a sixth step."""
        if not isinstance(response, KeptResponse) or response.location is None:
            return response
        try:
            url = safe_url_string(urldefrag(response.location)[0])
            if len(url) > LONGEST_TARGET:
                raise NotFetched(f"redirects to an address of {len(url):,} characters", Failure.REDIRECTS)
            next_request = request.replace(url=url)
        except ValueError:
            reason = f"redirects to what is no address: {response.location[:200]!a}"
            raise NotFetched(reason, Failure.REDIRECTS) from None
        steps: tuple[str, ...] = (*request.meta.get("steps", ()), request.meta.get("fetch_from") or request.url)
        former_cookies: ChainCookies = request.meta.get("chain_cookies", NO_COOKIES)
        cookies = former_cookies.take(request.url, response.capture.headers)
        if (response.location_from or url) in steps and cookies is former_cookies:
            raise NotFetched("redirects lead round in a circle", Failure.REDIRECTS)
        if len(steps) > self.times:
            raise NotFetched(f"more than {self.times} redirects", Failure.REDIRECTS)
        next_request.meta.update(steps=steps, fetch_from=response.location_from, tries=0, chain_cookies=cookies)
        next_request.headers.pop("Cookie", None)
        if (header := cookies.make_header(url)) is not None:
            next_request.headers["Cookie"] = header
        for name in ("If-None-Match", "If-Modified-Since"):  # they were about another address
            next_request.headers.pop(name, None)
        return next_request
