"""Formats values in English for people: a count with its noun, the month of a day."""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def format_count(count: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun.

    >>> format_count(1, "article"), format_count(12345, "article"), format_count(2, "category", "categories")
    ('1 article', '12,345 articles', '2 categories')
    """
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
