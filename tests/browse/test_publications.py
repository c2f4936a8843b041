"""An archive of several papers: which of them, in every list and chart, and who printed a text."""

import re
from pathlib import Path

import pytest
from parsel import Selector
from support.page_reader import PageReader, element_text, find_section, list_headlines, read_facet
from support.papers import REPORTS, make_paper_archive

from crawler.archive import Archive
from crawler.browse.drawing import formatting
from crawler.browse.drawing.charts import ChartSeries, chart_by_time
from crawler.practice.world import load_agency_stories
from crawler.research import titles
from crawler.research.titles import find_archive_title

DOCK, LINE = load_agency_stories()
PRINTED = [member.article.paper for story in (DOCK, LINE) for member in story.prints]
HELD = {name: own + PRINTED.count(name) for name, own in REPORTS.items()}
ARTICLES = sum(HELD.values())


@pytest.fixture(scope="module")
def papers_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_paper_archive(tmp_path_factory)


@pytest.fixture(scope="module")
def papers(papers_path: Path) -> PageReader:
    return PageReader(papers_path)


@pytest.fixture(scope="module")
def prints(papers_path: Path) -> list[int]:
    """The ids of the prints of the first story of the agency, the first print first."""
    with Archive(papers_path) as archive:
        ids = dict(archive.db.execute("SELECT url, id FROM articles").fetchall())
    return [ids[member.article.url] for member in DOCK.prints]


def count_hits(page: Selector) -> int:
    return int(element_text(page.css(".results-head h1")).split()[0])


def test_the_first_page_names_each_publication_with_what_is_held(papers: PageReader) -> None:
    page = papers.open("home")
    assert f"{ARTICLES} articles of 3 publications in 1 language" in element_text(page.css(".sum"))
    rows = {
        element_text(row.css("th")): [element_text(cell) for cell in row.css("td")]
        for row in find_section(page, "Publications").css("tbody tr")
    }
    assert {name: int(cells[0]) for name, cells in rows.items()} == HELD
    assert rows["ledger"][2:] == ["29 May 2026", "12 October 2026", "12 October 2026, 12:00 UTC"]
    link = find_section(page, "Publications").css("tbody td a")[0]
    assert count_hits(papers.follow(link.attrib["href"])) == HELD["courier"]


def test_the_masthead_names_up_to_three_publications(papers_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive(papers_path) as archive:
        assert find_archive_title(archive) == "courier, gazette, ledger"
        monkeypatch.setattr(titles, "MAX_IN_TITLE", 2)
        assert find_archive_title(archive) == ""


def test_languages_are_named_and_one_that_no_page_states_too() -> None:
    assert [formatting.language(code) for code in ("hi", "ID", "und", "xx")] == [
        "Hindi",
        "Indonesian",
        "not stated",
        "xx",
    ]


def test_with_one_publication_nothing_is_cluttered(library: PageReader) -> None:
    for path in ("home", "search?q=rain", "calendar", "article/1"):
        page = library.open(path)
        assert not page.css("#site, .legend, .publications, input[type=checkbox], #prints ol"), path
        assert "asianews" not in [element_text(fact) for fact in page.css(".about span")]
        assert "Publication" not in [element_text(heading) for heading in page.css("h2")]


def test_a_publication_is_chosen_in_the_form_or_as_a_facet(papers: PageReader) -> None:
    page = papers.open("search")
    assert {label: count for label, (count, _) in read_facet(page, "Publication").items()} == HELD
    for count, href in read_facet(page, "Publication").values():
        assert count_hits(papers.follow(href)) == count
    assert [option.attrib["value"] for option in page.css("#site option")] == ["", "courier", "ledger", "gazette"]
    chosen = papers.open("search?site=ledger")
    assert chosen.css("#site option[selected]").attrib["value"] == "ledger"
    assert not chosen.css("form.ask input[type=hidden][name=site]")
    assert not find_section(chosen, "Publication")


def test_several_publications_can_be_asked_at_once(papers: PageReader) -> None:
    page = papers.open("search?site=ledger,gazette")
    assert count_hits(page) == HELD["ledger"] + HELD["gazette"]
    assert element_text(page.css(".chips")) == "Take off: ledger, gazette"
    assert element_text(page.css("#site option[selected]")) == "ledger, gazette"


def test_bars_are_stacked_by_publication_and_add_up(papers: PageReader) -> None:
    for path in ("home", "search"):
        chart = papers.open(path).css("figure.bars")[0]
        assert [element_text(entry) for entry in chart.css(".legend li")] == ["courier", "ledger", "gazette"]
        for row in chart.css("tbody tr"):
            *parts, together = (int(element_text(cell)) for cell in row.css("td"))
            assert sum(parts) == together
        bars = chart.css("svg:not(.swatch) a")
        for bar in bars:
            counts = [int(count) for count in re.findall(r" (\d+)(?=,|$)", element_text(bar.css("title")))]
            assert len(counts) == len(bar.css("rect:not(.space)"))
        assert sum(int(re.findall(r": (\d+) article", element_text(bar.css("title")))[0]) for bar in bars) == ARTICLES


def test_a_publication_keeps_its_colour_in_every_chart(papers: PageReader) -> None:
    colours: dict[str, set[str]] = {}
    for path in ("home", "search", "search?site=gazette,ledger", "search?q=place"):
        for entry in papers.open(path).css(".legend li"):
            colours.setdefault(element_text(entry), set()).add(entry.css("rect").attrib["class"])
    assert colours == {"courier": {"site-1"}, "ledger": {"site-2"}, "gazette": {"site-3"}}


def test_segments_fill_their_bar() -> None:
    series = (
        ChartSeries(label="A", colour="1", months={"2026-01": 1, "2026-02": 3}),
        ChartSeries(label="B", colour="2", months={"2026-02": 1}),
    )
    chart = chart_by_time({"2026-01": 1, "2026-02": 4}, str, series=series)
    assert chart is not None
    january, february = chart.bars
    assert [(segment.label, segment.y, segment.height) for segment in january.segments] == [("A", 75.0, 25.0)]
    assert [(segment.label, segment.y, segment.height) for segment in february.segments] == [
        ("A", 25.0, 75.0),
        ("B", 0.0, 25.0),
    ]
    assert [february.count_of(part) for part in series] == [3, 1]


def test_an_article_says_who_printed_its_text_and_who_was_first(papers: PageReader, prints: list[int]) -> None:
    _, courier, _ = prints
    for article_id in prints:
        section = papers.open(f"article/{article_id}").css("#prints")
        assert element_text(section.css("h2")) == "Printed by 3 papers"
        assert len(section.css("li")) == 3
        assert [element_text(entry.css("strong:contains('the first')")) for entry in section.css("li")] == [
            "the first",
            "",
            "",
        ]
    entries = [element_text(entry) for entry in papers.open(f"article/{courier}").css("#prints li")]
    assert "ledger 19 August 2026, 23:10 UTC the first alike by 90% what differs" in entries[0]
    assert entries[1] == "courier this one 20 August 2026, 00:05 UTC"
    assert "gazette 21 August 2026, 15:00 UTC the same body what differs" in entries[2]
    assert not find_section(papers.open(f"article/{courier}"), "Copies")


def test_what_a_paper_changed_is_marked(papers: PageReader, prints: list[int]) -> None:
    _, courier, gazette = prints
    page = papers.follow(
        papers.open(f"article/{courier}").css("#prints li a[aria-label^='What differs']")[0].attrib["href"]
    )
    removed = DOCK.prints[1].article.paragraphs[-1]
    assert element_text(page.css(".text del")) == f"[removed: {removed}]"
    assert not page.css("ins ins, h1 ins, h1 del")
    page = papers.open(f"article/{courier}/against/{gazette}")
    assert DOCK.prints[2].article.headline in element_text(page.css("h1 ins"))
    assert not page.css(".text del, .text ins")
    assert "The body is the same" in element_text(page.css(".flag"))
    assert "There is no article 99999" in element_text(papers.open("article/1/against/99999", status=404).css("main"))


def test_a_search_without_copies_shows_one_print_of_each_text(papers: PageReader, prints: list[int]) -> None:
    assert count_hits(papers.open("search?q=ducks+pupils")) == 3
    page = papers.open("search?q=ducks+pupils&unit=text")
    assert count_hits(page) == 1
    link = page.css(".articles .about a")
    assert element_text(link) == "2 other prints"
    assert link.attrib["href"].endswith(f"/article/{prints[0]}#prints")
    assert page.css("select[name=unit] option[value=text][selected]")
    assert element_text(page.css(".chips")) == "Take off: counted by text"
    assert count_hits(papers.follow(page.css(".chips a").attrib["href"])) == 3
    assert "--unit text -- 'ducks pupils'" in element_text(page.css(".keep pre"))
    assert count_hits(papers.open("search?unit=text")) == ARTICLES - len(PRINTED) + 2
    assert papers.ask("/papers/-/feed.atom?q=ducks+pupils&unit=text").text.count("<entry") == 1
    assert "The unit is article, story, text" in element_text(papers.open("search?unit=some", status=400).css("main"))


def test_lists_name_the_publication(papers: PageReader) -> None:
    for path in ("home", "search", "calendar/2026-08-20"):
        facts = [element_text(entry.css(".about")) for entry in papers.open(path).css(".articles li")]
        assert facts
        assert all(any(f" {name}" in fact for name in HELD) for fact in facts), path


def test_the_calendar_can_be_limited_to_a_publication(papers: PageReader) -> None:
    everything = papers.open("calendar")
    links = {element_text(link): link.attrib["href"] for link in everything.css("[aria-label=Publication] a")}
    assert list(links) == ["courier", "ledger", "gazette"]
    for name, href in links.items():
        page = papers.follow(href)
        assert int(element_text(page.css("tbody td")[-1])) == HELD[name]
        year = papers.follow(page.css("tbody th a").attrib["href"])
        assert sum(int(element_text(row.css("td")[0])) for row in year.css("tbody tr")) == HELD[name]
    day = papers.open("calendar/2026-08-20?site=courier")
    assert list_headlines(day) == [DOCK.prints[1].article.headline]
    assert count_hits(papers.follow(day.xpath("//a[.='Search in them']").attrib["href"])) == 1
    assert "no article of such a publication" in element_text(papers.open("calendar?site=x", status=404).css("main"))


def test_a_publication_has_a_page(papers: PageReader) -> None:
    page = papers.open("site?name=ledger")
    assert element_text(page.css("h1")) == "ledger"
    assert f"{HELD['ledger']} articles in 1 language, published from 29 May 2026 to 12 October 2026" in element_text(
        page.css(".sum")
    )
    assert len(list_headlines(page)) == HELD["ledger"]
    assert "no article of such a publication" in element_text(papers.open("site?name=x", status=404).css("main"))
    assert papers.open("site", status=404)


def test_the_saved_query_of_prints_lists_each_pair_the_earlier_first(papers: PageReader) -> None:
    rows = papers.ask("/papers/printed_by_several.json?_shape=array").json()
    pairs = sorted((row["site"], row["other_site"]) for row in rows)
    assert pairs == [("courier", "gazette"), ("courier", "ledger"), ("ledger", "courier"), ("ledger", "gazette")]
    assert all(row["published_at"] < row["other_published_at"] for row in rows)
