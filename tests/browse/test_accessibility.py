"""Every kind of page, ours and Datasette's: what axe-core finds, at three widths, in light, dark and forced colours.

Also whether a page scrolls sideways, needs a script, and shows where the Tab key is.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from support.chromium import NEEDS_CHROMIUM, find_faults, open_window
from support.datelines import look_up
from support.library import NOW
from support.papers import make_paper_archive
from support.served_archive import serve_archive

from crawler.archive import Archive
from crawler.archive.runs.deviations import Deviation, write_deviations
from crawler.archive.saved_searches import save_search
from crawler.archive.search.selection import Selection
from crawler.notes.answers import write_answer
from crawler.notes.codebook import add_code
from crawler.notes.kept_sheets import save_sheet
from crawler.notes.notes import add_note
from crawler.notes.notes_file import NotesFile
from crawler.notes.passages import make_passage
from crawler.notes.records import ArticleKey

pytestmark = NEEDS_CHROMIUM

PAGES = (
    "home",
    "overview?q=rain",
    "overview",
    "timeline?q=boat&q2=school",
    "concordance?q=boat&sort=right",
    "words?q=boat",
    "collocates?q=boat",
    "keywords?q=rain",
    "keywords?q=rain&measure=x",
    "concordance?q=rain&sort=left&page=2",
    "words?q=rain&ngrams=2&clusters=yes",
    "collocates?q=rain",
    "timeline?q=nothingness",
    "places?q=nothingness",
    "search?q=rain",
    "search?q=%22rain",
    "search?q=nothingness",
    "article/1",
    "article/4",
    "article/1/revision/1",
    "article/1/revision/2?against=1",
    "authors",
    "author/1",
    "author/3",
    "places",
    "place?name=Osaka",
    "story?site=asianews&story=102",
    "calendar",
    "calendar/2018",
    "calendar/2018-05",
    "calendar/2018-05-05",
    "graph/1",
    "graph/2",
    "health",
    "article/404",
    "authors?order=age",
    "on-this-day?day=01-05",
    "values?facet=place",
)
DRESSED = (
    "../articles",
    "../articles?language=en&_sort=headline&_facet=status",
    "../articles/1",
    "../see_also",
    "../article_authors?_search=x",
    "../runs",
    "../full_text?query=rain",
    "../by_author",
    "../../library",
    "../../library?sql=select+id,headline+from+articles+limit+3",
    "../articles?_sort=nonsense",
    "../captures",
    "../nothing",
)
"""Datasette's own pages in our dress: tables, rows, saved queries, the SQL editor of ``--raw``, errors."""
PAGES_OF_SEVERAL = (
    "home",
    "search",
    "search?unit=text&site=ledger,gazette",
    "article/1",
    "article/1/against/8",
    "calendar?site=ledger",
    "calendar/2026-08?site=ledger",
    "site?name=ledger",
)
PAGES_OF_NOTES = (
    *("article/1?q=rain&hit=1", "article/2", "notes", "notes?tag=boats", "notes?coder=nobody", "coding"),
    *("coding/next?sheet=Half+of+it", "article/1?sheet=Half+of+it&position=1", "search?q=rain&noted=1"),
    *("coding?q=rain&since=2012", "coding/next?sheet=none", "places"),
)
WIDTHS = (320, 768, 1440)
SCHEMES = ("light", "dark", "forced", "no script")
WAYS = tuple(product(SCHEMES, WIDTHS))
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def copy(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library with an alarm and a saved search."""
    copy = tmp_path_factory.mktemp("accessible") / "library.db"
    with Archive(library_path) as archive:
        archive.db.execute("VACUUM INTO ?", (str(copy),))
    with Archive(copy, "write") as archive, archive.db.conn:
        found = [
            Deviation(
                run_id=2,
                field=field,
                language="en",
                evidence=12.0,
                articles=20,
                filled=1,
                usual=0.96,
                since_run=1,
                alarm=alarm,
                rule="judged by twenty pages",
            )
            for field, alarm in (("byline", True), ("lead", False))
        ]
        write_deviations(archive.db, "asianews", found)
        archive.db.execute(
            "INSERT INTO problems (run_id, url, field, value, reason) VALUES (1, 'https://www.asianews.it/x', 'published', '?', 'no date')"
        )
    with Archive(copy, "write") as archive:
        save_search(archive, "Rain in Osaka", Selection(query="rain", place="=Osaka"), now=NOW)
        look_up(archive)
    return copy


@pytest.fixture(scope="module")
def url(copy: Path) -> Iterator[str]:
    """The library, and what `--raw` opens."""
    with serve_archive(copy, "--raw") as address:
        yield f"{address}library/-/"


@pytest.fixture(scope="module")
def noted_url(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The library with notes, codes of each kind, a passage that is coded, and a sheet that is half coded."""
    path = tmp_path_factory.mktemp("noted") / "notes.db"
    with Archive(copy) as archive, NotesFile(path, "write") as notes:
        record = archive.article(1)
        key = ArticleKey.of(record)
        ferry = add_code(notes, "ferry", "yes-no", description="Is a ferry named?", now=NOW)
        add_code(notes, "tone", "choice", choices=[f"tone {number}" for number in range(9)], now=NOW)
        add_code(notes, "boats", "number", description="How many?", now=NOW)
        passage = make_passage({"body": record.body}, record.body.split(".")[0])
        note = add_note(notes, key, coder="anna", text="x" * 90, tags=["boats"], passage=passage, now=NOW)
        add_note(notes, key, coder="ben", text="of all of it", now=NOW)
        for coder, value, uid in (("anna", "yes", ""), ("ben", "no", ""), ("anna", "yes", note.uid)):
            write_answer(notes, key, ferry, value, coder=coder, note_uid=uid, now=NOW)
        keys = [key, ArticleKey.of(archive.article(2))]
        save_sheet(notes, "Half of it", keys, codes=[ferry], question="rain, 2 at random", now=NOW)
    with serve_archive(copy, "--notes", str(path)) as address:
        yield f"{address}library/-/"


@pytest.fixture(scope="module")
def papers_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive of three papers."""
    with serve_archive(make_paper_archive(tmp_path_factory)) as address:
        yield f"{address}papers/-/"


UNMARKED = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((element) => element.checkVisibility() && element.tabIndex >= 0)
  .filter((element) => {
    element.focus({ preventScroll: true });
    const style = getComputedStyle(element.closest(".CodeMirror, .cm-editor") ?? element), box = element.querySelector("rect");
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return document.activeElement === element && !outlined && !(box && parseFloat(getComputedStyle(box).strokeWidth) >= 2);
  }).map((element) => element.outerHTML.slice(0, 120))"""
"""The elements that a keyboard reaches and that do not show it."""


def open_as(browser: Any, scheme: str, width: int) -> Any:
    """Open a window of a width, in a colour scheme, forced colours, or without scripts."""
    how: dict[str, Any] = {"color_scheme": "dark" if scheme == "dark" else "light"}
    if scheme == "forced":
        how["forced_colors"] = "active"
    if scheme == "no script":
        how["java_script_enabled"] = False
    return open_window(browser, width, 900, **how)


def look(browser: Any, url: str, pages: tuple[str, ...], scheme: str, width: int) -> None:
    faults: dict[str, list[str]] = {}
    with open_as(browser, scheme, width) as page:
        for path in pages:
            page.goto(url + path)
            page.keyboard.press("Tab")  # from here on the browser shows where the focus is
            found = [f"no mark of focus: {element}" for element in page.evaluate(UNMARKED)]
            if width <= 360 and (page.evaluate("document.querySelector('.masthead')?.offsetHeight") or 0) > 64:
                found.append("the masthead takes more than 64 px")
            page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
            if scheme != "no script":  # axe-core is one
                found += find_faults(page)
            if page.evaluate(SIDEWAYS):
                found.append("scrolls sideways")
            if found:
                faults[path] = found
    assert faults == {}


@pytest.mark.parametrize(
    ("scheme", "width", "pages"), [("light", 1280, ("graph/1",)), ("dark", 320, ("../articles?_size=2",))]
)
def test_axe_finds_nothing(browser: Any, url: str, scheme: str, width: int, pages: tuple[str, ...]) -> None:
    look(browser, url, pages, scheme, width)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_axe_finds_nothing_on_any_page(browser: Any, url: str, scheme: str, width: int) -> None:
    """Twenty seconds for each of twelve ways to look at them."""
    look(browser, url, PAGES + DRESSED, scheme, width)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_axe_finds_nothing_where_there_are_several_publications(
    browser: Any, papers_url: str, scheme: str, width: int
) -> None:
    """Five seconds for each of twelve ways to look at them."""
    look(browser, papers_url, PAGES_OF_SEVERAL, scheme, width)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), WAYS)
def test_axe_finds_nothing_where_notes_are_served(browser: Any, noted_url: str, scheme: str, width: int) -> None:
    """Eight seconds for each of twelve ways to look at them."""
    look(browser, noted_url, PAGES_OF_NOTES, scheme, width)


@pytest.mark.parametrize("paths", [("home",), pytest.param(("../articles", "home"), marks=pytest.mark.slow)])
def test_a_phone_folds_the_menu_and_opens_it_without_a_script(browser: Any, url: str, paths: tuple[str, ...]) -> None:
    """On a page of Datasette too, the slow case, in two seconds."""
    with open_as(browser, "no script", 360) as page:
        for path in paths:
            page.goto(url + path)
            assert page.evaluate("document.querySelector('.masthead').offsetHeight") <= 64
            assert not page.is_visible(".fold >> text=Calendar")
            page.focus(".fold > summary")
            page.keyboard.press("Enter")
            assert page.is_visible(".fold >> text=Calendar")
        with page.expect_navigation():
            page.click(".fold >> text=Calendar")
        assert page.inner_text("h1") == "Calendar"


def test_the_map_can_be_used_with_the_keyboard(browser: Any, url: str) -> None:
    with open_window(browser, 360, 740, color_scheme="dark") as page:
        page.goto(url + "places")
        assert find_faults(page) == []
        assert page.evaluate(SIDEWAYS) == 0
        page.locator(".world-map .past").focus()
        assert page.locator(".world-map .past").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Hong Kong: ")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?place=%3DHong+Kong")


@pytest.mark.slow
def test_the_graph_can_be_walked_with_the_keyboard(browser: Any, url: str) -> None:
    """A second; that its boxes show where one is holds in the first test, and the map is walked with the keyboard."""
    with open_window(browser) as page:
        page.goto(url + "graph/1")
        page.focus("main .choices a")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('svg') !== null")
        # The box shows where one is: its border changes.
        assert page.evaluate("getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth") == "2px"
        assert page.evaluate("document.activeElement.textContent").count("Harbour opens again") >= 1
        page.keyboard.press("Enter")
        page.wait_for_url("**/graph/2")
        assert page.inner_text("h1") == "Harbour opens again"


@pytest.mark.slow
def test_the_calendar_can_be_walked_with_the_keyboard_and_without_a_script(browser: Any, url: str) -> None:
    """Two seconds; its links are followed as HTML by the tests of the calendar."""
    with open_window(browser, java_script_enabled=False) as page:
        page.goto(url + "calendar/2022")
        page.focus("tbody th a >> nth=0")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calendar/2022-01")
        page.focus("td a >> nth=0")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calendar/2022-01-02")
        page.focus("a[rel=next]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calendar/2022-01-03")
        assert "港口重新开放" in page.inner_text("main")
