"""Paths that can be none of an archive, and what is no file: one line, at once, and nothing is made."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from support.program import run_code

Run = Callable[..., Result]

NO_ARCHIVES = {
    "": "a path is missing",
    ".": "is a folder",
    "/": "is a folder",
    "pipe": "is not an archive",
    "/dev/zero": "is not an archive",
    os.fsdecode(b"caf\xe9.db"): "is no UTF-8",
}
"""Path → words of the refusal."""
FULL_DISK = """
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from crawler.cli import main
main(sys.argv[1:])
"""
"""The program on a disk where no file becomes larger than 100 kB."""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("path", NO_ARCHIVES, ids=ascii)
def test_what_can_be_no_archive_is_refused_by_each_command(path: str, run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for command in (["status"], ["search", "boats"], ["verify"]):
        shown = run(*command, "--archive", path)
        assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1), (command, shown.output)
        assert NO_ARCHIVES[path] in shown.stderr, command
    assert sorted(file.name for file in tmp_path.iterdir() if not file.name.endswith(".lock")) == ["pipe"]


LOOP_COMMANDS = (
    ("backup", "copy", "--archive", "loop"),
    ("backup", "loop"),
    ("export", "--format", "csv", "--to", "loop"),
    ("export", "--format", "text", "--to", "loop"),
    ("export", "--format", "sqlite", "--to", "loop"),
    ("graph", "export", "--format", "gexf", "--to", "loop"),
    ("timeline", "boat", "--svg", "loop"),
    ("notes", "add", "1", "seen", "--coder", "anna", "--notes", "loop"),
    ("status", "--metrics", "loop"),
    ("crawl", "asianews", "--log-file", "loop", "--mirror", "http://127.0.0.1:1{path}"),
)


def test_a_link_that_leads_in_a_circle_is_told_by_its_name(run: Run, crawled, tmp_path: Path) -> None:
    shutil.copy(crawled[0], tmp_path / "archive.db")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for command in LOOP_COMMANDS:
        shown = run(*command)
        assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1), (command, shown.output)
        assert "loop" in shown.stderr, command
        assert "unexpected" not in shown.stderr, (command, shown.stderr)
        assert loop.is_symlink(), command


def test_a_pipe_holds_no_records_and_no_site(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    shown = run("ingest", "pipe.toml")
    assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1), shown.output
    assert "pipe.toml is no file" in shown.stderr
    assert run("sites", "--sites", str(tmp_path)).exit_code == 0


def test_what_this_user_may_not_read_is_not_missing(
    run: Run, crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so the calls are made to fail as those of another user do."""
    archive = Path(shutil.copy(crawled[0], tmp_path / "archive.db"))
    archive.with_suffix(".warc").mkdir()

    def refuse(folder: Path) -> list[str]:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr(os, "listdir", refuse)
    for arguments in (
        ("archive", "split", "archive.db", "--site", "asianews", "--to", "part.db"),
        ("archive", "merge", "whole.db", "archive.db"),
        ("backup", "copy"),
        ("rebuild", "--archive", "other.db"),
    ):
        shown = run(*arguments)
        assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1), shown.output
        assert "Permission denied" in shown.stderr
        assert ".warc" in shown.stderr
    monkeypatch.undo()
    left = {path.name for path in tmp_path.iterdir() if not path.name.startswith("archive.")}
    assert left <= {"copy", "whole.db.asianews.lock"}
    if Path("/proc").is_dir():
        shown = run("backup", "/proc/copy")
        assert "let this user write it" in shown.stderr, "only a full disk wants room"
    assert not (tmp_path / "copy").exists() or not list((tmp_path / "copy").iterdir())


def test_the_home_folder_of_somebody_else_stops_no_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by sudo, which may keep HOME."""
    home = tmp_path / "home"
    is_dir = Path.is_dir

    def refuse(path: Path) -> bool:
        if path.is_relative_to(home):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", refuse)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    shown = run("sites")
    assert shown.exit_code == 0, shown.output
    assert f"{home / 'seealso' / 'sites'}: the folder cannot be read" in shown.stderr


@pytest.mark.parametrize(
    "arguments", [("backup", "copy"), ("archive", "split", "archive.db", "--site", "asianews", "--to", "part.db")]
)
def test_a_full_disk_is_told_with_the_place_that_lacks_room(
    arguments: tuple[str, ...], crawled, tmp_path: Path
) -> None:
    """The archive itself is only read, and is not what the line is about."""
    (tmp_path / "archive.db").symlink_to(crawled[0])
    ended = run_code(FULL_DISK, *arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1), ended.stderr
    place = "part.warc" if "split" in arguments else "copy"
    assert ended.stderr.startswith(f"seealso: {place}"), ended.stderr
    assert "make room" in ended.stderr
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == ["archive.db"]
