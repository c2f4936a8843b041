"""The desk in the browser: its figures are those of the commands, and every page leads on."""

from __future__ import annotations

import csv
import io
import re
import shlex
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from parsel import Selector
from support.desk_archive import build_desk_archive
from support.page_reader import PageReader, element_text
from support.waiting import wait_until

from crawler.archive import Archive, Selection
from crawler.browse.pages import study
from crawler.browse.parts import word_index
from crawler.browse.parts.kwic_lines import SORT_OPTIONS, cut_at_words
from crawler.browse.parts.study import STUDY_PAGES
from crawler.cli import main
from crawler.normalisation.words.tokenizer import index_words
from crawler.research.kwic import KwicLine, concordance, measure_columns
from crawler.research.line_order import Sort
from crawler.research.samples import draw_lines
from crawler.research.timeline import timeline
from crawler.research.words import collocations, keyness, word_list
from crawler.research.words.keyness import keywords
from crawler.research.words.word_list import list_words


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_desk_archive(tmp_path_factory.mktemp("study") / "desk.db")


@pytest.fixture(scope="module")
def desk(path: Path) -> PageReader:
    return PageReader(path)


def read_csv(desk: PageReader, address: str) -> list[dict[str, str]]:
    answer = desk.ask(f"/desk/-/{address}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_timeline_shows_the_figures_of_the_command(desk: PageReader, path: Path) -> None:
    page = desk.open("timeline?q=boat&q2=school&step=year")
    with Archive(path) as archive:
        selections = [Selection(query="boat"), Selection(query="school")]
        result = timeline(archive, selections, "year")
    rows = {element_text(row.css("th")): [element_text(cell) for cell in row.css("td")] for row in page.css("tbody tr")}
    for index, period in enumerate(result.periods):
        shares = [series.shares[index] for series in result.series]
        if shares[0].articles:
            assert [rows[period][0], rows[period][2]] == [str(share.count) for share in shares]
            assert rows[period][4:] == [str(shares[0].articles), str(shares[0].words)]
    assert "2020" not in rows  # nothing is archived of it
    written = read_csv(desk, "timeline.csv?q=boat&q2=school&step=year")
    assert [int(row["count"]) for row in written if row["query"] == "boat"] == [
        *(share.count for share in result.series[0].shares),
        0,
    ]
    hits = desk.follow(page.css("tbody a").attrib["href"])
    assert element_text(hits.css(".results-head h1")) == "1 article"


def test_weeks_and_quarters_lead_to_their_articles(desk: PageReader) -> None:
    """A period that the question cuts leads to what of it was asked for."""
    for asked in ("step=week", "step=quarter", "step=quarter&since=2018-02-01", "step=year&until=2019-03-31"):
        page = desk.open(f"timeline?q=boat&language=en&{asked}")
        counts = {element_text(row.css("th")): row.css("td a") for row in page.css("tbody tr")}
        assert counts, asked
        for period, link in counts.items():
            hits = desk.ask(link.attrib["href"])
            number = int(element_text(link))
            found = re.search(r"<h1>([0-9]+) article", hits.text)
            assert (int(found[1]) if found else 0) == number, (asked, period)
    figure = desk.open("timeline?q=boat&step=quarter").css("figure[data-periods]").attrib
    assert figure["data-periods"].split()[0].endswith("-Q1") or "-Q" in figure["data-periods"]
    begins, ends = figure["data-begins"].split(), figure["data-ends"].split()
    assert all(
        begin[:4] == end[:4] and int(end[5:]) - int(begin[5:]) == 2 for begin, end in zip(begins, ends, strict=True)
    )


def test_lines_at_random_are_those_of_the_command(
    desk: PageReader, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    with Archive(path) as archive:
        every = [(line.article_id, line.start) for line in concordance(archive, Selection(query="boat"))]
        lines = concordance(archive, Selection(query="boat"), study.LINE_COLUMNS)
        expected, total = draw_lines(lines, 3, "42")
    assert total == len(every) > 3
    page = desk.open("concordance?q=boat&lines=3&seed=42")
    assert [element_text(key) for key in page.css(".kwic .key")] == [line.key for line in expected]
    assert f"3 of {total} lines at random" in element_text(page.css("main"))
    assert element_text(page.css(".keep pre")).endswith("--lines 3 --seed 42 -- boat")
    assert page.css("#lines [selected]").attrib["value"] == "3"
    written = read_csv(desk, "concordance.csv?q=boat&lines=3&seed=42")
    assert [row["left"] for row in written] == [" ".join(line.left.split()) for line in expected]
    assert len(desk.open("concordance?q=boat").css(".kwic .key")) == total
    monkeypatch.setattr(study, "MAX_DRAWN_FROM", total - 1)
    refused = desk.open("concordance?q=boat&lines=3", status=400).css("[role=alert]")
    assert f"up to {total - 1}, and these are {total}: choose fewer years" in element_text(refused)
    assert desk.open("concordance?q=boat&lines=many", status=400)


def test_without_a_query_articles_are_counted_and_no_thousand_of_a_thousand(desk: PageReader) -> None:
    page = desk.open("timeline")
    assert "All articles, as no query is given" in element_text(page.css("main"))
    assert "per 1,000" not in desk.ask(page.css("figure.picture img").attrib["src"]).text
    assert page.css("#measure option")[0].attrib["value"] == "per-thousand"  # what a query is shown by
    assert "per 1,000" in desk.ask("/desk/-/timeline.svg?q=boat").text
    for asked in ("measure=per-thousand", "q2=boat", "q=language:en+boat"):
        answer = desk.ask(f"/desk/-/timeline.svg?{asked}")
        assert "per 1,000" in answer.text, asked
    assert "per 1,000" not in desk.ask("/desk/-/timeline.svg?language=en&since=2019").text


def test_the_menu_leads_to_the_desk(desk: PageReader) -> None:
    (link,) = [link for link in desk.open("home").css(".menu a") if element_text(link) == "Study"]
    assert link.attrib["href"] == "/desk/-/overview"
    assert element_text(desk.follow(link.attrib["href"]).css(".menu [aria-current]")) == "Study"
    assert "/desk/-/overview" in desk.ask("/desk/articles").text


def test_a_page_below_one_of_the_menu_shows_which(desk: PageReader) -> None:
    for address, entry in (
        *((name, "Study") for name, _ in STUDY_PAGES),
        ("calendar/2019", "Calendar"),
        ("on-this-day", "Calendar"),
        ("values?facet=place", "Search"),
        ("article/1", ""),
    ):
        assert element_text(desk.open(address).css(".ways [aria-current]")) == entry, address
    # The one box to write into is that of the question.
    assert len(desk.open("words?q=boat").css("[data-search]")) == 1


def test_words_of_many_languages_are_led_to(desk: PageReader) -> None:
    page = desk.open("words?min=1")
    links = page.css("nav[aria-label=Languages] a")
    assert len(links) > 2
    for link in links:
        assert element_text(page.css(link.attrib["href"] + " h2")) == element_text(link)
    assert not desk.open("words?min=1&language=en").css("nav[aria-label=Languages]")


def test_a_picture_has_the_query_in_it(desk: PageReader) -> None:
    page = desk.open("timeline?q=boat&unit=story")
    source = page.css("figure.picture img").attrib["src"]
    answer = desk.ask(source)
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert "boat by month" in answer.text
    assert "stories of the corpus" in answer.text
    assert "<script" not in desk.ask("/desk/-/timeline.svg?q=%3Cscript%3Ealert(1)%3C/script%3E").text


@pytest.mark.parametrize("sort", ["position", "right", "left", "date"])
def test_a_concordance_has_the_lines_of_the_command(desk: PageReader, path: Path, sort: Sort) -> None:
    page = desk.open(f"concordance?q=boat+OR+%E8%88%B9&sort={sort}")
    with Archive(path) as archive:
        lines = list(concordance(archive, Selection(query="boat OR 船"), 150, sort))
    assert element_text(page.css("main > p")).startswith(f"{len(lines)} lines")
    assert [element_text(key) for key in page.css(".key")] == [line.key for line in lines]
    written = read_csv(desk, f"concordance.csv?q=boat+OR+%E8%88%B9&sort={sort}")
    assert [(row["article_id"], row["key"]) for row in written] == [(str(line.article_id), line.key) for line in lines]
    target = page.css("a.key").attrib["href"]
    assert ":~:text=" in target
    assert desk.follow(target.partition("#")[0]).css("article mark")


def test_a_concordance_is_turned_over_to_its_last_line(
    desk: PageReader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "LINES_PER_PAGE", 2)
    with Archive(path) as archive:
        lines = list(concordance(archive, Selection(query="boat", language="en"), 150, "right"))
    page, read, numbers = desk.open("concordance?q=boat&sort=right&language=en"), [], []
    while True:
        read += [element_text(row.css(".from")) for row in page.css(".kwic tbody tr")]
        numbers.append(element_text(page.css("main > p")).partition(".")[0])
        if not page.css("[rel=next]"):
            break
        page = desk.follow(page.css("[rel=next]").attrib["href"])
    assert read == [" ".join((line.key + line.right).split()) for line in lines]
    assert numbers == ["5 lines, here 1 to 2", "5 lines, here 3 to 4", "5 lines, here the last"]
    assert page.css("[rel=prev]").attrib["href"].endswith("q=boat&language=en&sort=right&page=2")
    assert "page=" not in page.css("main > p a").attrib["href"]
    assert page.css("select[name=sort] [selected]").attrib["value"] == "right"
    assert desk.ask("/desk/-/concordance?q=boat&page=9").status_code == 404
    assert desk.ask("/desk/-/concordance?q=boat&page=x").status_code == 400


def test_the_word_that_lines_are_sorted_by_is_marked(desk: PageReader) -> None:
    rows = desk.open("concordance?q=boat&sort=right&language=en").css(".kwic tbody tr")
    marked = [element_text(row.css(".from b.sorted")).casefold() for row in rows]
    assert len(marked) == 5
    assert [word for word in marked if word] == sorted(word for word in marked if word)
    assert not rows.css(".before b")
    assert desk.open("concordance?q=boat&sort=left&language=en").css(".before b.sorted")
    assert not desk.open("concordance?q=boat&sort=date").css("b.sorted")


def test_lines_are_sorted_by_several_words(desk: PageReader, path: Path) -> None:
    page = desk.open("concordance?q=boat&sort=2R&sort2=1L&sort3=1R&language=en")
    with Archive(path) as archive:
        lines = list(concordance(archive, Selection(query="boat", language="en"), 150, (2, -1, 1)))
    assert [element_text(row.css(".from")) for row in page.css(".kwic tbody tr")] == [
        " ".join(f"{line.key}{line.right}".split()) for line in lines
    ]
    assert [page.css(f"#{name} [selected]").attrib["value"] for name in SORT_OPTIONS] == ["2R", "1L", "1R"]
    marks = page.css(".kwic tbody tr")[0].css("b.sorted")
    assert [element_text(mark) for mark in marks] == index_words(lines[0].left)[-1:] + index_words(lines[0].right)[:2]
    assert "--order 2R,1L,1R " in element_text(page.css("pre.cite"))
    assert desk.open("concordance?q=boat&sort=1L,1R,2R,3R").css("#sort [selected]").attrib["value"] == "1L,1R,2R,3R"
    for odd in ("sort=right&sort2=1R", "sort=1R&sort2=1R", "sort=12R", "sort2=date"):
        assert desk.open(f"concordance?q=boat&{odd}", status=400).css("#sort3 optgroup"), odd


def test_a_line_begins_and_ends_with_whole_words() -> None:
    text = "unmistakably " * 20 + "boat " + "unmistakably " * 20
    start = text.index("boat")
    selection = Selection(query="boat")
    for cut in range(13):
        line = KwicLine(
            article_id=1,
            site="x",
            language="en",
            published_on=None,
            url="",
            field="body",
            start=start,
            left=text[start - 60 - cut : start],
            key="boat",
            right=text[start + 4 :][:73],
        )
        left, right = cut_at_words(line, selection)
        assert set(left.split()) == set(right.split()) == {"unmistakably"}
        assert len(line.left) - len(left) <= 13
    characters = replace(line, left="船" * 40, right="河" * 40)  # nothing parts these
    assert cut_at_words(characters, selection) == ("船" * 40, "河" * 40)


def test_lines_from_right_to_left_are_read_from_the_right(desk: PageReader) -> None:
    cells = desk.open("concordance?q=%D8%A7%D9%84%D9%86%D9%87%D8%B1").css(".kwic td")
    assert [cell.attrib.get("dir") for cell in cells[1:]] == ["rtl", "rtl"]
    assert "والقارب" in element_text(cells[1])  # what comes after stands left


def test_words_and_keywords_are_those_of_the_commands(desk: PageReader, path: Path) -> None:
    page = desk.open("words?q=boat&min=1&language=en")
    with Archive(path) as archive:
        (words,) = list_words(archive, Selection(query="boat", language="en"), minimum=1)
        marks = keywords(archive, Selection(query="boat"), minimum=1, exclude_query_words=True)
    assert [element_text(row.css("th")) for row in page.css("tbody tr")] == [word.word for word in words.words]
    assert [element_text(row.css("td.number")[0]) for row in page.css("tbody tr")] == [
        str(word.count) for word in words.words
    ]
    shown = desk.open("keywords?q=boat&min=1&language=en")
    assert [element_text(head) for head in shown.css("thead th")][3] == "articles"
    (english,) = [mark for mark in marks if mark.language == "en"]
    assert [element_text(row.css("td.number")[2]) for row in shown.css("tbody tr")] == [
        str(word.articles) for word in english.keywords
    ]
    written = read_csv(desk, "keywords.csv?q=boat&min=1")
    assert [row["articles"] for row in written if row["language"] == "en"] == [
        str(word.articles) for word in english.keywords
    ]
    assert [(row["language"], row["word"]) for row in written] == [
        (mark.language, word.word) for mark in marks for word in mark.keywords
    ]
    assert {row["word"] for row in read_csv(desk, "words.csv?q=%E8%88%B9&min=1")} >= {"小船", "过河", "很好"}
    assert {row["word"] for row in read_csv(desk, "words.csv?q=boat&clusters=yes&ngrams=2&min=1")} >= {"old boat"}
    around = read_csv(desk, "collocates.csv?q=boat&min=1&window=1")
    assert "sank" in {row["word"] for row in around}


@pytest.mark.parametrize("name", [name for name, _ in STUDY_PAGES[1:]])
def test_each_page_leads_to_the_others_and_says_its_command(desk: PageReader, path: Path, name: str) -> None:
    page = desk.open(f"{name}?q=boat&language=en&min=1&ngrams=1" if "w" in name else f"{name}?q=boat&language=en")
    tabs = page.css(".tabs a")
    assert len(tabs) == len(STUDY_PAGES)
    for tab in tabs:
        assert desk.ask(tab.attrib["href"]).status_code == 200
        assert "q=boat" in tab.attrib["href"]
    program, command, *options = shlex.split(element_text(page.css(".keep pre")))
    assert program == "seealso"
    result = CliRunner().invoke(main, [command, "--archive", str(path), *options])
    assert result.exit_code == 0, result.stderr
    assert desk.ask(page.css(".keep a").attrib["href"]).status_code == 200


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if place % 2 else ()) for place, (name, _) in enumerate(STUDY_PAGES)],
)
def test_odd_questions_are_answered_in_words(desk: PageReader, name: str) -> None:
    """The other pages, the slow cases, take half a second; ``test_odd_questions.py`` asks all pages oddly."""
    assert desk.open(name).css("form.ask")
    for odd in ("q=%22boat", "since=spring", "unit=page", "q=boat&language=xx"):
        answer = desk.ask(f"/desk/-/{name}?{odd}")
        assert answer.status_code in (200, 400), odd
        assert "Something went wrong" not in answer.text
    assert desk.open(f"{name}?unit=page", status=400).css("[role=alert]")
    unknown = desk.open(f"{name}?q=boat&language=xx", status=400)
    assert "No article is in the language 'xx'" in element_text(unknown.css("[role=alert]"))
    assert unknown.css("#q").attrib["value"] == "boat"
    # A name that must hold, and that nobody has, makes no zeros of it, nor asks a command of who has a browser.
    unknown = desk.open(f"{name}?q=boat+author:nosuch", status=400).css("[role=alert]")
    assert "No article is by an author 'nosuch'" in element_text(unknown)
    unknown = desk.open(f"{name}?q=boat&author=Nobody+Atall", status=400).css("[role=alert]")
    assert element_text(unknown.css("p")) == "No article is by an author 'Nobody Atall'. What there is"
    assert element_text(desk.follow(unknown.css("a").attrib["href"]).css("h1")) == "Authors"


def test_what_counts_once_is_asked_in_the_same_words_everywhere(desk: PageReader) -> None:
    fields = {
        name: (element_text(page.css("label[for=unit]")), [element_text(option) for option in page.css("#unit option")])
        for name in ("search", *(name for name, _ in STUDY_PAGES), "places")
        for page in [desk.open(name)]
    }
    assert len({str(field) for field in fields.values()}) == 1, fields
    assert fields["search"][0] == "Count"
    assert [element_text(label) for label in desk.open("words").css("form.ask label")].count("Count") == 1


def test_odd_options_are_refused(desk: PageReader) -> None:
    for address in (
        *("timeline?step=decade", "timeline?measure=x", "timeline?count=3", "timeline?q=boat&q2=%22a"),
        *("concordance?q=boat&sort=up", "words?ngrams=9", "words?min=0", "collocates?window=101", "keywords?measure=x"),
    ):
        assert desk.open(address, status=400).css("[role=alert]"), address


def test_cells_of_csv_are_no_formulas(desk: PageReader) -> None:
    for row in read_csv(desk, "concordance.csv?q=said"):
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())


@pytest.mark.parametrize(
    ("address", "command"),
    [
        ("timeline.svg?q=boat&q2=school&step=year", "timeline --by year --vs school boat"),
        ("words.svg?language=en&min=1", "words --language en --min 1"),
        ("collocates.svg?q=boat&min=1", "collocations --min 1 boat"),
        ("keywords.svg?q=boat&min=1", "keyness --exclude-query-words --min 1 boat"),
    ],
)
def test_a_picture_says_what_it_is_of_and_is_the_one_of_the_command(
    desk: PageReader, path: Path, tmp_path: Path, address: str, command: str
) -> None:
    answer = desk.ask(f"/desk/-/{address}")
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert "script-src" not in answer.headers["content-security-policy"]
    ElementTree.fromstring(answer.text)
    caption = " ".join(Selector(text=answer.text).css("text.caption::text").getall())
    for said in ("boat" if "boat" in address else "language:en", "gazette archive", "counted on 20"):
        assert said in caption
    file = tmp_path / "plot.svg"
    name, *options = command.split()
    result = CliRunner().invoke(main, [name, "--archive", str(path), "--svg", str(file), *options])
    assert result.exit_code == 0, result.stderr
    assert file.read_text(encoding="utf-8") == answer.text
    refused = CliRunner().invoke(main, [name, "--archive", str(path), "--svg", str(path), *options])
    assert "belongs to the archive itself" in refused.stderr


def test_a_picture_for_a_phone_keeps_its_words_inside(desk: PageReader) -> None:
    for address in (
        "timeline.svg?q=boat&q2=school&step=month",
        "words.svg?language=en&min=1",
        "collocates.svg?q=boat&min=1&language=en",
        "keywords.svg?q=boat&min=1",
        "concordance.svg?q=boat",
    ):
        kept, phone = desk.ask(f"/desk/-/{address}").text, desk.ask(f"/desk/-/{address}&surface=phone").text
        drawn = ElementTree.fromstring(phone)
        assert (drawn.get("width"), ElementTree.fromstring(kept).get("width")) == ("300", "760"), address
        assert "prefers-color-scheme:dark" in phone, address
        assert "prefers-color-scheme" not in kept, address
        for text in drawn.iterfind(".//{*}text"):
            half = {"end": 0.0, "middle": 0.5}.get(text.get("class", ""), 1.0)
            letter = 5.7 if text.get("class") == "caption" else 6.2
            end = float(text.get("x", "")) + half * measure_columns(text.text or "") * letter
            assert end <= 302, (address, text.text)
        refused = desk.ask(f"/desk/-/{address}&surface=wall")
        assert refused.status_code == 400
        assert "Surface is one of page, phone, not" in refused.text


def test_a_dispersion_plot_has_a_stroke_for_each_day(desk: PageReader) -> None:
    drawn = desk.ask("/desk/-/concordance.svg?q=boat").text
    ElementTree.fromstring(drawn)
    assert Selector(text=drawn).css(".hits::attr(d)").get("").count("M") == 2
    assert "5 hits" in drawn


def test_a_hostile_query_stays_text_in_a_picture(desk: PageReader) -> None:
    for name in ("timeline", "words", "concordance", "keywords"):
        drawn = desk.ask(f"/desk/-/{name}.svg?q=%3Cscript%3Eboat%26%01&min=1").text
        assert not ElementTree.fromstring(drawn).findall(".//{*}script")


def test_runs_of_too_many_words_are_refused_with_a_narrower_question(
    desk: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: desk.ask("/desk/-/words?q=boat").status_code == 200)
    monkeypatch.setattr(word_list, "MOST_WORDS_LISTED", 20)
    page = desk.open("words?ngrams=2&min=1&language=en", status=400)
    said = element_text(page.css("[role=alert]"))
    assert "up to 20 words, and these articles have 50:" in said
    assert "fewer years" in said
    assert page.css("#ngrams [selected]").attrib["value"] == "2"
    assert desk.open("words?q=teacher&ngrams=2&min=1&until=2018", status=200)
    assert desk.ask("/desk/-/words.csv?ngrams=2&min=1&language=en").status_code == 200  # all of them: another bound
    for name, module in (("keywords", keyness), ("collocates", collocations)):
        monkeypatch.setattr(module, "MOST_WORDS_IN_LANGUAGE", 20)
        monkeypatch.setattr(module, "MOST_WORDS_COMPARED", 10)
        part = desk.open(f"{name}?q=boat&ngrams=2&min=1&language=en&since=2010", status=400)  # is no whole language
        assert "up to 10 words" in element_text(part.css("[role=alert]"))
        page = desk.open(f"{name}?q=boat&ngrams=2&min=1&language=en", status=400)
        assert "up to 20 words" in element_text(page.css("[role=alert]"))


def test_an_archive_that_is_being_read_says_so_and_the_page_comes_again(
    desk: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_index, "_kept", OrderedDict())
    monkeypatch.setattr(word_index, "ARTICLES_READ_AT_ONCE", 0)
    answer = desk.ask("/desk/-/collocates?q=boat")
    assert (answer.status_code, answer.headers["refresh"]) == (503, "3")
    assert "articles are still to be read" in answer.text
    wait_until(lambda: desk.ask("/desk/-/collocates?q=boat").status_code == 200)


def test_without_numpy_the_pages_count_by_reading(desk: PageReader, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = read_csv(desk, "collocates.csv?q=boat&min=1")
    monkeypatch.setattr(word_index, "_kept", OrderedDict())
    monkeypatch.setitem(sys.modules, "crawler.research.forward_index.builder", None)
    assert read_csv(desk, "collocates.csv?q=boat&min=1") == counted
