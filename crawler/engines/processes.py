"""Starts processes that hear no signals and end when this one does, however it ends.

A signal that goes to a whole process group, as Ctrl+C does, reaches the parent alone. Each process has an end of a
pipe, its lifeline, and a thread that ends it when the other end is closed: by the parent, or by its death.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from typing import Final

from crawler.system.interruption import SIGNALS, hold_signals

CONTEXT: Final[SpawnContext] = get_context("spawn")
"""Spawned, since forked processes would hold this one's locks and open databases, even after its death."""


class Lifeline:
    """The pipe that processes hang on; :attr:`end` is what they are given."""

    def __init__(self) -> None:
        self.end, self._own_end = CONTEXT.Pipe(duplex=False)

    def cut(self) -> None:
        """End all processes that hang on it, whatever they are doing."""
        self._own_end.close()

    def close(self) -> None:
        """Close both ends of the pipe."""
        self._own_end.close()
        self.end.close()


def follow_lifeline(end: Connection) -> None:
    """End this process when the other end of its lifeline is closed. To be called first in a process."""
    threading.Thread(target=_await_end, args=(end,), daemon=True).start()


START_ERRORS = (OSError, ImportError)
"""What starting a process raises where there is no shared memory (/dev/shm), no room for more processes, or no
semaphores."""


def limit_memory(limit: int | None) -> None:
    """Bound the bytes of addresses that this process may have, where the system knows such a bound."""
    if limit is None or sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = limit if most == resource.RLIM_INFINITY else min(limit, most)
    with suppress(ValueError, OSError):  # a system that knows the bound and does not take it
        resource.setrlimit(resource.RLIMIT_AS, (bound, most))


def start_resource_tracker() -> None:
    """Start the process that frees what processes leave when they are ended by force, and that tells nobody of it."""
    sys.warnoptions.append("ignore:resource_tracker:UserWarning")  # handed on to the process
    try:
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.pop()


@contextmanager
def shield_start() -> Iterator[None]:
    """Shield processes that the block starts: they never get signals, and none begins with half of what it is sent."""
    with hold_signals(), _block_signals():
        yield


@contextmanager
def _block_signals() -> Iterator[None]:
    """Block the signals in this thread while the block runs: a process that it starts never gets them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    former_mask = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former_mask)


def _await_end(end: Connection) -> None:
    with suppress(EOFError, OSError):
        end.recv()  # nothing is ever sent: it returns when the other end is closed
    os._exit(1)
