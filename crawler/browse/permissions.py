"""Who may see what, asked of Datasette in the words of its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasette.app import Datasette


async def may_see(datasette: Datasette, actor: Any, database: str, tables: tuple[str, ...]) -> bool:
    """Say whether somebody may see all these tables of a database."""
    for table in tables:
        if not await _may_see(datasette, actor, database, table):
            return False
    return True


async def _may_see(datasette: Datasette, actor: Any, database: str, table: str) -> bool:
    try:
        from datasette.resources import TableResource  # Datasette 1
    except ImportError:
        ways = [("view-table", (database, table)), ("view-database", database), "view-instance"]
        visible, _ = await datasette.check_visibility(actor, permissions=ways)
        return bool(visible)
    return bool(await datasette.allowed(action="view-table", resource=TableResource(database, table), actor=actor))
