"""Explains an exception of Scrapy or Twisted: maps it to a kind of failure and a message that a person can act on."""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Iterator
from typing import Final, NamedTuple

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost
from twisted.web._newclient import ParseError

from crawler.crawl.network.address_guard import RequestEnded
from crawler.crawl.network.certificates import INVALID, InvalidCertificate, describe_tls_error
from crawler.items import Failure

UNKNOWN_NAME: Final = "the name of the host is not known"
CLOSED: Final = "the connection was closed without an answer"
_ERRNO_WORDS: Final[dict[int, str]] = {
    errno.ECONNREFUSED: "the connection was refused",
    errno.ECONNRESET: CLOSED,
    errno.ECONNABORTED: CLOSED,
    errno.EPIPE: CLOSED,
    errno.ETIMEDOUT: "the connection took too long",
    errno.EHOSTUNREACH: "there is no way to the host",
    errno.ENETUNREACH: "there is no way to the network of the host",
    errno.ENETDOWN: "the network is down",
    errno.EHOSTDOWN: "the host is down",
    errno.EADDRNOTAVAIL: "the host has no address that can be connected to",
    errno.EMFILE: "this machine has no file descriptor left",
    errno.EACCES: "this machine does not allow the connection",
    errno.EPERM: "this machine does not allow the connection",
}
_TEXT_OF_OPENSSL: Final = re.compile(r"\('(?:SSL|STORE|x509)[^']*', '[^']*', '([^']*)'\)", re.I)
_REFUSED_CERTIFICATE: Final = "certificate verify failed"
"""The reason of OpenSSL for a certificate that is not valid."""


class Cause(NamedTuple):
    """Why no answer came: ``failure`` for programs, ``words`` for people."""

    failure: Failure
    words: str


def explain_failure(problem: BaseException | None) -> Cause:
    """Return why no answer came, in our words where the kind is known, else with class and message of the exception."""
    if problem is None:
        return Cause(Failure.NO_ANSWER, "nothing came back")
    if isinstance(problem, DownloadConnectionRefusedError):
        return Cause(Failure.NO_ANSWER, "the connection was refused")
    if isinstance(problem, CannotResolveHostError):
        return Cause(Failure.NO_ANSWER, UNKNOWN_NAME)
    if isinstance(problem, DownloadTimeoutError):
        return Cause(Failure.NO_ANSWER, "the answer took too long")
    if isinstance(problem, DownloadCancelledError):
        return Cause(Failure.TOO_LARGE, "the answer is too large")
    text = " ".join(str(problem).split())
    if isinstance(problem, RequestEnded):
        return Cause(problem.failure, text[:300].rstrip(". "))
    reasons = [problem, *_iter_reasons(problem)]
    tls_words = _describe_tls(reasons, text)
    if tls_words is not None:
        return Cause(Failure.NO_ANSWER, tls_words)
    for reason in reasons:
        if isinstance(reason, TunnelError):
            return Cause(
                Failure.NO_ANSWER, f"the proxy does not lead to the host ({' '.join(str(reason).split())[:100]})"
            )
        network_words = describe_network_error(reason)
        if network_words is not None:
            return Cause(Failure.NO_ANSWER, network_words)
    if any(isinstance(reason, ConnectionLost | ConnectionDone) for reason in reasons):
        return Cause(Failure.NO_ANSWER, CLOSED)
    for reason in reasons[1:]:
        if isinstance(reason, ParseError) or type(reason) is ValueError:  # Twisted's parser raises both
            return Cause(Failure.NO_HTTP, describe_bad_http(reason))
    deepest = reasons[-1]  # the message of a wrapped exception quotes Twisted's objects
    text = " ".join(str(deepest).split())
    return Cause(Failure.NO_ANSWER, f"{type(deepest).__name__}: {text[:300]}".rstrip(".: "))


def describe_bad_http(problem: ParseError | ValueError) -> str:
    """Return what the parser of HTTP found wrong, in words."""
    message = " ".join(str(problem.args[0] if problem.args else "").split())
    return f"the answer is no proper HTTP ({message[:200]})"


def describe_network_error(problem: BaseException) -> str | None:
    """Return an error of the network in words, by its class or number; None for what is none that we know."""
    if isinstance(problem, socket.gaierror):
        return UNKNOWN_NAME
    number = problem.osError if isinstance(problem, ConnectError) else getattr(problem, "errno", None)
    if isinstance(number, int) and number in _ERRNO_WORDS and isinstance(problem, OSError | ConnectError):
        return _ERRNO_WORDS[number]
    return "the connection took too long" if isinstance(problem, TimeoutError) else None


def _describe_tls(reasons: list[BaseException], text: str) -> str | None:
    """Return an error of TLS in words: of the certificate, or of what server and client could not agree upon."""
    for reason in reasons:
        if isinstance(reason, InvalidCertificate):
            return str(reason)
    for reason in reasons:
        if isinstance(reason, SSL.SysCallError):
            return CLOSED
        if isinstance(reason, SSL.Error):
            errors = reason.args[0] if reason.args and isinstance(reason.args[0], list) else []
            return _describe_openssl(str(errors[-1][-1]) if errors else "")
    match = _TEXT_OF_OPENSSL.search(text)
    return _describe_openssl(match[1]) if match is not None else None


def _describe_openssl(reason: str) -> str:
    return INVALID if reason == _REFUSED_CERTIFICATE else describe_tls_error(reason)


def _iter_reasons(problem: BaseException) -> Iterator[BaseException]:
    """Yield the exceptions below an exception: Twisted wraps a list of failures, Scrapy wraps Twisted's exception."""
    below = [failure.value for failure in getattr(problem, "reasons", ())]
    if problem.__cause__ is not None:
        below.append(problem.__cause__)
    for reason in below:
        yield reason
        yield from _iter_reasons(reason)
