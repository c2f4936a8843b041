import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.program import run_program
from support.shared import make_once

from crawler.cli import main
from crawler.practice import PracticeServer

Run = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEEALSO_ARCHIVE", raising=False)
    monkeypatch.delenv("SEEALSO_DEBUG", raising=False)

    def call(*arguments: str, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), env=env, prog_name="seealso")

    return call


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Run a command as a program of its own, in an empty folder."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SEEALSO_")}

    def call(
        *arguments: str, env: dict[str, str] | None = None, stdin: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        return run_program(*arguments, cwd=tmp_path, env={**clean, **(env or {})}, stdin=stdin)

    return call


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """An archive made by the real demo, in a process of its own, and what that printed. Copy before you change it."""
    folder = make_once(tmp_path_factory, "demo", run_demo)
    printed = ((folder / name).read_text(encoding="utf-8") for name in ("stdout.txt", "stderr.txt"))
    return folder / "archive.db", subprocess.CompletedProcess(["seealso", "demo"], 0, *printed)


def run_demo(folder: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SEEALSO_")}
    ended = run_program("demo", cwd=folder, env=clean)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (folder / "stdout.txt").write_text(ended.stdout, encoding="utf-8")
    (folder / "stderr.txt").write_text(ended.stderr, encoding="utf-8")


@pytest.fixture
def ask(run: Run, crawled: tuple[Path, subprocess.CompletedProcess[str]]) -> Run:
    """Run a command on that archive."""

    def call(*arguments: str, env: dict[str, str] | None = None) -> Result:
        return run("--archive", str(crawled[0]), *arguments, env=env)

    return call


@pytest.fixture(scope="module")
def paper() -> Iterator[PracticeServer]:
    """A practice site of forty articles, shared by the tests of a file."""
    with PracticeServer(articles=40) as server:
        yield server


@pytest.fixture
def nobody() -> str:
    """A mirror template where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}{{path}}"


@pytest.fixture
def patient(tmp_path: Path, crawled: tuple[Path, subprocess.CompletedProcess[str]]) -> Path:
    """A copy of a crawled archive, free to be hurt."""
    with contextlib.closing(sqlite3.connect(crawled[0])) as source:
        source.execute("VACUUM INTO ?", (str(tmp_path / "hurt.db"),))
    shutil.copytree(crawled[0].with_suffix(".warc"), tmp_path / "hurt.warc")
    return tmp_path / "hurt.db"
