"""An archive to write notes on, and the commands that do it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.gazette import build_archive
from support.shared import make_once

from crawler.cli import main
from crawler.notes.notes_file import NotesFile

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def gazette_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_once(tmp_path_factory, "gazette-to-note", lambda folder: build_archive(folder / "archive.db"))


@pytest.fixture
def desk(gazette_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with a copy of the archive, in which commands run."""
    shutil.copytree(gazette_folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("SEEALSO_ARCHIVE", "SEEALSO_NOTES", "SEEALSO_CODER", "SEEALSO_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(desk: Path) -> Callable[..., Result]:
    def call(*arguments: str, input: bytes | str | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=input, prog_name="seealso")

    return call


@pytest.fixture
def notes(tmp_path: Path):
    with NotesFile(tmp_path / "own-notes.db", "write") as file:
        yield file
