"""A real Datasette over a real archive, asked through its own client."""

import asyncio
import json
import socket
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from parsel import Selector
from support.index_words import replace_index_row

from crawler.archive import Archive
from crawler.archive.schema.descriptions import read_table_descriptions
from crawler.browse.serving.metadata import read_saved_queries
from crawler.browse.serving.permissions import is_datasette_1
from crawler.browse.serving.server import CannotListen, CannotServe, bind_socket, choose_name, make_application

CLOSED = ("captures", "problems", "addresses", "spellings")


def get(datasette: Any, path: str) -> Any:
    async def ask() -> Any:
        return await datasette.client.get(path, follow_redirects=True)

    return asyncio.run(ask())


def rows(datasette: Any, path: str) -> list[dict[str, Any]]:
    answer = get(datasette, path + ("&" if "?" in path else "?") + "_shape=array")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def facets(datasette: Any, path: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the facets and rows of a table; Datasette 1 has to be asked for the facets, and wraps them."""
    answer = get(datasette, path + ("&" if "?" in path else "?") + "_shape=objects&_extra=facet_results").json()
    found = answer["facet_results"]
    return (found["results"] if is_datasette_1() else found), answer["rows"]


def headlines(datasette: Any, words: str) -> set[str]:
    return {row["headline"] for row in rows(datasette, f"/news/articles.json?_search={quote(words)}")}


@pytest.fixture
def served(archive_path: Path) -> Any:
    return make_application(archive_path)


@pytest.fixture
def raw(archive_path: Path) -> Any:
    return make_application(archive_path, raw=True)


def test_the_archive_has_a_title_and_lists_its_tables_and_queries(served: Any) -> None:
    page = get(served, "/news").text
    assert "News archive" in page
    for name in ("articles", "authors", "see_also", "revisions", "runs"):
        assert f'href="/news/{name}"' in page
    if is_datasette_1():  # names five of them, and leads to all
        assert 'href="/news/-/queries"' in page
        page = get(served, "/news/-/queries").text
    for name, query in read_saved_queries().items():
        assert f'href="/news/{name}"' in page
        assert query["title"] in page


def test_every_table_and_column_of_the_schema_is_described(archive_path: Path) -> None:
    connection = sqlite3.connect(archive_path)
    known = read_table_descriptions()
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if name.startswith("articles_fts_"):
            continue
        assert known[name]["title"], name
        if known[name].get("hidden"):
            continue
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
        assert set(known[name]["columns"]) == columns, name
        assert set(known[name].get("sortable_columns", ())) <= columns
        assert {facet for facet in known[name].get("facets", ()) if isinstance(facet, str)} <= columns
    connection.close()


FACETED = [name for name, table in read_table_descriptions().items() if not table.get("hidden")]


@pytest.mark.parametrize("tables", [("articles", "runs", "see_also"), pytest.param(FACETED, marks=pytest.mark.slow)])
def test_every_table_opens_with_its_facets(raw: Any, tables: Sequence[str]) -> None:
    """All of them, the slow case, in three seconds."""
    for table in tables:
        check_facets(raw, table)


def check_facets(raw: Any, table: str) -> None:
    page = get(raw, f"/news/{table}")
    assert page.status_code == 200
    assert read_table_descriptions()[table]["title"] in page.text
    found, _ = facets(raw, f"/news/{table}.json")
    assert "facets-timed-out" not in page.text
    assert len(found) == len(read_table_descriptions()[table].get("facets", ()))


def test_articles_are_counted_by_language_place_and_year(served: Any) -> None:
    results, _ = facets(served, "/news/articles.json")
    counts = {
        name: {result["value"]: result["count"] for result in facet["results"]} for name, facet in results.items()
    }
    assert counts["language"] == {"en": 3, "zh": 1}
    assert counts["dateline_place"] == {"Kraków": 1, "Gdańsk": 1}
    assert counts["published_on"] == {"2022": 3, "2021": 1}


def test_a_year_can_be_chosen_and_left_again(served: Any) -> None:
    year = facets(served, "/news/articles.json")[0]["published_on"]["results"][1]
    assert (year["value"], year["selected"]) == ("2021", False)
    chosen, found = facets(served, year["toggle_url"].replace("http://localhost", ""))
    assert [row["headline"] for row in found] == ["Flood reaches the old town"]
    [left] = chosen["published_on"]["results"]
    assert left["selected"]
    assert "startswith" not in left["toggle_url"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cafe", {"Flood reaches the old town"}),
        ("香港", {"港口重新开放"}),
        ("flood OR language:zh", {"Flood reaches the old town", "港口重新开放"}),
        ("author:lukasz since:1900 -ships", {"Flood reaches the old town"}),
        ("-(flood language:en) lukasz", {"Harbour opens again"}),
        ("(((", set()),
        *(
            pytest.param(words, found, marks=pytest.mark.slow)
            for words, found in (
                ("lukasz", {"Flood reaches the old town", "Harbour opens again"}),
                ("harbour OR river", {"Flood reaches the old town", "Harbour opens again"}),
                ('"ships are"', {"Harbour opens again"}),
                ("famil*", {"Flood reaches the old town"}),
                ("lukasz -ships", {"Flood reaches the old town"}),
                ("headline:flood", {"Flood reaches the old town"}),
                ("港口", {"港口重新开放"}),
                ("港", {"港口重新开放"}),
                ("nowhere", set[str]()),
                ("language:zh", {"港口重新开放"}),
                ("harbour -language:en", set[str]()),
                ("lukasz since:2090", set[str]()),
            )
        ),
    ],
)
def test_the_search_box_and_the_saved_query_speak_our_query_language(served: Any, words: str, found: set[str]) -> None:
    """Twelve further questions, the slow cases, take a second."""
    assert headlines(served, words) == found
    assert {row["headline"] for row in rows(served, f"/news/full_text.json?query={quote(words)}")} == found


@pytest.mark.parametrize(
    "words",
    [
        *('"', "NEAR(", "a:b:c", "\x00"),
        *(
            pytest.param(words, marks=pytest.mark.slow)
            for words in ("AND", "*", "🙂", "a AND", "-", "^", "(", "''", "%", '"a" NEAR/')
        ),
    ],
)
def test_no_words_break_the_search_box(served: Any, words: str) -> None:
    """Ten further words, the slow cases, take a second."""
    assert get(served, f"/news/articles?_search={quote(words)}").status_code == 200
    assert get(served, f"/news/full_text?query={quote(words)}").status_code == 200


def test_nothing_from_a_page_runs_in_the_browser(raw: Any, archive_path: Path) -> None:
    connection = sqlite3.connect(archive_path)
    article_id = connection.execute("SELECT id FROM articles WHERE site_key = '103'").fetchone()[0]
    connection.close()
    for path in (
        "/news/articles",
        f"/news/articles/{article_id}",
        "/news/authors",
        "/news/article_authors?_facet=printed",
        "/news/revisions",
        "/news/full_text?query=script",
        "/news/by_author?author=img",
        f"/news/articles?_search={quote('<script>alert(1)</script>')}",
    ):
        page = get(raw, path).text
        assert "<script>document" not in page, path
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


@pytest.mark.parametrize("table", [CLOSED[0], *(pytest.param(table, marks=pytest.mark.slow) for table in CLOSED[1:])])
def test_raw_material_is_closed(served: Any, table: str) -> None:
    """Further tables, the slow cases, take a second; ``test_closed.py`` has all."""
    assert get(served, f"/news/{table}").status_code == 403
    assert get(served, f"/news/{table}.json").status_code == 403
    assert get(served, f"/news/{table}.csv").status_code == 403
    assert get(served, f"/news/{table.upper()}").status_code in (403, 404)
    assert f'href="/news/{table}"' not in get(served, "/news").text


@pytest.mark.parametrize(
    "path",
    [
        "/news?sql=select+*+from+captures",
        "/news.json?sql=select+*+from+captures",
        "/news.csv?sql=select+1",
        "/news/articles?_where=id+in+(select+id+from+captures)",
        "/news.db",
        "/_memory?sql=select+1",
    ],
)
def test_there_is_no_way_around_the_closed_door(served: Any, path: str) -> None:
    assert get(served, path).status_code in (400, 403, 404)


def test_asked_for_raw_material_and_free_sql_are_open(raw: Any) -> None:
    assert get(raw, "/news/captures").status_code == 200
    assert rows(raw, "/news.json?sql=select+count(*)+as+n+from+problems") == [{"n": 1}]


def test_the_saved_queries_answer(served: Any, archive_path: Path) -> None:
    found = rows(served, "/news/full_text.json?query=cafe")
    assert [(row["headline"], "café" in row["snippet"]) for row in found] == [("Flood reaches the old town", True)]
    by_author = rows(served, "/news/by_author.json?author=nora+lukasz")
    assert [(row["headline"], row["printed"]) for row in by_author] == [
        ("Harbour opens again", "Nora Lukasz"),
        ("Flood reaches the old town", "Nóra Łukasz"),
    ]
    assert [row["headline"] for row in rows(served, "/news/by_place.json?place=gdansk")] == ["Harbour opens again"]
    months = rows(served, "/news/articles_a_month.json")
    assert [(row["month"], row["language"], row["articles"]) for row in months] == [
        ("2022-06", "en", 1),
        ("2022-01", "en", 1),
        ("2022-01", "zh", 1),
        ("2021-05", "en", 1),
    ]
    flood = rows(served, "/news/articles.json?site_key=101")[0]["id"]
    harbour = rows(served, "/news/articles.json?site_key=102&language=en")[0]["id"]
    [out] = rows(served, f"/news/see_also_neighbours.json?article_id={flood}")
    assert (out["direction"], out["id"], out["headline"]) == ("links to", harbour, "Harbour opens again")
    [back] = rows(served, f"/news/see_also_neighbours.json?article_id={harbour}")
    assert (back["direction"], back["id"]) == ("linked from", flood)


@pytest.mark.parametrize("name", read_saved_queries())
def test_a_saved_query_without_its_words_is_a_form_and_no_error(served: Any, name: str) -> None:
    page = get(served, f"/news/{name}")
    assert page.status_code == 200
    assert read_saved_queries()[name]["title"] in page.text


def test_a_foreign_key_shows_the_headline(served: Any) -> None:
    page = get(served, "/news/see_also").text
    assert ">Harbour opens again</a>" in page
    assert ">Flood reaches the old town</a>" in page


def test_addresses_are_links_that_can_be_read(served: Any) -> None:
    page = get(served, "/news/articles?language=zh").text
    assert "www.asianews.it/news-zh/港口-102.html</a>" in page
    assert 'rel="nofollow noopener noreferrer"' in page


def test_other_databases_are_left_as_they_are(archive_path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.executescript(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, url TEXT, text TEXT);"
        "INSERT INTO notes VALUES (1, 'https://example.org/%41', 'well-known words');"
        "CREATE VIRTUAL TABLE notes_fts USING fts5(text, content=notes, content_rowid=id);"
        "INSERT INTO notes_fts(notes_fts) VALUES ('rebuild');"
    )
    connection.close()
    both = Datasette([str(other), str(archive_path)])
    assert [row["id"] for row in rows(both, "/other/notes.json?_search=well-known")] == [1]
    page = get(both, "/other/notes").text
    assert "archive.css" not in page
    assert 'href="https://example.org/%41">https://example.org/%41</a>' in page
    assert "full_text" not in get(both, "/other").text
    assert headlines(both, "香港") == {"港口重新开放"}


def test_a_plain_datasette_knows_an_archive_too(archive_path: Path) -> None:
    plain = Datasette([str(archive_path)])
    assert "News archive" in get(plain, "/news").text
    assert get(plain, "/news/captures").status_code == 200
    assert get(plain, "/-/static-plugins/seealso/archive.css").status_code == 200


def test_what_the_operator_writes_goes_before_our_descriptions(archive_path: Path) -> None:
    own = Datasette([str(archive_path)], metadata={"databases": {"news": {"title": "Our own title"}}})
    page = get(own, "/news").text
    assert "Our own title" in page
    assert "News archive" not in page


def test_long_texts_are_shortened_in_tables_and_whole_on_their_page(served: Any) -> None:
    [article] = rows(served, "/news/articles.json?site_key=101")
    page = get(served, f"/news/articles/{article['id']}").text
    assert "A café on the quay was closed." in page


def test_what_a_crawl_writes_meanwhile_is_seen(archive_path: Path, tmp_path: Path) -> None:
    growing = tmp_path / "growing.db"
    source, target = sqlite3.connect(archive_path), sqlite3.connect(growing)
    source.backup(target)
    source.close()
    target.close()
    open_one = make_application(growing)
    path = "/growing/articles.json?_search=lighthouse"
    assert rows(open_one, path) == []
    with Archive(growing, "create") as archive:
        archive.db.execute("BEGIN")
        archive.db.execute("UPDATE articles SET headline = 'The lighthouse' WHERE id = 1")
        replace_index_row(archive.db.conn, 1, headline="the lighthouse")
        assert rows(open_one, path) == []
        archive.db.execute("COMMIT")
        assert [row["headline"] for row in rows(open_one, path)] == ["The lighthouse"]


def test_a_file_whose_name_datasette_keeps_for_itself_is_refused(archive_path: Path, tmp_path: Path) -> None:
    reserved = tmp_path / "_internal.db"
    reserved.write_bytes(archive_path.read_bytes())
    if is_datasette_1():  # Datasette 1 keeps none: it is an archive like any other, and as closed
        assert get(make_application(reserved), "/_internal/captures").status_code == 403
        return
    with pytest.raises(CannotServe, match="rename it"):
        make_application(reserved)


def test_a_row_of_a_file_with_dots_in_its_name_leads_to_another_row(archive_path: Path, tmp_path: Path) -> None:
    dotted = tmp_path / "news-2.3.db"
    dotted.write_bytes(archive_path.read_bytes())
    application = make_application(dotted)
    page = Selector(get(application, "/news-2-3/article_authors?_size=1").text)
    links = page.css("td a::attr(href)").re(r".*/articles/.*|.*/authors/.*")
    assert links
    assert [get(application, link).status_code for link in links] == [200] * len(links)
    assert get(application, "/news-2-3/-/search?q=boat").status_code == 200
    assert get(application, "/news-2-3/captures").status_code == 403
    assert choose_name(Path("..db")) == "archive"


def test_a_port_in_use_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port}.*--port"):
            bind_socket("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_one_line() -> None:
    with pytest.raises(CannotListen, match="cannot serve at"):
        bind_socket("host.invalid", 0)


def test_the_saved_queries_are_data_that_json_can_carry() -> None:
    assert json.loads(json.dumps(read_saved_queries()))
