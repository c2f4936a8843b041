"""Writes and parses files of edits: TOML with an ``[[edit]]`` table for each, which people can review and share."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from crawler.archive.authority.edits import EditRefused
from crawler.normalisation.dates.moments import instant

Parsed = TypeVar("Parsed")
Action = TypeVar("Action", bound=str)


def format_table(values: Mapping[str, Any]) -> str:
    """Return an edit as a table of TOML, without the values that are None or empty tuples."""
    lines = [f"{name} = {_format_value(value)}" for name, value in values.items() if value not in (None, ())]
    return "\n".join(["", "[[edit]]", *lines, ""])


def _format_value(value: Any) -> str:
    # Strings of JSON are strings of TOML, but for one control character that JSON lets through.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse_tables(text: str, parse_row: Callable[[Any], Parsed]) -> list[Parsed]:
    """Return what ``parse_row`` makes of each table of a file.

    Raises EditRefused, with the number of the edit that ``parse_row`` refuses.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EditRefused(f"this is no TOML: {error}") from None
    rows = document.get("edit", [])
    if set(document) - {"edit"} or not isinstance(rows, list):
        raise EditRefused("a file of edits holds [[edit]] tables and nothing else")
    edits = []
    for number, row in enumerate(rows, 1):
        try:
            edits.append(parse_row(row))
        except EditRefused as error:
            raise EditRefused(f"edit {number} of the file: {error}") from None
    return edits


def check_fields(row: Any, texts: Iterable[str], lists: Iterable[str], numbers: Iterable[str] = ()) -> dict[str, Any]:
    """Return a table that has these fields at most, each of its type. Raises EditRefused."""
    if not isinstance(row, dict):
        raise EditRefused("it is no table")
    unknown = sorted(set(row) - {*texts, *lists, *numbers})
    if unknown:
        raise EditRefused(f"“{unknown[0][:40]}” is not known here")
    for name in texts:
        if not isinstance(row.get(name, ""), str):
            raise EditRefused(f"{name} must be a text in quotation marks")
    for name in lists:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            raise EditRefused(f"{name} must be a list of texts")
    for name in numbers:
        if type(row.get(name, 0)) not in (int, float):
            raise EditRefused(f"{name} must be a number of degrees")
    return row


def parse_action(row: Mapping[str, Any], actions: Sequence[Action]) -> Action:
    """Return the action of a table, which is one of these. Raises EditRefused."""
    action = next((action for action in actions if action == row.get("action")), None)
    if action is None:
        raise EditRefused(f"action must be one of {', '.join(actions)}")
    return action


def parse_made_at(row: Mapping[str, Any], now: datetime) -> str:
    """Return the instant of ``made_at``, or ``now`` where a table has none. Raises EditRefused."""
    text = row.get("made_at")
    if text is None:
        return instant(now)
    try:
        moment = datetime.fromisoformat(text)
        return instant(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise EditRefused(f"made_at must be a time such as {instant(now)}, not “{text[:40]}”") from None
