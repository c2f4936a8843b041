"""Reads one version of an article, and applies it to the article, for citations and for snapshots."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from crawler.archive.articles.records import ArticleRow, AuthorLine, RevisionLine
from crawler.archive.database import select_records
from crawler.errors import BadValue
from crawler.normalisation.bylines.byline import split_byline
from crawler.normalisation.words.text import count_words


def read_revision(db: Database, article_id: int, number: int) -> RevisionLine | None:
    """Return one version of an article, the first is number 1; None when there is no such version.

    The kind of edit that made it is not computed (``edit`` is None).
    """
    lines = select_records(
        db.conn,
        RevisionLine,
        "SELECT number, captured_at, digest, headline, lead, byline, body, capture_id FROM revisions"
        " WHERE article_id = ? AND number = ?",
        (article_id, number),
    )
    return next(lines, None)


def apply_revision(row: ArticleRow, revision: RevisionLine) -> ArticleRow:
    """Return an article with the four texts of one of its versions; ``revisions`` is the number of that version.

    A version has the printed byline only: where it differs from today's, the authors are read from it again; a byline
    that names nobody gives no authors. Everything else (dates, place, kicker) is today's.
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
    sort_names = {
        (author.kind, author.name): author.sort_name for author in row.authors
    }  # an edit may have corrected it
    return tuple(
        AuthorLine(
            position=position,
            name=author.name,
            sort_name=sort_names.get((author.kind, author.name), author.sort_name),
            kind=author.kind,
            printed=author.printed,
            honorific=author.honorific,
            order_initials=author.order_initials,
            note=author.note,
        )
        for position, author in enumerate(authors, 1)
    )
