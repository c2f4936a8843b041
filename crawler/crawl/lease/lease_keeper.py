"""Keeps the lease of an archive while a process crawls into it, and ends the process when the lease is lost.

Whoever else has the lease by then may write to the archive, from another machine, where SQLite's locks do not reach.
So nothing is finished: the process ends as by a kill, which nothing is lost by.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from crawler.archive.lock import resolve_archive
from crawler.crawl.lease.lease import HEARTBEAT_SECONDS, Lease, LeaseLost
from crawler.crawl.lease.place import LeasePlace
from crawler.errors import ArchiveBusy, ArchiveUnusable

_WATCH_SECONDS: Final = 0.5


def find_lease_folder(archive: Path) -> Path:
    """Return the folder of an archive's lease; where there is none, the archive needs no lease."""
    return resolve_archive(archive).parent / "lease"


def end_process(problem: LeaseLost) -> None:
    """Print one line and end the process at once, nothing more being written."""
    with suppress(OSError):
        os.write(2, f"seealso: {problem}\n".encode())
    os._exit(ArchiveBusy.exit_code)


class LeaseKeeper:
    """Renews a lease in a thread; another one watches its time, as a file system may keep the first one waiting."""

    def __init__(self, lease: Lease, on_lost: Callable[[LeaseLost], None] = end_process) -> None:
        self._lease = lease
        self._on_lost = on_lost
        self._ending = threading.Event()
        self._reporting = threading.Lock()
        self._threads = [threading.Thread(target=act, daemon=True) for act in (self._renew, self._watch)]
        for thread in self._threads:
            thread.start()

    def check(self) -> None:
        """Report the loss of the lease at once, where its time has passed; to be called before each request."""
        if not self._lease.is_valid:
            self._report(LeaseLost(f"the lease in {self._lease.place.folder} was not renewed in time"))

    def end(self) -> None:
        """Stop renewing and give the lease up."""
        self._ending.set()
        self._threads[0].join(HEARTBEAT_SECONDS)
        if not self._threads[0].is_alive():
            self._lease.release()

    def _renew(self) -> None:
        while not self._ending.wait(HEARTBEAT_SECONDS):
            try:
                self._lease.renew()
            except LeaseLost as problem:
                self._report(problem)
            except OSError:  # it is tried again; the other thread knows for how long
                continue

    def _report(self, problem: LeaseLost) -> None:
        """Report a loss, once, and not that of a lease that is being given up."""
        with self._reporting:
            if self._ending.is_set():
                return
            self._ending.set()
        self._on_lost(problem)

    def _watch(self) -> None:
        while not self._ending.wait(_WATCH_SECONDS):
            self.check()


_keepers: dict[Path, tuple[LeaseKeeper, int]] = {}
"""The leases that this process holds, and how many blocks need each."""


@contextmanager
def hold_lease(archive: Path) -> Iterator[Callable[[], None]]:
    """Hold the lease of an archive while the block runs, if its folder has one; yield what checks that it is held.

    Blocks may be nested: a process has each lease once. Raises LeaseHeld and ArchiveUnusable.
    """
    folder = find_lease_folder(archive)
    if not folder.is_dir():
        yield lambda: None
        return
    with _hold(folder) as check:
        yield check


@contextmanager
def hold_work(work: Path) -> Iterator[None]:
    """Hold the lease of a folder of work, which may be shared, while the block plans and gathers what is done there.

    Raises LeaseHeld while another process does, and ArchiveUnusable.
    """
    folder = work / "lease"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or problem
        raise ArchiveUnusable(f"the folder {work} cannot be used ({reason}): choose another") from None
    with _hold(folder):
        yield


@contextmanager
def _hold(folder: Path) -> Iterator[Callable[[], None]]:
    keeper, blocks = _keepers.get(folder) or (LeaseKeeper(Lease.take(LeasePlace(folder))), 0)
    _keepers[folder] = keeper, blocks + 1
    try:
        yield keeper.check
    finally:
        keeper, blocks = _keepers.pop(folder)
        if blocks > 1:
            _keepers[folder] = keeper, blocks - 1
        else:
            keeper.end()
