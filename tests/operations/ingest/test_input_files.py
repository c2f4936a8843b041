"""The files that an ingest is given: what folders stand for, and files that are bad, twice, or named by no text."""

import os
import shutil
from pathlib import Path

import pytest
from support.command import call
from support.shard_files import open_engine_as
from support.warc_builder import WarcBuilder, make_day

from crawler.engines.choice import EngineChoice
from crawler.engines.serial import SerialEngine
from crawler.items import Fate
from crawler.operations.ingest import shard_making
from crawler.operations.ingest.input_files import list_folder
from crawler.operations.ingest.job import ingest

NO_RECORD = "is no WARC, ARC or WACZ file: there is no record in it"


def save_story(path: Path, number: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    builder = WarcBuilder()
    builder.story(number, make_day(number))
    return builder.save(path)


def test_a_folder_stands_for_all_that_it_leads_to_but_for_what_an_ingest_writes(tmp_path: Path) -> None:
    given = tmp_path / "given"
    for name in (
        *("a.warc.gz", "2024/b.warc.gz", ".hidden", ".git/c", "data.warc/own.warc.gz"),
        *("data.db", "data.db-wal", "data.db-shm", "data.db.asianews.lock", "data.db.warc.gz"),
        *("data.db.ingest/shards/1/records.warc.gz", "work/shards/1/records.warc.gz", "2024/data.db-wal"),
        "../far/d.warc.gz",
    ):
        (given / name).parent.mkdir(parents=True, exist_ok=True)
        (given / name).write_bytes(b"")
    (given / "2025").symlink_to(tmp_path / "far")
    (given / "2025 again").symlink_to(tmp_path / "far")
    (given / "2024" / "round").symlink_to(given)
    (given / "gone.warc.gz").symlink_to(tmp_path / "nowhere")
    (given / "itself").symlink_to(given / "itself")
    os.mkfifo(given / "pipe")
    found = list_folder(given, archive=given / "data.db", work=given / "work")
    assert [str(path.relative_to(given)) for path in found] == [
        *("2024/b.warc.gz", "2024/data.db-wal", "2025/d.warc.gz", "a.warc.gz", "data.db.warc.gz"),
        *("data.warc/own.warc.gz", "gone.warc.gz", "itself"),
    ]


def test_a_folder_of_work_in_which_the_files_lie_is_refused(tmp_path: Path) -> None:
    save_story(tmp_path / "given" / "2024" / "a.warc.gz", 1)
    for folder in ("given", "given/2024"):
        shown = call("ingest", "--archive", tmp_path / "a.db", "--work", tmp_path / "given", tmp_path / folder)
        assert (shown.exit_code, "is in the folder of work, which is not read" in shown.stderr) == (1, True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    save_story(tmp_path / "given" / "closed" / "a.warc.gz", 1)
    (tmp_path / "given" / "closed").chmod(0)
    shown = call("ingest", "--jobs", 1, "--archive", tmp_path / "a.db", tmp_path / "given")
    (tmp_path / "given" / "closed").chmod(0o700)
    assert (shown.exit_code, "closed cannot be read: Permission denied" in shown.stderr) == (2, True)


def test_each_bad_file_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    given = tmp_path / "given"
    save_story(given / "a.warc.gz", 1)
    for name in ("2024/empty.warc.gz", "2025/empty.warc.gz"):
        (given / name).parent.mkdir()
        (given / name).write_bytes(b"")
        os.utime(given / name, ns=(1, 1))
    with open(os.fsencode(given) + b"/\xff.warc.gz", "wb") as file:
        file.write(b"no record")
    (given / "gone.warc.gz").symlink_to(tmp_path / "nowhere")
    command = ("ingest", "--jobs", 1, "--archive", tmp_path / "a.db", given)
    shown = call(*command)
    assert shown.stderr.splitlines() == [
        f"seealso: {given}/2024/empty.warc.gz {NO_RECORD}",
        f"seealso: {given}/2025/empty.warc.gz {NO_RECORD}",
        f"seealso: {given}/gone.warc.gz cannot be read: No such file or directory",
        rf"seealso: {given}/\xff.warc.gz {NO_RECORD}",
    ]
    assert (shown.exit_code, "1 page taken from 5 files" in shown.stdout) == (2, True)
    for path in list_folder(given, archive=tmp_path / "a.db"):
        if path.name != "a.warc.gz":
            path.unlink()
    assert call(*command).exit_code == 0


class FarEngine(SerialEngine):
    """Runs tasks in another folder than that of the command, as a worker on another machine does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, function, tasks):
        given_tasks, folder = list(tasks), os.getcwd()
        os.chdir(self.folder)
        yield from list(super().run(function, given_tasks))
        os.chdir(folder)


def test_workers_in_another_folder_find_what_is_given_by_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_story(tmp_path / "here" / "a.warc.gz", 1)
    (tmp_path / "here" / "b.warc.gz").write_bytes(b"no record")
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(shard_making, "open_engine", open_engine_as(FarEngine(tmp_path / "there")))
    report = ingest(
        Path("a.db"), [Path("a.warc.gz"), Path("b.warc.gz")], engine=EngineChoice(jobs=1, work=Path("work"))
    )
    assert (report.counts, report.unusable) == ({Fate.NEW: 1}, [f"b.warc.gz {NO_RECORD}"])
    assert list((tmp_path / "there").iterdir()) == []
    shutil.rmtree("work")
