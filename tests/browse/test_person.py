"""Somebody who never opens a terminal: after ``seealso serve`` she answers her questions by clicking and typing alone.

How often do ferry and bridge appear in each year, of how many articles? Which words mark the ferry? What does every
passage say? How do fifty of them speak of it? And into Zotero with them. docs/desk-in-the-browser.md shows her steps.
"""

import csv
import io
from collections import Counter
from pathlib import Path

import httpx
import pytest
import rispy
from support.chromium import NEEDS_CHROMIUM, open_window
from support.ferry_town import ARTICLES, BRIDGE, FERRY, OCCURRENCES, SIDES, STRIKES, YEARS, build_ferry_town
from support.served_archive import serve_archive
from support.visitors import BrowserVisitor, FormVisitor, Visitor

from crawler.notes.notes_file import NotesFile

pytestmark = pytest.mark.timeout(600)
TONES = {"welcomed": "for", "refused": "against", "awaited": "neither"}


def test_she_answers_all_her_questions_by_the_pages_and_their_forms(tmp_path: Path) -> None:
    with serve_archive(*make_town(tmp_path)) as url, httpx.Client(base_url=url, follow_redirects=True) as client:
        answer_all(FormVisitor(client), sheet_size=3)


@pytest.mark.slow
@pytest.mark.parametrize("sheet_size", [pytest.param(size, marks=NEEDS_CHROMIUM) for size in (2, 50)])
def test_she_answers_all_her_questions_in_the_browser(
    request: pytest.FixtureRequest, sheet_size: int, tmp_path: Path
) -> None:
    """With fifty articles it takes about 40 seconds, with two ten."""
    browser = request.getfixturevalue("browser")
    with serve_archive(*make_town(tmp_path)) as url, open_window(browser) as page:
        answer_all(BrowserVisitor(page, url), sheet_size)


def make_town(folder: Path) -> tuple[Path, str, str]:
    """Return an archive and how it is served with a file of notes."""
    build_ferry_town(folder / "town.db")
    NotesFile(folder / "notes.db", "write").close()  # as serve --notes does
    return folder / "town.db", "--notes", str(folder / "notes.db")


def answer_all(visitor: Visitor, sheet_size: int) -> None:
    _ask_how_often(visitor)
    _ask_for_words(visitor)
    _read_every_passage(visitor, read_through=sheet_size)
    _code_some(visitor, sheet_size)
    _take_to_zotero(visitor, sheet_size)


def _ask_how_often(visitor: Visitor) -> None:
    visitor.follow("Study", menu="Main")
    visitor.follow("Timeline", menu="Desk")
    visitor.submit("Show", {"Query": "ferry", "and query 2": "bridge"})
    rows = visitor.read_rows("main table:first-of-type tr")
    table = {cells[0]: cells[1:] for cells in rows}
    for year, (articles, ferry, bridge) in YEARS.items():
        rates = [f"{1000 * count / articles:,.1f}" for count in (ferry, bridge)]
        assert table[year][:5] == [str(ferry), rates[0], str(bridge), rates[1], str(articles)], year
    assert visitor.measure_picture() > 300


def _ask_for_words(visitor: Visitor) -> None:
    visitor.follow("Keywords")
    words = {word: [cell for cell in cells if cell] for word, *cells in visitor.read_rows("main table tbody tr")}
    found = {word: (int(cells[0]), int(cells[3])) for word, cells in words.items()}
    assert found["council"] == (2 * FERRY, 0)
    assert found["strike"] == (STRIKES, 0)
    assert [found[side] for side in SIDES] == [(FERRY // 3, 0)] * 3
    assert not {"ferry", "apples", "bridge"} & found.keys(), "neither her own word nor what others use"


def _read_every_passage(visitor: Visitor, read_through: int) -> None:
    visitor.follow("Concordance")
    assert f"{OCCURRENCES} lines" in visitor.read("main")
    visitor.follow("The articles")
    assert visitor.read("h1") == f"{FERRY} articles"
    visitor.follow_first(".articles h2 a")
    sides: Counter[str] = Counter()
    for number in range(1, read_through + 1):
        assert f"Hit {number} of {FERRY}" in visitor.read("nav.walk")
        passage = visitor.read(".text p:has(mark)")
        sides.update(side for side in SIDES if f"council {side} the ferry" in passage)
        if number < read_through:
            visitor.follow("Next hit")
    assert sum(sides.values()) == read_through


def _code_some(visitor: Visitor, sheet_size: int) -> None:
    visitor.follow("Coding", menu="Main")
    code = {
        "Name": "tone",
        "What coders are to ask themselves": "What does the council do with the ferry?",
        "Answers": "one of several values",
        "Values": "for\nagainst\nneither",
    }
    visitor.submit("Add the code", code)
    sheet = {"Name": "ferries", "Articles found by": "ferry", "Draw at random": str(sheet_size)}
    visitor.submit("Make the sheet", sheet)
    for number in range(sheet_size):
        text = visitor.read("article .text")
        (tone,) = [tone for side, tone in TONES.items() if side in text]
        visitor.submit("Keep, and go on", {tone: True} | ({"Coder": "Ada"} if number == 0 else {}))
    assert f"{sheet_size} of {sheet_size} articles coded by Ada: this sheet is done" in visitor.read("main")


def _take_to_zotero(visitor: Visitor, sheet_size: int) -> None:
    coded = rispy.loads(visitor.download("References of these articles"))
    assert len({entry["id"] for entry in coded}) == sheet_size
    assert {tuple(entry["authors"]) for entry in coded} == {("De Poli, Ann",)}
    answers = list(csv.DictReader(io.StringIO(visitor.download("All answers as CSV"))))
    parts = {entry["id"].rpartition("-")[2]: int(entry["title"].rpartition(" ")[2]) for entry in coded}
    assert {answer["site_key"]: answer["value"] for answer in answers} == {
        key: TONES[SIDES[(part - 1) % 3]] for key, part in parts.items()
    }
    visitor.follow("Search", menu="Main")
    visitor.submit("Search", {"Search the archive": "bridge"})
    assert len(rispy.loads(visitor.download("RIS, for Zotero and EndNote"))) == BRIDGE


def test_the_figures_of_the_town_add_up() -> None:
    assert [sum(counts) for counts in zip(*YEARS.values(), strict=True)] == [ARTICLES, FERRY, BRIDGE]
