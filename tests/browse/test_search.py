"""Search: facets that drill down, marked passages, pages, explained queries, and the same search as a feed."""

import shlex
import uuid
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from parsel import Selector
from support.page_reader import PageReader, element_text, find_section, list_headlines, read_facet

from crawler.archive import Archive
from crawler.browse.parts.pagination import MAX_PAGES, PER_PAGE
from crawler.browse.parts.search_request import format_command, read_search_request
from crawler.errors import BadQuery

ATOM = "{http://www.w3.org/2005/Atom}"


def total(page: Selector) -> int:
    return int(element_text(page.css(".results-head h1")).split()[0].replace(",", ""))


def test_without_a_question_everything_is_there_newest_first(library: PageReader) -> None:
    page = library.open("search")
    assert total(page) == 67
    assert list_headlines(page)[:2] == ["الميناء يفتح", "港口重新开放"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("language=qq", "No article is in the language 'qq'; there are: "),
        ("q=site:nowhere", "No article is of the site 'nowhere'; there are: "),
        ("since=2012&until=2010", "Since 2012-01-01 is after until 2010-12-31: "),
    ],
)
def test_a_filter_that_leaves_nothing_is_told(library: PageReader, asked: str, told: str) -> None:
    assert told in element_text(library.open(f"search?{asked}").css(".notice"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("cafe", ["Flood reached the old town"]),
        ("香港", ["港口重新开放"]),
        ("السفن", ["الميناء يفتح"]),
        ("author:lukasz", ["Flood reached the old town"]),
        ('"ships are"', ["Harbour opens again"]),
        ("kicker:poland -closed", []),
    ],
)
def test_the_query_language_is_the_one_of_everywhere_else(library: PageReader, asked: str, found: list[str]) -> None:
    assert list_headlines(library.open(f"search?q={quote(asked)}")) == found


def test_what_was_found_is_marked_in_headline_and_passage(library: PageReader) -> None:
    page = library.open("search?q=flood+OR+cafe")
    assert element_text(page.css(".articles h2 mark")) == "Flood"
    assert element_text(page.css(".passage mark")) == "café"


def test_facets_drill_down_to_exactly_what_they_counted(library: PageReader) -> None:
    page = library.open("search?q=rain")
    assert total(page) == 60
    assert {label: count for label, (count, _) in read_facet(page, "Place").items()} == {
        "Dili": 20,
        "Hong Kong": 20,
        "Osaka": 20,
    }
    assert {label: count for label, (count, _) in read_facet(page, "Author").items()} == {"Bao Anh": 30, "Wang Min": 30}
    for title in ("Place", "Author", "Year"):
        for count, href in read_facet(page, title).values():
            assert total(library.follow(href)) == count, href


def test_what_was_chosen_can_be_taken_off_again(library: PageReader) -> None:
    page = library.open("search?q=rain")
    _, href = read_facet(page, "Place")["Hong Kong"]
    there = library.follow(href)
    assert "Place" not in [element_text(heading) for heading in there.css(".facet h2")]
    _, href = read_facet(there, "Author")["Wang Min"]
    both = library.follow(href)
    assert total(both) == 10
    chips = {element_text(chip).removeprefix("Take off: "): chip.attrib["href"] for chip in both.css(".chips a")}
    assert set(chips) == {"place: Hong Kong", "author: Wang Min"}
    assert total(library.follow(chips["author: Wang Min"])) == 20
    assert total(library.follow(chips["place: Hong Kong"])) == 30


def test_a_new_question_keeps_the_conditions(library: PageReader) -> None:
    form = library.open("search?q=rain&place=%3DHong+Kong&order=oldest").css("form.ask")
    hidden = {field.attrib["name"]: field.attrib["value"] for field in form.css("input[type=hidden]")}
    assert hidden == {"place": "=Hong Kong"}
    chosen = {field.attrib["name"]: field.css("option[selected]").attrib["value"] for field in form.css("select")}
    assert chosen == {"language": "", "unit": "article", "order": "oldest"}


def test_the_form_asks_for_days_a_language_and_an_order(library: PageReader) -> None:
    page = library.open("search?q=rain&since=2010&until=2012-03&language=en&order=newest")
    form = page.css("form.ask")
    assert [form.css(f"#{name}").attrib["value"] for name in ("since", "until")] == ["2010", "2012-03"]
    assert form.css("#language option[selected]").attrib["value"] == "en"
    assert not form.css("input[type=hidden]")
    offered = [option.attrib["value"] for option in form.css("#language option")]
    assert offered[0] == ""
    assert {"ar", "en"} <= set(offered)
    assert "takes a year, a month or a day" in element_text(library.open("search?since=spring", status=400).css("main"))
    assert total(library.open("search?q=rain&since=&until=&language=&unit=article&order=rank")) == 60


def test_a_dense_view_has_a_line_for_each_hit(library: PageReader) -> None:
    page = library.open("search?q=rain&view=lines")
    assert len(page.css("ol.lines li")) == 20
    assert not page.css(".passage")
    assert page.css("form.ask input[name=view][value=lines]")
    assert element_text(page.css("[aria-label=View] [aria-current]")) == "Lines"
    assert page.css("a[rel=next]").attrib["href"].count("view=lines") == 1
    assert library.open("search?view=small", status=400)


def test_hits_are_walked_with_their_words_marked(library: PageReader) -> None:
    hits = library.open("search?q=rain&order=oldest").css(".articles h2 a")
    page = library.follow(hits[19].attrib["href"])
    walk = page.css("nav.walk")
    assert element_text(walk.css("p")[0]).startswith("Hit 20 of 60 for rain")
    assert page.css("article mark")
    assert {element_text(mark).lower() for mark in page.css("article mark")} == {"rain"}
    assert library.follow(walk.css("[rel=prev]").attrib["href"]).css("h1") != page.css("h1")
    after = library.follow(walk.css("[rel=next]").attrib["href"])
    assert element_text(after.css(".walk p")[0]).startswith("Hit 21 of 60")
    assert list_headlines(library.follow(after.css("[rel=up]").attrib["href"]))[0] == element_text(after.css("h1"))
    first = library.follow(hits[0].attrib["href"])
    assert not first.css(".walk [rel=prev]")


def test_an_address_that_is_no_hit_any_more_marks_and_leads_back(library: PageReader) -> None:
    page = library.open("article/1?q=rain&hit=7000000")
    assert element_text(page.css(".walk")) == "Marked: rain"
    assert not library.open("article/1?hit=x&q=rain").css(".walk [rel=next]")
    assert not library.open("article/1").css(".walk")
    assert not library.open("article/1?order=sideways&q=rain").css(".walk")
    assert page.css("meta[name=robots]")


def test_a_facet_that_parts_nothing_is_not_offered(library: PageReader) -> None:
    assert "Language" not in [element_text(heading) for heading in library.open("search?q=rain").css(".facet h2")]
    assert "Language" in [element_text(heading) for heading in library.open("search").css(".facet h2")]


def test_bars_over_time_filter_and_go_from_years_to_months(library: PageReader) -> None:
    years = library.open("search?q=rain").css(".bars")
    assert [element_text(cell) for cell in years.css("tbody th")] == ["2015", "2016", "2017", "2018", "2019"]
    assert [element_text(cell) for cell in years.css("tbody td")] == ["12"] * 5
    drawn = [(element_text(link.css("title")), link.attrib["href"]) for link in years.css("svg a")]
    assert drawn[0][0] == "2015: 12 articles"
    assert drawn[0][1] == years.css("tbody a")[0].attrib["href"]
    months = library.follow(drawn[0][1])
    assert total(months) == 12
    assert element_text(months.css(".bars tbody th")[0]) == "January 2015"
    march = library.follow(months.css(".bars tbody a")[2].attrib["href"])
    assert list_headlines(march) == ["Weather report 2"]
    assert [element_text(link) for link in march.css(".chips a")] == ["Take off: March 2015"]


def test_pages_turn_without_losing_or_repeating_anything(library: PageReader) -> None:
    seen: list[str] = []
    page = library.open("search?q=rain&order=oldest")
    while True:
        seen += list_headlines(page)
        onwards = page.css("a[rel=next]::attr(href)").get()
        if onwards is None:
            break
        page = library.follow(onwards)
    assert seen == [f"Weather report {number}" for number in range(60)]
    assert page.css("a[rel=prev]")
    assert page.css("ol.articles").attrib["start"] == "41"


def test_an_order_is_offered_where_it_means_something(library: PageReader) -> None:
    ranked = library.open("search?q=rain").css(".choices")
    assert "Best match" in element_text(ranked)
    assert "Best match" not in element_text(library.open("search?place=osaka").css(".choices"))
    newest = library.open("search?q=rain&order=newest")
    assert list_headlines(newest)[0] == "Weather report 59"
    assert element_text(newest.css("[aria-label=Order] [aria-current]")) == "Newest"


def test_nobody_turns_to_the_thousandth_page(library: PageReader) -> None:
    page = library.open(f"search?q=rain&page={MAX_PAGES + 1}", status=400)
    assert "Only the first 1,000 hits" in element_text(page.css("main"))
    assert PER_PAGE * MAX_PAGES == 1000
    empty = library.open(f"search?q=rain&page={MAX_PAGES}")
    assert "There is no page 50" in element_text(empty.css("main"))


def test_a_malformed_query_is_explained_with_a_caret_under_the_place(library: PageReader) -> None:
    page = library.open(f"search?q={quote('rain (storm')}")
    problem = page.css(".problem")
    assert "Character 6: a parenthesis is not closed" in element_text(problem)
    assert element_text(problem.css("pre")) == "rain (storm"
    assert problem.css("pre .place::text").get() == "("
    assert page.css("input[name=q]").attrib["value"] == "rain (storm"


def test_a_query_that_ends_too_early_has_its_caret_after_the_end(library: PageReader) -> None:
    page = library.open("search?q=rain+OR")
    assert page.css(".problem pre .place::text").get() == "O"


@pytest.mark.parametrize(
    "parameters",
    [
        "since=yesterday",
        "place=" + 2001 * "x",
        "until=2022-13",
        "order=best",
        "page=0",
        "page=x",
        "page=-1",
        "place=%3D",
        "author=%20.%20",
    ],
)
def test_a_parameter_that_cannot_be_meant_is_a_page_that_says_so(library: PageReader, parameters: str) -> None:
    page = library.open(f"search?q=rain&{parameters}", status=400)
    assert element_text(page.css(".problem h1")) == "Not understood"
    assert page.css("input[name=q]").attrib["value"] == "rain"


def test_a_misprint_is_asked_back_about(library: PageReader) -> None:
    page = library.open("search?q=wether+reprt")
    meant = page.xpath("//p[contains(., 'Did you mean')]/a")
    assert element_text(meant) == "weather report"
    assert total(library.follow(meant.attrib["href"])) == 60


@pytest.mark.parametrize("asked", ["search", "search?q=rain"])
def test_an_empty_archive_says_so(tmp_path: Path, asked: str) -> None:
    with Archive(tmp_path / "library.db", "create"):
        pass
    page = element_text(PageReader(tmp_path / "library.db").open(asked).css("main"))
    assert "Nothing is archived yet" in page
    assert "Try fewer words" not in page


@pytest.mark.parametrize("query", ['wether "reprt', "(wether reprt", "wether reprt)", "wether OR", 'author:"wang mi'])
def test_a_query_with_a_fault_is_offered_no_correction_with_the_same(library: PageReader, query: str) -> None:
    page = library.open(f"search?q={quote(query)}")
    assert page.css(".problem")
    assert "Did you mean" not in element_text(page.css("main"))


def test_every_search_has_an_address_a_feed_and_commands(library: PageReader) -> None:
    page = library.open("search?q=rain+-storm&place=%3DHong+Kong&page=1&order=newest&nonsense=1")
    keep = find_section(page, "Keep this search")
    links = dict(
        zip([element_text(link) for link in keep.css("li a")], keep.css("li a::attr(href)").getall(), strict=True)
    )
    assert parse_qs(urlsplit(links["Permanent address"]).query) == {
        "q": ["rain -storm"],
        "place": ["=Hong Kong"],
        "order": ["newest"],
    }
    assert links["Feed of the newest (Atom)"] == page.css("link[type='application/atom+xml']").attrib["href"]
    assert "seealso export --format csv --to articles.csv --place '=Hong Kong' -- 'rain -storm'" in element_text(keep)


@pytest.mark.parametrize("text", ["it's", "$(rm -rf ~)", "`id`", "\"a\" 'b'", "a;b&&c|d", "-x", "a\n\\"])
def test_a_command_to_copy_holds_the_words_and_nothing_else(text: str) -> None:
    wish = read_search_request({"q": text, "place": "Hong Kong", "story": "7"})
    assert shlex.split(format_command(wish)) == ["--place", "Hong Kong", "--", f"{text} story:7"]


@given(st.text(max_size=60), st.sampled_from(["q", "place", "author", "kicker", "language", "since", "story", "page"]))
def test_no_parameter_is_more_than_refused(text: str, name: str) -> None:
    try:
        wish = read_search_request({name: text})
    except BadQuery:
        return
    wish.selection.plan()
    assert isinstance(format_command(wish), str)


@pytest.mark.parametrize("text", ["\x00", "%", "'", '"', "\ud800", "NEAR(", "a" * 2000, "*", "-", "🙂", "\u202e"])
def test_no_words_are_an_error(library: PageReader, text: str) -> None:
    query = urlencode({"q": text}, errors="surrogatepass")
    assert library.ask(f"/library/-/search?{query}").status_code == 200
    assert library.ask(f"/library/-/feed.atom?{query}").status_code == 200


def feed(library: PageReader, parameters: str = "") -> etree._Element:
    answer = library.ask(f"/library/-/feed.atom{parameters}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.content)


def text_of(element: etree._Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None, name
    return found.text or ""


def test_a_feed_has_what_atom_requires(library: PageReader) -> None:
    made = feed(library, "?q=rain+OR+flood")
    assert made.tag == ATOM + "feed"
    assert uuid.UUID(text_of(made, "id"))
    assert text_of(made, "title") == "AsiaNews archive: rain OR flood"
    links = {link.get("rel"): link.get("href") for link in made.findall(ATOM + "link")}
    assert links["self"] == "http://localhost/library/-/feed.atom?q=rain+OR+flood"
    assert library.ask((links["alternate"] or "").removeprefix("http://localhost")).status_code == 200
    entries = made.findall(ATOM + "entry")
    assert len(entries) == 50
    for entry in entries:
        assert uuid.UUID(text_of(entry, "id"))
        assert text_of(entry, "title")
        assert text_of(entry, "summary")
        assert datetime.fromisoformat(text_of(entry, "updated")).tzinfo is not None
        assert entry.findall(ATOM + "author") or made.find(ATOM + "author") is not None
    assert len({text_of(entry, "id") for entry in entries}) == 50
    flood = entries[0]
    assert text_of(flood, "title") == "Flood reached the old town"
    assert text_of(flood, "published") == "2021-05-30T06:10:00Z"
    assert [text_of(author, "name") for author in flood.findall(ATOM + "author")] == ["Fr Nóra Łukasz", "Reuters"]
    assert {link.get("rel"): link.get("href") for link in flood.findall(ATOM + "link")} == {
        "alternate": "http://localhost/library/-/article/1",
        "via": "https://www.asianews.it/news-en/Story-101.html",
    }
    assert entries[1].find(ATOM + "published") is None  # known to the day: no hour is invented


def test_ids_in_a_feed_stay_what_they_are(library: PageReader) -> None:
    by_query = {
        text_of(entry, "title"): text_of(entry, "id") for entry in feed(library, "?q=harbour").iter(ATOM + "entry")
    }
    by_day = {
        text_of(entry, "title"): text_of(entry, "id") for entry in feed(library, "?since=2022").iter(ATOM + "entry")
    }
    assert by_query["Harbour opens again"] == by_day["Harbour opens again"]
    assert text_of(feed(library, "?q=x"), "id") == text_of(feed(library, "?q=x&order=oldest&page=3"), "id")
    assert text_of(feed(library, "?q=x"), "id") != text_of(feed(library, "?q=y"), "id")


def test_a_feed_of_nothing_is_a_feed(library: PageReader) -> None:
    made = feed(library, "?q=nothingatall")
    assert not made.findall(ATOM + "entry")
    assert text_of(made, "updated") == "2026-03-08T12:00:00Z"


def test_a_feed_that_cannot_be_meant_is_a_page_that_says_so(library: PageReader) -> None:
    answer = library.ask("/library/-/feed.atom?since=zz")
    assert answer.status_code == 400
    assert "text/html" in answer.headers["content-type"]
