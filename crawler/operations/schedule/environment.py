"""The environment of a scheduled crawl: cron and systemd start commands with next to none of what a shell has.

What the crawl needs comes along as it is when the schedule is installed: in the crontab's line or the unit where
anybody may read it, and otherwise, as passwords of proxies, in a file that only its owner can read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from crawler.operations.schedule.plan import SCHEDULE_MARK, CannotSchedule, CrawlSchedule, Variable
from crawler.system.user_folder import find_user_folder

CARRIED_NAMES = frozenset(
    {
        # certificates: OpenSSL reads the first two
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF"),
        # where programs of --notify and files are
        *("PATH", "TMPDIR", "SQLITE_TMPDIR", "PYTHONPATH"),
        *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
        # how text and times are written
        *("TZ", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONUTF8", "PYTHONIOENCODING"),
    }
)
OPTION_NAMES = frozenset({"SEEALSO_CONTACT", "SEEALSO_ARCHIVE", "SEEALSO_SITES"})
"""Variables that a schedule gives as options instead."""
SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY", re.IGNORECASE)

_PROXY_NAME = re.compile(r"[a-z]+_proxy|[A-Z]+_PROXY")
_QUOTED = re.compile(r'(["\\$`])')


def read_environment(environ: Mapping[str, str] = os.environ) -> tuple[Variable, ...]:
    """Return the variables that a crawl needs, by name. Raises CannotSchedule for one that no file can hold."""
    variables = []
    for name, value in sorted(environ.items()):
        is_ours = name.startswith("SEEALSO_") and name not in OPTION_NAMES
        if not value or not (is_ours or name in CARRIED_NAMES or _PROXY_NAME.fullmatch(name)):
            continue
        if any(ord(letter) < 32 for letter in value):
            raise CannotSchedule(f"{name} holds line breaks or control characters, which no schedule can: unset it")
        variables.append(Variable(name=name, value=value, is_secret=_is_secret(name, value)))
    return tuple(variables)


def mask(variable: Variable) -> str:
    """Return the value of a variable for people: without the user and the password of an address."""
    if not variable.is_secret:
        return variable.value
    return re.sub(r"(?<=//).*@|^[^/]*@", "***@", variable.value) if "@" in variable.value else "***"


def make_file_text(name: str, variables: tuple[Variable, ...], *, is_masked: bool = False) -> str:
    """Return a file of variables that both a shell and systemd read; with passwords left out it is for people."""
    lines = []
    for variable in variables:
        value = _QUOTED.sub(r"\\\1", mask(variable) if is_masked else variable.value)
        lines.append(f'{variable.name}="{value}"\n')
    return f"# {SCHEDULE_MARK} {name}\n{''.join(lines)}"


def find_environment_file(name: str) -> Path:
    """Return the path of the file of variables of a schedule, which is there only where something is secret or long.

    Raises CannotSchedule for a user without a home.
    """
    folder = find_user_folder()
    if folder is None:
        raise CannotSchedule("this user has no home folder: set XDG_CONFIG_HOME")
    return folder / f"{name}.env"


def write_environment_file(plan: CrawlSchedule, variables: tuple[Variable, ...]) -> bool:
    """Write the file of variables, for its owner alone, or remove it where there are none; return True on a change.

    Raises CannotSchedule where a file of that name is not ours, or cannot be written.
    """
    if not variables:
        return remove_environment_file(plan.name)
    path, text = find_environment_file(plan.name), make_file_text(plan.name, variables)
    before = _read_text(path)
    if before is not None and not _is_ours(before, plan.name):
        raise CannotSchedule(f"{path} was not written by seealso: move it away first")
    try:
        if before == text and not path.stat().st_mode & 0o077:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        new_path = path.with_name(f"{path.name}.new")
        new_path.unlink(missing_ok=True)
        descriptor = os.open(new_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        new_path.replace(path)
    except OSError as problem:
        raise CannotSchedule(f"{path} cannot be written ({problem.strerror or problem})") from None
    return True


def remove_environment_file(name: str) -> bool:
    """Remove the file of variables of a schedule; return True if there was one, and ours."""
    path = find_environment_file(name)
    text = _read_text(path)
    if text is None or not _is_ours(text, name):
        return False
    path.unlink(missing_ok=True)
    return True


def _is_secret(name: str, value: str) -> bool:
    if SECRET_NAME.search(name):
        return True
    if name.lower().endswith("_proxy"):
        return "@" in value
    return re.search(r"//[^/\s]*@", value) is not None


def _is_ours(text: str, name: str) -> bool:
    return text.startswith(f"# {SCHEDULE_MARK} {name}\n")


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
