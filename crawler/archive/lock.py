"""Locks an archive for one crawl of a site at a time, by a file beside it; the lock ends with the process."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from crawler.errors import ArchiveBusy, ArchiveUnusable


class SiteLock:
    """A lock on ``<archive>.<site>.lock``, held until released. Raises ArchiveBusy when another process holds it.

    The file stays, because removing it would let two crawls hold two files of one name. It names the process that holds
    the lock; its time of modification is that of the last request to the site.

    Attributes:
        last_request_at: when the last run made its last request; None where no run did.

    """

    def __init__(self, archive: Path, site: str) -> None:
        self.path = make_lock_path(archive, site)
        was_there = self.path.exists()
        try:
            self._file: IO[str] | None = self.path.open("a+", encoding="ascii")
        except OSError as problem:
            folder = self.path.parent
            raise ArchiveUnusable(
                f"the folder {folder} cannot be written ({problem.strerror or problem}): choose another with --archive"
            ) from None
        try:
            _lock(self._file)
        except OSError:
            self._file.seek(0)
            holder = self._file.read(20).strip()
            self._file.close()
            self._file = None
            process = f" (process {holder})" if holder.isdigit() else ""
            raise ArchiveBusy(
                f"another crawl of {site} writes to {archive}{process}: let it finish, then try again"
            ) from None
        modified_at = datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        self.last_request_at = modified_at if was_there else None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()
        self._restore_time()

    def note_request(self, moment: datetime) -> None:
        """Remember when a request was made, so that the next run keeps its distance; a kill does not lose that."""
        self.last_request_at = moment
        self._restore_time()

    def _restore_time(self) -> None:
        """Set the file's time of modification to that of the last request; without one to the beginning of time."""
        seconds = 0.0 if self.last_request_at is None else self.last_request_at.timestamp()
        with contextlib.suppress(OSError):  # some file systems keep no times
            os.utime(self.path, (seconds, seconds))

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        if self._file is not None:
            file, self._file = self._file, None
            try:
                file.seek(0)
                file.truncate()
                self._restore_time()
            finally:
                file.close()  # closing unlocks


def make_lock_path(archive: Path, site: str) -> Path:
    """Return the path of the file that a crawl of a site locks while it writes to an archive."""
    return archive.with_name(f"{archive.name}.{site}.lock")


def list_lock_sites(archive: Path) -> list[str]:
    """Return the names of the sites that have a lock file beside an archive, held or not."""
    try:
        names = sorted(path.name for path in archive.parent.iterdir())
    except OSError:
        return []
    begin, end = f"{archive.name}.", ".lock"
    return [name[len(begin) : -len(end)] for name in names if name.startswith(begin) and name.endswith(end)]


def inspect_lock(archive: Path, site: str) -> tuple[bool, int | None]:
    """Return True if the lock is held now, and the process that its file names.

    A process named in a file that nobody holds died before it finished. This function takes the lock for an instant.
    """
    try:
        with make_lock_path(archive, site).open("r", encoding="ascii", errors="replace") as file:
            process_text = file.read(20).strip()
            process_id = int(process_text) if process_text.isdecimal() else None
            try:
                _lock(file)
            except OSError:
                return True, process_id
            return False, process_id
    except OSError:
        return False, None


def _lock(file: IO[str]) -> None:
    """Take the lock without waiting; raise OSError when somebody has it."""
    if os.name == "nt":
        import msvcrt

        windows: Any = msvcrt
        file.seek(0)
        windows.locking(file.fileno(), windows.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
