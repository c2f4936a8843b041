"""Files of references are read by other people's parsers: every entry, every name, whatever a headline holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from support.gazette import AUTHORS, ArchiveBuilder, article
from support.hostile_archive import HOSTILE
from support.tex import untex

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.items import Author
from crawler.normalisation.bylines.names import make_sort_name
from crawler.normalisation.digest import compute_digest
from crawler.normalisation.words.text import clean
from crawler.research.citation import make_citation_key
from crawler.research.exports import export

NOW = datetime(2026, 11, 24, 23, 0, 0, tzinfo=UTC)
NAMES = (
    "Anna van der Berg",
    "Lorenzo de’ Medici",
    "Alessandra De Poli",
    "Santiago Ramón y Cajal",
    "Ahmed al-Sharaa",
    "Martin Luther King Jr",
    "Владимир Розанский",
    "王志成",
    "Wang Zhicheng",
    "Theresa Kim Hwa-young",
    "Ahmad bin Talib",
)
AGENCIES = ("Reuters", "Ali and Sons, Press & Agency", "新华社", "AFP/Getty {Images}")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """An archive of articles by these, and of one for each hostile headline."""
    path = tmp_path_factory.mktemp("library") / "archive.db"
    press = ArchiveBuilder(path)
    people = [Author(name=name, sort_name=make_sort_name(name), kind="person", printed=name) for name in NAMES]
    agencies = [Author(name=name, sort_name=name, kind="agency", printed=name) for name in AGENCIES]
    for number, person in enumerate(people):
        made = article(press.room, number, "en")
        press.print(replace(made, authors=(person, agencies[number % len(agencies)])))
    for number, text in enumerate(HOSTILE, 100):
        made = article(press.room, number, "en", headline=text)
        made = replace(made, authors=(replace(AUTHORS["en"][0], name=text, sort_name=text),))
        press.print(replace(made, digest=compute_digest(text, made.lead, made.byline, made.body, "en")))
    press.close()
    return path


@pytest.fixture
def make(library, tmp_path):
    def call(format_):
        to = tmp_path / f"out.{format_}"
        with Archive(library) as archive:
            export(archive, Selection(), format_, to, made_at=NOW, publications={"gazette": "The Gazette & Co"})
            return to, list(archive.articles())

    return call


def test_every_bibtex_entry_and_name_comes_back(make):
    to, rows = make("bibtex")
    library = bibtexparser.parse_file(str(to), append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    assert [entry.key for entry in library.entries] == [keyed(row) for row in rows]
    for entry, row in zip(library.entries, rows, strict=True):
        assert untex(entry["journal"]) == "The Gazette & Co"
        assert untex(entry["title"]) == clean(row.headline)
        if row.id <= len(NAMES):
            person, agency = entry["author"]
            parts = (untex(" ".join(part)) for part in (person.first, person.von, person.last, person.jr))
            assert " ".join(filter(None, parts)) == row.authors[0].name
            assert untex(" ".join(agency.last)) == row.authors[1].name


def test_every_ris_record_and_name_comes_back(make):
    to, rows = make("ris")
    text = to.read_bytes().decode()
    assert "\n" not in text.replace("\r\n", "")
    records = rispy.loads(text)
    assert [record["id"] for record in records] == [keyed(row) for row in rows]
    for record, row in zip(records, rows, strict=True):
        assert record.get("title", "") == clean(row.headline)
        assert record["type_of_reference"] == "NEWS"
        if row.id <= len(NAMES):
            words = sorted(record["authors"][0].replace(",", "").split())
            assert words == sorted(row.authors[0].name.split())
            whole = row.authors[1].name.replace(",", "")
            assert record["authors"][1] == (f"{whole}," if " " in whole else whole)


def test_csl_json_is_one_list_of_items(make):
    to, rows = make("csl-json")
    items = json.loads(to.read_text(encoding="utf-8"))
    assert [item["id"] for item in items] == [keyed(row) for row in rows]
    for item, row in zip(items, rows, strict=True):
        assert item["container-title"] == "The Gazette & Co"
        if row.id <= len(NAMES):
            assert item["author"][1] == {"literal": row.authors[1].name}


def keyed(row):
    return make_citation_key(row.site, row.language, row.site_key)
