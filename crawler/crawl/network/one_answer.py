"""Receives one answer over a socket without a reactor, parsed and recorded as those of a crawl are."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import Any, Final

from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.web._newclient import DONE, ResponseFailed
from twisted.web.http import _MalformedChunkedDataError

from crawler.crawl.network.recording import RecordingParser

_STEP: Final = 1 << 16
_CLOSED: Final = Failure(ConnectionDone())  # type: ignore[no-untyped-call]  # Twisted is typed in part


class AnswerTooLarge(Exception):
    """The answer is larger than any page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedAnswer:
    """An answer: its head as it came, with CR LF, and its body with the chunked framing undone."""

    status: int
    head: bytes
    body: bytes
    cut_off: bool
    """True when the transfer broke off."""


def receive_answer(connection: socket.socket, *, deadline: float, max_size: int) -> ReceivedAnswer | None:
    """Return the answer that comes over a connection; None where it is closed without one.

    Raises TimeoutError at the ``deadline`` of the monotonic clock, AnswerTooLarge for a body above ``max_size`` bytes,
    and ParseError or ValueError, as Twisted's parser does, for what is no HTTP.
    """
    body = _Body()
    parser: Any = RecordingParser(_Question(), lambda rest: None)  # type: ignore[no-untyped-call]  # Twisted is typed in part
    parser.begin_recording()
    parser._responseDeferred.addCallbacks(body.begin, lambda failure: None)
    parser.makeConnection(_Silence())
    try:
        while parser.state != DONE:
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            block = connection.recv(_STEP)
            if not block:
                parser.connectionLost(_CLOSED)
                break
            parser.dataReceived(block)
            if body.size > max_size:
                raise AnswerTooLarge("the answer is too large")
    except (_MalformedChunkedDataError, ConnectionResetError):
        if body.response is None:
            raise
        body.is_cut_off = True
    if body.response is None:
        return None
    return ReceivedAnswer(
        status=int(body.response.code), head=body.response.raw_head, body=b"".join(body.parts), cut_off=body.is_cut_off
    )


class _Body(Protocol):
    """Takes the parts of a body."""

    def __init__(self) -> None:
        self.response: Any = None
        self.parts: list[bytes] = []
        self.size = 0
        self.is_cut_off = False

    def begin(self, response: Any) -> None:
        self.response = response
        response.deliverBody(self)

    def dataReceived(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)

    def connectionLost(self, reason: Failure = _CLOSED) -> None:
        self.is_cut_off = isinstance(reason.value, ResponseFailed)


class _Question:
    """What the parser asks of the request."""

    method = b"GET"
    absoluteURI = None


class _Silence:
    """A transport that is never told anything: the socket is read here."""

    disconnecting = False

    def pauseProducing(self) -> None:
        """Do nothing."""

    def resumeProducing(self) -> None:
        """Do nothing."""

    def stopProducing(self) -> None:
        """Do nothing."""

    def loseConnection(self) -> None:
        """Do nothing."""
