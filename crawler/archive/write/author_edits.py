"""Maps a name as it was read to the author it stands for, by the edits that people made.

Who wrote an article is a function of two things: the names as they were read, and the edits that stand. Nothing else is
remembered, so an edit holds for articles that come later, and taking it back leaves what there would be without it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, cast

from crawler.archive.database import select_rows
from crawler.items import AuthorKind

EditAction = Literal["merge", "rename", "split"]
EDIT_ACTIONS: Final[tuple[EditAction, ...]] = ("merge", "rename", "split")


class AuthorName(NamedTuple):
    """What tells an author from another one: a name and its kind."""

    kind: AuthorKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorEdit:
    """One decision, as it is kept."""

    id: int
    made_at: str
    action: EditAction
    source: AuthorName
    """The author that was edited."""
    target: AuthorName
    """Whom the names belong to since; for a rename that only sorts differently, the author itself."""
    sort_name: str | None = None
    """The name to sort by, where a rename states it."""
    printed: tuple[str, ...] = ()
    """A split: only where the byline prints this; everywhere when empty."""
    articles: tuple[str, ...] = ()
    """A split: only in these articles, by identity (``asianews/en/55331``); in all when empty."""
    why: str
    moved: int = 0
    """Names in bylines that have another author by it, when it was made."""
    undone_at: str | None = None

    def applies_to(self, printed: str, keys: Callable[[], frozenset[str]]) -> bool:
        """Return True if the edit is about a name of its author that is printed so, in an article with these keys."""
        if self.printed and printed not in self.printed:
            return False
        return not self.articles or not keys().isdisjoint(self.articles)

    def describe(self) -> str:
        """Return the edit in words: ``merge “A” into “B”``.

        >>> source, target = AuthorName("person", "A"), AuthorName("person", "B")
        >>> AuthorEdit(id=1, made_at="", action="merge", source=source, target=target, why="").describe()
        'merge “A” into “B”'
        """
        if self.source == self.target:
            return f"sort “{self.source.name}” as “{self.sort_name}”"
        if self.action == "split":
            where = [f"“{spelling}”" for spelling in self.printed] + list(self.articles[:3])
            more = f" and {len(self.articles) - 3} more" if len(self.articles) > 3 else ""
            return f"split “{self.source.name}” ({', '.join(where)}{more}) as “{self.target.name}”"
        return f"{self.action} “{self.source.name}” {'into' if self.action == 'merge' else 'as'} “{self.target.name}”"


class AuthorEdits:
    """The edits that stand, in the order in which they were made."""

    def __init__(self, edits: Iterable[AuthorEdit] = ()) -> None:
        self.standing = tuple(edit for edit in edits if edit.undone_at is None)
        self.concerned: frozenset[AuthorName] = frozenset(
            name for edit in self.standing for name in (edit.source, edit.target)
        )
        """Names that an edit is about. How these were read is kept beside whose they are."""

    def author(self, read: AuthorName, printed: str, keys: Callable[[], frozenset[str]]) -> AuthorName:
        """Return whose name it is, of one that was read as ``read`` and is printed so in an article with these keys."""
        found = read
        for edit in self.standing:
            if edit.source == found and edit.applies_to(printed, keys):
                found = edit.target
        return found

    def sort_name(self, author: AuthorName) -> str | None:
        """Return the name to sort by that an edit states, or None."""
        stated = (edit.sort_name for edit in reversed(self.standing) if edit.target == author and edit.sort_name)
        return next(stated, None)


def read_edits(conn: sqlite3.Connection) -> list[AuthorEdit]:
    """Return all edits ever made, those that were undone too, oldest first."""
    return [
        AuthorEdit(
            id=row["id"],
            made_at=row["made_at"],
            action=row["action"],
            source=AuthorName(row["kind"], row["name"]),
            target=AuthorName(row["to_kind"], row["to_name"]),
            sort_name=row["sort_name"],
            printed=tuple(json.loads(row["printed"])),
            articles=tuple(json.loads(row["articles"])),
            why=row["why"],
            moved=row["moved"],
            undone_at=row["undone_at"],
        )
        for row in select_rows(conn, "SELECT * FROM author_edits ORDER BY id")
    ]


def add_edit(conn: sqlite3.Connection, edit: AuthorEdit) -> int:
    """Write down a new edit inside the caller's transaction; its own ``id`` does not count. Return its number."""
    row = (
        edit.made_at,
        edit.action,
        *edit.source,
        *edit.target,
        edit.sort_name,
        json.dumps(edit.printed, ensure_ascii=False),
        json.dumps(edit.articles, ensure_ascii=False),
        edit.why,
    )
    columns = "made_at, action, kind, name, to_kind, to_name, sort_name, printed, articles, why"
    marks = ", ".join("?" * len(row))
    cursor = conn.execute(f"INSERT INTO author_edits ({columns}) VALUES ({marks})", row)
    return int(cursor.lastrowid or 0)


def read_edits_state(conn: sqlite3.Connection) -> tuple[int, int]:
    """Return what changes whenever edits do: they are only ever added, or undone once."""
    row = conn.execute("SELECT coalesce(max(id), 0), count(undone_at) FROM author_edits").fetchone()
    return cast(tuple[int, int], row)
