"""Cron: writes a schedule as two lines of the user's crontab, comment and command, each with our mark at its end."""

from __future__ import annotations

import re
import shlex

from crawler.operations.schedule.plan import SCHEDULE_MARK, CannotSchedule, CrawlSchedule, InstalledSchedule
from crawler.operations.schedule.tools import check_tool, is_on_path, run_tool

MAX_LINE = 900
"""The most bytes of a command; most crons take 998."""
_OURS = re.compile(rf"# {SCHEDULE_MARK} (?P<name>\S+)\s*$")
_COMMAND = re.compile(r"\s*(?:\S+\s+){5}(?P<command>.+)")
_NO_CRONTAB = ("no crontab for", "no such file")


def is_available() -> bool:
    """Return True if this user can have a crontab here."""
    return is_on_path("crontab")


def make_lines(plan: CrawlSchedule) -> list[str]:
    """Return the lines of a schedule. Raises CannotSchedule for a command that a crontab cannot hold."""
    command = f"cd {shlex.quote(str(plan.folder))} && {shlex.join(plan.command)} >/dev/null"
    if any(ord(letter) < 32 for letter in command):
        raise CannotSchedule("a crontab cannot hold line breaks or control characters: take them out of the command")
    if "\\\\" in command or "\\%" in command:  # crons differ in how they read these
        raise CannotSchedule("a crontab cannot hold \\\\ or \\% reliably: use --with systemd, or another path")
    command = command.replace("%", "\\%")  # bare, it would end the command
    if len(command.encode("utf-8", "surrogateescape")) > MAX_LINE:
        raise CannotSchedule("the command is too long for a crontab: put it into a script, or use --with systemd")
    mark = f"# {SCHEDULE_MARK} {plan.name}"
    minutes = ",".join(map(str, plan.minutes))
    return [f"# {plan.meaning} {mark}", f"{minutes} * * * * {command} {mark}"]


def install(plan: CrawlSchedule) -> bool:
    """Write a schedule into the crontab, in place of one of the same name; return True if that changed anything."""
    before = _read_crontab()
    lines = make_lines(plan)
    other_lines = [line for line in before if _find_name(line) != plan.name]
    if [line for line in before if _find_name(line) == plan.name] == lines:
        return False
    _write_crontab([*other_lines, *lines])
    return True


def remove(name: str) -> bool:
    """Remove the lines of a schedule from the crontab, and no others; return True if there were any."""
    before = _read_crontab()
    other_lines = [line for line in before if _find_name(line) != name]
    if len(other_lines) == len(before):
        return False
    _write_crontab(other_lines)
    return True


def list_installed() -> list[InstalledSchedule]:
    """Return our schedules in the crontab."""
    schedules = []
    for line in _read_crontab():
        name = _find_name(line)
        command = _COMMAND.fullmatch(_OURS.sub("", line))
        if name is not None and command is not None and not line.lstrip().startswith("#"):
            schedules.append(
                InstalledSchedule(name=name, by="cron", command=command["command"].strip().replace("\\%", "%"))
            )
    return schedules


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
