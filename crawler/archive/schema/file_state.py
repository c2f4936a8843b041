"""Tells the states of an archive's file apart, each with what is the matter and the advice that loses nothing.

The states are values that programs may decide by; the sentences are for people. Opening an archive, an error while it
is read and ``seealso doctor`` all take their words from here.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote

from crawler.archive.schema.error_codes import lacks_room_beside
from crawler.archive.schema.migrations import APPLICATION_ID
from crawler.errors import ArchiveUnusable

SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_WAL_VERSION: Final = 2
"""Bytes 18 and 19 of a file in WAL mode."""
_COPY_BOTH: Final = (
    "make room there if the disk is full, or copy both files into a folder that you may write, and name the copy with "
    "--archive"
)
MARKED_BY: Final = ("articles", "see_also", "captures", "addresses", "runs")
"""Tables by which an archive without its mark is recognised, besides the list of its migrations."""


class FileState(StrEnum):
    """The state of the file at an archive's path."""

    MISSING = "missing"
    """Nothing is there, nor beside it."""
    LOST = "lost"
    """Nothing is there, but WARC files of the archive lie beside it."""
    FOLDER = "folder"
    UNREADABLE = "unreadable"
    """This user may not read it."""
    EMPTY = "empty"
    """It holds no tables."""
    LOG_MISSING = "log_missing"
    """It holds no tables, but is in WAL mode and was in use: a copy of a file whose content was still in the log."""
    LOG_UNREADABLE = "log_unreadable"
    """Its log holds changes, which SQLite can read only where it may write."""
    UNDO_UNREADABLE = "undo_unreadable"
    """A killed program has left a rollback journal, which SQLite can use only where it may write."""
    OBSTRUCTED = "obstructed"
    """The disk, or another program, is in the way of reading it."""
    OTHER_FILE = "other_file"
    """It is no SQLite file."""
    OVERWRITTEN = "overwritten"
    """It does not begin as a SQLite file, but what lies beside it shows that it was an archive."""
    OTHER_DATABASE = "other_database"
    """It is the database of another program."""
    UNMARKED = "unmarked"
    """It has the tables of an archive without its mark: it went through a dump."""
    NEWER = "newer"
    """A newer version of this program made it."""
    OLDER = "older"
    """Migrations are pending."""
    INDEX_DAMAGED = "index_damaged"
    """Only the search index, or space that nothing uses, is damaged."""
    DAMAGED = "damaged"
    SOUND = "sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """A state in words: one line that says what is the matter, and one that says what to do."""

    state: FileState
    message: str
    advice: str


class FileUnusable(ArchiveUnusable):
    """The archive's file cannot be used as it is; ``state`` tells why, the message what to do."""

    def __init__(self, report: FileReport) -> None:
        joint = "; " if report.state is FileState.MISSING else ": "
        super().__init__(f"{report.message}{joint}{report.advice}")
        self.report = report

    @property
    def state(self) -> FileState:
        """The state of the file."""
        return self.report.state


def make_report(state: FileState, path: Path, detail: str = "") -> FileReport:
    """Return the words for a state of the file at ``path``; ``detail`` is SQLite's, or a step of the migrations."""
    option = format_option(path)
    noted = f" ({detail})" if detail else ""
    making = f"seealso demo{option} or seealso crawl SITE{option}, or name another"
    message, advice = {
        FileState.MISSING: (f"no archive at {path}", f"make one with {making}"),
        FileState.LOST: (
            f"no archive at {path}, but its WARC files are in {find_captures(path)}",
            f"restore a backup, or make it anew from them, without a request: seealso rebuild{option}",
        ),
        FileState.FOLDER: (f"{path} is a folder", f"name a file in it, such as {path / 'archive.db'}"),
        FileState.UNREADABLE: (f"cannot read {path}{noted}", f"let this user read it: chmod u+rw {path}"),
        FileState.EMPTY: (f"{path} is empty", f"fill it with {making}"),
        FileState.LOG_MISSING: (
            f"{path} is empty",
            f"fill it with {making}; if it is a copy, its log is missing: "
            f"copy {path.name} and {path.name}-wal together, or use seealso backup" + _advise_rebuild(path, "; or "),
        ),
        FileState.LOG_UNREADABLE: (
            f"the newest changes of {path} are in {path.name}-wal, which can be read only where SQLite may write",
            f"the archive is whole; {_COPY_BOTH}",
        ),
        FileState.UNDO_UNREADABLE: (
            f"a program was killed while it wrote {path}: what takes its changes back is in {path.name}-journal, which "
            "can be used only where SQLite may write",
            f"nothing is lost; {_COPY_BOTH}",
        ),
        FileState.OBSTRUCTED: (
            f"{path} cannot be read now{noted}",
            "nothing says that it is damaged; make room if the disk is full, let other programs finish, look whether "
            "the disk fails, then try again",
        ),
        FileState.OTHER_FILE: (f"{path} is not an archive (not a SQLite file)", "name another with --archive"),
        FileState.OVERWRITTEN: (
            f"the beginning of {path} is overwritten: it was an archive, and is no SQLite file any more",
            _advise_restoring(path),
        ),
        FileState.OTHER_DATABASE: (
            f"{path} is a SQLite database, but not an archive of seealso",
            "name another with --archive",
        ),
        FileState.UNMARKED: (
            f"{path} has the tables of an archive without its mark, as after a dump; it is whole",
            f"set it again, and make the search index anew, with seealso doctor --fix{option}",
        ),
        FileState.NEWER: (f"{path} was made by a newer version of seealso (step {detail})", "upgrade first"),
        FileState.OLDER: (
            f"{path} was made by an older version",
            (f"make a copy (seealso backup FOLDER{option}), then " if detail else "")
            + "bring it up to date "
            + (f"(it takes {detail}) " if detail else "")
            + f"with seealso doctor --fix{option}",
        ),
        FileState.INDEX_DAMAGED: (
            f"the search index of {path} is damaged{noted}; the articles are not",
            f"make it anew from them with seealso doctor --fix{option}",
        ),
        FileState.DAMAGED: (f"{path} is damaged{noted}", _advise_copying(path) + _advise_restoring(path)),
        FileState.SOUND: (f"{path} is a whole SQLite file", ""),
    }[state]
    return FileReport(state=state, message=message, advice=advice)


def format_option(path: Path) -> str:
    """Return the option by which a suggested command means this archive; empty for the default one."""
    return "" if path == Path("archive.db") else f" --archive {shlex.quote(str(path))}"


def find_log(path: Path) -> Path:
    """Return the path of an archive's log of changes that are not in the file yet."""
    return path.with_name(path.name + "-wal")


def find_captures(path: Path) -> Path:
    """Return the folder of WARC files that belongs to an archive, which lies beside the file that links lead to."""
    return (path.resolve() if path.is_symlink() else path).with_suffix(".warc")


def has_captures(path: Path) -> bool:
    """Return True if WARC files lie in the folder that belongs to the archive at ``path``."""
    folder = find_captures(path)
    return folder.is_dir() and next(folder.glob("*.warc.gz"), None) is not None


def inspect_head(path: Path) -> FileReport | None:
    """Return what is wrong at a path before SQLite opens it; None when a file of SQLite is there."""
    if path.is_dir():
        return make_report(FileState.FOLDER, path)
    if not path.exists():
        return make_report(FileState.LOST if has_captures(path) else FileState.MISSING, path)
    if not path.is_file():  # a pipe would be waited for
        return make_report(FileState.OTHER_FILE, path)
    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE_MAGIC))
    except OSError as error:
        return make_report(FileState.UNREADABLE, path, error.strerror or str(error))
    if head == SQLITE_MAGIC:
        return None
    if not head:
        return make_report(FileState.EMPTY, path)
    was_archive = has_captures(path) or _has_locks(path)
    return make_report(FileState.OVERWRITTEN if was_archive else FileState.OTHER_FILE, path)


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a SQLite file to read, with its log; where nothing can be written beside it without one, if none is waiting.

    What a killed program has left half written is taken back first, as by whoever opens the file to write.

    Raises sqlite3.OperationalError when the file cannot be read, and FileUnusable when its log or journal cannot.
    """
    try:
        return _connect(path)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK and _take_back(path):
            return _connect(path)
        # In a folder that cannot be written, and on a full disk, SQLite cannot make the shared memory of WAL mode.
        # Without a log waiting to be read the file alone is complete.
        if not lacks_room_beside(error):
            raise
        if _has_log(path):
            raise FileUnusable(make_report(FileState.LOG_UNREADABLE, path)) from error
        if _holds_bytes(path.with_name(path.name + "-journal")):
            raise FileUnusable(make_report(FileState.UNDO_UNREADABLE, path)) from error
    return _connect(path, "&immutable=1")


def can_be_shared(path: Path) -> bool:
    """Return False for a file beside which SQLite cannot make what it needs to read it while others write."""
    try:
        _connect(path).close()
    except sqlite3.OperationalError as error:
        return not lacks_room_beside(error)
    return True


def _connect(path: Path, options: str = "") -> sqlite3.Connection:
    """Open a SQLite file to read, and read its schema, so that what is in the way is met here."""
    conn = sqlite3.connect(f"file:{quote(os.fsencode(path.absolute()))}?mode=ro{options}", uri=True)
    try:
        conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        conn.close()
        raise
    return conn


def _take_back(path: Path) -> bool:
    """Let SQLite undo what a killed program has left half written; return False where it cannot write."""
    with closing(sqlite3.connect(f"file:{quote(os.fsencode(path.absolute()))}?mode=rw", uri=True)) as conn:
        try:
            conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError:
            return False
    return True


def name_empty(path: Path) -> FileState:
    """Return the state of a file without tables: empty, or the copy of one whose content was in its log."""
    with path.open("rb") as file:
        head = file.read(20)
    is_wal = head[18:20] == bytes([_WAL_VERSION, _WAL_VERSION])
    return FileState.LOG_MISSING if is_wal and not _has_log(path) else FileState.EMPTY


def read_mark(conn: sqlite3.Connection) -> FileState:
    """Return SOUND for a database with the mark of an archive, UNMARKED for one that has only the tables, else
    OTHER_DATABASE.
    """
    (application_id,) = conn.execute("PRAGMA application_id").fetchone()
    if application_id == APPLICATION_ID:
        return FileState.SOUND
    tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if application_id == 0 and tables.issuperset((*MARKED_BY, "_sqlite_migrations")):
        (steps,) = conn.execute(
            "SELECT count(*) FROM _sqlite_migrations WHERE migration_set = 'seealso' AND name = 'm001_first_light'"
        ).fetchone()
        if steps:
            return FileState.UNMARKED
    return FileState.OTHER_DATABASE


def has_tables(conn: sqlite3.Connection) -> bool:
    """Return True if a database has any table but an empty list of migrations, which a killed first crawl leaves."""
    tables = {name for (name,) in conn.execute("SELECT tbl_name FROM sqlite_schema")}
    if tables != {"_sqlite_migrations"}:
        return bool(tables)
    return bool(conn.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0])


def set_mark(conn: sqlite3.Connection) -> None:
    """Write the mark of an archive into the header of its file."""
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _has_log(path: Path) -> bool:
    """Return True if a log with changes lies beside a file; who reads makes an empty one."""
    return _holds_bytes(find_log(path))


def _holds_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _has_locks(path: Path) -> bool:
    """Return True if a crawl has left its lock file beside a path; one that this process holds tells nothing."""
    locks = path.parent.glob(f"{_escape(path.name)}.*.lock")
    return any(lock.read_bytes()[:20].strip() != str(os.getpid()).encode() for lock in locks)


def _escape(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _advise_copying(path: Path) -> str:
    """Return the first advice for a damaged file in WAL mode without its log, which a copy may lack."""
    try:
        if path.is_file() and name_empty(path) is FileState.LOG_MISSING:
            return f"if it was copied while something wrote, copy it again together with {path.name}-wal; else "
    except OSError:
        pass
    return ""


def _advise_restoring(path: Path) -> str:
    return "restore a backup" + (_advise_rebuild(path, "; or ") or ", or crawl into a new one")


def _advise_rebuild(path: Path, before: str) -> str:
    """Return the advice to make the archive anew from its WARC files; empty where there are none."""
    if not has_captures(path):
        return ""
    aside = shlex.quote(f"{path}.damaged")
    return (
        f"{before}move it aside (mv {shlex.quote(str(path))} {aside}) and make it anew from its WARC files, without a "
        f"request: seealso rebuild{format_option(path)}"
    )
