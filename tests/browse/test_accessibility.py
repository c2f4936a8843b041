"""Every kind of page: what axe-core finds, at a desk and on a phone, in light and dark, and the way of the Tab key."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from support.chromium import NEEDS_CHROMIUM, open_window, serve_archive, start_chromium
from support.datelines import look_up
from support.library import NOW
from support.papers import make_paper_archive

from crawler.archive import Archive
from crawler.archive.runs.deviations import Deviation, write_deviations
from crawler.archive.saved_searches import save_search
from crawler.archive.search.selection import Selection

pytestmark = NEEDS_CHROMIUM

PAGES = (
    "home",
    "timeline?q=boat&q2=school",
    "concordance?q=boat&sort=right",
    "words?q=boat",
    "collocates?q=boat",
    "keywords?q=boat",
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
)
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
WAYS = tuple(product(("light", "dark"), ((1280, 900), (360, 740))))
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def url(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The library with an alarm and a saved search, and what `--raw` opens."""
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
    with serve_archive(copy, "--raw") as address:
        yield f"{address}library/-/"


@pytest.fixture(scope="module")
def papers_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive of three papers."""
    with serve_archive(make_paper_archive(tmp_path_factory)) as address:
        yield f"{address}papers/-/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_chromium() as started:
        yield started


def faults(page: Any) -> list[str]:
    """Return what axe-core calls serious or critical, with the elements."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def look(browser: Any, url: str, pages: tuple[str, ...], scheme: str, size: tuple[int, int]) -> None:
    with open_window(browser, *size, color_scheme=scheme) as page:
        for path in pages:
            page.goto(url + path)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert faults(page) == [], path
            assert page.evaluate(SIDEWAYS) == 0, path


@pytest.mark.parametrize(
    ("scheme", "size", "pages"),
    [
        ("light", (1280, 900), ("article/1", "graph/1", "calendar/2018-05")),
        ("dark", (360, 740), ("home", "search?q=rain", "health")),
    ],
)
def test_axe_finds_nothing_serious(
    browser: Any, url: str, scheme: str, size: tuple[int, int], pages: tuple[str, ...]
) -> None:
    look(browser, url, pages, scheme, size)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "size"), WAYS)
def test_axe_finds_nothing_serious_on_any_page(browser: Any, url: str, scheme: str, size: tuple[int, int]) -> None:
    """A quarter of a minute for each of four ways to look at them."""
    look(browser, url, PAGES, scheme, size)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "size"), WAYS)
def test_axe_finds_nothing_serious_where_there_are_several_publications(
    browser: Any, papers_url: str, scheme: str, size: tuple[int, int]
) -> None:
    """Five seconds for each of four ways to look at them."""
    look(browser, papers_url, PAGES_OF_SEVERAL, scheme, size)


def test_the_map_can_be_used_with_the_keyboard(browser: Any, url: str) -> None:
    with open_window(browser, 360, 740, color_scheme="dark") as page:
        page.goto(url + "places")
        assert faults(page) == []
        assert page.evaluate(SIDEWAYS) == 0
        page.locator(".world-map .past").focus()
        assert page.locator(".world-map .past").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Hong Kong: ")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?place=%3DHong+Kong")


def test_the_graph_can_be_walked_with_the_keyboard(browser: Any, url: str) -> None:
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


def test_the_calendar_can_be_walked_with_the_keyboard_and_without_a_script(browser: Any, url: str) -> None:
    with open_window(browser, java_script_enabled=False) as page:
        page.goto(url + "calendar")
        page.focus("tbody th a >> nth=0")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calendar/2022")
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
