"""Migrations of the archive's schema: each change is one named function, applied once.

The tables of the first archive are in :mod:`crawler.archive.schema.initial`; every later change is a function here.
``docs/fields.md`` describes the columns that stay; other columns are internal. Every table is STRICT,
so that a value of the wrong type is an error at once and not a surprise a year later.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database, Migrations

from crawler.archive.schema.erasures import add_unerased
from crawler.archive.schema.free_space import leave_freed_pages
from crawler.archive.schema.index_rows import (
    INDEX_WITH_EMOJI,
    drop_texts_of_index,
    index_stated_headlines,
    replace_index,
)
from crawler.archive.schema.initial import FIRST_TABLES
from crawler.archive.schema.places import add_places, fold_place_keys
from crawler.archive.schema.revision_rows import move_revisions
from crawler.archive.schema.typed_state import add_typed_state
from crawler.archive.schema.views import ARTICLES_WITH_STATED_HEADLINE, VIEW_QUERIES
from crawler.items import Fate
from crawler.normalisation.words.tokenizer import make_search_text

APPLICATION_ID = 0x5345_4541
"""``SEEA`` in the header of a SQLite file, which marks it as an archive of this program."""

FATE_VALUES: tuple[str, ...] = tuple(fate.value for fate in Fate)

MAKES_INDEX = "m_index_without_texts"
"""The step after which the search index of an archive says by which rules it is made."""

migrations = Migrations("seealso")


@migrations()
def m001_first_light(db: Database) -> None:
    """Create the tables of the first archive."""
    for statement in FIRST_TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m_rereads(db: Database) -> None:
    """Add the results of rereadings, and the values that the last one replaced, until it is undone."""
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
    """Add the vias by which an address was met; See also and translations have tables of their own."""
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
    """Add the verdict of robots.txt at the time of each request."""
    db.execute("ALTER TABLE captures ADD COLUMN robots TEXT CHECK (robots IN ('allowed', 'no_rules', 'forbidden'))")


@migrations()
def m_forgotten(db: Database) -> None:
    """Add the addresses whose article was erased on purpose, so that no crawl archives it again."""
    db.execute(
        "CREATE TABLE forgotten (url_key TEXT PRIMARY KEY, forgotten_at TEXT NOT NULL, why TEXT NOT NULL,"
        " places TEXT NOT NULL DEFAULT '{}') STRICT, WITHOUT ROWID"
    )


@migrations()
def m_kicker_key(db: Database) -> None:
    """Add the kicker folded for comparing, for the filter ``kicker:``."""
    db.execute("ALTER TABLE articles ADD COLUMN kicker_key TEXT")
    db.conn.create_function("folded", 1, lambda kicker: make_search_text(kicker) or None, deterministic=True)
    db.execute("UPDATE articles SET kicker_key = folded(kicker) WHERE kicker IS NOT NULL")


@migrations()
def m_views(db: Database) -> None:
    """Create the views for people who write SQL; their names and columns are stable."""
    for name, select in VIEW_QUERIES.items():
        db.execute(f"CREATE VIEW {name} AS {select.strip()}")


@migrations()
def m_author_edits(db: Database) -> None:
    """Add the edits of authors, and how the names that they concern were read."""
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
    """Add the fields that the pages of each run had, and their deviations from the runs before."""
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
    """Add indexes of days, places, names and counts, so that orders, facets and timelines read no long rows."""
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
    """Add snapshots: identities and digests of results that people froze, without the text of any article."""
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
    """Add the highest evidence in healthy runs: a site that prints in streaks raises an alarm later."""
    db.execute("ALTER TABLE deviations ADD COLUMN peak REAL NOT NULL DEFAULT 0")


@migrations()
def m_saved_searches(db: Database) -> None:
    """Add the searches that are offered to every reader of the archive."""
    db.execute(
        "CREATE TABLE saved_searches (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
        " saved_at TEXT NOT NULL, query TEXT NOT NULL, filters TEXT NOT NULL) STRICT"
    )


@migrations()
def m_typed_state(db: Database) -> None:
    """Add typed columns for kinds of runs, pauses that sites asked for and failures of visits, beside the sentences."""
    add_typed_state(db)


@migrations()
def m_letter_variants(db: Database) -> None:
    """Make the search index and the keys of names anew: variants of letters and digits are one, emoji are words."""
    replace_index(db, INDEX_WITH_EMOJI)
    db.conn.create_function("search_key", 1, lambda name: make_search_text(name) or None, deterministic=True)
    for column, key in (("dateline_place", "place_key"), ("kicker", "kicker_key")):
        db.execute(f"UPDATE articles SET {key} = search_key({column}) WHERE {key} IS NOT search_key({column})")
    db.execute("UPDATE authors SET name_key = coalesce(search_key(name), '') WHERE name_key IS NOT search_key(name)")


@migrations()
def m_problem_kinds(db: Database) -> None:
    """Let problems be of more kinds than losses: the table is written anew without the CHECK, its rows as they are."""
    columns = "id, run_id, url, field, value, reason, kind"
    db.execute(
        "CREATE TABLE problems_of_kinds (id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES runs(id), url TEXT NOT NULL,"
        " field TEXT NOT NULL, value TEXT, reason TEXT NOT NULL, kind TEXT) STRICT"
    )
    db.execute(f"INSERT INTO problems_of_kinds ({columns}) SELECT {columns} FROM problems")
    db.execute("DROP TABLE problems")
    db.execute("ALTER TABLE problems_of_kinds RENAME TO problems")
    db.execute("CREATE INDEX problems_url ON problems(url)")
    db.execute("CREATE INDEX problems_run_id ON problems(run_id)")


@migrations()
def m_headline_meta(db: Database) -> None:
    """Add the headline that structured data states, beside the printed one."""
    db.execute("ALTER TABLE articles ADD COLUMN headline_meta TEXT")


@migrations()
def m_whole_texts(db: Database) -> None:
    """Count the texts that nothing calls cut; those of earlier runs were not held against anything."""
    db.execute("ALTER TABLE run_fields ADD COLUMN whole INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE run_fields SET whole = articles")


@migrations()
def m_unerased(db: Database) -> None:
    """Add the list of what is still to be erased of forgotten articles; tombstones keep no words."""
    add_unerased(db)


@migrations()
def m_losses(db: Database) -> None:
    """Add the captures whose bytes are lost: when that was found, and whether it was accepted or fetched again."""
    db.execute(
        "CREATE TABLE losses (capture_id INTEGER PRIMARY KEY REFERENCES captures(id) ON DELETE CASCADE,"
        " found_at TEXT NOT NULL, accepted_at TEXT, why TEXT,"
        " replaced_by INTEGER REFERENCES captures(id) ON DELETE SET NULL) STRICT"
    )
    db.execute("CREATE INDEX losses_replaced_by ON losses(replaced_by) WHERE replaced_by IS NOT NULL")


@migrations()
def m_robots_notes(db: Database) -> None:
    """Add the sitemaps that robots.txt names, and what answers say about their use."""
    db.execute(
        "CREATE TABLE sitemaps (id INTEGER PRIMARY KEY, site TEXT NOT NULL, url TEXT NOT NULL,"
        " robots_url TEXT NOT NULL, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,"
        " run_id INTEGER REFERENCES runs(id), UNIQUE (site, url, robots_url)) STRICT"
    )
    db.execute(
        "CREATE TABLE reservations (capture_id INTEGER NOT NULL REFERENCES captures(id) ON DELETE CASCADE,"
        " kind TEXT NOT NULL, source TEXT NOT NULL, value TEXT NOT NULL,"
        " PRIMARY KEY (capture_id, kind, source)) STRICT, WITHOUT ROWID"
    )


@migrations()
def m_stated_headline_index(db: Database) -> None:
    """Let searches find the words of stated headlines: only the index rows of articles that have one are rewritten."""
    index_stated_headlines(db)


@migrations()
def m_stated_headline_view(db: Database) -> None:
    """Add the stated headline to ``v_articles``, as its last column."""
    db.execute("DROP VIEW IF EXISTS v_articles")
    db.execute(f"CREATE VIEW v_articles AS {ARTICLES_WITH_STATED_HEADLINE.strip()}")


@migrations()
def m_former_readings(db: Database) -> None:
    """Add the run that read stored pages again in passing, and whether a revision is known to be no change of rules."""
    db.execute("ALTER TABLE rereads ADD COLUMN run_id INTEGER REFERENCES runs(id)")
    db.execute("ALTER TABLE revisions ADD COLUMN unverified INTEGER NOT NULL DEFAULT 0")


@migrations()
def m_sitemap_addresses(db: Database) -> None:
    """Add what sitemaps say of addresses: the day after which none of it is, and the months of all that they name."""
    db.execute("ALTER TABLE addresses ADD COLUMN not_after TEXT")
    db.execute(
        "CREATE INDEX addresses_from_sitemaps ON addresses(site, kind, priority)"
        " WHERE state = 'queued' AND (via = 'sitemap' OR kind = 'sitemap')"
    )
    # A site may name millions: an address is a number here, made of its url_key.
    db.execute("CREATE TABLE sitemap_addresses (key INTEGER PRIMARY KEY, site TEXT NOT NULL, month TEXT) STRICT")


@migrations()
def m_adopted_sites(db: Database) -> None:
    """Add the sites that the archive has adopted: values inferred from the first pages, kept as they are."""
    db.execute(
        "CREATE TABLE adopted_sites (name TEXT PRIMARY KEY, values_json TEXT NOT NULL, sha256 TEXT NOT NULL,"
        " made_at TEXT NOT NULL, made_from_capture INTEGER REFERENCES captures(id) ON DELETE SET NULL) STRICT"
    )
    db.execute("CREATE INDEX adopted_sites_capture ON adopted_sites(made_from_capture)")


@migrations()
def m_merges(db: Database) -> None:
    """Add the archives that were merged into this one, and which numbers their rows have here."""
    db.execute(
        "CREATE TABLE merges (id INTEGER PRIMARY KEY, merged_at TEXT NOT NULL, archive TEXT NOT NULL,"
        " sites TEXT NOT NULL, fingerprint TEXT NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE merged_ids (merge_id INTEGER NOT NULL REFERENCES merges(id), kind TEXT NOT NULL,"
        " old INTEGER NOT NULL, new INTEGER NOT NULL, PRIMARY KEY (merge_id, kind, old)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX merged_ids_new ON merged_ids(kind, new)")


@migrations()
def m_article_parts(db: Database) -> None:
    """Add which captures are the further pages of an article, by the capture of its first page.

    Articles whose text is known to be cut are asked for whole at their next visit: "not modified" would say nothing of
    the other pages.
    """
    db.execute(
        "CREATE TABLE article_parts (first_capture_id INTEGER NOT NULL REFERENCES captures(id) ON DELETE CASCADE,"
        " number INTEGER NOT NULL, capture_id INTEGER NOT NULL REFERENCES captures(id) ON DELETE CASCADE,"
        " PRIMARY KEY (first_capture_id, number)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX article_parts_capture ON article_parts(capture_id)")
    db.execute(
        "UPDATE addresses SET etag = NULL, last_modified = NULL WHERE kind = 'article'"
        " AND url IN (SELECT url FROM problems WHERE kind = 'cut')"
    )


@migrations()
def m_revision_rows(db: Database) -> None:
    """Store the text of an article once: ``revisions`` becomes a view, whose newest versions are read from articles."""
    with leave_freed_pages(db.conn):
        move_revisions(db)


@migrations()
def m_index_without_texts(db: Database) -> None:
    """Let the search index read its texts from the articles in place of a copy of its own."""
    with leave_freed_pages(db.conn):
        drop_texts_of_index(db)


@migrations()
def m_places(db: Database) -> None:
    """Add places: what the gazetteer has for each printed name, what people decided, and what both come to."""
    add_places(db)


@migrations()
def m_more_variants(db: Database) -> None:
    """Make the keys of names anew: more spellings are one. The search index is made anew by its rules."""
    db.conn.create_function("search_key", 1, lambda name: make_search_text(name) or None, deterministic=True)
    fold_place_keys(db)
    for column, key in (("dateline_place", "place_key"), ("kicker", "kicker_key")):
        db.execute(f"UPDATE articles SET {key} = search_key({column}) WHERE {key} IS NOT search_key({column})")
    db.execute("UPDATE authors SET name_key = coalesce(search_key(name), '') WHERE name_key IS NOT search_key(name)")


def list_migrations() -> tuple[str, ...]:
    """Return the names of all migrations of this version, in order."""
    return tuple(step.name for step in _list_migrations())


def _list_migrations() -> list[Any]:
    return list(migrations._migrations)
