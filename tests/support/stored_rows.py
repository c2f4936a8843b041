"""Rows of a file of SQLite, asked without the archive that wrote it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def fetch(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql, values).fetchall()
