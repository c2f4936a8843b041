"""The archive's tables, as named migrations: each change of the schema is one function, applied once.

Column names of the contract are described in ``docs/fields.md``; other columns are the archive's own. Every table is
STRICT, so that a value of the wrong type is an error at once and not a surprise a year later.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database, Migrations

from crawler.archive.tokens import search_text
from crawler.archive.views import VIEWS
from crawler.items import Fate

APPLICATION_ID = 0x5345_4541
"""``SEEA``, written into the header of the file: says that a SQLite file is an archive of ours."""

FATES: tuple[str, ...] = tuple(fate.value for fate in Fate)

migrations = Migrations("seealso")

_FATE_COLUMNS = ",\n    ".join(f'"{fate}" INTEGER NOT NULL DEFAULT 0' for fate in FATES)

_TABLES = f"""
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT,
    fetched INTEGER NOT NULL DEFAULT 0,
    {_FATE_COLUMNS},
    resumed_from INTEGER REFERENCES runs(id),
    versions TEXT NOT NULL DEFAULT '{{}}',
    settings TEXT NOT NULL DEFAULT '{{}}'
) STRICT;

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    digest TEXT,
    warc_file TEXT,
    warc_offset INTEGER,
    warc_length INTEGER,
    url_key TEXT,
    run_id INTEGER REFERENCES runs(id)
) STRICT;
CREATE INDEX captures_url_key ON captures(url_key);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    language TEXT NOT NULL,
    site_key TEXT NOT NULL,
    story TEXT,
    url TEXT NOT NULL,
    headline TEXT NOT NULL,
    kicker TEXT,
    lead TEXT,
    byline TEXT,
    dateline TEXT,
    dateline_place TEXT,
    body TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    published_at TEXT,
    published_on TEXT,
    published_precision TEXT CHECK (published_precision IN ('second', 'minute', 'day')),
    published_raw TEXT,
    modified_at TEXT,
    digest TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    revisions INTEGER NOT NULL DEFAULT 1,
    status TEXT NOT NULL DEFAULT 'live' CHECK (status IN ('live', 'gone')),
    published_guessed INTEGER NOT NULL DEFAULT 0,
    modified_raw TEXT,
    dateline_agencies TEXT NOT NULL DEFAULT '[]',
    sources TEXT NOT NULL DEFAULT '{{}}',
    complete INTEGER NOT NULL DEFAULT 1,
    headline_key TEXT NOT NULL,
    place_key TEXT,
    UNIQUE (site, language, site_key)
) STRICT;
CREATE INDEX articles_digest ON articles(digest);
CREATE INDEX articles_published_on ON articles(published_on);
CREATE INDEX articles_story ON articles(site, story);
CREATE INDEX articles_headline_key ON articles(site, language, published_on, headline_key);

CREATE TABLE authors (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'agency')),
    name_key TEXT NOT NULL,
    UNIQUE (kind, name)
) STRICT;

CREATE TABLE article_authors (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    author_id INTEGER NOT NULL REFERENCES authors(id),
    position INTEGER NOT NULL,
    printed TEXT NOT NULL,
    honorific TEXT,
    order_initials TEXT,
    note TEXT,
    PRIMARY KEY (article_id, position)
) STRICT;
CREATE INDEX article_authors_author_id ON article_authors(author_id);

CREATE TABLE see_also (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    target_url TEXT NOT NULL,
    target_id INTEGER REFERENCES articles(id),
    headline TEXT,
    published_at TEXT,
    published_raw TEXT,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    target_key TEXT NOT NULL,
    published_on TEXT,
    PRIMARY KEY (article_id, target_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX see_also_target_key ON see_also(target_key);
CREATE INDEX see_also_target_id ON see_also(target_id);

CREATE TABLE translations (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    target_key TEXT NOT NULL,
    target_url TEXT NOT NULL,
    language TEXT,
    PRIMARY KEY (article_id, target_key)
) STRICT;

CREATE TABLE addresses (
    url_key TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    article_id INTEGER REFERENCES articles(id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'done', 'gone', 'hole', 'failed', 'refused')),
    found_on TEXT,
    depth INTEGER NOT NULL DEFAULT 0,
    first_seen_at TEXT NOT NULL,
    next_visit_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_status INTEGER,
    last_error TEXT,
    etag TEXT,
    last_modified TEXT,
    site TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT,
    site_key TEXT,
    story TEXT,
    via TEXT NOT NULL,
    priority INTEGER NOT NULL,
    published_on TEXT,
    headline TEXT,
    last_run INTEGER REFERENCES runs(id),
    visits INTEGER NOT NULL DEFAULT 0,
    unchanged_visits INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX addresses_queue ON addresses(site, priority, depth) WHERE state = 'queued';
CREATE INDEX addresses_due ON addresses(site, next_visit_at) WHERE next_visit_at IS NOT NULL AND state <> 'queued';
CREATE INDEX addresses_refresh ON addresses(site, last_run)
    WHERE next_visit_at IS NOT NULL AND state <> 'queued';
CREATE INDEX addresses_url ON addresses(url);
CREATE INDEX addresses_article_id ON addresses(article_id);

CREATE TABLE spellings (
    url TEXT PRIMARY KEY,
    url_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spellings_url_key ON spellings(url_key);

CREATE TABLE revisions (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    number INTEGER NOT NULL,
    captured_at TEXT NOT NULL,
    digest TEXT NOT NULL,
    headline TEXT NOT NULL,
    lead TEXT,
    byline TEXT,
    body TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    PRIMARY KEY (article_id, number)
) STRICT;

CREATE TABLE sketches (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    "values" BLOB NOT NULL
) STRICT;
CREATE TABLE sketch_bands (
    language TEXT NOT NULL,
    value INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    PRIMARY KEY (language, value, article_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE near_copies (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    other_id INTEGER NOT NULL REFERENCES articles(id),
    similarity REAL NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('duplicate', 'near')),
    PRIMARY KEY (article_id, other_id)
) STRICT;
CREATE INDEX near_copies_other_id ON near_copies(other_id);

CREATE TABLE problems (
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs(id),
    url TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX problems_url ON problems(url);
CREATE INDEX problems_run_id ON problems(run_id);

CREATE VIRTUAL TABLE articles_fts USING fts5(
    headline, lead, body, byline,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
"""


@migrations()
def m001_first_light(db: Database) -> None:
    """Everything of the first archive."""
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m_rereads(db: Database) -> None:
    """What a rereading of stored captures came to, and what it replaced, until it is undone or the next one comes."""
    db.execute(
        "CREATE TABLE rereads (id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, articles INTEGER NOT NULL,"
        " changed INTEGER NOT NULL, found INTEGER NOT NULL, lost INTEGER NOT NULL, fields TEXT NOT NULL,"
        " versions TEXT NOT NULL, undone_at TEXT) STRICT"
    )
    db.execute(
        "CREATE TABLE reread_former (article_id INTEGER PRIMARY KEY REFERENCES articles(id),"
        " reread_id INTEGER NOT NULL REFERENCES rereads(id), before TEXT, after TEXT NOT NULL,"
        " problems TEXT NOT NULL, addresses TEXT NOT NULL) STRICT"
    )


@migrations()
def m_sightings(db: Database) -> None:
    """By which ways in an address was met, beside See also and translations, which have tables of their own."""
    db.execute(
        "CREATE TABLE sightings (url_key TEXT NOT NULL, via TEXT NOT NULL, first_seen_at TEXT NOT NULL,"
        " PRIMARY KEY (url_key, via)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "INSERT INTO sightings SELECT url_key, via, first_seen_at FROM addresses"
        " WHERE kind = 'article' AND via IN ('start', 'feed', 'listing')"
    )


@migrations()
def m_robots_verdicts(db: Database) -> None:
    """What robots.txt said of each address when it was asked for."""
    db.execute("ALTER TABLE captures ADD COLUMN robots TEXT CHECK (robots IN ('allowed', 'no_rules', 'forbidden'))")


@migrations()
def m_forgotten(db: Database) -> None:
    """Addresses whose article was erased on purpose, so that nothing brings it back."""
    db.execute(
        "CREATE TABLE forgotten (url_key TEXT PRIMARY KEY, forgotten_at TEXT NOT NULL, why TEXT NOT NULL,"
        " places TEXT NOT NULL DEFAULT '{}') STRICT, WITHOUT ROWID"
    )


@migrations()
def m_kicker_key(db: Database) -> None:
    """The kicker folded for comparing, for the filter ``kicker:``."""
    db.execute("ALTER TABLE articles ADD COLUMN kicker_key TEXT")
    for (kicker,) in db.execute("SELECT DISTINCT kicker FROM articles WHERE kicker IS NOT NULL").fetchall():
        db.execute("UPDATE articles SET kicker_key = ? WHERE kicker = ?", (search_text(kicker) or None, kicker))


@migrations()
def m_views(db: Database) -> None:
    """Views for people who ask in SQL; their names and columns are stable."""
    for name, select in VIEWS.items():
        db.execute(f"CREATE VIEW {name} AS {select.strip()}")


@migrations()
def m_author_edits(db: Database) -> None:
    """What people decided about names, and how the names that this is about were read."""
    db.execute(
        "CREATE TABLE author_edits (id INTEGER PRIMARY KEY, made_at TEXT NOT NULL,"
        " action TEXT NOT NULL CHECK (action IN ('merge', 'rename', 'split')),"
        " kind TEXT NOT NULL CHECK (kind IN ('person', 'agency')), name TEXT NOT NULL,"
        " to_kind TEXT NOT NULL CHECK (to_kind IN ('person', 'agency')), to_name TEXT NOT NULL, sort_name TEXT,"
        " printed TEXT NOT NULL, articles TEXT NOT NULL, why TEXT NOT NULL, moved INTEGER NOT NULL DEFAULT 0,"
        " undone_at TEXT) STRICT"
    )
    db.execute(
        "CREATE TABLE author_variants (id INTEGER PRIMARY KEY, name TEXT NOT NULL, sort_name TEXT NOT NULL,"
        " kind TEXT NOT NULL CHECK (kind IN ('person', 'agency')), UNIQUE (kind, name)) STRICT"
    )
    db.execute("ALTER TABLE article_authors ADD COLUMN variant_id INTEGER REFERENCES author_variants(id)")
    db.execute("CREATE INDEX article_authors_variant_id ON article_authors(variant_id) WHERE variant_id IS NOT NULL")


@migrations()
def m_run_fields(db: Database) -> None:
    """What the pages of each run had, and where that deviated from the runs before."""
    counts = ", ".join(
        f"{name} INTEGER NOT NULL"
        for name in ("pages", "articles", "kicker", "lead", "byline", "authors", "dateline", "date", "time", "see_also")
    )
    db.execute(
        "CREATE TABLE run_fields (run_id INTEGER NOT NULL REFERENCES runs(id), language TEXT NOT NULL,"
        f" year TEXT NOT NULL, {counts}, words TEXT NOT NULL, PRIMARY KEY (run_id, language, year))"
        " STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE deviations (run_id INTEGER NOT NULL REFERENCES runs(id), field TEXT NOT NULL,"
        " language TEXT NOT NULL, evidence REAL NOT NULL, articles INTEGER NOT NULL, filled INTEGER NOT NULL,"
        " usual REAL NOT NULL, since_run INTEGER NOT NULL, alarm INTEGER NOT NULL, rule TEXT NOT NULL, folder TEXT,"
        " samples TEXT NOT NULL DEFAULT '[]', PRIMARY KEY (run_id, field, language)) STRICT, WITHOUT ROWID"
    )


@migrations()
def m_narrow_indexes(db: Database) -> None:
    """Days, places, names and counts without the long rows of the articles: for orders, facets and timelines."""
    db.execute(
        "CREATE INDEX articles_narrow ON articles"
        "(id, site, language, published_on, published_at, word_count, place_key, kicker_key)"
    )
    db.execute("CREATE INDEX articles_day ON articles(published_on, published_at)")
    db.execute("DROP INDEX articles_published_on")
    db.execute("CREATE INDEX articles_place ON articles(place_key, dateline_place)")
    db.execute("CREATE INDEX articles_kicker ON articles(kicker_key, kicker)")
    db.execute("CREATE INDEX article_authors_of_article ON article_authors(article_id, author_id)")
    db.execute("CREATE INDEX article_authors_of_author ON article_authors(author_id, article_id)")
    db.execute("DROP INDEX article_authors_author_id")


@migrations()
def m_snapshots(db: Database) -> None:
    """Results that people froze: identities and digests, no words of any article."""
    db.execute(
        "CREATE TABLE snapshots (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
        " uid TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL, query TEXT NOT NULL, filters TEXT NOT NULL, sample TEXT,"
        " articles INTEGER NOT NULL, counts TEXT NOT NULL, hash TEXT NOT NULL, versions TEXT NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE snapshot_articles (snapshot_id INTEGER NOT NULL REFERENCES snapshots(id),"
        " position INTEGER NOT NULL, article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,"
        " site TEXT NOT NULL, language TEXT NOT NULL, site_key TEXT NOT NULL, revision INTEGER NOT NULL,"
        " captured_at TEXT NOT NULL, digest TEXT NOT NULL, metadata TEXT NOT NULL, gone INTEGER NOT NULL,"
        " PRIMARY KEY (snapshot_id, position)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX snapshot_articles_article ON snapshot_articles(article_id, snapshot_id)")


@migrations()
def m_deviation_peaks(db: Database) -> None:
    """How near to an alarm healthy runs came: a site that prints in streaks is given more time."""
    db.execute("ALTER TABLE deviations ADD COLUMN peak REAL NOT NULL DEFAULT 0")


@migrations()
def m_saved_searches(db: Database) -> None:
    """Searches that are offered to everybody who reads the archive."""
    db.execute(
        "CREATE TABLE saved_searches (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
        " saved_at TEXT NOT NULL, query TEXT NOT NULL, filters TEXT NOT NULL) STRICT"
    )


def names_of_steps() -> tuple[str, ...]:
    """Return the names of all steps this version knows, in order."""
    return tuple(step.name for step in _steps())


def _steps() -> list[Any]:
    return list(migrations._migrations)
