"""One large body at a time: several at once, each of the size we take, would fill the memory.

What has come of the others stays small: the kernel is not asked for more of them until the one before has ended, and
the server has to wait.
"""

from __future__ import annotations

from collections import deque
from typing import Any, TypeVar

from scrapy.core.downloader.handlers.http11 import _ResponseReader

LARGE_BODY_SIZE = 1_000_000
"""Bytes. Five times a usual page of a newspaper; few are larger."""

Result = TypeVar("Result")


class QueuedBodyReader(_ResponseReader):
    """Receives a body; once it is large, only while no other large one is being received."""

    line: LargeBodyQueue

    def dataReceived(self, data: bytes) -> None:
        before = self._bytes_received
        super().dataReceived(data)
        if before <= LARGE_BODY_SIZE < self._bytes_received and not self._finished.called:
            self.line.join(self)


class LargeBodyQueue:
    """Where large bodies stand in line; the first one is being received. One for each crawl."""

    def __init__(self) -> None:
        self._readers: deque[QueuedBodyReader] = deque()

    def admit(self, response: Any) -> None:
        """Have the body of a response of Twisted's received in its turn."""
        deliver = response.deliverBody

        def deliver_in_turn(reader: Any) -> None:
            reader.__class__ = QueuedBodyReader  # Scrapy makes the reader itself
            reader.line = self
            reader._finished.addBoth(self._release_turn, reader)
            deliver(reader)

        response.deliverBody = deliver_in_turn

    def join(self, reader: QueuedBodyReader) -> None:
        """Go on receiving, or wait for those who came before."""
        self._readers.append(reader)
        if self._readers[0] is not reader:
            assert reader.transport is not None
            reader.transport.pauseProducing()

    def _release_turn(self, result: Result, reader: QueuedBodyReader) -> Result:
        """Make room, however it ended; a body that waited too long leaves from the middle of the line."""
        if reader in self._readers:
            first = self._readers[0] is reader
            self._readers.remove(reader)
            if first and self._readers:
                following = self._readers[0].transport
                assert following is not None
                following.resumeProducing()
        return result
