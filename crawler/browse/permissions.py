"""Who may see what, asked of Datasette in the words of its version."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
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
    if not is_modern():
        ways = [("view-table", (database, table)), ("view-database", database), "view-instance"]
        visible, _ = await datasette.check_visibility(actor, permissions=ways)
        return bool(visible)
    from datasette.resources import TableResource

    return bool(await datasette.allowed(action="view-table", resource=TableResource(database, table), actor=actor))


@cache
def is_modern() -> bool:
    """Say whether this is Datasette 1, where permissions are another thing and stand in the configuration."""
    return find_spec("datasette.resources") is not None
