"""Credits articles to authors: writes the names that were read of an article as its authors, by the standing edits.

For a name that an edit concerns, ``author_variants`` stores the name as it was read, beside the author. An author and a
variant of one kind and name have one number, so that the number of a merged author still leads somewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

from crawler.archive.database import select_records
from crawler.archive.write.authority.author_edits import AuthorEdits, AuthorName, read_edits, read_edits_state
from crawler.items import Author
from crawler.normalisation.bylines.names import make_sort_name
from crawler.normalisation.words.tokenizer import make_search_text

_NEXT_ID = (
    "(SELECT max(coalesce((SELECT max(id) FROM authors), 0), coalesce((SELECT max(id) FROM author_variants), 0)) + 1)"
)


class _Credit(NamedTuple):
    """A row of ``article_authors``."""

    article_id: int
    author_id: int
    position: int
    printed: str
    honorific: str | None
    order_initials: str | None
    note: str | None
    variant_id: int | None


_COLUMNS: Final = ", ".join(_Credit._fields)


@dataclass(frozen=True, slots=True)
class _BylineName:
    """A name in a byline: its position, its spelling, its author now, and its variant."""

    article_id: int
    position: int
    printed: str
    author_id: int
    variant_id: int | None


class _KnownName(NamedTuple):
    """An author or a variant in the archive."""

    id: int
    sort_name: str


@dataclass(slots=True)
class AuthorCredits:
    """Writes ``article_authors``, ``authors`` and ``author_variants``, inside the caller's transaction."""

    conn: sqlite3.Connection
    _edits: AuthorEdits = field(default_factory=AuthorEdits)
    _state: tuple[int, int] = (0, 0)
    _is_held: bool = False

    def write(self, article_id: int, authors: tuple[Author, ...], *, fresh: bool = False) -> None:
        """Replace the authors of an article by these, in this order; delete authors that no byline names any more."""
        edits = self.load_edits()
        credits: list[_Credit] = []
        for position, author in enumerate(authors, 1):
            name = AuthorName(author.kind, author.name)
            variant_id = None
            if name in edits.concerned:
                variant_id = self._ensure_row("author_variants", name, author.sort_name)
                author_id = self._ensure_author(
                    edits.find_author(name, author.printed, partial(self._find_identities, article_id)), edits
                )
            else:
                author_id = self._ensure_row("authors", name, author.sort_name)
            credits.append(
                _Credit(
                    article_id=article_id,
                    author_id=author_id,
                    position=position,
                    printed=author.printed,
                    honorific=author.honorific,
                    order_initials=author.order_initials,
                    note=author.note,
                    variant_id=variant_id,
                )
            )
        former_credits: list[_Credit] = []
        if not fresh:
            query = f"SELECT {_COLUMNS} FROM article_authors WHERE article_id = ? ORDER BY position"
            former_credits = list(select_records(self.conn, _Credit, query, (article_id,)))
            if former_credits == credits:
                return
            self.conn.execute("DELETE FROM article_authors WHERE article_id = ?", (article_id,))
        if credits:
            self.conn.executemany(f"INSERT INTO article_authors ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", credits)
        if not former_credits:
            return
        lost_ids = {credit.author_id for credit in former_credits} - {credit.author_id for credit in credits}
        delete_unnamed(self.conn, lost_ids, {credit.variant_id for credit in former_credits})

    def recredit(self, names: Iterable[AuthorName]) -> int:
        """Credit again every name that was read as one of these, after edits have changed.

        Returns the number of names in bylines that have another author now.
        """
        edits = self.load_edits()
        groups = [
            (name, *group) for name in sorted(set(names)) if (group := self._find_credits_read_as(name)) is not None
        ]
        # All variants first: they hold the sort names that pages gave, by which authors are sorted.
        variant_ids = {
            name: self._ensure_row("author_variants", name, sort_name)
            for name, sort_name, _ in groups
            if name in edits.concerned
        }
        moved = 0
        authors: set[int] = set()
        variants: set[int] = set()
        for name, _, byline_names in groups:
            variant_id = variant_ids.get(name)
            author_ids: dict[AuthorName, int] = {}
            for byline_name in byline_names:
                author = edits.find_author(
                    name, byline_name.printed, partial(self._find_identities, byline_name.article_id)
                )
                if author not in author_ids:
                    author_ids[author] = self._ensure_author(author, edits)
                authors |= {byline_name.author_id, author_ids[author]}
                if byline_name.variant_id:
                    variants.add(byline_name.variant_id)
                if (byline_name.author_id, byline_name.variant_id) != (author_ids[author], variant_id):
                    moved += byline_name.author_id != author_ids[author]
                    self.conn.execute(
                        "UPDATE article_authors SET author_id = ?, variant_id = ?"
                        " WHERE article_id = ? AND position = ?",
                        (author_ids[author], variant_id, byline_name.article_id, byline_name.position),
                    )
        delete_unnamed(self.conn, authors, variants)
        return moved

    def find_misplaced(self) -> Iterator[tuple[str, str]]:
        """Yield (article, message) for each name in a byline whose author is not the one of the standing edits."""
        edits = self.load_edits()
        authors = dict(self.conn.execute("SELECT id, name FROM authors"))
        for name in sorted(edits.concerned):
            _, byline_names = self._find_credits_read_as(name) or ("", [])
            for byline_name in byline_names:
                author = edits.find_author(
                    name, byline_name.printed, partial(self._find_identities, byline_name.article_id)
                )
                if byline_name.variant_id is None or authors.get(byline_name.author_id) != author.name:
                    credited_name = authors.get(byline_name.author_id)
                    yield (
                        f"article {byline_name.article_id}",
                        f"“{name.name}” is credited to “{credited_name}”, by the edits to “{author.name}”",
                    )

    def find_names_read_as(self, author: AuthorName) -> list[AuthorName]:
        """Return the names, as they were read, that edits have credited to an author."""
        rows = select_records(
            self.conn,
            AuthorName,
            "SELECT DISTINCT v.kind, v.name FROM authors au JOIN article_authors aa ON aa.author_id = au.id"
            " JOIN author_variants v ON v.id = aa.variant_id WHERE au.kind = ? AND au.name = ?",
            author,
        )
        return list(rows)

    @contextmanager
    def hold_edits(self) -> Iterator[None]:
        """Ask for edits once: in the block nobody makes or undoes one."""
        self.load_edits()
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False

    def load_edits(self) -> AuthorEdits:
        """Return the standing edits; they are read again only when one has been made or undone."""
        if self._is_held:
            return self._edits
        state = read_edits_state(self.conn)
        if state != self._state:
            self._edits, self._state = AuthorEdits(read_edits(self.conn)), state
        return self._edits

    def _find_identities(self, article_id: int) -> frozenset[str]:
        """Return the identities of an article: its own, and those of all addresses that lead to it."""
        rows = self.conn.execute(
            "SELECT site || '/' || language || '/' || site_key FROM articles WHERE id = ?1"
            " UNION SELECT url_key FROM addresses WHERE article_id = ?1",
            (article_id,),
        )
        return frozenset(row[0] for row in rows)

    def _find_credits_read_as(self, name: AuthorName) -> tuple[str, list[_BylineName]] | None:
        """Return the sort name that pages gave, and the credits that were read as this name; None without any."""
        variant = self._find("author_variants", name)
        author = self._find("authors", name)
        byline_names: list[_BylineName] = []
        for column, known_name in (("variant_id", variant), ("variant_id IS NULL AND author_id", author)):
            if known_name is not None:
                byline_names += select_records(
                    self.conn,
                    _BylineName,
                    "SELECT article_id, position, printed, author_id, variant_id FROM article_authors"
                    f" WHERE {column} = ?",
                    (known_name.id,),
                )
        sorted_name = variant or author
        return (sorted_name.sort_name, byline_names) if sorted_name is not None and byline_names else None

    def _find(self, table: str, name: AuthorName) -> _KnownName | None:
        query = f"SELECT id, sort_name FROM {table} WHERE kind = ? AND name = ?"
        row = self.conn.execute(query, name).fetchone()
        return None if row is None else _KnownName(*row)

    def _ensure_author(self, name: AuthorName, edits: AuthorEdits) -> int:
        """Return the id of an author whom an edit concerns, with a row of ``authors``."""
        sorted_by = self._choose_sort_name(name, edits)
        author_id = self._ensure_row("authors", name, sorted_by)
        self._update_sort_name(name, sorted_by)
        return author_id

    def _ensure_row(self, table: str, name: AuthorName, sorted_by: str) -> int:
        known_name = self._find(table, name)
        if known_name is not None:
            if sorted_by < known_name.sort_name:  # whichever comes first, the same one stays
                self.conn.execute(f"UPDATE {table} SET sort_name = ? WHERE id = ?", (sorted_by, known_name.id))
            return known_name.id
        namesake = self._find("authors" if table == "author_variants" else "author_variants", name)
        key = ", name_key" if table == "authors" else ""
        values: tuple[Any, ...] = (*name, sorted_by, *((make_search_text(name.name),) if key else ()))
        if namesake is not None:
            values += (namesake.id,)
        cursor = self.conn.execute(
            f"INSERT INTO {table} (kind, name, sort_name{key}, id)"
            f" VALUES (?, ?, ?{', ?' if key else ''}, {'?' if namesake is not None else _NEXT_ID})",
            values,
        )
        return int(cursor.lastrowid or 0)

    def _choose_sort_name(self, name: AuthorName, edits: AuthorEdits) -> str:
        """Return the name to sort an author by whom an edit concerns: as edited, as read, or by the rules."""
        sort_name = edits.find_sort_name(name)
        if sort_name is not None:
            return sort_name
        variant = self._find("author_variants", name)
        if variant is not None:
            return variant.sort_name
        return make_sort_name(name.name) if name.kind == "person" else name.name

    def _update_sort_name(self, name: AuthorName, sorted_by: str) -> None:
        self.conn.execute(
            "UPDATE authors SET sort_name = ?1 WHERE kind = ?2 AND name = ?3 AND sort_name <> ?1", (sorted_by, *name)
        )


def delete_unnamed(conn: sqlite3.Connection, authors: Iterable[int], variants: Iterable[int | None]) -> None:
    """Delete the authors and variants among these that no byline names any more, such as a misread name."""
    for table, column, ids in (("authors", "author_id", authors), ("author_variants", "variant_id", variants)):
        conn.executemany(
            f"DELETE FROM {table} WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM article_authors WHERE {column} = ?1)",
            [(row_id,) for row_id in sorted({row_id for row_id in ids if row_id is not None})],
        )
