"""``tables.toml`` as Datasette's metadata: titles, descriptions, facets, labels, and what is closed."""

from __future__ import annotations

import copy
from typing import Any

from crawler.archive.schema.descriptions import read_table_descriptions
from crawler.browse.queries import read_saved_queries

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
