"""Archives of earlier versions: what tombstones named becomes a list, and their words are hashed."""

import json

import pytest
from sqlite_utils import Database

from crawler.archive.articles.forgotten import UnerasedPart, list_unerased, read_tombstones
from crawler.archive.schema.migrations import migrations
from crawler.archive.schema.snapshot_lines import hash_lines, is_intact

PATH_KEY = "gazette/en/asia/laos/boats-return-to-the-old-quay"


@pytest.fixture
def earlier():
    db = Database(memory=True)
    migrations.apply(db, stop_before="m_unerased")
    forgotten = [
        ("gazette/en/7", "2025", "asked for", json.dumps({"a.warc.gz": [30, 10, 10]})),
        ("gazette/en/8", "2025", "asked for", "{}"),
        (PATH_KEY, "2025", f"leads to {PATH_KEY}, which is forgotten", "{}"),
    ]
    db.conn.executemany("INSERT INTO forgotten (url_key, forgotten_at, why, places) VALUES (?, ?, ?, ?)", forgotten)
    for number, name in ((1, "whole"), (2, "edited")):
        db.execute(
            "INSERT INTO snapshots (id, name, uid, created_at, query, filters, articles, counts, hash, versions)"
            " VALUES (?, ?, ?, '2025', '', '{}', 1, '{}', '', '{}')",
            (number, name, name),
        )
        db.execute(
            "INSERT INTO snapshot_articles (snapshot_id, position, site, language, site_key, revision, captured_at,"
            " digest, metadata, gone) VALUES (?, 1, 'gazette', 'en', ?, 1, '2025', 'd', 'm', 0)",
            (number, PATH_KEY.removeprefix("gazette/en/")),
        )
    db.execute("UPDATE snapshots SET hash = ? WHERE id = 1", (hash_lines(db.conn, 1),))
    db.conn.commit()
    return db


def test_what_was_still_to_be_erased_is_on_the_list(earlier):
    migrations.apply(earlier)
    parts = list_unerased(earlier)
    assert [part for part in parts if part.kind == "record"] == [
        UnerasedPart(article_key="gazette/en/7", kind="record", file="a.warc.gz", start=start) for start in (10, 30)
    ]
    assert {part.kind for part in parts} == {"record", "database"}
    assert [row[0] for row in earlier.execute("SELECT DISTINCT places FROM forgotten")] == ["{}"]


def test_tombstones_and_snapshots_keep_no_words(earlier):
    migrations.apply(earlier)
    assert not any("quay" in statement for statement in earlier.conn.iterdump())
    tombstones = read_tombstones(earlier.conn)
    assert all(key in tombstones for key in ("gazette/en/7", "gazette/en/8", PATH_KEY))
    assert "gazette/en/asia/laos/other" not in tombstones


def test_a_list_that_was_edited_stays_known_as_edited(earlier):
    migrations.apply(earlier)
    assert is_intact(earlier.conn, 1)
    assert not is_intact(earlier.conn, 2)
    earlier.execute("UPDATE snapshot_articles SET digest = 'other'")
    assert not is_intact(earlier.conn, 1)
