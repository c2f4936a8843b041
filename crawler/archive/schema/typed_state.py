"""Migrates state that old archives hold in sentences and JSON into typed columns.

The phrases are those that the program wrote at the time; they do not follow its messages of today. No other module
parses a sentence.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlite_utils import Database

KIND_IN_SETTINGS: Final = """
    CASE WHEN json_valid(settings) THEN CASE
        WHEN json_extract(settings, '$.ingest') IS NOT NULL THEN 'ingest'
        WHEN json_extract(settings, '$.contact') = 'seealso demo, the practice site' THEN 'demo'
        ELSE 'crawl' END
    ELSE 'crawl' END
"""
"""SQL for the kind of a row of ``runs`` in an archive whose ``runs`` has no column ``kind`` yet."""

_PAUSE: Final = "the site asks for a pause until "
_LOSS: Final = "No longer found on the page. The article archived before is kept until a later visit finds the same."
_METHODS: Final = {
    "evidence summed page by page (Page's CUSUM)": "cusum",
    "all pages of the run together (Hoeffding's bound)": "hoeffding",
    "no page was read as an article": "none_read",
}
_FAILURE_PATTERNS: Final[dict[str, tuple[str, ...]]] = {
    "home_page": (
        "the page lists other articles*",
        "the page leads to other articles, and nothing confirms its headline*",
        "the page says that it is a home page*",
        "the page says that it is a listing page*",
    ),
    "other_article": (
        "the page says that it is another one*",
        "the page says that it is in another language*",
        "the page is article *, not *",
    ),
    "unreadable": (
        "the page says that it is an article, but no body was found in it*",
        "nothing readable is left of the headline or the body*",
        "no known layout fits*",
        "* is no RSS or Atom feed",
    ),
    "no_article": (
        "the page has no *",
        "the page is headed as an error page is*",
        "the page is empty*",
        "no headline is printed on the page*",
        "neither date nor byline nor dateline *",
        "neither the address nor the page tells *",
        "not a web page but *",
        "answered with status *",
        "the address is that of a *",
    ),
    "cut_off": ("the transfer broke off*",),
    "too_large": ("the answer is too large*", "the payload is larger than *"),
    "bad_encoding": ("the content encoding *", "the compressed body is damaged*"),
    "no_http": ("the answer is no proper HTTP*",),
    "redirects": (
        "leads off the site*",
        "redirects to what is no address*",
        "redirects lead round in a circle*",
        "more than * redirects",
        "the address is malformed*",
    ),
    "robots": ("robots.txt forbids *",),
    "status": ("status [0-9]*", "304 for a page we do not have*"),
    "error": ("reading failed with *", "could not be kept: *"),
    "no_answer": (
        "nothing came back*",
        "the connection was refused*",
        "the connection was closed without an answer*",
        "the name of the host is not known*",
        "the answer took too long*",
        "the certificate of the host is not valid*",
        "* leads to *, which is not on the public internet*",
    ),
}
"""Failure → patterns of SQLite's GLOB for its sentences in ``addresses.last_error``."""
_FAILURES_OF_STATES: Final[dict[str, str]] = {
    "state = 'hole'": "no_article",
    "state = 'gone'": "status",
    "state IN ('failed', 'refused') AND last_status >= 400": "status",
    "state = 'failed' AND last_status IS NULL": "no_answer",
}
"""Condition on an address whose sentence matches no pattern → its failure."""


def find_kind_column(db: Database | sqlite3.Connection) -> str:
    """Return SQL for the kind of a row of ``runs``, whether the archive has been migrated or not."""
    column = db.execute("SELECT 1 FROM pragma_table_info('runs') WHERE name = 'kind'").fetchone()
    return "kind" if column else f"({KIND_IN_SETTINGS})"


def add_typed_state(db: Database) -> None:
    """Add the typed columns and the table of pauses, and fill them from the sentences, which stay.

    The migration is all SQL, so that no stored text has to be decoded, whatever it holds.
    """
    _add_kinds(db)
    _add_pauses(db)
    _add_failures(db)
    _add_losses(db)
    _add_detection_methods(db)


def _add_kinds(db: Database) -> None:
    db.execute(
        "ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'crawl' CHECK (kind IN ('crawl', 'ingest', 'demo'))"
    )
    db.execute(f"UPDATE runs SET kind = {KIND_IN_SETTINGS}")


def _add_pauses(db: Database) -> None:
    db.execute(
        "CREATE TABLE pauses (id INTEGER PRIMARY KEY, site TEXT NOT NULL, mirror TEXT, until TEXT NOT NULL,"
        " asked_at TEXT, url TEXT, run_id INTEGER REFERENCES runs(id)) STRICT"
    )
    db.execute("CREATE INDEX pauses_site ON pauses(site, mirror, until)")
    # A text that is no instant bound no crawl before either. The modifier makes SQLite check the day (no February 30).
    db.execute(
        "INSERT INTO pauses (site, mirror, until, url, run_id)"
        " SELECT r.site, CASE WHEN json_valid(r.settings) THEN json_extract(r.settings, '$.mirror') END,"
        " substr(p.reason, ?1), p.url, p.run_id FROM problems p JOIN runs r ON r.id = p.run_id"
        " WHERE substr(p.reason, 1, ?1 - 1) = ?2"
        " AND strftime('%Y-%m-%dT%H:%M:%SZ', substr(p.reason, ?1), '+0 days') = substr(p.reason, ?1) ORDER BY p.id",
        (len(_PAUSE) + 1, _PAUSE),
    )


def _add_failures(db: Database) -> None:
    # No CHECK: there will be more kinds of failures, and SQLite would have to write the whole table anew.
    db.execute("ALTER TABLE addresses ADD COLUMN last_failure TEXT")
    cases = [
        (" OR ".join(f"last_error GLOB '{pattern}'" for pattern in patterns), failure)
        for failure, patterns in _FAILURE_PATTERNS.items()
    ]
    whens = " ".join(
        f"WHEN {condition} THEN '{failure}'" for condition, failure in (*cases, *_FAILURES_OF_STATES.items())
    )
    db.execute(f"UPDATE addresses SET last_failure = CASE {whens} END WHERE last_error IS NOT NULL")


def _add_losses(db: Database) -> None:
    db.execute("ALTER TABLE problems ADD COLUMN kind TEXT CHECK (kind IN ('loss'))")
    db.execute("UPDATE problems SET kind = 'loss' WHERE reason = ?", (_LOSS,))


def _add_detection_methods(db: Database) -> None:
    db.execute("ALTER TABLE deviations ADD COLUMN method TEXT CHECK (method IN ('cusum', 'hoeffding', 'none_read'))")
    for rule, method in _METHODS.items():
        db.execute("UPDATE deviations SET method = ? WHERE rule = ?", (method, rule))
