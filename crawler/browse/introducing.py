"""Tell Datasette 1 of the archives it was given when it starts; it asks no plugin for descriptions, as 0.65 does.

What the operator's own configuration says goes before. Nothing is closed here: whoever serves an archive says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.browse import archives
from crawler.browse.metadata import make_configuration, make_metadata
from crawler.browse.queries import read_saved_queries

if TYPE_CHECKING:
    from datasette.app import Datasette


async def register_metadata(datasette: Datasette) -> None:
    """Give each archive its descriptions, its saved queries, and how its tables behave."""
    for name in archives.list_archives(datasette):
        ours = make_configuration(name, {})
        del ours["databases"][name]["queries"]  # those were read before plugins start: they are added one by one
        datasette.config = merge_under(ours, datasette.config or {})
        await _describe(datasette, name)
        for query, saved_query in read_saved_queries().items():
            if await datasette.get_query(name, query) is None:
                await datasette.add_query(
                    name,
                    query,
                    saved_query["sql"],
                    title=saved_query["title"],
                    description=saved_query["description"],
                    hide_sql=saved_query["hide_sql"],
                    is_trusted=True,
                )


def merge_under(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Return both together; where they differ, theirs.

    >>> merge_under({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}, "d": 4})
    {'a': {'b': 1, 'c': 3}, 'd': 4}
    """
    made = {**ours, **theirs}
    for key, value in ours.items():
        if isinstance(value, dict) and isinstance(theirs.get(key), dict):
            made[key] = merge_under(value, theirs[key])
    return made


async def _describe(datasette: Datasette, name: str) -> None:
    words = make_metadata()
    known = await datasette.get_database_metadata(name)
    for key in ("title", "description"):
        if key not in known:
            await datasette.set_database_metadata(name, key, words[key])
    if await datasette.get_resource_metadata(name, "articles"):
        return  # somebody has described the tables
    for table, description in words["tables"].items():
        for key in ("title", "description"):
            if key in description:
                await datasette.set_resource_metadata(name, table, key, description[key])
        for column, text in description.get("columns", {}).items():
            await datasette.set_column_metadata(name, table, column, "description", text)
