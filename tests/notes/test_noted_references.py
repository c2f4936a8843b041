"""Coded and tagged articles as files for reference managers; and notes that are written through a proxy."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rispy
from support.asgi_requests import send_request
from support.page_reader import PageReader
from support.tables import check_rows

from crawler.archive import Archive
from crawler.browse.serving.public_address import read_public_address
from crawler.browse.serving.server import make_application
from crawler.notes.answers import write_answer
from crawler.notes.codebook import add_code
from crawler.notes.kept_sheets import save_sheet
from crawler.notes.notes import add_note
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def reader(desk: Path) -> PageReader:
    """The archive with a sheet of its first three articles, the second of them coded, the third of them tagged."""
    with Archive(desk / "archive.db") as archive:
        keys = [ArticleKey.of(article) for article in archive.articles(order="oldest")][:3]
    with NotesFile(desk / "notes.db", "write") as notes:
        code = add_code(notes, "harbour", "yes-no", now=NOW)
        save_sheet(notes, "Three", keys, codes=[code], question="all", now=NOW)
        write_answer(notes, keys[1], code, "yes", coder="Ada", now=NOW)
        add_note(notes, keys[2], coder="Ada", text="look again", tags=["later"], now=NOW)
    return PageReader(desk / "archive.db", notes=desk / "notes.db")


def _list_keys(reader: PageReader, question: str) -> list[str]:
    answer = reader.ask(f"/archive/-/references.ris?{question}")
    assert answer.status_code == 200, answer.text
    return sorted(entry["id"] for entry in rispy.loads(answer.text))


def test_a_sheet_a_code_and_a_tag_choose_the_references(reader: PageReader) -> None:
    sheet = _list_keys(reader, "sheet=three")
    coded, tagged = _list_keys(reader, "code=harbour=yes"), _list_keys(reader, "tag=later")
    assert len(sheet) == 3
    assert len(coded) == len(tagged) == 1
    assert {*coded, *tagged} < set(sheet)
    assert coded != tagged
    assert _list_keys(reader, "code=harbour=no") == []
    assert len(_list_keys(reader, "")) > 3
    assert reader.ask("/archive/-/references.ris?sheet=four").status_code == 404


@check_rows(
    ("page", "link"),
    [
        ("coding", "references.ris?sheet=Three"),
        ("search?code=harbour", "references.ris?code=harbour"),
        ("search?tag=later", "references.ris?tag=later"),
    ],
)
def test_what_is_coded_and_tagged_leads_to_its_references(reader: PageReader, page: str, link: str) -> None:
    assert reader.open(page).css(f"a[download][href$='{link}']")


def test_without_notes_there_is_no_sheet(reader: PageReader, desk: Path) -> None:
    assert PageReader(desk / "archive.db").ask("/archive/-/references.ris?sheet=three").status_code == 404


def test_a_form_below_the_path_of_a_proxy_is_taken(reader: PageReader, desk: Path) -> None:
    public = read_public_address("https://papers.example.org/news/")
    application = make_application(desk / "archive.db", notes=desk / "notes.db", public=public).app()

    def post(origin: bytes, target: str = "/news/archive/-/notes/code") -> int:
        headers = [
            ("host", b"127.0.0.1:8001"),
            ("origin", origin),
            ("content-type", b"application/x-www-form-urlencoded"),
            ("content-length", b"0"),
        ]
        return asyncio.run(send_request(application, target, "POST", headers)).status

    assert post(b"https://papers.example.org") == 400, "it came through, and lacks its token"
    assert post(b"https://papers.example.org:444") == 403
    assert post(b"http://127.0.0.1:8001") == 403
    assert post(b"https://papers.example.org", "/news/archive/-/search") == 405
