"""Writes edits of authors as a TOML file that people can review and share, and parses such a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, cast

from crawler.archive.authority.authors import EditRefused, check_name, check_why
from crawler.archive.write.author_edits import EDIT_ACTIONS, AuthorEdit, AuthorName, EditAction
from crawler.items import AuthorKind
from crawler.normalisation.dates import instant

_HEADER: Final = """\
# Edits of authors, in the order in which they were made: the order counts.
# To make them in another archive: seealso authors import FILE. What stands there already is passed over.
# kind and to_kind are "person" where they are not stated.
"""
_TEXT_FIELDS: Final = ("action", "author", "kind", "to", "to_kind", "sort_name", "why", "made_at")
_LIST_FIELDS: Final = ("printed", "articles")


def to_toml(edits: Iterable[AuthorEdit]) -> str:
    """Return the standing edits as TOML, which :func:`from_toml` reads."""
    return _HEADER + "".join(_format_table(edit) for edit in edits if edit.undone_at is None)


def from_toml(text: str, now: datetime) -> list[AuthorEdit]:
    """Parse edits that :func:`to_toml` or a person wrote; an edit without a time was made ``now``.

    Raises EditRefused with the number of the edit that cannot be understood.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EditRefused(f"this is no TOML: {error}") from None
    rows = document.get("edit", [])
    if set(document) - {"edit"} or not isinstance(rows, list):
        raise EditRefused("a file of edits holds [[edit]] tables and nothing else")
    return [_parse_edit(number, row, now) for number, row in enumerate(rows, 1)]


def _format_table(edit: AuthorEdit) -> str:
    values: dict[str, Any] = {"action": edit.action, "author": edit.source.name}
    if edit.source.kind != "person":
        values["kind"] = edit.source.kind
    values["to"] = edit.target.name
    if edit.target.kind != "person":
        values["to_kind"] = edit.target.kind
    values |= {"sort_name": edit.sort_name, "printed": edit.printed, "articles": edit.articles}
    values |= {"why": edit.why, "made_at": edit.made_at}
    lines = [f"{name} = {_format_value(value)}" for name, value in values.items() if value]
    return "\n".join(["", "[[edit]]", *lines, ""])


def _format_value(value: str | tuple[str, ...]) -> str:
    # Strings of JSON are strings of TOML, but for one control character that JSON lets through.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _parse_edit(number: int, row: Any, now: datetime) -> AuthorEdit:
    try:
        return _parse_row(row, now)
    except EditRefused as error:
        raise EditRefused(f"edit {number} of the file: {error}") from None


def _parse_row(row: Any, now: datetime) -> AuthorEdit:
    if not isinstance(row, dict):
        raise EditRefused("it is no table")
    unknown = sorted(set(row) - {*_TEXT_FIELDS, *_LIST_FIELDS})
    if unknown:
        raise EditRefused(f"“{unknown[0][:40]}” is not known here")
    for name in _TEXT_FIELDS:
        if not isinstance(row.get(name, ""), str):
            raise EditRefused(f"{name} must be a text in quotation marks")
    for name in _LIST_FIELDS:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            raise EditRefused(f"{name} must be a list of texts")
    if row.get("action") not in EDIT_ACTIONS:
        raise EditRefused(f"action must be one of {', '.join(EDIT_ACTIONS)}")
    action = cast(EditAction, row["action"])
    edit = AuthorEdit(
        id=0,
        made_at=_parse_instant(row.get("made_at"), now),
        action=action,
        source=_parse_author(row, "author", "kind"),
        target=_parse_author(row, "to", "to_kind"),
        sort_name=check_name(row["sort_name"]) if "sort_name" in row else None,
        printed=tuple(row.get("printed", ())),
        articles=tuple(row.get("articles", ())),
        why=check_why(row.get("why", "")),
    )
    if (action == "split") != bool(edit.printed or edit.articles):
        raise EditRefused("a split, and nothing else, says what is printed or which articles")
    if edit.sort_name is not None and action != "rename":
        raise EditRefused("sort_name belongs to a rename")
    if edit.source == edit.target and edit.sort_name is None:
        raise EditRefused("it gives an author to themselves")
    if action == "rename" and edit.source.kind != edit.target.kind:
        raise EditRefused("a rename makes no agency of a person, nor a person of an agency")
    return edit


def _parse_author(row: dict[str, Any], name: str, kind: str) -> AuthorName:
    if name not in row:
        raise EditRefused(f"{name} is missing")
    if row.get(kind, "person") not in ("person", "agency"):
        raise EditRefused(f"{kind} must be person or agency")
    return AuthorName(cast(AuthorKind, row.get(kind, "person")), check_name(row[name]))


def _parse_instant(text: str | None, now: datetime) -> str:
    if text is None:
        return instant(now)
    try:
        moment = datetime.fromisoformat(text)
        return instant(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise EditRefused(f"made_at must be a time such as {instant(now)}, not “{text[:40]}”") from None
