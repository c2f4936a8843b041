"""Asks Datasette, of either version, whether an actor may see tables."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from crawler.archive.schema.descriptions import list_open_tables
from crawler.browse.serving.rules import find_rules

if TYPE_CHECKING:
    from datasette.app import Datasette

_CLOSED_ACTIONS: Final = ("execute-sql", "view-database-download", "permissions-debug", "debug-menu")


async def may_see(datasette: Datasette, actor: Any, database: str, tables: tuple[str, ...]) -> bool:
    """Return True if an actor may see all these tables of a database."""
    return all(await asyncio.gather(*(_may_see(datasette, actor, database, table) for table in tables)))


async def _may_see(datasette: Datasette, actor: Any, database: str, table: str) -> bool:
    if not is_datasette_1():
        from datasette import Forbidden

        try:
            await datasette.ensure_permissions(
                actor, [("view-table", (database, table)), ("view-database", database), "view-instance"]
            )
        except Forbidden:
            return False
        return True
    from datasette.resources import TableResource

    return bool(await datasette.allowed(action="view-table", resource=TableResource(database, table), actor=actor))


def is_closed(datasette: Datasette, action: str, resource: Any) -> bool:
    """Return True if the rules of ``seealso serve`` forbid an action, as Datasette 0.65 names actions and resources."""
    rules = find_rules(datasette)
    if rules is None or rules.raw:
        return False
    if action == "view-table":
        return resource[1] not in list_open_tables()
    return action in _CLOSED_ACTIONS


@cache
def is_datasette_1() -> bool:
    """Return True if this is Datasette 1, which has other permissions and reads them from its configuration."""
    return find_spec("datasette.resources") is not None
