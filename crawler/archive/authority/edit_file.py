"""Writes edits of authors as a TOML file that people can review and share, and parses such a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, cast

from crawler.archive.authority.edit_tables import check_fields, format_table, parse_action, parse_made_at, parse_tables
from crawler.archive.authority.edits import EditRefused, check_name, check_why
from crawler.archive.write.authority.author_edits import EDIT_ACTIONS, AuthorEdit, AuthorName
from crawler.items import AuthorKind

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
    return parse_tables(text, lambda row: _parse_row(row, now))


def _format_table(edit: AuthorEdit) -> str:
    values: dict[str, Any] = {"action": edit.action, "author": edit.source.name}
    if edit.source.kind != "person":
        values["kind"] = edit.source.kind
    values["to"] = edit.target.name
    if edit.target.kind != "person":
        values["to_kind"] = edit.target.kind
    values |= {"sort_name": edit.sort_name, "printed": edit.printed, "articles": edit.articles}
    values |= {"why": edit.why, "made_at": edit.made_at}
    return format_table(values)


def _parse_row(row: Any, now: datetime) -> AuthorEdit:
    row = check_fields(row, _TEXT_FIELDS, _LIST_FIELDS)
    action = parse_action(row, EDIT_ACTIONS)
    edit = AuthorEdit(
        id=0,
        made_at=parse_made_at(row, now),
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
