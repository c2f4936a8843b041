"""The destination of an export, which is written under a temporary name beside it and renamed when it is complete.

A killed export leaves the former file, or the whole new one (perhaps without its manifest), and never a part of one.
What it wrote is in a folder ``.NAME.….part``, which can be deleted.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from crawler.archive import Archive
from crawler.archive.lock import belongs_to
from crawler.errors import ExportFailed

Shape = Literal["text", "file", "folder"]
"""One stream of text, one file that is no stream, or a folder of files."""

EXPORT_MANIFEST: Final = "manifest.json"
PROGRAM_NAME: Final = "seealso"
_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)


class Destination:
    """The place that one export is written to.

    Raises:
        ExportFailed: something is there already (and ``force`` is not given, or it is nothing that an export may
            replace), or the place is the archive's own, or cannot be written.

    """

    def __init__(self, path: Path, shape: Shape, archive: Archive, *, force: bool, companion: str | None) -> None:
        if path.name in ("", ".", "..") or "\0" in str(path):
            raise ExportFailed(f"{path} is no name for a new file: give one with --to")
        if not is_text(path.name):
            raise ExportFailed(f"{path} is no name that a manifest can hold, which is UTF-8: choose another with --to")
        self.path = path
        self.shape = shape
        self.force = force
        self.manifest = (
            path / EXPORT_MANIFEST if shape == "folder" else path.with_name(f"{path.name}.{EXPORT_MANIFEST}")
        )
        self.companion = path.with_suffix(companion) if companion else None
        """A folder beside the file that belongs to it."""
        self._refuse_archive_path(archive)
        self._check()

    @contextmanager
    def make_new(self) -> Iterator[Path]:
        """Yield the temporary path to write to; put everything in its place at the end, or remove it on any error."""
        work = Path(tempfile.mkdtemp(prefix=f".{self.path.name[:100]}.", suffix=".part", dir=self.path.parent))
        try:
            new = work / self.path.name
            if self.shape == "folder":
                new.mkdir()
            yield new
            self._place(work)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def manifest_path(self, new: Path) -> Path:
        """Return where the manifest is to be written while the export is made at ``new``."""
        return new / EXPORT_MANIFEST if self.shape == "folder" else new.with_name(self.manifest.name)

    def _refuse_archive_path(self, archive: Archive) -> None:
        for path in (self.path, self.manifest, self.companion):
            if path is not None and belongs_to(archive.path, path):
                raise ExportFailed(f"{path} belongs to the archive itself: choose another name with --to")

    def _check(self) -> None:
        if not self.path.parent.is_dir():
            raise ExportFailed(f"the folder {self.path.parent} does not exist: make it first")
        if not os.access(self.path.parent, os.W_OK | os.X_OK):
            raise ExportFailed(f"the folder {self.path.parent} cannot be written: choose another place with --to")
        if self.shape == "folder":
            existing = [self.path]
        else:
            existing = [path for path in (self.path, self.manifest, self.companion) if path is not None]
        existing = [path for path in existing if os.path.lexists(path)]
        if existing and not self.force:
            raise ExportFailed(f"{existing[0]} exists already: choose another name, or replace it with --force")
        for path in existing:
            self._check_replaceable(path)

    def _check_replaceable(self, path: Path) -> None:
        mode = path.lstat().st_mode
        if path == self.companion or self.shape == "folder":
            # A folder is removed with all that is in it: only one of which we know that we made it.
            manifest = self.manifest if path == self.companion else path / EXPORT_MANIFEST
            if not stat.S_ISDIR(mode) or (not is_export_manifest(manifest) and any(path.iterdir())):
                raise ExportFailed(f"{path} is no export of seealso, so --force leaves it alone: choose another name")
        elif not stat.S_ISREG(mode):
            raise ExportFailed(f"{path} is no ordinary file, so --force leaves it alone: choose another name")
        elif not is_export_manifest(self.manifest):
            raise ExportFailed(f"{path} is no export of seealso, so --force leaves it alone: choose another name")

    def _place(self, work: Path) -> None:
        new, old = work / self.path.name, work / "old"
        if self.shape == "folder":
            self._set_aside(self.path, old)
            os.replace(new, self.path)
            return
        if self.force:  # it must never stand beside what it does not describe
            self.manifest.unlink(missing_ok=True)
        if self.companion is not None:
            self._set_aside(self.companion, old)
            if (companion := work / self.companion.name).exists():
                os.replace(companion, self.companion)
        self._move(new, self.path)
        self._move(self.manifest_path(new), self.manifest)

    def _set_aside(self, folder: Path, old: Path) -> None:
        if os.path.lexists(folder):
            if not self.force:
                raise ExportFailed(f"{folder} appeared while the export was made: choose another name")
            os.rename(folder, old)

    def _move(self, new: Path, final: Path) -> None:
        if self.force:
            os.replace(new, final)
            return
        try:  # unlike a rename, a link never replaces what somebody else put there meanwhile
            os.link(new, final)
        except FileExistsError:
            raise ExportFailed(f"{final} appeared while the export was made: choose another name") from None
        except OSError as problem:
            if problem.errno not in _NO_LINKS:
                raise
            os.rename(new, final)


def is_text(name: str) -> bool:
    """Return True if a file's name is text: names of files may hold any bytes, which Python carries as surrogates."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_export_manifest(manifest: Path) -> bool:
    """Return True if a file is the manifest of an export."""
    try:
        with manifest.open("rb") as file:
            begin = file.read(200)
    except OSError:
        return False
    return begin.startswith(b"{") and json.dumps(PROGRAM_NAME).encode() in begin
