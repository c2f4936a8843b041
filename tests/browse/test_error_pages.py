"""Addresses below an archive that lead nowhere."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from parsel import Selector
from support.page_reader import PageReader, element_text

from crawler.browse.serving.permissions import is_datasette_1

NOWHERE = ("-/anything-else", "-", "-/a/b/c", "nothing", "articles/999", "articles/-/x", "articles/1/-/x")


@pytest.fixture(scope="module")
def readers(archive_path: Path) -> list[PageReader]:
    return [PageReader(archive_path), PageReader(archive_path, raw=True)]


@pytest.mark.parametrize("path", NOWHERE)
def test_an_address_that_leads_nowhere_is_not_here(readers: list[PageReader], path: str) -> None:
    for reader in readers:
        answer = reader.ask(f"/news/{path}")
        assert answer.status_code == 404
        page = Selector(text=answer.text)
        assert element_text(page.css("h1")) == "Not here"
        assert element_text(page.css(".nameplate")) == "AsiaNews archive"
        assert reader.ask(page.css(".notice a")[0].attrib["href"]).status_code == 200


def test_programs_are_told_in_json(readers: list[PageReader]) -> None:
    answer = readers[0].ask("/news/-/anything-else.json")
    assert (answer.status_code, answer.json()["ok"]) == (404, False)


def test_a_row_of_no_table_is_not_here(readers: list[PageReader]) -> None:
    answer = readers[1].ask("/news/nothing/1")
    assert (answer.status_code, "Not here" in answer.text) == (404, True)


def test_a_closed_table_is_forbidden_not_missing(readers: list[PageReader]) -> None:
    answer = readers[0].ask("/news/captures")
    page = Selector(text=answer.text)
    assert (answer.status_code, element_text(page.css("h1"))) == (403, "Not shown here")
    assert "seealso serve --raw shows captures" in element_text(page.css("main"))
    assert element_text(page.css(".nameplate")) == "AsiaNews archive"


@pytest.mark.skipif(is_datasette_1(), reason="Datasette 1 has pages of its own there")
def test_a_datasette_started_by_hand_says_so_too(archive_path: Path) -> None:
    datasette = Datasette([str(archive_path)])

    async def get(path: str) -> Any:
        return await datasette.client.get(path)

    answer = asyncio.run(get("/news/-/anything-else"))
    assert answer.status_code == 404
    assert "Not here" in answer.text
