"""The calendar: years, months, days, and what is known to be missing."""

from dataclasses import replace
from pathlib import Path

import pytest
from parsel import Selector
from support.library import NOW, SITE, article, library_address, visit
from support.page_reader import PageReader, element_text, list_headlines
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.health.coverage import count_waiting_by_day
from crawler.browse.drawing.heat import make_heat_scale
from crawler.items import Link


@pytest.fixture(scope="module")
def almanac_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-three articles on one day, some around it; two more met and not archived; one without a day."""
    path = tmp_path_factory.mktemp("calendar") / "almanac.db"
    days = ["2020-02-29"] * 23 + ["2020-02-01", "2020-03-01", "2018-12-31"]
    visits = [
        visit(library_address("en", number), article(library_address("en", number), f"Day {number}", "One.", day=day))
        for number, day in enumerate(days, 1000)
    ]
    visits += [visit(library_address("zh", 1), article(library_address("zh", 1), "一", "一。", day="2020-02-29"))]
    at = library_address("en", 1999)
    visits += [visit(at, replace(article(at, "Undated", "One.", day="2020-01-01"), published=None))]
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep(visits, run, NOW)
        met = [(library_address("en", 1500), "2020-02-29"), (library_address("en", 1501), "2020-02-11")]
        archive.enqueue([Link(address=address, via="listing", published_on=day) for address, day in met], run, NOW)
        archive.finish_run(run, "finished", NOW)
    return path


@pytest.fixture(scope="module")
def almanac(almanac_path: Path) -> PageReader:
    return PageReader(almanac_path)


def cells(page: Selector) -> list[list[str]]:
    return [[element_text(cell) for cell in row.css("th, td")] for row in page.css("tbody tr")]


def test_every_year_from_the_first_to_the_last_has_a_row(almanac: PageReader) -> None:
    page = almanac.open("calendar")
    assert [row[0] for row in cells(page)] == ["2020", "2019", "2018"]
    assert cells(page)[0] == ["2020", "–", "25", "1", *["–"] * 9, "26"]
    assert cells(page)[2][-2:] == ["1", "1"]
    assert "1 article has no known day." in element_text(page.css("main"))
    gap = page.css("td.gap a")
    assert [link.attrib["aria-label"] for link in gap] == ["February 2020: 25 articles, 2 known and not archived"]
    assert len(page.css("td.heat-5")) == 1


def test_one_goes_from_year_to_month_to_day_and_back(almanac: PageReader) -> None:
    year = almanac.follow(almanac.open("calendar").xpath("//a[.='2020']/@href").get() or "")
    assert element_text(year.css("h1")) == "2020"
    february = next(row for row in cells(year) if row[0] == "February 2020")
    assert february[:5] == ["February 2020", "24", "1", "25", "2"]
    month = almanac.follow(year.xpath("//a[.='February 2020']/@href").get() or "")
    assert element_text(month.css("h1")) == "February 2020"
    assert "25 articles; 2 more are met by address and not archived" in element_text(month.css("main"))
    assert [element_text(link) for link in month.css("td a")] == ["1 1", "29 24"]
    assert [element_text(cell) for cell in month.css("td.gap")] == ["11 1 not archived", "29 24 1 not archived"]
    day = almanac.follow(month.css("td.heat-5 a").attrib["href"])
    assert element_text(day.css("h1")) == "29 February 2020"
    assert "24 articles; 1 more is met by address and not archived" in element_text(day.css("main"))
    assert len(list_headlines(day)) == 20
    assert len(list_headlines(almanac.follow(day.css("nav.pages a[rel=next]").attrib["href"]))) == 4
    steps = {element_text(link): link.attrib["href"] for link in day.css(".steps a")}
    assert list(steps) == ["All years", "2020", "February 2020", "← 28 February 2020", "1 March 2020 →"]
    assert list_headlines(almanac.follow(steps["1 March 2020 →"])) == ["Day 1024"]


def test_a_month_begins_on_its_weekday_and_has_its_days(almanac: PageReader) -> None:
    page = almanac.open("calendar/2020-02")
    rows = [
        [element_text(cell.css(".of-month")) if cell.css(".of-month") else "" for cell in row.css("td")]
        for row in page.css("tbody tr")
    ]
    assert rows[0] == ["", "", "", "", "", "1", "2"]  # 1 February 2020 was a Saturday
    assert rows[4] == ["24", "25", "26", "27", "28", "29", ""]
    assert page.css("thead abbr").attrib["title"] == "Monday"


def test_a_language_can_be_chosen_and_stays_chosen(almanac: PageReader) -> None:
    page = almanac.open("calendar?language=zh")
    assert cells(page) == [["2020", "–", "1", *["–"] * 10, "1"]]
    month = almanac.follow(page.css("td.heat-5 a").attrib["href"])
    day = almanac.follow(month.css("td a").attrib["href"])
    assert list_headlines(day) == ["一"]
    assert element_text(day.css(".choices [aria-current]")) == "Chinese"
    assert "No article with a day is archived in this language." in element_text(almanac.open("calendar?language=xx"))


def test_tints_part_the_months_and_the_legend_has_their_numbers(library: PageReader, almanac: PageReader) -> None:
    legend = almanac.open("calendar").css(".tints .tint")
    assert [element_text(tint) for tint in legend] == ["1", "25", "known, not archived"]
    scale = make_heat_scale(range(103, 147))  # months that are almost alike
    assert [scale.find_level(count) for count in (0, 103, 111, 112, 125, 146, 999)] == [0, 1, 1, 2, 3, 5, 5]
    assert [(step.low, step.high) for step in scale.steps] == [
        (103, 111),
        (112, 120),
        (121, 129),
        (130, 138),
        (139, 146),
    ]
    assert not library.open("calendar?language=zh").css(".tints")


def test_the_sum_of_the_calendar_is_the_archive(library: PageReader, library_path: Path) -> None:
    total = sum(int(row[-1].replace(",", "")) for row in cells(library.open("calendar")))
    with Archive(library_path) as archive:
        assert total == archive.count("")


@check_rows(
    ("period", "status"),
    [
        ("2020-02-30", 404),
        ("2020-13", 404),
        ("2019-02-29", 404),
        ("0000", 404),
        ("2020-00", 404),
        ("1599", 404),
        ("1600-01", 200),
        ("1600-01-01", 200),
        ("2100", 200),
        ("2100-12", 200),
        ("2100-12-31", 200),
        ("2101", 404),
        ("2020-02-28?page=2", 404),
    ],
)
def test_the_ends_of_the_calendar_and_days_that_are_none(almanac: PageReader, period: str, status: int) -> None:
    page = almanac.open(f"calendar/{period}", status=status)
    assert element_text(page.css("h1")) == "Not here" or status == 200


def test_an_empty_archive_has_an_empty_calendar(tmp_path: Path) -> None:
    with Archive(tmp_path / "empty.db", "create"):
        pass
    assert "No article with a day is archived." in element_text(
        PageReader(tmp_path / "empty.db").open("calendar").css("main")
    )


def test_what_waits_is_counted_by_month_and_by_day(almanac_path: Path) -> None:
    with Archive(almanac_path) as archive:
        assert count_waiting_by_day(archive.db, 7) == {"2020-02": 2}
        assert count_waiting_by_day(archive.db, 10, "2020-02", "en") == {"2020-02-11": 1, "2020-02-29": 1}
        assert count_waiting_by_day(archive.db, 10, "2020-02", "zh") == {}
