"""What a machine may lack: a home, standard input, the folder that a command was started in, processes, room."""

from __future__ import annotations

import pwd
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.cli import app
from crawler.crawl.frontier.frontier import Frontier
from crawler.crawl.options import NO_LIMIT, CrawlOptions
from crawler.engines import open_engine
from crawler.engines.engine import CannotStartProcesses
from crawler.errors import ArchiveUnusable
from crawler.shards.handed_files import CannotHand, save_file

Run = Callable[..., Result]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    room = Newsroom()
    with Archive(path, "create") as archive:
        archive.keep([room.visit(room.article(1))], archive.begin_run(GAZETTE, now=NOW), NOW)
    return path


@pytest.mark.usefixtures("archive", "only_asianews")
def test_a_user_without_a_home_has_no_schedules_and_no_folder_of_sites(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_nobody(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", find_nobody)
    for command in (["status"], ["doctor"], ["sites"], ["schedule", "show"], ["schedule", "remove", "asianews"]):
        ended = run(*command)
        assert "unexpected" not in ended.stderr, command
        assert ended.exit_code == (2 if command == ["doctor"] else 0), command
    refused = run("schedule", "install", "asianews", "--every", "6h", "--dry-run", "--with", "systemd")
    assert refused.exit_code == 1
    assert "this user has no home folder: set XDG_CONFIG_HOME" in refused.stderr


def test_where_standard_input_was_closed_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """``<&-``: Python has none then, and a question to the user would be an error of Python's."""
    monkeypatch.setattr(sys, "stdin", None)
    app._make_streams_lenient()
    assert sys.stdin.read() == ""
    sys.stdin.close()


def test_a_folder_that_is_gone_is_said(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    ended = run("status")
    monkeypatch.chdir(tmp_path)
    assert ended.exit_code == 1
    assert ended.stderr.startswith("seealso: the folder that this was started in is gone: change into another one")


def test_no_crawl_is_longer_or_deeper_than_can_be_counted(run: Run, nobody: str) -> None:
    ended = run("crawl", "asianews", "--mirror", nobody, "--max-depth", str(10**30))
    assert ended.exit_code == 5, ended.stderr
    numbers = dict.fromkeys(("max_articles", "max_depth", "daily_cap", "revisits"), 10**30)
    options = CrawlOptions(site="asianews", **numbers)
    assert {getattr(options, name) for name in numbers} == {NO_LIMIT}


def test_an_error_that_nobody_has_thought_of_ends_a_crawl_in_one_line(
    run: Run, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scrapy logs what a scheduler raises, asks it no more, and waits forever."""

    def fail(_: object) -> None:
        raise OverflowError("too far")

    for name in ("next", "has_work"):
        with monkeypatch.context() as patch:
            patch.setattr(Frontier, name, fail)
            ended = run("crawl", "asianews", "--mirror", nobody)
        assert ended.exit_code == 1
        assert ended.stderr.count("unexpected error: OverflowError: too far") == 1, ended.stderr
        assert "Traceback" not in ended.stderr


def test_without_shared_memory_one_process_is_advised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(ProcessPoolExecutor, "__init__", fail)
    advice = r"Function not implemented.*--jobs 1 needs none"
    with pytest.raises(CannotStartProcesses, match=advice), open_engine("local", jobs=2):
        pass


def test_a_folder_of_work_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "work").touch()
    with pytest.raises(CannotHand, match="work cannot be written"):
        save_file(tmp_path / "work", b"for tasks")


def test_a_full_folder_for_temporary_files_is_told_from_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", "/small")
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    advice = r"Make room in the folder for temporary files \(/small\), then"
    with pytest.raises(ArchiveUnusable, match=advice), translate_errors(tmp_path / "archive.db"):
        raise full
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(ArchiveUnusable, match="Make room, then"), translate_errors(tmp_path / "archive.db"):
        raise full
