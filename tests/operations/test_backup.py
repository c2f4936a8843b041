"""A backup is one moment of an archive in use, whole or not there, and is verified against its list."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.program import run_code
from support.stored_rows import fetch

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.cli import main
from crawler.operations.backup.backup import back_up
from crawler.operations.backup.verification import verify_backup
from crawler.warc import read_capture

EARLIER = Path(__file__).parents[1] / "data" / "earlier"
COUNT = "SELECT count(*) FROM articles"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a crawled archive. Copy before you change it."""
    folder = tmp_path_factory.mktemp("crawled")
    with tarfile.open(EARLIER / "paused.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    call(folder, "doctor", "--fix")
    return folder


@pytest.fixture
def folder(crawled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(crawled, tmp_path / "here"))


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, [arguments[0], "--archive", str(folder / "archive.db"), *arguments[1:]], prog_name="seealso"
    )


def find_warc(folder: Path) -> Path:
    return max((folder / "archive.warc").glob("*.warc.gz"))


def is_sound(folder: Path) -> bool:
    with Archive(folder / "archive.db") as archive:
        return archive.verify(read_capture) == []


def test_a_backup_is_an_archive_and_says_that_it_is_whole(folder: Path, to: Path) -> None:
    made = call(folder, "backup", str(to))
    assert (made.exit_code, made.stderr) == (0, ""), made.output
    assert fetch(to / "archive.db", COUNT) == fetch(folder / "archive.db", COUNT) != [(0,)]
    assert is_sound(to)
    verified = call(folder, "backup", str(to), "--verify")
    assert (verified.exit_code, verified.stderr) == (0, "")
    assert verified.stdout.startswith(f"{to} is whole: archive.db as of ")
    assert not list(to.rglob(".*"))


def test_a_backup_by_a_link_is_one_of_the_file_that_it_leads_to(folder: Path, to: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(folder / "archive.db")
    back_up(tmp_path / "link.db", to)
    assert is_sound(to)
    assert verify_backup(to)[1] == []


def test_a_backup_of_an_archive_in_use_is_one_moment_of_it(folder: Path, to: Path) -> None:
    lock = SiteLock(folder / "archive.db", "asianews")
    warc = find_warc(folder)
    whole = warc.stat().st_size
    with warc.open("ab") as file, closing(sqlite3.connect(folder / "archive.db")) as crawl:
        file.write(b"\x1f\x8b\x08half a record, which is being written")
        file.flush()
        crawl.execute("PRAGMA wal_autocheckpoint = 0")
        crawl.execute("UPDATE articles SET kicker = 'committed'")
        crawl.commit()
        crawl.execute("UPDATE articles SET kicker = 'not yet'")
        try:
            assert call(folder, "backup", str(to)).exit_code == 0
        finally:
            lock.release()
    assert fetch(to / "archive.db", "SELECT DISTINCT kicker FROM articles") == [("committed",)]
    assert (to / "archive.warc" / warc.name).stat().st_size <= whole
    assert is_sound(to)
    assert verify_backup(to)[1] == []


def test_what_is_in_a_backup_already_is_not_copied_again(folder: Path, to: Path) -> None:
    assert back_up(folder / "archive.db", to).copied > 0
    assert back_up(folder / "archive.db", to).copied == 0
    warc = find_warc(folder)
    content = bytearray(warc.read_bytes())  # something is erased: the length stays
    content[-1] ^= 1
    warc.write_bytes(content)
    os.utime(warc, ns=(1, 1))
    assert back_up(folder / "archive.db", to).copied == 1
    assert (to / "archive.warc" / warc.name).read_bytes() == content
    assert verify_backup(to)[1] == []


def test_each_fault_of_a_backup_is_named(folder: Path, to: Path) -> None:
    back_up(folder / "archive.db", to)
    warc = find_warc(to)
    name, content = f"archive.warc/{warc.name}", warc.read_bytes()

    def list_faults() -> dict[str, str]:
        return {finding.name: finding.message for finding in verify_backup(to)[1]}

    warc.write_bytes(content[:-10])
    assert list_faults() == {name: f"has {len(content) - 10} bytes of {len(content)}"}
    warc.write_bytes(content[:-10] + b"0123456789")
    assert list_faults() == {name: "does not hold what was copied"}
    warc.unlink()
    assert list_faults() == {name: "cannot be read: No such file or directory"}
    warc.write_bytes(content)
    with (to / "archive.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 9000)
    assert "archive.db" in list_faults()
    shown = call(folder, "backup", str(to), "--verify")
    assert shown.exit_code == 2
    assert shown.stdout.startswith("archive.db: ")
    (to / "backup.json").write_text("{")
    shown = call(folder, "backup", str(to), "--verify")
    assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)


def test_captures_may_be_listed_for_another_program_to_copy(folder: Path, to: Path) -> None:
    shown = call(folder, "backup", str(to), "--no-captures", "--json")
    assert shown.exit_code == 0, shown.output
    listed = json.loads(shown.stdout)["manifest"]["files"]
    assert [entry["name"] for entry in listed if entry["changed"] is not None] == [
        f"archive.warc/{path.name}" for path in sorted((folder / "archive.warc").iterdir())
    ]
    assert not (to / "archive.warc").exists()
    assert {finding.message for finding in verify_backup(to)[1]} == {"cannot be read: No such file or directory"}
    shutil.copytree(folder / "archive.warc", to / "archive.warc")
    with find_warc(to).open("ab") as file:
        file.write(b"what a crawl has written since")
    assert verify_backup(to)[1] == []


def test_what_the_archive_has_lost_stays_in_its_backup(folder: Path, to: Path) -> None:
    back_up(folder / "archive.db", to)
    warc = find_warc(folder)
    warc.unlink()
    shown = call(folder, "backup", str(to))
    assert shown.exit_code == 2
    assert f"{warc.name} is missing from the archive" in shown.stderr
    assert verify_backup(to)[1] == []
    assert is_sound(to)


def test_a_damaged_archive_takes_no_good_backup_s_place(folder: Path, to: Path) -> None:
    back_up(folder / "archive.db", to)
    before = (to / "archive.db").read_bytes()
    with (folder / "archive.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    shown = call(folder, "backup", str(to))
    assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)
    assert "is damaged" in shown.stderr
    assert (to / "archive.db").read_bytes() == before
    assert verify_backup(to)[1] == []


@pytest.mark.parametrize("done", [1, 2])
def test_a_backup_that_is_killed_leaves_the_former_one_or_the_new_one(done: int, folder: Path, to: Path) -> None:
    back_up(folder / "archive.db", to)
    os.utime(find_warc(folder), ns=(1, 1))
    program = (
        "import os, sys; from pathlib import Path; from crawler.operations.backup.backup import back_up; calls = [];"
        " back_up(Path(sys.argv[1]), Path(sys.argv[2]),"
        f" progress=lambda *_: os._exit(9) if calls.append(0) or len(calls) == {done} else None)"
    )
    killed = run_code(program, str(folder / "archive.db"), str(to), cwd=folder)
    assert killed.returncode == 9
    assert verify_backup(to)[1] == []
    assert call(folder, "backup", str(to)).exit_code == 0


def test_a_folder_that_cannot_take_a_backup_is_refused(folder: Path, to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(where: Path, words: str) -> None:
        shown = call(folder, "backup", str(where))
        assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1), shown.output
        assert words in shown.stderr

    refuse(folder, "is where the archive itself is")
    refuse(folder / "archive.warc", "is where the archive itself is")
    refuse(folder / "archive.db", "is a file")
    to.mkdir()
    (to / "letters.txt").write_text("private")
    refuse(to, "holds other files (letters.txt)")
    shutil.rmtree(to)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**6, 10**6, 5))
    refuse(to, "has no room for the archive's file")
    monkeypatch.undo()
    (folder / "archive.db").rename(folder / "other.db")
    refuse(to, "no archive at")
    assert not to.exists()
    back_up(folder / "other.db", to)
    (folder / "other.db").rename(folder / "archive.db")
    refuse(to, "is a backup of other.db, not of archive.db")


def test_an_archive_of_an_older_version_is_backed_up_as_it_is(tmp_path: Path, to: Path) -> None:
    with tarfile.open(EARLIER / "paused.tar.xz") as packed:
        packed.extractall(tmp_path / "old", filter="data")
    assert call(tmp_path / "old", "backup", str(to)).exit_code == 0
    steps = "SELECT name FROM _sqlite_migrations ORDER BY id"
    assert fetch(to / "archive.db", steps) == fetch(tmp_path / "old" / "archive.db", steps)
