"""No page runs what an archived page smuggled in: hostile texts in every field, shown on every page and export.

The browser ignores the Content-Security-Policy here, so that escaping has to hold by itself; another test keeps it.
A script that ran is seen by a function it calls, by a dialog, by a request that leaves this machine; one that waits for
a click is seen in the document.
"""

import functools
import http.server
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from support.chromium import NEEDS_CHROMIUM
from support.library import LATER, NOW, SITE
from support.payloads import FEW, PAYLOADS
from support.script_probe import FRAMES, PROBE, look_for_scripts, open_watched
from support.served_archive import serve_archive

from crawler.archive import Archive
from crawler.archive.saved_searches import MAX_NAME_LETTERS, save_search
from crawler.archive.search.selection import Selection
from crawler.cli import main
from crawler.items import Address, Article, Author, Capture, Moment, Problem, SeeAlso, Visit
from crawler.normalisation.words.text import clean

pytestmark = NEEDS_CHROMIUM


def hostile(number: int, payload: str, following: str) -> Article:
    """Return an article that is the payload wherever it can be; ``following`` is that of the next one."""
    moment = Moment(
        value=f"2020-{number % 12 + 1:02}-05", on=f"2020-{number % 12 + 1:02}-05", precision="day", raw=payload
    )
    author = Author(
        name=payload,
        sort_name=payload,
        kind="agency" if number % 2 else "person",
        printed=payload,
        honorific=payload,
        order_initials=payload,
        note=payload,
    )
    beside = replace(author, name=following, sort_name=following)
    return Article(
        site=SITE,
        language=payload if number % 10 == 9 else "en",
        site_key=f"{number}{payload}",
        story=payload,
        url=payload,
        headline=payload,
        kicker=payload,
        lead=payload,
        byline=payload,
        dateline=payload,
        dateline_place=payload,
        dateline_agencies=(payload,),
        body=f"{payload}\n\n{number} {payload}",
        word_count=2,
        digest=f"{payload}{number}",
        authors=(author, beside),
        published=moment,
        modified=replace(moment),
        see_also=(
            SeeAlso(position=1, address=at(number + 1, payload), headline=payload, published_raw=payload),
            SeeAlso(position=2, address=at(10_000 + number, payload), headline=payload),
            SeeAlso(position=3, address=at(20_000 + number, f"https://www.asianews.it/{payload}")),
        ),
        translations=(at(30_000 + number, payload, language=payload),),
        sources=(("headline", payload), ("byline", payload), ("published", payload)),
    )


def at(number: int, url: str, language: str = "en") -> Address:
    return Address(
        url=url,
        url_key=f"asianews/en/{number}",
        kind="article",
        language=language,
        site_key=str(number),
        story=str(number),
    )


def visited(number: int, made: Article, when: datetime) -> Visit:
    address = replace(at(number, made.url, made.language), site_key=made.site_key, story=made.story)
    capture = Capture(
        url=made.url,
        fetched_at=when,
        status=200,
        digest=made.headline,
        warc_file=made.headline,
        warc_offset=0,
        warc_length=9,
    )
    problem = Problem(url=made.url, field=made.headline, value=made.headline, reason=made.headline)
    return Visit(address=address, fate=None, article=made, captures=(capture,), status=200, problems=(problem,))


def build(path: Path, payloads: Sequence[str]) -> Path:
    """Make an archive of hostile articles, each in two versions."""
    following = [*payloads[1:], payloads[0]]
    first = [hostile(number, *both) for number, both in enumerate(zip(payloads, following, strict=True), 1)]
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep([visited(number, article, NOW) for number, article in enumerate(first, 1)], run, NOW)
        second = [
            replace(
                article,
                headline=other,
                lead=other,
                byline=other,
                body=f"{other}\n\n{article.body}",
                digest=f"2{article.digest}",
            )
            for article, other in zip(first, following, strict=True)
        ]
        archive.keep([visited(number, article, LATER) for number, article in enumerate(second, 1)], run, LATER)
        archive.finish_run(run, "<script>owned()</script>", LATER)
        for number, payload in enumerate(payloads):
            name = clean(f"{number} {payload}")[:MAX_NAME_LETTERS]
            save_search(archive, name, Selection(query=payload, language=payload), now=NOW)
    return path


def pages_of(number: int, payload: str) -> Iterator[str]:
    """Yield every kind of page that shows one article, or answers a question with its text."""
    said = quote(payload, safe="")
    yield f"article/{number}"
    yield f"article/{number}/revision/1"
    yield f"article/{number}/revision/2?against=1"
    yield f"identity/{said}/en/{said}/revision/1"
    yield f"graph/{number}"
    yield f"author/{number}"
    yield f"place?name={said}"
    yield f"story?site={SITE}&story={said}"
    yield f"overview?q={said}"
    yield f"search?q={said}"
    yield f"search?q=%22{said}&order={said}"
    yield f"search?author={said}&place={said}&kicker=%3D{said}&language={said}&site={said}&story={said}"
    yield f"search?snapshot={said}&since={said}"
    yield f"authors?name={said}"
    yield f"calendar/2020-{number % 12 + 1:02}?language={said}"
    yield f"calendar/2020-{number % 12 + 1:02}-05?language={said}"
    yield f"feed.atom?q={said}"


FEW_LISTS = ("home", "search?q=owned", "authors", "places", "calendar", "calendar/2020", "health")
LISTS = (
    *FEW_LISTS,
    "search",
    "search?order=newest",
    "search?language=en&page=2",
    "authors?order=name",
    "feed.atom",
    "feed.atom?q=owned",
)
FEW_TABLES = (
    "/articles?_size=max",
    "/authors?_size=max",
    "/see_also?_size=max",
    "/saved_searches",
    "/full_text?query=owned",
    "/nowhere",
)
TABLES = (
    *FEW_TABLES,
    "",
    "/article_authors?_size=max",
    "/revisions?_size=max",
    "/translations?_size=max",
    "/problems?_size=max",
    "/addresses?_size=max",
    "/captures?_size=max",
    "/runs",
    "/articles?_facet=language&_facet=kicker&_facet=dateline_place&_facet=headline",
    "/full_text?query=owned",
    "/by_place?place=owned",
    "/by_author?author=owned",
    "/v_articles?_size=max",
    "/v_stories?_size=max",
    "/articles_a_month",
)


def test_forty_hostile_texts_run_nowhere(browser: Any, few: tuple[Path, str]) -> None:
    path, url = few
    wanted = list(FEW_LISTS)
    for kind, number in enumerate(range(1, len(FEW) + 1, 2)):
        kinds = list(pages_of(number, FEW[number - 1]))[:-1]  # without the feed, which is no page
        wanted += kinds[kind : kind + 1]  # lists have all forty, and every kind of page one of its own
    wanted = [f"{url}{path.stem}/-/{address}" for address in wanted]
    with open_watched(browser) as (page, watch):
        page.goto(f"{url}-/versions.json")
        for some in range(0, len(wanted), 12):
            assert page.evaluate(FRAMES, wanted[some : some + 12]) == []
            assert watch.seen == []


@pytest.mark.slow
def test_tables_of_datasette_run_none_of_forty(browser: Any, few: tuple[Path, str]) -> None:
    """Four seconds."""
    path, url = few
    with open_watched(browser) as (page, watch):
        for table in FEW_TABLES:
            look_for_scripts(page, watch, f"{url}{path.stem}{table}", ours=False)
        for number, payload in list(enumerate(FEW, 1))[::20]:
            look_for_scripts(page, watch, f"{url}{path.stem}/articles/{number}", ours=False)
            look_for_scripts(page, watch, f"{url}{path.stem}/articles?_search={quote(payload, safe='')}", ours=False)


@pytest.mark.slow
def test_exports_of_forty_run_nothing(browser: Any, few: tuple[Path, str], tmp_path: Path) -> None:
    """Those that a browser reads as markup, in three seconds; the next has all formats."""
    _open_exports(browser, *few, tmp_path, FEW, {"tei": "xml", "graphml": "graphml", "csl-json": "json"})


@pytest.mark.slow
def test_the_policy_has_nothing_to_refuse(browser: Any, few: tuple[Path, str]) -> None:
    """A second; the policy is at work in ``test_reading_browser.py``, and read in ``test_csp.py``."""
    path, url = few
    with open_watched(browser, csp=True) as (page, watch):
        for address in ("search?order=newest", "article/21"):
            look_for_scripts(page, watch, f"{url}{path.stem}/-/{address}")


COMPLETE = "document.readyState === 'complete'"


def test_a_hole_would_be_seen(browser: Any, tmp_path: Path) -> None:
    """Most of these do something by themselves in a page that does not escape them; so the tests above can fail."""
    some = FEW[::10]
    for number, payload in enumerate(some):
        text = f"<!DOCTYPE html><title>x</title><p>{payload}</p>"
        (tmp_path / f"{number}.html").write_text(text, encoding="utf-8", errors="replace")
    noticed = 0
    with _serving(tmp_path) as url, open_watched(browser) as (page, watch):
        for number in range(len(some)):
            page.goto(f"{url}{number}.html", wait_until="commit")
            while not (has_shown := watch.seen or page.evaluate(PROBE, True)) and not page.evaluate(COMPLETE):
                page.wait_for_timeout(10)
            noticed += bool(has_shown or watch.seen)
            watch.seen.clear()
    assert noticed >= len(some) * 2 // 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(4))
def test_five_hundred_hostile_texts_run_nowhere(browser: Any, many: tuple[Path, str], part: int) -> None:
    """Three minutes for each of four parts."""
    path, url = many
    with open_watched(browser) as (page, watch):
        for address in LISTS if part == 0 else ():
            look_for_scripts(page, watch, f"{url}{path.stem}/-/{address}")
        for number, payload in list(enumerate(PAYLOADS, 1))[part::4]:
            for address in pages_of(number, payload):
                look_for_scripts(page, watch, f"{url}{path.stem}/-/{address}")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_tables_of_datasette_run_none_of_five_hundred(browser: Any, many: tuple[Path, str]) -> None:
    """Two minutes."""
    path, url = many
    with open_watched(browser) as (page, watch):
        for table in TABLES:
            look_for_scripts(page, watch, f"{url}{path.stem}{table}", ours=False)
        for number, payload in enumerate(PAYLOADS, 1):
            look_for_scripts(page, watch, f"{url}{path.stem}/articles/{number}", ours=False)
            look_for_scripts(page, watch, f"{url}{path.stem}/articles?_search={quote(payload, safe='')}", ours=False)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_exports_of_five_hundred_run_nothing(browser: Any, many: tuple[Path, str], tmp_path: Path) -> None:
    """A minute."""
    _open_exports(browser, *many, tmp_path, PAYLOADS)


FORMATS = {
    "csv": "csv",
    "ids": "csv-ids.csv",
    "jsonl": "jsonl",
    "bibtex": "bib",
    "ris": "ris",
    "csl-json": "json",
    "tei": "xml",
    "gexf": "gexf",
    "graphml": "graphml",
    "text": "",
}
TYPES = {
    ".csv": "text/plain",
    ".jsonl": "text/plain",
    ".bib": "text/plain",
    ".ris": "text/plain",
    ".json": "application/json",
    ".xml": "application/xml",
    ".gexf": "application/xml",
    ".graphml": "application/xml",
    ".svg": "image/svg+xml",
    ".html": "text/html",
}


def _open_exports(
    browser: Any,
    archive: Path,
    server: str,
    folder: Path,
    payloads: Sequence[str],
    formats: Mapping[str, str] | None = None,
) -> None:
    errors = pytest.importorskip("playwright.sync_api").Error
    formats = FORMATS if formats is None else formats
    asked = [payload for payload in payloads if not Selection(query=payload).parse().problems and "\0" not in payload][
        :6
    ]
    commands = [
        ["export", "--format", name, "--to", str(folder / f"all.{end}" if end else folder / "text")]
        for name, end in formats.items()
    ]
    commands += [
        [
            "timeline",
            "--svg",
            str(folder / "line.svg"),
            *(part for query in asked[1:] for part in ("--vs", query)),
            "--",
            asked[0],
        ]
    ]
    for name, *arguments in commands:
        with pytest.raises(SystemExit) as end:
            main([name, "--archive", str(archive), *arguments])
        assert not end.value.code, name
    with _serving(folder) as url, open_watched(browser) as (page, watch):
        feed = page.request.get(f"{server}{archive.stem}/-/feed.atom")  # some programs hand feeds to a browser as XML
        (folder / "feed.xml").write_bytes(feed.body())
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        expected = {".svg", ".xml", *(Path(f"all.{end}").suffix for end in formats.values() if end)}
        assert {file.suffix for file in files} >= expected
        texts = [file for file in files if file.parent.name not in ("", folder.name)]
        for file in [file for file in files if file not in texts] + texts[:5]:
            with suppress(errors):  # a text with a zero in it is offered to be kept, not shown
                page.goto(url + quote(str(file.relative_to(folder))))
            assert watch.seen == [], file.name
            assert (
                page.evaluate(
                    "document.querySelectorAll('script, iframe, object, embed, [onload], [onerror], [onbegin]').length"
                )
                == 0
            ), file.name


class _Typed(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**TYPES, "": "text/plain"}  # noqa: RUF012  # as the class it comes from has it

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Typed, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    path = build(tmp_path_factory.mktemp("few") / "few.db", FEW)
    with serve_archive(path, "--raw") as url:
        yield path, url


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    path = build(tmp_path_factory.mktemp("many") / "many.db", PAYLOADS)
    with serve_archive(path, "--raw") as url:
        yield path, url
