"""A crawl fetches the further pages of an article with its first one, and keeps one article with the text of all."""

import gzip
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from support.loopback_site import fetch_rows
from support.paged_story import NOTE, PATH, URL, list_body, make_page, make_path

from crawler.archive import Archive
from crawler.archive.write.addresses.losses import note_losses, requeue_lost
from crawler.cli import main
from crawler.crawl.fetching.open_visit import OpenVisit
from crawler.crawl.running.run import Run
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate
from crawler.normalisation.joining import MAX_PARTS

ALL = (1, 2, 3)


@pytest.fixture
def visit(paper, asked_for):
    """Serve pages of the story and visit it, each time a day later; return the counts of the run."""
    days = iter(range(1, 30))

    def visit(pages, *urls, **more):
        paper.pages.update({make_path(page): answer for page, answer in pages.items()})
        paper.log.clear()
        now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=next(days))
        return run_crawl(asked_for(*urls, refresh=True, **more), clock=lambda: now).counts

    return visit


def read_story(options):
    ((body, complete, revisions),) = fetch_rows(options, "SELECT body, complete, revisions FROM articles")
    reasons = [reason for (reason,) in fetch_rows(options, "SELECT reason FROM problems WHERE kind = 'cut'")]
    return body, complete, revisions, reasons


def list_parts(options):
    return fetch_rows(
        options,
        "SELECT p.number, c.url FROM article_parts p JOIN captures c ON c.id = p.capture_id"
        " ORDER BY first_capture_id, number",
    )


def list_asked(paper):
    return [path for path in paper.log if "Story" in path]


def test_all_pages_are_one_article_and_each_is_asked_for_once(visit, paper, asked_for):
    options = asked_for()
    pages = {page: make_page(page, note=NOTE, leads_to=(page + 10,)) for page in ALL}
    assert visit(pages, max_articles=1) == {Fate.NEW: 1}
    body, complete, revisions, reasons = read_story(options)
    assert body == f"{list_body(ALL)}\n\n{NOTE[3:-4]}"  # what each page prints under its text comes once, at the end
    assert (complete, revisions, reasons) == (1, 1, [])
    assert list_asked(paper) == [make_path(page) for page in ALL]
    assert list_parts(options) == [(2, f"{URL}?page=2"), (3, f"{URL}?page=3")]
    assert fetch_rows(options, "SELECT byline, word_count FROM articles") == [("by Ann Example", len(body.split()))]
    assert [position for (position,) in fetch_rows(options, "SELECT position FROM see_also ORDER BY 1")] == [1, 2, 3]
    call(options, "verify", "--captures", code=0)


def test_pages_that_name_only_the_next_one_are_followed_to_the_last(visit, asked_for):
    visit({1: make_page(1, (1, 2)), 2: make_page(2, (1, 2, 3)), 3: make_page(3, (2, 3))})
    assert read_story(asked_for()) == (list_body(ALL), 1, 1, [])


def test_a_later_visit_finds_nothing_changed_or_an_edit_of_any_page(visit, paper, asked_for):
    """The first page has a validator, which tells nothing of the others."""
    first = (200, make_page(1), {"ETag": '"one"'})
    visit({1: first, 2: make_page(2), 3: make_page(3)})
    assert visit({}) == {Fate.UNCHANGED: 1}
    assert list_asked(paper) == [make_path(page) for page in ALL]
    assert not any("If-None-Match" in headers for _, headers in paper.headers)
    assert visit({2: make_page(2, word="budget")}) == {Fate.REVISED: 1}
    body, _, revisions, _ = read_story(asked_for())
    assert (body, revisions) == ("\n\n".join([list_body((1,)), list_body((2,), "budget"), list_body((3,))]), 2)
    parts = list_parts(asked_for())
    assert len(parts) == 6


def test_what_a_page_lacks_is_told_and_never_replaces_the_whole(visit, asked_for):
    options = asked_for()
    assert visit({1: make_page(1), 2: (404, b"gone"), 3: make_page(3)}) == {Fate.NEW: 1}
    body, complete, _, reasons = read_story(options)
    assert (body, complete) == (list_body((1, 3)), 0)
    (reason,) = reasons
    assert f"{URL}?page=2 (status 404)" in reason
    assert "page=3" not in reason
    assert visit({2: make_page(2)}) == {Fate.REVISED: 1}
    assert read_story(options)[:3] == (list_body(ALL), 1, 2)
    assert visit({3: (404, b"gone")}) == {Fate.UNREADABLE: 1}
    assert read_story(options)[:3] == (list_body(ALL), 1, 2)


def test_robots_may_forbid_further_pages(visit, paper, asked_for):
    paper.pages["/robots.txt"] = b"User-agent: *\nDisallow: /*?page="
    visit({1: make_page(1), 2: make_page(2), 3: make_page(3)})
    body, complete, _, (reason,) = read_story(asked_for())
    assert (body, complete, "robots.txt forbids" in reason) == (list_body((1,)), 0, True)
    assert list_asked(paper) == [PATH]


def test_a_pager_without_end_is_followed_so_far_and_no_further(visit, paper, asked_for):
    visit({page: make_page(page, (1, page, page + 1)) for page in range(1, MAX_PARTS + 5)})
    body, complete, _, (reason,) = read_story(asked_for())
    assert (body, complete) == (list_body(range(1, MAX_PARTS + 1)), 0)
    assert f"?page={MAX_PARTS + 1}" in reason
    assert len(list_asked(paper)) == MAX_PARTS


def test_a_run_that_ends_between_two_pages_fetches_the_article_again(visit, asked_for, monkeypatch):
    options, runs = asked_for(), []
    opened, added = Run.open.__func__, OpenVisit.add

    def open_run(cls, *arguments, **more):
        runs.append(opened(cls, *arguments, **more))
        return runs[-1]

    def add(self, fetched):
        added(self, fetched)
        if len(runs) == 1:
            runs[0].stop.interrupt()

    monkeypatch.setattr(Run, "open", classmethod(open_run))
    monkeypatch.setattr(OpenVisit, "add", add)
    assert visit({page: make_page(page) for page in ALL}) == {}
    assert not fetch_rows(options, "SELECT 1 FROM articles")
    assert len(fetch_rows(options, "SELECT 1 FROM captures WHERE url LIKE '%Story%'")) == 2  # nothing that came is lost
    assert visit({}) == {Fate.NEW: 1}
    assert read_story(options) == (list_body(ALL), 1, 1, [])


def test_reading_again_joins_what_was_kept_and_forgetting_erases_it(visit, asked_for):
    options = asked_for()
    visit({page: make_page(page) for page in ALL})
    visit({3: make_page(3, word="budget")})
    call(options, "reread", "--jobs", "1", code=0)
    assert read_story(options)[:3] == ("\n\n".join([list_body((1, 2)), list_body((3,), "budget")]), 1, 2)
    call(options, "forget", URL, "--why", "asked", "--yes", code=0)
    assert not fetch_rows(options, "SELECT 1 FROM captures WHERE url LIKE '%Story-1%'")
    assert not fetch_rows(options, "SELECT 1 FROM article_parts")
    raw = b"".join(gzip.decompress(file.read_bytes()) for file in options.archive.with_suffix(".warc").iterdir())
    assert b"boat by boat" not in raw


def test_a_pause_that_a_further_page_asks_for_is_remembered(visit, asked_for):
    options = asked_for()
    visit({1: make_page(1, (1, 2)), 2: (429, b"", {"Retry-After": "1"})})
    assert read_story(options)[:2] == (list_body((1,)), 0)
    assert fetch_rows(options, "SELECT until FROM pauses") == [("2026-03-02T00:00:01Z",)]


def test_an_archive_of_some_articles_has_their_parts(visit, asked_for, tmp_path):
    options = asked_for()
    visit({page: make_page(page) for page in ALL})
    for name in ("little.db", "little.warc.gz"):
        format_ = "sqlite" if name.endswith(".db") else "warc"
        call(options, "export", "committee", "--format", format_, "--to", str(tmp_path / name), code=0)
    little = replace(options, archive=tmp_path / "little.db")
    assert list_parts(little) == list_parts(options)
    assert "1  read as archived" in call(little, "reread", "--dry-run", "--jobs", "1", code=0).stdout
    result = CliRunner().invoke(main, ["archive", "merge", str(tmp_path / "both.db"), str(little.archive)])
    assert result.exit_code == 0, result.output
    assert list_parts(replace(options, archive=tmp_path / "both.db")) == list_parts(options)
    assert b"Page 3 of the story" in gzip.decompress((tmp_path / "little.warc.gz").read_bytes())


def call(options, *arguments, code):
    result = CliRunner().invoke(main, [arguments[0], "--archive", str(options.archive), *arguments[1:]])
    assert result.exit_code == code, result.output
    return result


def test_a_lost_part_has_its_article_fetched_again(visit, asked_for):
    options = asked_for()
    visit({page: make_page(page) for page in ALL})
    ((lost,),) = fetch_rows(options, "SELECT capture_id FROM article_parts WHERE number = 3")
    with Archive(options.archive, "write") as archive:
        note_losses(archive.db, [lost], datetime(2026, 3, 2, tzinfo=UTC))
        assert requeue_lost(archive.db, "asianews") == 1
        archive.db.conn.commit()
    visit({})
    ((replaced_by,),) = fetch_rows(options, "SELECT replaced_by FROM losses")
    assert fetch_rows(options, "SELECT url FROM captures WHERE id = ?", replaced_by) == [(f"{URL}?page=3",)]


def test_a_forgotten_article_leaves_nothing_of_its_parts_when_another_address_leads_to_it(visit, paper, asked_for):
    options = asked_for()
    visit({page: make_page(page) for page in ALL})
    call(options, "forget", URL, "--why", "asked", "--yes", code=0)
    paper.pages["/news-en/Other-77.html"] = (301, b"", {"Location": PATH})
    visit({}, "https://www.asianews.it/news-en/Other-77.html")
    raw = b"".join(gzip.decompress(file.read_bytes()) for file in options.archive.with_suffix(".warc").iterdir())
    assert b"boat by boat" not in raw


def test_an_archive_of_before_is_asked_for_whole_articles_once(visit, paper, asked_for):
    """It has the first page alone, with a validator of that."""
    options = asked_for()
    paper.pages["/robots.txt"] = b"User-agent: *\nDisallow: /*?page="
    tagged = {1: (200, make_page(1), {"ETag": '"one"'}), 2: make_page(2), 3: make_page(3)}
    visit(tagged)
    with closing(sqlite3.connect(options.archive)) as db:
        db.execute("UPDATE addresses SET etag = '\"one\"'")
        db.execute("DROP TABLE article_parts")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm_article_parts'")
        db.commit()
    paper.pages["/robots.txt"] = (404, b"none")
    assert visit({}) == {Fate.REVISED: 1}
    assert not any("If-None-Match" in headers for _, headers in paper.headers)
    assert read_story(options) == (list_body(ALL), 1, 2, [])
