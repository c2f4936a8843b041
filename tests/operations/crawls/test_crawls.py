"""Crawls of many sites by one command: each into its own archive, resumed, refused and stopped site by site."""

import json
import os
import shutil
import signal
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

from click.testing import CliRunner
from support.archive_contents import canonical
from support.forked_child import ForkedChild
from support.program import run_program, start_program
from support.tables import check_rows
from support.waiting import Gate, wait_until

from crawler.cli import main
from crawler.crawl.lease.lease import read_holder
from crawler.crawl.lease.lease_keeper import hold_lease
from crawler.crawl.lease.place import LeasePlace
from crawler.operations.crawls.job import choose_gravest, select_unfinished
from crawler.operations.crawls.work_folder import CommandFolder, CrawlOrder, CrawlRecord, SiteFolder


def record(**values):
    return CrawlRecord(**({"site": "alpha", "outcome": "finished", "exit_code": 0} | values))


def test_what_is_finished_by_the_same_order_is_left_alone(tmp_path):
    folder = SiteFolder(tmp_path / "alpha")
    folder.prepare()
    last = record(is_finished=True, arguments=("alpha", "--max-articles", "5"))
    folder.write_record(last)
    same, other = CrawlOrder(arguments=last.arguments), CrawlOrder(arguments=("alpha",))
    assert select_unfinished(tmp_path, {"alpha": same}) == ({}, {"alpha": last})
    for order in (other, replace(same, again=True), replace(same, if_due=True)):
        assert select_unfinished(tmp_path, {"alpha": order}) == ({"alpha": order}, {})
    folder.forget_end()
    assert select_unfinished(tmp_path, {"alpha": same}) == ({"alpha": same}, {})


def test_sites_are_crawled_one_process_at_a_time_whatever_dies(papers, crawl_list, tmp_path):
    """A worker's death is that the system closes its end of the child's standard input."""
    folder = SiteFolder(tmp_path / "work/alpha")
    folder.prepare()
    papers.gates["alpha"] = gate = Gate(after=3)
    reader, writer = os.pipe()
    shared = ("--sites", "sites", "--mirror", papers.mirror)
    child = start_program(
        "crawl", "alpha", *shared, "--archive", str(folder.archive), "--end-with-stdin", cwd=tmp_path, stdin=reader
    )
    os.close(reader)
    gate.wait_until_reached()
    assert read_holder(LeasePlace(folder.lease)).holder.process_id == child.pid
    code, records, _ = crawl_list("alpha")
    assert (code, records["alpha"]["outcome"]) == (3, "not begun")
    assert f"process {child.pid} holds the lease" in records["alpha"]["message"]
    assert folder.read_record() is None, "who is refused says nothing of the crawl that goes on"

    os.close(writer)
    child.wait(60)
    assert read_holder(LeasePlace(folder.lease)) is None
    requests = len(papers.log)
    gate.open()
    papers.names.remove("beta")  # it refuses everything, and stops no other
    code, records, said = crawl_list("alpha,beta")
    assert said.splitlines()[0] == "1 of 2: alpha finished"
    assert {site: (row["outcome"], row["exit_code"], row["articles"]) for site, row in records.items()} == {
        "alpha": ("finished", 0, 3),
        "beta": ("refused", 4, 0),
    }
    assert code == 4
    first, second = papers.list_processes("alpha")
    assert first == child.pid
    assert all(request.process_id == second for request in papers.log[requests:] if request.site == "alpha")

    plain = tmp_path / "plain.db"
    assert run_program("crawl", "alpha", *shared, "--archive", str(plain), cwd=tmp_path, env=os.environ).returncode == 0
    assert canonical(folder.archive) == canonical(plain)
    requests = len(papers.log)
    assert crawl_list("alpha")[:2] == (0, {"alpha": records["alpha"]})
    assert len(papers.log) == requests, "what is finished is left alone"
    assert list(tmp_path.glob("work/.commands/*")) == []
    code, rows, _ = crawl_list("alpha", "--if-due", "6h")
    assert (code, rows["alpha"]["outcome"], len(papers.log)) == (0, "not now", requests)
    assert folder.read_record().is_finished


def test_a_signal_stops_what_runs_and_begins_nothing_more(papers, crawl_list, tmp_path, monkeypatch):
    """The child is stopped through the folder of the command, as it would be on another machine."""
    papers.gates["alpha"] = gate = Gate(after=2)
    terminated, terminate = threading.Event(), ForkedChild.terminate

    def note_termination(child):
        terminate(child)
        terminated.set()

    monkeypatch.setattr(ForkedChild, "terminate", note_termination)

    def send() -> None:
        gate.wait_until_reached()
        os.kill(os.getpid(), signal.SIGTERM)
        wait_until(terminated.is_set)
        gate.open()

    sender = threading.Thread(target=send)
    sender.start()
    code, records, _ = crawl_list("alpha,beta")
    sender.join()
    assert code == 130
    assert {site: (row["outcome"], row["exit_code"]) for site, row in records.items()} == {
        "alpha": ("interrupted", 130),
        "beta": ("not begun", 130),
    }
    assert papers.list_processes("beta") == []
    with closing(sqlite3.connect(tmp_path / "work/alpha/archive.db")) as archive:
        assert archive.execute("SELECT outcome FROM runs").fetchall() == [("interrupted",)]


def test_the_gravest_code_is_that_of_the_command():
    assert choose_gravest([]) == 0
    rows = [((0, 2), 2), ((2, 3), 3), ((3, 5), 5), ((5, 4), 4), ((4, 6), 6), ((6, 1), 1), ((1, 130), 130)]
    for codes, gravest in rows:
        assert choose_gravest(codes) == gravest


def test_a_plain_crawl_holds_the_lease_where_there_is_one_and_ends_when_it_is_lost(papers, tmp_path):
    papers.write_sites(tmp_path / "sites")
    folder = SiteFolder(tmp_path / "work/alpha")
    folder.prepare()
    papers.gates["alpha"] = gate = Gate(after=2)
    arguments = ("--sites", "sites", "--archive", str(folder.archive), "--mirror", papers.mirror)
    child = start_program("crawl", "alpha", *arguments, "--delay", "0.01", cwd=tmp_path)
    gate.wait_until_reached()
    requests = len(papers.log)
    shutil.rmtree(folder.lease)
    child.wait(60)
    gate.open()
    _, said = child.communicate()
    assert child.returncode == 3
    assert "its folder is gone" in said
    assert len(papers.log) == requests


def test_blocks_of_one_process_share_its_lease(tmp_path):
    folder = SiteFolder(tmp_path / "alpha")
    with hold_lease(folder.archive):
        assert not folder.lease.exists(), "where no lease is asked for none is made"
    folder.prepare()
    place = LeasePlace(folder.lease)
    with hold_lease(folder.archive) as check:
        with hold_lease(folder.archive):
            check()
        assert read_holder(place).holder.process_id == os.getpid()
    assert read_holder(place) is None
    assert [thread.name for thread in threading.enumerate() if "_renew" in thread.name] == []


@check_rows(
    ("arguments", "reason"),
    [
        (["--work", "work"], "--work is for --list"),
        (["--list", "alpha"], "--list needs --work DIR, the folder of the archives, or --together N"),
        (["--list", "alpha", "--work", "w", "--together", "2"], "--together is for one archive"),
        (["asianews", "--together", "2", "--if-due", "6h"], "--if-due is for one site"),
        (["--list", "alpha", "beta", "--work", "w"], "give no other"),
        (["--list", "alpha", "--work", "w", "--scheduler", "tcp://127.0.0.1:1"], "--scheduler needs --engine dask"),
        (["--list", "alpha", "--work", "w", "--log-file", "l"], "--log-file is not for --list"),
        (["--list", "nobody", "--work", "w"], "nobody: no site 'nobody' is known"),
        (["--list", "list", "--work", "w"], "list, line 1: No such option '--turbo'"),
        (["--list", "other", "--work", "w"], "other, line 1: --work is not for one site of a list"),
        ([], "Missing argument 'SITE'"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line(arguments, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list").write_text("asianews --turbo\n")
    (tmp_path / "other").write_text("asianews --work x\n")
    ended = CliRunner().invoke(main, ["crawl", *arguments])
    assert ended.exit_code == 1
    assert reason in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "w").exists()


def test_records_survive_what_is_no_record(tmp_path):
    folder = SiteFolder(tmp_path / "alpha")
    folder.prepare()
    folder.write_record(record(is_finished=True, arguments=("alpha",)))
    assert folder.read_record() == record(is_finished=True, arguments=("alpha",))
    folder.forget_end()
    assert not folder.read_record().is_finished
    for content in (
        "",
        "[]",
        "{}",
        '{"site": 1}',
        json.dumps({"site": "a", "arguments": [], "outcome": 1, "exit_code": 0}),
    ):
        (folder.path / "crawl.json").write_text(content)
        assert folder.read_record() is None


def test_a_record_of_other_types_is_none(tmp_path):
    folder = SiteFolder(tmp_path / "alpha")
    folder.prepare()
    folder.write_record(record())
    values = json.loads((folder.path / "crawl.json").read_text())
    for change in ({"run": "1"}, {"is_finished": 1}, {"arguments": [1]}, {"message": []}, {"more": 1}):
        (folder.path / "crawl.json").write_text(json.dumps(values | change))
        assert folder.read_record() is None


def test_the_end_of_a_command_asks_its_tasks_to_stop(tmp_path):
    command = CommandFolder.make(tmp_path)
    assert command.count_stops() == 0
    command.request_stop(1)
    assert command.count_stops() == 1
    command.request_stop(2)
    assert command.count_stops() == 2
    command.remove()
    command.write_end(record())
    assert (command.count_stops(), command.read_end("alpha")) == (1, None)
