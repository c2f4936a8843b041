"""The download handler: fetches through the mirror, keeps what was sent as WARC, then hands it to the crawl.

It is Scrapy's own handler with three things added. At the transport, an address of the site becomes the mirror's and
a ``Location`` of the mirror becomes the site's, so that everything above sees the site's own addresses. The heads
of request and response are recorded as they went over the wire, because Scrapy's headers lose order and spelling. And
each answer is in a WARC file before anything above can see it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.web._newclient import ParseError

from crawler.crawl.network.address_guard import GuardedReactor, RequestPostponed
from crawler.crawl.network.backpressure import LargeBodyQueue
from crawler.crawl.network.mirror import is_loopback
from crawler.crawl.session import FetchSession
from crawler.crawl.spider import KeptResponse, SiteSpider
from crawler.items import Capture
from crawler.outcome.answer import REDIRECT_STATUSES
from crawler.outcome.payload import decode_payload
from crawler.warc.writer import payload_digest

MAX_HEAD = 256_000
"""Bytes of all header lines of one answer."""


class WarcDownloadHandler(HTTP11DownloadHandler):
    """Downloads an address of the site from where the crawl is told to, and keeps the answer first."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _RecordingFactory
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._proxies = getproxies()
        self._line = LargeBodyQueue()

    @property
    def _session(self) -> FetchSession:
        assert isinstance(self._crawler.spider, SiteSpider)
        return self._crawler.spider.session

    async def download_request(self, request: Request) -> KeptResponse:
        """Return the answer of an address, kept; raise Scrapy's exceptions when none came."""
        hindrance = self._session.admit()
        if hindrance is not None:
            raise RequestPostponed(hindrance)
        mirror = self._session.mirror
        source = request.meta.get("fetch_from") or (mirror.locate(request.url) if mirror else request.url)
        asked = request.replace(url=source) if source != request.url else request
        self._set_proxy(asked)
        fetched_at = self._session.clock()
        agent = _RecordingAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._max_size,
            warnsize=0,
            fail_on_dataloss=False,  # what came of a broken transfer is kept, then counted as failed
            crawler=self._crawler,
        )
        agent.line = self._line
        with wrap_twisted_exceptions():
            result: Any = await maybe_deferred_to_future(agent.download_request(asked))
        return self._keep(request, source, result, fetched_at)

    def _keep(self, request: Request, source: str, result: dict[str, Any], fetched_at: datetime) -> KeptResponse:
        sent = result["txresponse"]
        body: bytes = result.get("body", b"")
        flags: list[str] = result.get("flags") or []
        head: bytes = getattr(sent, "head_as_sent", None) or _rebuild_head(sent)
        status = int(sent.code)
        fields = _fields(head)
        broken = "dataloss" in flags
        digest = payload_digest(body)
        queued = request.meta.get("queued")
        original = None
        if queued is not None and not broken and bool(body) is (status != 304):
            original = self._session.original(queued.address.url_key, request.url, status, digest)
        try:
            place = self._session.warc.write(
                url=request.url,
                fetched_at=fetched_at,
                request_head=getattr(sent, "request_as_sent", b""),
                response_head=head,
                body=body,
                fetched_from=source if source != request.url else None,
                truncated="disconnect" if broken else None,
                original=original,
            )
        except OSError as problem:
            self._session.cannot_write(problem)
            raise IgnoreRequest("the WARC file cannot be written") from problem
        payload = decode_payload(body, fields, cut_off=broken, max_size=self._max_size)
        answer = KeptResponse(url=request.url, status=status, body=b"", protocol="HTTP/1.1")
        answer.capture = Capture(
            url=request.url,
            fetched_at=fetched_at,
            status=status,
            headers=fields,
            body=payload.body,
            digest=digest,
            warc_file=place.file,
            warc_offset=place.offset,
            warc_length=place.length,
            robots=request.meta.get("verdict"),
        )
        answer.failure, answer.error = payload.failure, payload.error
        self._session.answered(answer.capture)
        if status in REDIRECT_STATUSES:
            self._read_location(answer, source)
        captures = request.meta.get("captures")
        if captures is not None:
            captures.append(_drop_body(answer.capture))
        else:
            self._session.keep_loose(_drop_body(answer.capture))
        return answer

    def _read_location(self, answer: KeptResponse, source: str) -> None:
        location = answer.capture.header("Location")
        mirror = self._session.mirror
        if not location:
            return
        location = location.strip().encode("latin-1", "replace").decode("utf-8", "replace")
        try:
            if mirror is None:
                answer.location = urljoin(answer.url, location)
                return
            answer.location = mirror.original(location, source)
            if mirror.serves(location, source):
                answer.location_from = urljoin(source, location)
        except ValueError:  # no address at all
            answer.location = None

    def _set_proxy(self, request: Request) -> None:
        """Use the proxy that the environment names; never for this machine."""
        if not self._proxies:
            return
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        proxy = self._proxies.get(parts.scheme)
        if proxy and not is_loopback(host) and not proxy_bypass(host):
            request.meta["proxy"] = proxy


def _fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """Return the header fields in order; a folded line is joined, a line without a colon is passed over."""
    fields: list[tuple[str, str]] = []
    for line in head.decode("latin-1").split("\r\n")[1:]:
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def _rebuild_head(sent: Any) -> bytes:
    """Return a head made of parsed fields, for an answer whose head was not recorded: order and spelling are lost."""
    lines = [b"HTTP/1.1 %d %s" % (sent.code, sent.phrase or HTTPStatus(200).phrase.encode())]
    for name, values in sent.headers.getAllRawHeaders():
        lines.extend(name + b": " + value for value in values)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _drop_body(capture: Capture) -> Capture:
    return replace(capture, body=b"")


class _RecordingAgent(_ScrapyAgent):
    """Gives the raw result instead of one of Scrapy's response classes, whose guessing of types we do not need.

    Its connections are guarded. Those to a proxy are not: whoever runs the crawl chose it, and it looks up the names.
    """

    line: LargeBodyQueue

    def _get_agent(self, request: Request, timeout: float) -> Any:
        agent: Any = super()._get_agent(request, timeout)
        if "proxy" not in request.meta:
            spider = self._crawler.spider
            assert isinstance(spider, SiteSpider)
            mirror = spider.session.mirror
            agent._endpointFactory._reactor = GuardedReactor(
                agent._reactor,
                host=urlsplit(request.url).hostname or "",
                here=mirror is not None and mirror.is_loopback and mirror.is_at(request.url),
            )
        return agent

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        self.line.admit(txresponse)
        return super()._cb_bodyready(txresponse, request)

    def _cb_bodydone(self, result: Any, url: str) -> Any:
        return result


class _RecordingParser(_LenientHTTPClientParser):
    """Keeps the lines of a head as they came."""

    head_lines: list[bytes]
    head_size: int

    def lineReceived(self, line: bytes) -> None:
        line = line.removesuffix(b"\r")
        self.head_lines.append(line)
        self.head_size += len(line)
        if self.head_size > MAX_HEAD:
            raise ParseError("the header lines are too long", b"")  # type: ignore[no-untyped-call]  # Twisted is typed in part
        super().lineReceived(line)

    def allHeadersReceived(self) -> None:
        self.response.head_as_sent = b"\r\n".join(self.head_lines) + b"\r\n"
        self.head_lines = []  # an interim answer (1xx) is followed by the real one
        super().allHeadersReceived()  # type: ignore[no-untyped-call]  # Twisted is typed in part


class _Recorder:
    """A transport that only remembers what is written to it."""

    written = b""

    def writeSequence(self, parts: list[bytes]) -> None:
        self.written = b"".join(parts)


class _RecordingProtocol(_LenientHTTP11ClientProtocol):
    """Attaches both heads to the answer."""

    def request(self, request: Any) -> Any:
        done = super().request(request)
        parser = self._parser
        if isinstance(parser, _LenientHTTPClientParser):
            # Twisted makes the parser itself; mypy does not follow a class that is exchanged
            parser.__class__ = _RecordingParser
            parser.head_lines = []  # type: ignore[attr-defined]
            parser.head_size = 0  # type: ignore[attr-defined]
        recorder = _Recorder()
        request._writeHeaders(recorder, None)

        def attach(response: Any) -> Any:
            response.request_as_sent = recorder.written
            return response

        return done.addCallback(attach)


class _RecordingFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _RecordingProtocol:
        return _RecordingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted is typed in part
