"""A lease has one holder at a time, whatever clocks, file servers and deaths do to those who want it."""

import errno
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.examples import count_examples
from support.program import start_program
from support.simulated_leases import Simulation
from support.tables import check_rows

from crawler.crawl.lease.lease import LEASE_SECONDS, VALID_SECONDS, Clocks, Lease, LeaseHeld, LeaseLost, read_holder
from crawler.crawl.lease.lease_keeper import LeaseKeeper
from crawler.crawl.lease.place import LeasePlace
from crawler.crawl.lease.process_identity import ProcessIdentity, has_died, identify_process
from crawler.crawl.lease.record import LeaseRecord
from crawler.errors import ArchiveUnusable

ELSEWHERE = ProcessIdentity(host="north", process_id=7)
HERE = ProcessIdentity(host="south", process_id=8)


class HandClock:
    """A clock that goes on when it is told to, and while somebody sleeps."""

    def __init__(self):
        self.seconds = 0.0
        self.day = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.on_sleep = lambda: None
        self.clocks = Clocks(lambda: self.seconds, lambda: self.day, self.sleep)

    def sleep(self, seconds):
        self.seconds += seconds
        self.day += timedelta(seconds=seconds)
        self.on_sleep()


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "lease"
    folder.mkdir()
    return LeasePlace(folder)


def take(place, clock, holder=HERE):
    return Lease.take(place, clock.clocks, holder)


@pytest.mark.parametrize("seed", range(count_examples(12)))
def test_there_is_one_holder_at_any_instant(seed):
    simulation = Simulation(seed, holders=3, rounds=30)
    simulation.run()
    assert simulation.most_at_once == 1
    assert simulation.takings >= 3


COUNT = """
import sys, os, signal
from pathlib import Path
from crawler.crawl.lease.lease import Clocks, Lease, LeaseHeld
from crawler.crawl.lease.place import LeasePlace
from datetime import datetime, UTC
import time

def take():
    while True:
        try:
            return Lease.take(LeasePlace(Path("lease")), still)
        except LeaseHeld:
            time.sleep(0.001)

name, kills = sys.argv[1], sys.argv[2] == "dies"
still = Clocks(lambda: 0.0, lambda: datetime(2026, 3, 1, tzinfo=UTC), lambda seconds: time.sleep(0.001))
for number in range(10):
    lease = take()
    count = int(Path("count").read_text())
    time.sleep(0.001)
    Path("count").write_text(str(count + 1))
    if kills and number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    lease.release()
"""


def test_processes_take_it_in_turns_and_from_one_that_was_killed(tmp_path, place):
    """The clock stands still, so no lease runs out: the one that was killed is known to have died."""
    (tmp_path / "count").write_text("0")
    ends = ("lives", "dies", "lives")
    processes = [start_program(end, end, cwd=tmp_path, code=COUNT) for end in ends]
    assert [process.communicate(60)[1] for process in processes] == ["", "", ""]
    assert (tmp_path / "count").read_text() == "25"
    assert len(list(place.folder.iterdir())) == 1


def test_a_holder_that_renews_is_named_with_the_end_of_its_term(place, clock):
    first = take(place, clock, ELSEWHERE)
    clock.on_sleep = first.renew
    with pytest.raises(LeaseHeld, match=r"^north, process 7 holds the lease in .*lease, which ends at 12:00:30 UTC"):
        take(place, clock)
    assert read_holder(place).holder == ELSEWHERE


def test_one_that_was_given_up_is_taken_at_once(place, clock):
    take(place, clock, ELSEWHERE).release()
    assert read_holder(place) is None
    assert take(place, clock).number == 2
    assert clock.seconds == 0


def test_one_that_is_not_renewed_is_taken_over_after_its_term_and_its_holder_knows(place, clock):
    first = take(place, clock, ELSEWHERE)
    second = take(place, clock)
    assert clock.seconds >= LEASE_SECONDS
    assert (first.is_valid, second.is_valid) == (False, True)
    with pytest.raises(LeaseLost):
        first.renew()
    first.release()  # changes nothing any more
    second.renew()


def test_it_is_valid_for_less_time_than_others_leave_it_alone(place, clock):
    lease = take(place, clock)
    clock.sleep(VALID_SECONDS - 0.1)
    lease.renew()
    clock.sleep(VALID_SECONDS - 0.1)
    assert lease.is_valid
    clock.sleep(0.2)
    assert not lease.is_valid
    with pytest.raises(LeaseLost, match="not renewed in time"):
        lease.renew()


def _set_ahead(lease, clock):
    clock.day += timedelta(minutes=5)


def _remove_folder(lease, clock):
    lease.place.folder.rename(lease.place.folder.with_name("moved"))


def _take_over(lease, clock):
    lease.place.create(lease.number + 1, b"{}")


def _put_another(lease, clock):
    lease.place.replace(lease.number, b"{}")


@check_rows(
    ("happens", "reason"),
    [
        (_set_ahead, "not renewed in time"),
        (_remove_folder, "its folder is gone"),
        (_take_over, "another process has taken it over"),
        (_put_another, "its file is not ours"),
    ],
)
def test_it_is_lost(happens, reason, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lost") / "lease"
    folder.mkdir()
    clock = HandClock()
    lease = take(LeasePlace(folder), clock)
    happens(lease, clock)
    with pytest.raises(LeaseLost, match=reason) as loss:
        lease.renew()
    assert loss.value.exit_code == 3
    assert not lease.is_valid


class HookedPlace(LeasePlace):
    """Calls a function once, before a file is made or after one was replaced."""

    before_create = after_replace = staticmethod(lambda: None)

    def create(self, number, content):
        hook, self.before_create = self.before_create, lambda: None
        hook()
        return super().create(number, content)

    def replace(self, number, content):
        super().replace(number, content)
        hook, self.after_replace = self.after_replace, lambda: None
        hook()


def test_who_takes_over_yields_to_a_renewal_that_came_late(place, clock):
    first = take(place, clock, ELSEWHERE)
    slow = LeaseRecord.from_bytes(place.read(1))
    watching = HookedPlace(place.folder)
    watching.before_create = lambda: place.replace(1, replace(slow, renewals=1).to_bytes())
    second = take(watching, clock)
    assert second.number == 3
    assert LeaseRecord.from_bytes(place.read(3)).holder == HERE
    with pytest.raises(LeaseLost):
        first.renew()


def test_who_renews_yields_to_one_who_takes_over_meanwhile(place, clock):
    hooked = HookedPlace(place.folder)
    first = take(hooked, clock, ELSEWHERE)
    clock.sleep(VALID_SECONDS - 1)
    hooked.after_replace = lambda: place.create(2, b"{}")
    with pytest.raises(LeaseLost, match="taken it over"):
        first.renew()
    assert not first.is_valid


def test_a_file_that_is_replaced_while_it_is_read_is_read_again(place, clock, monkeypatch):
    """As NFS has it, which forgets the file that was there."""
    lease = Lease.take(place, clock.clocks, HERE)
    opened, open_file = [], Path.open

    def open_stale(path, *arguments):
        opened.append(path)
        if len(opened) in (1, 2):
            raise OSError(errno.ESTALE, "Stale file handle")
        return open_file(path, *arguments)

    monkeypatch.setattr(Path, "open", open_stale)
    lease.renew()
    assert (lease.is_valid, len(opened) > 2) == (True, True)


def test_a_clock_set_back_changes_nothing(place, clock):
    lease = take(place, clock)
    clock.day -= timedelta(days=400)
    lease.renew()
    assert lease.is_valid


def test_a_file_that_says_nothing_is_left_alone_for_a_term(place, clock):
    place.create(1, b'{"token": [')
    assert read_holder(place) is None
    assert take(place, clock).number == 2
    assert clock.seconds >= LEASE_SECONDS


def test_without_a_folder_one_line_says_so(tmp_path, clock):
    with pytest.raises(ArchiveUnusable, match="No such file"):
        take(LeasePlace(tmp_path / "none"), clock)


@check_rows(
    "change",
    [{"token": 1}, {"holder": {"host": "a", "process_id": "b"}}, {"holder": []}, {"taken_at": "noon"}, {"more": 1},
     {"renewed_at": "2026-03-01T12:00:00"}, {"is_released": "yes"}],
)  # fmt: off
def test_a_record_of_other_types_is_none(change):
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    record = LeaseRecord(token="a", holder=ELSEWHERE, taken_at=moment, renewed_at=moment, expires_at=moment)
    assert LeaseRecord.from_bytes(record.to_bytes()) == record
    assert LeaseRecord.from_bytes(json.dumps(json.loads(record.to_bytes()) | change).encode()) is None


def test_a_process_is_dead_only_when_that_is_certain():
    here = identify_process()
    assert not has_died(here)
    if here.system is None:
        pytest.skip("this system does not tell processes apart")
    gone = ProcessIdentity(host=here.host, process_id=2**22 + 1, system=here.system, started_at=1)
    another = ProcessIdentity(host=here.host, process_id=here.process_id, system=here.system, started_at=1)
    assert has_died(gone)
    assert has_died(another), "its number was given again"
    assert not has_died(ProcessIdentity(host=here.host, process_id=1, system="another", started_at=1))
    assert not has_died(ELSEWHERE)


def test_a_keeper_reports_a_loss_once_before_the_next_request(place, clock):
    losses = []
    keeper = LeaseKeeper(take(place, clock), losses.append)
    keeper.check()
    assert losses == []
    clock.day += timedelta(minutes=5)
    keeper.check()
    keeper.check()
    keeper.end()
    assert [str(loss).endswith("not renewed in time") for loss in losses] == [True]


def test_a_keeper_gives_the_lease_up(place, clock):
    keeper = LeaseKeeper(take(place, clock), pytest.fail)
    keeper.end()
    keeper.check()
    assert read_holder(place) is None
