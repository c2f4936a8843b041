"""An article's page and its versions'."""

import asyncio
import random
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from lxml import etree
from parsel import Selector
from support.library import HOSTILE, NOW, SITE, article, library_address, visit
from support.page_reader import PageReader, element_text, find_section

from crawler.archive import Archive
from crawler.archive.articles.records import AuthorLine
from crawler.browse.pages.article import format_stated_author
from crawler.browse.serving.permissions import is_datasette_1
from crawler.research.citation.names import parse_name


@pytest.fixture
def flood(library: PageReader, numbers: dict[str, int]) -> Selector:
    return library.open(f"article/{numbers['en/101']}")


def test_an_article_reads_from_its_kicker_to_its_last_paragraph(flood: Selector) -> None:
    article = flood.css("article")
    assert element_text(article.css(".kicker")) == "POLAND"
    assert element_text(article.css("h1")) == "Flood reached the old town"
    assert element_text(article.css(".credits")).startswith(
        "By Fr Nóra Łukasz, sj and Reuters 30 May 2021, 06:10 UTC Kraków"
    )
    assert element_text(article.css(".lead")) == "Three hundred families have left."
    assert [element_text(paragraph) for paragraph in article.css(".text p")] == [
        "Kraków (AsiaNews) – The river rose in the night.",
        "A café on the quay was closed for three days.",
        "The mayor spoke.",
    ]
    assert article.css("a[href='https://www.asianews.it/news-en/Story-101.html']")


def test_a_dateline_without_its_dash_gets_one(library: PageReader, numbers: dict[str, int]) -> None:
    page = library.open(f"article/{numbers['en/500']}")
    assert element_text(page.css(".text p")) == "Osaka (AsiaNews) - Rain fell on Osaka for hour number 0."


@pytest.mark.parametrize(
    ("key", "language", "direction"), [("en/101", "en", "ltr"), ("zh/102", "zh", "ltr"), ("ar/104", "ar", "rtl")]
)
def test_texts_say_their_language_and_direction(
    library: PageReader, numbers: dict[str, int], key: str, language: str, direction: str
) -> None:
    page = library.open(f"article/{numbers[key]}")
    assert page.css("html").attrib["lang"] == "en"
    for element in (*page.css("article h1"), *page.css("article .text")):
        assert (element.attrib["lang"], element.attrib["dir"]) == (language, direction)


def test_names_and_places_lead_to_what_else_there_is(library: PageReader, flood: Selector) -> None:
    by = library.follow(flood.css("a[rel=author]").attrib["href"])
    assert "Flood reached the old town" in element_text(by.css("main"))
    at = library.follow(flood.xpath("//article//a[normalize-space()='Kraków']/@href").get() or "")
    assert "Flood reached the old town" in element_text(at.css("main"))


def test_printed_words_and_their_sources_are_there_on_demand(flood: Selector) -> None:
    details = flood.xpath("//details[summary[contains(., 'Printed words')]]")
    assert "open" not in details.attrib
    facts = element_text(details)
    assert "Published 2021-05-30T06:10:00Z printed 05/30/2021, 08.10 read from time" in facts
    assert "printed by Fr Nóra Łukasz sj read from anatomy:byline" in facts


def test_see_also_leads_on_and_back(library: PageReader, flood: Selector) -> None:
    out = find_section(flood, "See also")
    assert "Never archived 3" not in element_text(out)
    archived = out.xpath(".//a[normalize-space()='Harbour opens again']/@href").get()
    assert "2 January 2022" in element_text(out)  # the block prints none, the article does
    assert element_text(out).count("no date") == 1
    elsewhere = out.xpath(".//a[normalize-space()='Never archived']/@href").get()
    assert elsewhere == "https://www.asianews.it/news-en/Story-999.html"
    harbour = library.follow(archived)
    back = find_section(harbour, "Named under See also by").css("a")
    assert [element_text(link) for link in back] == ["Flood reached the old town"]


def test_other_languages_and_copies_are_named(library: PageReader, numbers: dict[str, int]) -> None:
    harbour = find_section(library.open(f"article/{numbers['en/102']}"), "In other languages")
    assert element_text(harbour.css("li")) == "港口重新开放 3 January 2022 Chinese"
    assert harbour.css("a").attrib["lang"] == "zh"
    twin = find_section(library.open(f"article/{numbers['en/106']}"), "Copies")
    assert "the same text" in element_text(twin)


def test_what_is_alike_is_offered_but_not_the_article_itself(library: PageReader, numbers: dict[str, int]) -> None:
    page = library.open(f"article/{numbers['en/510']}")
    offered = find_section(page, "More like this").css("a::attr(href)").getall()
    assert offered
    assert f"/library/-/article/{numbers['en/510']}" not in offered


def test_an_article_that_has_gone_says_so(library: PageReader, numbers: dict[str, int], flood: Selector) -> None:
    assert "No longer on the site" in element_text(library.open(f"article/{numbers['en/105']}").css("article"))
    assert "No longer on the site" not in element_text(flood.css("article"))


def test_a_citation_is_given_in_each_style(flood: Selector) -> None:
    cited = flood.css("#cite")
    assert [element_text(heading) for heading in cited.css("h2")] == ["APA", "Chicago", "BibTeX", "RIS", "CSL-JSON"]
    assert "Łukasz" in element_text(cited.css("p.cite")[0])
    assert "https://www.asianews.it/news-en/Story-101.html" in element_text(cited.css("pre.cite")[0])


def test_reference_managers_find_what_they_need(flood: Selector) -> None:
    tags = [(tag.attrib["name"], tag.attrib["content"]) for tag in flood.css("meta[name^=citation_], meta[name^='z:']")]
    assert tags == [
        ("z:itemType", "newspaperArticle"),
        ("citation_title", "Flood reached the old town"),
        ("citation_author", "Nóra Łukasz,"),
        ("citation_author", "Reuters"),
        ("citation_publication_date", "2021/05/30"),
        ("citation_journal_title", "AsiaNews"),
        ("citation_language", "en"),
        ("citation_abstract", "Three hundred families have left."),
        ("citation_public_url", "https://www.asianews.it/news-en/Story-101.html"),
    ]


def _read_as_zotero(content: str) -> list[tuple[str, str]]:
    """Return (family name, given names) as Zotero's rules for ``citation_author`` part them, in words of our own."""
    names = re.split(r"\s*;\s*", content)
    around = re.split(r"\s*,\s*", names[0])
    if len(names) == 1 and len(around) > 1 and " " in around[0] and " " in around[1]:
        names = around
    people = []
    for name in filter(str.strip, names):
        if "," in name:
            family, _, given = name.strip(" ,").partition(", ")
        else:
            given, _, family = name.rpartition(" ")
        people.append((family, given))
    return people


@pytest.mark.parametrize(
    ("name", "sort_name", "parts"),
    [
        ("Alessandra De Poli", "De Poli, Alessandra", ("De Poli", "Alessandra")),
        ("Anna Maria De Poli", "De Poli, Anna Maria", ("De Poli", "Anna Maria")),
        ("Joseph Yun Li-sun", "Yun Li-sun, Joseph", ("Yun Li-sun", "Joseph")),
        ("Li Yuan", "Li Yuan", ("Li Yuan", "")),
        ("王志成", "王志成", ("王志成", "")),
        ("Ann; Bob Lee", "Lee, Ann; Bob", ("Lee", "Ann Bob")),
    ],
)
def test_zotero_parts_names_where_we_do(name: str, sort_name: str, parts: tuple[str, str]) -> None:
    line = AuthorLine(position=1, name=name, sort_name=sort_name, kind="person", printed=name)
    assert _read_as_zotero(format_stated_author(parse_name(line))) == [parts]


def test_a_version_has_an_address_that_stays(library: PageReader, flood: Selector) -> None:
    versions = find_section(flood, "Versions").xpath(".//a[starts-with(normalize-space(), 'Version')]/@href").getall()
    newest, first = (library.follow(version) for version in versions)
    assert element_text(first.css("h1")) == "Flood reaches the old town"
    assert element_text(first.css(".text")) == "The river rose in the night. A café on the quay was closed."
    assert "This is an earlier version" in element_text(first.css("article"))
    assert element_text(newest.css("h1")) == "Flood reached the old town"
    assert "This is the newest version" in element_text(newest.css("article"))
    assert versions[1].endswith("/revision/1")
    assert "revision/1" in element_text(first.css(".ends .facts"))


def test_the_permanent_address_is_of_the_identity_and_leads_here(library: PageReader, numbers: dict[str, int]) -> None:
    number = numbers["en/101"]
    addresses = library.open(f"article/{number}/revision/1").css(".addresses a")
    assert [element_text(link) for link in addresses] == [
        "asianews/en/101/revision/1",
        f"http://localhost/library/-/article/{number}/revision/1",
    ]
    answer = library.ask(addresses[0].attrib["href"])
    assert (answer.status_code, answer.headers["location"]) == (302, f"/library/-/article/{number}/revision/1")
    newest = library.open(f"article/{number}").css(".addresses a")[0]
    assert element_text(newest) == "asianews/en/101/revision/2"
    whole = library.ask("/library/-/identity/asianews/en/101")
    assert whole.headers["location"] == f"/library/-/article/{number}"


@pytest.mark.parametrize("path", ["asianews/en/999/revision/1", "asianews/en/101%FF", "asianews/en/%ED%A0%80"])
def test_an_identity_that_nothing_has_is_not_here(library: PageReader, path: str) -> None:
    assert element_text(library.open(f"identity/{path}", 404).css("h1")) == "Not here"


def test_a_permanent_address_holds_any_key(tmp_path: Path) -> None:
    keys = ["2024/05/ein-boot", "नाव/100%", "a?b#c"]
    made = [replace(library_address("en", index), site_key=key) for index, key in enumerate(keys)]
    with Archive(tmp_path / "library.db", "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep([visit(at, article(at, "Boat", "A boat.", day="2020-01-01")) for at in made], run, NOW)
        archive.finish_run(run, "finished", NOW)
    reader = PageReader(tmp_path / "library.db")
    for number in range(1, len(keys) + 1):
        link = reader.open(f"article/{number}").css(".addresses a")[0].attrib["href"]
        assert reader.ask(link).headers["location"] == f"/library/-/article/{number}/revision/1"


def test_a_difference_is_told_in_words_and_not_by_colour_alone(library: PageReader, flood: Selector) -> None:
    change = library.follow(flood.xpath("//a[.='See what changed']/@href").get() or "")
    assert element_text(change.css("h1 del")) == "[removed: reaches]"
    assert element_text(change.css("h1 ins")) == "[added: reached]"
    assert [element_text(element) for element in change.css(".text ins")] == [
        "[added: for three days.]",
        "[added: The mayor spoke]",
    ]
    assert not change.css(".text del")
    assert "version 1" in element_text(change.css(".kicker")).lower()


def test_a_version_whose_former_page_is_lost_says_so(tmp_path: Path) -> None:
    at = library_address("en", 1)
    with Archive(tmp_path / "lost.db", "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        for text in ("The ferry is late.", "The ferry is late again.", "The ferry has come."):
            version = replace(article(at, "Ferry", text, day="2020-01-01"), digest=text)
            archive.keep([visit(at, version)], run, NOW)
        archive.finish_run(run, "finished", NOW)
        with archive.db.atomic():
            archive.db.execute("UPDATE revision_rows SET unverified = 1 WHERE number = 2")
    reader = PageReader(tmp_path / "lost.db")
    versions = find_section(reader.open("article/1"), "Versions").css("li")
    assert ["could not be read again" in element_text(version) for version in versions] == [False, True, False]
    for number, told in ((2, True), (3, False)):
        change = reader.open(f"article/1/revision/{number}?against={number - 1}")
        assert ("the difference may be one of our rules" in element_text(change.css("article"))) is told


def test_a_hundred_versions_do_not_keep_an_article_waiting(tmp_path: Path) -> None:
    at, rewritten = library_address("en", 1), random.Random(7)
    letters = [chr(code) for code in range(ord("a"), ord("z"))]
    with Archive(tmp_path / "rewritten.db", "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        for number in range(100):
            body = " ".join("".join(rewritten.choices(letters, k=4)) for _ in range(280))
            version = replace(article(at, "Rewritten", body, day="2020-01-01"), digest=f"sha256:{number}")
            archive.keep([visit(at, version)], run, NOW)
        archive.finish_run(run, "finished", NOW)
    reader = PageReader(tmp_path / "rewritten.db")
    began = time.process_time()
    page = reader.open("article/1")
    assert time.process_time() - began < 2  # what made each of them of the one before takes four
    versions = find_section(page, "Versions")
    assert len(versions.css("li")) == 100
    assert "changed in substance" in element_text(versions.css("li")[0])


def test_versions_can_be_compared_backwards_and_with_themselves(library: PageReader, numbers: dict[str, int]) -> None:
    number = numbers["en/101"]
    back = library.open(f"article/{number}/revision/1?against=2")
    assert element_text(back.css("h1 ins")) == "[added: reaches]"
    same = library.open(f"article/{number}/revision/2?against=2")
    assert "Nothing that a reader would notice differs" in element_text(same)
    assert not same.css("article ins")


@pytest.mark.parametrize(
    "page",
    [
        "article/999999",
        "article/0",
        "article/99999999999999999999999999",
        "article/{}/revision/3",
        "article/{}/revision/0",
        "article/{}/revision/2?against=7",
        "article/{}/revision/2?against=x",
        "article/{}/revision/2?against=٣",
        "article/{}/revision/99999999999999999999",
    ],
)
def test_what_is_not_here_is_said_in_the_same_layout(library: PageReader, numbers: dict[str, int], page: str) -> None:
    missing = library.open(page.format(numbers["en/101"]), status=404)
    assert element_text(missing.css("h1")) == "Not here"
    assert missing.css("form[role=search]")
    assert element_text(missing.css(".nameplate")) == "AsiaNews archive"


def test_pages_can_only_be_read(library: PageReader, numbers: dict[str, int]) -> None:
    answer = library.ask(f"/library/-/article/{numbers['en/101']}", method="PUT")
    assert answer.status_code in (403, 405)
    assert library.ask(f"/library/-/article/{numbers['en/101']}", method="HEAD").status_code == 200


def test_what_is_hostile_is_shown_as_text(archive_path: Path) -> None:
    reader = PageReader(archive_path)
    with Archive(archive_path) as archive:
        [number] = [hit.id for hit in archive.search("headline:script")]
    for page in ("home", "search?q=script", f"article/{number}", f"article/{number}/revision/1"):
        shown = reader.open(page)
        assert HOSTILE in element_text(shown.css("main")), page
        assert not shown.css("main script, main img")
    assert HOSTILE in etree.fromstring(reader.ask("/news/-/feed.atom?q=script").content).findtext(
        ".//{*}entry/{*}title", ""
    )
    echoed = reader.open("search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&place=%3Cimg+src%3Dx%3E")
    assert not echoed.css("main script, main img")


@pytest.mark.parametrize(
    "closed",
    [
        {"databases": {"library": {"tables": {"revisions": {"allow": False}}}}},
        {"databases": {"library": {"allow": {"id": "librarian"}}}},
        {"allow": False},
    ],
)
def test_who_may_not_see_the_articles_in_datasette_does_not_see_them_here(
    library_path: Path, closed: dict[str, Any]
) -> None:
    datasette = Datasette([str(library_path)], **({"config": closed} if is_datasette_1() else {"metadata": closed}))

    async def ask() -> list[int]:
        paths = ("/library/-/article/1", "/library/-/search", "/library/-/feed.atom", "/")
        return [(await datasette.client.get(path)).status_code for path in paths]

    assert asyncio.run(ask()) == [403, 403, 403, 403]
