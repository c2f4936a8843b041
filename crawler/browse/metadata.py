"""What Datasette is told of an archive: ``tables.toml`` and ``queries.toml`` as its metadata and its configuration.

Datasette 0.65 asks plugins for titles, descriptions and saved queries. Datasette 1 asks for none, so it is given them
when it starts; what the operator's own configuration says goes before. Nothing is closed here but by
:func:`make_closed_metadata`, which ``seealso serve`` asks for: whoever serves an archive decides.
"""

from __future__ import annotations

import copy
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from crawler.archive.schema.descriptions import read_table_descriptions
from crawler.browse import archives

if TYPE_CHECKING:
    from datasette.app import Datasette

TITLE = "News archive"
DESCRIPTION = (
    "Articles of news sites as a crawl along “See also” links found them: normalised, with the printed words beside "
    "the values. The texts belong to their publishers; cite them by their own address."
)


def make_metadata() -> dict[str, Any]:
    """Return the metadata of one archive. Nothing is closed: whoever serves it says so, with
    :func:`make_closed_metadata`.
    """
    known = copy.deepcopy(read_table_descriptions())
    for description in known.values():
        description.pop("closed", None)
    return {"title": TITLE, "description": DESCRIPTION, "tables": known}


def make_closed_metadata(name: str) -> dict[str, Any]:
    """Return metadata that closes raw material of the archive called ``name``, and free SQL, a way around that."""
    return {
        "databases": {
            name: {
                "allow_sql": False,
                "tables": {
                    table: {"allow": False}
                    for table, description in read_table_descriptions().items()
                    if description.get("closed")
                },
            }
        }
    }


def make_configuration(name: str, door: dict[str, Any]) -> dict[str, Any]:
    """Return what Datasette 1 wants as config for the archive called ``name``: tables, queries, what is closed."""
    words = ("title", "description", "columns", "closed")
    behaviour = {
        table: {key: description[key] for key in description if key not in words}
        for table, description in read_table_descriptions().items()
    }
    shut = door.get("databases", {}).get(name, {})
    for table, rule in shut.get("tables", {}).items():
        behaviour[table] = {**behaviour[table], **rule}
    return {"databases": {name: {**shut, "tables": behaviour, "queries": read_saved_queries()}}}


@cache
def _read_toml() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("crawler.browse").joinpath("queries.toml").read_text(encoding="utf-8"))


def read_saved_queries() -> dict[str, dict[str, Any]]:
    """Return the saved queries by name; the SQL is folded away on their pages."""
    return {name: {**query, "sql": query["sql"].strip(), "hide_sql": True} for name, query in _read_toml().items()}


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
