"""The folder in which an ingest works: one that is named and stays, or one beside the archive that ends with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from crawler.archive.lock import lock_file
from crawler.errors import ArchiveUnusable
from crawler.shards.store import ShardStore

_LOCK: Final = "lock"
_ABANDONED: Final = timedelta(hours=6)
"""A draft in a shared folder that was not written to for so long has lost its maker."""


@contextmanager
def open_work(archive: Path, named_folder: Path | None) -> Iterator[Path]:
    """Yield the folder of work. Raises ArchiveUnusable where it cannot be made.

    One that nobody named is removed at the end. It stays after an error and after a kill, when there are shards in it:
    the next ingest goes on with them.
    """
    if named_folder is not None:
        _make_folder(named_folder)
        ShardStore(named_folder).sweep(_ABANDONED)
        yield named_folder
        return
    folder = archive.with_name(f"{archive.name}.ingest")
    _make_folder(folder)
    with (folder / _LOCK).open("a+") as lock:
        try:
            lock_file(lock)
        except OSError:  # another ingest works there, of other sites
            with tempfile.TemporaryDirectory(prefix=f"{archive.name}.ingest-", dir=archive.parent) as other:
                yield Path(other)
            return
        store = ShardStore(folder)
        store.sweep(timedelta(0))
        is_done = False
        try:
            yield folder
            is_done = True
        finally:
            if is_done or not any(store.folder.glob("*")):
                shutil.rmtree(folder, ignore_errors=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or problem
        raise ArchiveUnusable(f"the folder {folder} cannot be made ({reason}): choose another") from None
