"""The public door: what it offers, what it loads, and that its readers keep their promises on whatever they are given."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.examples import count_examples

import crawler.archive
import seealso
from crawler.process import process
from crawler.sites.registry import find_site
from seealso import (
    Article,
    ArticlePage,
    BadAddress,
    BadValue,
    Capture,
    CrawlerError,
    NotAnArticle,
    PageUnreadable,
    Site,
    read_date,
    read_page,
    split_byline,
)

ASIANEWS = find_site("asianews")
CASES = sorted((Path(__file__).parent / "sites" / "asianews").iterdir())
PAGE = b"""<!doctype html><html lang="fr-FR"><head><title>Le phare rallum\xc3\xa9 - La Gazette</title>
<meta property="og:type" content="article"><meta property="og:title" content="Le phare rallum\xc3\xa9">
<meta property="article:published_time" content="2024-02-29T08:30:00+01:00"></head>
<body><nav><a href="/">La Gazette</a></nav><article><h1>Le phare rallum\xc3\xa9</h1><p>Par Anne Dubois</p>
<p>Le vieux phare de la pointe a \xc3\xa9t\xc3\xa9 rallum\xc3\xa9 jeudi soir, apr\xc3\xa8s douze ans de travaux.</p>
<p>Les p\xc3\xaacheurs du port sont venus avec leurs enfants, et personne n'est rentr\xc3\xa9 avant minuit.</p>
</article></body></html>"""
URL = "https://www.gazette.example/mer/le-phare-rallume"


def test_every_name_is_what_its_module_defines() -> None:
    for package in (seealso, crawler.archive):
        names = package.__all__
        assert sorted(names) == names
        for name in names:
            value = getattr(package, name)
            assert value is getattr(importlib.import_module(value.__module__), name)
            assert name in dir(package)
    assert seealso.__version__ == crawler.__version__
    assert seealso.Archive is crawler.archive.Archive


def test_the_manual_names_everything_that_is_promised() -> None:
    manual = (Path(__file__).parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
    table = manual.partition("## The names")[2]
    assert sorted(
        re.findall(r"`([A-Za-z]\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if "|" in line))
    ) == (seealso.__all__)


@pytest.mark.parametrize("package", [seealso, crawler.archive])
def test_what_a_type_checker_sees_is_what_python_finds(package: object) -> None:
    tree = ast.parse(Path(package.__file__).read_text())
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    shown = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert sorted(shown) == package.__all__
    for name, module in shown.items():
        assert getattr(importlib.import_module(module), name) is getattr(package, name)


def test_a_name_that_is_not_there_is_no_attribute() -> None:
    for package in (seealso, crawler.archive, crawler):
        with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'Newspaper'"):
            _ = package.Newspaper
    with pytest.raises(ImportError):
        from seealso import Newspaper  # noqa: F401


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import seealso", "crawler.archive crawler.site crawler.items scrapy lxml"),
        ("from seealso import read_page", "crawler.archive scrapy twisted sqlite_utils"),
        ("from seealso import Archive, Selection", "scrapy twisted lxml datasette"),
        pytest.param(
            "from seealso import Site, Labels", "crawler.archive scrapy lxml sqlite_utils", marks=pytest.mark.slow
        ),
        pytest.param(
            "from crawler.archive.search import query_parser",
            "crawler.archive.store crawler.archive.reader",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_name_loads_no_more_than_it_needs(program: str, absent: str) -> None:
    """The slow cases take half a second."""
    shown = f"import sys; {program}; print(*set({absent!r}.split()) & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True).stdout == "\n"


def facts_of(case: Path) -> tuple[bytes, str, list[tuple[str, str]]]:
    facts = json.loads((case / "capture.json").read_text(encoding="utf-8"))
    return (case / "page.html").read_bytes(), facts["url"], [(name, value) for name, value in facts["headers"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_of_a_known_site_is_read_as_a_crawl_reads_it(case: Path) -> None:
    html, url, headers = facts_of(case)
    headers = [(name, value) for name, value in headers if name.lower() != "date"]
    headers.append(("Date", "Thu, 01 Oct 2026 00:00:00 GMT"))
    capture = Capture(
        url=url, fetched_at=datetime(2026, 10, 1, tzinfo=UTC), status=200, headers=tuple(headers), body=html
    )
    expected = process(capture, ASIANEWS)
    assert read_page(html, url, headers=headers) == expected
    assert read_page(html, url, site=ASIANEWS, headers=dict(headers)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_of_a_site_that_nobody_knows_has_its_printed_words(case: Path) -> None:
    html, url, headers = facts_of(case)
    expected = read_page(html, url, headers=headers)
    read = read_page(html, url.replace("asianews.it", "elsewhere.example"), headers=headers)
    assert read.headline == expected.headline
    assert expected.body.split("\n\n")[-1] in read.body
    assert (read.site.endswith(".elsewhere.example"), read.story) == (True, None)


def test_a_site_is_made_from_the_page_and_its_address() -> None:
    read = read_page(PAGE, f"{URL}?utm_source=mail&page=2")
    assert (read.site, read.language, read.site_key) == ("www.gazette.example", "fr", "/mer/le-phare-rallume?page=2")
    assert read.url == f"{URL}?page=2"
    assert read.headline == "Le phare rallumé"
    assert [author.name for author in read.authors] == ["Anne Dubois"]
    assert read.body.startswith("Le vieux phare")
    assert read.published is not None
    assert (read.published.value, read.published.on) == ("2024-02-29T07:30:00Z", "2024-02-29")


@pytest.mark.parametrize("html", ["<h1>a page</h1>", None, 7])
def test_what_are_no_bytes_is_told_so(html: object) -> None:
    with pytest.raises(TypeError, match="has to be bytes as sent"):
        read_page(html, URL)  # type: ignore[arg-type]


def test_a_language_that_no_page_states_is_told_by_its_words_or_undetermined() -> None:
    silent = PAGE.replace(b' lang="fr-FR"', b"")
    assert read_page(silent, URL).language == "fr"
    plain = "".join(f"<p>Lorem {number} dolor amet magna, aliqua lumen. Vestibulum lorem.</p>" for number in range(9))
    nowhere = f"<html><head><title>Lorem dolor magna</title></head><body><article><h1>Lorem dolor magna</h1>{plain}"
    assert read_page(nowhere.encode(), URL).language == "und"
    assert read_page(silent, URL, headers={"Content-Language": "fr"}).language == "fr"
    assert (
        read_page(silent.replace(b"<head>", b'<head><meta property="og:locale" content="fr_FR">'), URL).language == "fr"
    )


def test_a_given_site_reads_the_page_and_its_addresses_count() -> None:
    gazette = Site(
        name="gazette",
        title="La Gazette",
        origin="https://www.gazette.example",
        domains=("gazette.example",),
        country="fr",
        languages=("fr",),
        timezone="Europe/Paris",
        addresses=(seealso.AddressForm(kind="article", path="/[^/]+/(?P<key>[^/]+)", numeric=False),),
    )
    read = read_page(PAGE, URL, site=gazette)
    assert (read.site, read.language, read.site_key) == ("gazette", "fr", "le-phare-rallume")
    with pytest.raises(BadAddress, match="is not an address of La Gazette"):
        read_page(PAGE, "https://www.elsewhere.example/", site=gazette)


def test_the_date_of_the_answer_chooses_the_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old(ArticlePage):
        valid_until = date(2010, 1, 1)
        headline = None

    known = {"asianews": seealso.reading.KnownSite(site=ASIANEWS, pages=(Old, ArticlePage), module="test")}
    monkeypatch.setattr("crawler.sites.registry.load_known_sites", lambda *_: known)
    html, url, _ = facts_of(CASES[0])
    assert isinstance(read_page(html, url), Article)
    with pytest.raises(NotAnArticle, match="no headline"):
        read_page(html, url, headers={"date": "Fri, 11 Mar 2005 09:45:00 GMT"})


@pytest.mark.parametrize(
    ("html", "url", "error"),
    [
        (b"", URL, NotAnArticle),
        (b"%PDF-1.7", URL, NotAnArticle),
        (PAGE, "https://www.gazette.example/", NotAnArticle),
        (
            b'<html><meta property="og:type" content="article"><h1>Le phare</h1><p>29/02/2024</p></html>',
            URL,
            PageUnreadable,
        ),
        (
            b"<html lang=en><title>Before you continue</title><h1>Before you continue</h1><p>We use cookies.</p></html>",
            URL,
            NotAnArticle,
        ),
        (PAGE, "", BadAddress),
        (PAGE, "ftp://gazette.example/a", BadAddress),
        (PAGE, "https://user@gazette.example/a", BadAddress),
        (PAGE, "https://[::1/a", BadAddress),
        (PAGE, "/mer/le-phare-rallume", BadAddress),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(html: bytes, url: str, error: type[CrawlerError]) -> None:
    with pytest.raises(error) as refused:
        read_page(html, url)
    assert "\n" not in str(refused.value)


def read_or_refuse(html: bytes, url: str) -> None:
    try:
        assert isinstance(read_page(html, url), Article)
    except (NotAnArticle, PageUnreadable, BadAddress) as problem:
        cause = problem.__cause__
        assert cause is None or isinstance(cause, CrawlerError), repr(cause)  # else a mistake of ours was covered


PIECES = (
    '<h1> </h1> <p> <article> <html&lang= zh> <meta&charset=utf-16> by&Li&Wei <script> "@type":"NewsArticle" <a&href= //['
    ' <script&type="application/ld+json"> {"headline": 03/11/2022 </html> <![CDATA[ &#x110000; Text&of&a&story.&'
)
MARKUP = st.lists(
    st.sampled_from(
        [
            *(piece.replace("&", " ").encode() for piece in PIECES.split()),
            b"\xff\xfe",
            b"\x1b$B",
            b"\xe4\xb8\xad",
            b"\x00",
        ]
    ),
    max_size=60,
).map(b"".join)


@settings(max_examples=count_examples(150))
@given(html=st.binary(max_size=300) | MARKUP, known=st.booleans())
@example(html=b"\x00" * 10, known=False)
@example(html=b"<html lang=\xff>", known=False)
def test_no_bytes_raise_anything_else(html: bytes, known: bool) -> None:
    read_or_refuse(html, "https://www.asianews.it/news-en/A-1.html" if known else URL)


@settings(max_examples=count_examples(150))
@given(at=st.integers(0, len(PAGE)), length=st.integers(0, 40), put=st.binary(max_size=20))
def test_no_damage_to_a_page_raises_anything_else(at: int, length: int, put: bytes) -> None:
    read_or_refuse(PAGE[:at] + put + PAGE[at + length :], URL)


@settings(deadline=None)
@given(url=st.text(max_size=60) | st.text(max_size=40).map("https://{}".format))
@example(url="https://a.example:99999/")
@example(url="https://\ud800.example/")
@example(url="http://\u2100.example/")
def test_no_address_raises_anything_else(url: str) -> None:
    read_or_refuse(PAGE, url)


def test_what_is_no_bytes_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError):
        read_page(PAGE.decode(), URL)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("printed", "language", "names"),
    [
        ("by Fr. Thomas Kim and Li Wei", "en", ["Thomas Kim", "Li Wei"]),
        ("di Anna Rossi", "it-IT", ["Anna Rossi"]),
        ("By Anna Rossi", None, ["Anna Rossi"]),
        ("", "en", []),
        ("by", "en", []),
        ("Perera, Melani", "en", []),
        ("word " * 1000, "en", []),
    ],
)
def test_a_byline_names_its_authors_or_nobody(printed: str, language: str | None, names: list[str]) -> None:
    assert [author.name for author in split_byline(printed, language)] == names


@pytest.mark.parametrize(
    ("printed", "language", "timezone", "value", "guessed"),
    [
        ("2022-03-11", None, None, "2022-03-11", False),
        ("2022-03-11T09:45+01:00", "en", None, "2022-03-11T08:45:00Z", False),
        ("Fri, 11 Mar 2022 09:45:00 +0100", None, None, "2022-03-11T08:45:00Z", False),
        ("March 11, 2022 9:45 am", "en-US", "Asia/Seoul", "2022-03-11T00:45:00Z", True),
        ("11 marzo 2022", "it", None, "2022-03-11", True),
        ("11 marzo 2022", None, None, "2022-03-11", True),
        ("2024年3月5日", "zh", None, "2024-03-05", True),
    ],
)
def test_a_date_is_as_exact_as_it_is_printed(
    printed: str, language: str | None, timezone: str | None, value: str, guessed: bool
) -> None:
    moment = read_date(printed, language, timezone)
    assert moment is not None
    assert (moment.value, moment.guessed, moment.raw) == (value, guessed, printed)


@pytest.mark.parametrize(
    "printed", ["", "yesterday", "18 1月", "Patience", "31 February 2022", "2022-02-31", "5" * 300]
)
def test_what_names_no_day_is_no_date(printed: str) -> None:
    assert read_date(printed, "en") is None


def test_a_time_zone_that_nobody_knows_is_refused() -> None:
    for zone in ("Mars/Olympus", "../etc", "Asia/Seoul\x00"):
        with pytest.raises(BadValue, match="no time zone"):
            read_date("2022-03-11", timezone=zone)


WORDS = st.lists(
    st.sampled_from(["by ", "di ", "作者", ", ", " and ", "Li Wei", "*", "sj", "(", "AsiaNews", "’", "\ud800", "中"])
)


@settings(deadline=None)
@given(printed=st.text(max_size=80) | WORDS.map("".join), language=st.none() | st.text(max_size=6))
def test_no_byline_raises(printed: str, language: str | None) -> None:
    assert isinstance(split_byline(printed, language), tuple)


@settings(deadline=None)
@given(printed=st.text(max_size=40) | st.text(alphabet="0123456789/-.,: TZ年月日+Mar", max_size=30))
def test_no_date_raises(printed: str) -> None:
    moment = read_date(printed, "en")
    assert moment is None or moment.raw == printed
