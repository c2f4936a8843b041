"""Makes an item of CSL-JSON of a reference, from which citation processors make any of their styles.

Source: the CSL 1.0.2 specification and its schema for input data (csl-data.json).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from crawler.research.citation.names import PersonName
from crawler.research.citation.reference import Reference


def make_csl_item(reference: Reference) -> dict[str, Any]:
    """Return one item; a CSL-JSON file is a JSON list of such."""
    article = reference.kind == "article"
    item = {
        "id": reference.key,
        "type": "article-newspaper" if article else "dataset",
        "title": reference.title,
        "author": [_make_name(name) for name in reference.names],
        "container-title" if article else "publisher": reference.publication,
        "issued": _make_date(reference.issued),
        "accessed": _make_date(reference.viewed_on) if reference.url else None,
        "URL": reference.url,
        "language": reference.language,
        "version": reference.version_number,
        "note": ". ".join(filter(None, (reference.captured_as, reference.note))),
    }
    return {name: value for name, value in item.items() if value}


def _make_name(name: PersonName) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {"family": name.family, "given": name.given, "non-dropping-particle": name.particle, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def _make_date(day: date | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None
