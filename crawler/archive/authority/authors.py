"""Edits the authors of an archive: merges, renames and splits them, and undoes these edits.

Every edit is logged with its reason, also holds for articles that come later, and can be undone at any time
(:mod:`crawler.archive.write.authority.author_edits` says how it works, ``docs/decisions`` why). Printed bylines are
never changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from crawler.archive.authority.edits import EditRefused, check_name, check_why, choose_edit_to_undo
from crawler.archive.database import select_records, select_rows, translate_errors, write_transaction
from crawler.archive.write.authority.author_edits import AuthorEdit, AuthorName, add_edit, read_edits
from crawler.archive.write.authority.credits import AuthorCredits
from crawler.normalisation.bylines.names import MAX_NAME
from crawler.normalisation.dates.moments import instant
from crawler.normalisation.words.digits import parse_digits
from crawler.normalisation.words.text import clean
from crawler.normalisation.words.tokenizer import make_search_text

if TYPE_CHECKING:
    from crawler.archive.store import Archive

_LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """The result of an edit, or of undoing it."""

    edit: AuthorEdit
    moved: int
    """Number of names in bylines that have another author now."""
    twice: int
    """Number of articles that name the author twice now: a sign that they are two people."""


def merge(
    archive: Archive, source: str, target: str, *, why: str, now: datetime, across_kinds: bool = False
) -> EditResult:
    """Merge one author into another, and return the result. Authors are given by number or name.

    A person and an agency are merged only with ``across_kinds``. Raises EditRefused.
    """
    with _open_transaction(archive) as conn:
        source_author, target_author = find_author(conn, source), find_author(conn, target)
        if source_author == target_author:
            raise EditRefused(f"“{source}” and “{target}” are one author already")
        _refuse_other_kind(source_author, target_author, across_kinds)
        return _apply_edit(
            conn,
            AuthorEdit(
                id=0,
                made_at=instant(now),
                action="merge",
                source=source_author,
                target=target_author,
                why=check_why(why),
            ),
        )


def rename(
    archive: Archive, author: str, name: str, *, why: str, now: datetime, sort_name: str | None = None
) -> EditResult:
    """Give an author another name, or only another sort name. Raises EditRefused when the name is taken."""
    with _open_transaction(archive) as conn:
        source = find_author(conn, author)
        target = AuthorName(source.kind, check_name(name))
        sorted_by = check_name(sort_name) if sort_name is not None else None
        if source == target and sorted_by is None:
            raise EditRefused(f"“{source.name}” has that name already")
        if source != target and _find_id(conn, "authors", target) is not None:
            raise EditRefused(f"there is an author “{target.name}” already: merge “{source.name}” into it")
        _refuse_taken_name(conn, source, target)
        edit = AuthorEdit(
            id=0,
            made_at=instant(now),
            action="rename",
            source=source,
            target=target,
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
    """Credit some of an author's articles to another name, known or new.

    The articles are those whose byline prints one of ``printed``, those with the ids ``articles``, or both. Raises
    EditRefused when there are none, or when an article is not by that author.
    """
    with _open_transaction(archive) as conn:
        source = find_author(conn, author)
        try:
            target = find_author(conn, name)
            _refuse_other_kind(source, target, across_kinds)
        except NoSuchAuthor:
            target = AuthorName(source.kind, check_name(name))
            _refuse_taken_name(conn, source, target)
        if source == target:
            raise EditRefused(f"“{name}” is “{source.name}” itself: split it as another name")
        if not printed and not articles:
            raise EditRefused("say which articles to split off: by what the byline prints, or by number")
        edit = AuthorEdit(
            id=0,
            made_at=instant(now),
            action="split",
            source=source,
            target=target,
            why=check_why(why),
            printed=_match_printed(conn, source, printed),
            articles=_find_identities(conn, source, articles),
        )
        result = _apply_edit(conn, edit)
        if not result.moved:
            raise EditRefused(f"no byline of these articles prints “{source.name}” so")
        return result


def undo(archive: Archive, now: datetime, number: int | None = None) -> EditResult:
    """Undo an edit, by default the last standing one, also for articles archived since.

    Raises EditRefused when there is none, or when a later edit depends on it.
    """
    with _open_transaction(archive) as conn:
        edit = choose_edit_to_undo(
            read_edits(conn), number, "authors", lambda later, edit: _depends_on(conn, later, edit)
        )
        names = AuthorCredits(conn).load_edits().concerned
        conn.execute("UPDATE author_edits SET undone_at = ? WHERE id = ?", (instant(now), edit.id))
        moved = AuthorCredits(conn).recredit(names)
        return EditResult(edit=replace(edit, undone_at=instant(now)), moved=moved, twice=0)


def history(archive: Archive) -> list[AuthorEdit]:
    """Return all edits, oldest first; those that were undone have the instant of it."""
    with translate_errors(archive.path):
        return read_edits(archive.db.conn)


def apply_edits(archive: Archive, edits: Sequence[AuthorEdit]) -> list[AuthorEdit]:
    """Apply edits from elsewhere, in their order; edits that stand here already are skipped.

    They may concern authors of whom nothing is archived yet. Returns the edits that were applied.
    """
    with _open_transaction(archive) as conn:
        present = {_get_content(edit) for edit in read_edits(conn) if edit.undone_at is None}
        credits = AuthorCredits(conn)
        return [_apply_edit(conn, edit, credits).edit for edit in edits if _get_content(edit) not in present]


class NoSuchAuthor(EditRefused):
    """No author has this number or name: look in the list of authors."""


def find_author(conn: sqlite3.Connection, text: str) -> AuthorName:
    """Return the author of a number or a name, without regard to case, accents and points.

    Raises NoSuchAuthor, also for a name that an edit gave to another author, or EditRefused when several fit.
    """
    text = clean(text)
    if text.isascii() and text.isdigit():
        rows = _find_authors(conn, "id = ?", parse_digits(text))
    else:
        rows = _find_authors(conn, "name = ?", text) or _find_authors(
            conn, "name_key = ?", make_search_text(text) or "\ue001"
        )
    if len(rows) > 1:
        matches = ", ".join(f"{number} “{name.name}” ({name.kind})" for number, name in rows)
        raise EditRefused(f"several authors are called so, give the number: {matches}")
    if rows:
        return rows[0][1]
    for edit in reversed(read_edits(conn)):
        if edit.undone_at is None and edit.source.name == text:
            raise NoSuchAuthor(f"“{text}” is “{edit.target.name}” since edit {edit.id}")
    raise NoSuchAuthor(f"no author “{text[:MAX_NAME]}”; find one with: seealso authors list NAME")


def _find_authors(conn: sqlite3.Connection, where: str, value: str | int | None) -> list[tuple[int, AuthorName]]:
    rows = select_rows(conn, f"SELECT id, kind, name FROM authors WHERE {where} ORDER BY id", (value,))
    return [(row["id"], AuthorName(row["kind"], row["name"])) for row in rows]


def _find_id(conn: sqlite3.Connection, table: str, name: AuthorName) -> int | None:
    row = conn.execute(f"SELECT id FROM {table} WHERE kind = ? AND name = ?", name).fetchone()
    return None if row is None else int(row[0])


@contextmanager
def _open_transaction(archive: Archive) -> Iterator[sqlite3.Connection]:
    with translate_errors(archive.path), write_transaction(archive.db):
        yield archive.db.conn


def _apply_edit(conn: sqlite3.Connection, edit: AuthorEdit, credits: AuthorCredits | None = None) -> EditResult:
    credits = credits or AuthorCredits(conn)
    # A new edit takes names only from its source; its target may be named by an edit for the first time.
    names = {edit.source, edit.target, *credits.find_names_read_as(edit.source)}
    number = add_edit(conn, edit)
    moved = credits.recredit(names)
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
    """Return True if a later edit concerns an author that an edit changed, or a target name that only edits have."""
    if later.source in (edit.source, edit.target):
        return True
    return later.target == edit.target and _find_id(conn, "author_variants", edit.target) is None


def _get_content(edit: AuthorEdit) -> tuple[object, ...]:
    return edit.action, edit.source, edit.target, edit.sort_name, frozenset(edit.printed), frozenset(edit.articles)


def _refuse_other_kind(source: AuthorName, target: AuthorName, across_kinds: bool) -> None:
    if source.kind != target.kind and not across_kinds:
        raise EditRefused(
            f"“{source.name}” is {_add_indefinite_article(source.kind)} and “{target.name}” "
            f"{_add_indefinite_article(target.kind)}: say --across-kinds if that is meant"
        )


def _add_indefinite_article(kind: str) -> str:
    return f"{'an' if kind == 'agency' else 'a'} {kind}"


def _refuse_taken_name(conn: sqlite3.Connection, source: AuthorName, target: AuthorName) -> None:
    """Raise EditRefused for a target name that pages print and that edits gave to a third author."""
    if source == target or _find_id(conn, "author_variants", target) is None:
        return
    owners = select_records(
        conn,
        AuthorName,
        "SELECT DISTINCT a.kind, a.name FROM article_authors JOIN authors a ON a.id = author_id"
        " JOIN author_variants v ON v.id = variant_id WHERE v.kind = ? AND v.name = ?",
        target,
    )
    third = next((owner for owner in owners if owner != source), None)
    if third is not None:
        raise EditRefused(f"“{target.name}” is “{third.name}” by an earlier edit: name that one, or undo the edit")


def _match_printed(conn: sqlite3.Connection, author: AuthorName, spellings: Sequence[str]) -> tuple[str, ...]:
    """Return the printed names of an author that equal these spellings but for spaces.

    Raises EditRefused for a spelling that no byline of the author prints.
    """
    printed = [
        row[0]
        for row in conn.execute(
            "SELECT printed FROM article_authors WHERE author_id = (SELECT id FROM authors WHERE kind = ? AND name = ?)"
            " GROUP BY printed ORDER BY count(*) DESC, printed",
            author,
        )
    ]
    matching: list[str] = []
    for spelling in spellings:
        matches = [text for text in printed if clean(text) == clean(spelling)]
        if not matches:
            examples = ", ".join(f"“{text[:MAX_NAME]}”" for text in printed[:5])
            raise EditRefused(f"no byline prints “{author.name}” as “{spelling[:MAX_NAME]}”, but as {examples}")
        matching += matches
    return tuple(dict.fromkeys(matching))


def _find_identities(conn: sqlite3.Connection, author: AuthorName, articles: Sequence[int]) -> tuple[str, ...]:
    identities = []
    for article_id in dict.fromkeys(articles):
        row = conn.execute(
            "SELECT site || '/' || language || '/' || site_key FROM articles WHERE id = ? AND id IN"
            " (SELECT article_id FROM article_authors JOIN authors a ON a.id = author_id WHERE kind = ? AND name = ?)",
            (min(article_id, _LARGEST_ID), *author),
        ).fetchone()
        if row is None:
            raise EditRefused(f"article {article_id} is not archived, or not by “{author.name}”")
        identities.append(row[0])
    return tuple(identities)
