"""Cron: a plan is two lines of the user's crontab, a comment and a command, each marked as ours at its end."""

from __future__ import annotations

import re
import shlex

from crawler.operations.schedule.plan import SCHEDULE_MARK, CannotSchedule, CrawlSchedule, InstalledSchedule
from crawler.operations.schedule.tools import check_tool, is_on_path, run_tool

MAX_LINE = 900
"""Bytes of a command; most crons take 998."""
_OURS = re.compile(rf"# {SCHEDULE_MARK} (?P<name>\S+)\s*$")
_COMMAND = re.compile(r"\s*(?:\S+\s+){5}(?P<command>.+)")
_NO_CRONTAB = ("no crontab for", "no such file")


def is_available() -> bool:
    """Say whether this user can have a crontab here."""
    return is_on_path("crontab")


def make_lines(plan: CrawlSchedule) -> list[str]:
    """Return the lines of a plan. Raises CannotSchedule for what a crontab cannot hold."""
    command = f"cd {shlex.quote(str(plan.folder))} && {shlex.join(plan.command)} >/dev/null"
    if any(ord(letter) < 32 for letter in command):
        raise CannotSchedule("a crontab cannot hold line breaks or control characters: take them out of the command")
    if "\\\\" in command or "\\%" in command:  # crons differ in what they make of these
        raise CannotSchedule("a crontab cannot hold \\\\ or \\% reliably: use --with systemd, or another path")
    command = command.replace("%", "\\%")  # bare, it would end the command
    if len(command.encode("utf-8", "surrogateescape")) > MAX_LINE:
        raise CannotSchedule("the command is too long for a crontab: put it into a script, or use --with systemd")
    mark = f"# {SCHEDULE_MARK} {plan.name}"
    minutes = ",".join(map(str, plan.minutes))
    return [f"# {plan.meaning} {mark}", f"{minutes} * * * * {command} {mark}"]


def install(plan: CrawlSchedule) -> bool:
    """Write a plan into the crontab, in place of one of the same name; return whether that changed anything."""
    before = _read()
    lines = make_lines(plan)
    kept = [line for line in before if _name_of(line) != plan.name]
    if [line for line in before if _name_of(line) == plan.name] == lines:
        return False
    _write([*kept, *lines])
    return True


def remove(name: str) -> bool:
    """Take the lines of a plan out of the crontab, and no others; return whether there were any."""
    before = _read()
    kept = [line for line in before if _name_of(line) != name]
    if len(kept) == len(before):
        return False
    _write(kept)
    return True


def list_installed() -> list[InstalledSchedule]:
    """Return the plans in the crontab."""
    found = []
    for line in _read():
        name = _name_of(line)
        command = _COMMAND.fullmatch(_OURS.sub("", line))
        if name is not None and command is not None and not line.lstrip().startswith("#"):
            found.append(
                InstalledSchedule(name=name, by="cron", command=command["command"].strip().replace("\\%", "%"))
            )
    return found


def _name_of(line: str) -> str | None:
    found = _OURS.search(line)
    return found["name"] if found else None


def _read() -> list[str]:
    ended = run_tool("crontab", "-l")
    if ended.returncode:
        said = " ".join(ended.stderr.split())
        if any(words in said.lower() for words in _NO_CRONTAB):
            return []
        # Whatever else it is, writing now could throw away a crontab that is there.
        raise CannotSchedule(f"'crontab -l' failed: {said[:300] or f'exit code {ended.returncode}'}")
    return ended.stdout.removesuffix("\n").split("\n") if ended.stdout else []


def _write(lines: list[str]) -> None:
    check_tool("crontab", "-", given="".join(f"{line}\n" for line in lines))
