"""Tells which captures are the further pages of articles, and of which.

A visit that brings an article of several pages has a capture of each; they hang on that of the first page, from which
a revision is read. The addresses of further pages lead to the article too, where the site has others for them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

IS_FIRST: Final = "NOT EXISTS (SELECT 1 FROM article_parts p WHERE p.capture_id = c.id)"
"""Condition of a capture ``c`` that it is no further page of an article."""


def write_parts(conn: sqlite3.Connection, first_capture_id: int, capture_ids: Mapping[int, int]) -> None:
    """Write which captures, by the numbers of their pages, are further pages beside the capture of a first one."""
    conn.executemany(
        "INSERT INTO article_parts (first_capture_id, number, capture_id) VALUES (?, ?, ?)"
        " ON CONFLICT (first_capture_id, number) DO UPDATE SET capture_id = excluded.capture_id",
        [(first_capture_id, number, capture_id) for number, capture_id in capture_ids.items()],
    )
