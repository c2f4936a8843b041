"""A machine with a crontab and a systemctl that keep what they are told in files, for tests of schedules."""

import re
from pathlib import Path

import pytest

from crawler.operations.schedule.environment import read_environment

CRONTAB = """#!/bin/sh
case "$1" in
  -l) if [ -f "$0.kept" ]; then exec /bin/cat "$0.kept"; fi; echo "no crontab for tester" >&2; exit 1;;
  -) exec /bin/cat > "$0.kept";;
esac
exit 2
"""
SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$0.calls"
case "$2" in
  is-enabled) [ -f "$0.enabled" ];;
  enable) : > "$0.enabled";;
  disable) /bin/rm -f "$0.enabled";;
esac
"""


class Machine:
    """A folder of tools that is all of PATH, and a home; nothing else of the environment goes into a schedule."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.tools, self.home = folder / "tools", folder / "home"
        self.tools.mkdir()
        self.home.mkdir()
        for variable in read_environment():
            patch.delenv(variable.name)
        patch.setenv("PATH", str(self.tools))
        patch.setenv("HOME", str(self.home))
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        patch.delenv("SEEALSO_CONTACT", raising=False)

    def gets(self, name: str, script: str) -> None:
        (self.tools / name).write_text(script)
        (self.tools / name).chmod(0o755)

    @property
    def crontab(self) -> Path:
        return self.tools / "crontab.kept"

    @property
    def calls(self) -> list[str]:
        path = self.tools / "systemctl.calls"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def units(self) -> dict[str, str]:
        folder = self.home / ".config/systemd/user"
        return {path.name: path.read_text() for path in sorted(folder.iterdir())} if folder.exists() else {}


def as_cron_runs_it(line: str) -> str:
    """What cron gives to the shell: the sixth field on, a bare % ends it, an escaped one is a percent sign."""
    command = line.split(None, 5)[5]
    return re.split(r"(?<!\\)%", command)[0].replace("\\%", "%")
