"""Migrates the versions of articles: the text of an article is stored once, and ``revisions`` is a view that has it.

A row of ``revision_rows`` without a headline and body has the texts of its article. Only the newest version of an
article is such a row, and a trigger gives it the texts as they were before anything else becomes the article's.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

_COLUMNS: Final = ("article_id", "number", "captured_at", "digest", "capture_id", "unverified")
TEXT_COLUMNS: Final = ("headline", "lead", "byline", "body")
"""The columns of a version that are empty in ``revision_rows`` where the article has the same texts."""

_TABLE: Final = """
CREATE TABLE revision_rows (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    number INTEGER NOT NULL,
    captured_at TEXT NOT NULL,
    digest TEXT NOT NULL,
    headline TEXT,
    lead TEXT,
    byline TEXT,
    body TEXT,
    capture_id INTEGER REFERENCES captures(id),
    unverified INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id, number),
    CHECK ((headline IS NULL) = (body IS NULL) AND (body IS NOT NULL OR (lead IS NULL AND byline IS NULL)))
) STRICT, WITHOUT ROWID
"""
_COPY: Final = f"""
INSERT INTO revision_rows ({", ".join(_COLUMNS)}, {", ".join(TEXT_COLUMNS)})
SELECT {", ".join(f"r.{name}" for name in _COLUMNS)},
    {", ".join(f"CASE WHEN a.id IS NULL THEN r.{name} END" for name in TEXT_COLUMNS)}
FROM revisions r LEFT JOIN articles a ON a.id = r.article_id AND a.revisions = r.number
    AND {" AND ".join(f"a.{name} IS r.{name}" for name in TEXT_COLUMNS)}
"""


def _select_text(name: str) -> str:
    """Return SQL for a text of a version; the article is looked up only where the column is asked for."""
    of_article = f"(SELECT a.{name} FROM articles a WHERE a.id = r.article_id)"
    return f"CASE WHEN r.body IS NULL THEN {of_article} ELSE r.{name} END AS {name}"


_VIEW: Final = f"""
CREATE VIEW revisions AS SELECT r.article_id, r.number, r.captured_at, r.digest,
    {(", " + chr(10) + "    ").join(map(_select_text, TEXT_COLUMNS))},
    r.capture_id, r.unverified
FROM revision_rows r
"""
_TRIGGER: Final = f"""
CREATE TRIGGER articles_keep_revision BEFORE UPDATE OF {", ".join(TEXT_COLUMNS)} ON articles
WHEN {" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in TEXT_COLUMNS)}
BEGIN
    UPDATE revision_rows SET {", ".join(f"{name} = OLD.{name}" for name in TEXT_COLUMNS)}
    WHERE article_id = OLD.id AND body IS NULL;
END
"""


def move_revisions(db: Database) -> None:
    """Put the rows of the table ``revisions`` into ``revision_rows``, and make a view of that name."""
    db.execute(_TABLE)
    db.execute(_COPY)
    db.execute("DROP TABLE revisions")
    db.execute(_VIEW)
    db.execute(_TRIGGER)
