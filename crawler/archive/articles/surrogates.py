"""Replaces lone halves of surrogate pairs in records, which a page may hold and SQLite cannot store."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

RecordT = TypeVar("RecordT")


def replace_surrogates(record: RecordT) -> RecordT:
    """Return a record whose texts SQLite can store: a lone half of a surrogate pair becomes U+FFFD."""
    return _replace_surrogates(record)  # type: ignore[no-any-return]  # the kind is kept, value by value


def _replace_surrogates(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, tuple):
        make = getattr(type(value), "_make", tuple)  # a named one stays one
        return make(_replace_surrogates(element) for element in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _replace_surrogates(getattr(value, field.name)) for field in fields(value)}
        )
    return value
