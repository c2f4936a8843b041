"""The tables of the first archive. This module does not change any more: every change of the schema is a migration in
:mod:`crawler.archive.schema.migrations`.
"""

from __future__ import annotations

from typing import Final

from crawler.items import Fate

_FATE_COLUMNS = ",\n    ".join(f'"{fate.value}" INTEGER NOT NULL DEFAULT 0' for fate in Fate)

FIRST_TABLES: Final = f"""
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
