"""Asks Datasette, of either version, whether an actor may see tables."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasette.app import Datasette


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


@cache
def is_datasette_1() -> bool:
    """Return True if this is Datasette 1, which has other permissions and reads them from its configuration."""
    return find_spec("datasette.resources") is not None
