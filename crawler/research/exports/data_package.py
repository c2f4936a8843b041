"""Describes the columns of a table as a Frictionless data package.

Types are those of :mod:`crawler.archive.articles.frames`, descriptions those of
:mod:`crawler.archive.schema.descriptions`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from crawler.archive.articles.frames import COLUMN_KINDS
from crawler.archive.schema.descriptions import read_table_descriptions
from crawler.notes.remarks import REMARK_COLUMNS
from crawler.research.exports.context import ExportJob
from crawler.research.exports.manifest import Manifest

FIELD_TYPES: Final = {
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "instant": {"type": "datetime"},
    "list": {"type": "array"},
    "text": {"type": "string"},
}
"""Kind of a column → what Table Schema calls it (https://specs.frictionlessdata.io/table-schema/)."""
_OWN: Final = {
    "authors": "Authors in printed order, as a list of normalised names",
    "author_details": "Authors in printed order, with what is known of each",
    "identity": "Permanent identity of the version: site, language, key and number, the end of its permanent address",
    "place": "Places of the dateline, each under one label for all its names, parted by semicolons",
    "country": "Their countries by ISO 3166 code, parted by semicolons",
    "tags": "Tags of the notes on the article",
    "codes": "Answers to codes, each as name=value (coder)",
    "file": "Name of the article's file",
    "year": "Year of publication",
}
"""Columns that no table of the archive has."""


def describe_column(column: str) -> str:
    """Return what a column of an export holds, in one sentence."""
    return _OWN.get(column) or str(read_table_descriptions()["articles"]["columns"][column])


def find_column_kind(column: str, *, typed: bool) -> str:
    """Return the kind of a column's values in a table of text cells, or in one whose columns are ``typed``."""
    if column in ("author_details", *REMARK_COLUMNS):
        return "list"
    if column == "year":
        return "integer"
    # An article's publication is an instant or only a day: text has room for both, a column of instants has not.
    return "text" if column == "published_at" and not typed else COLUMN_KINDS.get(column, "text")


def make_table_schema(columns: Sequence[str], *, typed: bool = False) -> dict[str, Any]:
    """Return the Table Schema of a table with these columns; ``typed`` as in :func:`find_column_kind`."""
    # The software of Frictionless reads Parquet by way of pandas, whose lists are no lists to it, and where a missing
    # year is no integer.
    unread = {"type": "any"}
    types = FIELD_TYPES | {"list": unread} if typed else FIELD_TYPES
    kinds = {name: types[find_column_kind(name, typed=typed)] for name in columns}
    if typed and "year" in kinds:
        kinds["year"] = unread
    return {
        "fields": [
            {"name": name, **kinds[name], "description": describe_column(name)}
            | ({"constraints": {"required": True, "unique": True}} if name == "id" else {})
            for name in columns
        ],
        **({"primaryKey": ["id"]} if "id" in columns else {}),
        "missingValues": [""],
    }


def make_data_package(manifest: Manifest, resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a Frictionless data package (https://specs.frictionlessdata.io/data-package/) as the export made it."""
    head = manifest.head()
    return {
        "profile": "data-package",
        "name": f"seealso-{manifest.format}",
        "title": manifest.title,
        "created": head["made_at"],
        "seealso": {name: head[name] for name in ("query", "filters", "sample", "options", "versions")},
        "resources": list(resources),
    }


def write_package(job: ExportJob, resources: Sequence[dict[str, Any]]) -> None:
    """Write ``datapackage.json`` into the folder of an export."""
    with job.open_file("datapackage.json") as stream:
        stream.write_text(json.dumps(make_data_package(job.manifest, resources), ensure_ascii=False, indent=2) + "\n")
