"""The page of everything: its figures are those of the pages that it leads to, whatever is counted later."""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.desk_archive import build_desk_archive
from support.page_reader import PageReader, element_text
from support.waiting import wait_until

from crawler.archive import Archive, Selection
from crawler.browse.pages import overview
from crawler.cli import main
from crawler.research.kwic import concordance
from crawler.research.plots.scale import format_figure
from crawler.research.timeline import timeline
from crawler.research.words.keyness import keywords


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_desk_archive(tmp_path_factory.mktemp("overview") / "desk.db")


@pytest.fixture(scope="module")
def desk(path: Path) -> PageReader:
    desk = PageReader(path)
    wait_until(lambda: desk.ask("/desk/-/words?q=boat").status_code == 200)
    return desk


@pytest.fixture(autouse=True)
def is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "PART_SECONDS", 60.0)


def test_the_figures_are_those_of_the_whole_pages(desk: PageReader, path: Path) -> None:
    page = desk.open("overview?q=boat&language=en")
    selection = Selection(query="boat", language="en")
    with Archive(path) as archive:
        total = timeline(archive, [selection]).series[0].total
        lines = list(concordance(archive, selection))
        (marking,) = keywords(archive, selection, minimum=3, exclude_query_words=True)
    said = element_text(page.css(".sum"))
    assert said.startswith(
        f"{total.count} articles of {total.articles}: {format_figure(total.per_thousand)} per 1,000, "
    )
    assert f"{len(lines)} occurrences in {total.words} words" in said
    assert sorted(element_text(key) for key in page.css("a.key")) == sorted(line.key for line in lines)
    panels = {element_text(panel.css("h2")): panel for panel in page.css(".panel")}
    assert list(panels) == [
        *("When", "Words that mark it", "Every occurrence", "Words around it", "Most frequent words")
    ]
    listed = [element_text(word) for word in panels["Words that mark it"].css("th a")]
    assert listed == [keyword.word for keyword in marking.keywords][: overview.WORDS_IN_PANEL]
    for title, panel in panels.items():
        whole, table = panel.css(".more a")[0].attrib["href"], panel.css(".more a")[-1].attrib["href"]
        assert "q=boat&language=en" in whole, title
        assert desk.follow(whole).css("#q").attrib["value"] == "boat", title
        assert list(csv.reader(io.StringIO(desk.ask(table).text))), title
        program, *command = shlex.split(element_text(panel.css("pre")))
        assert (program, command[-4:]) == ("seealso", ["--language", "en", "--", "boat"])
        assert CliRunner().invoke(main, [command[0], "--archive", str(path), *command[1:]]).exit_code == 0, title
    assert desk.ask(page.css("figure img").attrib["src"]).status_code == 200
    assert "boat language:en" in element_text(page.css(".glance"))


def test_without_a_question_it_shows_the_archive_and_of_parts_what_marks_them(desk: PageReader, path: Path) -> None:
    page = desk.open("overview")
    assert element_text(page.css(".sum")) == "6 articles"
    titles = [element_text(title) for title in page.css(".panel h2")]
    assert titles == ["When", "Most frequent words", "Languages"]
    assert element_text(page.css(".panel.facet li")[0]) == "English 3"
    command = shlex.split(element_text(page.css(".panel.facet pre")))[1:]
    assert CliRunner().invoke(main, [command[0], "--archive", str(path), *command[1:]]).exit_code == 0
    page = desk.follow(page.css(".panel.facet a").attrib["href"])
    assert element_text(page.css(".sum")) == "3 articles"
    page = desk.open("overview?since=2021&language=en")
    assert "Words that mark it" in [element_text(title) for title in page.css(".panel h2")]
    assert "not understood" in element_text(desk.open("overview?since=x", status=400).css("[role=alert]")).lower()
    assert "Nothing was found" in element_text(desk.open("overview?q=unheard").css(".notice"))


def test_words_that_would_take_too_long_come_as_pictures(desk: PageReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "WORD_SECONDS", 0.0)
    monkeypatch.setattr(overview, "FEW_ARTICLES", 0)
    page = desk.open("overview?q=school")
    pictures = page.css(".panel p.picture img")
    assert len(pictures) == 3
    for picture in pictures:
        assert picture.attrib["loading"] == "lazy"
        assert desk.ask(picture.attrib["src"]).headers["content-type"].startswith("image/svg+xml")
    assert not desk.open("overview?q=school").css("p.picture")  # what was counted for the pictures is kept


def test_a_search_and_the_menu_lead_to_it(desk: PageReader) -> None:
    (link,) = [link for link in desk.open("search?q=boat").css("a") if element_text(link) == "At a glance"]
    assert link.attrib["href"] == "/desk/-/overview?q=boat"
    page = desk.open("overview?q=boat&unit=story")
    assert "stories" in element_text(page.css(".sum"))
    assert element_text(page.css(".tabs [aria-current]")) == "Overview"
