"""``queries.toml`` as Datasette's saved queries."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _read_toml() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("crawler.browse").joinpath("queries.toml").read_text(encoding="utf-8"))


def read_saved_queries() -> dict[str, dict[str, Any]]:
    """Return the saved queries by name; the SQL is folded away on their pages."""
    return {name: {**query, "sql": query["sql"].strip(), "hide_sql": True} for name, query in _read_toml().items()}
