"""Crediting: the authors that were read of an article go in; its rows say whose names these are, by standing edits.

A name that an edit is about keeps how it was read in ``author_variants``, beside the author it belongs to. An author
and a variant of one kind and name have one number, so that the number of a merged author still leads somewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

from crawler.archive.database import select_records
from crawler.archive.write.author_edits import AuthorEdits, AuthorName, read_edits, read_edits_state
from crawler.items import Author
from crawler.normalisation.names import make_sort_name
from crawler.normalisation.tokenizer import make_search_text

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
    """A name in a byline: where it is, how it is printed, whose it is now, by which variant."""

    article_id: int
    position: int
    printed: str
    author_id: int
    variant_id: int | None


class _KnownName(NamedTuple):
    """An author or a variant that the archive has."""

    id: int
    sort_name: str


@dataclass(slots=True)
class AuthorCredits:
    """Writes ``article_authors``, ``authors`` and ``author_variants`` of an archive, in the caller's transaction."""

    conn: sqlite3.Connection
    _edits: AuthorEdits = field(default_factory=AuthorEdits)
    _state: tuple[int, int] = (0, 0)

    def write(self, article_id: int, authors: tuple[Author, ...], *, fresh: bool = False) -> None:
        """Make these the authors of an article, in this order; names that nobody bears any more go."""
        edits = self.edits()
        credits: list[_Credit] = []
        for position, author in enumerate(authors, 1):
            read = AuthorName(author.kind, author.name)
            variant_id = None
            if read in edits.concerned:
                variant_id = self._row("author_variants", read, author.sort_name)
                author_id = self._author(
                    edits.author(read, author.printed, partial(self._find_identities, article_id)), edits
                )
            else:
                author_id = self._row("authors", read, author.sort_name)
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
        former: list[_Credit] = []
        if not fresh:
            query = f"SELECT {_COLUMNS} FROM article_authors WHERE article_id = ? ORDER BY position"
            former = list(select_records(self.conn, _Credit, query, (article_id,)))
            if former == credits:
                return
            self.conn.execute("DELETE FROM article_authors WHERE article_id = ?", (article_id,))
        self.conn.executemany(f"INSERT INTO article_authors ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", credits)
        gone = {credit.author_id for credit in former} - {credit.author_id for credit in credits}
        delete_unnamed(self.conn, gone, {credit.variant_id for credit in former})

    def recredit(self, names: Iterable[AuthorName]) -> int:
        """Credit anew every name that was read as one of these, after edits have changed; return how many moved."""
        edits = self.edits()
        read = [(name, *found) for name in sorted(set(names)) if (found := self._find_lines_read_as(name)) is not None]
        # All variants first: by them an author is sorted as pages have it.
        kept = {
            name: self._row("author_variants", name, sort_name)
            for name, sort_name, _ in read
            if name in edits.concerned
        }
        moved = 0
        authors: set[int] = set()
        variants: set[int] = set()
        for name, _, lines in read:
            variant_id = kept.get(name)
            homes: dict[AuthorName, int] = {}
            for line in lines:
                home = edits.author(name, line.printed, partial(self._find_identities, line.article_id))
                if home not in homes:
                    homes[home] = self._author(home, edits)
                authors |= {line.author_id, homes[home]}
                if line.variant_id:
                    variants.add(line.variant_id)
                if (line.author_id, line.variant_id) != (homes[home], variant_id):
                    moved += line.author_id != homes[home]
                    self.conn.execute(
                        "UPDATE article_authors SET author_id = ?, variant_id = ?"
                        " WHERE article_id = ? AND position = ?",
                        (homes[home], variant_id, line.article_id, line.position),
                    )
        delete_unnamed(self.conn, authors, variants)
        return moved

    def find_misplaced(self) -> Iterator[tuple[str, str]]:
        """Yield each name in a byline that is credited to another author than the standing edits say."""
        edits = self.edits()
        authors = dict(self.conn.execute("SELECT id, name FROM authors"))
        for name in sorted(edits.concerned):
            _, lines = self._find_lines_read_as(name) or ("", [])
            for line in lines:
                home = edits.author(name, line.printed, partial(self._find_identities, line.article_id))
                if line.variant_id is None or authors.get(line.author_id) != home.name:
                    yield (
                        f"article {line.article_id}",
                        f"“{name.name}” is credited to “{authors.get(line.author_id)}”, by the edits to “{home.name}”",
                    )

    def find_names_read_as(self, author: AuthorName) -> list[AuthorName]:
        """Return the names that edits have given to an author, as they were read."""
        rows = select_records(
            self.conn,
            AuthorName,
            "SELECT DISTINCT v.kind, v.name FROM authors au JOIN article_authors aa ON aa.author_id = au.id"
            " JOIN author_variants v ON v.id = aa.variant_id WHERE au.kind = ? AND au.name = ?",
            author,
        )
        return list(rows)

    def edits(self) -> AuthorEdits:
        """Return the edits that stand now; read again only when somebody has made or undone one."""
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

    def _find_lines_read_as(self, name: AuthorName) -> tuple[str, list[_BylineName]] | None:
        """Return the name to sort by that pages gave, and every line that was read as this name; None without any."""
        variant = self._find("author_variants", name)
        plain = self._find("authors", name)
        lines: list[_BylineName] = []
        for column, found in (("variant_id", variant), ("variant_id IS NULL AND author_id", plain)):
            if found is not None:
                lines += select_records(
                    self.conn,
                    _BylineName,
                    "SELECT article_id, position, printed, author_id, variant_id FROM article_authors"
                    f" WHERE {column} = ?",
                    (found.id,),
                )
        known = variant or plain
        return (known.sort_name, lines) if known is not None and lines else None

    def _find(self, table: str, name: AuthorName) -> _KnownName | None:
        query = f"SELECT id, sort_name FROM {table} WHERE kind = ? AND name = ?"
        return next(select_records(self.conn, _KnownName, query, name), None)

    def _author(self, name: AuthorName, edits: AuthorEdits) -> int:
        """Return the author that edits give a name to."""
        wanted = self._sort_name(name, edits)
        author_id = self._row("authors", name, wanted)
        self._sort(name, wanted)
        return author_id

    def _row(self, table: str, name: AuthorName, sorted_by: str) -> int:
        found = self._find(table, name)
        if found is not None:
            if sorted_by < found.sort_name:  # whichever comes first, the same one stays
                self.conn.execute(f"UPDATE {table} SET sort_name = ? WHERE id = ?", (sorted_by, found.id))
            return found.id
        other = self._find("authors" if table == "author_variants" else "author_variants", name)
        key = ", name_key" if table == "authors" else ""
        values: tuple[Any, ...] = (*name, sorted_by, *((make_search_text(name.name),) if key else ()))
        if other is not None:
            values += (other.id,)
        cursor = self.conn.execute(
            f"INSERT INTO {table} (kind, name, sort_name{key}, id)"
            f" VALUES (?, ?, ?{', ?' if key else ''}, {'?' if other is not None else _NEXT_ID})",
            values,
        )
        return int(cursor.lastrowid or 0)

    def _sort_name(self, name: AuthorName, edits: AuthorEdits) -> str:
        """Return the name to sort an author by whom an edit is, or was, about: as edited, as read, or by the rules."""
        stated = edits.sort_name(name)
        if stated is not None:
            return stated
        variant = self._find("author_variants", name)
        if variant is not None:
            return variant.sort_name
        return make_sort_name(name.name) if name.kind == "person" else name.name

    def _sort(self, name: AuthorName, sorted_by: str) -> None:
        self.conn.execute(
            "UPDATE authors SET sort_name = ?1 WHERE kind = ?2 AND name = ?3 AND sort_name <> ?1", (sorted_by, *name)
        )


def delete_unnamed(conn: sqlite3.Connection, authors: Iterable[int], variants: Iterable[int | None]) -> None:
    """Delete those of these authors and variants that no byline names any more: a misread name leaves no ghost."""
    for table, column, ids in (("authors", "author_id", authors), ("author_variants", "variant_id", variants)):
        conn.executemany(
            f"DELETE FROM {table} WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM article_authors WHERE {column} = ?1)",
            [(row_id,) for row_id in sorted({row_id for row_id in ids if row_id is not None})],
        )
