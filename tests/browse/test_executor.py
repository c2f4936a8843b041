"""A page's time, its place in the queue, and a crawl that writes meanwhile."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from support.page_reader import PageReader, element_text

from crawler.archive import Archive
from crawler.browse import executor
from crawler.browse.executor import TimeLimit, TooBusy, TooSlow, ask
from crawler.errors import ArchiveUnusable

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def endlessly(archive: Archive, _: TimeLimit) -> int:
    return int(archive.db.execute(ENDLESS).fetchone()[0])


def test_what_takes_too_long_is_stopped(library_path: Path) -> None:
    with pytest.raises(TooSlow, match="narrow it down"):
        asyncio.run(ask(library_path, endlessly, seconds=0.2))  # which would never end


def test_what_a_page_can_do_without_is_left_out_and_the_rest_goes_on(library_path: Path) -> None:
    def work(archive: Archive, time_limit: TimeLimit) -> tuple[int | None, int]:
        return time_limit.try_within(0.1, lambda: endlessly(archive, time_limit)), archive.count("rain")

    assert asyncio.run(ask(library_path, work, seconds=5)) == (None, 60)


def test_a_fault_is_not_taken_for_slowness(library_path: Path) -> None:
    with pytest.raises(ArchiveUnusable, match="no such table"):
        asyncio.run(ask(library_path, lambda archive, _: archive.db.execute("SELECT * FROM absent").fetchall()))


def test_no_page_can_write(library_path: Path) -> None:
    with pytest.raises(ArchiveUnusable):
        asyncio.run(ask(library_path, lambda archive, _: archive.db.execute("DELETE FROM articles")))


def test_who_comes_when_too_many_wait_is_told_at_once(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "MAX_WAITING", 1 - executor.THREADS_PER_POOL)
    held, go_on = threading.Event(), threading.Event()

    def wait(archive: Archive, _: TimeLimit) -> int:
        held.set()
        go_on.wait(100)
        return archive.count()

    async def both() -> int:
        first = asyncio.create_task(ask(library_path, wait))
        await asyncio.to_thread(held.wait, 100)
        with pytest.raises(TooBusy):
            await ask(library_path, wait)
        go_on.set()
        return await first

    assert asyncio.run(both()) == 67
    assert asyncio.run(ask(library_path, lambda archive, _: archive.count())) == 67


def test_what_is_read_never_waits_behind_what_is_asked(library_path: Path) -> None:
    busy, go_on = threading.Semaphore(0), threading.Event()

    def hold(archive: Archive, _: TimeLimit) -> int:
        busy.release()
        go_on.wait(100)
        return archive.count()

    def wait_until_all_threads_are_busy() -> None:
        for _ in range(executor.THREADS_PER_POOL):
            assert busy.acquire(timeout=100)

    async def together() -> list[int]:
        hard = [
            asyncio.create_task(ask(library_path, hold, "asking", 200)) for _ in range(2 * executor.THREADS_PER_POOL)
        ]
        await asyncio.to_thread(wait_until_all_threads_are_busy)
        assert await ask(library_path, lambda archive, _: archive.count()) == 67
        assert not any(task.done() for task in hard)
        go_on.set()
        return await asyncio.gather(*hard)

    assert asyncio.run(together()) == [67] * (2 * executor.THREADS_PER_POOL)


def test_a_slow_page_is_told_in_the_same_layout(library: PageReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "_INSTRUCTIONS_PER_CHECK", 1)
    monkeypatch.setattr(TimeLimit, "_is_over", lambda self: True)
    page = library.open("search?q=rain", status=503)
    assert element_text(page.css("h1")) == "Too slow"
    assert page.css(".menu a")


def test_a_fault_of_ours_is_logged_and_not_shown(
    library: PageReader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Archive, "search", broken)
    page = library.open("home", status=500)
    assert "secret detail" not in page.get()
    assert "secret detail" in caplog.text


def test_an_archive_that_went_away_is_a_page_that_says_so(tmp_path: Path, library_path: Path) -> None:
    copy = tmp_path / "copy.db"
    source, target = sqlite3.connect(library_path), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    reader = PageReader(copy)
    assert element_text(reader.open("home").css("h1")) == "The AsiaNews archive"
    copy.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    page = reader.open("home", status=503)
    assert element_text(page.css("h1")) == "The archive cannot be read"
    assert str(tmp_path) not in page.get()


def test_a_crawl_may_write_while_pages_are_read(tmp_path: Path, library_path: Path) -> None:
    growing = tmp_path / "growing.db"
    source, target = sqlite3.connect(library_path), sqlite3.connect(growing)
    source.backup(target)
    source.close()
    target.close()
    reader = PageReader(growing)
    with Archive(growing, "write") as archive:
        archive.db.execute("BEGIN IMMEDIATE")
        archive.db.execute("UPDATE articles SET headline = 'The lighthouse' WHERE id = 1")
        assert element_text(reader.open("article/1").css("h1")) == "Flood reached the old town"
        archive.db.execute("COMMIT")
        assert element_text(reader.open("article/1").css("h1")) == "The lighthouse"
