"""The robots gate: a middleware that reads robots.txt of each host before anything else, and again every day.

Where the rules cannot be known nothing is fetched: a host whose robots.txt does not answer, fails or redirects in a
circle is closed, not open.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.crawl.fetching.spider import CrawlComponent, KeptResponse
from crawler.crawl.network.address_guard import NotFetched, RequestEnded, RequestPostponed
from crawler.crawl.network.failures import explain_failure
from crawler.crawl.network.proxies import find_proxy
from crawler.crawl.network.robots import RobotsRules
from crawler.errors import CrawlerError, SiteRefused, SiteUnreachable
from crawler.items import Failure
from crawler.outcome.reservations import TDM_PATH, read_tdm_file

log = logging.getLogger(__name__)

RULES_LIFETIME: Final = timedelta(hours=24)
"""The longest time for which rules count before robots.txt is read again (RFC 9309, section 2.4)."""
CLOSED_LIFETIME: Final = timedelta(minutes=10)
"""The time for which a host stays closed whose robots.txt could not be had, before it is asked again."""
REREAD_PAUSES: Final = (30.0, 60.0, 120.0)
"""Seconds of the pauses of a run, one after the other, while the site's robots.txt cannot be read again."""
_POLL: Final = 0.1


class ForbiddenByRobots(NotFetched):
    """robots.txt forbids the address."""

    failure = Failure.ROBOTS


class UnreadableResponse(RequestEnded):
    """An answer came that cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostRules:
    """The rules of one host, and when they were read."""

    rules: RobotsRules
    read_at: datetime
    problem: CrawlerError | None = None
    """Why the rules are not known, for a host that is closed; None where they are."""

    def is_stale(self, now: datetime) -> bool:
        """Return True if robots.txt is to be read again: it is too old, or dated after a clock that was set back."""
        lifetime = CLOSED_LIFETIME if self.rules.is_closed else RULES_LIFETIME
        return not self.read_at <= now < self.read_at + lifetime


class ObeyRobots(CrawlComponent):
    """Fetches the robots.txt of a host before anything else of it, and admits the requests that it allows."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._hosts: dict[str, HostRules] = {}
        self._coming: dict[str, asyncio.Task[HostRules]] = {}
        self._is_first = True

    def process_request(self, request: Request) -> Any:
        """Raise ForbiddenByRobots for an address that robots.txt forbids; fetch robots.txt where it is due."""
        if "robots" in request.meta:
            return None
        host = _find_origin(request.url)
        host_rules = self._hosts.get(host)
        if host_rules is None or host_rules.is_stale(self.session.clock()):
            return self._wait(host, request)
        _check_rules(host_rules.rules, request)
        return None

    async def _wait(self, host: str, request: Request) -> None:
        task = self._coming.get(host)
        if task is None:
            task = self._coming[host] = asyncio.ensure_future(self._load(host))
            task.add_done_callback(lambda _: self._coming.pop(host, None))
        host_rules = await task
        if self.session.stop.is_set:
            raise NotFetched("the crawl has been stopped")
        _check_rules(host_rules.rules, request)

    async def _load(self, host: str) -> HostRules:
        """Return the rules of a host once they are read. Raises RequestPostponed where the run ends meanwhile."""
        former = self._hosts.get(host)
        is_home = host == self.spider.site.origin
        host_rules = await self._read(host)
        if is_home and former is not None:
            for seconds in REREAD_PAUSES:
                if host_rules.problem is None:
                    break
                log.warning("%s: nothing is fetched until it is read again", host_rules.problem)
                await self._rest(seconds)
                host_rules = await self._read(host)
        if is_home and host_rules.problem is not None and not self.session.stop.is_set:
            self.session.stop.set(host_rules.problem)
        if host_rules.problem is None and self.session.wants_tdm_files:
            await self._read_tdm_file(host, host_rules.rules)
        self._hosts[host] = host_rules
        self._keep_pace()
        return host_rules

    async def _read(self, host: str) -> HostRules:
        """Fetch the robots.txt of a host once, and return what follows. Raises RequestPostponed while none may be."""
        url = f"{host}/robots.txt"
        request = Request(
            url, dont_filter=True, meta={"robots": True, "tries": 0, "download_slot": self.spider.site.name}
        )
        self._keep_distance(request)
        read_at = self.session.clock()
        problem: CrawlerError | None = None
        try:
            answer = await self.crawler.engine.download_async(request)
            assert isinstance(answer, KeptResponse)
            if answer.failure is not None and 200 <= answer.status < 300:
                raise UnreadableResponse(answer.error or "", answer.failure)  # the missing part may forbid everything
        except RequestPostponed:
            raise
        except NotFetched as reason:
            rules = RobotsRules.forbid_all()
            problem = SiteRefused(f"{url} cannot be had ({reason}): without its rules nothing may be fetched")
        except Exception as reason:
            rules = RobotsRules.forbid_all()
            problem = SiteUnreachable(self._describe_unreachable(host, reason))
        else:
            rules = RobotsRules.from_response(answer.status, answer.capture.body)
            if rules.is_closed:
                problem = SiteRefused(f"{url} answered {answer.status}: without its rules nothing may be fetched")
            elif rules.sitemaps:
                self.session.note_sitemaps(url, rules.sitemaps, answer.capture.fetched_at)
        if problem is not None:
            log.info("%s: the host is closed for now", problem)
        return HostRules(rules=rules, read_at=read_at, problem=problem)

    def _keep_distance(self, request: Request) -> None:
        """Let the first request of the run wait until the delay since the last request of an earlier run is over."""
        idle_seconds = self.session.idle_seconds
        if self._is_first and idle_seconds is not None:
            _, slot = self.crawler.engine.downloader._get_slot(request)
            slot.lastseen = max(slot.lastseen, time.monotonic() - idle_seconds)
        self._is_first = False

    async def _read_tdm_file(self, host: str, rules: RobotsRules) -> None:
        """Fetch the TDM reservations of a host; where there are none, or they cannot be had, nothing is reserved."""
        url = f"{host}{TDM_PATH}"
        self.session.tdm_rules.pop(host, None)
        if not rules.allows(url):
            return
        meta = {"robots": True, "verdict": rules.find_verdict(url), "download_slot": self.spider.site.name}
        try:
            answer = await self.crawler.engine.download_async(Request(url, dont_filter=True, meta=meta))
            assert isinstance(answer, KeptResponse)
        except RequestPostponed:
            raise
        except Exception as reason:
            log.info("%s cannot be had: %s", url, explain_failure(reason).words)
            return
        if answer.status == 200 and answer.failure is None:
            self.session.tdm_rules[host] = read_tdm_file(answer.capture.body)

    async def _rest(self, seconds: float) -> None:
        """Wait, by the clock of the run or in fact, until a pause is over. Raises RequestPostponed when the run ends.

        The clock may be set, or be one that stands still.
        """
        until = self.session.clock() + timedelta(seconds=seconds)
        wake_at = time.monotonic() + seconds
        while (self.session.clock() < until and time.monotonic() < wake_at) or self.session.throttle.is_paused:
            slot = self.crawler.engine._slot
            if self.session.stop.is_set or slot is None or slot.closing is not None or self.session.must_end():
                raise RequestPostponed("the crawl has been stopped")
            await asyncio.sleep(_POLL)

    def _describe_unreachable(self, host: str, problem: Exception) -> str:
        mirror = self.session.mirror
        address = mirror.locate(self.spider.site.origin + "/") if mirror else host
        target = f"the mirror {address}" if mirror else host
        checks = "check the network"
        proxy = find_proxy(address, getproxies())
        if proxy is not None:
            target += f", asked for by way of the proxy {proxy.url},"
            checks = "check the proxy (https_proxy, http_proxy, no_proxy) and the network"
            if not proxy.url.startswith(("http://", "https://")):
                checks = "proxies of this kind are not known, give one of http://"
        return f"{target} does not answer ({explain_failure(problem).words}): {checks}, then try again"

    def _keep_pace(self) -> None:
        """Apply the longest Crawl-delay of the hosts that is longer than the delay of this crawl."""
        base = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        delays = (host_rules.rules.crawl_delay or 0.0 for host_rules in self._hosts.values())
        delay = max(base, *delays)
        downloader = self.crawler.engine.downloader
        name = self.spider.site.name
        if delay <= base and name not in downloader.per_slot_settings:
            return
        concurrency = self.crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") if delay <= base else 1
        log.info("the delay is %g seconds between requests", delay)
        # Scrapy drops slots that were idle for a minute, so the settings of future ones are changed as well.
        downloader.per_slot_settings[name] = {"delay": delay, "concurrency": concurrency, "jitter": 0.0}
        slot = downloader.slots.get(name)
        if slot is not None:
            slot.delay, slot.concurrency, slot.jitter = delay, concurrency, 0.0


def _find_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _check_rules(rules: RobotsRules, request: Request) -> None:
    verdict = rules.find_verdict(request.url)
    if verdict == "forbidden":
        raise ForbiddenByRobots("robots.txt forbids this address")
    request.meta["verdict"] = verdict
