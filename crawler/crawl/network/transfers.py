"""The requests that are being made: a crawl that ends takes back those that no server has received yet."""

from __future__ import annotations

from typing import Any


class Transfer:
    """One request, from the lookup of the name until its answer has come.

    Attributes:
        deferred: fires with the answer.
        is_sent: True once there is a connection, and the request goes over it.
        is_cancelled: True when it was taken back.

    """

    deferred: Any

    def __init__(self) -> None:
        self.is_sent = False
        self.is_cancelled = False

    def cancel(self) -> None:
        """Take the request back: its Deferred fails, and a connection that is being opened or used is closed."""
        self.is_cancelled = True
        self.deferred.cancel()


class Transfers:
    """The transfers of one crawl."""

    def __init__(self) -> None:
        self._current: set[Transfer] = set()

    def add(self, transfer: Transfer) -> None:
        self._current.add(transfer)

    def remove(self, transfer: Transfer) -> None:
        self._current.discard(transfer)

    def cancel_unsent(self) -> None:
        """Take back every request whose name is being looked up, or whose connection is being opened."""
        for transfer in list(self._current):
            if not transfer.is_sent:
                transfer.cancel()

    def cancel_all(self) -> None:
        """Take back every request, those that wait for their answer too."""
        for transfer in list(self._current):
            transfer.cancel()
