"""Fetches one page without a crawl: robots.txt first, then the page and the redirects on the way, each answer kept.

It keeps to the same rules as a crawl: our user agent, robots.txt of every host on the way, its Crawl-delay between
requests, public addresses only, at most five redirects, the same largest size. It does not try again.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urldefrag, urlsplit

from twisted.web._newclient import ParseError
from w3lib.url import safe_url_string

from crawler.crawl.network.address_guard import PrivateAddress, is_public, is_this_machine
from crawler.crawl.network.certificates import describe_certificate_error, describe_tls_error
from crawler.crawl.network.chain_cookies import NO_COOKIES
from crawler.crawl.network.failures import CLOSED, describe_bad_http, describe_network_error
from crawler.crawl.network.mirror import is_loopback
from crawler.crawl.network.one_answer import AnswerTooLarge, receive_answer
from crawler.crawl.network.recording import read_fields
from crawler.crawl.network.robots import RobotsRules
from crawler.errors import BadAddress, BadValue, SiteRefused, SiteUnreachable
from crawler.items import Capture
from crawler.normalisation.addresses.references import resolve_reference
from crawler.outcome.header_addresses import read_header_address
from crawler.outcome.obstacles import find_refresh
from crawler.warc.content_encoding import (
    ACCEPT_ENCODING,
    MAX_CONTENT_SIZE,
    decode_content,
    is_whole_body,
    list_encodings,
)

MAX_REDIRECTS = 5
TIMEOUT = 60.0
"""Seconds for one answer, headers and body."""
LEAST_DELAY = 1.0
"""Seconds between two requests to a live host."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request and its answer; of the answer's head the fields as sent, unfolded, and the chunked framing undone."""

    url: str
    fetched_at: datetime
    request_head: bytes
    response_head: bytes
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut_off: bool
    """True when the transfer broke off."""

    def find_header(self, name: str) -> str | None:
        """Return the first header of that name in lower case, or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def redirect_target(self) -> str | None:
        """Where the answer sends us, as it says it; None where it is no redirect."""
        return self.find_header("location") if self.status in _REDIRECTS else None


class PageFetcher:
    """Fetches single pages; the rules of each host are asked for once.

    ``keep`` takes each exchange, that of robots.txt too.
    """

    def __init__(self, user_agent: str, keep: Callable[[Exchange], None] = lambda exchange: None) -> None:
        self._user_agent = user_agent
        self._keep = keep
        self._rules: dict[str, RobotsRules] = {}
        self._free_at: dict[str, float] = {}

    def fetch(self, url: str) -> Exchange:
        """Return the answer that an address leads to, by redirects and by pages that only send on, whatever its status.

        Raises BadAddress, SiteRefused where robots.txt forbids an address on the way, and SiteUnreachable where nothing
        answers or the redirects do not end.
        """
        url = check_url(url)
        here = is_loopback(urlsplit(url).hostname or "")
        steps: list[str] = []
        cookies, is_new = NO_COOKIES, False
        while len(steps) <= MAX_REDIRECTS:
            if url in steps and not is_new:
                raise SiteUnreachable(f"the redirects lead round in a circle: {url[:200]}")
            steps.append(url)
            origin = _find_origin(url)
            rules = self._rules.get(origin) or self._fetch_rules(origin, here)
            if not rules.allows(url):
                raise SiteRefused(f"robots.txt of {origin} forbids {url[:200]}")
            exchange = self._request(url, rules.crawl_delay or 0.0, here, cookies.make_header(url))
            former_cookies, cookies = cookies, cookies.take(url, exchange.headers)
            is_new = cookies is not former_cookies
            target = exchange.redirect_target
            refresh = _find_refresh(exchange) if target is None else None
            if target is None and refresh is None:
                return exchange
            try:
                url = check_url(refresh if refresh is not None else _join(url, target or ""))
            except BadAddress:
                shown = ascii((refresh or target or "")[:200])
                raise SiteUnreachable(f"{url[:200]} redirects to what is no web address: {shown}") from None
        raise SiteUnreachable(f"the redirects do not end: {url[:200]}")

    def _fetch_rules(self, origin: str, here: bool) -> RobotsRules:
        url = f"{origin}/robots.txt"
        rules = RobotsRules.forbid_all()  # where redirects lead nowhere
        try:
            for _ in range(MAX_REDIRECTS + 1):
                exchange = self._request(url, 0.0, here)
                target = exchange.redirect_target
                if target is None:
                    if not exchange.cut_off or exchange.status >= 300:
                        rules = RobotsRules.from_response(exchange.status, _decode(exchange))
                    break
                url = check_url(_join(url, target))
        except BadAddress:
            pass
        self._rules[origin] = rules
        return rules

    def _request(self, url: str, delay: float, here: bool, cookie: str | None = None) -> Exchange:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not here:
            pause = self._free_at.get(host, 0.0) + max(delay, LEAST_DELAY) - time.monotonic()
            if host in self._free_at and pause > 0:
                time.sleep(pause)
        exchange = exchange_messages(url, self._user_agent, here=here, cookie=cookie)
        self._free_at[host] = time.monotonic()
        self._keep(exchange)
        return exchange


def check_url(url: str) -> str:
    """Return an address without fragment, in the letters of HTTP. Raises BadAddress for all that is no web address."""
    try:
        safe_url = safe_url_string(urldefrag(url.strip())[0])
        parts = urlsplit(safe_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise BadAddress(f"{url[:200]!a} is no address of a page: give one that begins with https://.")
        parts.hostname.encode("ascii")
    except ValueError as problem:
        raise BadAddress(f"{url[:200]!a} is malformed: {problem}.") from None
    return safe_url


def exchange_messages(url: str, user_agent: str, *, here: bool, cookie: str | None = None) -> Exchange:
    """Send one GET request and return the answer; ``here`` allows this machine and nothing else.

    ``cookie`` is what the host has set on the way here.

    Raises SiteUnreachable.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields: Mapping[str, str] = {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": user_agent,
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding": ACCEPT_ENCODING,
        "Connection": "close",
        **({"Cookie": cookie} if cookie else {}),
    }
    request_head = f"GET {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    request = request_head.encode("latin-1", "replace") + b"\r\n"
    fetched_at = datetime.now(UTC)
    deadline = time.monotonic() + TIMEOUT
    try:
        with (
            _connect(host, parts.port or (443 if parts.scheme == "https" else 80), here) as plain,
            (
                ssl.create_default_context().wrap_socket(plain, server_hostname=host)
                if parts.scheme == "https"
                else plain
            ) as connection,
        ):
            connection.sendall(request)
            answer = receive_answer(connection, deadline=deadline, max_size=MAX_CONTENT_SIZE)
    except PrivateAddress as problem:
        raise SiteUnreachable(f"{url[:200]}: {problem}") from None
    except TimeoutError:
        raise SiteUnreachable(f"{url[:200]}: the answer took too long") from None
    except ssl.SSLCertVerificationError as problem:
        words = describe_certificate_error(problem.verify_code, problem.verify_message)
        raise SiteUnreachable(f"{url[:200]}: {words}") from None
    except ssl.SSLError as problem:
        raise SiteUnreachable(f"{url[:200]}: {describe_tls_error(problem.reason or '')}") from None
    except (AnswerTooLarge, OSError) as problem:
        words = describe_network_error(problem) or " ".join(str(problem).split())[:200] or type(problem).__name__
        raise SiteUnreachable(f"{url[:200]}: {words}") from None
    except (ParseError, ValueError) as problem:
        raise SiteUnreachable(f"{url[:200]}: {describe_bad_http(problem)}") from None
    if answer is None:
        raise SiteUnreachable(f"{url[:200]}: {CLOSED}")
    headers = read_fields(answer.head)
    return Exchange(
        url=url,
        fetched_at=fetched_at,
        request_head=request,
        response_head=answer.head,
        status=answer.status,
        headers=headers,
        body=answer.body,
        cut_off=answer.cut_off and not is_whole_body(answer.body, list_encodings(headers)),
    )


def _connect(host: str, port: int, here: bool) -> socket.socket:
    """Open a connection to an address that may be asked. Raises PrivateAddress and OSError."""
    error: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        literal = str(address[0])
        if not (is_this_machine(literal) if here else is_public(literal)):
            raise PrivateAddress(f"{host} leads to {literal}, which is not on the public internet")
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(TIMEOUT)
        try:
            connection.connect(address)
        except OSError as problem:
            connection.close()
            error = problem
            continue
        return connection
    raise error or OSError("the name of the host has no address")


def _find_refresh(exchange: Exchange) -> str | None:
    """Return where a page that only sends on leads to; None for a page to be read."""
    capture = Capture(
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        status=exchange.status,
        headers=exchange.headers,
        body=_decode(exchange),
    )
    return find_refresh(capture)


def _decode(exchange: Exchange) -> bytes:
    try:
        return decode_content(exchange.body, list_encodings(exchange.headers), MAX_CONTENT_SIZE)
    except BadValue:
        return b""


def _join(url: str, location: str) -> str:
    try:
        return resolve_reference(url, read_header_address(location))
    except ValueError as problem:
        raise BadAddress(f"{location[:200]!a} is malformed: {problem}.") from None


def _find_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
