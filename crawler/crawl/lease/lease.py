"""A lease on a shared folder: taken by one process at a time, renewed while it works, taken over when it stops.

What makes it safe, whatever the clocks of the machines say:

- To take it is to make the next numbered file, which one process can do and no other.
- It is taken over from who seems to be dead when its file has not changed for :data:`LEASE_SECONDS` of the *watcher's*
  own time. The holder stops :data:`VALID_SECONDS` of its own time after its last renewal began, which is less.
- Who takes over looks at the former file once more after making its own, and who renews looks for a later file after
  renewing. Of two that do so at once, at least one sees the other, and yields.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from crawler.crawl.lease.place import LeaseFile, LeasePlace
from crawler.crawl.lease.process_identity import ProcessIdentity, has_died, identify_process
from crawler.crawl.lease.record import LeaseRecord
from crawler.errors import ArchiveBusy, ArchiveUnusable

HEARTBEAT_SECONDS: Final = 4.0
"""Seconds between two renewals."""
VALID_SECONDS: Final = 20.0
"""Seconds from the beginning of a renewal for which its holder may work."""
LEASE_SECONDS: Final = 30.0
"""Seconds for which others leave a lease alone that does not change; the difference is for clocks that run unevenly."""
_POLL_SECONDS: Final = 0.5


class LeaseHeld(ArchiveBusy):
    """Another process holds the lease, and renews it: let it finish."""


class LeaseLost(ArchiveBusy):
    """The lease may be another process's by now: make no request and write nothing; the same command goes on later."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The time of a machine.

    Attributes:
        timer: seconds since some moment, those in which the machine slept included.
        read_time: the time of day, in UTC, which may be set.
        sleep: waits.

    """

    timer: Callable[[], float]
    read_time: Callable[[], datetime]
    sleep: Callable[[float], None]


def _read_timer() -> float:
    if hasattr(time, "CLOCK_BOOTTIME"):  # monotonic() stands still while a machine sleeps
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


MACHINE_CLOCKS: Final = Clocks(_read_timer, lambda: datetime.now(UTC), time.sleep)


class Lease:
    """A lease that was taken. Make one with :meth:`take`.

    Attributes:
        place: its folder.
        number: of its file.
        record: what stands in that.

    """

    def __init__(self, place: LeasePlace, number: int, record: LeaseRecord, clocks: Clocks) -> None:
        self.place = place
        self.number = number
        self.record = record
        self._clocks = clocks
        self._is_lost = False
        self._valid_since = (clocks.timer(), record.renewed_at)

    @classmethod
    def take(cls, place: LeasePlace, clocks: Clocks = MACHINE_CLOCKS, holder: ProcessIdentity | None = None) -> Lease:
        """Take the lease, and return it; wait for the end of one that is not renewed any more.

        Raises LeaseHeld as soon as another holder is seen to live, which takes a heartbeat where it is on another
        machine, and ArchiveUnusable where the folder cannot be used.
        """
        holder = holder or identify_process()
        try:
            return cls._take(place, clocks, holder)
        except OSError as problem:
            raise ArchiveUnusable(
                f"the lease in {place.folder} cannot be taken: {problem.strerror or problem}"
            ) from None

    @classmethod
    def _take(cls, place: LeasePlace, clocks: Clocks, holder: ProcessIdentity) -> Lease:
        watched: LeaseFile | None = None
        watched_since = 0.0
        while True:
            latest = place.read_latest()
            if latest is None or _is_free(latest):
                lease = cls._try(place, latest, clocks, holder)
                if lease is not None:
                    return lease
                watched = None
            elif watched is None and not _is_held_here(latest, holder, clocks):
                watched, watched_since = latest, clocks.timer()
            elif latest != watched:
                raise LeaseHeld(_describe_holder(place, latest))
            elif clocks.timer() - watched_since >= LEASE_SECONDS:
                lease = cls._try(place, latest, clocks, holder)
                if lease is not None:
                    return lease
                watched = None
            clocks.sleep(_POLL_SECONDS)

    @classmethod
    def _try(cls, place: LeasePlace, former: LeaseFile | None, clocks: Clocks, holder: ProcessIdentity) -> Lease | None:
        """Make the file after ``former``; return None where somebody else was faster, or ``former`` lives after all."""
        now = clocks.read_time()
        record = LeaseRecord(
            token=secrets.token_hex(16), holder=holder, taken_at=now, renewed_at=now, expires_at=_add_term(now)
        )
        number, content = (former.number if former is not None else 0) + 1, record.to_bytes()
        lease = cls(place, number, record, clocks)
        if not place.create(number, content):
            return None
        if place.read_latest() != LeaseFile(number, content):
            return None
        if former is not None and place.read(former.number) != former.content:
            lease.release()
            return None
        place.sweep(number)
        return lease

    @property
    def is_valid(self) -> bool:
        """True while its holder may work. A clock that was set ahead counts as time that has passed."""
        timer, renewed_at = self._valid_since
        elapsed = max(self._clocks.timer() - timer, (self._clocks.read_time() - renewed_at).total_seconds())
        return not self._is_lost and elapsed < VALID_SECONDS

    def renew(self) -> None:
        """Renew the lease. Raises LeaseLost where it is another's, has run out, or its folder is gone.

        OSError means that it could not be renewed now: it is valid as long as :attr:`is_valid` says.
        """
        if not self.is_valid:
            raise self._lose("it was not renewed in time")
        since = (self._clocks.timer(), self._clocks.read_time())
        record = replace(
            self.record, renewals=self.record.renewals + 1, renewed_at=since[1], expires_at=_add_term(since[1])
        )
        content = record.to_bytes()
        try:
            if self.place.read(self.number) != self.record.to_bytes():
                raise self._lose("its file is not ours any more")
            self.place.replace(self.number, content)
            self.record = record
            latest = self.place.read_latest()
        except (FileNotFoundError, NotADirectoryError):
            raise self._lose("its folder is gone") from None
        if latest != LeaseFile(self.number, content):
            raise self._lose("another process has taken it over")
        self._valid_since = since

    def release(self) -> None:
        """Give the lease up, so that the next one need not wait; nothing happens where it is not ours any more."""
        try:
            if not self._is_lost and self.place.read(self.number) == self.record.to_bytes():
                self.place.replace(self.number, replace(self.record, is_released=True).to_bytes())
        except OSError:  # it ends by itself
            pass
        self._is_lost = True

    def _lose(self, reason: str) -> LeaseLost:
        self._is_lost = True
        return LeaseLost(
            f"the lease in {self.place.folder} is lost ({reason}): nothing more is asked for, and the same command "
            "goes on when it is free"
        )


def read_holder(place: LeasePlace) -> LeaseRecord | None:
    """Return who holds a lease, whose term may have passed; None where it is free. Raises OSError."""
    latest = place.read_latest()
    if latest is None or _is_free(latest):
        return None
    return LeaseRecord.from_bytes(latest.content)


def _is_free(latest: LeaseFile) -> bool:
    """Return True if a lease was given up, or its holder is certain to have died."""
    record = LeaseRecord.from_bytes(latest.content)
    return record is not None and (record.is_released or has_died(record.holder))


def _is_held_here(latest: LeaseFile, holder: ProcessIdentity, clocks: Clocks) -> bool:
    """Return True if a living process of this system, whose clock is ours, holds a lease that has not run out."""
    record = LeaseRecord.from_bytes(latest.content)
    if record is None or record.holder.system is None or record.holder.system != holder.system:
        return False
    return record.renewed_at <= clocks.read_time() < record.expires_at


def _add_term(moment: datetime) -> datetime:
    return moment + timedelta(seconds=LEASE_SECONDS)


def _describe_holder(place: LeasePlace, latest: LeaseFile) -> str:
    record = LeaseRecord.from_bytes(latest.content)
    if record is None:
        return f"another process holds the lease in {place.folder}, and its file is not readable: let it finish"
    return (
        f"{record.holder} holds the lease in {place.folder}, which ends at {record.expires_at:%H:%M:%S} UTC unless it "
        "is renewed: let it finish, then try again"
    )
