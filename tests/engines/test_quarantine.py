"""The quarantine: of the records of a task that died, those that end a process are named, and all others are read."""

import pytest
from support.engine_tasks import RecordsDivision, make_records_task, read_records

from crawler.engines.quarantine import Quarantine, QuarantineReport, read_report


@pytest.fixture
def examine(tmp_path):
    quarantine = Quarantine(read_records, RecordsDivision(), tmp_path / "poison", memory=1 << 30)

    def run(*records, is_telling=True):
        return quarantine.examine(make_records_task(tmp_path, records, is_telling))

    return run


def list_read(folder):
    return sorted(line for path in folder.iterdir() if path.is_file() for line in path.read_text().split("\n"))


def test_an_innocent_task_is_done_and_no_report_is_kept(examine, tmp_path):
    assert examine("fine-1", "fine-2") == QuarantineReport(task="fine-1+fine-2", done=("fine-1+fine-2",))
    assert not (tmp_path / "poison").exists()


def test_records_that_end_their_process_are_named_and_the_others_are_read(examine, tmp_path):
    report = examine("fine-1", "aborts-2", "fine-3", "hangs-4", "hoards-5", "fine-6")
    found = {record.place["record"]: (record.end, record.signal) for record in report.poison}
    assert found == {"aborts-2": ("signal", "SIGABRT"), "hangs-4": ("time", None), "hoards-5": ("memory", None)}
    assert all("read_records" in record.traceback for record in report.poison)
    assert list_read(tmp_path) == ["fine-1", "fine-3", "fine-6"]
    assert report.done == ("fine-1", "fine-3", "fine-6")
    assert report.failures == ()
    assert read_report(tmp_path / "poison", report.task) == report


@pytest.mark.slow
def test_a_task_that_tells_nothing_is_halved_down_to_the_record(examine, tmp_path):
    """Two seconds, for a process each time; ``test_reread_work.py`` has the halves, the test above the records."""
    report = examine("fine-1", "fine-2", "killed-3", "fine-3", is_telling=False)
    assert [(record.task, record.end, record.signal) for record in report.poison] == [("killed-3", "killed", "SIGKILL")]
    assert list_read(tmp_path) == ["fine-1", "fine-2", "fine-3", "killed"]


def test_a_part_that_fails_is_no_poison(examine, tmp_path):
    report = examine("raises-1")
    assert [(failure.id, failure.reason) for failure in report.failures] == [("raises-1", "ValueError: raises-1")]
    assert report.poison == report.done == ()


def test_a_report_that_cannot_be_read_is_none(tmp_path):
    assert read_report(tmp_path, "task") is None
    (tmp_path / "task.json").write_text('{"task": "task", "done": 1, "poison": [{"place": 1}]}')
    assert read_report(tmp_path, "task") is None


def test_nobody_is_condemned_whose_process_somebody_else_ended(examine, tmp_path):
    report = examine("fine-1", "killed-once", "fine-2")
    assert report.poison == ()
    assert list_read(tmp_path) == ["fine-1", "fine-2", "killed", "killed-once"]
