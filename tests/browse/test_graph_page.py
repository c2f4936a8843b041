"""The See also graph that one walks through."""

from dataclasses import replace
from pathlib import Path

import pytest
from parsel import Selector
from support.library import LATER, NOW, SITE, article, library_address, visit
from support.page_reader import PageReader, element_text, find_section, list_headlines
from support.tables import check_rows

from crawler.archive import Archive
from crawler.browse.drawing.graph_drawing import wrap_text
from crawler.browse.pages.graph import MAX_DRAWN_PER_SIDE
from crawler.items import SeeAlso, Visit

KEYS = {1: (2, 3, 900), 2: (1,), 3: (), **dict.fromkeys(range(10, 25), (3,))}
"""Article → what its See also names; 900 is not archived."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> PageReader:
    path = tmp_path_factory.mktemp("graph") / "web.db"

    def made(number: int, targets: tuple[int, ...]) -> Visit:
        at = library_address("en", number)
        entries = [
            SeeAlso(position=place, address=library_address("en", target), headline=f"Story {target}")
            for place, target in enumerate(targets, 1)
        ]
        return visit(at, article(at, f"Story {number}", "One.", day=f"2020-01-{number % 28 + 1:02}", see_also=entries))

    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep([made(number, targets) for number, targets in KEYS.items()], run, NOW)
        later = made(1, (2, 900))  # 3 has left the block
        again = tuple(replace(capture, fetched_at=LATER) for capture in later.captures)
        archive.keep([replace(later, captures=again)], run, LATER)
        archive.finish_run(run, "finished", LATER)
    return PageReader(path)


def listed(page: Selector, title: str) -> list[str]:
    return [
        element_text(heading)
        for heading in page.xpath("//section[h2[starts-with(normalize-space(), $title)]]", title=title).css("li h3")
    ]


def at(reader: PageReader, headline: str) -> str:
    with Archive(Path(reader.datasette.databases[reader.name].path)) as archive:
        (number,) = archive.db.execute("SELECT id FROM articles WHERE headline = ?", (headline,)).fetchone()
    return f"graph/{number}"


def test_an_article_stands_between_what_names_it_and_what_it_names(web: PageReader) -> None:
    page = web.open(at(web, "Story 1"))
    assert element_text(page.css("h1")) == "Story 1"
    assert listed(page, "Names") == ["Story 2", "Story 900", "Story 3"]
    assert listed(page, "Named by") == ["Story 2"]
    names = page.xpath("//section[h2[starts-with(normalize-space(), 'Names')]]")[0]
    both, unknown, former = (element_text(element) for element in names.css("li .about"))
    assert "both ways" in both
    assert "names 1, named by 1" in both
    assert "not archived" in unknown
    assert "last seen 1 March 2026" in former
    assert names.css("li")[1].css("a").attrib["href"] == "https://www.asianews.it/news-en/Story-900.html"


def test_one_walks_along_the_links(web: PageReader) -> None:
    page = web.open(at(web, "Story 10"))
    page = web.follow(page.xpath("//section//a[.='Story 3']/@href").get() or "")
    assert element_text(page.css("h1")) == "Story 3"
    page = web.follow(page.xpath("//section//a[.='Story 1']/@href").get() or "")
    page = web.follow(page.xpath("//section//a[.='Story 2']/@href").get() or "")
    assert (element_text(page.css("h1")), listed(page, "Names")) == ("Story 2", ["Story 1"])
    assert element_text(web.follow(page.css("h1 a").attrib["href"]).css("article h1")) == "Story 2"


def test_links_that_have_left_can_be_left_out(web: PageReader) -> None:
    page = web.follow(web.open(at(web, "Story 1")).css(".choices a").attrib["href"])
    assert listed(page, "Names") == ["Story 2", "Story 900"]
    onward = web.follow(page.xpath("//section//a[.='Story 2']/@href").get() or "")
    assert element_text(onward.css(".choices [aria-current]")) == "Links that are there now"
    assert listed(web.open(at(web, "Story 3") + "?links=current"), "Named by") == [
        f"Story {number}" for number in range(24, 9, -1)
    ]


def test_the_drawing_has_the_links_of_the_lists(web: PageReader) -> None:
    page = web.open(at(web, "Story 1"))
    drawing = page.css(".graph svg")
    assert drawing.attrib["role"] == "group"
    assert drawing.attrib["aria-label"].startswith("1 article names this one; it names 3.")
    drawn = {element_text(link.css(".name")): link.attrib["href"] for link in drawing.css("a")}
    assert set(drawn) == {"Story 2", "Story 3"}
    assert set(drawn.values()) <= set(page.css("section h3 a::attr(href)").getall())
    assert element_text(drawing.css(".unknown .name")) == "Story 900"
    assert [element_text(fact) for fact in drawing.css("a .fact")] == [
        "3 January 2020 · English",
        "4 January 2020 · English",
    ]
    assert element_text(drawing.css(".middle .fact")) == "2 January 2020 · English"
    assert len(drawing.css("path.edge")) == 3
    # Story 2 is linked both ways: in the middle, beneath the article, once.
    assert len(drawing.css("path[marker-start]")) == 1
    columns = {
        element_text(box.css(".name")): box.css("rect").attrib["x"] for box in drawing.css("a, g.middle, g.unknown")
    }
    assert columns["Story 2"] == columns["Story 1"]
    assert int(columns["Story 1"]) < int(columns["Story 3"])
    assert len(drawing.css("path.former")) == 1
    many = web.open(at(web, "Story 3"))
    assert len(many.css(".graph svg a")) == MAX_DRAWN_PER_SIDE
    assert len(listed(many, "Named by")) == 16
    assert "Drawn are the first 10 of each side." in element_text(many.css("figcaption"))


def test_an_article_without_links_says_so(library: PageReader, numbers: dict[str, int]) -> None:
    page = library.open(f"graph/{numbers['zh/102']}")
    assert not page.css(".graph")
    assert "No archived article names this one." in element_text(page.css("main"))
    assert "It names none." in element_text(page.css("main"))


def test_an_article_leads_to_its_graph(library: PageReader, numbers: dict[str, int]) -> None:
    page = library.open(f"article/{numbers['en/101']}")
    graph = library.follow(page.xpath("//a[.='Walk along these links']/@href").get() or "")
    assert listed(graph, "Names") == ["Harbour opens again", "Never archived"]
    lonely = library.open(f"article/{numbers['zh/102']}")
    assert not lonely.xpath("//a[.='Walk along these links']")
    assert list_headlines(graph)
    assert find_section(page, "See also")


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_there_is_no_graph_of_what_is_not_here(web: PageReader, number: str) -> None:
    assert element_text(web.open(f"graph/{number}", status=404).css("h1")) == "Not here"


@check_rows(
    ("text", "room", "lines"),
    [
        ("", 5, ()),
        ("abc", 3, ("abc",)),
        ("abcdefg", 3, ("abc", "de…")),
        ("ab cd ef", 4, ("ab", "cd…")),
        ("港口", 4, ("港口",)),
        ("港口重新开放了", 4, ("港口", "重…")),
        ("a港口重新", 5, ("a港口", "重新")),
    ],
)
def test_a_label_fits_its_box(text: str, room: int, lines: tuple[str, ...]) -> None:
    assert wrap_text(text, room, 2) == lines
