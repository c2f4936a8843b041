"""Verifies an archive, and returns its faults as findings; nothing is changed.

It checks the file (by SQLite's own checks), the search index (by its own check; one row an article with its words),
digests and revisions, the captures in the WARC files, the sums of fates, that times are in order, that edits of authors
and places are applied, and that nothing is left to be erased of forgotten articles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from crawler.archive.articles.forgotten import list_unerased
from crawler.archive.database import select_rows
from crawler.archive.health.clock_faults import find_impossible_times
from crawler.archive.health.losses import ReadCapture, iter_lost_captures, list_settled
from crawler.archive.health.search_index import find_index_damage, find_wrong_words
from crawler.archive.schema.file_damage import describe_error
from crawler.archive.schema.migrations import FATE_VALUES
from crawler.archive.write.authority.credits import AuthorCredits
from crawler.archive.write.authority.place_index import PlaceIndex
from crawler.normalisation.digest import compute_digest

_MAX_FINDINGS_PER_CHECK = 50
"""Findings of one check that are listed one by one; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of an archive."""

    check: str
    """``file``, ``keys``, ``links``, ``index``, ``digests``, ``revisions``, ``fates``, ``times``, ``authors``,
    ``places``, ``forgotten`` or ``captures``."""
    subject: str
    """The table, article, capture or run that has the fault."""
    message: str


def verify(db: Database, path: Path, warc_folder: Path, read_capture: ReadCapture | None) -> list[Finding]:
    """Run all checks and return their findings, none for an intact archive.

    Without ``read_capture`` the WARC files are not opened.
    """
    checks: list[tuple[str, Iterator[tuple[str, str]]]] = [
        ("file", _check_file(db)),
        ("keys", _check_foreign_keys(db)),
        ("links", _check_links(db)),
        ("index", _check_index(db, path)),
        ("digests", _check_digests(db)),
        ("revisions", _check_revisions(db)),
        ("fates", _check_fates(db)),
        ("times", find_impossible_times(db)),
        ("authors", AuthorCredits(db.conn).find_misplaced()),
        ("places", PlaceIndex(db.conn).find_misplaced()),
        ("forgotten", _check_erasures(db, path, tried_alone=read_capture is None)),
    ]
    if read_capture is not None:
        checks.append(("captures", _check_captures(db, warc_folder, read_capture)))
    findings: list[Finding] = []
    for name, results in checks:
        count = 0
        try:
            for subject, message in results:
                count += 1
                if count <= _MAX_FINDINGS_PER_CHECK:
                    findings.append(Finding(check=name, subject=subject, message=message))
        except sqlite3.DatabaseError as error:
            # A damaged page of the file ends this check; the others may still find faults.
            findings.append(Finding(check=name, subject="archive", message=f"cannot be read: {describe_error(error)}"))
        except (TypeError, AttributeError):  # a damaged cell of another type; the check of the file names its column
            message = "cannot be read: a cell does not hold what its column holds"
            findings.append(Finding(check=name, subject="archive", message=message))
        if count > _MAX_FINDINGS_PER_CHECK:
            findings.append(
                Finding(check=name, subject="archive", message=f"{count - _MAX_FINDINGS_PER_CHECK} more of this kind")
            )
    return findings


def _check_file(db: Database) -> Iterator[tuple[str, str]]:
    for (message,) in db.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield "archive", str(message)


def _check_foreign_keys(db: Database) -> Iterator[tuple[str, str]]:
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield table if rowid is None else f"{table} row {rowid}", f"points to a row of {parent} that does not exist"


def _check_links(db: Database) -> Iterator[tuple[str, str]]:
    for article_id, url in db.execute(
        "SELECT s.article_id, s.target_url FROM see_also s LEFT JOIN addresses a ON a.url_key = s.target_key"
        " WHERE s.target_id IS NOT a.article_id"
    ):
        yield f"article {article_id}", f"its See also entry {url} does not lead to the article archived for it"
    for (article_id,) in db.execute(
        "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM addresses WHERE article_id IS NOT NULL)"
    ):
        yield f"article {article_id}", "no address leads to it"


def _check_index(db: Database, path: Path) -> Iterator[tuple[str, str]]:
    damage = list(find_index_damage(db, path))
    yield from damage or find_wrong_words(db)


def _check_digests(db: Database) -> Iterator[tuple[str, str]]:
    wrong = "the text does not have the digest it was archived with"
    for article in select_rows(db.conn, "SELECT id, digest, headline, lead, byline, body, language FROM articles"):
        if _compute_digest(article) != article["digest"]:
            yield f"article {article['id']}", wrong
    for revision in select_rows(
        db.conn,
        "SELECT r.article_id, r.number, r.digest, r.headline, r.lead, r.byline, r.body, a.language"
        " FROM revision_rows r JOIN articles a ON a.id = r.article_id WHERE r.body IS NOT NULL",
    ):
        if _compute_digest(revision) != revision["digest"]:
            yield f"article {revision['article_id']} revision {revision['number']}", wrong


def _compute_digest(row: sqlite3.Row) -> str:
    return compute_digest(row["headline"], row["lead"], row["byline"], row["body"], row["language"])


def _check_revisions(db: Database) -> Iterator[tuple[str, str]]:
    for row in select_rows(
        db.conn,
        "SELECT a.id, a.revisions AS stated, count(r.number) AS number, min(r.number) AS first, max(r.number) AS last,"
        " (SELECT digest FROM revisions WHERE article_id = a.id ORDER BY number DESC LIMIT 1) AS newest, a.digest"
        " FROM articles a LEFT JOIN revisions r ON r.article_id = a.id GROUP BY a.id",
    ):
        if not (row["number"] == row["last"] == row["stated"] and row["first"] == 1):
            message = f"revisions should be numbered 1 to {row['stated']}; there are {row['number']}"
            yield f"article {row['id']}", message
        elif row["newest"] != row["digest"]:
            yield f"article {row['id']}", "the last revision is not the article's text"


def _check_fates(db: Database) -> Iterator[tuple[str, str]]:
    total = " + ".join(f'"{fate}"' for fate in FATE_VALUES)
    for run_id, fetched, counted in db.execute(f"SELECT id, fetched, {total} FROM runs WHERE fetched <> {total}"):
        yield f"run {run_id}", f"{fetched} pages were fetched, but {counted} have a fate"


def _check_erasures(db: Database, path: Path, *, tried_alone: bool) -> Iterator[tuple[str, str]]:
    """Yield what is still to be erased; with ``tried_alone`` only what was in the way of a command."""
    for part in list_unerased(db):
        if tried_alone and part.obstacle is None:
            continue
        place = f" at {part.start}" if part.start >= 0 else ""
        reason = f" ({part.obstacle.replace('_', ' ')})" if part.obstacle is not None else ""
        yield (
            part.file or path.name,
            f"words of {part.article_key}, which is forgotten, are still to be erased{place}{reason}",
        )


def _check_captures(db: Database, folder: Path, read_capture: ReadCapture) -> Iterator[tuple[str, str]]:
    settled = list_settled(db.conn)
    for lost in iter_lost_captures(db.conn, folder, read_capture):
        if lost.id not in settled:
            yield f"capture {lost.id}", lost.message
