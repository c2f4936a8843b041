"""Archives from before the typed state: what their sentences and settings tell is told by columns afterwards."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database
from support.examples import count_examples

from crawler.archive import Archive
from crawler.archive.schema.migrations import migrations
from crawler.items import Failure

PAUSE = "the site asks for a pause until "
MIRROR = "http://127.0.0.1:9000{path}"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@cache
def migrate_to_former():
    db = Database(memory=True)
    migrations.apply(db, stop_before="m_typed_state")
    return db


def make_former(path=":memory:"):
    db = Database(path) if path != ":memory:" else Database(memory=True)
    migrate_to_former().conn.backup(db.conn)
    return db


def add_run(db, asked="{}"):
    return db.execute(
        "INSERT INTO runs (site, started_at, settings) VALUES ('gazette', '2026-03-01T00:00:00Z', ?)", (asked,)
    ).lastrowid


def add_problem(db, run_id, reason, url="u", value=None):
    db.execute(
        "INSERT INTO problems (run_id, url, field, value, reason) VALUES (?, ?, 'page', ?, ?)",
        (run_id, url, value, reason),
    )


def add_address(db, error, state="failed", status=200, key="k"):
    db.execute(
        "INSERT INTO addresses (url_key, url, state, first_seen_at, last_status, last_error, site, kind, via, priority)"
        " VALUES (?, 'u', ?, 'f', ?, ?, 'gazette', 'article', 'listing', 1)",
        (key, state, status, error),
    )


def read_failures(*rows):
    """Return what became of addresses, each of which had an error and may have had a state and a status."""
    with closing(make_former()) as db:
        for number, row in enumerate(rows):
            add_address(db, *row, key=str(number))
        migrations.apply(db)
        return [failure for (failure,) in db.execute("SELECT last_failure FROM addresses ORDER BY rowid")]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({}, "crawl"),
        ({"contact": "me@example.org", "max_articles": 3}, "crawl"),
        ({"ingest": ["a.warc.gz"]}, "ingest"),
        ({"ingest": []}, "ingest"),
        ({"contact": "seealso demo, the practice site", "mirror": MIRROR, "refresh": True}, "demo"),
    ],
)
def test_kinds_come_from_what_was_asked_for(asked, kind):
    with closing(make_former()) as db:
        add_run(db, json.dumps(asked))
        migrations.apply(db)
        assert db.execute("SELECT kind, settings FROM runs").fetchall() == [(kind, json.dumps(asked))]


@pytest.mark.parametrize("asked", ["", "[not json", "[]", "3", '"ingest"', "null", "[" * 5000])
def test_settings_that_cannot_be_read_are_of_a_crawl(asked):
    with closing(make_former()) as db:
        add_run(db, asked)
        migrations.apply(db)
        assert db.execute("SELECT kind FROM runs").fetchall() == [("crawl",)]


def test_every_pause_binds_what_it_bound_before(tmp_path):
    path = tmp_path / "archive.db"
    with closing(make_former(path)) as db:
        live, mirrored = add_run(db), add_run(db, json.dumps({"mirror": MIRROR}))
        add_problem(db, live, f"{PAUSE}2026-03-01T13:00:00Z", value="3600")
        add_problem(db, live, f"{PAUSE}2026-03-01T12:30:00Z")
        add_problem(db, mirrored, f"{PAUSE}2026-03-02T12:00:00Z")
        add_problem(db, live, "neither date nor byline")
        before = db.execute("SELECT id, run_id, url, field, value, reason FROM problems").fetchall()
        db.conn.commit()
    with Archive(path, "create") as archive:
        assert archive.find_pause("gazette", None, NOW) == datetime(2026, 3, 1, 13, tzinfo=UTC)
        assert archive.find_pause("gazette", MIRROR, NOW) == datetime(2026, 3, 2, 12, tzinfo=UTC)
        assert archive.find_pause("gazette", "http://127.0.0.1:9001{path}", NOW) is None
        assert archive.find_pause("asianews", None, NOW) is None
        assert archive.find_pause("gazette", None, datetime(2026, 3, 1, 13, tzinfo=UTC)) is None
        assert archive.db.execute("SELECT id, run_id, url, field, value, reason FROM problems").fetchall() == before
        assert archive.db.execute("SELECT count(*) FROM pauses").fetchone() == (3,)


@pytest.mark.parametrize(
    "until", ["", "tomorrow", "now", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-03-01", "99999999999"]
)
def test_what_is_no_instant_is_no_pause_and_stays_a_problem(until):
    with closing(make_former()) as db:
        add_problem(db, add_run(db), PAUSE + until)
        migrations.apply(db)
        assert db.execute("SELECT count(*) FROM pauses").fetchone() == (0,)
        assert db.execute("SELECT reason FROM problems").fetchone() == (PAUSE + until,)


SENTENCES = [
    ("the page lists other articles", Failure.HOME_PAGE),
    ("the page leads to other articles, and nothing confirms its headline", Failure.HOME_PAGE),
    ("the page says that it is a home page: https://www.gazette.example/", Failure.HOME_PAGE),
    ("the page says that it is a listing page: https://www.gazette.example/en", Failure.HOME_PAGE),
    ("the page says that it is another one: https://www.gazette.example/2", Failure.OTHER_ARTICLE),
    ("the page says that it is in another language: https://www.gazette.example/it/2", Failure.OTHER_ARTICLE),
    ("the page is article en 55, not en 56", Failure.OTHER_ARTICLE),
    ("the page has no headline", Failure.NO_ARTICLE),
    ("the page has no text under its headline", Failure.NO_ARTICLE),
    ("no headline is printed on the page", Failure.NO_ARTICLE),
    ("not a web page but application/pdf", Failure.NO_ARTICLE),
    ("the page is empty", Failure.NO_ARTICLE),
    ("neither the address nor the page tells which article this is", Failure.NO_ARTICLE),
    ("the page says that it is an article, but no body was found in it", Failure.UNREADABLE),
    ("nothing readable is left of the headline or the body", Failure.UNREADABLE),
    ("https://www.gazette.example/en.xml is no RSS or Atom feed", Failure.UNREADABLE),
    ("the transfer broke off", Failure.CUT_OFF),
    ("the answer is too large", Failure.TOO_LARGE),
    ("the payload is larger than 20000000 bytes", Failure.TOO_LARGE),
    ("the content encoding 'br' is not one of those we asked for", Failure.BAD_ENCODING),
    ("the compressed body is damaged (Error -3 while decompressing data)", Failure.BAD_ENCODING),
    ("the answer is no proper HTTP (wrong number of parts)", Failure.NO_HTTP),
    ("leads off the site, to https://elsewhere.example/", Failure.REDIRECTS),
    ("redirects lead round in a circle", Failure.REDIRECTS),
    ("more than 5 redirects", Failure.REDIRECTS),
    ("reading failed with RecursionError: maximum recursion depth exceeded", Failure.ERROR),
    ("could not be kept: OverflowError: too large", Failure.ERROR),
    ("304 for a page we do not have", Failure.STATUS),
    ("a layout of 1998 that a site's own page class refuses", None),
]


def test_each_sentence_has_its_failure():
    failures = read_failures(*((error,) for error, _ in SENTENCES))
    assert list(zip(SENTENCES, failures, strict=True)) == [(row, row[1]) for row in SENTENCES]


WITHOUT_SENTENCE = [
    ("robots.txt forbids this address", "refused", None, Failure.ROBOTS),
    ("status 403", "refused", 403, Failure.STATUS),
    ("status 429, Retry-After 60", "refused", 429, Failure.STATUS),
    ("status 404", "gone", 404, Failure.STATUS),
    ("the connection was refused", "failed", None, Failure.NO_ANSWER),
    ("the name of the host is not known", "failed", None, Failure.NO_ANSWER),
    ("gazette.example leads to 10.0.0.1, which is not on the public internet", "failed", None, Failure.NO_ANSWER),
    ("UnsupportedURLSchemeError: no idea", "failed", None, Failure.NO_ANSWER),
    ("what a page class of somebody else says", "hole", 200, Failure.NO_ARTICLE),
    ("the page lists other articles", "queued", 200, Failure.HOME_PAGE),
    (None, "done", 200, None),
    (None, "hole", 200, None),
]


def test_where_no_sentence_is_known_the_state_tells():
    failures = read_failures(*(row[:3] for row in WITHOUT_SENTENCE))
    assert list(zip(WITHOUT_SENTENCE, failures, strict=True)) == [(row, row[3]) for row in WITHOUT_SENTENCE]


def test_a_loss_that_was_told_of_is_still_known():
    loss = "No longer found on the page. The article archived before is kept until a later visit finds the same."
    with closing(make_former()) as db:
        run = add_run(db)
        add_problem(db, run, loss, value="byline")
        add_problem(db, run, "printed oddly", value="byline")
        migrations.apply(db)
        assert db.execute("SELECT kind FROM problems ORDER BY id").fetchall() == [("loss",), (None,)]


STORED = (
    st.text(max_size=60)
    | st.sampled_from(["", PAUSE, "{}", "[", '{"mirror": 3}', '{"ingest": null}', '{"mirror": {"a": "\\ud800"}}'])
    | st.builds(lambda until: PAUSE + until, st.text("0123456789-:TZ ", max_size=22))
    | st.datetimes(datetime(1, 1, 1)).map(lambda until: f"{PAUSE}{until:%Y-%m-%dT%H:%M:%S}Z")
).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=40)
"""Bytes that SQLite holds as text: a program of somebody else may have written anything."""
STATES = st.sampled_from(["queued", "done", "gone", "hole", "failed", "refused"])


@settings(max_examples=count_examples(50))
@given(
    rows=st.lists(
        st.tuples(STORED, STORED, st.none() | STORED, STATES, st.none() | st.integers(0, 999)), min_size=1, max_size=15
    )
)
def test_whatever_is_stored_it_migrates_and_nothing_is_lost(rows):
    with closing(make_former()) as db:
        db.conn.text_factory = bytes
        for number, (asked, reason, error, state, status) in enumerate(rows):
            db.execute(
                "INSERT INTO runs (site, started_at, settings) VALUES ('gazette', 's', CAST(? AS TEXT))", (asked,)
            )
            db.execute(
                "INSERT INTO problems (run_id, url, field, value, reason) VALUES (?, 'u', 'page', CAST(? AS TEXT),"
                " CAST(? AS TEXT))",
                (number + 1, error, reason),
            )
            db.execute(
                "INSERT INTO addresses (url_key, url, state, first_seen_at, last_status, last_error, site, kind, via,"
                " priority) VALUES (?, 'u', ?, 'f', ?, CAST(? AS TEXT), 'gazette', 'article', 'listing', 1)",
                (str(number), state, status, error),
            )
        former = {
            table: ", ".join(row[1].decode() for row in db.conn.execute(f"PRAGMA table_info({table})"))
            for table in ("runs", "problems", "addresses")
        }
        db.conn.text_factory = str
        before = read_as_bytes(db, former)
        migrations.apply(db)
        assert read_as_bytes(db, former) == before
        failures = {failure for (failure,) in db.execute("SELECT last_failure FROM addresses")}
        assert failures <= {None, *Failure}
        assert {kind for (kind,) in db.execute("SELECT kind FROM runs")} <= {"crawl", "ingest", "demo"}
        pauses = [until for (until,) in db.execute("SELECT until FROM pauses ORDER BY id")]
        assert pauses == [until for until in map(find_until, rows) if until is not None]


def read_as_bytes(db, tables):
    db.conn.text_factory = bytes
    try:
        return {table: db.conn.execute(f"SELECT {names} FROM {table}").fetchall() for table, names in tables.items()}
    finally:
        db.conn.text_factory = str


def find_until(row):
    """The instant of a stored sentence, as a crawl before the migration would have read it."""
    try:
        reason = row[1].decode()
        until = datetime.strptime(reason.removeprefix(PAUSE), "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None
    written = reason.removeprefix(PAUSE)
    return written if reason.startswith(PAUSE) and len(written) == 20 and until else None


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        ("evidence summed page by page (Page's CUSUM)", "cusum"),
        ("all pages of the run together (Hoeffding's bound)", "hoeffding"),
        ("no page was read as an article", "none_read"),
        ("by the looks of it", None),
    ],
)
def test_the_method_of_an_alarm_comes_from_its_rule_which_stays(rule, method):
    with closing(make_former()) as db:
        run_id = add_run(db)
        db.execute(
            "INSERT INTO deviations (run_id, field, language, evidence, articles, filled, usual, since_run, alarm, rule,"
            " samples, peak) VALUES (?, 'byline', '', 9.5, 20, 0, 0.9, ?, 1, ?, '[]', 9.5)",
            (run_id, run_id, rule),
        )
        migrations.apply(db)
        assert db.execute("SELECT rule, method FROM deviations").fetchall() == [(rule, method)]
