"""A schedule as cron and systemd themselves run it, each in namespaces of its own, where this machine has them.

The namespaces have another ``/run`` and another spool, so that no crontab and no unit of this machine is touched.
"""

import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.waiting import wait_until

from crawler.operations.schedule.plan import CrawlSchedule
from crawler.practice import PracticeServer

SCHEDULERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/lib/systemd", "/lib/systemd"))
NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
EVERY = timedelta(minutes=15)
PRIVATE = "mount --make-rprivate / && mount -t tmpfs tmpfs /run"

CRON = f"""
set -e
{PRIVATE}
mount -t tmpfs tmpfs /var/spool
mkdir -p /var/spool/cron/crontabs
chmod 1730 /var/spool/cron/crontabs
"$@"
exec env -i PATH=/usr/bin:/bin $CRON
"""
SYSTEMD = f"""
set -e
{PRIVATE}
mkdir -p /run/systemd/system /run/user/$(id -u)
chmod 700 /run/user/$(id -u)
export XDG_RUNTIME_DIR=/run/user/$(id -u)
env -i HOME="$HOME" XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" PATH=/usr/bin:/bin $SYSTEMD --user >"$HOME/systemd.log" 2>&1 &
for _ in 1 2 3 4 5 6 7 8 9 10; do
  if systemctl --user show-environment >/dev/null 2>&1; then break; fi
  sleep 1
done
"$@"
wait
"""


def find_reason_to_skip(*programs: str) -> str | None:
    """Return why a scheduler cannot be tried here; None where it can."""
    missing = [name for name in ("unshare", *programs) if shutil.which(name, path=SCHEDULERS) is None]
    if missing:
        return f"not on this machine: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "namespaces with a spool of their own need root"
    tried = subprocess.run([*NAMESPACES, "sh", "-c", PRIVATE], capture_output=True, text=True, check=False)
    return f"namespaces cannot be made here: {tried.stderr.strip()}" if tried.returncode else None


def choose_archive(folder: Path) -> Path:
    """Return the path of an archive whose schedule asks in the minute after the next one."""
    minute = (datetime.now(UTC) + timedelta(minutes=2)).minute
    plans = (
        CrawlSchedule(site="asianews", archive=folder / f"news {n} 100%.db", every=EVERY, folder=folder)
        for n in range(1000)
    )
    return next(plan.archive for plan in plans if minute in plan.minutes)


def list_outcomes(archive: Path) -> list[str]:
    try:
        with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as conn:
            return [outcome for (outcome,) in conn.execute("SELECT outcome FROM runs WHERE finished_at IS NOT NULL")]
    except sqlite3.OperationalError:  # not made yet
        return []


@contextmanager
def run_scheduler(script: str, using: str, folder: Path, proxy: PracticeServer, **variables: str) -> Iterator[Path]:
    """Install a schedule and let a scheduler run it; yield the archive, and end the scheduler with the block.

    The site can be reached by the proxy alone that the environment of the install names.
    """
    archive = choose_archive(folder)
    install = [sys.executable, "-m", "crawler", "schedule", "install", "asianews", "--with", using, "--every", "15m"]
    install += ["--archive", str(archive), "--", "--mirror", "http://mirror.invalid{path}", "--delay", "0"]
    install += ["--max-articles", "1", "--log-file", "news.log"]
    home = folder / "home"
    home.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    address = proxy.mirror.removesuffix("{path}").replace("//", "//anna:s3cret%21@")  # goes into a file of its own
    env |= {"HOME": str(home), "http_proxy": address, **variables}
    env.pop("XDG_CONFIG_HOME", None)
    env["PYTHONPATH"] = str(Path(__file__).resolve().parents[3])
    with (folder / "scheduler.log").open("w") as log:
        process = subprocess.Popen(
            [*NAMESPACES, "sh", "-c", script, "sh", *install], cwd=folder, env=env, stdout=log, stderr=log
        )
        try:
            yield archive
        finally:
            process.kill()
            process.wait()


def check_crawl(archive: Path, folder: Path, proxy: PracticeServer) -> None:
    """Wait for the scheduled crawl to end, and assert that it was the one that was installed."""
    try:
        wait_until(lambda: list_outcomes(archive))
    except AssertionError as error:
        logs = [path.read_text() for path in (folder / "scheduler.log", folder / "home/systemd.log") if path.exists()]
        raise AssertionError("\n".join(logs)) from error
    assert list_outcomes(archive) == ["finished"]
    assert {request.path.split("/")[2] for request in proxy.requests} == {"mirror.invalid"}
    wait_until(lambda: "run 1 ends" in (folder / "news.log").read_text())


def find_cron() -> str | None:
    return next((name for name in ("cron", "crond") if shutil.which(name, path=SCHEDULERS)), None)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_cron_runs_the_crawl_that_was_scheduled(tmp_path: Path) -> None:
    """Up to three minutes: cron looks once a minute."""
    name = find_cron()
    reason = "no cron on this machine" if name is None else find_reason_to_skip(name, "crontab")
    if reason is not None or name is None:
        pytest.skip(str(reason))
    program = shutil.which(name, path=SCHEDULERS)
    in_foreground = "-f" if name == "cron" else "-n"
    with PracticeServer(articles=40) as proxy:
        command = f"{shlex.quote(str(program))} {in_foreground}"
        with run_scheduler(CRON, "cron", tmp_path, proxy, CRON=command) as archive:
            check_crawl(archive, tmp_path, proxy)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_timer_of_systemd_runs_the_crawl_that_was_scheduled(tmp_path: Path) -> None:
    """Up to three minutes: the timer goes off in the minute after the next one."""
    reason = find_reason_to_skip("systemd", "systemctl")
    if reason is not None:
        pytest.skip(reason)
    program = str(shutil.which("systemd", path=SCHEDULERS))
    with (
        PracticeServer(articles=40) as proxy,
        run_scheduler(SYSTEMD, "systemd", tmp_path, proxy, SYSTEMD=program) as archive,
    ):
        check_crawl(archive, tmp_path, proxy)
