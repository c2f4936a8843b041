"""Ways to wait for a program that do not depend on how busy the machine is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

PATIENCE = 150.0
"""Seconds after which a wait is given up: a bound for what never comes, not a measure of speed."""


def wait_until(condition: Callable[[], object]) -> None:
    """Return as soon as ``condition()`` is true; fail when it never becomes so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def assert_paced(moments: Iterable[float], pause: float, since: float) -> None:
    """Assert that requests kept ``pause`` between them, by the times at which a server saw them.

    A server sees a request late, and on a busy machine later, but never before it was sent: so the n-th is seen no
    sooner than n pauses after ``since``, the moment before the first was sent. Gaps between two of them prove nothing.
    """
    early = [(number, moment - since) for number, moment in enumerate(moments) if moment - since < number * pause]
    assert not early, f"{pause} s apart, and yet seen so soon after the beginning: {early}"


class Gate:
    """Lets a number of requests pass and holds the others until it is opened: whoever asks cannot come to an end."""

    def __init__(self, after: int) -> None:
        self._left = after
        self._lock = threading.Lock()
        self._reached = threading.Event()
        self._opened = threading.Event()

    def pass_through(self) -> None:
        """Return at once, or when the gate is opened."""
        with self._lock:
            self._left -= 1
            held = self._left < 0
        if held:
            self._reached.set()
            self._opened.wait(2 * PATIENCE)

    def wait_until_reached(self) -> None:
        """Return when the first request is held."""
        assert self._reached.wait(PATIENCE), "fewer requests came than the gate lets through"

    def open(self) -> None:
        """Let everything pass from now on."""
        self._opened.set()
