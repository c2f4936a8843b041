"""The place of an archive and its lock: one file has one path, one lock and one WARC folder, whatever it is called by.

SQLite keeps the log of a file beside it and under its name, and the lock and the WARC folder are named after it too. So
symbolic links are followed first, and a file that has several names otherwise is not written to. An archive is locked
for one crawl of a site at a time, by a file beside it; the lock ends with the process.
"""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from crawler.errors import ArchiveBusy, ArchiveUnusable
from crawler.system.full_disk import FULL_DISK_ERRORS

_MOUNTS = Path("/proc/self/mountinfo")
_MOUNT_POINT = 4
"""The field of a line of mountinfo that holds where something is mounted (man 5 proc)."""


class SiteLock:
    """A lock on ``<archive>.<site>.lock``, held until released. Raises ArchiveBusy when another process holds it, and
    ArchiveUnusable for a file with several names, or a folder that cannot be written.

    The file stays, because removing it would let two crawls hold two files of one name. It names the process that holds
    the lock; its time of modification is that of the last request to the site.

    Attributes:
        last_request_at: when the last run made its last request; None where no run did.

    """

    def __init__(self, archive: Path, site: str) -> None:
        refuse_other_names(archive)
        self.path = make_lock_path(archive, site)
        was_there = self.path.exists()
        try:
            self._file: IO[str] | None = self.path.open("a+", encoding="ascii")
        except OSError as problem:
            raise self._refuse(problem) from None
        try:
            lock_file(self._file)
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
        try:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(f"{os.getpid()}\n")
            self._file.flush()
        except OSError as problem:  # the disk is full
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None
            raise self._refuse(problem) from None
        self._restore_time()

    def _refuse(self, problem: OSError) -> ArchiveUnusable:
        reason = problem.strerror or str(problem)
        if problem.errno in FULL_DISK_ERRORS:
            return ArchiveUnusable(f"{self.path} cannot be written ({reason}): make room, then try again")
        if self.path.exists():
            return ArchiveUnusable(f"{self.path} cannot be written ({reason}): see what it is and who may write it")
        folder = self.path.parent
        if not folder.exists():
            return ArchiveUnusable(f"the folder {folder} does not exist: make it first")
        return ArchiveUnusable(f"the folder {folder} cannot be written ({reason}): choose another with --archive")

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
    file = resolve_archive(archive)
    return file.with_name(f"{file.name}.{site}.lock")


def list_lock_sites(archive: Path) -> list[str]:
    """Return the names of the sites that have a lock file beside an archive, held or not."""
    archive = resolve_archive(archive)
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
                lock_file(file)
            except OSError:
                return True, process_id
            return False, process_id
    except OSError:
        return False, None


def resolve_archive(path: Path) -> Path:
    """Return the path of the file itself, where symbolic links lead to it; the same path where none is on the way.

    Raises ArchiveUnusable for a link that leads in a circle, a path that ends in no name, and one that is no UTF-8,
    which SQLite cannot open.
    """
    if not path.name:
        raise ArchiveUnusable(f"{path} is a folder: name a file in it, such as {path / 'archive.db'}")
    real = Path(os.path.realpath(path))
    try:
        str(real).encode()
    except UnicodeEncodeError:
        raise ArchiveUnusable(f"{str(path)!a} is no UTF-8, which SQLite needs: rename it, or name another") from None
    if real.is_symlink():
        raise ArchiveUnusable(f"{path} is a symbolic link that leads in a circle: name another with --archive")
    return path if real == Path(os.path.abspath(path)) else real


def refuse_other_names(path: Path) -> None:
    """Raise ArchiveUnusable for an existing archive file that must not be written under this name."""
    reason = find_other_name(path)
    if reason is not None:
        raise ArchiveUnusable(f"{path} {reason}")


def find_other_name(path: Path) -> str | None:
    """Return why a file may have another name under which a program writes it, and what to do; None when it has none.

    Two names of one file would have two logs, two locks and two WARC folders.
    """
    if not path.is_file():
        return None
    count = path.stat().st_nlink
    if count > 1:
        return (
            f"has {count} names (hard links), and what is written under one of them is lost to the others: remove the "
            "others, or write to a copy"
        )
    if _is_mount_point(path):
        return "is mounted as a single file, and SQLite keeps its log beside it: mount the folder that holds it"
    return None


def _is_mount_point(path: Path) -> bool:
    """Return True if a file is mounted by itself, as containers can do it. Only Linux tells it."""
    try:
        lines = os.fsencode(_MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")).splitlines()
    except OSError:
        return False
    # Blanks and backslashes are written as octal numbers.
    points = {line.split(b" ")[_MOUNT_POINT].decode("unicode_escape").encode("latin-1") for line in lines if line}
    return os.fsencode(os.path.realpath(path)) in points


def lock_file(file: IO[str]) -> None:
    """Lock an open file until it is closed, without waiting; raise OSError when somebody else has locked it."""
    if os.name == "nt":
        import msvcrt

        windows: Any = msvcrt
        file.seek(0)
        windows.locking(file.fileno(), windows.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def belongs_to(archive: Path, path: Path) -> bool:
    """Return True if a path belongs to an archive: its file, one that SQLite keeps beside it, or a capture."""
    file, resolved = Path(os.path.realpath(archive)), Path(os.path.realpath(path))  # no error for a circle of links
    captures = Path(os.path.realpath(file.with_suffix(".warc")))
    if resolved in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal")), captures):
        return True
    return captures in resolved.parents or (path.exists() and archive.exists() and path.samefile(archive))
