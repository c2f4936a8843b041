"""Why no answer came has a kind for programs, whatever the words for people are."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from support.tables import check_rows
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure as TwistedFailure
from twisted.web._newclient import ParseError, RequestTransmissionFailed, ResponseFailed, ResponseNeverReceived

from crawler.crawl.network.address_guard import NotFetched, PrivateAddress, RequestPostponed
from crawler.crawl.network.failures import explain_failure
from crawler.items import Failure


def wrapped(*reasons, kind=ResponseNeverReceived):
    """Return what Scrapy raises for what Twisted's client made of these."""
    cause = kind([TwistedFailure(reason) for reason in reasons])
    problem = DownloadFailedError(str(cause))
    problem.__cause__ = cause
    return problem


@check_rows(
    ("problem", "failure", "words"),
    [
        (None, "no_answer", "nothing came back"),
        (DownloadConnectionRefusedError("111"), "no_answer", "the connection was refused"),
        (CannotResolveHostError("x"), "no_answer", "the name of the host is not known"),
        (DownloadTimeoutError("60"), "no_answer", "the answer took too long"),
        (DownloadCancelledError("9"), "too_large", "the answer is too large"),
        (wrapped(ConnectionLost()), "no_answer", "the connection was closed without an answer"),
        (wrapped(ConnectionDone(), kind=ResponseFailed), "no_answer", "the connection was closed without an answer"),
        (
            wrapped(ParseError("wrong number of parts", b"SSH-2.0"), ConnectionDone()),
            "no_answer",
            "the connection was closed without an answer",
        ),
        (
            wrapped(ParseError("wrong number  of parts", b"SSH-2.0")),
            "no_http",
            "the answer is no proper HTTP (wrong number of parts)",
        ),
        (wrapped(ValueError("invalid literal: 'x'")), "no_http", "the answer is no proper HTTP (invalid literal: 'x')"),
        (wrapped(KeyError("klingon")), "no_answer", "KeyError: 'klingon'"),
        (
            RequestTransmissionFailed([TwistedFailure(ConnectionLost())]),
            "no_answer",
            "the connection was closed without an answer",
        ),
        (
            DownloadFailedError("[('SSL routines', '', 'certificate verify failed')]"),
            "no_answer",
            "the certificate of the host is not valid",
        ),
        (NotFetched("more than 5 redirects", Failure.REDIRECTS), "redirects", "more than 5 redirects"),
        (NotFetched("leads to /ConnectionLost.", Failure.REDIRECTS), "redirects", "leads to /ConnectionLost"),
        (PrivateAddress("x leads to 10.0.0.1"), "no_answer", "x leads to 10.0.0.1"),
        (RequestPostponed("later"), "no_answer", "later"),
        (ValueError("a mistake  of ours."), "no_answer", "ValueError: a mistake of ours"),
    ],
)
def test_an_exception_has_a_kind_and_words(problem, failure, words):
    assert explain_failure(problem) == (Failure(failure), words)
