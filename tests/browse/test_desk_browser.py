"""The desk in a real Chromium: a range chosen on a plot with the mouse and with keys, a picture saved as PNG."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.chromium import NEEDS_CHROMIUM, listen, open_window
from support.desk_archive import build_desk_archive
from support.served_archive import serve_archive

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_archive(build_desk_archive(tmp_path_factory.mktemp("desk") / "desk.db")) as address:
        yield f"{address}desk/-/"


def read_days(page: Any) -> tuple[str, str, str]:
    parts = urlsplit(page.url)
    parameters = parse_qs(parts.query)
    return parts.path.rpartition("/")[2], parameters["since"][0], parameters["until"][0]


PLOTS = {"search": "search?q=report", "timeline": "timeline?q=report&step=month"}
"""Pages with a plot on which a range can be chosen."""


def choose_with_keys(page: Any, url: str, name: str) -> None:
    page.goto(url + PLOTS[name])
    handle = page.get_by_role("slider", name="Choose a range of time")
    handle.focus()
    assert "arrow keys" in page.locator(f"#{handle.get_attribute('aria-describedby')}").inner_text()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft", "Escape", "Home", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("Shift+ArrowRight")
    assert handle.get_attribute("aria-valuetext") == "2019-04 to 2019-05 (articles: 1)"
    page.keyboard.press("Enter")
    page.wait_for_url("**since=*")
    assert read_days(page) == (name, "2019-04", "2019-05")


def choose_with_the_mouse(page: Any, url: str, name: str) -> None:
    page.goto(url + PLOTS[name])
    box = page.locator("[data-plot]").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 20, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 1, middle, steps=4)
    page.mouse.up()
    page.wait_for_url("**since=*")
    assert read_days(page) == (name, "2019-03", "2021-06")


@pytest.mark.parametrize(
    ("with_keys", "with_mouse"), [("search", "timeline"), pytest.param("timeline", "search", marks=pytest.mark.slow)]
)
def test_a_range_is_chosen_with_keys_and_with_the_mouse(
    browser: Any, url: str, with_keys: str, with_mouse: str
) -> None:
    """On the other page each, the slow case, in two seconds."""
    problems: list[str] = []
    heard = {
        "pageerror": lambda error: problems.append(str(error)),
        "console": lambda message: problems.append(message.text) if message.type == "error" else None,
    }
    with open_window(browser) as page, listen(page, **heard):
        choose_with_keys(page, url, with_keys)
        choose_with_the_mouse(page, url, with_mouse)
        assert problems == []


def test_the_mouse_reads_the_figures_of_a_period(browser: Any, url: str) -> None:
    with open_window(browser) as page:
        page.goto(url + "timeline?q=boat&q2=report&step=year")
        box = page.locator("[data-plot]").bounding_box()
        page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 100)
        row = page.locator("table.figures tbody tr").last.locator("th, td").all_inner_texts()
        shown = f"{row[0]}: boat {row[1]} ({row[2]}), report {row[3]} ({row[4]}), of {row[5]} articles"
        assert page.locator(".range-status").inner_text() == shown
        page.mouse.move(1, 1)
        assert "Drag across" in page.locator(".range-status").inner_text()


@pytest.mark.parametrize("has_bars", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_finger_reads_the_figures_of_a_period_and_then_leads_on(browser: Any, url: str, has_bars: bool) -> None:
    """On the bars of a search too, the slow case, in three seconds."""
    with open_window(browser, 360, 740, has_touch=True, is_mobile=True) as page:
        page.goto(url + "timeline?q=report&step=year")
        assert "Tap for the figures" in page.locator(".range-status").inner_text()
        assert not page.get_by_role("button", name="Show these").is_visible()  # nothing is chosen yet
        plot = page.locator("[data-plot]")
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2)
        row = page.locator("table.figures tbody tr").last.locator("th, td").all_inner_texts()
        figures = f"2021: report {row[1]} ({row[2]}), of {row[3]} articles"
        page.locator(".range-status", has_text=figures).wait_for()
        page.get_by_role("button", name="Show these").tap()
        page.wait_for_url("**since=*")
        assert read_days(page) == ("timeline", "2021", "2021")
        if not has_bars:
            return
        page.goto(url + "search?q=report")
        bars = page.locator("figure.bars [data-plot]").bounding_box()
        page.touchscreen.tap(bars["x"] + bars["width"] - 3, bars["y"] + 10)  # a bar is a link, which a finger may miss
        page.get_by_role("button", name="Show these").tap()
        page.wait_for_url("**since=*")
        assert read_days(page) == ("search", "2021-06", "2021-06")


@pytest.mark.parametrize(
    ("addresses", "is_quick"),
    [
        (("search?q=boat",), True),
        pytest.param(("search?q=boat", "concordance?q=boat", "timeline?q=boat"), False, marks=pytest.mark.slow),
    ],
)
def test_on_a_phone_the_answer_comes_before_the_options(
    browser: Any, url: str, addresses: tuple[str, ...], is_quick: bool
) -> None:
    """Further pages, the slow case, take five seconds."""
    with open_window(browser, 360, 740) as page:
        for address in addresses:
            page.goto(url + address)
            assert not page.is_visible("#since"), address
            page.locator(".options > summary").focus()
            page.keyboard.press("Enter")
            page.wait_for_selector("#since", state="visible")
            page.set_viewport_size({"width": 900, "height": 740})
            page.wait_for_selector(".options > summary", state="hidden")
            assert page.is_visible("#since"), address
            page.set_viewport_size({"width": 360, "height": 740})
        page.goto(url + "search?q=boat&since=spring")
        assert page.input_value("#since") == "spring"  # what was not understood is there to be mended
        assert page.is_visible("#since")
        if is_quick:
            return
        page.goto(url + "words?min=1")  # an answer without a question
        assert not page.is_visible("#since")
        page.goto(url + "concordance")
        assert page.is_visible("#since")
    with open_window(browser, 360, 740, java_script_enabled=False) as page:
        page.goto(url + "search?q=boat")
        assert page.is_visible("#since")


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
def test_a_bar_is_still_a_link_and_works_without_script(browser: Any, url: str, script: bool) -> None:
    """A second each; ``test_search.py`` follows bars as HTML."""
    with open_window(browser, java_script_enabled=script) as page:
        page.goto(url + "search?q=report")
        page.locator("figure.bars svg a").last.click()
        page.wait_for_url("**since=*")
        assert read_days(page) == ("search", "2021-06", "2021-06")


@pytest.mark.parametrize("on_phone", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_headings_of_a_long_table_stay_in_sight(browser: Any, url: str, on_phone: bool) -> None:
    """On a phone too, the slow case, in two seconds."""
    top = "each => Math.round(each.getBoundingClientRect().top)"
    with open_window(browser, 1100, 500) as page:
        page.goto(url + "words?min=1&language=en")
        page.locator("table.words tbody tr").last.scroll_into_view_if_needed()
        assert page.locator("table.words").evaluate(top) < 0
        assert page.locator("table.words thead th").first.evaluate(top) == 0
        page.goto(url + "../articles")  # in a frame that is no higher than the window
        frame = page.locator(".table-wrapper")
        frame.evaluate("each => each.scrollTo(300, 1000)")
        box = frame.bounding_box()
        assert box["height"] < 500
        first = page.locator(".rows-and-columns thead th").first.bounding_box()
        assert (round(first["x"] - box["x"]), round(first["y"] - box["y"])) == (0, 0)
        if not on_phone:
            return
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(url + "words?min=1&language=en")
        page.locator(".wide").first.evaluate("each => each.scrollTo(200, 0)")
        assert page.locator("table.words tbody th").first.evaluate("each => each.getBoundingClientRect().left") >= 0


def test_a_picture_is_saved_as_png(browser: Any, url: str, tmp_path: Path) -> None:
    with open_window(browser) as page:
        page.goto(url + "timeline?q=boat")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as PNG").click()
        assert download.value.suggested_filename == "timeline.png"
        download.value.save_as(tmp_path / "timeline.png")
        data = (tmp_path / "timeline.png").read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(data[16:20], "big") == 2 * 760


PAPER = """picture => {
  const image = picture.querySelector("img"), canvas = document.createElement("canvas");
  canvas.getContext("2d").drawImage(image, 0, 0);
  return [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data.slice(0, 3)];
}"""
"""The colour of a picture's paper."""


PHONE = 320, "dark", "phone", (23, 24, 27)
DESK = 1280, "light", "page", (252, 251, 248)
PICTURES = "timeline?q=boat&step=month", "words?q=boat&min=1", "concordance?q=boat"


@pytest.mark.parametrize(
    ("surroundings", "addresses"),
    [
        (PHONE, PICTURES[:1]),
        *(pytest.param(surroundings, PICTURES, marks=pytest.mark.slow) for surroundings in (PHONE, DESK)),
    ],
    ids=["phone", "phone-all", "desk-all"],
)
def test_a_picture_is_as_wide_as_its_page_and_has_its_colours(
    browser: Any, url: str, surroundings: tuple[int, str, str, tuple[int, ...]], addresses: tuple[str, ...]
) -> None:
    """All pictures in both surroundings, the slow cases, take two seconds each."""
    width, scheme, surface, paper = surroundings
    with open_window(browser, width, 740, color_scheme=scheme) as page:
        for address in addresses:
            page.goto(url + address)
            page.evaluate("document.querySelectorAll('details.plot').forEach(each => each.open = true)")
            picture = page.locator(".picture picture")
            picture.locator("img").evaluate("image => image.decode()")
            assert f"surface={surface}" in picture.locator("img").evaluate("image => image.currentSrc"), address
            scale = picture.locator("img").evaluate("image => image.clientWidth / image.naturalWidth")
            assert 0.9 <= scale <= 1.25, address  # letters of 12 px stay that large
            assert tuple(picture.evaluate(PAPER)) == paper, address


@pytest.mark.slow
def test_a_range_is_chosen_on_the_picture_of_a_phone(browser: Any, url: str) -> None:
    """A second; a finger chooses on a phone, and the mouse on a wide picture, above."""
    with open_window(browser, 320, 740) as page:
        page.goto(url + "timeline?q=report&step=month")
        assert page.locator("[data-range]").get_attribute("data-periods").startswith("2019-03 ")
        page.locator(".picture img").evaluate("image => image.decode()")
        box = page.locator("[data-plot]").bounding_box()
        page.mouse.move(box["x"] + box["width"] * 46 / 300 + 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=4)
        page.mouse.up()
        page.wait_for_url("**since=*")
        assert read_days(page) == ("timeline", "2019-03", "2021-06")
