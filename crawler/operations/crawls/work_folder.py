"""The folder of crawls of many sites: a folder for each site, and one for each command that is at work.

``WORK/SITE`` has the archive, its lease, its log and ``crawl.json``, the record of the last crawl.
``WORK/.commands/TOKEN`` has what one command wants of each site and how that ended; it is gone when the command is.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from crawler.atomic_file import replace_file

_COMMANDS: Final = ".commands"
_FORGET_SECONDS: Final = 30 * 86_400
"""After so long the folder of a command that was killed is removed."""
MAX_RECORD_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlRecord:
    """How the crawl of one site ended.

    Attributes:
        site: the name of its folder.
        arguments: of ``seealso crawl``.
        outcome: of its run, as in a report; without one ``not begun``, ``not now``, ``killed``, ``died`` or ``failed``.
        exit_code: of its process.
        is_finished: True when the same crawl is not run again by the same command.
        run: the number of its run, None without one.
        pages: fetched by that run.
        articles: that the archive holds after it.
        queue: addresses that wait.
        began_at: when, by the clock of its machine.
        ended_at: the same.
        host: the machine.
        message: a line for people.

    """

    site: str
    arguments: tuple[str, ...] = ()
    outcome: str
    exit_code: int
    is_finished: bool = False
    run: int | None = None
    pages: int | None = None
    articles: int | None = None
    queue: int | None = None
    began_at: str | None = None
    ended_at: str | None = None
    host: str | None = None
    message: str | None = None

    @property
    def is_sound(self) -> bool:
        """True when the values have the types that they are declared with; a file may hold others."""
        numbers = (self.run, self.pages, self.articles, self.queue)
        texts = (self.began_at, self.ended_at, self.host, self.message)
        return (
            all(isinstance(text, str) for text in (self.site, self.outcome, *self.arguments))
            and all(isinstance(number, int | None) for number in numbers)
            and all(isinstance(text, str | None) for text in texts)
            and isinstance(self.exit_code, int)
            and isinstance(self.is_finished, bool)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """What a command wants of one site.

    Attributes:
        arguments: of ``seealso crawl``.
        again: crawl it also where that was finished before; where it is not finished now, a later command does it.
        if_due: begin also where it was finished before, as the crawl decides whether it is due.

    """

    arguments: tuple[str, ...]
    again: bool = False
    if_due: bool = False

    def is_met_by(self, record: CrawlRecord | None) -> bool:
        """Return True if the last crawl of the site was this one, and finished."""
        is_same = record is not None and record.is_finished and record.arguments == self.arguments
        return is_same and not (self.again or self.if_due)


class SiteFolder:
    """The folder of one site."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = path / "archive.db"
        self.lease = path / "lease"
        self.log = path / "crawl.log"
        self._record = path / "crawl.json"

    def prepare(self) -> None:
        """Make the folder, and that of its lease, which every crawl into the archive holds from then on."""
        self.lease.mkdir(parents=True, exist_ok=True)

    def read_record(self) -> CrawlRecord | None:
        """Return the record of the last crawl; None where there is none, or none that can be read."""
        return _read_record(self._record)

    def write_record(self, record: CrawlRecord) -> None:
        """Put a record in the place of the last one."""
        _write(self._record, asdict(record))

    def forget_end(self) -> None:
        """Let the next command crawl the site, whether it was finished or not."""
        record = self.read_record()
        if record is not None and record.is_finished:
            self.write_record(replace(record, is_finished=False))


class CommandFolder:
    """The folder of one command, through which it and its tasks speak, on whatever machines they are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.work = path.parent.parent

    @classmethod
    def make(cls, work: Path) -> CommandFolder:
        """Make a folder for a new command, and remove those of commands that were killed long ago."""
        commands = work / _COMMANDS
        commands.mkdir(parents=True, exist_ok=True)
        for former in commands.iterdir():
            with suppress(OSError):
                if time.time() - former.stat().st_mtime > _FORGET_SECONDS:
                    shutil.rmtree(former, ignore_errors=True)
        command = cls(commands / secrets.token_hex(8))
        command.path.mkdir()
        return command

    def remove(self) -> None:
        """Remove the folder; tasks that still run take that for a request to stop."""
        shutil.rmtree(self.path, ignore_errors=True)

    def write_order(self, site: str, order: CrawlOrder) -> None:
        """Write what is wanted of a site."""
        _write(self.path / f"{site}.order.json", asdict(order))

    def read_order(self, site: str) -> CrawlOrder:
        """Return what is wanted of a site. Raises OSError where the command has ended."""
        values = json.loads((self.path / f"{site}.order.json").read_bytes())
        return CrawlOrder(**(values | {"arguments": tuple(values["arguments"])}))

    def write_end(self, record: CrawlRecord) -> None:
        """Write how the crawl of a site ended; nothing where nobody waits for it any more."""
        with suppress(FileNotFoundError):
            _write(self.path / f"{record.site}.end.json", asdict(record))

    def read_end(self, site: str) -> CrawlRecord | None:
        """Return how the crawl of a site ended; None where it has not."""
        return _read_record(self.path / f"{site}.end.json")

    def request_stop(self, requests: int) -> None:
        """Ask all tasks to stop, for the first time or once more."""
        with suppress(OSError):
            (self.path / f"stop{requests}").touch()

    def count_stops(self) -> int:
        """Return how many times the tasks were asked to stop; the end of the command is once."""
        if (self.path / "stop2").exists():
            return 2
        return int((self.path / "stop1").exists() or not self.path.is_dir())


def list_site_folders(work: Path) -> list[SiteFolder]:
    """Return the folders below ``work`` that have an archive or a record, by name. Raises OSError."""
    folders = [SiteFolder(path) for path in sorted(work.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    return [folder for folder in folders if folder.archive.is_file() or folder.read_record() is not None]


def _read_record(path: Path) -> CrawlRecord | None:
    try:
        with path.open("rb") as file:
            values: dict[str, Any] = json.loads(file.read(MAX_RECORD_BYTES))
        record = CrawlRecord(**(values | {"arguments": tuple(values["arguments"])}))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return record if record.is_sound else None


def _write(path: Path, values: dict[str, Any]) -> None:
    with replace_file(path) as unfinished:
        unfinished.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
