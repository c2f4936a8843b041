"""One crawl at a time for each archive and site."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.archive.lock import SiteLock
from crawler.errors import ArchiveBusy, ArchiveUnusable

HOLD = """
import sys, time
from pathlib import Path
from crawler.archive.lock import SiteLock
lock = SiteLock(Path(sys.argv[1]), "asianews")
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_one_is_told_who_holds_it_and_a_dead_one_holds_nothing(tmp_path):
    archive = tmp_path / "archive.db"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(archive)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ArchiveBusy, match=str(holder.pid)) as said:
            SiteLock(archive, "asianews")
        assert said.value.exit_code == 3
        SiteLock(archive, "another").release()
        SiteLock(tmp_path / "other.db", "asianews").release()
        holder.kill()
        holder.wait()
    SiteLock(archive, "asianews").release()


def test_it_can_be_taken_again_after_release(tmp_path):
    lock = SiteLock(tmp_path / "a.db", "asianews")
    with pytest.raises(ArchiveBusy):
        SiteLock(tmp_path / "a.db", "asianews")
    lock.release()
    lock.release()
    SiteLock(tmp_path / "a.db", "asianews").release()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_file_that_cannot_be_written_is_named(tmp_path):
    lock = tmp_path / "archive.db.gazette.lock"
    lock.symlink_to("/dev/full")
    with pytest.raises(ArchiveUnusable, match=r"archive\.db\.gazette\.lock cannot be written"):
        SiteLock(tmp_path / "archive.db", "gazette")


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ArchiveUnusable, match="does not exist: make it first"):
        SiteLock(tmp_path / "missing" / "a.db", "asianews")
