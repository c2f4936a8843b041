"""The reading pages in a real Chromium: layout on a desk and on a phone, keyboard, copying, and the policy at work."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.chromium import NEEDS_CHROMIUM, find_faults, listen, open_window
from support.served_archive import serve_archive

pytestmark = NEEDS_CHROMIUM

FEW_PAGES = ("library/-/search?q=rain&view=lines", "library/-/article/1/revision/2?against=1")
PAGES = (
    *FEW_PAGES,
    "",
    "library/-/article/1?q=rain&order=oldest&hit=1",
    "library/-/search?q=rain",
    "library/-/search?q=%22rain",
    "library/-/article/4",
    "library/-/article/404",
)


@pytest.fixture(scope="module")
def url(library_path: Path) -> Iterator[str]:
    with serve_archive(library_path) as address:
        yield address


@contextmanager
def listen_to_faults(page: Any) -> Iterator[list[str]]:
    """Give the list of what the browser says of the pages that are opened meanwhile."""
    said: list[str] = []
    heard = {"console": lambda message: said.append(message.text), "pageerror": lambda error: said.append(str(error))}
    with listen(page, **heard):
        yield said


@pytest.mark.parametrize("paths", [FEW_PAGES, pytest.param(PAGES, marks=pytest.mark.slow)], ids=["few", "all"])
def test_on_a_phone_pages_fit_targets_are_large_and_the_policy_lets_them_work(
    browser: Any, url: str, paths: tuple[str, ...]
) -> None:
    """All pages, the slow case, take four seconds."""
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    # WCAG 2.2, 2.5.8: 24 by 24 CSS pixels, but for links inside a sentence and what has the same link elsewhere (bars).
    too_small = """[...document.querySelectorAll('main li a, main button, main summary, nav a, footer a, footer button, main input')]
        .filter(e => e.checkVisibility() && !e.closest('svg') && e.type !== 'hidden')
        .filter(e => e.getBoundingClientRect().height < 23.5).map(e => e.outerHTML.slice(0, 120))"""
    with open_window(browser, 320) as page, listen_to_faults(page) as said:
        for path in paths:
            page.goto(url + path)
            assert said == [] or path == PAGES[-1], path  # which is not there, as the browser says
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert page.evaluate(too_wide) <= 0, path
            assert page.evaluate(too_small) == [], path


def test_a_text_from_right_to_left_begins_at_the_right(browser: Any, url: str) -> None:
    edges = """selector => [...document.querySelectorAll(selector)].map(element => {
        const range = document.createRange(); range.selectNodeContents(element);
        return Math.round(range.getBoundingClientRect().right) })"""
    with open_window(browser) as page:
        page.goto(url + "library/-/search?q=language:ar")
        hits = page.evaluate(edges, ".articles h2, .articles .about > :first-child, .articles .passage")
        assert len(hits) == 3
        assert max(hits) - min(hits) <= 2, hits
        first, second = page.evaluate(edges, ".articles .about > span")[:2]
        assert first > second
        page.goto(url + "library/-/article/4")
        article = page.evaluate(edges, "article h1, article .credits p, article .text p")
        assert max(article) - min(article) <= 2, article
        assert page.evaluate("document.querySelector('.text').getBoundingClientRect().right") - article[-1] < 2


def test_paper_says_what_was_searched_and_how_an_article_is_cited(browser: Any, url: str) -> None:
    edge = "element => Math.round(element.getBoundingClientRect().left)"
    with open_window(browser) as page:
        page.goto(url + "library/-/search?q=rain&language=en")
        assert not page.locator(".on-paper").is_visible()
        page.emulate_media(media="print")
        line = page.locator(".on-paper").inner_text()
        assert re.fullmatch(r"Searched for rain, language en, on \d+ \w+ \d{4}: (\S+)", line), line
        assert line.endswith(f"{url}library/-/search?q=rain&language=en")
        lefts = [page.locator(name).first.evaluate(edge) for name in (".nameplate", ".results-head h1", ".passage")]
        assert len(set(lefts)) == 1, lefts
        page.goto(url + "library/-/article/1")
        page.emulate_media(media="print")  # which the way there has forgotten
        citation = page.locator("#cite p.cite").first
        assert citation.bounding_box()["height"] > 10
        assert not page.locator("#cite").get_attribute("open")
        assert not page.locator(".side").is_visible()


@pytest.mark.parametrize(
    "paths", [("library/articles?_size=5",), pytest.param(("library", "library/articles", ""), marks=pytest.mark.slow)]
)
def test_the_policy_lets_pages_of_datasette_work_and_nothing_else(
    browser: Any, url: str, paths: tuple[str, ...]
) -> None:
    """More of them, and ours, the slow case, in two seconds."""
    with open_window(browser) as page, listen_to_faults(page) as said:
        for path in paths:
            page.goto(url + path)
            assert said == [], path
        with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
            page.evaluate("""() => new Promise(done => {
                const script = document.createElement('script'); script.textContent = 'document.title = "owned"';
                document.body.append(script);
                const image = document.createElement('img'); image.setAttribute('onerror', 'document.title = "owned"');
                image.addEventListener('error', () => setTimeout(done));
                image.src = 'x:'; document.body.append(image);
            })""")
        assert page.title() != "owned"


@pytest.mark.slow
def test_a_row_stands_upright_and_is_read_without_scrolling(browser: Any, url: str) -> None:
    """Two seconds; a table of Datasette is looked at in ``test_accessibility.py``."""
    with open_window(browser, 900, 900) as page:
        page.goto(url + "library/articles/1")
        assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.table-wrapper'))") == 0
        for column in ("id", "headline", "body", "sources"):
            name, cell = (page.locator(f"{tag}.col-{column}").bounding_box() for tag in ("th", "td"))
            assert name["y"] == cell["y"], column
            assert name["x"] < cell["x"], column
        assert find_faults(page) == []


@pytest.mark.slow
def test_it_is_all_there_without_a_script(browser: Any, url: str) -> None:
    """Two seconds; ``test_person.py`` goes through pages and forms as HTML."""
    with open_window(browser, java_script_enabled=False) as page:
        page.goto(url)
        page.fill("main input[name=q]", "rain")
        page.press("main input[name=q]", "Enter")
        page.wait_for_url("**/search?q=rain")
        page.click(".facet a:has-text('Hong Kong')")
        page.wait_for_url("**place=**")
        assert page.inner_text(".results-head h1").startswith("20 articles")
        page.click(".articles h2 a >> nth=0")
        page.wait_for_url("**/article/*")
        page.click("summary:has-text('Cite')")
        assert page.is_visible("#cite .cite >> nth=0")
        assert page.locator("main button").count() == 0


def test_the_keyboard_goes_everywhere(browser: Any, url: str) -> None:
    with open_window(browser) as page:
        page.goto(url + "library/-/search?q=rain")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("/")
        assert page.input_value("#q") == "/"
        page.locator("h1").click()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        first = page.locator(".articles h2 a").first
        assert first.evaluate("each => each === document.activeElement")
        page.keyboard.press("Enter")
        page.wait_for_url("**/article/*")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # the way on is there at the end, too
        assert page.locator("nav.walk").evaluate("each => each.getBoundingClientRect().top") >= 0
        page.go_back()
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**page=2")
        page.click("text=Turn keyboard shortcuts off")
        page.locator("h1").click()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") != "q"
        page.reload()
        assert page.is_visible("text=Turn keyboard shortcuts on")


def test_a_citation_can_be_copied_and_a_search_kept(browser: Any, url: str) -> None:
    with open_window(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(url + "library/-/article/1")
        page.click("summary:has-text('Cite')")
        page.locator("#cite button").first.click()
        page.wait_for_selector("#cite button:has-text('Copied')")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("#cite .cite").first.inner_text().strip()
        page.goto(url + "library/-/search?q=rain&place=%3DOsaka")
        page.click("text=Keep in my searches")
        page.goto(url)
        kept = page.locator("[data-saved] a")
        assert kept.all_inner_texts() == ["rain, place Osaka"]
        kept.first.click()
        page.wait_for_url("**place=%3DOsaka")
        page.click("text=Remove from my searches")
        page.goto(url)
        assert page.locator("[data-saved] a").count() == 0


def test_an_article_is_dark_where_one_reads_in_the_dark_and_its_lines_are_as_long_as_lines_are_read(
    browser: Any, url: str
) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    with open_window(browser, color_scheme="dark") as page:
        page.goto(url + "library/-/article/1")
        assert page.evaluate(background) == "rgb(23, 24, 27)"
        page.emulate_media(color_scheme="light")
        assert page.evaluate(background) == "rgb(252, 251, 248)"
        letters = page.evaluate("""() => {
            const span = document.createElement('span'); span.textContent = 'the quick brown fox jumps over lazy dogs '.repeat(4);
            span.className = 'probe'; const text = document.querySelector('.text'); const line = document.createElement('p');
            line.append(span); text.append(line); line.style.whiteSpace = 'nowrap';
            const width = span.getBoundingClientRect().width / span.textContent.length;
            return text.clientWidth / width;
        }""")
        assert 55 <= letters <= 75
