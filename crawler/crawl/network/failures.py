"""Explains why no answer came: the kind of failure, and words that a person can act on, for an exception."""

from __future__ import annotations

import re
from typing import NamedTuple

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)

from crawler.crawl.network.address_guard import RequestEnded
from crawler.items import Failure

_NO_HTTP = re.compile(r"twisted\.web\._newclient\.ParseError: \('([^']*)'|builtins\.ValueError: (.*?)>\]")
"""What Twisted's parser says, inside the list of failures that Scrapy makes a text of."""


class Cause(NamedTuple):
    """Why no answer came: ``failure`` for programs, ``words`` for people."""

    failure: Failure
    words: str


def explain_failure(problem: BaseException | None) -> Cause:
    """Return why no answer came, without class names where we know the kind, else in the exception's own words."""
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
    # What OpenSSL and Twisted say, which Scrapy hands on as text.
    if "certificate verify failed" in text:
        return Cause(Failure.NO_ANSWER, "the certificate of the host is not valid")
    if "ConnectionLost" in text or "ConnectionDone" in text:
        return Cause(Failure.NO_ANSWER, "the connection was closed without an answer")
    if (told := _NO_HTTP.search(text)) is not None:
        return Cause(Failure.NO_HTTP, f"the answer is no proper HTTP ({(told[1] or told[2])[:200]})")
    return Cause(Failure.NO_ANSWER, f"{type(problem).__name__}: {text[:300]}".rstrip(".: "))
