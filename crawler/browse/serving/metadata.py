"""Makes Datasette's metadata and configuration of an archive from ``tables.toml`` and ``queries.toml``.

Datasette 0.65 asks plugins for titles, descriptions and saved queries. Datasette 1 does not ask, so they are registered
when it starts; the operator's own configuration takes precedence. Only :func:`make_closed_metadata` closes tables, and
only ``seealso serve`` calls it: the server configuration decides.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from crawler.archive.schema.descriptions import list_open_tables, read_table_descriptions
from crawler.browse.serving import archives
from crawler.browse.serving.permissions import is_datasette_1

if TYPE_CHECKING:
    from datasette.app import Datasette

TITLE = "News archive"
DESCRIPTION = (
    "Articles of news sites as a crawl along “See also” links found them: normalised, with the printed words beside "
    "the values. The texts belong to their publishers; cite them by their own address."
)


class QuickDict(dict[str, Any]):
    """A dictionary that ``deepcopy`` copies as :func:`copy_dictionaries` does.

    Datasette 0.65 makes a deep copy of the descriptions of all tables each time it looks whether one may be seen.
    """

    def __deepcopy__(self, _: dict[int, Any]) -> QuickDict:
        return copy_dictionaries(self)


def make_metadata() -> dict[str, Any]:
    """Return the metadata of one archive. It closes nothing; :func:`make_closed_metadata` does."""
    tables = copy_dictionaries(read_table_descriptions())  # Datasette 0.65 writes into them
    for description in tables.values():
        description.pop("open", None)
    return {"title": TITLE, "description": DESCRIPTION, "tables": tables}


def copy_dictionaries(nested: dict[str, Any]) -> QuickDict:
    """Return a copy of a dictionary and of those in it: asked for often, and many times quicker than ``deepcopy``.

    What else is in it is shared, not copied.

    >>> copy_dictionaries({"a": {"b": 1}})
    {'a': {'b': 1}}
    """
    return QuickDict(
        [(name, copy_dictionaries(value) if isinstance(value, dict) else value) for name, value in nested.items()]
    )


def make_closed_metadata(name: str) -> dict[str, Any]:
    """Return metadata that closes what is not open of the archive called ``name``, and free SQL, which reads it all.

    Tables that are described nowhere are closed, too: Datasette 1 heeds the permission of the whole database, Datasette
    0.65 asks the plugin (:func:`crawler.browse.serving.permissions.is_closed`).
    """
    open_tables = list_open_tables()
    if is_datasette_1():  # it lets only those search who may see the index
        open_tables |= {read_table_descriptions()["articles"]["fts_table"]}
    return {
        "databases": {
            name: {
                "allow_sql": False,
                "permissions": {"view-table": False},
                "tables": {table: {"allow": table in open_tables} for table in read_table_descriptions()},
            }
        }
    }


def make_configuration(name: str, restrictions: dict[str, Any]) -> dict[str, Any]:
    """Return the config of Datasette 1 for the archive called ``name``: tables, queries, what is closed."""
    descriptive_keys = ("title", "description", "columns", "open")
    behaviour = {
        table: {key: description[key] for key in description if key not in descriptive_keys}
        for table, description in read_table_descriptions().items()
    }
    closed = restrictions.get("databases", {}).get(name, {})
    for table, rule in closed.get("tables", {}).items():
        behaviour[table] = {**behaviour.get(table, {}), **rule}
    return {"databases": {name: {**closed, "tables": behaviour, "queries": read_saved_queries()}}}


@cache
def _read_toml() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("crawler.browse").joinpath("queries.toml").read_text(encoding="utf-8"))


def read_saved_queries() -> dict[str, dict[str, Any]]:
    """Return the saved queries by name; the SQL is folded away on their pages."""
    return {name: {**query, "sql": query["sql"].strip(), "hide_sql": True} for name, query in _read_toml().items()}


async def register_metadata(datasette: Datasette) -> None:
    """Register the descriptions, the saved queries and the table settings of each archive with Datasette."""
    for name in archives.list_archives(datasette):
        ours = make_configuration(name, {})
        del ours["databases"][name]["queries"]  # Datasette reads those before plugins start: they are added one by one
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
    """Return both dictionaries merged; where they differ, theirs wins.

    >>> merge_under({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}, "d": 4})
    {'a': {'b': 1, 'c': 3}, 'd': 4}
    """
    merged = {**ours, **theirs}
    for key, value in ours.items():
        if isinstance(value, dict) and isinstance(theirs.get(key), dict):
            merged[key] = merge_under(value, theirs[key])
    return merged


async def _describe(datasette: Datasette, name: str) -> None:
    metadata = make_metadata()
    present = await datasette.get_database_metadata(name)
    for key in ("title", "description"):
        if key not in present:
            await datasette.set_database_metadata(name, key, metadata[key])
    if await datasette.get_resource_metadata(name, "articles"):
        return  # somebody has described the tables
    for table, description in metadata["tables"].items():
        for key in ("title", "description"):
            if key in description:
                await datasette.set_resource_metadata(name, table, key, description[key])
        for column, text in description.get("columns", {}).items():
            await datasette.set_column_metadata(name, table, column, "description", text)
