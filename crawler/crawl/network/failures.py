"""Explains an exception of Scrapy or Twisted: maps it to a kind of failure and a message that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web._newclient import ParseError

from crawler.crawl.network.address_guard import RequestEnded
from crawler.items import Failure

OPENSSL_REFUSAL = "certificate verify failed"
"""The message of OpenSSL about a certificate that is not valid; it has no class of its own."""


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
        return Cause(Failure.NO_ANSWER, "the name of the host is not known")
    if isinstance(problem, DownloadTimeoutError):
        return Cause(Failure.NO_ANSWER, "the answer took too long")
    if isinstance(problem, DownloadCancelledError):
        return Cause(Failure.TOO_LARGE, "the answer is too large")
    text = " ".join(str(problem).split())
    if isinstance(problem, RequestEnded):
        return Cause(problem.failure, text[:300].rstrip(". "))
    if OPENSSL_REFUSAL in text:
        return Cause(Failure.NO_ANSWER, "the certificate of the host is not valid")
    reasons = list(_iter_reasons(problem))
    if any(isinstance(reason, ConnectionLost | ConnectionDone) for reason in reasons):
        return Cause(Failure.NO_ANSWER, "the connection was closed without an answer")
    for reason in reasons:
        if isinstance(reason, ParseError) or type(reason) is ValueError:  # Twisted's parser raises both
            message = " ".join(str(reason.args[0] if reason.args else "").split())
            return Cause(Failure.NO_HTTP, f"the answer is no proper HTTP ({message[:200]})")
    return Cause(Failure.NO_ANSWER, f"{type(problem).__name__}: {text[:300]}".rstrip(".: "))


def _iter_reasons(problem: BaseException) -> Iterator[BaseException]:
    """Yield the exceptions below an exception: Twisted wraps a list of failures, Scrapy wraps Twisted's exception."""
    below = [failure.value for failure in getattr(problem, "reasons", ())]
    if problem.__cause__ is not None:
        below.append(problem.__cause__)
    for reason in below:
        yield reason
        yield from _iter_reasons(reason)
