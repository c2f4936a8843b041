"""Maps a name as it was read to the author that it stands for, by the edits that people made.

The authors of an article follow from the names as they were read and the edits that are not undone. The archive stores
nothing else, so an edit also holds for articles that come later, and undoing it restores the authors without it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, cast

from crawler.archive.database import select_rows
from crawler.archive.write.authority.edits import describe_split
from crawler.items import AuthorKind

EditAction = Literal["merge", "rename", "split"]
EDIT_ACTIONS: Final[tuple[EditAction, ...]] = ("merge", "rename", "split")


class AuthorName(NamedTuple):
    """The identity of an author: a name and its kind."""

    kind: AuthorKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorEdit:
    """One edit, as it is stored."""

    id: int
    made_at: str
    action: EditAction
    source: AuthorName
    """The author that was edited."""
    target: AuthorName
    """The author to whom the edit credits the names; for a rename that only changes the sort name, the source."""
    sort_name: str | None = None
    """The name to sort by, which a rename may set."""
    printed: tuple[str, ...] = ()
    """The printed spellings that a split is limited to; empty for all."""
    articles: tuple[str, ...] = ()
    """The identities (``asianews/en/55331``) of the articles that a split is limited to; empty for all."""
    why: str
    moved: int = 0
    """Names in bylines that changed their author when the edit was made."""
    undone_at: str | None = None

    def applies_to(self, printed: str, keys: Callable[[], frozenset[str]]) -> bool:
        """Return True if the edit concerns a name that is printed so, in an article with these identities."""
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
            return describe_split(self.source.name, self.target.name, self.printed, self.articles)
        return f"{self.action} “{self.source.name}” {'into' if self.action == 'merge' else 'as'} “{self.target.name}”"


class AuthorEdits:
    """The edits that are not undone, in the order in which they were made."""

    def __init__(self, edits: Iterable[AuthorEdit] = ()) -> None:
        self.standing = tuple(edit for edit in edits if edit.undone_at is None)
        self.concerned: frozenset[AuthorName] = frozenset(
            name for edit in self.standing for name in (edit.source, edit.target)
        )
        """Names that an edit concerns. For these the archive stores the name as it was read beside the author."""

    def find_author(self, name: AuthorName, printed: str, keys: Callable[[], frozenset[str]]) -> AuthorName:
        """Return the author of a name that was read, and is printed so in an article with these identities."""
        author = name
        for edit in self.standing:
            if edit.source == author and edit.applies_to(printed, keys):
                author = edit.target
        return author

    def find_sort_name(self, author: AuthorName) -> str | None:
        """Return the name to sort an author by that an edit sets, or None."""
        sort_names = (edit.sort_name for edit in reversed(self.standing) if edit.target == author and edit.sort_name)
        return next(sort_names, None)


def read_edits(conn: sqlite3.Connection) -> list[AuthorEdit]:
    """Return all edits, those that were undone too, oldest first."""
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
    """Insert a new edit inside the caller's transaction and return its number; its own ``id`` is ignored."""
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
    """Return a value that changes whenever edits do: the highest id, and the number of undone edits.

    Edits are only added, or undone once.
    """
    row = conn.execute("SELECT coalesce(max(id), 0), count(undone_at) FROM author_edits").fetchone()
    return cast(tuple[int, int], row)
