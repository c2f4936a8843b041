"""Lists authors by words of their names, with counts of their articles and the spellings in bylines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from sqlite_utils import Database

from crawler.archive.database import (
    list_records,
    select_column,
    select_count,
    select_records,
    select_rows,
    translate_errors,
)
from crawler.normalisation.words.tokenizer import make_search_text

if TYPE_CHECKING:
    from crawler.archive.store import Archive
    from crawler.items import AuthorKind

AuthorOrder = Literal["articles", "name", "last"]
_ORDERS: Final[dict[AuthorOrder, str]] = {
    "articles": "articles DESC, au.sort_name, au.id",
    "name": "au.sort_name, au.id",
    "last": "last_on DESC, au.sort_name, au.id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One spelling by which bylines name an author."""

    printed: str
    read_as: str
    """The name that was read there; it differs from the author's where an edit has changed the author."""
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorEntry:
    """An author, with counts of the archived articles and the spellings."""

    id: int
    name: str
    sort_name: str
    kind: AuthorKind
    articles: int
    first_on: str | None
    """Day of the first article; None when none has a date."""
    last_on: str | None
    languages: tuple[str, ...]
    spellings: tuple[Spelling, ...]
    """The spellings in bylines, the most frequent first."""


def author_list(
    archive: Archive,
    name: str = "",
    *,
    kind: AuthorKind | None = None,
    order: AuthorOrder = "articles",
    limit: int | None = None,
    offset: int = 0,
) -> list[AuthorEntry]:
    """Return the authors whose name, or a name merged into theirs, has these words; all authors without words.

    ``offset`` of them, in that order, are left out at the beginning.
    """
    with translate_errors(archive.path):
        return _read_entries(archive, *_make_condition(archive, name, kind), order, limit, offset)


def count_authors(archive: Archive, name: str = "") -> int:
    """Count the authors that :func:`author_list` returns."""
    condition, values = _make_condition(archive, name, None)
    return select_count(
        archive.db,
        "SELECT count(*) FROM authors au WHERE EXISTS (SELECT 1 FROM article_authors aa WHERE aa.author_id = au.id)"
        f" AND {condition}",
        values,
    )


def author_entry(archive: Archive, number: int) -> AuthorEntry | None:
    """Return the author of a number, or the author into whom that number was merged; None without one."""
    with translate_errors(archive.path):
        entries = _read_entries(archive, "au.id = ?", [number], "articles", 1)
        if not entries:
            row = archive.db.execute(
                "SELECT author_id FROM article_authors WHERE variant_id = ? GROUP BY 1"
                " ORDER BY count(*) DESC, 1 LIMIT 1",
                (number,),
            ).fetchone()
            entries = _read_entries(archive, "au.id = ?", [row[0]], "articles", 1) if row is not None else []
    return entries[0] if entries else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoAuthor:
    """Another author, and the number of articles that name both."""

    id: int
    name: str
    articles: int


def find_coauthors(db: Database, number: int, limit: int = 20) -> list[CoAuthor]:
    """Return the authors whom bylines name together with an author, the most frequent first."""
    coauthors = select_records(
        db.conn,
        CoAuthor,
        "SELECT au.id, au.name, count(DISTINCT other.article_id) AS articles FROM article_authors one"
        " JOIN article_authors other ON other.article_id = one.article_id AND other.author_id <> one.author_id"
        " JOIN authors au ON au.id = other.author_id WHERE one.author_id = ?"
        " GROUP BY au.id ORDER BY 3 DESC, au.sort_name, au.id LIMIT ?",
        (number, limit),
    )
    return list(coauthors)


class AuthorTotal(NamedTuple):
    """A person, and the number of articles by them."""

    id: int
    name: str
    articles: int


def list_busiest_authors(db: Database, limit: int) -> list[AuthorTotal]:
    """Return the persons with most articles, the most first; cheaper than :func:`author_list`, which tells more."""
    return list_records(
        db,
        AuthorTotal,
        "SELECT au.id, au.name, n.articles FROM (SELECT author_id, count(DISTINCT article_id) AS articles"
        " FROM article_authors GROUP BY author_id) n JOIN authors au ON au.id = n.author_id WHERE au.kind = 'person'"
        " ORDER BY n.articles DESC, au.name, au.id LIMIT ?",
        (limit,),
    )


def count_namesakes(db: Database, name: str) -> int:
    """Count the authors of a name, without regard to accents and capitals."""
    return select_count(db, "SELECT count(*) FROM authors WHERE name_key = ?", (make_search_text(name),))


def list_article_ids(db: Database, author_id: int) -> tuple[int, ...]:
    """Return the ids of the articles of an author."""
    sql = "SELECT DISTINCT article_id FROM article_authors WHERE author_id = ?"
    return tuple(select_column(db, sql, (author_id,)))


def map_author_ids(db: Database, article_id: int) -> dict[int, int]:
    """Return the number of each author of an article by their position in the byline."""
    return dict(
        db.execute("SELECT position, author_id FROM article_authors WHERE article_id = ?", (article_id,)).fetchall()
    )


def _make_condition(archive: Archive, name: str, kind: AuthorKind | None) -> tuple[str, list[str | int]]:
    conditions, values = ["1"], list[str | int]()
    if name.strip():
        key = f" {make_search_text(name)} "
        merged = [
            variant_id
            for variant_id, variant in archive.db.execute("SELECT id, name FROM author_variants")
            if key in f" {make_search_text(variant)} "
        ]
        conditions.append(
            "(instr(' ' || au.name_key || ' ', ?) > 0 OR au.id IN"
            " (SELECT author_id FROM article_authors WHERE variant_id IN (SELECT value FROM json_each(?))))"
        )
        values += [key, json.dumps(merged)]
    if kind is not None:
        conditions.append("au.kind = ?")
        values.append(kind)
    return " AND ".join(conditions), values


def _read_entries(
    archive: Archive, where: str, values: list[str | int], order: AuthorOrder, limit: int | None, offset: int = 0
) -> list[AuthorEntry]:
    rows = select_rows(
        archive.db.conn,
        "SELECT au.id, au.name, au.sort_name, au.kind, count(DISTINCT aa.article_id) AS articles,"
        " min(a.published_on) AS first_on, max(a.published_on) AS last_on,"
        " group_concat(DISTINCT a.language) AS languages"
        # The index has the language and the day, without the long rows: a thirtieth of the time.
        " FROM authors au JOIN article_authors aa ON aa.author_id = au.id"
        " JOIN articles a INDEXED BY articles_narrow ON a.id = aa.article_id"
        f" WHERE {where} GROUP BY au.id ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?",
        (*values, -1 if limit is None else limit, offset),
    ).fetchall()
    return [
        AuthorEntry(
            id=row["id"],
            name=row["name"],
            sort_name=row["sort_name"],
            kind=row["kind"],
            articles=row["articles"],
            first_on=row["first_on"],
            last_on=row["last_on"],
            languages=tuple(sorted(row["languages"].split(","))),
            spellings=_read_spellings(archive, row["id"], row["name"]),
        )
        for row in rows
    ]


def _read_spellings(archive: Archive, author_id: int, name: str) -> tuple[Spelling, ...]:
    spellings = select_records(
        archive.db.conn,
        Spelling,
        "SELECT aa.printed, coalesce(v.name, ?) AS read_as, count(DISTINCT aa.article_id) AS articles"
        " FROM article_authors aa"
        " LEFT JOIN author_variants v ON v.id = aa.variant_id WHERE aa.author_id = ? GROUP BY 1, 2 ORDER BY 3 DESC, 1",
        (name, author_id),
    )
    return tuple(spellings)
