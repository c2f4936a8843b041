"""What ``seealso serve`` shows to everyone, and what it keeps to itself: tables, pages, paths, the operator."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from support.page_reader import PageReader
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.runs.public_settings import make_public_settings
from crawler.archive.schema.descriptions import list_open_tables
from crawler.browse.serving.permissions import is_datasette_1

READERS = {
    *("articles", "authors", "article_authors", "see_also", "translations", "revisions", "near_copies", "runs"),
    *("snapshots", "saved_searches", "places", "place_names"),
    *(
        "v_articles",
        "v_article_authors",
        "v_article_places",
        "v_authors",
        "v_see_also",
        "v_revisions",
        "v_stories",
        "v_months",
    ),
}
ABOUT_DATASETTE = (
    *("versions", "threads", "patterns", "messages", "allow-debug", "permissions", "actor", "settings", "databases"),
    *("plugins", "metadata", "config", "logout", "auth-token", "create-token", "api", "jump", "queries", "schema"),
    *("tasks", "actions", "allowed", "rules", "check", "debug/autocomplete", "tables", "anything/at/all", ""),
)
RAW = {"captures", "problems", "deviations", "run_fields", "author_edits", "sketches", "articles_fts_data", "diary"}
SEARCH_INDEX = {"articles_fts"} if is_datasette_1() else set()
"""Datasette 1 lets only those search who may see the index."""
CONTACT = "desk@papers.example"
SETTINGS = {"contact": CONTACT, "delay": 2.5, "languages": ["en"]}


@pytest.fixture(scope="module")
def path(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a live run, an ingest from a folder, and a table that nobody has described."""
    path = tmp_path_factory.mktemp("where the operator lives") / "closed.db"
    with Archive(library_path) as archive, closing(sqlite3.connect(path)) as copy:
        archive.db.conn.backup(copy)
        ingest = json.dumps({"ingest": ["/home/operator/dumps/pages.warc.gz"]})
        copy.execute("UPDATE runs SET settings = ?", (json.dumps(SETTINGS),))
        for settings in (ingest, "not JSON, " + CONTACT, f'["{CONTACT}"]'):
            copy.execute(
                "INSERT INTO runs (site, started_at, versions, settings, kind)"
                " VALUES ('asianews', '2022-01-01T00:00:00Z', '{}', ?, 'crawl')",
                (settings,),
            )
        copy.execute("CREATE TABLE diary (id INTEGER PRIMARY KEY, entry TEXT)")
        copy.execute("CREATE VIEW v_diary AS SELECT url FROM captures")
        copy.commit()
    return path


@pytest.fixture(scope="module")
def reader(path: Path) -> PageReader:
    return PageReader(path)


@pytest.fixture(scope="module")
def raw(path: Path) -> PageReader:
    return PageReader(path, raw=True)


def list_tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        }


def test_the_tables_for_readers_are_few_and_all_others_are_closed(reader: PageReader, path: Path) -> None:
    assert list_open_tables() == READERS
    tables = list_tables(path)
    assert tables >= READERS
    assert tables > RAW
    for table in tables - SEARCH_INDEX:
        assert reader.ask(f"/closed/{table}.json?_size=1").status_code == (200 if table in READERS else 403), table


@pytest.mark.parametrize("table", sorted(RAW | {"v_diary"}))
def test_there_is_no_other_way_to_a_closed_table(reader: PageReader, table: str) -> None:
    for page in (f"{table}.csv", f"{table}/1.json", table.upper(), f"{table}.blob"):
        assert reader.ask(f"/closed/{page}").status_code in (400, 403, 404), page
    through = quote(json.dumps({"table": table, "column": "id", "value": "1"}))
    assert reader.ask(f"/closed/articles.json?_through={through}").status_code in (400, 403)


def test_closed_tables_are_named_nowhere(reader: PageReader, path: Path) -> None:
    closed = list_tables(path) - READERS - {"articles_fts", "sqlite_sequence"}
    for page in (
        "/closed",
        "/closed.json",
        "/.json",
        "/closed/articles/1",
        "/closed/runs/1",
        "/closed/articles/1.json?_extras=foreign_key_tables",
    ):
        answer = reader.ask(page)
        assert answer.status_code == 200, page
        for table in closed:
            assert f"/closed/{table}" not in answer.text, (page, table)
            assert f'"{table}"' not in answer.text, (page, table)


@check_rows("page", ABOUT_DATASETTE)
@check_rows("opened", [False, True])
def test_datasettes_pages_on_itself_are_gone(reader: PageReader, raw: PageReader, page: str, opened: bool) -> None:
    for end in ("", ".json"):
        assert (raw if opened else reader).ask(f"/-/{page}{end}", follow_redirects=True).status_code == 404


@check_rows(
    "page",
    [
        *(
            "create",
            "schema",
            "schema.json",
            "queries",
            "queries/store",
            "execute-write",
            "foreign-key-targets",
            "no-page",
        ),
        *("query?sql=select+1", "query.json?sql=select+1", "query/parameters", ""),
    ],
)
def test_what_is_no_page_of_ours_is_not_under_the_archive(reader: PageReader, page: str) -> None:
    if page != "queries" or not is_datasette_1():  # Datasette 1 lists the saved queries there
        assert reader.ask(f"/closed/-/{page}", follow_redirects=True).status_code == 404
    assert reader.ask(f"/closed/articles/-/{page}", follow_redirects=True).status_code == 404
    assert reader.ask(f"/closed/articles/1/-/{page}", follow_redirects=True).status_code == 404


def test_no_page_tells_where_the_archive_lies(reader: PageReader, raw: PageReader, path: Path) -> None:
    pages = [
        "/",
        "/.json",
        "/closed",
        "/closed.json",
        "/nothing",
        "/closed/nothing",
        "/closed/-/health",
        "/closed/-/home",
    ]
    pages += [f"/closed/{table}{end}" for table in sorted(READERS) for end in (".json", ".csv?_labels=on")]
    for page in pages:
        text = reader.ask(page).text
        assert str(path.parent) not in text, page
        assert "where the operator lives" not in text, page
        assert "/home/operator" not in text, page
    for sql in ("select+*+from+pragma_database_list", "select+*+from+pragma_database_list()", "pragma+database_list"):
        for page in (f"/closed.json?sql={sql}", f"/closed/-/query.json?sql={sql}"):
            assert str(path.parent) not in raw.ask(page, follow_redirects=True).text


def test_runs_are_shown_without_the_contact(reader: PageReader) -> None:
    for page in ("", ".json", ".csv", "/1", "/1.json", ".json?_facet=settings", ".json?_shape=objects&_labels=on"):
        answer = reader.ask(f"/closed/runs{page}")
        assert answer.status_code == 200, page
        assert CONTACT not in answer.text, page
        assert "operator" not in answer.text, page
    runs = reader.ask("/closed/runs.json?_shape=array&_sort=id").json()
    assert json.loads(runs[0]["settings"]) == {"delay": 2.5, "languages": ["en"]}
    assert [run["settings"] for run in runs[-3:]] == ['{"ingest": ["pages.warc.gz"]}', "{}", "{}"]
    for question in ("settings__contains=desk", "settings__like=%25papers%25", "settings__contains=contact"):
        assert reader.ask(f"/closed/runs.json?_shape=array&{question}").json() == [], question
    assert CONTACT not in reader.ask("/closed/-/health").text


def test_the_runs_are_still_a_table_with_a_key_and_labels(reader: PageReader) -> None:
    page = reader.ask("/closed/runs").text
    assert 'href="/closed/runs/1"' in page
    assert reader.ask("/closed/runs/1.json?_shape=objects").json()["rows"][0]["site"] == "asianews"
    ids = [run["id"] for run in reader.ask("/closed/runs.json?_shape=array").json()]
    assert ids == sorted(ids, reverse=True)
    assert [run["id"] for run in reader.ask("/closed/runs.json?_shape=array&_size=2").json()] == ids[:2]


def test_raw_material_is_whole(raw: PageReader, path: Path) -> None:
    assert raw.ask("/closed/diary.json").status_code == 200
    assert CONTACT in raw.ask("/closed/runs.json").text
    assert raw.ask("/closed/captures.json").status_code == 200


def test_raw_sends_the_file_as_it_is_while_somebody_writes(raw: PageReader, path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("INSERT INTO diary (entry) VALUES ('committed')")
        writer.commit()
        writer.execute("INSERT INTO diary (entry) VALUES ('not committed')")
        answer = raw.ask("/closed.db")
        writer.rollback()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.sqlite3"
    assert answer.headers["content-disposition"] == 'attachment; filename="closed.db"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    copy = tmp_path / "copy.db"
    copy.write_bytes(answer.content)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert "committed" in {entry for (entry,) in connection.execute("SELECT entry FROM diary")}
        assert "not committed" not in {entry for (entry,) in connection.execute("SELECT entry FROM diary")}
    with Archive(copy) as archive:
        assert archive.db.execute("SELECT count(*) FROM articles").fetchone()[0] > 0


def test_the_file_is_not_sent_unless_raw(reader: PageReader, raw: PageReader) -> None:
    assert reader.ask("/closed.db").status_code in (403, 404)
    assert raw.ask("/nothing.db").status_code == 404


@check_rows("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"])
@check_rows("page", ["/", "/closed", "/closed/articles", "/closed/full_text", "/closed/-/search", "/-/static/app.css"])
def test_every_page_can_only_be_read(reader: PageReader, raw: PageReader, method: str, page: str) -> None:
    for server in (reader, raw):
        answer = server.ask(page, method=method)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert "This page can only be read." in answer.text


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("{}", "{}"),
        (None, "{}"),
        ("", "{}"),
        ("[]", "{}"),
        ("7", "{}"),
        ("{", "{}"),
        ("[" * 100_000, "{}"),
        ('{"contact": null}', "{}"),
        ('{"contact": "a@b", "urls": ["https://x.example/é"]}', '{"urls": ["https://x.example/é"]}'),
        ('{"ingest": ["/a/b.warc", "c.warc", 7]}', '{"ingest": ["b.warc", "c.warc", "7"]}'),
        ('{"ingest": "/a/b.warc"}', "{}"),
    ],
)
def test_public_settings_of_any_text(text: Any, public: str) -> None:
    assert make_public_settings(text) == public
