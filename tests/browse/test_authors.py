"""Pages of authors, places and stories."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.library import NOW, SITE, article, library_address, person, visit
from support.page_reader import PageReader, element_text, find_section, list_headlines, read_facet
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.authority.authors import merge
from crawler.archive.authority.listing import find_coauthors, map_author_ids
from crawler.browse.pages.search import FACET_LABELS
from crawler.browse.pages.values import FACET_TITLES
from crawler.items import Author, Dateline


@pytest.fixture(scope="module")
def shelf_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty articles by a person whom an agency is called like, some with a colleague; a story in two languages."""
    path = tmp_path_factory.mktemp("people") / "shelf.db"
    visits = []
    for number in range(30):
        at = library_address("en", 700 + number)
        names = [replace(person("Bao Anh", "Bao Anh" if number % 3 else "BAO ANH"), honorific="Fr")]
        names += [person("Wang Min", "Wang Min")] if number % 5 == 0 else []
        names += [Author(name="Bao Anh", sort_name="Bao Anh", kind="agency", printed="Bao Anh")] if number == 7 else []
        place = "Hong Kong" if number % 2 else "HONG KONG"
        made = article(
            at,
            f"Report {number}",
            f"Rain in hour {number}.",
            day=f"20{10 + number // 12}-{number % 12 + 1:02}-05",
            authors=names,
            dateline=Dateline(printed=f"{place} (AsiaNews) -", place=place),
        )
        visits.append(visit(at, replace(made, kicker="RAIN")))
    for language, name in (("en", "B. Anh"), ("it", "Ines Prati")):
        at = (
            library_address(language, 800)
            if language == "en"
            else replace(
                library_address("en", 800),
                language="it",
                url="https://www.asianews.it/notizie-it/Storia-800.html",
                url_key="asianews/it/800",
            )
        )
        visits.append(
            visit(
                at, article(at, f"Eight hundred ({language})", "One.", day="2015-01-01", authors=[person(name, name)])
            )
        )
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep(visits, run, NOW)
        archive.finish_run(run, "finished", NOW)
    return path


@pytest.fixture(scope="module")
def shelf(shelf_path: Path) -> PageReader:
    return PageReader(shelf_path)


@pytest.fixture(scope="module")
def ids(shelf_path: Path) -> dict[str, int]:
    with Archive(shelf_path) as archive:
        return {
            f"{kind} {name}": number for number, kind, name in archive.db.execute("SELECT id, kind, name FROM authors")
        }


def test_an_author_has_a_page_with_counts_spellings_and_colleagues(shelf: PageReader, ids: dict[str, int]) -> None:
    page = shelf.open(f"author/{ids['person Bao Anh']}")
    assert element_text(page.css("h1")) == "Bao Anh"
    assert element_text(page.css(".subject .sum")) == "30 articles, from 5 January 2010 to 5 June 2012, in English."
    printed = [element_text(element) for element in find_section(page, "As bylines print it").css("li")]
    assert printed == ["Bao Anh 20", "BAO ANH 10"]
    beside = find_section(page, "Named together with").css("a")
    assert [element_text(link) for link in beside] == ["Wang Min 6", "Bao Anh 1"]
    assert element_text(shelf.follow(beside[0].attrib["href"]).css("h1")) == "Wang Min"
    assert list_headlines(page)[:2] == ["Report 29", "Report 28"]


def test_a_person_and_an_agency_of_one_name_are_two(shelf: PageReader, ids: dict[str, int]) -> None:
    agency = shelf.open(f"author/{ids['agency Bao Anh']}")
    assert (element_text(agency.css(".kicker")), list_headlines(agency)) == ("Agency", ["Report 7"])
    # A search by name finds both, so none is offered that would say another number.
    assert not find_section(agency, "Go on")
    assert find_section(shelf.open(f"author/{ids['person Wang Min']}"), "Go on")


def test_articles_of_an_author_are_turned_over(shelf: PageReader, ids: dict[str, int]) -> None:
    first = shelf.open(f"author/{ids['person Bao Anh']}")
    second = shelf.follow(first.css("nav.pages a[rel=next]").attrib["href"])
    assert len(list_headlines(first)) == 20
    assert list_headlines(second) == [f"Report {number}" for number in range(9, -1, -1)]
    assert second.css("nav.pages a[rel=prev]").attrib["href"].endswith(f"/author/{ids['person Bao Anh']}")
    assert not second.css("nav.pages a[rel=next]")


def test_facets_of_an_author_lead_to_as_many_articles_as_they_say(shelf: PageReader, ids: dict[str, int]) -> None:
    count, href = read_facet(shelf.open(f"author/{ids['person Wang Min']}"), "Places")["HONG KONG"]
    assert (count, element_text(shelf.follow(href).css(".results-head h1"))) == (6, "6 articles")


def test_similar_names_are_questions_and_counted_nowhere(shelf: PageReader, ids: dict[str, int]) -> None:
    page = shelf.open(f"author/{ids['person Bao Anh']}")
    similar = find_section(page, "Similar names")
    assert "open" not in similar.css("details")[0].attrib
    assert "may or may not be the same person" in element_text(similar)
    assert "B. Anh 1" in element_text(similar)
    assert "Nobody has decided this" in element_text(similar)
    assert "Eight hundred (en)" not in element_text(page)


def test_a_merged_author_leads_to_the_author_they_belong_to(
    shelf_path: Path, tmp_path: Path, ids: dict[str, int]
) -> None:
    copy = tmp_path / "merged.db"
    with Archive(shelf_path) as archive:
        archive.db.execute("VACUUM INTO ?", (str(copy),))
    with Archive(copy, "write") as archive:
        merge(
            archive,
            str(ids["person B. Anh"]),
            str(ids["person Wang Min"]),
            why="told so",
            now=datetime(2026, 4, 1, tzinfo=UTC),
        )
    reader = PageReader(copy)
    page = reader.open(f"author/{ids['person Wang Min']}")
    assert "B. Anh read as B. Anh 1" in element_text(find_section(page, "As bylines print it"))
    gone = reader.ask(f"/merged/-/author/{ids['person B. Anh']}")
    assert (gone.status_code, gone.headers["location"]) == (302, f"/merged/-/author/{ids['person Wang Min']}")


def test_authors_are_listed_and_found(shelf: PageReader) -> None:
    page = shelf.open("authors")
    assert [element_text(cell) for cell in page.css("tbody th")] == [
        "Bao Anh",
        "Wang Min",
        "B. Anh",
        "Bao Anh agency",
        "Ines Prati",
    ]
    found = shelf.open("authors?name=wang")
    assert [element_text(element) for element in found.css("tbody tr")] == ["Wang Min 6 2010 2012 English"]
    assert element_text(shelf.follow(found.css("tbody a").attrib["href"]).css("h1")) == "Wang Min"
    assert "No author has these words" in element_text(shelf.open("authors?name=nobody"))
    assert element_text(shelf.open("authors?order=age", status=400).css("h1")) == "Not understood"


def test_every_author_is_on_a_page_of_the_list(tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        at = library_address("en", 1)
        names = [person(f"Writer {number:03}", f"Writer {number:03}") for number in range(205)]
        archive.keep([visit(at, article(at, "All of us", "One.", day="2020-01-01", authors=names))], run, NOW)
        archive.finish_run(run, "finished", NOW)
    reader = PageReader(path)
    page, listed = reader.open("authors?order=name"), list[str]()
    assert "205 authors, page 1 of 3." in element_text(page.css("caption"))
    while True:
        listed += [element_text(cell) for cell in page.css("tbody th")]
        onward = page.css("nav.pages a[rel=next]")
        if not onward:
            break
        page = reader.follow(onward.attrib["href"])
    assert listed == [f"Writer {number:03}" for number in range(205)]
    assert element_text(reader.open("authors?page=4", status=404).css("h1")) == "Not here"
    search = reader.open("search")
    everyone = reader.follow(find_section(search, "Author").css(".more a").attrib["href"])
    assert "205 in 1 article." in element_text(everyone.css("main > p"))
    assert len(everyone.css(".names li")) == 100
    last = reader.open("values?facet=author&page=3").css(".names a")
    assert len(last) == 5
    assert element_text(reader.follow(last[4].attrib["href"]).css(".results-head h1")) == "1 article"


def test_all_values_of_a_facet_are_those_of_its_search(library: PageReader) -> None:
    page = library.open("values?facet=year&q=rain")
    listed = {element_text(link): link.attrib["href"] for link in page.css(".names a")}
    assert list(listed) == ["2019 12", "2018 12", "2017 12", "2016 12", "2015 12"]
    assert element_text(library.follow(listed["2016 12"]).css(".results-head h1")) == "12 articles"
    assert element_text(library.follow(page.css("main > p a").attrib["href"]).css(".results-head h1")) == "60 articles"
    # Each year is a bar of the timeline, so that no list beside it says the same again.
    assert not find_section(library.open("search?q=rain"), "Year")
    assert element_text(library.open("values?facet=colour", status=404).css("h1")) == "Not here"
    assert {name for name, _ in FACET_LABELS} == FACET_TITLES.keys()


def test_a_place_has_a_page_under_any_spelling(shelf: PageReader) -> None:
    page = shelf.open("place?name=hong%20kong")
    assert element_text(page.css("h1")) == "HONG KONG"
    assert element_text(page.css(".subject .sum")) == "30 articles with this place in the dateline."
    assert [element_text(element) for element in find_section(page, "As datelines print it").css("li")] == [
        "HONG KONG 15",
        "Hong Kong 15",
    ]
    count, href = read_facet(page, "Authors")["Wang Min"]
    assert (count, element_text(shelf.follow(href).css(".results-head h1"))) == (6, "6 articles")
    assert len(list_headlines(shelf.open("place?name=Hong%20Kong&page=2"))) == 10
    atlas = shelf.open("places")
    assert not atlas.css(".names")  # while nothing is located, a list of that is the table once more
    assert element_text(atlas.css("#places-table thead")) == "PlaceArticles"
    listed = atlas.css("#places-table th a")
    assert [element_text(link) for link in listed] == ["HONG KONG"]
    assert element_text(shelf.follow(listed.attrib["href"]).css("h1")) == "HONG KONG"


def test_lists_are_taken_along_as_tables(shelf: PageReader) -> None:
    for address, link, count in (("authors?order=name", "authors.csv", 4), ("values?facet=kicker", "values.csv", 1)):
        page = shelf.open(address)
        (href,) = page.css(f"main a[href*='{link}']::attr(href)").getall()
        rows = list(csv.DictReader(io.StringIO(shelf.ask(href).text)))
        assert len(rows) >= count
        assert sum(int(row["articles"]) for row in rows) > 0, address
    names = [row["name"] for row in csv.DictReader(io.StringIO(shelf.ask("/shelf/-/authors.csv?order=name").text))]
    shown = [element_text(link) for link in shelf.open("authors?order=name").css("tbody th a")]
    assert names[: len(shown)] == shown
    assert "seealso authors list --csv --order name -- 'Wang Min'" in element_text(
        shelf.open("authors?order=name&name=Wang+Min").css("pre")
    )


def test_a_story_stands_side_by_side_in_its_languages(library: PageReader, numbers: dict[str, int]) -> None:
    article = library.open(f"article/{numbers['en/102']}")
    story = library.follow(article.xpath("//a[.='All of them side by side']/@href").get() or "")
    cards = story.css(".card")
    assert [(card.attrib["lang"], element_text(card.css("h2"))) for card in cards] == [
        ("en", "Harbour opens again"),
        ("zh", "港口重新开放"),
    ]
    assert "3 January 2022" in element_text(cards[1])
    assert element_text(library.follow(cards[1].css("h2 a").attrib["href"]).css("h1")) == "港口重新开放"
    assert "https://www.asianews.it/news-zh/Story-102.html" in cards[1].css("a::attr(href)").getall()


def test_an_article_leads_to_the_pages_of_its_authors_and_place(library: PageReader, numbers: dict[str, int]) -> None:
    page = library.open(f"article/{numbers['en/101']}")
    names = page.css("a[rel=author]")
    assert [element_text(library.follow(name.attrib["href"]).css("h1")) for name in names] == ["Nóra Łukasz", "Reuters"]
    place = library.follow(page.xpath("//article//a[normalize-space()='Kraków']/@href").get() or "")
    assert element_text(place.css("h1")) == "Kraków"


@check_rows(
    "page",
    [
        "author/999",
        "author/0",
        "author/99999999999999999999",
        "author/1?page=99",
        "place",
        "place?name=",
        "place?name=***",
        "place?name=Atlantis",
        "place?name=Osaka&page=3",
        "story",
        "story?site=asianews",
        "story?site=x&story=102",
    ],
)
def test_who_and_what_is_not_here_is_said(library: PageReader, page: str) -> None:
    assert element_text(library.open(page, status=404).css("h1")) == "Not here"


@pytest.mark.parametrize("page", ["author/1?page=x", "place?name=Osaka&page=-1", "author/1?page=%D9%A3"])
def test_a_page_that_is_no_number_is_refused(library: PageReader, page: str) -> None:
    assert element_text(library.open(page, status=400).css("h1")) == "Not understood"


def test_the_queries_behind_them(shelf_path: Path, ids: dict[str, int]) -> None:
    with Archive(shelf_path) as archive:
        assert [(author.name, author.articles) for author in find_coauthors(archive.db, ids["person Wang Min"])] == [
            ("Bao Anh", 6)
        ]
        (number,) = archive.db.execute("SELECT id FROM articles WHERE site_key = '700'").fetchone()
        assert map_author_ids(archive.db, number) == {1: ids["person Bao Anh"], 2: ids["person Wang Min"]}
