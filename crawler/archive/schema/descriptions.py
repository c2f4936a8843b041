"""Reads the descriptions of all tables and columns of an archive from ``tables.toml`` and the field table.

The front shows these descriptions, and exports put them into their data packages.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.archive.schema.fields import ARTICLE_COLUMNS


@cache
def read_table_descriptions() -> dict[str, dict[str, Any]]:
    """Return the description of each table by its name; the result is shared and must not be changed."""
    tables = tomllib.loads(files(__package__).joinpath("tables.toml").read_text(encoding="utf-8"))
    tables["articles"]["columns"] = {name: column.about for name, column in ARTICLE_COLUMNS.items()}
    return tables


@cache
def list_open_tables() -> frozenset[str]:
    """Return the names of the tables and views that readers may see; all others are raw material."""
    return frozenset(name for name, table in read_table_descriptions().items() if table.get("open"))
