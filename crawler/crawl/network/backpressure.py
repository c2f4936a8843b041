"""Backpressure: lets one large body be received at a time, because several of the largest size would fill the memory.

The transports of the others are paused before their bodies grow: nothing more is read from their sockets until the
body before has ended, and their servers have to wait.
"""

from __future__ import annotations

from collections import deque
from typing import Any, TypeVar

from scrapy.core.downloader.handlers.http11 import _ResponseReader

LARGE_BODY_SIZE = 1_000_000
"""Bytes. Five times a usual page of a newspaper; few are larger."""

Result = TypeVar("Result")


class QueuedBodyReader(_ResponseReader):
    """Receives a body; waits in the queue once the body is larger than :data:`LARGE_BODY_SIZE`."""

    body_queue: LargeBodyQueue

    def dataReceived(self, data: bytes) -> None:
        before = self._bytes_received
        super().dataReceived(data)
        if before <= LARGE_BODY_SIZE < self._bytes_received and not self._finished.called:
            self.body_queue.wait_in_turn(self)


class LargeBodyQueue:
    """The queue of large bodies of one crawl; the first one is being received."""

    def __init__(self) -> None:
        self._readers: deque[QueuedBodyReader] = deque()

    def deliver_in_turn(self, response: Any) -> None:
        """Make a response of Twisted deliver its body through this queue."""
        deliver = response.deliverBody

        def deliver_queued(reader: Any) -> None:
            reader.__class__ = QueuedBodyReader  # Scrapy makes the reader itself
            reader.body_queue = self
            reader._finished.addBoth(self._release_turn, reader)
            deliver(reader)

        response.deliverBody = deliver_queued

    def wait_in_turn(self, reader: QueuedBodyReader) -> None:
        """Add a reader to the queue, and pause its transport unless it is the first."""
        self._readers.append(reader)
        if self._readers[0] is not reader:
            assert reader.transport is not None
            reader.transport.pauseProducing()

    def _release_turn(self, result: Result, reader: QueuedBodyReader) -> Result:
        """Remove a reader whose body has ended, failed or timed out, and resume the next one; return ``result``."""
        if reader in self._readers:
            is_first = self._readers[0] is reader
            self._readers.remove(reader)
            if is_first and self._readers:
                next_transport = self._readers[0].transport
                assert next_transport is not None
                next_transport.resumeProducing()
        return result
