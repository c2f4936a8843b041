"""Folders that several machines reach: one command at a time plans and gathers in a folder of work, or writes to an
archive that has a lease."""

import pytest

from crawler.archive import Archive
from crawler.crawl.lease.lease import Lease, LeaseHeld, read_holder
from crawler.crawl.lease.lease_keeper import hold_work
from crawler.crawl.lease.place import LeasePlace
from crawler.engines.choice import EngineChoice
from crawler.errors import ArchiveUnusable
from crawler.operations.ingest.job import ingest, make_shards
from crawler.operations.reread.job import reread, undo_reread


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "archive.db"
    Archive(path, "create").close()
    return path


@pytest.fixture
def work(tmp_path):
    return EngineChoice(jobs=1, work=tmp_path / "work")


def test_a_second_command_in_a_folder_of_work_is_refused(path, work):
    place = LeasePlace(work.work / "lease")
    place.folder.mkdir(parents=True)
    other_command = Lease.take(place)
    refused = f"holds the lease in {place.folder}, .*: let it finish, then try again$"
    with pytest.raises(LeaseHeld, match=refused):
        ingest(path, [], engine=work)
    with pytest.raises(LeaseHeld, match=refused):
        reread(path, engine=work)
    with pytest.raises(LeaseHeld, match=refused):
        reread(path, engine=work, dry_run=True)  # it would take away what the other one has handed to its tasks
    make_shards(path, [], engine=work)  # shares are read side by side
    other_command.release()
    assert ingest(path, [], engine=work).pages == 0
    assert reread(path, engine=work).articles == 0
    assert read_holder(place) is None


def test_what_writes_to_an_archive_that_another_machine_crawls_into_is_refused(path):
    place = LeasePlace(path.with_name("lease"))
    place.folder.mkdir()
    crawl = Lease.take(place)
    for write in (lambda: ingest(path, []), lambda: reread(path, jobs=1), lambda: undo_reread(path)):
        with pytest.raises(LeaseHeld, match="holds the lease"):
            write()
    assert reread(path, jobs=1, dry_run=True).articles == 0  # it only reads
    crawl.release()
    assert ingest(path, []).pages == 0


def test_a_folder_of_work_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveUnusable, match="cannot be used"), hold_work(tmp_path / "file"):
        pass
