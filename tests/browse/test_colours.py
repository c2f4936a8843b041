"""The colours of the style sheet, measured as WCAG 2.2 does (1.4.3 and 1.4.11; relative luminance of sRGB)."""

import re
from importlib.resources import files

import pytest
from support.tables import check_rows

from crawler.research.plots.surface import DARK_PAPER, LIGHT_PAPER

CSS = files("crawler.browse").joinpath("static/reading.css").read_text(encoding="utf-8")
TEXT, SIGN = 4.5, 3.0
PAIRS = (
    ("ink", "paper", 7.0),
    ("ink", "sheet", 7.0),
    ("faint", "paper", TEXT),
    ("faint", "sheet", TEXT),
    ("link", "paper", TEXT),
    ("link", "sheet", TEXT),
    ("visited", "paper", TEXT),
    ("visited", "sheet", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "sheet", TEXT),
    ("paper", "accent", TEXT),
    ("mark-ink", "mark", TEXT),
    ("came-ink", "came", TEXT),
    ("left-ink", "left", TEXT),
    *(("ink", f"heat-{level}", TEXT) for level in range(1, 6)),
    ("edge", "paper", SIGN),
    ("edge", "sheet", SIGN),
    ("bar-over", "paper", SIGN),
    *((f"site-{number}", "paper", SIGN) for number in range(1, 9)),
    ("site-others", "paper", SIGN),
)


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    colours = re.compile(r"--([\w-]+): (#[0-9a-f]{6}|#[0-9a-f]{3});")
    return {"light": dict(colours.findall(light)), "dark": dict(colours.findall(dark))}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@check_rows("palette", ["light", "dark"])
@check_rows(("ink", "paper", "least"), PAIRS)
def test_ink_can_be_read_on_its_paper(palette: str, ink: str, paper: str, least: float) -> None:
    colours = palettes()[palette]
    assert contrast(colours[ink], colours[paper]) >= least


def test_dark_has_every_colour_that_light_has() -> None:
    assert palettes()["light"].keys() == palettes()["dark"].keys()


def test_all_colours_are_named_once() -> None:
    rules = CSS[CSS.index("*, *::before") : CSS.index("@media print")]
    assert not re.findall(r"#[0-9a-f]{3,6}\b|rgb\(", rules)


def test_pictures_in_a_page_have_its_paper() -> None:
    colours = palettes()
    assert (colours["light"]["paper"], colours["dark"]["paper"]) == (LIGHT_PAPER, DARK_PAPER)
