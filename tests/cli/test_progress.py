"""What moves on a terminal while a command works, and that nothing does elsewhere."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import threading

import pytest

from crawler.cli.progress import show_count, show_progress

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@contextlib.contextmanager
def terminal(monkeypatch):
    """Put a terminal in place of stderr; yield a list that holds what it showed when the block has ended."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    shown, pieces = [], []

    def drain():
        with contextlib.suppress(OSError):  # the other end is closed, and all was read
            while piece := os.read(master, 65536):
                pieces.append(piece)

    reader = threading.Thread(target=drain)
    reader.start()
    with monkeypatch.context() as patch, os.fdopen(slave, "w", encoding="utf-8") as stream:
        patch.setenv("TERM", "xterm")
        patch.setenv("COLUMNS", "100")
        patch.setattr(sys, "stderr", stream)
        yield shown
    reader.join()
    os.close(master)
    shown.append(ESCAPES.sub("", b"".join(pieces).decode()))


def test_a_bar_shows_which_part_is_done_and_stays(monkeypatch):
    with terminal(monkeypatch) as shown, show_count("reading") as report:
        for done in range(201):
            report(done, 200)
    assert "reading" in shown[0]
    percents = [int(percent) for percent in re.findall(r"(\d+)%", shown[0])]
    assert sorted(set(percents)) == list(range(101))
    assert percents == sorted(percents)


def test_without_work_there_is_no_bar(monkeypatch):
    with terminal(monkeypatch) as shown, show_count("reading"):
        pass
    assert shown == [""]


def test_work_of_nothing_is_done_at_once(monkeypatch):
    with terminal(monkeypatch) as shown, show_count("reading") as report:
        report(0, 0)
    assert "reading" in shown[0]


def test_where_stderr_is_no_terminal_nothing_is_drawn(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with show_count("reading") as report, show_progress() as progress:
        assert (report, progress) == (None, None)
    assert sys.stderr.getvalue() == ""
