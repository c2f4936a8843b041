"""Measures time within a run: a timer that never goes back, and a watch over the clock of the machine.

What is kept bears the clock's time, which may be set at any moment. How long a run waits is measured by a timer, so
that a clock that is set makes no pause longer or shorter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

JUMP_TOLERANCE = timedelta(seconds=10)
"""The largest step of a clock that is not reported: less is how clocks are kept right."""

LONGEST_STEP = timedelta(minutes=2)
"""The longest step of a clock that a timer follows: as long as the longest pause that a run waits for."""

Timer = Callable[[], float]
"""Returns seconds since some moment; never less than before."""


def read_clock() -> datetime:
    """Return the time of this machine, in UTC."""
    return datetime.now(UTC)


def make_timer(clock: Callable[[], datetime]) -> Timer:
    """Return the timer that goes with a clock: the system's own for the machine's clock, else a :class:`ClockTimer`."""
    return time.monotonic if clock is read_clock else ClockTimer(clock)


class ClockTimer:
    """A timer by a given clock, which may be a simulated one: follows it forwards, and goes on where it is set.

    A step of the clock back, or ahead by more than :data:`LONGEST_STEP`, is a jump, and the system's timer counts.
    """

    def __init__(self, clock: Callable[[], datetime], monotonic: Timer = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._seconds = 0.0
        self._last_reading = (clock(), monotonic())

    def __call__(self) -> float:
        """Return the seconds since the timer was made."""
        reading = (self._clock(), self._monotonic())
        last_time, last_seconds = self._last_reading
        self._last_reading = reading
        step = reading[0] - last_time
        self._seconds += max(step.total_seconds() if step <= LONGEST_STEP else 0.0, reading[1] - last_seconds)
        return self._seconds


class ClockWatch:
    """Compares the clock with a timer, and notes how far it was set back or ahead in one step.

    A machine that slept is a clock that went ahead: the timer does not count the time in which nothing ran. Steps are
    in whole :data:`JUMP_TOLERANCE`, as a busy machine may stop this program between its two readings.
    """

    def __init__(self, clock: Callable[[], datetime], monotonic: Timer = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._last_reading = (clock(), monotonic())
        self.farthest_back = self.farthest_ahead = timedelta(0)
        """The largest step in each direction; zero where there was none."""

    def check(self) -> None:
        """Read the clock, and note whether it has jumped since the last reading."""
        reading = (self._clock(), self._monotonic())
        last_time, last_seconds = self._last_reading
        self._last_reading = reading
        step = reading[0] - last_time - timedelta(seconds=reading[1] - last_seconds)
        if abs(step) > JUMP_TOLERANCE:
            step = round(step / JUMP_TOLERANCE) * JUMP_TOLERANCE
            self.farthest_back = min(self.farthest_back, step)
            self.farthest_ahead = max(self.farthest_ahead, step)
