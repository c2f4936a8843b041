"""What reference managers take from the front: all that a search finds as a file, and each hit of a page by COinS."""

import csv
import io
import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import rispy
from support.library import build_library
from support.page_reader import PageReader, list_headlines

from crawler.archive import Archive, freeze
from crawler.archive.articles.records import AuthorLine
from crawler.browse.pages.references import TABLE_OPTIONS
from crawler.research.citation import Reference
from crawler.research.citation.coins import format_coins
from crawler.research.citation.names import parse_name
from crawler.research.exports import export
from seealso import Selection


def _read_coins(page: object) -> list[list[tuple[str, str]]]:
    return [parse_qsl(span.attrib["title"], strict_parsing=True) for span in page.css("span.Z3988[title]")]  # type: ignore[attr-defined]


def test_each_hit_says_what_it_is(library: PageReader) -> None:
    page = library.open("search?q=café+reached")
    assert _read_coins(page) == [
        [
            ("url_ver", "Z39.88-2004"),
            ("ctx_ver", "Z39.88-2004"),
            ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
            ("rft.type", "newspaperArticle"),
            ("rft.title", "Flood reached the old town"),
            ("rft.source", "AsiaNews"),
            ("rft.au", "Nóra Łukasz,"),
            ("rft.au", "Reuters"),
            ("rft.date", "2021-05-30"),
            ("rft.identifier", "https://www.asianews.it/news-en/Story-101.html"),
            ("rft.language", "en"),
        ]
    ]


@pytest.mark.parametrize(
    "path", ["calendar/2021-05-30", "place?name=Hong+Kong", "on-this-day?day=05-30", "site?name=asianews"]
)
def test_other_lists_of_articles_can_be_taken(library: PageReader, path: str) -> None:
    page = library.open(path)
    titles = [dict(pairs)["rft.title"] for pairs in _read_coins(page)]
    assert titles
    assert titles == list_headlines(page)[: len(titles)]


@pytest.mark.parametrize("path", ["search?q=rain&page=3", "search?q=rain&view=lines"])
def test_a_whole_page_of_hits_can_be_taken(library: PageReader, path: str) -> None:
    page = library.open(path)
    titles = [dict(pairs)["rft.title"] for pairs in _read_coins(page)]
    assert len(titles) == 20
    assert titles == list_headlines(page)


def test_an_article_is_one_record(library: PageReader) -> None:
    assert _read_coins(library.open("article/1")) == []


def test_a_name_is_parted_where_the_archive_parts_it() -> None:
    line = AuthorLine(position=1, name="Ann De Poli", sort_name="De Poli, Ann", kind="person", printed="Ann De Poli")
    reference = Reference(
        key="k", kind="article", title="Q&A = 100 %+", names=(parse_name(line),), publication="A", issued=None
    )
    assert dict(parse_qsl(format_coins(reference)))["rft.au"] == "De Poli, Ann"
    assert "rft.title=Q%26A%20%3D%20100%20%25%2B&" in format_coins(reference)


@pytest.mark.parametrize(
    ("ending", "format"), [("ris", "ris"), ("json", "csl-json"), ("bib", "bibtex"), ("csv", "csv")]
)
def test_the_file_of_a_search_is_that_of_the_command_line(
    library: PageReader, library_path: Path, ending: str, format: str
) -> None:
    page = library.open("search?q=rain&place=Dili")
    (link,) = page.css(f"a[download][href*='references.{ending}']")
    answer = library.ask(link.attrib["href"])
    assert answer.headers["content-disposition"] == f'attachment; filename="references.{ending}"'
    stream = io.BytesIO()
    with Archive(library_path) as archive:
        export(
            archive,
            Selection(query="rain", place="Dili"),
            format,
            stream,
            made_at=datetime(2026, 1, 1, tzinfo=UTC),
            options=TABLE_OPTIONS if ending == "csv" else None,
            publications={"asianews": "AsiaNews"},
        )
    assert answer.content == stream.getvalue()


def test_all_hits_are_in_the_file(library: PageReader) -> None:
    entries = rispy.loads(library.ask("/library/-/references.ris?q=rain&order=newest&page=2").text)
    assert len(entries) == 60
    assert {entry["type_of_reference"] for entry in entries} == {"NEWS"}
    assert len(json.loads(library.ask("/library/-/references.json?q=rain").text)) == 60
    assert json.loads(library.ask("/library/-/references.json?q=nowhere").text) == []


def test_a_table_says_which_articles_they_are_and_holds_no_text(library: PageReader) -> None:
    rows = list(csv.DictReader(io.StringIO(library.ask("/library/-/references.csv?q=rain").text)))
    assert len(rows) == 60
    assert len({row["url"] for row in rows}) == 60
    assert tuple(rows[0]) == TABLE_OPTIONS.columns
    assert not {"body", "lead"} & rows[0].keys()
    assert rows[0]["identity"].startswith(f"asianews/{rows[0]['language']}/{rows[0]['site_key']}")


def test_what_cannot_be_a_file_says_why(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = PageReader(library_path)
    assert "quotation mark" in reader.open("references.ris?q=%22rain", 400).get()
    monkeypatch.setattr(import_module("crawler.browse.pages.references"), "MAX_REFERENCES", 59)
    assert "60 articles are too many" in reader.open("references.ris?q=rain", 400).get()
    assert "seealso export" in reader.open("references.ris?q=rain", 400).get()


def test_an_empty_archive_offers_no_file(tmp_path: Path) -> None:
    with Archive(tmp_path / "empty.db", "create"):
        pass
    reader = PageReader(tmp_path / "empty.db")
    assert not reader.open("search").css("a[download]")
    assert reader.ask("/empty/-/references.bib").text == ""


def test_a_frozen_search_is_cited_as_frozen(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    build_library(path)
    with Archive(path, "write") as archive:
        freeze(archive, "flood", Selection(query="flood", language="en"), now=datetime(2026, 4, 1, tzinfo=UTC))
    (entry,) = rispy.loads(PageReader(path).ask("/library/-/references.ris?snapshot=flood").text)
    assert entry["edition"] == "version 2"
