"""Problems of an archive from before there were kinds beside losses are all there afterwards, word for word."""

from contextlib import closing

from sqlite_utils import Database

from crawler.archive.schema.migrations import migrations

QUERY = "SELECT id, run_id, url, field, value, reason, kind FROM problems ORDER BY id"


def list_indexes(db):
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'problems' ORDER BY name")
    return [name for (name,) in rows]


def test_problems_stay_as_they_are_and_take_other_kinds():
    with closing(Database(memory=True)) as db:
        migrations.apply(db, stop_before="m_problem_kinds")
        run_id = db.execute(
            "INSERT INTO runs (site, started_at, settings) VALUES ('gazette', '2026-03-01T00:00:00Z', '{}')"
        ).lastrowid
        problems = [
            (3, run_id, "https://gazette.example/1", "page", "byline, lead", "The page lacks them.", "loss"),
            (4, None, "https://gazette.example/2", "published", "31.02.26", "no such day", None),
            (9, run_id, "https://gazette.example/1", "page", None, "The page breaks off.", None),
        ]
        db.conn.executemany("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", problems)
        indexes = list_indexes(db)
        migrations.apply(db)
        assert db.execute(QUERY).fetchall() == problems
        assert list_indexes(db) == indexes == ["problems_run_id", "problems_url"]
        new_id = db.execute(
            "INSERT INTO problems (run_id, url, field, reason, kind) VALUES (?, 'u', 'page', 'r', 'doubt')", (run_id,)
        ).lastrowid
        assert new_id == 10
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
