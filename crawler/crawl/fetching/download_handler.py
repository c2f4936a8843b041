"""The download handler: fetches an address from the site or its mirror, and writes the answer to a WARC file.

It adds three things to Scrapy's own handler. It translates an address of the site into the mirror's, and a ``Location``
of the mirror into the site's, so that everything above sees the site's own addresses. It records the heads of request
and response as they went over the wire, because Scrapy's headers lose order and spelling. And it writes each answer to
a WARC file before it returns it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.web._newclient import HTTPClientParser

from crawler.crawl.fetching.session import FetchSession
from crawler.crawl.fetching.spider import KeptResponse, SiteSpider
from crawler.crawl.network.address_guard import GuardedReactor, RequestPostponed
from crawler.crawl.network.backpressure import LargeBodyQueue
from crawler.crawl.network.certificates import VerifyingContextFactory
from crawler.crawl.network.proxies import drop_credentials, find_proxy
from crawler.crawl.network.recording import RecordingParser, read_fields
from crawler.crawl.network.transfers import Transfer
from crawler.discovery.sitemap_entries import MAX_UNPACKED
from crawler.errors import ArchiveMoved
from crawler.items import Capture, Failure, Reservation
from crawler.normalisation.addresses.references import resolve_reference
from crawler.outcome.answer import REDIRECT_STATUSES
from crawler.outcome.header_addresses import read_header_address
from crawler.outcome.obstacles import find_refresh
from crawler.outcome.payload import Payload, decode_payload
from crawler.outcome.reservations import find_reservations
from crawler.warc.content_encoding import is_whole_body, list_encodings
from crawler.warc.records import AnswerRecord, compute_payload_digest


class WarcDownloadHandler(HTTP11DownloadHandler):
    """Downloads addresses of the site, from the site or its mirror, and keeps each answer before it returns it."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _RecordingFactory
        self._contextFactory: Any = VerifyingContextFactory(self._contextFactory)
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._proxies = getproxies()
        self._body_queue = LargeBodyQueue()

    @property
    def _session(self) -> FetchSession:
        assert isinstance(self._crawler.spider, SiteSpider)
        return self._crawler.spider.session

    async def download_request(self, request: Request) -> KeptResponse:
        """Return the answer of an address once it is in a WARC file.

        Raises RequestPostponed while the throttle forbids requests or when the crawl has been stopped, IgnoreRequest
        when the WARC file cannot be written, and Scrapy's exceptions when no answer came.
        """
        refusal = self._session.admit()
        if refusal is not None:
            raise RequestPostponed(refusal)
        mirror = self._session.mirror
        source = request.meta.get("fetch_from") or (mirror.locate(request.url) if mirror else request.url)
        upstream_request = request.replace(url=source) if source != request.url else request
        upstream_request = self._choose_proxy(upstream_request)
        fetched_at = self._session.clock()
        max_size = self._find_max_size(request)
        agent = _RecordingAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=max_size,
            warnsize=0,
            fail_on_dataloss=False,  # the part of a broken transfer that came is kept, then counted as failed
            crawler=self._crawler,
        )
        agent.body_queue = self._body_queue
        transfer = agent.begin_transfer(upstream_request)
        self._session.transfers.add(transfer)
        try:
            with wrap_twisted_exceptions():
                result: Any = await maybe_deferred_to_future(transfer.deferred)
        except Exception as problem:
            if transfer.is_cancelled:
                raise RequestPostponed("the crawl has been stopped") from problem
            raise
        finally:
            self._session.transfers.remove(transfer)
        return self._keep(request, source, result, fetched_at)

    def _find_max_size(self, request: Request) -> int:
        """Return the most bytes of an answer: the protocol of sitemaps allows more than a page has."""
        queued = request.meta.get("queued")
        is_sitemap = queued is not None and queued.address.kind == "sitemap"
        return max(self._max_size, MAX_UNPACKED) if is_sitemap else self._max_size

    def _keep(self, request: Request, source: str, result: dict[str, Any], fetched_at: datetime) -> KeptResponse:
        txresponse = result["txresponse"]
        body: bytes = result.get("body", b"")
        flags: list[str] = result.get("flags") or []
        head: bytes = getattr(txresponse, "raw_head", None) or _rebuild_head(txresponse)
        status = int(txresponse.code)
        fields = read_fields(head)
        cut_off = "dataloss" in flags and not is_whole_body(body, list_encodings(fields))
        digest = compute_payload_digest(body)
        queued = request.meta.get("queued")
        payload = decode_payload(body, fields, cut_off=cut_off, max_size=self._find_max_size(request))
        capture = Capture(
            url=request.url,
            fetched_at=fetched_at,
            status=status,
            headers=fields,
            body=payload.body,
            digest=digest,
            damage=payload.damage,
        )
        if queued is not None:
            rules = self._session.tdm_rules.get(f"{urlsplit(request.url).scheme}://{urlsplit(request.url).netloc}", ())
            capture = replace(capture, reservations=find_reservations(capture, rules))
        is_reserved = self._session.obeys_reservations and bool(capture.reservations)
        if is_reserved:
            body, digest = b"", compute_payload_digest(b"")
            payload = Payload(b"", Failure.RESERVED, _describe_reservations(capture.reservations or ()))
        original = None
        if queued is not None and not cut_off and not is_reserved and bool(body) is (status != 304):
            original = self._session.find_original_record(queued.address.url_key, request.url, status, digest)
        record = AnswerRecord(
            url=request.url,
            fetched_at=fetched_at,
            response_head=head,
            body=body,
            fetched_from=source if source != request.url else None,
            truncated="unspecified" if is_reserved else "disconnect" if cut_off else None,
            original=original,
            digest=digest,
        )
        try:
            location = self._session.warc.write(record, getattr(txresponse, "raw_request_head", b""))
        except OSError as problem:
            self._session.set_write_error(problem)
            raise IgnoreRequest("the WARC file cannot be written") from problem
        except ArchiveMoved as problem:
            self._session.stop.set(problem, "archive")
            raise IgnoreRequest("the WARC folder has gone") from problem
        answer = KeptResponse(url=request.url, status=status, body=b"", protocol="HTTP/1.1")
        answer.capture = replace(
            capture,
            body=payload.body,
            digest=digest,
            warc_file=location.file,
            warc_offset=location.offset,
            warc_length=location.length,
            robots=request.meta.get("verdict"),
        )
        answer.failure, answer.error = payload.failure, payload.error
        self._session.note_response(answer.capture)
        if status in REDIRECT_STATUSES:
            self._read_location(answer, source, read_header_address(answer.capture.header("Location") or ""))
        elif answer.failure is None and "robots" not in request.meta:
            self._read_location(answer, source, find_refresh(answer.capture))
        captures = request.meta.get("captures")
        if captures is not None:
            captures.append(_drop_body(answer.capture))
        else:
            self._session.keep_loose(_drop_body(answer.capture))
        return answer

    def _read_location(self, answer: KeptResponse, source: str, location: str | None) -> None:
        mirror = self._session.mirror
        if not location:
            return
        try:
            if mirror is None:
                answer.location = resolve_reference(answer.url, location)
                return
            answer.location = mirror.translate_location(location, source)
            if mirror.serves(location, source):
                answer.location_from = resolve_reference(source, location)
        except ValueError:  # no address at all
            answer.location = None

    def _choose_proxy(self, request: Request) -> Request:
        """Return the request as it goes to the proxy that the environment names; unchanged where it names none."""
        proxy = find_proxy(request.url, self._proxies) if self._proxies else None
        if proxy is None:
            return request
        request = request.replace(meta={**request.meta, "proxy": proxy.url})
        if proxy.authorization is not None:
            request.headers["Proxy-Authorization"] = proxy.authorization
        return request


def _rebuild_head(txresponse: Any) -> bytes:
    """Return a head made from parsed fields, for an answer whose head was not recorded; order and spelling are lost."""
    lines = [b"HTTP/1.1 %d %s" % (txresponse.code, txresponse.phrase or HTTPStatus(200).phrase.encode())]
    for name, values in txresponse.headers.getAllRawHeaders():
        lines.extend(name + b": " + value for value in values)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _describe_reservations(reservations: Iterable[Reservation]) -> str:
    kinds = ", ".join(f"{reservation.kind} by {reservation.source}" for reservation in reservations)
    return f"the publisher reserves the page ({kinds})"


def _drop_body(capture: Capture) -> Capture:
    return replace(capture, body=b"")


class _RecordingAgent(_ScrapyAgent):
    """Returns the raw result instead of one of Scrapy's response classes, which guess a type that nobody uses.

    Its connections are guarded (:mod:`crawler.crawl.network.address_guard`). Those to a proxy are not: the operator
    chose the proxy, and it looks up the names.
    """

    body_queue: LargeBodyQueue
    _transfer: Transfer

    def begin_transfer(self, request: Request) -> Transfer:
        """Make the request, and return its transfer."""
        self._transfer = Transfer()
        self._transfer.deferred = self.download_request(request)
        return self._transfer

    def _get_agent(self, request: Request, timeout: float) -> Any:
        agent: Any = super()._get_agent(request, timeout)
        agent._pool = _NotingPool(agent._pool, self._transfer)
        if "proxy" not in request.meta:
            spider = self._crawler.spider
            assert isinstance(spider, SiteSpider)
            mirror = spider.session.mirror
            agent._endpointFactory._reactor = GuardedReactor(
                agent._reactor,
                host=urlsplit(request.url).hostname or "",
                loopback_only=mirror is not None and mirror.is_loopback and mirror.is_at(request.url),
            )
        return agent

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        self.body_queue.deliver_in_turn(txresponse)
        return super()._cb_bodyready(txresponse, request)

    def _cb_bodydone(self, result: Any, url: str) -> Any:
        return result


class _NotingPool:
    """Gives out the connections of a pool, and notes that a transfer is sent once it has one."""

    def __init__(self, pool: Any, transfer: Transfer) -> None:
        self._pool = pool
        self._transfer = transfer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def getConnection(self, key: Any, endpoint: Any) -> Any:
        return self._pool.getConnection(key, endpoint).addCallback(self._note)

    def _note(self, connection: Any) -> Any:
        self._transfer.is_sent = True
        return connection


class _Recorder:
    """A transport that sends nothing and records what is written to it."""

    content = b""

    def writeSequence(self, parts: list[bytes]) -> None:
        self.content = b"".join(parts)


class _RecordingProtocol(_LenientHTTP11ClientProtocol):
    """Attaches the heads of request and response, as bytes, to Twisted's response."""

    def request(self, request: Any) -> Any:
        deferred = super().request(request)
        parser = self._parser
        if isinstance(parser, HTTPClientParser):
            # Twisted makes the parser itself; mypy does not follow a class that is exchanged
            parser.__class__ = RecordingParser
            parser.begin_recording()  # type: ignore[attr-defined]
        recorder = _Recorder()
        request._writeHeaders(recorder, None)

        def attach(response: Any) -> Any:
            response.raw_request_head = drop_credentials(recorder.content)
            return response

        return deferred.addCallback(attach)


class _RecordingFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _RecordingProtocol:
        return _RecordingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted is typed in part
