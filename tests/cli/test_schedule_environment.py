"""What a schedule takes along of the environment, what it keeps from others' eyes, and what it checks beforehand."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from support.machine import CRONTAB, SYSTEMCTL, Machine, as_cron_runs_it
from support.waiting import PATIENCE

from crawler.operations.schedule import cron, systemd
from crawler.operations.schedule.environment import find_environment_file, make_file_text, read_environment
from crawler.operations.schedule.plan import CannotSchedule, CrawlSchedule, Variable
from crawler.practice import PracticeServer

pytestmark = pytest.mark.usefixtures("only_asianews")

Run = Callable[..., Result]
NEEDED = {
    "https_proxy": "http://127.0.0.1:3128",
    "http_proxy": "http://127.0.0.1:3128",
    "no_proxy": "localhost,.example.org",
    "SSL_CERT_FILE": "/etc/ssl/our own 100%.pem",
    "TZ": "Europe/Rome",
    "XDG_CACHE_HOME": "/var/cache/$news",
    "SEEALSO_SOMETHING": 'it\'s "ours"',
}
SECRET = "http://anna:s3cret%21@proxy.example.org:3128"


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("machine"), monkeypatch)
    machine.gets("crontab", CRONTAB)
    machine.gets("systemctl", SYSTEMCTL)
    return machine


def print_environment(script: str) -> dict[str, str]:
    """Run the part of a crontab's line before the crawl as cron does, and return the environment that it makes."""
    before, _ = re.split(r"\S+ crawl asianews", script, maxsplit=1)
    ended = subprocess.run(
        ["/bin/sh", "-c", f"{before} /usr/bin/env -0"],
        env={"HOME": os.environ["HOME"], "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"},
        capture_output=True,
        check=True,
    )
    return dict(entry.split("=", 1) for entry in ended.stdout.decode().split("\0") if entry)


def read_command_line(machine: Machine) -> str:
    return as_cron_runs_it(machine.crontab.read_text().splitlines()[1])


def test_a_crontab_line_sets_what_the_crawl_needs_of_the_environment(run: Run, machine: Machine) -> None:
    shown = run("schedule", "install", "--with", "cron", "--", "--contact", "me@example.org", env=NEEDED)
    assert (shown.exit_code, shown.stderr) == (0, "")
    environment = print_environment(read_command_line(machine))
    assert {name: environment.get(name) for name in NEEDED} == NEEDED
    assert environment["PATH"] == str(machine.tools)
    assert not find_environment_file("asianews").parent.exists()
    again = run("schedule", "install", "--with", "cron", "--", "--contact", "me@example.org", env=NEEDED)
    assert again.stdout.endswith("it was so already\n")


def test_a_unit_sets_it_too(run: Run, machine: Machine) -> None:
    run("schedule", "install", "--with", "systemd", env=NEEDED)
    [service, timer] = machine.units
    text = machine.units[service]
    assert 'Environment="https_proxy=http://127.0.0.1:3128"\n' in text
    assert 'Environment="SSL_CERT_FILE=/etc/ssl/our own 100%%.pem"\n' in text
    assert 'Environment="XDG_CACHE_HOME=/var/cache/$news"\n' in text
    assert 'Environment="SEEALSO_SOMETHING=it\'s \\"ours\\""\n' in text
    assert "\nSuccessExitStatus=130\n" in text
    folder = machine.home / ".config/systemd/user"
    assert {(folder / name).stat().st_mode & 0o777 for name in (service, timer)} == {0o600}


@pytest.mark.parametrize("using", ["cron", "systemd"])
def test_a_dry_run_names_them(run: Run, machine: Machine, using: str) -> None:
    printed = run("schedule", "install", "--dry-run", "--with", using, env=NEEDED).stdout
    assert [name for name in NEEDED if f"{name}=" not in printed] == []


@pytest.mark.parametrize("using", ["cron", "systemd"])
def test_a_password_is_kept_where_only_its_owner_can_read_it(run: Run, machine: Machine, using: str) -> None:
    env = {**NEEDED, "https_proxy": SECRET, "SEEALSO_TOKEN": "hush"}
    shown = run("schedule", "install", "--with", using, env=env)
    assert shown.exit_code == 0, shown.output
    [path] = (machine.home / ".config/seealso").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "https_proxy" in shown.stderr
    assert str(path) in shown.stderr
    written = machine.crontab.read_text() if using == "cron" else "".join(machine.units.values())
    dry = run("schedule", "install", "--with", using, "--dry-run", env=env)
    for text in (written, dry.output, shown.output, run("schedule", "show").output):
        assert "s3cret" not in text
        assert "anna" not in text
        assert "hush" not in text
    assert "***@proxy.example.org:3128" in dry.stdout
    assert "127.0.0.1:3128" in written
    if using == "cron":
        environment = print_environment(read_command_line(machine))
        assert {name: environment[name] for name in env} == env
    else:
        assert f"\nEnvironmentFile={path}\n" in written
    assert run("schedule", "install", "--with", using, env=env).stdout.endswith("it was so already\n")
    path.chmod(0o644)
    assert not run("schedule", "install", "--with", using, env=env).stdout.endswith("it was so already\n")
    assert path.stat().st_mode & 0o777 == 0o600
    run("schedule", "remove")
    assert not path.exists()


def test_a_password_in_an_option_is_warned_of(run: Run, machine: Machine) -> None:
    options = ("--", "--contact", "me@example.org", "--notify")
    shown = run("schedule", "install", *options, "curl --data @- https://anna:s3cret@example.org/")
    assert shown.exit_code == 0
    assert "an option holds a password" in shown.stderr
    assert run("schedule", "install", *options, "https://example.org/@anna:x").stderr == ""


def test_a_password_that_is_gone_leaves_no_file_and_one_of_others_is_left_alone(run: Run, machine: Machine) -> None:
    run("schedule", "install", "--with", "cron", env={"https_proxy": SECRET})
    [path] = (machine.home / ".config/seealso").iterdir()
    run("schedule", "install", "--with", "cron")
    assert not path.exists()
    path.write_text("mine\n")
    shown = run("schedule", "install", "--with", "cron", env={"https_proxy": SECRET})
    assert shown.exit_code == 1
    assert "was not written by seealso" in shown.stderr
    assert path.read_text() == "mine\n"


def test_what_is_too_long_for_a_line_goes_into_the_file(run: Run, machine: Machine) -> None:
    env = {"no_proxy": ",".join(f"host{number}.example.org" for number in range(100))}
    shown = run("schedule", "install", "--with", "cron", env=env)
    assert shown.exit_code == 0, shown.output
    assert len(machine.crontab.read_text().splitlines()[1]) < 900
    assert print_environment(read_command_line(machine))["no_proxy"] == env["no_proxy"]


VALUES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@given(VALUES)
def test_every_value_comes_through_a_line_and_through_a_file(value: str) -> None:
    for is_secret in (False, True):
        plan = CrawlSchedule(
            site="asianews",
            archive=Path("/srv/a.db"),
            every=timedelta(hours=6),
            folder=Path("/"),
            environment=(Variable(name="SEEALSO_X", value=value, is_secret=is_secret),),
        )
        _, line = cron.make_lines(plan)
        script = as_cron_runs_it(line)
        if cron.select_file_variables(plan):
            text = make_file_text(plan.name, plan.environment)
            script = text.join(re.split(r"\. \S+ &&", script, maxsplit=1))
        shown = subprocess.run(
            ["/bin/sh", "-c", re.split(r"\S+ crawl asianews", script)[0] + " /usr/bin/env -0"],
            capture_output=True,
            check=True,
            env={},
        )
        assert f"SEEALSO_X={value}" in shown.stdout.decode().split("\0")


def test_a_value_that_no_file_can_hold_is_told_and_others_stay_out() -> None:
    with pytest.raises(CannotSchedule, match="https_proxy holds line breaks"):
        read_environment({"https_proxy": "http://a\nb"})
    assert read_environment({"SECRET_OF_MINE": "x", "EDITOR": "vi", "SEEALSO_CONTACT": "a@b.c", "http_proxy": ""}) == ()
    names = {variable.name for variable in read_environment({"HTTPS_PROXY": "a", "all_proxy": "b", "ftp_proxy": "c"})}
    assert names == {"HTTPS_PROXY", "all_proxy", "ftp_proxy"}
    secrets = {"http_proxy": "user:pass@proxy:3128", "SEEALSO_HOOK": "https://a:b@example.org/", "SEEALSO_API_KEY": "k"}
    assert all(variable.is_secret for variable in read_environment(secrets))


@pytest.mark.slow
def test_a_crawl_that_cron_starts_goes_through_the_proxy_of_the_install(
    run: Run, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two seconds; that the line sets the proxy is checked above."""
    with PracticeServer(articles=40) as proxy:
        env = {"http_proxy": proxy.mirror.removesuffix("{path}")}
        mirror = "http://mirror.invalid{path}"  # only the proxy could know it
        shown = run("schedule", "install", "--with", "cron", "--", "--mirror", mirror, "--delay", "0", env=env)
        assert shown.exit_code == 0, shown.output
        ended = subprocess.run(
            ["/bin/sh", "-c", read_command_line(machine)],
            env={"HOME": str(machine.home), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert proxy.requests, ended.stderr
    assert proxy.requests[0].path == "http://mirror.invalid/robots.txt"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_finds_no_fault_with_the_environment(machine: Machine, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze", path="/usr/bin:/bin:/usr/local/bin")
    assert analyze is not None
    variables = read_environment({**NEEDED, "https_proxy": SECRET})
    plan = CrawlSchedule(
        site="asianews", archive=tmp_path / "a.db", every=timedelta(hours=6), folder=tmp_path, environment=variables
    )
    for name, text in systemd.make_units(plan).items():
        (tmp_path / name).write_text(text)
    ended = subprocess.run(
        [analyze, "verify", *map(str, sorted(tmp_path.glob("seealso-*")))], capture_output=True, text=True, check=False
    )
    assert [line for line in ended.stderr.splitlines() if "seealso-" in line] == []


# What is checked


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("https://evil.example/x",), "evil.example"),
        (("https://www.asianews.it.evil.example/news-en/A-1.html",), "evil.example"),
        (("ftp://www.asianews.it/news-en/A-1.html",), "no web address"),
        (("--mirror", "http://127.0.0.1:9000/"), "mirror template"),
        (("--quiet-hours", "7-22"), "quiet hours read like"),
        (("--by-day", "someday"), "someday"),
        (("--ids", "many"), "many"),
        (("--contact", "ann\u00e9"), "plain ASCII"),
    ],
)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_what_would_fail_each_time_is_refused(
    run: Run, machine: Machine, arguments: tuple[str, ...], words: str, dry: tuple[str, ...]
) -> None:
    shown = run("schedule", "install", "asianews", *dry, "--", *arguments)
    assert shown.exit_code == 1
    assert words in shown.stderr
    assert (shown.stdout, shown.stderr.count("\n")) == ("", 1)
    assert not machine.crontab.exists()


def test_an_address_of_the_site_is_scheduled(run: Run, machine: Machine) -> None:
    shown = run("schedule", "install", "asianews", "--", "https://www.asianews.it/news-en/A-1.html")
    assert shown.exit_code == 0, shown.output


@pytest.mark.parametrize("using", ["cron", "systemd"])
def test_a_dry_run_says_that_crawls_will_not_begin_without_a_contact(run: Run, machine: Machine, using: str) -> None:
    shown = run("schedule", "install", "--dry-run", "--with", using)
    assert shown.exit_code == 0
    assert "will not begin without a contact" in shown.stderr
    told = run("schedule", "install", "--dry-run", "--with", using, env={"SEEALSO_CONTACT": "me@example.org"})
    assert told.stderr == ""
    mirrored = run("schedule", "install", "--dry-run", "--with", using, "--", "--mirror", "http://127.0.0.1:9000{path}")
    assert mirrored.stderr == ""
