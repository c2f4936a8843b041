"""systemd: writes a schedule as service and timer among the user's units (``Persistent=`` catches up missed runs)."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

from crawler.operations.schedule.environment import (
    find_environment_file,
    remove_environment_file,
    write_environment_file,
)
from crawler.operations.schedule.plan import SCHEDULE_MARK, CannotSchedule, CrawlSchedule, InstalledSchedule, Variable
from crawler.operations.schedule.scheduler_commands import check_tool, is_on_path, run_tool
from crawler.system.user_folder import find_config_folder

_OURS = re.compile(rf"^# {SCHEDULE_MARK} (?P<name>\S+)\n# (?P<command>.*)\n", re.MULTILINE)


def is_available() -> bool:
    """Return True if the user's own systemd is running; containers often have the program without it."""
    return is_on_path("systemctl") and run_tool("systemctl", "--user", "show-environment").returncode == 0


def find_unit_folder() -> Path:
    """Return the folder of the user's units; raises CannotSchedule for a user without a home, who has none."""
    folder = find_config_folder()
    if folder is None:
        raise CannotSchedule("this user has no home folder: set XDG_CONFIG_HOME")
    return folder / "systemd" / "user"


def make_units(plan: CrawlSchedule) -> dict[str, str]:
    """Return file name → text of the units of a schedule. Raises CannotSchedule for what a unit cannot hold."""
    texts = (*plan.command, str(plan.folder))
    if any(ord(letter) < 32 for text in texts for letter in text):
        raise CannotSchedule("a unit cannot hold line breaks or control characters: take them out of the command")
    head = f"# {SCHEDULE_MARK} {plan.name}\n# {shlex.join(plan.command)}\n"
    # env comes first because systemd reads the path of the program by other rules than its arguments.
    command = " ".join(("/usr/bin/env", *(_quote_word(text) for text in plan.command)))
    service = f"""{head}[Unit]
Description=seealso: crawl {plan.site}

[Service]
Type=oneshot
WorkingDirectory={str(plan.folder).replace("%", "%%")}
{_make_environment(plan)}ExecStart={command}
SuccessExitStatus=130
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


def select_file_variables(plan: CrawlSchedule) -> tuple[Variable, ...]:
    """Return the variables that go into a file of their own, because systemd tells everybody what a unit holds."""
    return tuple(variable for variable in plan.environment if variable.is_secret)


def _make_environment(plan: CrawlSchedule) -> str:
    """Return the lines of a service that set its environment."""
    lines = [
        f"Environment={_quote_word(f'{variable.name}={variable.value}').replace('$$', '$')}\n"
        for variable in plan.environment
        if not variable.is_secret
    ]
    if select_file_variables(plan):
        path = str(find_environment_file(plan.name)).replace("%", "%%")
        lines.append(f"EnvironmentFile={path}\n")
    return "".join(lines)


def install(plan: CrawlSchedule) -> bool:
    """Write and start a schedule, in place of one of the same name; return True if that changed anything."""
    units = make_units(plan)
    timer = f"seealso-{plan.name}.timer"
    folder = find_unit_folder()
    is_new_environment = write_environment_file(plan, select_file_variables(plan))
    same = not is_new_environment and all(_read_text(folder / name) == text for name, text in units.items())
    if same and run_tool("systemctl", "--user", "is-enabled", timer).returncode == 0:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in units.items():
            _refuse_foreign(folder / name)
            _write_unit(folder / name, text)
    except OSError as problem:
        raise CannotSchedule(f"cannot write units to {folder} ({problem.strerror or problem})") from None
    check_tool("systemctl", "--user", "daemon-reload")
    check_tool("systemctl", "--user", "enable", timer)
    check_tool("systemctl", "--user", "restart", timer)  # a running one would keep its former times
    return True


def remove(name: str) -> bool:
    """Stop a schedule and remove its units, and no others; return True if there were any."""
    if find_config_folder() is None:
        return False
    ours = [path for path in _make_unit_paths(name) if (text := _read_text(path)) is not None and _is_ours(text, name)]
    if not ours:
        return False
    has_systemd = is_available()
    if has_systemd:
        check_tool("systemctl", "--user", "disable", "--now", f"seealso-{name}.timer")
    remove_environment_file(name)
    for path in ours:
        path.unlink(missing_ok=True)
    if has_systemd:
        check_tool("systemctl", "--user", "daemon-reload")
    return True


def list_installed() -> list[InstalledSchedule]:
    """Return our schedules among the user's units."""
    schedules = []
    try:
        paths = sorted(find_unit_folder().glob("seealso-*.timer"))
    except (OSError, CannotSchedule):  # the home folder is somebody else's, or none: there is no schedule of this user
        paths = []
    for path in paths:
        match = _OURS.match(_read_text(path) or "")
        if match is not None:
            since = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            schedules.append(InstalledSchedule(name=match["name"], by="systemd", command=match["command"], since=since))
    return schedules


def _make_unit_paths(name: str) -> tuple[Path, Path]:
    return find_unit_folder() / f"seealso-{name}.service", find_unit_folder() / f"seealso-{name}.timer"


def _write_unit(path: Path, text: str) -> None:
    """Write a unit for its owner alone: options of the crawl may hold what others should not read."""
    with path.open("w", encoding="utf-8", errors="surrogateescape") as file:
        path.chmod(0o600)
        file.write(text)


def _refuse_foreign(path: Path) -> None:
    text = _read_text(path)
    if text is not None and _OURS.match(text) is None:
        raise CannotSchedule(f"{path} was not written by seealso: move it away first")


def _is_ours(text: str, name: str) -> bool:
    match = _OURS.match(text)
    return match is not None and match["name"] == name


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None


def _quote_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
