"""Somebody who never opens a terminal: after ``seealso serve`` she answers her questions by clicking and typing alone.

How often do ferry and bridge appear in each year, of how many articles? Which words mark the ferry? What does every
passage say? How do fifty of them speak of it? And into Zotero with them. docs/desk-in-the-browser.md shows her steps.
"""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rispy
from support.chromium import NEEDS_CHROMIUM, open_window
from support.ferry_town import ARTICLES, BRIDGE, FERRY, OCCURRENCES, SIDES, STRIKES, YEARS, build_ferry_town
from support.served_archive import serve_archive

from crawler.notes.notes_file import NotesFile

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(600)]
TONES = {"welcomed": "for", "refused": "against", "awaited": "neither"}


@pytest.mark.parametrize("sheet_size", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_she_answers_all_her_questions_in_the_browser(browser: Any, sheet_size: int, tmp_path: Path) -> None:
    """With fifty articles it takes about 40 seconds."""
    build_ferry_town(tmp_path / "town.db")
    NotesFile(tmp_path / "notes.db", "write").close()  # as serve --notes does
    with (
        serve_archive(tmp_path / "town.db", "--notes", str(tmp_path / "notes.db")) as url,
        open_window(browser) as page,
    ):
        page.goto(url)
        _ask_how_often(page)
        _ask_for_words(page)
        _read_every_passage(page, read_through=sheet_size)
        _code_some(page, sheet_size)
        _take_to_zotero(page, sheet_size)


def _follow(page: Any, element: Any) -> None:
    """Click on a link or a button, and wait until the page that it leads to is loaded."""
    with page.expect_navigation():
        element.click()


def _ask_how_often(page: Any) -> None:
    _follow(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Study"))
    _follow(page, page.get_by_role("navigation", name="Desk").get_by_role("link", name="Timeline"))
    page.get_by_role("searchbox", name="Query").fill("ferry")
    page.get_by_label("and query 2").fill("bridge")
    _follow(page, page.get_by_role("button", name="Show", exact=True))
    rows = [row.split("\t") for row in page.locator("main table").first.inner_text().splitlines()]
    table = {cells[0]: [cell.strip() for cell in cells[1:]] for cells in rows}
    for year, (articles, ferry, bridge) in YEARS.items():
        rates = [f"{1000 * count / articles:,.1f}" for count in (ferry, bridge)]
        assert table[year][:5] == [str(ferry), rates[0], str(bridge), rates[1], str(articles)], year
    page.wait_for_load_state("load")
    assert page.locator("main img").first.evaluate("image => image.naturalWidth") > 300


def _ask_for_words(page: Any) -> None:
    _follow(page, page.get_by_role("link", name="Keywords"))
    words = {}
    for row in page.locator("main table tbody tr").all():
        cells = [cell.strip() for cell in row.inner_text().split("\t")]
        words[cells[0]] = [cell for cell in cells[1:] if cell]
    found = {word: (int(cells[0]), int(cells[3])) for word, cells in words.items()}
    assert found["council"] == (2 * FERRY, 0)
    assert found["strike"] == (STRIKES, 0)
    assert [found[side] for side in SIDES] == [(FERRY // 3, 0)] * 3
    assert not {"ferry", "apples", "bridge"} & found.keys(), "neither her own word nor what others use"


def _read_every_passage(page: Any, read_through: int) -> None:
    _follow(page, page.get_by_role("link", name="Concordance"))
    assert f"{OCCURRENCES} lines" in page.locator("main").inner_text()
    _follow(page, page.get_by_role("link", name="The articles"))
    assert page.locator("h1").inner_text() == f"{FERRY} articles"
    _follow(page, page.locator(".articles h2 a").first)
    sides: Counter[str] = Counter()
    for number in range(1, read_through + 1):
        assert f"Hit {number} of {FERRY}" in page.locator("nav.walk").inner_text()
        passage = page.locator(".text p", has=page.locator("mark")).inner_text()
        sides.update(side for side in SIDES if f"council {side} the ferry" in passage)
        if number < read_through:
            _follow(page, page.get_by_role("link", name="Next hit"))
    assert sum(sides.values()) == read_through


def _code_some(page: Any, sheet_size: int) -> None:
    _follow(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Coding"))
    page.get_by_label("Name", exact=True).first.fill("tone")
    page.get_by_label("What coders are to ask themselves").fill("What does the council do with the ferry?")
    page.get_by_label("Answers").select_option("one of several values")
    page.get_by_label("Values").fill("for\nagainst\nneither")
    _follow(page, page.get_by_role("button", name="Add the code"))
    page.get_by_label("Name", exact=True).last.fill("ferries")
    page.get_by_label("Articles found by").fill("ferry")
    page.get_by_label("Draw at random").fill(str(sheet_size))
    _follow(page, page.get_by_role("button", name="Make the sheet"))
    for number in range(sheet_size):
        text = page.locator("article .text").inner_text()
        (tone,) = [tone for side, tone in TONES.items() if side in text]
        page.locator("#codes").get_by_label(tone, exact=True).check()
        if number == 0:
            page.locator("#codes").get_by_label("Coder").fill("Ada")
        _follow(page, page.get_by_role("button", name="Keep, and go on"))
    assert (
        f"{sheet_size} of {sheet_size} articles coded by Ada: this sheet is done" in page.locator("main").inner_text()
    )


def _take_to_zotero(page: Any, sheet_size: int) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="References of these articles").click()
    coded = rispy.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert len({entry["id"] for entry in coded}) == sheet_size
    assert {tuple(entry["authors"]) for entry in coded} == {("De Poli, Ann",)}
    with page.expect_download() as download:
        page.get_by_role("link", name="All answers as CSV").click()
    answers = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    parts = {entry["id"].rpartition("-")[2]: int(entry["title"].rpartition(" ")[2]) for entry in coded}
    assert {answer["site_key"]: answer["value"] for answer in answers} == {
        key: TONES[SIDES[(part - 1) % 3]] for key, part in parts.items()
    }
    _follow(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Search"))
    page.locator("#q").fill("bridge")
    _follow(page, page.get_by_role("button", name="Search", exact=True))
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS, for Zotero and EndNote").click()
    assert len(rispy.loads(Path(download.value.path()).read_text(encoding="utf-8"))) == BRIDGE


def test_the_figures_of_the_town_add_up() -> None:
    assert [sum(counts) for counts in zip(*YEARS.values(), strict=True)] == [ARTICLES, FERRY, BRIDGE]
