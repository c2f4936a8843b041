"""Versions: an article as one of its versions had it, for citing it and for the texts that a snapshot froze."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from crawler.archive.articles.records import ArticleRow, AuthorLine, RevisionLine
from crawler.errors import BadValue
from crawler.normalisation.bylines import split_byline
from crawler.normalisation.text import count_words


def read_revision(db: Database, article_id: int, number: int) -> RevisionLine | None:
    """Return one version of an article, the first is number 1; None when there is no such version.

    What kind of edit made it is not looked up (``edit`` is None).
    """
    row = db.execute(
        "SELECT number, captured_at, digest, headline, lead, byline, body, capture_id FROM revisions"
        " WHERE article_id = ? AND number = ?",
        (article_id, number),
    ).fetchone()
    if row is None:
        return None
    number, captured_at, digest, headline, lead, byline, body, capture_id = row
    return RevisionLine(
        number=number,
        captured_at=captured_at,
        digest=digest,
        headline=headline,
        lead=lead,
        byline=byline,
        body=body,
        capture_id=capture_id,
    )


def apply_revision(row: ArticleRow, revision: RevisionLine) -> ArticleRow:
    """Return an article with the four texts of one of its versions, which is then the last of its ``revisions``.

    Versions keep the printed byline alone: where it was another one, its authors are read from it anew; one that names
    nobody leaves no authors. Everything else (dates, place, kicker) is what the archive says today.
    """
    authors = row.authors if revision.byline == row.byline else _read_authors(row, revision.byline)
    return replace(
        row,
        headline=revision.headline,
        lead=revision.lead,
        byline=revision.byline,
        body=revision.body,
        word_count=count_words(revision.body),
        digest=revision.digest,
        revisions=revision.number,
        authors=authors,
    )


def _read_authors(row: ArticleRow, byline: str | None) -> tuple[AuthorLine, ...]:
    if not byline:
        return ()
    house = tuple(author.name for author in row.authors if author.kind == "agency")
    try:
        authors = split_byline(byline, row.language, house)
    except BadValue:
        return ()
    known = {(author.kind, author.name): author.sort_name for author in row.authors}  # a person may have corrected it
    return tuple(
        AuthorLine(
            position=position,
            name=author.name,
            sort_name=known.get((author.kind, author.name), author.sort_name),
            kind=author.kind,
            printed=author.printed,
            honorific=author.honorific,
            order_initials=author.order_initials,
            note=author.note,
        )
        for position, author in enumerate(authors, 1)
    )
