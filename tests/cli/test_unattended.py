"""A crawl that nobody watches: its log for programs, its alarm, and whether it is time."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.gated_site import serve_gated
from support.program import start_program
from support.waiting import wait_until

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.operations.notify import notify
from crawler.operations.schedule.due import find_reason_to_wait
from crawler.operations.schedule.interval import format_interval, parse_interval
from crawler.practice import PracticeServer

Shell = Callable[..., subprocess.CompletedProcess[str]]
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)


def python(source: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(source)}"


KEEP = python("import sys; open('heard.json', 'w').write(sys.stdin.read()); print('noise')")


# The log for programs


def test_every_line_of_the_log_is_a_json_object_and_every_page_is_one(shell: Shell, paper: PracticeServer) -> None:
    ended = shell(
        "crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "3", "--json", "--log-format", "json"
    )
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    for event in events:
        assert {"time", "level", "logger", "message"} <= event.keys()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"])
    pages = [event for event in events if "fate" in event]
    assert len(pages) == report["pages"]
    assert sum(event["fate"] == "new" for event in pages) == 3
    assert {event["run"] for event in pages} == {1}
    assert all(event["url"].startswith("https://www.asianews.it/") for event in pages)
    last = events[-1]
    assert (last["outcome"], last["pages"], last["exit_code"]) == (report["outcome"], report["pages"], 0)
    assert sum(last["fates"].values()) == report["pages"]


def test_failures_are_json_too(shell: Shell, nobody: str) -> None:
    ended = shell("crawl", "asianews", "--mirror", nobody, "--log-format", "json")
    assert ended.returncode == 5
    assert [json.loads(line) for line in ended.stderr.splitlines()][-1]["level"] == "warning"
    for wrong in (("asianew",), ("asianews", "--since", "soon"), ("asianews", "--max-depth", "x")):
        ended = shell("crawl", *wrong, "--log-format", "json")
        [event] = [json.loads(line) for line in ended.stderr.splitlines()]
        assert ended.returncode == 1
        assert "seealso:" not in event["message"]


# The alarm


def test_a_command_hears_the_report_when_a_crawl_did_not_go_well(shell: Shell, nobody: str, tmp_path: Path) -> None:
    ended = shell("crawl", "asianews", "--mirror", nobody, "--notify", KEEP, "--json")
    assert ended.returncode == 5
    heard = json.loads((tmp_path / "heard.json").read_text())
    assert heard == json.loads(ended.stdout)  # what the command prints is not mixed into it
    assert heard["exit_code"] == 5
    assert heard["messages"]


def test_nobody_is_told_when_all_is_well(shell: Shell, paper: PracticeServer, tmp_path: Path) -> None:
    ended = shell("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "1", "--notify", KEEP)
    assert ended.returncode == 0, ended.stderr
    assert not (tmp_path / "heard.json").exists()


def test_a_crawl_that_could_not_begin_is_told_as_well(shell: Shell, nobody: str, tmp_path: Path) -> None:
    lock = SiteLock(tmp_path / "archive.db", "asianews")
    try:
        ended = shell("crawl", "asianews", "--mirror", nobody, "--notify", KEEP)
    finally:
        lock.release()
    assert ended.returncode == 3
    heard = json.loads((tmp_path / "heard.json").read_text())
    assert (heard["exit_code"], heard["outcome"], heard["run"]) == (3, "not begun", None)
    assert "another crawl of asianews" in heard["messages"][0]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("exit 7", "failed with exit code 7"),
        ("/nowhere/to/be/found", "failed with exit code 127"),
        ("\0", "could not be run"),
    ],
)
def test_a_command_that_fails_is_one_line(command: str, words: str) -> None:
    said = notify(command, "{}\n")
    assert said is not None
    assert words in said
    assert "\n" not in said


def test_a_command_that_does_not_listen_is_no_failure() -> None:
    assert notify("exit 0", "x" * 10_000_000) is None


def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    said = notify(f"sleep 600 & echo $! > {shlex.quote(str(child))}; wait", "{}", seconds=1.0)
    assert said is not None
    assert "took longer than 1 seconds" in said
    wait_until(lambda: not is_running(int(child.read_text())))


def is_running(process: int) -> bool:
    """A zombie that nobody has asked for yet does not run."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    return state != "Z"


def test_the_exit_code_of_a_crawl_is_its_own_whatever_the_command_does(shell: Shell, nobody: str) -> None:
    ended = shell("crawl", "asianews", "--mirror", nobody, "--notify", "exit 1")
    assert ended.returncode == 5
    assert ended.stderr.splitlines()[-1] == "seealso: the command of --notify failed with exit code 1"


# Whether it is time


def ran(path: Path, began: datetime, outcome: str | None) -> None:
    with Archive(path, "create") as archive:
        run = archive.begin_run("asianews", now=began)
        if outcome is not None:
            archive.finish_run(run, outcome, began + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("ago", "outcome", "due"),
    [
        (timedelta(hours=6), "finished", True),
        (timedelta(hours=5, minutes=56), "finished", True),  # schedulers are not exact
        (timedelta(hours=5, minutes=54), "finished", False),
        (timedelta(minutes=1), "refused", False),
        (timedelta(minutes=1), "unreachable", False),
        (timedelta(minutes=1), "interrupted", True),
        (timedelta(minutes=1), None, True),
        (timedelta(days=-300), "finished", True),
        (timedelta(minutes=-1), "finished", False),  # the clock was set back by a minute
        (timedelta(hours=-1), "finished", False),
    ],
)
def test_a_crawl_is_due_when_the_last_one_is_long_ago_or_broke_off(
    tmp_path: Path, ago: timedelta, outcome: str | None, due: bool
) -> None:
    ran(tmp_path / "a.db", NOW - timedelta(days=3), "finished")
    ran(tmp_path / "a.db", NOW - ago, outcome)
    assert (find_reason_to_wait(tmp_path / "a.db", "asianews", SIX_HOURS, NOW) is None) == due
    assert find_reason_to_wait(tmp_path / "a.db", "another", SIX_HOURS, NOW) is None


def test_pages_taken_from_files_are_no_crawl(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", "create") as archive:
        run = archive.begin_run("asianews", now=NOW, kind="ingest")
        archive.finish_run(run, "ingested", NOW)
    assert find_reason_to_wait(tmp_path / "a.db", "asianews", SIX_HOURS, NOW) is None


def test_a_crawl_is_due_without_an_archive_and_never_while_one_is_going_on(tmp_path: Path) -> None:
    assert find_reason_to_wait(tmp_path / "a.db", "asianews", SIX_HOURS, NOW) is None
    lock = SiteLock(tmp_path / "a.db", "asianews")
    try:
        assert find_reason_to_wait(tmp_path / "a.db", "asianews", SIX_HOURS, NOW) == "a crawl of asianews is going on"
    finally:
        lock.release()


def test_what_is_not_due_does_nothing_in_silence_and_missed_slots_give_one_crawl(
    shell: Shell, paper: PracticeServer
) -> None:
    command = ("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "1", "--if-due", "6h")
    assert shell(*command).returncode == 0
    asked = len(paper.requests)
    again = shell(*command)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    told = shell(*command, "-v")
    assert re.fullmatch(r"seealso: not due: the last crawl of asianews began at \S+Z, less than 6h ago\n", told.stderr)
    assert len(paper.requests) == asked


@pytest.mark.parametrize(
    ("text", "again"), [("30m", "30m"), ("6H", "6h"), ("48 h", "2d"), ("14d", "2w"), ("90m", "90m")]
)
def test_a_length_of_time_is_read_and_written(text: str, again: str) -> None:
    assert format_interval(parse_interval(text)) == again


@pytest.mark.parametrize("text", ["", "6", "h", "-6h", "0h", "1m", "9w", "6h30m", "6 hours", "99999999999h", "٣h"])
def test_what_is_no_length_of_time_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|is not"):
        parse_interval(text)


def test_ctrl_c_is_told_as_an_interruption(tmp_path: Path) -> None:
    with serve_gated(15, articles=40) as (slow, gate):
        process = start_program("crawl", "asianews", "--mirror", slow.mirror, "--notify", KEEP, cwd=tmp_path)
        gate.wait_until_reached()
        process.send_signal(signal.SIGINT)
        gate.open()
        assert process.wait(100) == 130
    heard = tmp_path / "heard.json"
    wait_until(lambda: heard.exists() and heard.read_text())
    assert json.loads(heard.read_text())["outcome"] == "interrupted"
