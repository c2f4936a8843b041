"""Reads whole numbers as strangers write them: in addresses, fields of records, arguments, names of files."""

from __future__ import annotations

from typing import Final

DIGITS_OF_ID: Final = 18
"""Digits of the largest numbers that are read: SQLite has no larger ids, and Python parses none of some thousands."""


def parse_digits(text: str, most: int = DIGITS_OF_ID) -> int | None:
    """Return the number of a text of ASCII digits, at most so many of them; None for any other text.

    >>> parse_digits("0017"), parse_digits("1234567", most=6)
    (17, None)
    >>> parse_digits(""), parse_digits("-1"), parse_digits("٣"), parse_digits("1_000")
    (None, None, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else None
