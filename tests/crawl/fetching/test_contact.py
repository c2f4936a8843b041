"""A live site is told who asks; without a contact nothing is fetched."""

import json
import sqlite3
from contextlib import closing

import pytest

from crawler.archive import Archive
from crawler.crawl.fetching.contact import CONTACT_VARIABLE, ContactMissing, add_contact, find_contact
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.sites.registry import find_site

SITE = find_site("asianews")
FAR = "https://web.example/{url}"


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    monkeypatch.delenv(CONTACT_VARIABLE, raising=False)


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive.db"


def remember(archive, **settings):
    with Archive(archive, "create") as opened:
        opened.db.execute(
            "INSERT INTO runs (site, started_at, settings) VALUES ('asianews', '2026-01-01T00:00:00Z', ?)",
            (json.dumps(settings),),
        )


def test_without_a_contact_a_live_crawl_does_not_begin(archive):
    with pytest.raises(ContactMissing, match="--contact") as said:
        run_crawl(CrawlOptions(site="asianews", archive=archive))
    assert said.value.exit_code == 1
    assert not archive.exists()


@pytest.mark.parametrize(
    "mirror", ["http://127.0.0.1:9{path}", "http://localhost:9{path}", "http://10.0.0.1{path}", FAR]
)
def test_a_mirror_needs_none(archive, mirror):
    options = CrawlOptions(site="asianews", archive=archive, mirror=mirror)
    assert add_contact(options, SITE) == options


def test_the_environment_may_name_it(archive, monkeypatch):
    monkeypatch.setenv(CONTACT_VARIABLE, "https://example.org/bot")
    assert add_contact(CrawlOptions(site="asianews", archive=archive), SITE).contact == "https://example.org/bot"
    told = CrawlOptions(site="asianews", archive=archive, contact="me@example.org")
    assert add_contact(told, SITE).contact == "me@example.org"


def test_the_archive_remembers_the_contact_of_its_last_live_crawl(archive):
    remember(archive, contact="old@example.org")
    remember(archive, contact="new@example.org")
    remember(archive, contact="other@example.org", mirror=FAR)
    remember(archive, contact="demo", mirror="http://127.0.0.1:9{path}")
    remember(archive)
    assert find_contact(archive) == "new@example.org"


@pytest.mark.parametrize("content", [b"", b"no archive", b"SQLite format 3\0"])
def test_what_is_no_archive_remembers_nothing(archive, content):
    archive.write_bytes(content)
    assert find_contact(archive) is None


def test_somebody_elses_database_remembers_nothing(archive):
    with closing(sqlite3.connect(archive)) as db:
        db.execute("CREATE TABLE runs (id INTEGER, settings TEXT)")
        db.executemany("INSERT INTO runs VALUES (?, ?)", [(1, "3"), (2, "{"), (3, None)])
        db.commit()
    with pytest.raises(ContactMissing):
        add_contact(CrawlOptions(site="asianews", archive=archive), SITE)
