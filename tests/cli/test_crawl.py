import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from support.gated_site import serve_gated
from support.program import start_program

from crawler.practice import PracticeServer

Run = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]


def test_a_crawl_ends_with_fates_that_add_up_and_says_what_to_do_next(shell: Shell, paper: PracticeServer) -> None:
    ended = shell("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "5")
    assert ended.returncode == 0, ended.stderr
    first, *rest = ended.stdout.splitlines()
    found = re.fullmatch(r"asianews: [\w ]+, run 1, (\d+) pages? in [\d.]+ s", first)
    assert found
    fates = [line for line in rest[: rest.index("Next:")] if "queue" not in line and "recorded" not in line]
    assert sum(int(line.split()[0]) for line in fates) == int(found[1])
    assert "       5  new articles" in rest
    assert [line for line in rest if line.endswith("wait in the queue; the same command goes on with them")]
    assert ended.stderr == ""


def test_the_report_as_json_has_every_fate(shell: Shell, paper: PracticeServer) -> None:
    ended = shell("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "3", "--json", "--archive", "a.db")
    report = json.loads(ended.stdout)
    assert (report["exit_code"], report["articles"], report["fates"]["new"]) == (0, 3, 3)
    assert sum(report["fates"].values()) == report["pages"]
    assert len(report["fates"]) == 9


@pytest.mark.parametrize("template", ["", "http://[::1{path}", "http://127.0.0.1:1"])
def test_what_is_no_mirror_is_told_before_anything_is_fetched_and_never_means_the_live_site(
    run: Run, tmp_path: Path, template: str
) -> None:
    ended = run("crawl", "asianews", "--mirror", template)
    assert ended.exit_code == 1
    assert ended.stderr.startswith("seealso: a mirror template ")
    assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_archive_named_on_the_command_line_is_named_in_the_advice(shell: Shell, paper: PracticeServer) -> None:
    ended = shell("--archive", "my news.db", "crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "1")
    assert "  seealso search --archive 'my news.db' WORDS   # find something" in ended.stdout.splitlines()


def test_a_site_that_does_not_answer_is_exit_5_and_one_line(shell: Shell, nobody: str) -> None:
    ended = shell("crawl", "asianews", "--mirror", nobody)
    assert ended.returncode == 5
    assert ended.stderr.startswith("seealso: ")
    assert ended.stderr.count("\n") == 1
    assert "Next:" not in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("asianew",), "Did you mean asianews?"),
        (("asianews", "https://example.org/news-en/x-1.html"), "example.org"),
        (("asianews", "--mirror", "http://127.0.0.1/"), "{path}"),
        (("asianews", "--since", "soon"), "YYYY"),
        (("asianews", "--contact", "é"), "contact"),
    ],
)
def test_what_cannot_be_meant_is_one_line_before_anything_is_fetched(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    ended = run("crawl", *arguments)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert words in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_on_a_terminal_a_line_moves_and_is_gone_at_the_end(paper: PracticeServer, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    command = ["crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "20"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = start_program(*command, cwd=tmp_path, env=environment, stderr=slave)
    os.close(slave)
    shown = read_all(master)
    printed, _ = process.communicate(100)
    assert process.returncode == 0
    assert re.search(r"\d+ pages · \d+ articles · \d+ queued · [\d.]+ pages/s · 0:\d\d", shown)
    assert "·" not in printed


@pytest.mark.slow
def test_ctrl_c_stops_after_what_is_in_flight_and_the_same_command_goes_on(tmp_path: Path, shell: Shell) -> None:
    """Two seconds; ``test_interruptions.py`` ends a crawl by Ctrl-C, and goes on with a killed one."""
    with serve_gated(20, articles=30) as (slow, gate):
        command = ["crawl", "asianews", "--mirror", slow.mirror]
        process = start_program(*command, cwd=tmp_path)
        gate.wait_until_reached()
        process.send_signal(signal.SIGINT)
        gate.open()
        printed, said = process.communicate(timeout=100)
        assert "Traceback" not in said
        assert process.returncode == 130
        assert "interrupted" in printed
        assert shell(*command).returncode == 0
    state = json.loads(shell("status", "--json").stdout)
    assert state["articles"] >= 30
    assert not [line for line in state["queue"] if line["state"] == "queued"]


def read_all(master: int) -> str:
    pieces = []
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(master)
    return b"".join(pieces).decode()


def test_a_live_crawl_without_a_contact_is_one_line_and_nothing_is_made(shell: Shell, tmp_path: Path) -> None:
    ended = shell("crawl", "asianews", stdin=subprocess.DEVNULL)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "--contact" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_person_at_a_terminal_is_asked_once_and_the_archive_remembers(shell: Shell, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SEEALSO_")}
    command = ["crawl", "asianews", "--max-articles", "0"]  # asks the site for nothing
    process = start_program(*command, cwd=tmp_path, env=clean, stdin=slave)
    os.write(master, b"me@example.org\n")
    _, said = process.communicate(timeout=100)
    os.close(slave)
    os.close(master)
    assert "Your web or mail address" in said
    assert process.returncode == 0, said
    again = shell("crawl", "asianews", "--max-articles", "0", "--json", stdin=subprocess.DEVNULL)
    assert (again.returncode, again.stderr) == (0, "seealso: no page was asked for, as --max-articles is 0\n")


def test_the_help_names_quiet_hours_and_the_daily_cap(run: Run) -> None:
    told = run("crawl", "--help").stdout
    assert "--quiet-hours HH:MM-HH:MM" in told
    assert "--daily-cap N" in told


@pytest.mark.parametrize("option", [("--quiet-hours", "all day"), ("--daily-cap", "-1")])
def test_manners_that_mean_nothing_are_one_line(shell: Shell, paper: PracticeServer, option: tuple[str, str]) -> None:
    ended = shell("crawl", "asianews", "--mirror", paper.mirror, *option)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1


def test_in_quiet_hours_a_line_says_so_and_to_a_scheduler_nothing(shell: Shell, paper: PracticeServer) -> None:
    always = ("--quiet-hours", "00:01-00:00")
    asked = len(paper.requests)
    ended = shell("crawl", "asianews", "--mirror", paper.mirror, *always, "--notify", "echo told")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.startswith("seealso: quiet hours until ")
    assert ended.stderr.count("\n") == 1
    scheduled = shell("crawl", "asianews", "--mirror", paper.mirror, *always, "--if-due", "6h")
    assert (scheduled.returncode, scheduled.stdout, scheduled.stderr) == (0, "", "")
    assert len(paper.requests) == asked
