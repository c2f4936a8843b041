"""The first page."""

import asyncio
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parsel import Selector
from support.page_reader import PageReader, element_text, find_section, list_headlines

from crawler.archive import Archive
from crawler.archive.health.coverage import count_waiting, iter_months, read_coverage
from crawler.archive.saved_searches import save_search
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import freeze
from crawler.browse.cache import count_once, read_file_state
from crawler.browse.serving.warming import warm_up


def copied(archive: Path, to: Path) -> Path:
    source, target = sqlite3.connect(archive), sqlite3.connect(to)
    source.backup(target)
    source.close()
    target.close()
    return to


def test_the_first_page_stands_at_the_root_of_a_server_with_one_archive(library: PageReader) -> None:
    root = Selector(text=library.ask("/").text)
    assert element_text(root.css("h1")) == "The AsiaNews archive"
    assert element_text(root.css("h1")) == element_text(library.open("home").css("h1"))
    assert element_text(root.css(".menu [aria-current]")) == "Home"


def test_it_says_what_is_held(library: PageReader) -> None:
    page = library.open("home")
    summary = element_text(page.css(".sum"))
    assert "67 articles in 3 languages, published from 5 January 2015 to 4 January 2022; 3 authors." in summary
    assert "Last crawled 8 March 2026, 12:00 UTC" in summary
    assert list_headlines(page)[:2] == ["الميناء يفتح", "港口重新开放"]


def test_languages_and_years_add_up_to_the_archive(library: PageReader) -> None:
    page = library.open("home")
    languages = page.xpath("//h2[.='Languages']/following-sibling::ul[1]/li")
    assert [element_text(value) for value in languages] == ["English 65", "Arabic 1", "Chinese 1"]
    assert element_text(library.follow(languages[2].css("a").attrib["href"]).css(".results-head h1")) == "1 article"
    years = page.css("figure.bars tbody tr")
    assert sum(int(element_text(cell)) for cell in years.css("td")) == 67
    assert [element_text(cell) for cell in years[0].css("th, td")] == ["2015", "12"]
    assert element_text(library.follow(years[0].css("a").attrib["href"]).css(".results-head h1")) == "12 articles"


def test_what_is_lacking_is_counted_and_named(library: PageReader) -> None:
    lacking = element_text(find_section(library.open("home"), "What is lacking"))
    # January 2015 to January 2022 are 85 months, sixty with a report; January 2019, February 2020, May 2021 and
    # January 2022 have other articles, and the first of these a report as well.
    assert "English: from January 2015 to January 2022 none in 22 of 85 months." in lacking
    assert "1 more article is known by address and not archived yet" in lacking


def test_there_are_ways_in_by_year_place_author_and_link(library: PageReader) -> None:
    page = library.open("home")
    drawn = page.css("figure.bars")[0].css("svg a")
    assert element_text(drawn[0].css("title")) == "2015: 12 articles"
    for heading, first, title in (("Places", "Dili 20", "Dili"), ("Authors", "Bao Anh 30", "Bao Anh")):
        link = page.xpath("//h2[.=$heading]/following-sibling::ul[1]/li/a", heading=heading)[0]
        assert element_text(link) == first
        assert element_text(library.follow(link.attrib["href"]).css("h1")) == title
    named = page.xpath("//h2[.='Named most under See also']/following-sibling::ol[1]/li")
    assert [element_text(entry.css("h3")) for entry in named] == ["Harbour opens again"]
    assert "named by 1" in element_text(named)


def test_a_day_of_the_year_has_its_articles_of_all_years(library: PageReader) -> None:
    assert [element_text(way) for way in library.open("on-this-day?day=01-05").css("h1, .steps a, main > p")] == [
        "Calendar",
        "← 4 January",
        "6 January →",
        "On 5 January, in every year",
        "5 articles, the newest year first.",
    ]
    assert list_headlines(library.open("on-this-day?day=01-05")) == [f"Weather report {n}" for n in (48, 36, 24, 12, 0)]
    steps = library.open("on-this-day?day=12-31").css(".steps a")
    assert [element_text(step) for step in steps[1:]] == ["← 30 December", "1 January →"]
    assert "Nothing that is archived" in element_text(library.open("on-this-day?day=02-29").css("main"))
    assert element_text(library.follow(library.open("home").css(".more a")[1].attrib["href"]).css("h1")).startswith(
        "On "
    )
    for day in ("02-30", "3-8", "2020-03-08", "x", "00-00"):
        assert element_text(library.open(f"on-this-day?day={day}", status=404).css("h1")) == "Not here"


def test_the_examples_find_something(library: PageReader) -> None:
    examples = library.open("home").css(".examples a::attr(href)").getall()
    assert len(examples) >= 3
    for example in examples:
        assert library.follow(example).css(".articles li"), example


def test_saved_searches_are_listed_with_their_feeds(library_path: Path, tmp_path: Path) -> None:
    copy = copied(library_path, tmp_path / "offering.db")
    with Archive(copy, "write") as archive:
        now = datetime(2026, 4, 1, tzinfo=UTC)
        save_search(archive, "Rain", Selection(query="rain", place="=Osaka"), now=now)
        save_search(archive, "<b>Everything</b>", Selection(), now=now)
    reader = PageReader(copy)
    links = find_section(reader.open("home"), "Saved searches").css("a")
    assert [element_text(link) for link in links] == [
        "<b>Everything</b>",
        "feed of <b>Everything</b>",
        "Rain",
        "feed of Rain",
    ]
    assert element_text(reader.follow(links[0].attrib["href"]).css(".results-head h1")) == "67 articles"
    assert element_text(reader.follow(links[2].attrib["href"]).css(".results-head h1")) == "20 articles"
    assert reader.ask(links[3].attrib["href"]).text.count("<entry") == 20


def test_snapshots_are_listed_and_lead_to_what_they_froze(library_path: Path, tmp_path: Path) -> None:
    copy = copied(library_path, tmp_path / "frozen.db")
    with Archive(copy, "write") as archive:
        freeze(archive, "osaka", Selection(query="rain", place="=Osaka"), now=datetime(2026, 4, 1, tzinfo=UTC))
    reader = PageReader(copy)
    listed = find_section(reader.open("home"), "Snapshots")
    assert element_text(listed) == "Snapshots osaka 20 articles frozen 1 April 2026, 00:00 UTC rain"
    page = reader.follow(listed.css("a").attrib["href"])
    assert element_text(page.css(".results-head h1")) == "20 articles"
    assert [element_text(link) for link in page.css(".chips a")] == ["Take off: snapshot: osaka"]
    assert "No snapshot 'paris'" in element_text(reader.open("search?snapshot=paris", status=400).css("main"))


def test_a_large_archive_is_counted_before_its_first_reader_comes(library_path: Path, tmp_path: Path) -> None:
    copy = copied(library_path, tmp_path / "large.db")
    datasette = PageReader(copy).datasette
    while not read_file_state(copy).settled:
        pass
    assert asyncio.run(warm_up(datasette)) == ()  # it is a small one
    assert asyncio.run(warm_up(datasette, min_bytes=1)) == tuple(
        f"/large/-/{page}"
        for page in ("home", "calendar", "search?unit=story", "timeline?unit=story", "places?unit=story", "health")
    )
    counted = count_once(read_file_state(copy), "home coverage", lambda: pytest.fail("counted again"))
    assert sum(covered.articles for covered in counted.value) == 67


def test_an_archive_without_articles_has_a_first_page(tmp_path: Path) -> None:
    with Archive(tmp_path / "empty.db", "create"):
        pass
    reader = PageReader(tmp_path / "empty.db")
    page = reader.open("home")
    assert element_text(page.css("h1")) == "The news archive"
    assert "Nothing is archived yet." in element_text(page.css(".sum"))
    assert element_text(reader.open("search").css(".results-head h1")) == "0 articles"
    assert reader.ask("/empty/-/feed.atom").status_code == 200


def test_coverage_counts_every_article_once(library_path: Path) -> None:
    with Archive(library_path) as archive:
        held = read_coverage(archive.db)
        assert {covered.language: covered.articles for covered in held} == {"en": 65, "ar": 1, "zh": 1}
        assert sum(held[0].years.values()) == 65
        assert held[0].span == ("2015-01", "2022-01")
        assert len(held[0].empty_months) == 22
        assert count_waiting(archive.db) == 1


def test_months_run_over_the_turn_of_a_year() -> None:
    assert list(iter_months("1999-12", "2000-01")) == ["1999-12", "2000-01"]
    assert list(iter_months("2000-02", "2000-01")) == []


def test_no_page_needs_a_script(library: PageReader, numbers: dict[str, int]) -> None:
    """Everything is in what the server sends: links and forms; buttons are only made by the script."""
    for path in ("home", "search?q=rain", f"article/{numbers['en/101']}", f"article/{numbers['en/101']}/revision/1"):
        page = library.open(path)
        scripts = page.css("script")
        ours = {f"/-/static-plugins/seealso/{name}.js" for name in ("reading", "desk")}
        assert {re.sub(r"\?.*", "", script.attrib["src"]) for script in scripts} <= ours
        assert all(not script.css("::text").get() for script in scripts)
        assert {button.attrib.get("type") for button in page.css("button")} <= {"submit"}
        assert not page.css("[style], [onclick], [onload], style, [href^='javascript:']")
        assert page.css("form[role=search][action='/library/-/search'][method=get] input[name=q]")
