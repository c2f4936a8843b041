"""Downloader middlewares: they keep requests on the site, obey robots.txt, retry failures and follow redirects.

Scrapy's own middlewares for these are switched off (see ``components``): they know no mirror, apply no Crawl-delay, and
follow redirects off the site.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any
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

from crawler.crawl.network.address_guard import NotFetched, RequestEnded, RequestPostponed
from crawler.crawl.network.failures import explain_failure
from crawler.crawl.network.robots import RobotsRules
from crawler.crawl.spider import CrawlComponent, KeptResponse
from crawler.errors import SiteRefused, SiteUnreachable
from crawler.items import Failure
from crawler.normalisation.hosts import is_under_domains
from crawler.outcome.answer import REDIRECT_STATUSES

log = logging.getLogger(__name__)

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


class ForbiddenByRobots(NotFetched):
    """robots.txt forbids the address."""

    failure = Failure.ROBOTS


class UnreadableResponse(RequestEnded):
    """An answer came that cannot be read."""


class StayOnSite(CrawlComponent):
    """Admits requests to the site's own hosts, on http and https and their default ports, and no others.

    Every request passes here, those that redirects lead to as well. Private networks and this machine are no hosts of
    a site; the download handler, below, translates addresses into those of a mirror there.
    """

    def process_request(self, request: Request) -> None:
        """Raise NotFetched for an address that is not the site's."""
        try:
            parts = urlsplit(request.url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise NotFetched("the address is malformed", Failure.REDIRECTS) from None
        on_site = is_under_domains(host, self.spider.site.domains)
        if parts.scheme not in ("http", "https") or not on_site or port not in (None, 80, 443) or "@" in parts.netloc:
            raise NotFetched(f"leads off the site, to {request.url[:200]}", Failure.REDIRECTS)


class ObeyRobots(CrawlComponent):
    """Fetches the robots.txt of a host before anything else of it, and admits the requests that it allows."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, RobotsRules] = {}
        self._coming: dict[str, asyncio.Task[RobotsRules]] = {}
        self._is_first = True

    def process_request(self, request: Request) -> Any:
        """Raise ForbiddenByRobots for an address that robots.txt forbids; the first request of a host fetches it."""
        if "robots" in request.meta:
            return None
        host = _find_origin(request.url)
        rules = self._rules.get(host)
        if rules is None:
            return self._wait(host, request)
        _check_rules(rules, request)
        return None

    async def _wait(self, host: str, request: Request) -> None:
        task = self._coming.get(host)
        if task is None:
            task = self._coming[host] = asyncio.ensure_future(self._fetch(host))
        rules = await task
        if self.session.stop.is_set:
            raise NotFetched("the crawl has been stopped")
        _check_rules(rules, request)

    async def _fetch(self, host: str) -> RobotsRules:
        request = Request(
            f"{host}/robots.txt", dont_filter=True, meta={"robots": True, "download_slot": self.spider.site.name}
        )
        self._keep_distance(request)
        home = host == self.spider.site.origin
        engine = self.crawler.engine
        try:
            answer = await engine.download_async(request)
            assert isinstance(answer, KeptResponse)
            if answer.failure is not None and 200 <= answer.status < 300:
                raise UnreadableResponse(answer.error or "", answer.failure)  # the missing part may forbid everything
        except RequestPostponed:
            del self._coming[host]
            raise
        except NotFetched as problem:  # a redirect off the site, or without end, counts as a missing file
            log.warning("%s: %s; taken as no rules", request.url, problem)
            rules = RobotsRules(None)
        except Exception as problem:
            rules = RobotsRules.forbid_all()
            if home and not self.session.stop.is_set:
                self.session.stop.set(SiteUnreachable(self._describe_unreachable(problem)), "unreachable")
        else:
            rules = RobotsRules.from_response(answer.status, answer.capture.body)
            if home and not rules.allows(host + "/") and not 200 <= answer.status < 300:
                self.session.stop.set(
                    SiteRefused(f"{request.url} answered {answer.status}: without its rules nothing may be fetched"),
                    "refused",
                )
            self._slow_down(rules)
        self._rules[host] = rules
        return rules

    def _keep_distance(self, request: Request) -> None:
        """Let the first request of the run wait until the delay since the last request of an earlier run is over."""
        idle_seconds = self.session.idle_seconds
        if self._is_first and idle_seconds is not None:
            _, slot = self.crawler.engine.downloader._get_slot(request)
            slot.lastseen = max(slot.lastseen, time.monotonic() - idle_seconds)
        self._is_first = False

    def _describe_unreachable(self, problem: Exception) -> str:
        mirror = self.session.mirror
        target = f"the mirror {mirror.locate(self.spider.site.origin + '/')}" if mirror else self.spider.site.origin
        return f"{target} does not answer ({explain_failure(problem).words}): check the network, then try again"

    def _slow_down(self, rules: RobotsRules) -> None:
        """Apply a Crawl-delay that is longer than the delay of this crawl."""
        crawl_delay = rules.crawl_delay
        downloader = self.crawler.engine.downloader
        if crawl_delay is None or crawl_delay <= self.crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        name = self.spider.site.name
        log.info("robots.txt asks for %g seconds between requests", crawl_delay)
        # Scrapy drops slots that were idle for a minute, so the settings of future ones are changed as well.
        downloader.per_slot_settings[name] = {"delay": crawl_delay, "concurrency": 1, "jitter": 0.0}
        slot = downloader.slots.get(name)
        if slot is not None:
            slot.delay, slot.concurrency, slot.jitter = crawl_delay, 1, 0.0


def _find_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _check_rules(rules: RobotsRules, request: Request) -> None:
    verdict = rules.find_verdict(request.url)
    if verdict == "forbidden":
        raise ForbiddenByRobots("robots.txt forbids this address")
    request.meta["verdict"] = verdict


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
    """Follows redirects, five at most; each step passes StayOnSite and robots.txt again."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.times = crawler.settings.getint("REDIRECT_MAX_TIMES")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the request that a redirect leads to; raise NotFetched for a loop or a sixth step."""
        if (
            response.status not in REDIRECT_STATUSES
            or not isinstance(response, KeptResponse)
            or response.location is None
        ):
            return response
        try:
            url = safe_url_string(urldefrag(response.location)[0])
            next_request = request.replace(url=url)
        except ValueError:
            reason = f"redirects to what is no address: {response.location[:200]!a}"
            raise NotFetched(reason, Failure.REDIRECTS) from None
        steps: tuple[str, ...] = (*request.meta.get("steps", ()), request.meta.get("fetch_from") or request.url)
        if (response.location_from or url) in steps:
            raise NotFetched("redirects lead round in a circle", Failure.REDIRECTS)
        if len(steps) > self.times:
            raise NotFetched(f"more than {self.times} redirects", Failure.REDIRECTS)
        next_request.meta.update(steps=steps, fetch_from=response.location_from, tries=0)
        for name in ("If-None-Match", "If-Modified-Since"):  # they were about another address
            next_request.headers.pop(name, None)
        return next_request
