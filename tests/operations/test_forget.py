import gzip
import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from support.loopback_site import ORIGIN, FakeSite
from support.stored_rows import fetch
from support.warc_builder import WarcBuilder, make_day
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.cli import main
from crawler.crawl.starting.launch import CrawlOptions, run_crawl
from crawler.operations.ingest.job import ingest
from crawler.operations.reread.job import reread
from crawler.warc import WarcWriter, iter_captures, mend_files, read_capture
from crawler.warc.erasing import erase_records
from crawler.warc.records import AnswerRecord

SECRET = "Zanzibarquux"
"""A word of the article that must be nowhere afterwards."""
ADDRESS = ORIGIN + "/news-en/Story-3.html"


def command(path, *arguments, answer=None):
    return CliRunner().invoke(main, ["forget", "--archive", str(path), *arguments], input=answer, prog_name="seealso")


def sound(path):
    with Archive(path) as archive:
        return archive.verify(read_capture)


def words_in_warc(path):
    return b"".join(gzip.decompress(file.read_bytes()) for file in sorted(path.with_suffix(".warc").iterdir()))


def words_in_tables(path):
    return b"".join(
        file.read_bytes() for file in path.parent.iterdir() if file.name.startswith(path.name) and file.is_file()
    )


@pytest.fixture(scope="module")
def paper():
    paper = FakeSite()
    for number in range(1, 7):
        others = (3, number + 1)
        paper.story(number, leads_to=tuple((target, "17/10/2022 09:30") for target in others if target != number))
    paper.story(3, headline=f"{SECRET} speaks at the harbour", leads_to=((4, "17/10/2022 09:30"),))
    yield paper
    paper.close()


@pytest.fixture(scope="module")
def crawled(paper, tmp_path_factory):
    path = tmp_path_factory.mktemp("forget") / "archive.db"
    options = CrawlOptions(
        site="asianews",
        archive=path,
        mirror=paper.mirror,
        urls=(ORIGIN + "/news-en/Story-1.html", ADDRESS),
        log_level="ERROR",
        max_depth=5,
    )
    run_crawl(options)
    run_crawl(replace(options, refresh=True))
    return path


@pytest.fixture
def path(crawled, tmp_path):
    copy = tmp_path / "archive.db"
    source, target = sqlite3.connect(crawled), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    shutil.copytree(crawled.with_suffix(".warc"), copy.with_suffix(".warc"))
    return copy


def test_nothing_of_a_forgotten_article_is_left(path):
    assert SECRET.lower().encode() in words_in_tables(path).lower()
    assert SECRET.encode() in words_in_warc(path)
    done = command(path, ADDRESS, "--why", "asked for by the author", "--yes")
    assert done.exit_code == 0, done.output
    assert "Forgotten: asianews/en/3" in done.output
    assert SECRET.lower().encode() not in words_in_tables(path).lower()
    assert SECRET.encode() not in words_in_warc(path)
    assert b"Story-3.html HTTP" not in words_in_warc(path)
    assert fetch(path, "SELECT url_key, why, places FROM forgotten") == [
        ("asianews/en/3", "asked for by the author", "{}")
    ]
    for table in ("addresses", "captures", "spellings", "sightings"):
        assert fetch(path, f"SELECT * FROM {table} WHERE url_key = 'asianews/en/3'") == []
    assert fetch(path, "SELECT * FROM see_also WHERE target_key = 'asianews/en/3'") == []
    assert fetch(path, "SELECT count(*) FROM runs WHERE instr(settings, 'Story-3')") == [(0,)]
    assert sound(path) == []


def test_everything_else_stays_where_it_is(path):
    before = dict(
        fetch(path, "SELECT warc_file || warc_offset, digest FROM captures WHERE url_key IS NOT 'asianews/en/3'")
    )
    others = fetch(path, "SELECT id, headline, body, digest FROM articles WHERE site_key <> '3'")
    command(path, ADDRESS, "--why", "w", "--yes")
    assert dict(fetch(path, "SELECT warc_file || warc_offset, digest FROM captures")) == before
    assert fetch(path, "SELECT id, headline, body, digest FROM articles") == others
    for file in path.with_suffix(".warc").iterdir():
        with file.open("rb") as stream:
            kinds = [record.rec_type for record in ArchiveIterator(stream, check_digests="raise")]
        assert "metadata" in kinds or "Story-3" not in str(file)
    assert reread(path, jobs=1).changed == 0


def test_no_crawl_and_no_ingest_brings_it_back(path, paper, tmp_path):
    command(path, ADDRESS, "--why", "w", "--yes")
    paper.log.clear()
    run_crawl(
        CrawlOptions(
            site="asianews",
            archive=path,
            mirror=paper.mirror,
            urls=(ADDRESS, ORIGIN + "/news-en/Story-2.html"),
            refresh=True,
            log_level="ERROR",
        )
    )
    assert "/news-en/Story-2.html" in paper.log
    assert "/news-en/Story-3.html" not in paper.log
    file = WarcBuilder()
    file.story(3, make_day(0))
    file.story(2, make_day(0))
    report = ingest(path, [file.save(tmp_path / "a.warc.gz")])
    assert (report.forgotten, report.pages) == (1, 1)
    assert fetch(path, "SELECT count(*) FROM articles WHERE site_key = '3'") == [(0,)]
    assert fetch(path, "SELECT count(*) FROM see_also WHERE target_key = 'asianews/en/3'") == [(0,)]
    assert fetch(path, "SELECT count(*) FROM addresses WHERE url_key = 'asianews/en/3'") == [(0,)]
    assert sound(path) == []


def test_an_address_that_redirects_to_it_is_forgotten_too(path, tmp_path):
    command(path, ADDRESS, "--why", "w", "--yes")
    file = WarcBuilder()
    file.response(f"{ORIGIN}/en/asia/laos/quay", b"", make_day(0), status="301 Moved", headers=[("Location", ADDRESS)])
    file.story(3, make_day(0))
    ingest(path, [file.save(tmp_path / "a.warc.gz")])
    assert fetch(path, "SELECT count(*) FROM articles WHERE site_key = '3'") == [(0,)]
    assert sound(path) == []


def test_it_asks_first_and_no_is_no(path):
    before = fetch(path, "SELECT * FROM articles")
    (number,) = fetch(path, "SELECT id FROM articles WHERE site_key = '3'")[0]
    asked = command(path, str(number), "--why", "w", answer="n\n")
    assert asked.exit_code == 1
    assert SECRET in asked.output
    assert fetch(path, "SELECT * FROM articles") == before
    assert fetch(path, "SELECT * FROM forgotten") == []
    assert command(path, str(number), "--why", "w", answer="y\n").exit_code == 0
    assert fetch(path, "SELECT * FROM articles WHERE id = ?", number) == []


def test_an_address_never_fetched_can_be_forgotten_before_it_is(path):
    done = command(path, ORIGIN + "/news-en/Words-of-it-99.html", "--why", "w", "--yes", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["keys"] == ["asianews/en/99"]
    assert fetch(path, "SELECT url_key FROM forgotten") == [("asianews/en/99",)]
    assert sound(path) == []


@pytest.mark.parametrize("wanted", ["987654", "https://elsewhere.example/x", ORIGIN + "/en.xml", "", "\x1b[2J"])
def test_what_is_no_article_is_not_forgotten(path, wanted):
    done = command(path, wanted, "--why", "w", "--yes")
    assert done.exit_code == 1
    assert done.stderr.startswith("seealso: no article")
    assert fetch(path, "SELECT * FROM forgotten") == []


def test_a_reason_is_asked_for(path):
    assert command(path, ADDRESS, "--yes").exit_code == 1


def test_a_crawl_keeps_it_waiting(path):
    lock = SiteLock(path, "asianews")
    try:
        assert command(path, ADDRESS, "--why", "w", "--yes").exit_code == 3
    finally:
        lock.release()


def test_what_a_killed_run_left_in_warc_is_erased_by_the_next(path):
    with Archive(path, "create") as archive:
        archive.forget(("asianews/en/3",), "w", datetime.now(UTC))
    assert SECRET.encode() in words_in_warc(path)
    assert command(path, ADDRESS, "--why", "w", "--yes").exit_code == 0
    assert SECRET.encode() not in words_in_warc(path)
    assert fetch(path, "SELECT places FROM forgotten") == [("{}",)]


def test_records_are_erased_in_place_from_files_that_break_off(tmp_path):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    writer = WarcWriter(tmp_path, "paper", started_at=now)
    places = [
        writer.write(
            AnswerRecord(
                url=f"https://a.example/{number}",
                fetched_at=now,
                response_head=b"HTTP/1.1 200 OK\r\n\r\n",
                body=b"page %d" % number,
            ),
            b"GET / HTTP/1.1\r\n\r\n",
        )
        for number in range(4)
    ]
    writer.close()
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-40])
    assert erase_records(file, (), lambda url: url.endswith("/1"), now) == 2
    assert file.stat().st_size == len(whole) - 40
    assert list(tmp_path.iterdir()) == [file]
    assert read_capture(tmp_path, file.name, places[2].offset).body == b"page 2"
    mend_files(tmp_path, "paper", now)
    assert [capture.body for capture in iter_captures(file)] == [b"page 0", b"page 2", b"page 3"]
    assert erase_records(file, (), lambda url: url.endswith("/1"), now) == 0


def test_an_unwanted_record_that_is_damaged_becomes_zeros(tmp_path):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    writer = WarcWriter(tmp_path, "paper", started_at=now)
    places = [
        writer.write(
            AnswerRecord(
                url=f"https://a.example/{number}",
                fetched_at=now,
                response_head=b"HTTP/1.1 200 OK\r\n\r\n",
                body=b"page %d" % number,
            ),
            None,
        )
        for number in range(3)
    ]
    writer.close()
    (file,) = tmp_path.iterdir()
    data = bytearray(file.read_bytes())
    begin, end = places[1].offset, places[2].offset
    data[begin + 20 : begin + 30] = b"\xff" * 10
    file.write_bytes(data)
    assert erase_records(file, (begin,), lambda url: False, now) == 1
    assert file.read_bytes() == bytes(data[:begin]) + bytes(end - begin) + bytes(data[end:])


def test_a_page_that_comes_by_an_unknown_address_is_erased_when_the_run_ends(path, paper):
    """Its server answers with the forgotten article: neither the page nor the words of the address stay."""
    command(path, ADDRESS, "--why", "w", "--yes")
    alias = "/en/asia/laos/zanzibarquux-at-the-quay"
    paper.pages[alias] = (301, b"", {"Location": "/news-en/Story-3.html"})
    try:
        run_crawl(
            CrawlOptions(
                site="asianews",
                archive=path,
                mirror=paper.mirror,
                urls=(ORIGIN + alias, ORIGIN + "/news-en/Story-2.html"),
                refresh=True,
                log_level="ERROR",
            )
        )
    finally:
        del paper.pages[alias]
    assert SECRET.lower().encode() not in words_in_tables(path).lower()
    assert SECRET.lower().encode() not in words_in_warc(path).lower()
    assert fetch(path, "SELECT count(*) FROM forgotten") == [(2,)]
    assert fetch(path, "SELECT count(*) FROM unerased WHERE kind <> 'mention'") == [(0,)]
    assert sound(path) == []


def test_a_tombstone_holds_no_words_and_keeps_its_article_out(path):
    address = ORIGIN + "/en/asia/laos/zanzibarquux-at-the-quay"
    done = command(path, address, "--why", "w", "--yes", "--json")
    assert json.loads(done.stdout)["keys"] == ["asianews/en/asia/laos/zanzibarquux-at-the-quay"]
    ((key,),) = fetch(path, "SELECT url_key FROM forgotten")
    assert key.startswith("sha256:")
    assert b"zanzibarquux-at" not in words_in_tables(path)
    with Archive(path) as archive:
        assert "asianews/en/asia/laos/zanzibarquux-at-the-quay" in archive.forgotten
        assert "asianews/en/asia/laos/another-at-the-quay" not in archive.forgotten
    again = command(path, address, "--why", "w", "--yes")
    assert again.exit_code == 0
    assert fetch(path, "SELECT count(*) FROM forgotten") == [(1,)]
