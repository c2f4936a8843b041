"""Datasette's own pages in our dress, and pages of other databases as they are."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from parsel import Selector
from support.page_reader import PageReader, element_text
from support.tables import check_rows

from crawler.browse.dress.template_mending import mend_template


@pytest.fixture(scope="module")
def raw(archive_path: Path) -> PageReader:
    return PageReader(archive_path, raw=True)


@check_rows(
    ("path", "status"),
    [
        ("/news", 200),
        ("/news/articles", 200),
        ("/news/articles?_search=%22&language=en", 200),
        ("/news/articles/1", 200),
        ("/news/see_also", 200),
        ("/news/full_text?query=cafe", 200),
        ("/news/by_author", 200),
        ("/news/nothing", 404),
        ("/news/articles?_size=x", 400),
    ],
)
def test_a_page_of_datasette_has_our_masthead_and_a_way_back(raw: PageReader, path: str, status: int) -> None:
    answer = raw.ask(path)
    assert answer.status_code == status
    page = Selector(text=answer.text)
    assert element_text(page.css(".masthead .nameplate")) == "AsiaNews archive"
    assert page.css(".masthead .nameplate a").attrib["href"] == "/news/-/home"
    assert page.css(".masthead form").attrib["action"] == "/news/-/search"
    assert page.css("details.fold a[href='/news/-/calendar']")
    assert page.css("html").attrib["lang"] == "en"
    assert len(page.css("main, [role=main]")) == 1
    assert page.css("link[href*='reading.css']")
    assert not page.css("link[href*='app.css'], navigation-search")
    controls = page.css("[role=main] select, [role=main] input[type=text], [role=main] textarea")
    assert [control.get() for control in controls if not {"aria-label", "id"} & control.attrib.keys()] == []


def test_a_closed_table_is_refused_in_our_dress(archive_path: Path) -> None:
    answer = PageReader(archive_path).ask("/news/captures")
    assert answer.status_code == 403
    assert element_text(Selector(text=answer.text).css(".nameplate")) == "AsiaNews archive"


def test_another_database_keeps_datasettes_dress(archive_path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    connection.close()
    both = Datasette([str(other), str(archive_path)])

    async def get(path: str) -> Any:
        return Selector(text=(await both.client.get(path)).text)

    for path, is_dressed in (("/news/articles", True), ("/other/notes", False), ("/", False)):
        page = asyncio.run(get(path))
        assert bool(page.css(".masthead")) is is_dressed, path
        assert bool(page.css("link[href*='app.css']")) is not is_dressed, path


def test_mendings_touch_templates_and_leave_the_rest() -> None:
    assert (
        mend_template('<select name="_filter_op">', "table.html")
        == '<select aria-label="How to compare" name="_filter_op">'
    )
    assert mend_template("<h3>One</h3>", "row.html") == "<h3>One</h3>"
    assert mend_template("<h3>Custom SQL query</h3><h3>a_table</h3>", "database.html") == (
        "<h2>Custom SQL query</h2><h3>a_table</h3>"
    )
    assert mend_template("nothing to mend", "base.html") == "nothing to mend"
