"""Visits are written together, after the WARC file they point into, and what cannot be written ends the run."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive import Archive
from crawler.crawl.running.writer import VISITS_PER_BATCH, CrawlWriter
from crawler.crawl.stop import StopSignal
from crawler.items import Article, Capture, Failure, Fate, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.sites.registry import find_site
from crawler.warc import WarcWriter
from crawler.warc.records import AnswerRecord

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
FULL = Path("/dev/full")
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def capture(url):
    return Capture(url=url, fetched_at=NOW, status=200)


def visit(number, *, digest=None, captured=True):
    address = read_address(f"https://www.asianews.it/news-en/A-{number}.html", SITE)
    article = Article(
        site="asianews",
        language="en",
        site_key=str(number),
        story=str(number),
        url=address.url,
        headline="A headline",
        body=f"A body. {number}",
        word_count=3,
        digest=f"digest-{number}" if digest is None else digest,
    )
    captures = (capture(address.url),) if captured else ()
    return Visit(address=address, fate=None, article=article, captures=captures, status=200)


class Setting:
    """A writer over a real archive and a real WARC file, and what it told."""

    def __init__(self, folder):
        self.archive = Archive(folder / "archive.db", "create")
        self.run_id = self.archive.begin_run(SITE, now=NOW)
        self.warc = WarcWriter(self.archive.warc_folder, "asianews", started_at=NOW)
        self.stop = StopSignal()
        self.kept = []
        self.writer = CrawlWriter(
            self.archive,
            self.warc,
            self.run_id,
            lambda: NOW,
            self.stop,
            on_kept=lambda kept, fate: self.kept.append((kept.address.site_key, fate, kept.failure)),
        )

    def count(self, table):
        return self.archive.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.fixture
def setting(tmp_path):
    setting = Setting(tmp_path)
    yield setting
    setting.warc.close()
    setting.archive.close()


def test_visits_wait_until_they_are_written_together(setting):
    for number in range(1, 4):
        setting.writer.add(visit(number))
    assert setting.writer.list_unwritten() == {f"asianews/en/{number}" for number in range(1, 4)}
    assert (setting.count("articles"), setting.kept) == (0, [])
    setting.writer.flush()
    assert setting.kept == [(str(number), Fate.NEW, None) for number in range(1, 4)]
    assert (setting.count("articles"), setting.writer.list_unwritten()) == (3, frozenset())
    setting.writer.flush()
    assert len(setting.kept) == 3


def test_a_full_batch_is_due(setting):
    for number in range(1, VISITS_PER_BATCH + 1):
        setting.writer.add(visit(number))
    assert setting.writer.is_due


def test_the_warc_file_is_on_disk_before_the_archive_points_into_it(setting):
    setting.warc.write(AnswerRecord(url="https://www.asianews.it/", fetched_at=NOW, response_head=HEAD, body=b"x"), b"")
    (file,) = setting.archive.warc_folder.iterdir()
    sizes = []
    setting.archive.db.conn.set_trace_callback(
        lambda sql: sizes.append(file.stat().st_size) if sql.startswith("BEGIN") else None
    )
    setting.writer.add(visit(1))
    setting.writer.flush()
    setting.archive.db.conn.set_trace_callback(None)
    assert sizes == [file.stat().st_size]
    assert sizes[0] > 0


def test_answers_without_an_address_are_indexed_with_the_next_visit_that_has_one(setting):
    robots = capture("https://www.asianews.it/robots.txt")
    setting.writer.keep_loose(robots)
    setting.writer.keep_without_visit([capture("https://www.asianews.it/moved")])
    setting.writer.add(visit(1, captured=False))
    setting.writer.flush()
    assert setting.count("captures") == 0
    setting.writer.add(visit(2))
    setting.writer.flush()
    assert setting.count("captures") == 3
    setting.writer.keep_loose(robots)
    setting.writer.write_loose()
    assert setting.count("captures") == 4


def test_a_page_that_the_archive_cannot_hold_is_a_mistake_of_ours_and_costs_only_itself(setting):
    setting.writer.add(visit(1))
    setting.writer.add(visit(2, digest=b"no text"))
    setting.writer.flush()
    assert setting.kept == [("1", Fate.NEW, None), ("2", Fate.UNREADABLE, Failure.ERROR)]
    assert not setting.stop.is_set


def test_an_archive_that_cannot_be_written_ends_the_run(setting):
    setting.writer.add(visit(1))
    setting.archive.db.execute("DROP TABLE addresses")
    setting.writer.flush()
    assert setting.stop.outcome == "archive"
    assert setting.kept == []


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_ends_the_run(setting):
    setting.warc.write(AnswerRecord(url="https://www.asianews.it/", fetched_at=NOW, response_head=HEAD, body=b"x"), b"")
    sound, setting.warc._file = setting.warc._file, FULL.open("wb")
    setting.warc.write(AnswerRecord(url="https://www.asianews.it/", fetched_at=NOW, response_head=HEAD, body=b"x"), b"")
    setting.writer.add(visit(1))
    setting.writer.flush()
    assert setting.stop.outcome == "archive"
    assert "No space left on device" in str(setting.stop.trouble)
    assert setting.count("articles") == 0
    setting.writer.close_warc()
    setting.warc._file = sound
