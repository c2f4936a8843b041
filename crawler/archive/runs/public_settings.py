"""Hides from readers what a run's settings say of its operator: the contact, and the folders of ingested files."""

from __future__ import annotations

import json
import sqlite3
from pathlib import PurePath
from typing import Final

_PRIVATE_SETTINGS: Final = ("contact",)


def make_public_settings(text: str | None) -> str:
    """Return the settings of a run as JSON, without the contact, and with the bare names of ingested files.

    Text that is no JSON object becomes ``{}``.

    >>> make_public_settings('{"contact": "ops@example.org", "delay": 2.0}')
    '{"delay": 2.0}'
    >>> make_public_settings('{"ingest": ["/home/me/pages.warc.gz"]}')
    '{"ingest": ["pages.warc.gz"]}'
    """
    try:
        settings = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return "{}"
    if not isinstance(settings, dict):
        return "{}"
    for name in _PRIVATE_SETTINGS:
        settings.pop(name, None)
    files = settings.pop("ingest", None)
    if isinstance(files, list):
        settings["ingest"] = [PurePath(str(name)).name for name in files]
    return json.dumps(settings, ensure_ascii=False, sort_keys=True)


def hide_private_settings(conn: sqlite3.Connection) -> None:
    """Put a view of the runs with public settings before the table, for whoever asks this connection for ``runs``.

    The view is one of the connection, not of the file, so it can be made on a file that is open to read only.
    """
    columns = [row[1] for row in conn.execute("PRAGMA main.table_info(runs)")]
    conn.create_function("seealso_public_settings", 1, make_public_settings, deterministic=True)
    selected = ", ".join(
        "seealso_public_settings(settings) AS settings" if name == "settings" else f'"{name}"' for name in columns
    )
    conn.execute(f"CREATE TEMP VIEW IF NOT EXISTS runs AS SELECT {selected} FROM main.runs")
