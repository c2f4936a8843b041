"""Chooses columns of a table by their names, as ``--columns`` gives them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from crawler.errors import UnknownColumn

_MAX_SUGGESTIONS: Final = 3
_SHOWN_LETTERS: Final = 60


def choose_columns(names: Sequence[str], available: Sequence[str]) -> tuple[str, ...]:
    """Return the named columns in their given order, in whatever capitals they are given; all without a name.

    Raises:
        UnknownColumn: a name is empty, is given twice or is no column; the message suggests those that are alike, or
            lists all.

    >>> choose_columns(["url", "Id"], ["id", "headline", "url"])
    ('url', 'id')
    """
    columns: list[str] = []
    for name in (name.strip() for name in names):
        column = name.lower()
        if column not in available:
            raise UnknownColumn(_describe(name, available))
        if column in columns:
            raise UnknownColumn(f"the column {column!r} is named twice")
        columns.append(column)
    return tuple(columns) or tuple(available)


def _describe(name: str, available: Sequence[str]) -> str:
    shown = name[:_SHOWN_LETTERS].encode("utf-8", "replace").decode()
    similar = difflib.get_close_matches(shown.lower(), available, _MAX_SUGGESTIONS)
    question = f"; did you mean {' or '.join(map(repr, similar))}?" if similar else ";"
    return f"there is no column {shown!r}{question} there are: {', '.join(available)}"
