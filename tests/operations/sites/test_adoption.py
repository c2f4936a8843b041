"""A news site that nobody has described is crawled by the address of one of its articles."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.archive_contents import copy_archive
from support.shared import crawl_adopted_site, make_once

from crawler.archive import Archive
from crawler.cli import main
from crawler.operations.ingest.job import ingest
from crawler.operations.rebuild import rebuild
from crawler.practice.world import Paper, PaperScore, WorldServer, compare_addresses, load_papers
from crawler.practice.world.gazette import split_pages
from crawler.sites import registry

pytestmark = pytest.mark.usefixtures("no_site_files")
PAPERS = {paper.name: paper for paper in load_papers()}
GAZETTE = PAPERS["gazette"]
NAME = "mill_gazette_example"


@pytest.fixture(autouse=True)
def no_site_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the user has in folders of sites plays no part."""
    monkeypatch.delenv("SEEALSO_SITES", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))


def call(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), *arguments], catch_exceptions=False)


def fetch(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute(sql).fetchall()


def score(archive: Path, paper: Paper) -> PaperScore:
    return compare_addresses(paper, [url for (url,) in fetch(archive, "SELECT url FROM articles")])


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_once(tmp_path_factory, "adopted", crawl_adopted_site)


@pytest.fixture
def archive(shared: Path, tmp_path: Path) -> Path:
    """An archive with the adopted Mill Gazette, free to be changed."""
    copy_archive(shared / "archive.db", tmp_path / "archive.db")
    if not (tmp_path / "archive.warc").exists():
        shutil.copytree(shared / "archive.warc", tmp_path / "archive.warc")
    return tmp_path / "archive.db"


def test_the_address_of_one_article_brings_all_and_nothing_else(shared: Path) -> None:
    code, printed, told, requests = json.loads((shared / "ended.json").read_text())
    assert (code, told) == (0, f"mill-gazette.example is adopted as {NAME}: seealso sites tells what is known of it\n")
    assert printed.startswith(f"{NAME}: finished, run 2, ")
    found = score(shared / "archive.db", GAZETTE)
    assert (found.share, found.repeated, found.strange) == (1.0, (), ())
    keys = {key for (key,) in fetch(shared / "archive.db", "SELECT site_key FROM articles")}
    assert keys == {f"story/{article.key}" for article in GAZETTE.articles}
    assert {host for host, _ in requests} == {"www.mill-gazette.example"}
    assert requests[0][1] == "/robots.txt"
    further_pages = sum(len(split_pages(article)) - 1 for article in GAZETTE.articles)
    assert len(requests) < 60 + further_pages
    texts = dict(fetch(shared / "archive.db", "SELECT url, body FROM articles WHERE complete"))
    assert texts == {article.url: article.body for article in GAZETTE.articles}


def test_pages_of_one_story_are_no_stories_of_their_own(shared: Path) -> None:
    [site] = [known.site for known in read_known(shared / "archive.db") if known.name == NAME]
    from crawler.normalisation.addresses.urls import read_address

    first = read_address("https://www.mill-gazette.example/story/3612", site)
    for url in ("https://mill-gazette.example/story/3612/2", "https://www.mill-gazette.example/story/3612/13/"):
        further = read_address(url, site)
        assert (further.url_key, further.url) == (first.url_key, first.url)
    assert read_address("https://www.mill-gazette.example/archive/2", site).kind == "listing"


def read_known(path: Path) -> list[registry.KnownSite]:
    with Archive(path) as archive:
        return list(registry.load_known_sites(*archive.adopted_sites).values())


def test_the_values_are_kept_and_say_where_they_are_from(shared: Path) -> None:
    path = shared / "archive.db"
    [(name, digest, page)] = fetch(
        path, "SELECT a.name, a.sha256, c.url FROM adopted_sites a JOIN captures c ON c.id = a.made_from_capture"
    )
    assert (name, page) == (NAME, GAZETTE.start)
    settings = [json.loads(text) for (text,) in fetch(path, "SELECT settings FROM runs ORDER BY id")]
    assert settings[1]["site_sha256"] == digest
    assert (settings[1]["max_articles"], settings[1]["max_depth"]) == (200, 2)
    known = {known.name: known for known in read_known(path)}
    assert (known[NAME].source, known[NAME].place) == ("archive", str(path))
    assert NAME not in registry.load_known_sites()
    assert known[NAME].site is {other.name: other for other in read_known(path)}[NAME].site


def test_commands_know_the_site(archive: Path) -> None:
    row = next(row for row in json.loads(call(archive, "sites", "--json").stdout) if row["name"] == NAME)
    assert (row["source"], row["articles"]) == ("archive", len(GAZETTE.articles))
    assert f"adopted into {archive} on 20" in call(archive, "sites").stdout.replace("\n  ", " ")
    again = call(archive, "reread", NAME, "--dry-run", "--jobs", "1", "--json")
    assert (again.exit_code, json.loads(again.stdout)["changed"], json.loads(again.stdout)["lost"]) == (0, 0, 0)
    shown = call(archive, "show", "https://mill-gazette.example/story/3612/2", "--json")
    assert json.loads(shown.stdout)["url"] == "https://www.mill-gazette.example/story/3612"
    assert json.loads(call(archive, "gaps", "--json").stdout)["sites"][0]["site"] == NAME
    assert call(archive, "timeline").exit_code == 0
    assert "No site" not in call(archive, "doctor").stdout
    assert "mill-gazette.example" in call(archive, "cite", "1").stdout
    forgotten = call(archive, "forget", "https://mill-gazette.example/story/3606", "--why", "asked", "--yes")
    assert forgotten.exit_code in (0, 2), forgotten.output
    assert score(archive, GAZETTE).missing[0].number == 3606


def test_later_runs_read_by_the_values_that_are_kept(archive: Path) -> None:
    before = fetch(archive, "SELECT * FROM adopted_sites")
    with WorldServer() as server:
        other = GAZETTE.articles[5].url
        ended = call(archive, "crawl", other, "--mirror", server.mirror, "--max-articles", "1", "--json")
        assert json.loads(ended.stdout)["site"] == NAME
        named = call(archive, "crawl", NAME, "--mirror", server.mirror, "--max-articles", "0", "--json")
    assert (ended.exit_code, named.exit_code) == (0, 0)
    assert fetch(archive, "SELECT * FROM adopted_sites") == before
    assert (score(archive, GAZETTE).repeated, len(fetch(archive, "SELECT id FROM runs"))) == ((), 4)


def test_an_archive_of_captures_alone_has_its_site_again(archive: Path) -> None:
    articles = "SELECT site_key, language, headline, body, published_on FROM articles ORDER BY 1"
    values = "SELECT name, values_json, sha256 FROM adopted_sites"
    before = (fetch(archive, articles), fetch(archive, values))
    for file in archive.parent.glob("archive.db*"):
        file.unlink()
    assert rebuild(archive).exit_code == 0
    assert (fetch(archive, articles), fetch(archive, values)) == before


def test_the_site_becomes_a_file_with_the_same_keys(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    written = call(archive, "site", "new", "--from-archive", NAME, "--dir", str(folder))
    assert (written.exit_code, written.stdout.partition(":")[0]) == (0, str(folder / f"{NAME}.toml"))
    row, *_ = (
        row
        for row in json.loads(call(archive, "--sites", str(folder), "sites", "--json").stdout)
        if row["name"] == NAME
    )
    assert (row["source"], row["articles"]) == ("option", len(GAZETTE.articles))
    again = call(archive, "--sites", str(folder), "reread", NAME, "--dry-run", "--jobs", "1", "--json")
    assert (again.exit_code, json.loads(again.stdout)["changed"]) == (0, 0)
    other = call(archive, "site", "new", "--from-archive", "ledger", "--dir", str(folder))
    assert (other.exit_code, other.stderr.count("\n")) == (1, 1)
    assert f"it has adopted: {NAME}" in other.stderr


@pytest.mark.parametrize("orders", [(-1,), pytest.param((1, -1), marks=pytest.mark.slow)])
def test_files_of_unknown_hosts_are_adopted_whatever_their_order(
    archive: Path, tmp_path: Path, orders: tuple[int, ...]
) -> None:
    """In both orders, the slow case, in three seconds."""
    [*files] = sorted((tmp_path / "archive.warc").glob("*.warc.gz"))
    plain = ingest(tmp_path / "plain.db", files)
    assert (plain.pages, plain.adopted, set(plain.unknown_sites)) == (0, [], {"www.mill-gazette.example"})
    values = set()
    for number, order in enumerate(orders):
        report = ingest(tmp_path / f"{number}.db", files[::order], adopt=True)
        assert report.adopted == [NAME]
        values |= set(fetch(tmp_path / f"{number}.db", "SELECT values_json FROM adopted_sites"))
        found = score(tmp_path / f"{number}.db", GAZETTE)
        assert (found.share, found.repeated, found.strange) == (1.0, (), ())
    assert len(values) == 1
    assert ingest(tmp_path / "0.db", files, adopt=True).adopted == []


def test_what_is_no_article_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with WorldServer() as server:
        home, missing = (
            call(path, "crawl", f"https://www.mill-gazette.example{end}", "--mirror", server.mirror)
            for end in ("/", "/story/9")
        )
        offer = call(path, "crawl", GAZETTE.lookalikes[1], "--mirror", server.mirror)
    for ended, words in ((home, "is a home page"), (missing, "status 404"), (offer, "is no article to know a site by")):
        assert (ended.exit_code, ended.stdout, ended.stderr.count("\n")) == (1, "", 1), ended.stderr
        assert words in ended.stderr
    assert fetch(path, "SELECT count(*) FROM adopted_sites") == [(0,)]
    assert fetch(path, "SELECT count(*) FROM captures WHERE status = 200")[0][0] >= 2


def test_sites_are_crawled_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    urls = (
        GAZETTE.start,
        PAPERS["ledger"].start,
        GAZETTE.articles[3].url,
        "https://nowhere.example/some/long-story-of-it",
    )
    with WorldServer() as server:
        ended = call(
            path, "crawl", *urls, "--mirror", server.mirror, "--max-articles", "1", "--max-depth", "0", "--json"
        )
    report = json.loads(ended.stdout)
    assert [crawl["site"] for crawl in report["crawls"]] == [NAME, "delta_ledger_example"]
    assert ended.exit_code == report["exit_code"] == 1
    assert "nowhere.example" in ended.stderr
    assert sorted(fetch(path, "SELECT site, count(*) FROM articles GROUP BY 1")) == [
        ("delta_ledger_example", 1),
        (NAME, 1),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_every_neighbour_is_crawled_by_one_address(paper: Paper, tmp_path: Path) -> None:
    """Takes about twenty seconds for all."""
    path = tmp_path / "archive.db"
    with WorldServer() as server:
        ended = call(path, "crawl", paper.start, "--mirror", server.mirror)
        requests = server.list_requests()
    assert ended.exit_code == 0, ended.output
    found = score(path, paper)
    assert found.share >= 0.9
    assert (found.repeated, found.strange) == ((), ())
    assert {request.host for request in requests} <= set(paper.hosts)
    assert not [request for request in requests if paper.is_forbidden(request.path)]
    assert all("seealso/" in request.agent for request in requests)
    pages = [(request.host, request.path) for request in requests]
    assert max(map(pages.count, pages)) <= 2  # the given page and robots.txt are asked for by both runs
    keys = fetch(path, "SELECT language, site_key, url FROM articles")
    assert all(paper.find_article(url).key in key for _, key, url in keys)
