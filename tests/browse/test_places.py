"""The places on a map, as tables and by country: the same figures everywhere, and what is not located said openly."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from lxml import etree
from support.datelines import keep_datelines, look_up
from support.page_reader import PageReader, element_text

from crawler.archive import Archive, Selection
from crawler.archive.places.listing import list_places

NAME = '<img src=x onerror="alert(1)"> Bay'


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("places") / "atlas.db"
    with Archive(path, "create") as archive:
        keep_datelines(
            archive,
            [
                (1, "en", "Hong Kong", "CHINA"),
                (2, "zh", "香港", None),
                (3, "en", "Seoul/Pyongyang", None),
                (4, "en", "Hyderabad", None),
                (5, "en", "Lebanon", None),
                (6, "en", NAME, None),
                (7, "en", None, None),
                (8, "it", "1984", None),
            ],
        )
        look_up(archive)
    return path


@pytest.fixture(scope="module")
def atlas(path: Path) -> PageReader:
    return PageReader(path)


def read_tables(page) -> list[dict[str, int]]:
    return [
        {element_text(row.css("th")): int(element_text(row.css("td.number"))) for row in table.css("tbody tr")}
        for table in page.css(".place-tables table")
    ]


def test_the_map_and_its_tables_have_the_same_figures(atlas: PageReader, path: Path) -> None:
    page = atlas.open("places")
    places, countries = read_tables(page)
    assert places == {"Hong Kong": 2, "Hyderabad": 1, "Lebanon": 1, NAME: 1, "1984": 1, "Pyongyang": 1, "Seoul": 1}
    assert countries == {"Hong Kong SAR China": 2, "Lebanon": 1, "North Korea": 1, "South Korea": 1}
    circles = {link.attrib["aria-label"]: link.attrib["href"] for link in page.css("svg.world a")}
    assert list(circles) == ["Hong Kong: 2 articles", "Pyongyang: 1 articles", "Seoul: 1 articles"]
    assert "7 of 8 articles name a place, 4 a located one. Countries and regions have no point: 1." in element_text(
        page.css("main")
    )
    assert [element_text(item.css("span")[0]) for item in page.css(".place-tables .names li")] == [
        "1984",
        "Hyderabad",
        NAME,
    ]
    assert not page.css("main img")
    for link in (*circles.values(), *page.css(".place-tables td.number a::attr(href)").getall()):
        hits = atlas.follow(link)
        assert hits.css(".articles li, .articles article"), link
    found = list_places(Archive(path), Selection())
    assert sum(entry.articles for entry in found.places) == 8


def test_the_table_and_the_map_can_be_taken_along(atlas: PageReader) -> None:
    rows = list(csv.DictReader(io.StringIO(atlas.ask("/atlas/-/places.csv?language=en").text)))
    assert [(row["label"], row["articles"], row["country"], row["latitude"]) for row in rows[:2]] == [
        ("Hong Kong", "1", "HK", "22.28"),
        ("Hyderabad", "1", "", ""),
    ]
    answer = atlas.ask("/atlas/-/places.svg?q=headline&language=en")
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    picture = etree.fromstring(answer.text.encode())
    assert picture.findtext("{*}title") == "Where articles come from: headline, language en"
    assert [circle.findtext("{*}title") for circle in picture.iter("{*}circle")] == [
        *("Hong Kong: 1", "Pyongyang: 1", "Seoul: 1")
    ]
    page = atlas.open("places?q=headline&language=en")
    assert element_text(page.css("pre.cite")) == "seealso places list --csv --query headline --language en"


def test_a_search_has_a_facet_of_countries_and_odd_questions_are_refused(atlas: PageReader) -> None:
    page = atlas.open("search?q=headline")
    facet = page.xpath("//section[.//h2='Country']")
    assert next(element_text(link) for link in facet.css("a")) == "Hong Kong SAR China 2"
    assert element_text(atlas.open("search?country=HK").css(".chips")) != ""
    assert "no place" not in element_text(atlas.open("place?name=香港").css("h1"))
    assert element_text(atlas.open("place?name=1984").css("h1")) == "1984"
    assert element_text(atlas.open("places?since=yesterday", 400).css('[role="alert"] p')).startswith("Since takes")
    assert "No article that is found has a place" in element_text(atlas.open("places?q=nothing").css("main"))


def test_places_that_came_since_are_said_with_the_command(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with Archive(path, "create") as archive:
        keep_datelines(archive, [(1, "en", "Hong Kong", "CHINA")])
        look_up(archive)
        assert "came since" not in PageReader(path).ask("/new/-/places").text
        keep_datelines(archive, [(2, "en", "Port Nowhere", None), (3, "en", "Port Elsewhere", None)])
    shown = element_text(PageReader(path).open("places").css("main"))
    assert "2 printed places came since places were looked up; seealso places locate does it again." in shown
