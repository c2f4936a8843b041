"""Finds the archives of this project among the databases that Datasette serves."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.database import holds_archive
from crawler.archive.opening import connect_unchecked

if TYPE_CHECKING:
    from datasette.app import Datasette

_DATASETTE_DATABASES = ("_memory", "_internal")
"""Databases that Datasette adds by itself."""


def list_archives(datasette: Datasette) -> tuple[str, ...]:
    """Return the names of the databases that are archives."""
    return tuple(
        name for name, database in datasette.databases.items() if database.path and is_archive(Path(database.path))
    )


def serves_only_archives(datasette: Datasette) -> bool:
    """Return True if archives are all that is served."""
    return bool(datasette.databases) and all(
        (database.path and is_archive(Path(database.path))) or name in _DATASETTE_DATABASES
        for name, database in datasette.databases.items()
    )


def find_only_archive(datasette: Datasette) -> str | None:
    """Return the name of the one archive that is served; None when there are more, or other databases beside it."""
    names = list_archives(datasette)
    return names[0] if len(names) == 1 and serves_only_archives(datasette) else None


@lru_cache(maxsize=256)
def is_archive(path: Path) -> bool:
    """Return True if a file is an archive; cached by path, because Datasette asks for metadata all the time."""
    try:
        with closing(connect_unchecked(path)) as connection:
            return holds_archive(connection)
    except sqlite3.Error:
        return False
