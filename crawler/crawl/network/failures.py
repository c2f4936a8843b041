"""Why no answer came, in words a person can act on: an exception of the network in, a phrase out."""

from __future__ import annotations

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)

TOO_LARGE = "the answer is too large"
NO_HTTP = "the answer is no proper HTTP"
_NO_HTTP = re.compile(r"twisted\.web\._newclient\.ParseError: \('([^']*)'|builtins\.ValueError: (.*?)>\]")
"""What Twisted's parser says, inside the list of failures that Scrapy makes a text of."""


def describe_failure(problem: BaseException | None) -> str:
    """Return a short phrase without class names where we know the kind, else the exception's own words."""
    if problem is None:
        return "nothing came back"
    if isinstance(problem, DownloadConnectionRefusedError):
        return "the connection was refused"
    if isinstance(problem, CannotResolveHostError):
        return "the name of the host is not known"
    if isinstance(problem, DownloadTimeoutError):
        return "the answer took too long"
    if isinstance(problem, DownloadCancelledError):
        return TOO_LARGE
    text = " ".join(str(problem).split())
    if "certificate verify failed" in text:
        return "the certificate of the host is not valid"
    if "ConnectionLost" in text or "ConnectionDone" in text:
        return "the connection was closed without an answer"
    if (told := _NO_HTTP.search(text)) is not None:
        return f"{NO_HTTP} ({(told[1] or told[2])[:200]})"
    name = type(problem).__name__
    return text[:300].rstrip(". ") if hasattr(problem, "refused") else f"{name}: {text[:300]}".rstrip(".: ")
