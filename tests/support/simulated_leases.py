"""Several holders of one lease in one process, with clocks of their own, whose steps come in the order of a seed.

Before each look at the folder, and while it sleeps, a holder waits until the simulation lets it go on. So it may be
held up between any two steps, for longer than a lease lasts.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.crawl.lease.lease import HEARTBEAT_SECONDS, Clocks, Lease, LeaseHeld, LeaseLost
from crawler.crawl.lease.place import LeasePlace
from crawler.crawl.lease.process_identity import ProcessIdentity

HOLD_UP = 0.15
HOLD_UPS = (1, 12, 16, 28)
"""Seconds, such that some holders come back shortly before and after their lease has run out."""
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class SharedFiles(LeasePlace):
    """The folder in memory; ``pause`` is called before each look at it."""

    def __init__(self, files: dict[int, bytes], pause: Callable[[], None]) -> None:
        super().__init__(Path("shared/lease"))
        self._files = files
        self._pause = pause

    def read(self, number: int) -> bytes | None:
        self._pause()
        return self._files.get(number)

    def create(self, number: int, content: bytes) -> bool:
        self._pause()
        return self._files.setdefault(number, content) == content

    def replace(self, number: int, content: bytes) -> None:
        self._pause()
        self._files[number] = content

    def sweep(self, number: int) -> None:
        for earlier in sorted(self._files):
            if earlier < number:
                self._pause()
                self._files.pop(earlier, None)

    def _list_numbers(self) -> list[int]:
        self._pause()
        return list(self._files)


class Simulation:
    """Runs holders until each has ended its part; ``most_at_once`` is how many believed at one instant to hold the lease."""

    def __init__(self, seed: int, holders: int, rounds: int) -> None:
        self.dice = random.Random(seed)
        self.files: dict[int, bytes] = {}
        self.now = 0.0
        self.most_at_once = 0
        self.takings = 0
        self.losses = 0
        self.holders = [Holder(self, number, rounds) for number in range(holders)]

    def run(self) -> None:
        while any(holder.is_alive for holder in self.holders):
            ready = [holder for holder in self.holders if holder.is_alive and holder.wakes_at <= self.now]
            if not ready:
                self.now = min(holder.wakes_at for holder in self.holders if holder.is_alive)
                continue
            holder = self.dice.choice(ready)
            holder.step()
            if self.dice.random() < HOLD_UP:  # a file server that takes its time, a process that is stopped
                holder.wakes_at = max(holder.wakes_at, self.now + self.dice.choice(HOLD_UPS))
            self.now += self.dice.uniform(0, 0.05)
            self.most_at_once = max(self.most_at_once, sum(one.is_working for one in self.holders))


class Holder:
    """Takes the lease again and again: renews it for a while, then gives it up, or dies with it."""

    def __init__(self, simulation: Simulation, number: int, rounds: int) -> None:
        self.simulation = simulation
        self.identity = ProcessIdentity(host=f"machine{number}", process_id=100 + number)
        self.lease: Lease | None = None
        self.is_alive = True
        self.wakes_at = 0.0
        self._rounds = rounds
        self._pace = 1 + simulation.dice.uniform(-0.01, 0.01)
        self._offset = simulation.dice.uniform(-86_400, 86_400)
        self._turn, self._ended_turn = threading.Semaphore(0), threading.Semaphore(0)
        self._error: Exception | None = None
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def is_working(self) -> bool:
        return self.lease is not None and self.lease.is_valid

    def step(self) -> None:
        self._turn.release()
        self._ended_turn.acquire()
        if self._error is not None:
            raise self._error

    def pause(self) -> None:
        self._ended_turn.release()
        self._turn.acquire()

    def _sleep(self, seconds: float) -> None:
        self.wakes_at = self.simulation.now + seconds
        self.pause()

    def _run(self) -> None:
        self._turn.acquire()
        try:
            self._work()
        except Exception as error:
            self._error = error
        self.is_alive = False
        self._ended_turn.release()

    def _work(self) -> None:
        clocks = Clocks(
            lambda: self.simulation.now * self._pace,
            lambda: NOON + timedelta(seconds=self._offset + self.simulation.now * self._pace),
            self._sleep,
        )
        place: Any = SharedFiles(self.simulation.files, self.pause)
        for _ in range(self._rounds):
            try:
                self.lease = Lease.take(place, clocks, self.identity)
                self.simulation.takings += 1
                for _ in range(self.simulation.dice.randrange(6)):
                    self._sleep(HEARTBEAT_SECONDS)
                    self.lease.renew()
                if self.simulation.dice.random() < 0.5:
                    self.lease.release()
            except LeaseHeld:
                self._sleep(self.simulation.dice.uniform(0, 20))
            except LeaseLost:
                self.simulation.losses += 1
            self.lease = None  # also where it was not given up: this one has died, and somebody like it comes
