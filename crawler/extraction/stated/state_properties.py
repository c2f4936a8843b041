"""Names what an object of a page's state says of its article as schema.org does: headline, days, writers, lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from crawler.extraction.stated.text_blocks import split_paragraphs

HEADLINES: Final = ("headline", "headlines", "title", "heading")
_PUBLISHED: Final = (
    *("datepublished", "publishedat", "publishdate", "publisheddate", "firstpublished", "firstpublishedat"),
    *("firstpublishdate", "publicationdate", "pubdate", "publisheddatetime", "publishdatetime", "publishedon"),
    *("publishtime", "firstpublicationdate", "firstpublisheddate", "displaydate", "published", "date", "createdat"),
    *("created", "datecreated"),
)
_MODIFIED: Final = (
    *("datemodified", "modifiedat", "updatedat", "lastupdateddate", "modified", "updated", "updateddatetime"),
)
_WRITERS: Final = (
    *("author", "authors", "byline", "bylines", "writers", "writer", "contributors", "primaryauthor", "authorname"),
    *("authornames", "writtenby"),
)
_DESCRIPTIONS: Final = ("description", "standfirst", "subheadline", "dek", "deck", "summary", "excerpt", "lead")
"""Names of properties, here and above as :func:`_squeeze` leaves them."""
_WHOLE_NAMES: Final = ("name", "fullname", "displayname", "byline", "title")
_HOLDERS: Final = (
    "node",
    "nodes",
    "edges",
    "data",
    "attributes",
    "fields",
    "person",
    "author",
    "profile",
    "user",
    "items",
)
"""What GraphQL and publishing systems put around a writer."""
_FORMS_OF_TEXT: Final = ("basic", "rendered", "main", "text", "value", "plain", "html")
_FORMS_OF_DATE: Final = ("iso", "date", "value", "datetime", "utc", "timestamp", "seconds", "published")
_OTHER_ROLES: Final = re.compile(r"photo|illustrat|camera|video|editor|translat|graphic|produc", re.I)
_MOST_WRITERS: Final = 50
_MAX_DEPTH: Final = 8


def name_properties(article: dict[str, Any], language: str = "") -> dict[str, Any]:
    """Return what an object says under the names of schema.org, in lower case as ``Thing`` has them.

    ``language`` is the page's: an object may have a property in several.
    """
    own = {_squeeze(key): _unwrap(value) for key, value in article.items()}
    if isinstance(dates := own.get("dates"), dict):
        own = {_squeeze(key): value for key, value in dates.items()} | own
    named = {
        "headline": _find_text(own, HEADLINES, language),
        "datepublished": _find_date(own, _PUBLISHED),
        "datemodified": _find_date(own, _MODIFIED),
        "description": _find_text(own, _DESCRIPTIONS, language),
        "author": _find_writers(own),
    }
    return {"@type": "Article"} | {name: value for name, value in named.items() if value is not None}


def _squeeze(key: str) -> str:
    """Return the name of a property in the form that spellings of it share: ``published_at``, ``field_author``."""
    return key.lower().replace("_", "").replace("-", "").removeprefix("field")


def _unwrap(value: Any) -> Any:
    """Return the value of a field that Drupal keeps as a list of one."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "value" in value[0]:
        return value[0]["value"]
    return value


def _find_writers(own: dict[str, Any]) -> list[dict[str, Any]] | str | None:
    """Return the writers, as a text or as objects with a name: a number is the key of one that stands elsewhere."""
    values = [own.get(name) for name in _WRITERS]
    for name, key in (("credits", "by"), ("embedded", "author")):
        inner = own.get(name)
        if isinstance(inner, dict) and not isinstance(own.get("author"), (str, dict, list)):
            values.insert(0, inner.get(key))
    for value in values:
        if isinstance(value, str) and value.strip():
            return value
        writers = list(_iter_writers(value, 0))
        if own_writers := [writer for writer in writers if not _OTHER_ROLES.search(_read_role(writer))] or writers:
            return own_writers[:_MOST_WRITERS]
    return None


def _iter_writers(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the writers in a value, each with the name that it has itself, or that what it holds has."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:_MOST_WRITERS]:
            yield from _iter_writers(item, depth + 1)
    elif isinstance(value, str) and value.strip() and depth:
        yield {"name": value}
    elif isinstance(value, dict):
        texts = {_squeeze(key): text for key, text in value.items() if isinstance(text, str) and text.strip()}
        parts = " ".join(texts[key] for key in ("firstname", "lastname") if key in texts)
        name = next((texts[key] for key in _WHOLE_NAMES[:-1] if key in texts), "") or parts or texts.get("title")
        if name:
            yield {**value, "name": name}
            return
        for key in _HOLDERS:
            if isinstance(value.get(key), (dict, list)):
                yield from _iter_writers(value[key], depth + 1)
                return
        if isinstance(value.get("name"), dict):
            yield value


def _read_role(writer: dict[str, Any]) -> str:
    role = writer.get("role") or writer.get("type")
    return role if isinstance(role, str) else ""


def _find_text(own: dict[str, Any], names: tuple[str, ...], language: str) -> str | None:
    """Return the first text under these names, or under the usual names of its forms."""
    for name in names:
        value = own.get(name)
        if isinstance(value, dict):
            value = next((value[key] for key in (*_FORMS_OF_TEXT, language) if value.get(key)), None)
        if isinstance(value, str) and (text := " ".join(split_paragraphs(value[:2000]))):
            return text
    return None


def _find_date(own: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the first date: a text, or milliseconds or seconds since 1970."""
    for name in names:
        value = own.get(name)
        if isinstance(value, dict):
            forms = {_squeeze(key): child for key, child in value.items()}
            value = next((forms[key] for key in _FORMS_OF_DATE if isinstance(forms.get(key), (str, int, float))), None)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and 10**8 < value < 10**13:
            seconds = value / 1000 if value >= 10**11 else value
            return datetime.fromtimestamp(seconds, UTC).isoformat()
    return None
