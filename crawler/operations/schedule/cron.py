"""Cron: writes a schedule as two lines of the user's crontab, comment and command, each with our mark at its end."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from datetime import UTC, date, datetime

from crawler.operations.schedule.environment import (
    find_environment_file,
    remove_environment_file,
    write_environment_file,
)
from crawler.operations.schedule.plan import SCHEDULE_MARK, CannotSchedule, CrawlSchedule, InstalledSchedule, Variable
from crawler.operations.schedule.scheduler_commands import check_tool, is_on_path, run_tool

MAX_LINE = 900
"""The most bytes of a command; most crons take 998."""
_OURS = re.compile(rf"# {SCHEDULE_MARK} (?P<name>\S+)\s*$")
_DAY = re.compile(rf"^#.* since=(?P<day>[0-9-]{{10}}) # {SCHEDULE_MARK} (?P<name>\S+)\s*$")
_COMMAND = re.compile(r"\s*(?:\S+\s+){5}(?P<command>.+)")
_NO_CRONTAB = ("no crontab for", "no such file")


def is_available() -> bool:
    """Return True if this user can have a crontab here."""
    return is_on_path("crontab")


def make_lines(plan: CrawlSchedule, since: date | None = None) -> list[str]:
    """Return the lines of a schedule, with the day of its install.

    Raises CannotSchedule for a command that a crontab cannot hold.
    """
    command = _make_command(plan, select_file_variables(plan))
    if any(ord(letter) < 32 for letter in command):
        raise CannotSchedule("a crontab cannot hold line breaks or control characters: take them out of the command")
    if "\\\\" in command or "\\%" in command:  # crons differ in how they read these
        raise CannotSchedule("a crontab cannot hold \\\\ or \\% reliably: use --with systemd, or another path")
    command = command.replace("%", "\\%")  # bare, it would end the command
    if _measure_bytes(command) > MAX_LINE:
        raise CannotSchedule("the command is too long for a crontab: put it into a script, or use --with systemd")
    mark = f"# {SCHEDULE_MARK} {plan.name}"
    minutes = ",".join(map(str, plan.minutes))
    day = f"since={since} " if since is not None else ""
    return [f"# {plan.meaning} {day}{mark}", f"{minutes} * * * * {command} {mark}"]


def preview(plan: CrawlSchedule) -> list[str]:
    """Return the lines that :func:`install` would write."""
    before: list[str] = []
    if is_available():
        with suppress(CannotSchedule):
            before = _read_crontab()
    return _make_dated_lines(plan, before)


def _make_dated_lines(plan: CrawlSchedule, before: list[str]) -> list[str]:
    """Return the lines of a schedule, with the day on which it was first installed."""
    return make_lines(plan, _find_days(before).get(plan.name) or datetime.now(UTC).date())


def select_file_variables(plan: CrawlSchedule) -> tuple[Variable, ...]:
    """Return the variables that go into a file of their own: secret ones, or all where the line has no room for them.

    A line of a crontab is in the list of processes for everybody to see while its command runs.
    """
    secrets = tuple(variable for variable in plan.environment if variable.is_secret)
    line = _make_command(plan, secrets).replace("%", "\\%")
    has_room = _measure_bytes(line) <= MAX_LINE and "\\\\" not in line
    return secrets if has_room else plan.environment


def _make_command(plan: CrawlSchedule, file_variables: tuple[Variable, ...]) -> str:
    """Return the command as a shell runs it: its folder, its environment, the crawl."""
    parts = [f"cd {shlex.quote(str(plan.folder))}"]
    if file_variables:
        parts.append(f"set -a && . {shlex.quote(str(find_environment_file(plan.name)))} && set +a")
    settings = [
        f"{variable.name}={shlex.quote(variable.value)}"
        for variable in plan.environment
        if variable not in file_variables
    ]
    parts.append(f"{' '.join((*settings, shlex.join(plan.command)))} >/dev/null")
    return " && ".join(parts)


def _measure_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def install(plan: CrawlSchedule) -> bool:
    """Write a schedule into the crontab, in place of one of the same name; return True if that changed anything."""
    before = _read_crontab()
    lines = _make_dated_lines(plan, before)
    is_new_environment = write_environment_file(plan, select_file_variables(plan))
    other_lines = [line for line in before if _find_name(line) != plan.name]
    if [line for line in before if _find_name(line) == plan.name] == lines:
        return is_new_environment
    _write_crontab([*other_lines, *lines])
    return True


def remove(name: str) -> bool:
    """Remove the lines of a schedule from the crontab, and no others; return True if there were any.

    Its file of variables goes too.
    """
    before = _read_crontab()
    other_lines = [line for line in before if _find_name(line) != name]
    if len(other_lines) == len(before):
        return False
    remove_environment_file(name)
    _write_crontab(other_lines)
    return True


def list_installed() -> list[InstalledSchedule]:
    """Return our schedules in the crontab."""
    schedules = []
    lines = _read_crontab()
    days = _find_days(lines)
    for line in lines:
        name = _find_name(line)
        command = _COMMAND.fullmatch(_OURS.sub("", line))
        if name is not None and command is not None and not line.lstrip().startswith("#"):
            text = command["command"].strip().replace("\\%", "%")
            schedules.append(InstalledSchedule(name=name, by="cron", command=text, since=days.get(name)))
    return schedules


def _find_days(lines: list[str]) -> dict[str, date]:
    """Return name → day of the install of our schedules, where a comment tells it."""
    days = {}
    for line in lines:
        if match := _DAY.search(line):
            with suppress(ValueError):
                days[match["name"]] = date.fromisoformat(match["day"])
    return days


def _find_name(line: str) -> str | None:
    match = _OURS.search(line)
    return match["name"] if match else None


def _read_crontab() -> list[str]:
    process = run_tool("crontab", "-l")
    if process.returncode:
        message = " ".join(process.stderr.split())
        if any(phrase in message.lower() for phrase in _NO_CRONTAB):
            return []
        # After any other failure there may be a crontab, which writing now could destroy.
        raise CannotSchedule(f"'crontab -l' failed: {message[:300] or f'exit code {process.returncode}'}")
    return process.stdout.removesuffix("\n").split("\n") if process.stdout else []


def _write_crontab(lines: list[str]) -> None:
    check_tool("crontab", "-", stdin="".join(f"{line}\n" for line in lines))
