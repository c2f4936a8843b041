"""Looks once whether Datasette's metadata lets a table be seen.

Datasette 0.65 merges copies of the descriptions of all tables each time it looks, ten times for a page of ours: most of
the processor time of a page. Who may see what is decided by ``seealso serve`` when it starts, and stays so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

MAX_TABLES = 500
"""Many more than an archive has; addresses may name any others."""


class RememberedRules:
    """Stands before Datasette among the bases of a class. Datasette 1 does not ask for what is remembered here."""

    def _table_permission_allows(self, database: str, table: str) -> list[Any]:
        return self._remembered_rules(database, table)

    @cached_property
    def _remembered_rules(self) -> Callable[[str, str], list[Any]]:
        return lru_cache(MAX_TABLES)(super()._table_permission_allows)  # type: ignore[misc]  # it is Datasette's
