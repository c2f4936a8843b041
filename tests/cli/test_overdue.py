"""A crawl that a schedule let expect and that did not begin is seen in status, and told to a command or an address."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import Result
from support.machine import CRONTAB, SYSTEMCTL, Machine

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.operations.doctor import examine
from crawler.operations.notify import notify
from crawler.operations.schedule.missed_crawls import find_missed_crawl, list_scheduled_crawls
from crawler.practice import PracticeServer
from crawler.sites import registry

pytestmark = pytest.mark.usefixtures("only_asianews")

Run = Callable[..., Result]
BEGAN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("machine"), monkeypatch)
    machine.gets("crontab", CRONTAB)
    machine.gets("systemctl", SYSTEMCTL)
    return machine


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An address that takes reports by POST, and what it took."""
    reports: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_good = self.path == "/hook" and self.headers["Content-Type"] == "application/json"
            if is_good:
                reports.append(json.loads(body))
            self.send_response(204 if is_good else 500)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", reports
    server.shutdown()
    thread.join()
    server.server_close()


def note_crawl(path: Path, outcome: str | None = "finished", began: datetime = BEGAN, **settings: str) -> None:
    with Archive(path, "create") as archive:
        run = archive.begin_run("asianews", now=began, settings=settings)
        if outcome is not None:
            archive.finish_run(run, outcome, began + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("outcome", "settings", "overdue_after"),
    [
        ("finished", {"if_due": "6h"}, 8 * HOUR),  # six hours, and two checks that may be missed
        ("refused", {"if_due": "6h"}, 8 * HOUR),
        ("finished", {"if_due": "30m"}, 1.5 * HOUR),
        ("finished", {"if_due": "1d"}, DAY + 2 * HOUR),
        ("interrupted", {"if_due": "6h"}, 2.5 * HOUR),
        (None, {"if_due": "6h"}, 2 * HOUR),
        ("daily cap", {"if_due": "1h"}, 13 * HOUR),  # midnight in Rome is at 23:00
        # due at 19:00 in Rome, in quiet hours, which end at 22:00, at 21:00 UTC
        ("finished", {"if_due": "6h", "quiet_hours": "07:00-22:00"}, 11 * HOUR),
        ("finished", {"if_due": "8h", "quiet_hours": "22:00-06:30"}, 19.5 * HOUR),
    ],
)
def test_a_crawl_is_overdue_when_it_could_have_begun_and_did_not(
    tmp_path: Path, machine: Machine, outcome: str | None, settings: dict[str, str], overdue_after: timedelta
) -> None:
    path = tmp_path / "a.db"
    note_crawl(path, outcome, **settings)
    [before] = list_scheduled_crawls(path, BEGAN + overdue_after)
    [after] = list_scheduled_crawls(path, BEGAN + overdue_after + timedelta(seconds=1))
    assert (before.state, after.state, after.by) == ("expected", "overdue", "run")


def test_a_pause_that_the_site_asked_for_is_no_crawl_that_did_not_happen(tmp_path: Path, machine: Machine) -> None:
    path = tmp_path / "a.db"
    note_crawl(path, "refused", if_due="6h")
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("INSERT INTO pauses (site, until, run_id) VALUES ('asianews', '2026-03-03T12:00:00Z', 1)")
    [crawl] = list_scheduled_crawls(path, BEGAN + DAY)
    assert (crawl.state, crawl.expected_by) == ("expected", "2026-03-03T14:00:00Z")


def test_nothing_is_expected_without_a_schedule_nor_while_a_crawl_runs(tmp_path: Path, machine: Machine) -> None:
    path = tmp_path / "a.db"
    assert list_scheduled_crawls(path, BEGAN) == []
    note_crawl(path)
    assert list_scheduled_crawls(path, BEGAN + 30 * DAY) == []
    note_crawl(path, began=BEGAN + HOUR, if_due="6h")
    lock = SiteLock(path, "asianews")
    try:
        [crawl] = list_scheduled_crawls(path, BEGAN + 30 * DAY)
        assert (crawl.state, crawl.expected_by) == ("running", None)
    finally:
        lock.release()
    [ahead] = list_scheduled_crawls(path, BEGAN - 300 * DAY)  # the clock was ahead when it began
    assert ahead.state == "expected"


def test_status_schedule_and_doctor_say_that_a_crawl_did_not_begin(run: Run, machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    run("schedule", "install", "--with", "cron", "--every", "6h", "--", "--contact", "me@example.org")
    note_crawl(path)
    shown = run("status")
    assert shown.exit_code == 0, shown.output
    assert "\nSchedules\n  asianews: every 6h by cron, OVERDUE: the last began at 2026-03-01T12:00:00Z" in shown.stdout
    [schedule] = json.loads(run("status", "--json").stdout)["schedules"]
    assert schedule == {
        "site": "asianews",
        "every": "6h",
        "by": "cron",
        "last_run": "2026-03-01T12:00:00Z",
        "expected_by": "2026-03-01T20:00:00Z",
        "state": "overdue",
    }
    [row] = json.loads(run("schedule", "show", "--json").stdout)
    assert row["overdue_since"] == "2026-03-01T20:00:00Z"
    assert "OVERDUE, expected by 2026-03-01 20:00 UTC" in run("schedule", "show").stdout
    diagnoses = examine(path, now=datetime.now(UTC), catalogue=registry.load_catalogue(), contact="me@example.org")
    [wrong] = [diagnosis for diagnosis in diagnoses if diagnosis.state == "wrong"]
    assert (wrong.check, "OVERDUE" in wrong.message) == ("schedules", True)
    run("schedule", "remove")
    assert "schedules" not in json.loads(run("status", "--json").stdout)


def test_a_schedule_that_runs_is_not_overdue_whichever_scheduler_it_is(
    run: Run, machine: Machine, tmp_path: Path
) -> None:
    run("schedule", "install", "--with", "systemd", "--every", "6h", "--archive", "b.db")
    note_crawl(tmp_path / "b.db", began=datetime.now(UTC) - 2 * HOUR)
    shown = run("status", "--archive", "b.db")
    assert "asianews: every 6h by systemd, the last began at" in shown.stdout
    assert "OVERDUE" not in shown.stdout


@pytest.mark.parametrize("using", ["cron", "systemd"])
def test_a_schedule_that_never_ran_is_overdue_after_its_day(
    run: Run, machine: Machine, tmp_path: Path, using: str
) -> None:
    run("schedule", "install", "--with", using, "--every", "6h")
    path = tmp_path / "archive.db"
    now = datetime.now(UTC)
    [fresh] = list_scheduled_crawls(path, now)
    assert (fresh.state, fresh.last_run) == ("expected", None)
    [later] = list_scheduled_crawls(path, now + 2 * DAY)
    assert (later.state, later.by) == ("overdue", using)
    assert "never crawled yet, OVERDUE: the first was expected by" in later.describe()
    with Archive(path, "create"):
        pass
    assert list_scheduled_crawls(path, now + 2 * DAY) == [later]
    if using == "cron":
        aged = machine.crontab.read_text().replace(f"since={now.date()}", "since=2026-03-01")
        machine.crontab.write_text(aged)
        assert run("schedule", "install", "--with", "cron", "--every", "6h").stdout.endswith("it was so already\n")
        assert "OVERDUE, expected by 2026-03-02 02:00 UTC" in run("schedule", "show").stdout
        run("schedule", "install", "--with", "cron", "--every", "1d")
        assert "since=2026-03-01 # seealso-schedule asianews-" in machine.crontab.read_text()


# Being told


def test_status_tells_an_address_and_a_command_of_what_did_not_happen(
    run: Run, machine: Machine, tmp_path: Path, hook: tuple[str, list[dict[str, object]]]
) -> None:
    url, reports = hook
    path = tmp_path / "archive.db"
    note_crawl(path, began=datetime.now(UTC), if_due="6h")
    assert run("status", "--notify", url).exit_code == 0
    assert reports == []
    note_crawl(path, if_due="6h")
    assert run("status", "--notify", url).exit_code == 0
    [report] = reports
    assert report["outcome"] == "overdue"
    assert report["schedules"] == json.loads(run("status", "--json").stdout)["schedules"]
    machine.gets("keep", '#!/bin/sh\nexec /bin/cat > "$0.heard"\n')
    run("status", "--notify", "keep")
    assert json.loads((machine.tools / "keep.heard").read_text())["outcome"] == "overdue"


def test_the_next_crawl_tells_of_those_before_it_that_did_not_happen(
    run: Run, machine: Machine, tmp_path: Path, paper: PracticeServer, hook: tuple[str, list[dict[str, object]]]
) -> None:
    url, reports = hook
    path = tmp_path / "archive.db"
    command = ("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "1", "--if-due", "6h", "--notify", url)
    assert run(*command).exit_code == 0
    with Archive(path) as archive:
        [(settings,)] = archive.db.execute("SELECT settings FROM runs").fetchall()
    assert json.loads(settings)["if_due"] == "6h"
    assert reports == []
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE runs SET started_at = '2026-03-01T12:00:00Z', finished_at = '2026-03-01T12:30:00Z'")
    shown = run(*command)
    assert (shown.exit_code, shown.stderr) == (0, "")
    [report] = reports
    assert (report["outcome"], report["last_run"], report["exit_code"]) == ("missed", "2026-03-01T12:00:00Z", 0)


@pytest.mark.parametrize(("ago", "is_missed"), [(8 * HOUR, False), (14 * HOUR, False), (15 * HOUR, True)])
def test_a_crawl_that_is_late_was_not_missed(tmp_path: Path, ago: timedelta, is_missed: bool) -> None:
    path = tmp_path / "a.db"
    assert find_missed_crawl(path, "asianews", 6 * HOUR, BEGAN) is None
    note_crawl(path, if_due="6h")
    missed_crawl = find_missed_crawl(path, "asianews", 6 * HOUR, BEGAN + ago)
    assert (missed_crawl is not None) == is_missed
    note_crawl(path, began=BEGAN + HOUR)  # by a person: a schedule that is new was not missed
    assert find_missed_crawl(path, "asianews", 6 * HOUR, BEGAN + 30 * DAY) is None


def test_an_address_that_does_not_take_a_report_is_one_line_without_it(
    hook: tuple[str, list[dict[str, object]]], machine: Machine, nobody: str
) -> None:
    url, _ = hook
    for target, words in [
        (f"{url}/s3cret", "did not take the report: status 500"),
        (nobody.replace("{path}", "/s3cret"), "did not take the report: Connection refused"),
        ("http://[s3cret", "did not take the report"),
        ("s3cret@example.org", "there is no sendmail on this machine"),
    ]:
        line = notify(target, "{}\n", seconds=30.0)
        if words.startswith("there is no") and line is None:
            pytest.skip("a sendmail is here")
        assert line is not None
        assert words in line
        assert "s3cret" not in line
        assert "\n" not in line


def test_a_mail_address_gets_a_mail(machine: Machine) -> None:
    machine.gets("sendmail", '#!/bin/sh\necho "$@" > "$0.arguments"\nexec /bin/cat > "$0.mail"\n')
    assert notify("mailto:watch@example.org", '{"site": "asianews"}\n') is None
    mail = (machine.tools / "sendmail.mail").read_text()
    assert (machine.tools / "sendmail.arguments").read_text() == "-i -t\n"
    assert mail.startswith("To: watch@example.org\nSubject: seealso: ")
    assert mail.endswith('\n\n{"site": "asianews"}\n')
