"""``--log-file``: what became of each page, and what went wrong, in a file that does not grow without end."""

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from crawler.crawl import log_file
from crawler.crawl.log_file import FORMER_LOGS, log_to_file
from crawler.practice import PracticeServer

Run = Callable[..., Result]


def test_a_log_file_holds_what_became_of_each_page_and_stderr_stays_silent(
    run: Run, paper: PracticeServer, tmp_path: Path
) -> None:
    command = ("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "2", "--log-file", "news.log")
    ended = run(*command)
    assert (ended.exit_code, ended.stderr) == (0, "")
    lines = (tmp_path / "news.log").read_text().splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ seealso: info: ", line) for line in lines)
    assert sum(": new https://www.asianews.it/" in line for line in lines) == 2
    assert "run 1 begins" in lines[0]
    assert "run 1 ends" in lines[-1]
    not_due = run(*command, "--if-due", "6h")
    assert (not_due.exit_code, not_due.stdout) == (0, "")
    assert (tmp_path / "news.log").read_text().splitlines() == lines


def test_a_crawl_that_could_not_begin_is_in_it_too(run: Run, nobody: str, tmp_path: Path) -> None:
    assert run("crawl", "asianews", "--since", "soon", "--log-file", "news.log").exit_code == 1
    assert "seealso: error: a date reads YYYY" in (tmp_path / "news.log").read_text()
    ended = run("crawl", "asianews", "--mirror", nobody, "--log-file", "other.log", "--log-format", "json")
    assert ended.exit_code == 5
    entries = [json.loads(line) for line in (tmp_path / "other.log").read_text().splitlines()]
    assert any("does not answer" in entry["message"] for entry in entries)


@pytest.mark.parametrize("path", ["nowhere/news.log", "archive.db", "archive.warc/news.log"])
def test_a_file_that_cannot_be_written_or_is_the_archives_is_refused(run: Run, nobody: str, path: str) -> None:
    ended = run("crawl", "asianews", "--mirror", nobody, "--log-file", path)
    assert (ended.exit_code, ended.stderr.count("\n")) == (1, 1)
    assert path.split("/")[0] in ended.stderr


def test_logs_are_bounded_in_size_and_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "MAX_LOG_SIZE", 2000)
    path = tmp_path / "news.log"
    with log_to_file(path, "text") as handler:
        for number in range(1000):
            handler.handle(make_record(number))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["news.log", *(f"news.log.{n}" for n in range(1, FORMER_LOGS + 1))]
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "line 999" in path.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_log_on_a_full_disk_does_not_change_how_a_crawl_ends(run: Run, nobody: str) -> None:
    crawl = ("crawl", "asianews", "--mirror", nobody, "--log-file", "/dev/full")
    assert run(*crawl).exit_code == 5


def test_a_log_that_cannot_be_written_any_more_costs_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with log_to_file(tmp_path / "news.log", "json") as handler:
        handler.handle(make_record(1))
        (tmp_path / "news.log").unlink()
        handler.close()
        (tmp_path / "news.log").mkdir()
        handler.handle(make_record(2))
    assert capfd.readouterr() == ("", "")


def make_record(number: int) -> logging.LogRecord:
    return logging.LogRecord("crawler", 20, "", 0, f"line {number}", None, None)
