"""Authorities: who the authors of an archive are, and a person's edits of that: merged, renamed, split, undone.

Every edit is logged with its reason, holds for articles that come later too, and can be taken back at any time
(:mod:`crawler.archive.write.author_edits` says how it works, ``docs/decisions`` why). What bylines print is never
touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from crawler.archive.database import select_records, select_rows, translate_errors, write_transaction
from crawler.archive.write.author_edits import AuthorEdit, AuthorName, add_edit, read_edits
from crawler.archive.write.credits import AuthorCredits
from crawler.errors import CrawlerError
from crawler.normalisation.dates import instant
from crawler.normalisation.names import MAX_NAME
from crawler.normalisation.text import clean
from crawler.normalisation.tokenizer import make_search_text

if TYPE_CHECKING:
    from crawler.archive.store import Archive

MAX_WHY_LETTERS: Final = 500
"""Characters of a reason."""
_DIGITS_OF_ID: Final = 18
"""SQLite has no larger numbers, and Python reads none of some thousand digits."""
_LARGEST_ID: Final = 2**63 - 1


class EditRefused(CrawlerError):
    """An author cannot be edited so, or the edit not undone: the message says why, and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """What an edit, or taking it back, came to."""

    edit: AuthorEdit
    moved: int
    """Names in bylines that have another author now."""
    twice: int
    """Articles that name the author twice now: a sign that they are two people."""


def merge(
    archive: Archive, source: str, target: str, *, why: str, now: datetime, across_kinds: bool = False
) -> EditResult:
    """Give everything of one author to another one. Authors are numbers or names.

    A person and an agency are merged only with ``across_kinds``. Raises EditRefused.
    """
    with _edit_transaction(archive) as conn:
        one, other = find_author(conn, source), find_author(conn, target)
        if one == other:
            raise EditRefused(f"“{source}” and “{target}” are one author already")
        _refuse_other_kind(one, other, across_kinds)
        return _apply_edit(
            conn, AuthorEdit(id=0, made_at=instant(now), action="merge", source=one, target=other, why=check_why(why))
        )


def rename(
    archive: Archive, author: str, name: str, *, why: str, now: datetime, sort_name: str | None = None
) -> EditResult:
    """Give an author another name, or only another name to sort by. Raises EditRefused when the name is taken."""
    with _edit_transaction(archive) as conn:
        one = find_author(conn, author)
        other = AuthorName(one.kind, check_name(name))
        sorted_by = check_name(sort_name) if sort_name is not None else None
        if one == other and sorted_by is None:
            raise EditRefused(f"“{one.name}” has that name already")
        if one != other and _find_id(conn, "authors", other) is not None:
            raise EditRefused(f"there is an author “{other.name}” already: merge “{one.name}” into it")
        _refuse_taken_name(conn, one, other)
        edit = AuthorEdit(
            id=0,
            made_at=instant(now),
            action="rename",
            source=one,
            target=other,
            sort_name=sorted_by,
            why=check_why(why),
        )
        return _apply_edit(conn, edit)


def split(
    archive: Archive,
    author: str,
    name: str,
    *,
    why: str,
    now: datetime,
    printed: Sequence[str] = (),
    articles: Sequence[int] = (),
    across_kinds: bool = False,
) -> EditResult:
    """Give some of an author's articles to another name, known or new: those printed so, with these numbers, or both.

    Raises EditRefused when there are none, or when an article is not by that author.
    """
    with _edit_transaction(archive) as conn:
        one = find_author(conn, author)
        try:
            other = find_author(conn, name)
            _refuse_other_kind(one, other, across_kinds)
        except NoSuchAuthor:
            other = AuthorName(one.kind, check_name(name))
            _refuse_taken_name(conn, one, other)
        if one == other:
            raise EditRefused(f"“{name}” is “{one.name}” itself: split it as another name")
        if not printed and not articles:
            raise EditRefused("say which articles to split off: by what the byline prints, or by number")
        edit = AuthorEdit(
            id=0,
            made_at=instant(now),
            action="split",
            source=one,
            target=other,
            why=check_why(why),
            printed=_match_printed(conn, one, printed),
            articles=_find_identities(conn, one, articles),
        )
        made = _apply_edit(conn, edit)
        if not made.moved:
            raise EditRefused(f"no byline of these articles prints “{one.name}” so")
        return made


def undo(archive: Archive, now: datetime, number: int | None = None) -> EditResult:
    """Take back an edit, by default the last one that stands; articles archived since follow.

    Raises EditRefused when there is none, or when a later edit builds on it.
    """
    with _edit_transaction(archive) as conn:
        edits = read_edits(conn)
        standing = [edit for edit in edits if edit.undone_at is None]
        if number is None and not standing:
            raise EditRefused("there is no edit of authors to undo")
        edit = next((edit for edit in edits if edit.id == number), None) if number is not None else standing[-1]
        if edit is None:
            raise EditRefused(f"there is no edit {number} of authors; see them with: seealso authors history")
        if edit.undone_at is not None:
            raise EditRefused(f"edit {edit.id} was undone already, on {edit.undone_at[:10]}")
        for later in standing:
            if later.id > edit.id and _depends_on(conn, later, edit):
                raise EditRefused(f"edit {edit.id} cannot be undone before edit {later.id}: {later.describe()}")
        names = AuthorCredits(conn).edits().concerned
        conn.execute("UPDATE author_edits SET undone_at = ? WHERE id = ?", (instant(now), edit.id))
        moved = AuthorCredits(conn).recredit(names)
        return EditResult(edit=replace(edit, undone_at=instant(now)), moved=moved, twice=0)


def history(archive: Archive) -> list[AuthorEdit]:
    """Return every edit ever made, oldest first; those that were undone say when."""
    with translate_errors(archive.path):
        return read_edits(archive.db.conn)


def apply_edits(archive: Archive, edits: Sequence[AuthorEdit]) -> list[AuthorEdit]:
    """Make edits that were made elsewhere, in their order; those that stand here already are passed over.

    They may be about authors of whom nothing is archived yet. Returns those that were made.
    """
    with _edit_transaction(archive) as conn:
        have = {_get_content(edit) for edit in read_edits(conn) if edit.undone_at is None}
        crediting = AuthorCredits(conn)
        return [_apply_edit(conn, edit, crediting).edit for edit in edits if _get_content(edit) not in have]


class NoSuchAuthor(EditRefused):
    """No author has this number or name: look in the list of authors."""


def find_author(conn: sqlite3.Connection, wanted: str) -> AuthorName:
    """Return the author of a number or a name; case, accents and points of a name do not matter.

    Raises NoSuchAuthor, or EditRefused when several fit or when the name was given to another author.
    """
    wanted = clean(wanted)
    if wanted.isascii() and wanted.isdigit():
        rows = _find_authors(conn, "id = ?", int(wanted)) if len(wanted) <= _DIGITS_OF_ID else []
    else:
        rows = _find_authors(conn, "name = ?", wanted) or _find_authors(
            conn, "name_key = ?", make_search_text(wanted) or "\ue001"
        )
    if len(rows) > 1:
        fit = ", ".join(f"{number} “{name.name}” ({name.kind})" for number, name in rows)
        raise EditRefused(f"several authors are called so, give the number: {fit}")
    if rows:
        return rows[0][1]
    for edit in reversed(read_edits(conn)):
        if edit.undone_at is None and edit.source.name == wanted:
            raise NoSuchAuthor(f"“{wanted}” is “{edit.target.name}” since edit {edit.id}")
    raise NoSuchAuthor(f"no author “{wanted[:MAX_NAME]}”; find one with: seealso authors list NAME")


def check_name(text: str) -> str:
    """Return a name as it is kept. Raises EditRefused for what is none."""
    name = clean(text)
    if not any(character.isalpha() for character in name) or len(name) > MAX_NAME:
        raise EditRefused(f"“{name[:MAX_NAME]}” is no name: it needs letters, and at most {MAX_NAME} characters")
    return name


def check_why(text: str) -> str:
    """Return a reason as it is kept. Raises EditRefused when there is none."""
    why = clean(text)[:MAX_WHY_LETTERS]
    if not why:
        raise EditRefused("an edit of authors needs a reason: --why TEXT")
    return why


def _find_authors(conn: sqlite3.Connection, where: str, value: str | int) -> list[tuple[int, AuthorName]]:
    found = select_rows(conn, f"SELECT id, kind, name FROM authors WHERE {where} ORDER BY id", (value,))
    return [(row["id"], AuthorName(row["kind"], row["name"])) for row in found]


def _find_id(conn: sqlite3.Connection, table: str, name: AuthorName) -> int | None:
    row = conn.execute(f"SELECT id FROM {table} WHERE kind = ? AND name = ?", name).fetchone()
    return None if row is None else int(row[0])


@contextmanager
def _edit_transaction(archive: Archive) -> Iterator[sqlite3.Connection]:
    with translate_errors(archive.path), write_transaction(archive.db):
        yield archive.db.conn


def _apply_edit(conn: sqlite3.Connection, edit: AuthorEdit, crediting: AuthorCredits | None = None) -> EditResult:
    crediting = crediting or AuthorCredits(conn)
    # A new edit takes only from its source; its target is named by an edit perhaps for the first time.
    names = {edit.source, edit.target, *crediting.find_names_read_as(edit.source)}
    number = add_edit(conn, edit)
    moved = crediting.recredit(names)
    conn.execute("UPDATE author_edits SET moved = ? WHERE id = ?", (moved, number))
    return EditResult(edit=replace(edit, id=number, moved=moved), moved=moved, twice=_count_doubled(conn, edit.target))


def _count_doubled(conn: sqlite3.Connection, author: AuthorName) -> int:
    (count,) = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM article_authors WHERE author_id ="
        " (SELECT id FROM authors WHERE kind = ? AND name = ?) GROUP BY article_id HAVING count(*) > 1)",
        author,
    ).fetchone()
    return int(count)


def _depends_on(conn: sqlite3.Connection, later: AuthorEdit, edit: AuthorEdit) -> bool:
    """Return True if a later edit takes an author as this one left it, or gives to a name that only edits made."""
    if later.source in (edit.source, edit.target):
        return True
    return later.target == edit.target and _find_id(conn, "author_variants", edit.target) is None


def _get_content(edit: AuthorEdit) -> tuple[object, ...]:
    return edit.action, edit.source, edit.target, edit.sort_name, frozenset(edit.printed), frozenset(edit.articles)


def _refuse_other_kind(one: AuthorName, other: AuthorName, across_kinds: bool) -> None:
    if one.kind != other.kind and not across_kinds:
        raise EditRefused(
            f"“{one.name}” is {_with_indefinite_article(one.kind)} and “{other.name}” "
            f"{_with_indefinite_article(other.kind)}: say --across-kinds if that is meant"
        )


def _with_indefinite_article(kind: str) -> str:
    return f"{'an' if kind == 'agency' else 'a'} {kind}"


def _refuse_taken_name(conn: sqlite3.Connection, one: AuthorName, other: AuthorName) -> None:
    """Raise EditRefused for a name that pages print and that edits gave to a third author."""
    if one == other or _find_id(conn, "author_variants", other) is None:
        return
    owners = select_records(
        conn,
        AuthorName,
        "SELECT DISTINCT a.kind, a.name FROM article_authors JOIN authors a ON a.id = author_id"
        " JOIN author_variants v ON v.id = variant_id WHERE v.kind = ? AND v.name = ?",
        other,
    )
    third = next((owner for owner in owners if owner != one), None)
    if third is not None:
        raise EditRefused(f"“{other.name}” is “{third.name}” by an earlier edit: name that one, or undo the edit")


def _match_printed(conn: sqlite3.Connection, author: AuthorName, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return what bylines print of an author and is meant, letter by letter; spaces may differ."""
    known = [
        row[0]
        for row in conn.execute(
            "SELECT printed FROM article_authors WHERE author_id = (SELECT id FROM authors WHERE kind = ? AND name = ?)"
            " GROUP BY printed ORDER BY count(*) DESC, printed",
            author,
        )
    ]
    found: list[str] = []
    for spelling in wanted:
        meant = [one for one in known if clean(one) == clean(spelling)]
        if not meant:
            some = ", ".join(f"“{one[:MAX_NAME]}”" for one in known[:5])
            raise EditRefused(f"no byline prints “{author.name}” as “{spelling[:MAX_NAME]}”, but as {some}")
        found += meant
    return tuple(dict.fromkeys(found))


def _find_identities(conn: sqlite3.Connection, author: AuthorName, articles: Sequence[int]) -> tuple[str, ...]:
    found = []
    for article_id in dict.fromkeys(articles):
        row = conn.execute(
            "SELECT site || '/' || language || '/' || site_key FROM articles WHERE id = ? AND id IN"
            " (SELECT article_id FROM article_authors JOIN authors a ON a.id = author_id WHERE kind = ? AND name = ?)",
            (min(article_id, _LARGEST_ID), *author),
        ).fetchone()
        if row is None:
            raise EditRefused(f"article {article_id} is not archived, or not by “{author.name}”")
        found.append(row[0])
    return tuple(found)
