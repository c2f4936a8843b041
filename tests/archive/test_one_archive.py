"""One archive is one archive: whatever path it is named by, it has one lock and one WARC folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.archive import Archive
from crawler.archive.lock import SiteLock, belongs_to, inspect_lock, list_lock_sites, resolve_archive
from crawler.errors import ArchiveBusy, ArchiveMoved, ArchiveUnusable


@pytest.fixture
def path(tmp_path):
    (tmp_path / "real").mkdir()
    path = tmp_path / "real" / "archive.db"
    Archive(path, "create").close()
    return path


NAMES = {
    "a link to the file": lambda path, folder: link(folder / "other.sqlite", path),
    "a relative link": lambda path, folder: link(folder / "other.db", Path("real/archive.db")),
    "a link to a link": lambda path, folder: link(folder / "second.db", link(folder / "first.db", path)),
    "a link to the folder": lambda path, folder: link(folder / "elsewhere", path.parent) / path.name,
    "the folder above": lambda path, folder: path.parent / ".." / path.parent.name / path.name,
    "above a linked folder": lambda path, folder: link(folder / "deep", make(path.parent / "sub")) / ".." / path.name,
}


def link(name, target):
    name.symlink_to(target)
    return name


def make(folder):
    folder.mkdir()
    return folder


@pytest.mark.parametrize("rename", NAMES.values(), ids=NAMES)
def test_every_name_leads_to_one_lock_and_one_warc_folder(path, tmp_path, rename):
    other = rename(path, tmp_path)
    lock = SiteLock(path, "asianews")
    with pytest.raises(ArchiveBusy):
        SiteLock(other, "asianews")
    assert inspect_lock(other, "asianews") == (True, os.getpid())
    assert list_lock_sites(other) == ["asianews"]
    lock.release()
    with Archive(other, "write") as archive:
        assert archive.warc_folder.parent.samefile(path.parent)
        assert archive.warc_folder.name == "archive.warc"
    assert belongs_to(other, path.with_suffix(".warc") / "a.warc.gz")


def test_a_relative_path_stays_as_it_was_given_and_means_the_same_from_another_folder(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    assert resolve_archive(Path("archive.db")) == Path("archive.db")
    lock = SiteLock(Path("archive.db"), "asianews")
    monkeypatch.chdir(path.parent.parent)
    with pytest.raises(ArchiveBusy):
        SiteLock(Path("real/archive.db"), "asianews")
    lock.release()


def test_a_link_that_leads_nowhere_yet_makes_the_file_where_it_leads(tmp_path):
    (tmp_path / "disk").mkdir()
    other = link(tmp_path / "archive.db", tmp_path / "disk" / "news.db")
    with Archive(other, "create") as archive:
        assert archive.path == tmp_path / "disk" / "news.db"
    assert (tmp_path / "disk" / "news.db").is_file()


def test_a_link_in_a_circle_is_one_line(tmp_path):
    other = link(tmp_path / "a.db", link(tmp_path / "b.db", tmp_path / "a.db"))
    with pytest.raises(ArchiveUnusable, match="in a circle"):
        Archive(other, "create")


def test_a_folder_is_still_said_to_be_one(path, tmp_path):
    with pytest.raises(ArchiveUnusable, match="is a folder: name a file in it"):
        Archive(path.parent, "create")
    SiteLock(path.parent, "asianews").release()


def test_a_file_with_two_names_is_read_but_not_written(path, tmp_path):
    other = tmp_path / "other.db"
    other.hardlink_to(path)
    for name in (path, other):
        for mode in ("write", "create"):
            with pytest.raises(ArchiveUnusable, match=r"has 2 names \(hard links\)"):
                Archive(name, mode)
        with pytest.raises(ArchiveUnusable, match="hard links"):
            SiteLock(name, "asianews")
        Archive(name).close()
    assert not list_lock_sites(other)
    other.unlink()
    Archive(path, "write").close()


BIND = """
import subprocess, sys
from pathlib import Path
from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.errors import CrawlerError
source, target, name = map(Path, sys.argv[1:])
if subprocess.run(["mount", "--bind", source, target], capture_output=True).returncode:
    sys.exit(77)
try:
    lock = SiteLock(target / name if str(name) != "." else target, "asianews")
    print(lock.path.parent)
except CrawlerError as problem:
    print(type(problem).__name__, problem)
"""


def mount_and_lock(source, target, name="."):
    """Run in a mount name space of its own; return what it prints, or skip where that is not permitted."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        pytest.skip("needs unshare and mount")
    command = ["unshare", "--map-root-user", "--mount", sys.executable, "-c", BIND, source, target, name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=100)
    if ended.returncode == 77 or "unshare" in ended.stderr:
        pytest.skip(f"bind mounts are not permitted here: {ended.stderr.strip()[:100]}")
    assert ended.stderr == ""
    return ended.stdout.strip()


def test_a_folder_mounted_elsewhere_has_the_same_lock(path, tmp_path):
    elsewhere = make(tmp_path / "elsewhere")
    lock = SiteLock(path, "asianews")
    assert mount_and_lock(path.parent, elsewhere, path.name).startswith("ArchiveBusy another crawl of asianews")
    lock.release()
    assert mount_and_lock(path.parent, elsewhere, path.name) == str(elsewhere)


def test_a_file_mounted_by_itself_is_not_written(path, tmp_path):
    target = tmp_path / "with a blank.db"
    target.touch()
    assert "is mounted as a single file" in mount_and_lock(path, target)


def test_what_is_written_to_a_file_that_was_moved_is_whole_and_told(path, newsroom):
    moved = path.parent.parent / "moved.db"
    with Archive(path, "write") as archive:
        run = archive.begin_run(newsroom.site, now=newsroom.now)
        path.rename(moved)
        with pytest.raises(ArchiveMoved, match=f"was moved to {moved} while it was written; what was kept is in"):
            archive.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    shutil.copy(moved, path.parent / "alone.db")  # without a log
    with Archive(path.parent / "alone.db") as archive:
        assert archive.count() == 1


@pytest.mark.parametrize("replacement", [False, True])
def test_a_file_that_is_gone_is_told(path, newsroom, replacement):
    with Archive(path, "write") as archive:
        run = archive.begin_run(newsroom.site, now=newsroom.now)
        for name in ("archive.db", "archive.db-wal", "archive.db-shm"):
            (path.parent / name).unlink()
        if replacement:
            shutil.copy(__file__, path)
        with pytest.raises(
            ArchiveMoved,
            match="was replaced by another one; the former was deleted" if replacement else "was deleted while",
        ):
            archive.finish_run(run, "finished", newsroom.now)
    if replacement:
        assert path.read_bytes() == Path(__file__).read_bytes()
