"""Schedules by cron and systemd, against a crontab and a systemctl that keep what they are told in files."""

import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from support.machine import CRONTAB, SYSTEMCTL, Machine, as_cron_runs_it
from support.waiting import PATIENCE

from crawler.operations.schedule import cron, systemd
from crawler.operations.schedule.interval import parse_interval
from crawler.operations.schedule.plan import CannotSchedule, CrawlSchedule
from crawler.practice import PracticeServer

pytestmark = pytest.mark.usefixtures("only_asianews")

Run = Callable[..., Result]
OTHERS = "# my own lines\nMAILTO=me@example.org\n0 5 * * * /usr/bin/backup 100\\% # nightly\n"


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine"), monkeypatch)


@pytest.fixture
def with_cron(machine: Machine) -> Machine:
    machine.gets("crontab", CRONTAB)
    return machine


@pytest.fixture
def with_systemd(machine: Machine) -> Machine:
    machine.gets("systemctl", SYSTEMCTL)
    return machine


def plan(
    tmp_path: Path, every: str = "6h", archive: str = "archive.db", options: tuple[str, ...] = ()
) -> CrawlSchedule:
    return CrawlSchedule(
        site="asianews", archive=tmp_path / archive, every=parse_interval(every), folder=tmp_path, options=options
    )


# Cron


def test_a_schedule_is_two_marked_lines_after_the_ones_that_were_there(
    run: Run, with_cron: Machine, tmp_path: Path
) -> None:
    with_cron.crontab.write_text(OTHERS)
    shown = run("schedule", "install", "asianews", "--every", "6h")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout == f"asianews is crawled into {tmp_path / 'archive.db'} every 6h, by cron\n"
    kept = with_cron.crontab.read_text()
    assert kept.startswith(OTHERS)
    comment, line = kept.removeprefix(OTHERS).splitlines()
    assert re.fullmatch(r"# Asks once an hour, .* # seealso-schedule asianews-[0-9a-f]{8}", comment)
    assert re.fullmatch(
        rf"\d+ \* \* \* \* cd {re.escape(str(tmp_path))} && .* crawl asianews"
        rf" --archive {re.escape(str(tmp_path))}/archive\.db --if-due 6h >/dev/null # seealso-schedule \S+",
        line,
    )


def test_the_same_again_changes_nothing_and_another_pace_changes_only_that(run: Run, with_cron: Machine) -> None:
    with_cron.crontab.write_text(OTHERS)
    run("schedule", "install", "--every", "6h")
    first = with_cron.crontab.read_text()
    again = run("schedule", "install", "--every", "6h")
    assert again.stdout.endswith("by cron: it was so already\n")
    assert with_cron.crontab.read_text() == first
    run("schedule", "install", "--every", "1d")
    assert with_cron.crontab.read_text() == first.replace("6h", "1d")


def test_removing_takes_our_lines_of_this_archive_and_no_others(run: Run, with_cron: Machine) -> None:
    with_cron.crontab.write_text(OTHERS)
    run("schedule", "install")
    run("schedule", "install", "--archive", "second.db", "--every", "1d")
    both = with_cron.crontab.read_text()
    assert both.count("# seealso-schedule ") == 4
    would = run("schedule", "remove", "--dry-run")
    assert would.stdout.startswith("cron: cd ")
    assert with_cron.crontab.read_text() == both
    assert run("schedule", "remove").exit_code == 0
    left = with_cron.crontab.read_text()
    assert left.count("# seealso-schedule ") == 2
    assert "second.db" in left
    run("schedule", "remove", "asianews", "--archive", "second.db")
    assert with_cron.crontab.read_text() == OTHERS
    nothing = run("schedule", "remove")
    assert nothing.exit_code == 0
    assert nothing.stderr.startswith("nothing is scheduled for asianews")
    assert with_cron.crontab.read_text() == OTHERS


def test_a_crontab_that_cannot_be_read_is_never_written(run: Run, with_cron: Machine) -> None:
    with_cron.gets("crontab", CRONTAB.replace('exec /bin/cat "$0.kept"', 'echo "you may not" >&2; exit 1'))
    with_cron.crontab.write_text(OTHERS)
    for command in ("install", "remove", "show"):
        shown = run("schedule", command)
        assert shown.exit_code == 1
        assert shown.stderr == "seealso: 'crontab -l' failed: you may not\n"
    assert with_cron.crontab.read_text() == OTHERS


def test_lines_of_others_come_back_byte_by_byte(run: Run, with_cron: Machine) -> None:
    odd = b"# \xff\xfe latin \xe9\r\n\n   \n0 1 * * * echo seealso-schedule is not a mark\n# no end of line"
    with_cron.crontab.write_bytes(odd)
    run("schedule", "install")
    assert with_cron.crontab.read_bytes().startswith(odd + b"\n")
    run("schedule", "remove")
    assert with_cron.crontab.read_bytes() == odd + b"\n"


@pytest.mark.parametrize("is_quick", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_the_line_is_one_that_cron_can_run_whatever_the_paths_are(
    with_cron: Machine, tmp_path: Path, is_quick: bool
) -> None:
    """Run a second time, when nothing is due, the slow case, it takes two seconds."""
    folder = tmp_path / 'it\'s 100% "mine" $HOME `x` ü'
    folder.mkdir()
    with PracticeServer(articles=40) as paper:
        options = ("--mirror", paper.mirror, "--max-articles", "1", "--metrics", "50%.prom")
        _, line = cron.make_lines(plan(folder, archive="the archive.db", options=options))
        ended = subprocess.run(
            ["/bin/sh", "-c", as_cron_runs_it(line)], capture_output=True, text=True, timeout=PATIENCE
        )
        complaints = [line for line in ended.stderr.splitlines() if "mend it, or take it out" not in line]
        assert (ended.returncode, ended.stdout, complaints) == (0, "", [])
        assert (folder / "the archive.db").exists()
        assert (folder / "50%.prom").exists()
        asked = len(paper.requests)
        assert asked
        if is_quick:
            return
        again = subprocess.run(
            ["/bin/sh", "-c", as_cron_runs_it(line)], capture_output=True, text=True, timeout=PATIENCE
        )
        assert (again.returncode, len(paper.requests)) == (0, asked)  # not due


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)


@given(st.lists(WORDS, max_size=4))
def test_every_word_comes_through_a_crontab_or_is_refused(words: list[str]) -> None:
    made = plan(Path("/srv/news"), options=tuple(words))
    try:
        _, line = cron.make_lines(made)
    except CannotSchedule:
        assert any("\\\\" in word or "\\%" in word for word in words)
        return
    script = as_cron_runs_it(line).replace("cd /srv/news && ", "printf '%s\\0' ", 1).replace(" >/dev/null", "", 1)
    if ">/dev/null" in "".join(words):
        return
    printed = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True).stdout
    assert tuple(printed.decode().split("\0")[:-1]) == made.command


@pytest.mark.parametrize("word", ["a\nb", "a\0b", "\\\\", "\\%", "x" * 1000])
def test_what_a_crontab_cannot_hold_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(CannotSchedule):
        cron.make_lines(plan(tmp_path, options=(word,)))


@pytest.mark.parametrize(
    ("every", "times"), [("15m", 4), ("20m", 3), ("45m", 4), ("50m", 6), ("1h", 1), ("90m", 2), ("7h", 1), ("1w", 1)]
)
def test_any_pace_is_asked_for_in_whole_parts_of_an_hour(tmp_path: Path, every: str, times: int) -> None:
    minutes = plan(tmp_path, every).minutes
    assert len(minutes) == times
    assert {after - before for before, after in itertools.pairwise(minutes)} <= {60 // times}
    assert all(0 <= minute < 60 for minute in minutes)


# systemd


def test_a_timer_and_its_service_are_written_and_started_and_missed_slots_are_caught_up(
    run: Run, with_systemd: Machine, tmp_path: Path
) -> None:
    shown = run("schedule", "install", "--every", "2h")
    assert shown.exit_code == 0, shown.output
    assert "by systemd" in shown.stdout
    assert "loginctl enable-linger" in shown.stderr
    [service, timer] = with_systemd.units
    assert (service[:17], timer[-6:]) == ("seealso-asianews-", ".timer")
    assert "\nPersistent=true\n" in with_systemd.units[timer]
    assert re.search(r"^OnCalendar=\*-\*-\* \*:\d\d:00$", with_systemd.units[timer], re.MULTILINE)
    assert f'"--archive" "{tmp_path}/archive.db" "--if-due" "2h"\n' in with_systemd.units[service]
    assert with_systemd.units[service].count("\nSuccessExitStatus=130\n") == 1, (
        "a crawl that was stopped has not failed"
    )
    assert with_systemd.calls[-3:] == ["--user daemon-reload", f"--user enable {timer}", f"--user restart {timer}"]
    before = with_systemd.units
    assert run("schedule", "install", "--every", "2h").stdout.endswith("it was so already\n")
    assert with_systemd.units == before
    assert not with_systemd.calls[-1].startswith("--user restart")


def test_removing_takes_our_units_and_no_others(run: Run, with_systemd: Machine) -> None:
    run("schedule", "install")
    folder = with_systemd.home / ".config/systemd/user"
    (folder / "seealso-asianews-mine.timer").write_text("[Timer]\n")
    (folder / "backup.timer").write_text("[Timer]\n")
    [timer] = [name for name in with_systemd.units if re.fullmatch(r"seealso-asianews-[0-9a-f]{8}\.timer", name)]
    assert run("schedule", "remove").exit_code == 0
    assert set(with_systemd.units) == {"seealso-asianews-mine.timer", "backup.timer"}
    assert with_systemd.calls[-2:] == [f"--user disable --now {timer}", "--user daemon-reload"]


def test_a_unit_of_that_name_that_is_not_ours_is_left_alone(run: Run, with_systemd: Machine, tmp_path: Path) -> None:
    [_, timer] = systemd.make_units(plan(tmp_path))
    folder = with_systemd.home / ".config/systemd/user"
    folder.mkdir(parents=True)
    (folder / timer).write_text("[Timer]\nOnCalendar=daily\n")
    shown = run("schedule", "install")
    assert shown.exit_code == 1
    assert "was not written by seealso" in shown.stderr
    assert (folder / timer).read_text() == "[Timer]\nOnCalendar=daily\n"


def test_what_systemd_refuses_is_told_in_its_words(run: Run, with_systemd: Machine) -> None:
    with_systemd.gets("systemctl", SYSTEMCTL + '[ "$2" != enable ] || { echo "Unit is masked." >&2; exit 1; }\n')
    shown = run("schedule", "install")
    assert shown.exit_code == 1
    assert re.fullmatch(r"seealso: 'systemctl --user enable \S+' failed: Unit is masked\.\n", shown.stderr)


def test_words_with_percent_and_dollar_signs_and_quotes_are_escaped_for_systemd(tmp_path: Path) -> None:
    units = systemd.make_units(plan(tmp_path / "100%", options=("--notify", 'echo "$HOME" \\n 50%')))
    [service, _] = units.values()
    assert '"--notify" "echo \\"$$HOME\\" \\\\n 50%%"\n' in service
    assert f"\nWorkingDirectory={tmp_path}/100%%\n" in service


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_itself_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    folder = tmp_path / "it's 100% $mine"
    folder.mkdir()
    for name, text in systemd.make_units(
        plan(folder, "20m", "the archive.db", ("--notify", 'mail -s "50%" me'))
    ).items():
        (tmp_path / name).write_text(text)
    units = sorted(str(path) for path in tmp_path.glob("seealso-*"))
    assert len(units) == 2
    ended = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    about_ours = [line for line in ended.stderr.splitlines() if "seealso-" in line]
    assert about_ours == []


# Which, and whether


def test_cron_comes_first_and_the_other_is_taken_away_on_a_change(run: Run, machine: Machine) -> None:
    machine.gets("crontab", CRONTAB)
    machine.gets("systemctl", SYSTEMCTL)
    assert ", by cron" in run("schedule", "install").stdout
    changed = run("schedule", "install", "--with", "systemd")
    assert ", by systemd" in changed.stdout
    assert "the former schedule by cron was taken away" in changed.stderr
    assert machine.crontab.read_text() == ""
    assert len(machine.units) == 2
    run("schedule", "install", "--with", "cron")
    assert machine.units == {}
    assert machine.crontab.read_text().count("\n") == 2


@pytest.mark.parametrize("silent", [None, "#!/bin/sh\necho 'Failed to connect to bus' >&2; exit 1\n"])
def test_where_neither_is_a_line_says_so_and_what_another_scheduler_should_run(
    run: Run, machine: Machine, silent: str | None
) -> None:
    if silent:  # containers have systemctl without systemd
        machine.gets("systemctl", silent)
    shown = run("schedule", "install", "--every", "6h")
    assert shown.exit_code == 1
    assert shown.stderr.startswith("seealso: neither cron (crontab) nor systemd user timers are here: install cron, or")
    assert shown.stderr.endswith("--if-due 6h\n")
    assert shown.stderr.count("\n") == 1
    assert machine.units == {}
    dry = run("schedule", "install", "--every", "6h", "--dry-run")
    assert dry.exit_code == 0
    assert dry.stdout.count("# seealso-schedule ") == 2
    assert run("schedule", "show", "--json").stdout == "[]\n"


@pytest.mark.parametrize("using", ["cron", "systemd"])
def test_a_dry_run_prints_what_would_be_written_and_writes_nothing(run: Run, machine: Machine, using: str) -> None:
    machine.gets("crontab", CRONTAB)
    machine.gets("systemctl", SYSTEMCTL)
    printed = run("schedule", "install", "--dry-run", "--with", using).stdout
    assert not machine.crontab.exists()
    assert machine.units == {}
    run("schedule", "install", "--with", using)
    if using == "cron":
        assert machine.crontab.read_text() == printed
    else:
        for name, text in machine.units.items():
            assert f"# {machine.home}/.config/systemd/user/{name}\n{text}" in printed


def test_what_is_scheduled_is_shown_with_its_last_crawl(run: Run, machine: Machine, tmp_path: Path) -> None:
    machine.gets("crontab", CRONTAB)
    machine.gets("systemctl", SYSTEMCTL)
    run("schedule", "install", "--every", "6h")
    run("schedule", "install", "--every", "2d", "--archive", "b 1%.db", "--with", "systemd")
    from crawler.archive import Archive

    with Archive(tmp_path / "b 1%.db", "create") as archive:
        archive.db.execute("INSERT INTO runs (site, started_at) VALUES ('asianews', '2026-03-01T12:00:00Z')")
    rows = json.loads(run("schedule", "show", "--json").stdout)
    assert [(row["by"], row["site"], row["every"], row["archive"], row["last_run"]) for row in rows] == [
        ("cron", "asianews", "6h", str(tmp_path / "archive.db"), None),
        ("systemd", "asianews", "2d", str(tmp_path / "b 1%.db"), "2026-03-01T12:00:00Z"),
    ]
    shown = run("schedule", "show").stdout
    assert "asianews  every 6h into" in shown
    assert "by systemd; last crawl 2026-03-01 12:00 UTC" in shown


# Options of the crawl


def test_crawls_that_could_not_begin_are_told_when_they_are_scheduled(run: Run, with_cron: Machine) -> None:
    assert "will not begin without a contact" in run("schedule", "install").stderr
    assert run("schedule", "install", "--", "--contact=me@example.org").stderr == ""
    assert run("schedule", "install", "--", "--mirror", "http://127.0.0.1:9000{path}").stderr == ""


def test_options_of_the_crawl_stand_after_two_dashes_and_the_contact_comes_along(run: Run, machine: Machine) -> None:
    env = {"SEEALSO_CONTACT": "watch@example.org"}
    for arguments in (("asianews", "--"), ("--",)):
        shown = run(
            "schedule", "install", "--dry-run", *arguments, "--max-articles", "500", "--log-format", "json", env=env
        )
        assert shown.exit_code == 0, shown.output
        command = as_cron_runs_it(shown.stdout.splitlines()[1])
        assert "--if-due 6h --max-articles 500 --log-format json --contact watch@example.org >/dev/null" in command
        assert shown.stderr.startswith("seealso: ")  # the log format is the crawl's, not ours
    own = run("schedule", "install", "--dry-run", "--", "--contact", "me@example.org", env=env).stdout
    assert "--contact me@example.org >/dev/null" in own


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("asianew",), "Did you mean asianews?"),
        (("--every", "often"), "is no length of time"),
        (("--every", "1m"), "is not from 15m to 8w"),
        (("--", "--max-articles", "many"), "many"),
        (("--", "--since", "soon"), "YYYY"),
        (("--", "--nonsense"), "nonsense"),
        (("--", "--archive", "x.db"), "--archive belongs before --"),
        (("--", "--if-due=1h"), "--if-due=1h belongs before --"),
        (
            ("--every", "1d", "--", "--list", "s.txt", "--work", "w"),
            "seealso crawl --list s.txt --work w --if-due 1d\n",
        ),
        (("asianews", "--", "--together", "2"), "--together is for crawls of many sites, and a schedule is of one"),
    ],
)
def test_what_would_fail_every_six_hours_is_told_now(
    run: Run, with_cron: Machine, arguments: tuple[str, ...], words: str
) -> None:
    shown = run("schedule", "install", *arguments)
    assert shown.exit_code == 1
    assert words in shown.stderr
    assert shown.stderr.count("\n") == 1
    assert not with_cron.crontab.exists()


def test_each_part_has_help(run: Run) -> None:
    for name in ("install", "show", "remove"):
        shown = run("schedule", name, "--help")
        assert shown.exit_code == 0
        assert "--archive PATH" in shown.output
        assert re.search(rf"^  {name} +[A-Z].*\.$", run("schedule", "--help").output, re.MULTILINE)
