"""What a person sees: a real browser at a real server."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.chromium import NEEDS_CHROMIUM, listen, open_window
from support.served_archive import serve_archive

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def url(archive_path: Path) -> Iterator[str]:
    with serve_archive(archive_path) as address:
        yield address


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with open_window(browser) as opened:
        yield opened
        if folder := os.environ.get("SEEALSO_SCREENSHOTS"):
            name = re.sub(r"\W+", "-", os.environ["PYTEST_CURRENT_TEST"].split("::")[-1])
            opened.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_the_articles_are_a_table_with_facets_and_a_search_box(page: Any, url: str) -> None:
    page.goto(url + "news/articles?_sort_desc=published_on")
    assert page.locator("h1").inner_text() == "Articles"
    assert page.locator("tbody tr").count() == 4
    assert page.locator("td.col-headline").first.inner_text() == '<script>document.title="owned"</script>'
    assert "2021" in page.locator(".facet-results").inner_text()
    assert page.locator("#_search").is_visible()
    assert "owned" not in page.title()
    page.set_viewport_size({"width": 390, "height": 844})
    widths = page.evaluate("[...document.querySelectorAll('.rows-and-columns td')].map(td => td.offsetWidth)")
    assert widths
    assert max(widths) < 390, "on a phone no cell is wider than its card"


@pytest.mark.slow
def test_a_chinese_word_of_two_characters_is_found_from_the_search_box(page: Any, url: str) -> None:
    """A second; ``test_datasette.py`` asks the search box without a browser."""
    page.goto(url + "news/articles")
    page.fill("#_search", "香港")
    page.press("#_search", "Enter")
    page.wait_for_url("**_search=**")
    assert page.locator("td.col-headline").all_inner_texts() == ["港口重新开放"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["news/authors", "news/articles", "news/article_authors", "news/full_text?query=script", "news"]
)
def test_a_script_in_a_headline_or_a_name_is_text(page: Any, url: str, path: str) -> None:
    """A second for each of five pages; the table of articles is looked at above, all of them as HTML elsewhere."""
    spoken: list[str] = []
    with listen(page, dialog=lambda dialog: (spoken.append(dialog.message), dialog.dismiss())):
        page.goto(url + path)
    assert "owned" not in page.title()
    assert page.locator("td img, td script").count() == 0
    assert spoken == []


@pytest.mark.slow
def test_a_saved_query_answers_from_its_form(page: Any, url: str) -> None:
    """Two seconds; ``test_datasette.py`` asks the saved queries without a browser."""
    page.goto(url + "news")
    page.click("text=Full-text search")
    page.fill("input[name=query]", "cafe")
    page.click("text=Run SQL")
    page.wait_for_url("**query=cafe**")
    assert page.locator("td.col-headline").all_inner_texts() == ["Flood reaches the old town"]
    assert "café" in page.locator("td.col-snippet").inner_text()


@pytest.mark.slow
def test_raw_material_is_not_offered(page: Any, url: str) -> None:
    """A second; ``test_closed.py`` has every closed table as HTML."""
    page.goto(url + "news")
    assert page.locator("a[href='/news/captures']").count() == 0
    assert page.locator("textarea").count() == 0
    page.goto(url + "news/captures")
    assert "Not shown here" in page.locator("body").inner_text()
