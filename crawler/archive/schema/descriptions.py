"""What every table and column of an archive holds, in one sentence each, from ``tables.toml`` and the field table.

The front shows these words, and exports put them into their data packages.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.archive.schema.fields import ARTICLE_COLUMNS


@cache
def read_table_descriptions() -> dict[str, dict[str, Any]]:
    """Return what is known of each table; do not change it."""
    tables = tomllib.loads(files(__package__).joinpath("tables.toml").read_text(encoding="utf-8"))
    tables["articles"]["columns"] = {name: column.about for name, column in ARTICLE_COLUMNS.items()}
    return tables
