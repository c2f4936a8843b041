"""The command line in a process of its own, and the archive it made in plain SQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.acceptance import CommandResult
from support.program import run_program

from crawler.cli import main


@pytest.fixture
def seealso(tmp_path: Path) -> Callable[..., CommandResult]:
    """Run `python -m crawler` with an archive in the test's own folder."""

    def run(*arguments: str) -> CommandResult:
        environment = {**os.environ, "SEEALSO_ARCHIVE": str(tmp_path / "archive.db")}
        ended = run_program(*arguments, cwd=tmp_path, env=environment)
        return CommandResult(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def seealso_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., CommandResult]:
    """Run a command in this process, which saves its start: for rows of a table of which one runs as a program."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEEALSO_ARCHIVE", str(tmp_path / "archive.db"))

    def run(*arguments: str) -> CommandResult:
        ended = CliRunner().invoke(main, list(arguments), prog_name="seealso")
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return CommandResult(ended.exit_code, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def rows(tmp_path: Path) -> Callable[..., list[dict[str, object]]]:
    """Ask the archive in plain SQL, with Python's own sqlite3 and nothing of ours."""

    def ask(sql: str, *parameters: object, archive: Path | None = None) -> list[dict[str, object]]:
        with sqlite3.connect(archive or tmp_path / "archive.db") as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql, parameters)]

    return ask
