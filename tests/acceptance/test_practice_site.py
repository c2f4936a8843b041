"""A crawl of the practice site gives the archive that its truth says, and a second crawl adds nothing false."""

import json
import os
import signal
import sqlite3
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from support.acceptance import ROOT
from support.archive_contents import copy_archive
from support.program import run_program, start_program
from support.shared import crawl_practice_site, make_once
from support.waiting import wait_until

from crawler.practice import PracticeServer, Seen
from crawler.practice.truth import make_truth

FATES = ("new", "unchanged", "revised", "duplicate", "not_an_article", "unreadable", "gone", "refused", "failed")
FIELDS = (
    "story",
    "url",
    "headline",
    "kicker",
    "lead",
    "byline",
    "dateline",
    "dateline_place",
    "published_raw",
    "published_at",
    "published_on",
    "published_precision",
    "body",
    "status",
)


def command(archive: Path, site: PracticeServer, *options: str) -> list[str]:
    return ["crawl", "asianews", "--mirror", site.mirror, "--archive", str(archive), *options]


def crawl(archive: Path, site: PracticeServer, *options: str) -> subprocess.CompletedProcess[str]:
    return run_program(*command(archive, site, *options), cwd=ROOT, env=os.environ)


def ask(archive: Path, sql: str, *values: object) -> list[sqlite3.Row]:
    with sqlite3.connect(archive) as db:
        db.row_factory = sqlite3.Row
        return db.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    return make_once(tmp_path_factory, "practice", crawl_practice_site)


@pytest.fixture(scope="module")
def first(practice):
    """One crawl of phase 1: the archive, how the crawl ended, what the server was asked."""
    exit_code, requests = json.loads((practice / "requests.json").read_text())
    assert exit_code == 2  # some of its pages are broken on purpose
    return practice / "once.db", exit_code, [Seen(*request) for request in requests]


@pytest.fixture(scope="module")
def stored(first):
    return {(row["language"], row["site_key"]): dict(row) for row in ask(first[0], "select * from articles")}


def test_every_article_that_links_lead_to_is_archived_and_no_other(stored):
    assert set(stored) == set(make_truth().articles)
    assert len(stored) >= 60


@pytest.mark.parametrize("field", FIELDS)
def test_every_article_has_the_true(field, stored):
    wrong = {
        key: (stored[key][field], getattr(expected, field))
        for key, expected in make_truth().articles.items()
        if stored[key][field] != getattr(expected, field)
    }
    assert wrong == {}


def test_every_article_has_its_true_authors(first, stored):
    rows = ask(
        first[0],
        "select article_id, name, kind, honorific, order_initials, note from article_authors"
        " join authors on authors.id = author_id order by article_id, position",
    )
    authors: dict[int, list[tuple[object, ...]]] = {}
    for row in rows:
        authors.setdefault(row["article_id"], []).append(tuple(row)[1:])
    wrong = {}
    for key, expected in make_truth().articles.items():
        true = [(one.name, one.kind, one.honorific, one.order_initials, one.note) for one in expected.authors]
        if authors.get(stored[key]["id"], []) != true:
            wrong[key] = (authors.get(stored[key]["id"], []), true)
    assert wrong == {}


def test_every_see_also_edge_is_there_in_its_order(first, stored):
    rows = ask(first[0], "select * from see_also order by article_id, position")
    edges: dict[int, list[tuple[object, ...]]] = {}
    for row in rows:
        edges.setdefault(row["article_id"], []).append(
            (row["headline"], row["published_raw"], row["published_at"], row["target_id"])
        )
    by_key = {f"asianews/{language}/{key}": row["id"] for (language, key), row in stored.items()}
    for expected in make_truth().articles.values():
        for address in expected.addresses:
            by_key.setdefault("asianews/" + address.removeprefix("https://www.asianews.it/"), by_key[expected.url_key])
    wrong = {}
    for key, expected in make_truth().articles.items():
        true = [
            (link.headline, link.published_raw, link.published_at, by_key.get(link.target))
            for link in expected.see_also
        ]
        if edges.get(stored[key]["id"], []) != true:
            wrong[key] = (edges.get(stored[key]["id"], []), true)
    assert wrong == {}


def pairs(archive: Path, kind: str) -> set[frozenset[tuple[str, str]]]:
    rows = ask(
        archive,
        "select a.language, a.site_key, b.language, b.site_key from near_copies"
        " join articles a on a.id = article_id join articles b on b.id = other_id where kind = ?",
        kind,
    )
    return {frozenset({(row[0], row[1]), (row[2], row[3])}) for row in rows}


def test_duplicates_and_near_copies_are_linked_and_kept(first):
    assert pairs(first[0], "duplicate") == make_truth().duplicates
    assert pairs(first[0], "near") == make_truth().near_copies


def test_holes_gone_and_failed_addresses_end_as_such(first):
    states = {row["url_key"]: row["state"] for row in ask(first[0], "select url_key, state from addresses")}
    assert {key for key, state in states.items() if state == "gone"} == make_truth().gone
    assert {key for key, state in states.items() if state == "failed"} == make_truth().failed
    assert {key for key in make_truth().holes if states[key] == "hole"} == make_truth().holes


def test_the_fates_add_up_to_the_pages_fetched(first):
    (run,) = ask(first[0], "select * from runs")
    assert sum(run[fate] for fate in FATES) == run["fetched"]
    for fate, count in make_truth().fates.items():
        assert run[fate] == count, fate
    assert run["finished_at"] is not None


def test_all_spellings_of_an_address_are_one_article(first, seealso_here, stored):
    archive = first[0]
    for key in (("en", "7916"), ("en", "3975")):
        if key not in stored:
            continue
        language, number = key
        spellings = [
            stored[key]["url"],
            stored[key]["url"].replace("https://www.", "http://"),
            f"http://www.asianews.it/index.php?l={language}&art={number}",
            f"https://asianews.it/index.php?art=000{number}&size=A&l={language}&geo=1",
            f"https://www.asianews.it/index.php?l={language}&idn=1&art={number}&mag=visualizzaperlastampa",
            f"http://m.asianews.it/index.php?l={language}&idn=&art={number}",
            f"https://www.asianews.it/news-{language}/Another-slug-altogether-{number}.html",
        ]
        for spelling in spellings:
            shown = seealso_here("show", spelling, "--json", "--archive", str(archive))
            assert shown.code == 0, (spelling, shown)
            assert json.loads(shown.out)["id"] == stored[key]["id"], spelling


def test_no_article_page_was_fetched_twice(first):
    asked = Counter(seen.path for seen in first[2] if seen.status == 200 and not seen.path.startswith("/robots.txt"))
    broken = {key.rpartition("/")[2] for key in make_truth().failed}  # these are tried again, within bounds
    again = {
        path: times
        for path, times in asked.items()
        if times > 1 and path.rpartition("-")[2].removesuffix(".html") not in broken
    }
    assert again == {}
    assert max(asked.values()) <= 3


def test_robots_txt_was_asked_first_and_obeyed(first):
    requests = first[2]
    assert requests[0].path == "/robots.txt"
    for prefix in make_truth().forbidden:
        assert not [seen for seen in requests if seen.path.startswith(prefix)]


def test_every_answer_is_kept_as_warc_and_indexed(first):
    archive = first[0]
    captures = ask(archive, "select * from captures")
    pages = [seen for seen in first[2] if seen.path != "/robots.txt"]
    broken = sum(1 for row in ask(archive, "select 1 from addresses where state = 'failed'"))
    assert len(captures) >= len(pages) - 3 * broken
    assert all(row["digest"] and row["warc_file"] for row in captures)
    assert list(archive.with_suffix(".warc").glob("*.warc.gz"))


def test_verify_finds_nothing_wrong(first, seealso):
    ended = seealso("verify", "--archive", str(first[0]))
    assert ended.code == 0, ended


def test_the_search_index_is_sound_in_plain_sqlite(first):
    with sqlite3.connect(first[0]) as db:
        db.execute("insert into articles_fts(articles_fts) values ('integrity-check')")
        ghosts = "select count(*) from articles_fts_docsize where id not in (select id from articles)"
        assert db.execute(ghosts).fetchone() == (0,)


def content(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """What an archive holds, without ids, times of observation and places in files, sorted."""
    queries = {
        "articles": f"select language, site_key, digest, revisions, {', '.join(FIELDS)} from articles",
        "authors": "select language, site_key, position, name, kind, article_authors.printed, honorific from article_authors"
        " join authors on authors.id = author_id join articles on articles.id = article_id",
        "edges": "select a.language, a.site_key, position, target_url, b.language, b.site_key, see_also.headline, see_also.published_raw"
        " from see_also join articles a on a.id = article_id left join articles b on b.id = target_id",
        "copies": "select a.site_key, b.site_key, kind from near_copies join articles a on a.id = article_id join articles b on b.id = other_id",
        "revisions": "select language, site_key, number, revisions.digest, revisions.headline, revisions.body from revisions join articles on articles.id = article_id",
        "addresses": "select url_key, url, state from addresses",
    }
    return {name: sorted((tuple(row) for row in ask(archive, sql)), key=repr) for name, sql in queries.items()}


@pytest.mark.parametrize("ways", [(("--refresh",),), pytest.param(((), ("--refresh",)), marks=pytest.mark.slow)])
def test_a_second_crawl_adds_no_article_and_no_false_revision(first, tmp_path, ways):
    """After a crawl that asks for nothing again, the slow case, in two seconds."""
    archive = copy_archive(first[0], tmp_path / "archive.db")
    with PracticeServer() as site:
        before = content(archive)
        for options in ways:
            assert crawl(archive, site, *options).returncode in (0, 2)
        after = content(archive)
    for table in before:
        assert after[table] == before[table], table
    assert ask(archive, "select count(*) from revisions where number > 1")[0][0] == 0
    refreshed = ask(archive, "select * from runs order by id desc limit 1")[0]
    assert refreshed["new"] == refreshed["revised"] == 0
    assert refreshed["unchanged"] + refreshed["duplicate"] >= len(make_truth().articles)
    with sqlite3.connect(archive) as db:
        db.execute("insert into articles_fts(articles_fts) values ('integrity-check')")


def test_edits_become_revisions_and_withdrawn_articles_stay(practice):
    archive = practice / "twice.db"
    expected = make_truth(2).articles
    stored = {(row["language"], row["site_key"]): dict(row) for row in ask(archive, "select * from articles")}
    assert set(stored) == set(expected)
    wrong = {}
    for key, true in expected.items():
        for field in (*FIELDS, "revisions"):
            if stored[key][field] != getattr(true, field):
                wrong[key, field] = (stored[key][field], getattr(true, field))
    assert wrong == {}
    assert [row for row in stored.values() if row["status"] == "gone"]
    assert any(row["revisions"] == 2 for row in stored.values())


@pytest.mark.parametrize("requests", [pytest.param(requests, marks=pytest.mark.slow) for requests in (30, 70, 120)])
def test_a_killed_crawl_goes_on_and_ends_like_an_unbroken_one(first, tmp_path, requests):
    """Killed early, in the middle and late: six seconds each. Crawls of a smaller site are killed every day."""
    broken = tmp_path / "broken.db"
    with PracticeServer(latency=0.01) as site:
        process = start_program(*command(broken, site), cwd=ROOT)
        wait_until(lambda: len(site.requests) >= requests)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        seen_before = Counter(seen.path for seen in site.requests if seen.status == 200)
        ended = crawl(broken, site)
        seen_after = Counter(seen.path for seen in site.requests if seen.status == 200) - seen_before
    assert ended.returncode in (0, 2), ended.stderr
    expected = content(first[0])
    for table, rows in content(broken).items():
        assert rows == expected[table], table
    again = [path for path in seen_after if path in seen_before and path != "/robots.txt"]
    assert len(again) <= 8 + 100, "at most what was in flight or not yet written"


@pytest.mark.slow
def test_a_crawl_may_be_bounded(tmp_path):
    """A second; ``test_crawl_limits.py`` has all bounds."""
    archive = tmp_path / "archive.db"
    with PracticeServer() as site:
        crawl(archive, site, "--max-articles", "7")
        pages = [seen.path for seen in site.requests]
    assert ask(archive, "select count(*) from articles")[0][0] <= 7
    assert len(pages) < 120
