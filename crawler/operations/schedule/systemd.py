"""systemd: a plan is a service and a timer among the user's units; a missed slot is caught up (``Persistent=``)."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from crawler.operations.schedule.plan import SCHEDULE_MARK, CannotSchedule, CrawlSchedule, InstalledSchedule
from crawler.operations.schedule.tools import check_tool, is_on_path, run_tool

_OURS = re.compile(rf"^# {SCHEDULE_MARK} (?P<name>\S+)\n# (?P<command>.*)\n", re.MULTILINE)


def is_available() -> bool:
    """Say whether this user's own systemd is running here; containers often have the program and no more."""
    return is_on_path("systemctl") and run_tool("systemctl", "--user", "show-environment").returncode == 0


def folder() -> Path:
    """Return where the user's units are."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def make_units(plan: CrawlSchedule) -> dict[str, str]:
    """Return the unit files of a plan, name → text. Raises CannotSchedule for what a unit cannot hold."""
    words = (*plan.command, str(plan.folder))
    if any(ord(letter) < 32 for word in words for letter in word):
        raise CannotSchedule("a unit cannot hold line breaks or control characters: take them out of the command")
    head = f"# {SCHEDULE_MARK} {plan.name}\n# {shlex.join(plan.command)}\n"
    # env comes first because systemd reads the program's own path by other rules than the words after it.
    command = " ".join(("/usr/bin/env", *(_quote_word(word) for word in plan.command)))
    service = f"""{head}[Unit]
Description=seealso: crawl {plan.site}

[Service]
Type=oneshot
WorkingDirectory={str(plan.folder).replace("%", "%%")}
ExecStart={command}
Nice=10
TimeoutStopSec=120
"""
    timer = f"""{head}[Unit]
Description={plan.meaning}

[Timer]
OnCalendar=*-*-* *:{",".join(f"{minute:02}" for minute in plan.minutes)}:00
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"seealso-{plan.name}.service": service, f"seealso-{plan.name}.timer": timer}


def install(plan: CrawlSchedule) -> bool:
    """Write and start a plan, in place of one of the same name; return whether that changed anything."""
    units = make_units(plan)
    timer = f"seealso-{plan.name}.timer"
    same = all(_text(folder() / name) == text for name, text in units.items())
    if same and run_tool("systemctl", "--user", "is-enabled", timer).returncode == 0:
        return False
    try:
        folder().mkdir(parents=True, exist_ok=True)
        for name, text in units.items():
            _refuse_foreign(folder() / name)
            (folder() / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    except OSError as problem:
        raise CannotSchedule(f"cannot write units to {folder()} ({problem.strerror or problem})") from None
    check_tool("systemctl", "--user", "daemon-reload")
    check_tool("systemctl", "--user", "enable", timer)
    check_tool("systemctl", "--user", "restart", timer)  # a running one would keep its former times
    return True


def remove(name: str) -> bool:
    """Stop a plan and take its units away, and no others; return whether there were any."""
    ours = [path for path in _unit_paths(name) if (text := _text(path)) is not None and _is_ours(text, name)]
    if not ours:
        return False
    here = is_available()
    if here:
        check_tool("systemctl", "--user", "disable", "--now", f"seealso-{name}.timer")
    for path in ours:
        path.unlink(missing_ok=True)
    if here:
        check_tool("systemctl", "--user", "daemon-reload")
    return True


def list_installed() -> list[InstalledSchedule]:
    """Return the plans among the user's units."""
    found = []
    for path in sorted(folder().glob("seealso-*.timer")) if folder().is_dir() else []:
        told = _OURS.match(_text(path) or "")
        if told is not None:
            found.append(InstalledSchedule(name=told["name"], by="systemd", command=told["command"]))
    return found


def _unit_paths(name: str) -> tuple[Path, Path]:
    return folder() / f"seealso-{name}.service", folder() / f"seealso-{name}.timer"


def _refuse_foreign(path: Path) -> None:
    text = _text(path)
    if text is not None and _OURS.match(text) is None:
        raise CannotSchedule(f"{path} was not written by seealso: move it away first")


def _is_ours(text: str, name: str) -> bool:
    told = _OURS.match(text)
    return told is not None and told["name"] == name


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None


def _quote_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
