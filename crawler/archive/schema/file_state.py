"""Tells the states of an archive's file apart, each with what is the matter and the advice that loses nothing.

The states are values that programs may decide by; the sentences are for people. Opening an archive, an error while it
is read and ``seealso doctor`` all take their words from here.
"""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from crawler.archive.schema.error_codes import UNWRITABLE_CODES, get_code
from crawler.archive.schema.migrations import APPLICATION_ID
from crawler.errors import ArchiveUnusable

SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_WAL_VERSION: Final = 2
"""Bytes 18 and 19 of a file in WAL mode."""
_UNDECODED: Final = re.compile(r"Could not decode to UTF-8 column '([^']{1,100})'")
"""What Python says of a text that is no UTF-8; the text itself follows."""
_MOST_MESSAGES: Final = 5
"""Damages of a file that are listed at most; one is enough to know it."""
MARKED_BY: Final = ("articles", "see_also", "captures", "addresses", "runs")
"""Tables by which an archive without its mark is recognised, besides the list of its migrations."""
INDEX_TABLES: Final = "articles_fts"
"""The search index; the tables in which FTS5 keeps it begin with this name."""


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
            "the archive is whole; copy both files into a folder that you may write, and name the copy with --archive",
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
    """Open a SQLite file to read, with its log; on media that cannot be written without one, if none is waiting.

    Raises sqlite3.OperationalError when the file cannot be read, and FileUnusable when its log cannot.
    """
    uri = f"file:{quote(os.fsencode(path.absolute()))}?mode=ro"
    conn = sqlite3.connect(uri, uri=True)
    try:
        conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        conn.close()
        # In a folder that cannot be written SQLite cannot make the shared memory of WAL mode. Without a log waiting
        # to be read the file alone is complete.
        if get_code(error) not in UNWRITABLE_CODES:
            raise
        if _has_log(path):
            raise FileUnusable(make_report(FileState.LOG_UNREADABLE, path)) from error
        conn = sqlite3.connect(uri + "&immutable=1", uri=True)
    except BaseException:
        conn.close()
        raise
    return conn


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What SQLite's checks find in a file."""

    state: FileState
    """SOUND, INDEX_DAMAGED or DAMAGED."""
    messages: tuple[str, ...] = ()


def find_damage(conn: sqlite3.Connection) -> Damage:
    """Return the damage of a file, by SQLite's quick check of the whole and of each table.

    Where all tables but those of the search index are whole, so is everything that cannot be made anew.
    """
    try:
        messages = _list_messages(conn, str(_MOST_MESSAGES))
        if all("FTS5" in message for message in messages):  # a check of FTS5's own, which find_index_damage repeats
            return Damage(state=FileState.SOUND)
    except sqlite3.DatabaseError as error:
        messages = [" ".join(str(error).split())]
    try:
        tables = conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> ?1 AND name NOT GLOB ?1 || '_*'"
            " UNION ALL SELECT 'sqlite_schema'",
            (INDEX_TABLES,),
        ).fetchall()
        for (table,) in tables:
            table_messages = _list_messages(conn, "'" + table.replace("'", "''") + "'")
            if table_messages:
                return Damage(state=FileState.DAMAGED, messages=tuple(table_messages[:_MOST_MESSAGES]))
    except sqlite3.DatabaseError as error:
        return Damage(state=FileState.DAMAGED, messages=(" ".join(str(error).split()),))
    return Damage(state=FileState.INDEX_DAMAGED, messages=tuple(messages))


def explain_error(path: Path, error: sqlite3.Error) -> FileReport | None:
    """Return the state of a file in which SQLite has met something damaged; None for errors of another kind.

    Asking costs a look through the whole file, once for each state of it.
    """
    code, message = get_code(error), describe_error(error)
    if message != str(error):
        return make_report(FileState.DAMAGED, path, message)
    if code == sqlite3.SQLITE_ERROR:
        plain = _explain_plain_error(path)
        return None if plain is None else make_report(plain, path)
    if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return None
    try:
        size, changed = path.stat().st_size, path.stat().st_mtime_ns
        state = _find_damaged_part(path, size, changed)
    except (OSError, sqlite3.Error, FileUnusable):
        state = FileState.DAMAGED
    return make_report(state, path, message)


def explain_damage(path: Path) -> FileReport | None:
    """Return the state of a file that SQLite's checks find damaged; None for one that they find whole."""
    try:
        with closing(connect_to_read(path)) as conn:
            damage = find_damage(conn)
    except (OSError, sqlite3.Error, FileUnusable):
        return None
    if damage.state is not FileState.DAMAGED:
        return None
    return make_report(damage.state, path, "; ".join(damage.messages))


def describe_error(error: sqlite3.Error) -> str:
    """Return the message of an error on one line, without the damaged text that Python's own messages repeat."""
    message = " ".join(str(error).split())
    undecoded = _UNDECODED.match(message)
    return message if undecoded is None else f"a text in column {undecoded[1]!r} is no UTF-8"


@lru_cache(maxsize=4)
def _find_damaged_part(path: Path, size: int, changed: int) -> FileState:
    """Return INDEX_DAMAGED or DAMAGED for a file that is known to be damaged; size and time are given for the cache."""
    with closing(connect_to_read(path)) as conn:
        damage = find_damage(conn)
    return FileState.DAMAGED if damage.state is FileState.DAMAGED else FileState.INDEX_DAMAGED


def _explain_plain_error(path: Path) -> FileState | None:
    """Return the state of a file for an error that SQLite gives no code of its own: of its schema, or of a table that
    is not there; None when neither is the file's fault.
    """
    try:
        with closing(connect_to_read(path)) as conn:
            if read_mark(conn) is FileState.OTHER_DATABASE:
                return None
            try:
                conn.execute(f"SELECT 1 FROM {INDEX_TABLES} WHERE {INDEX_TABLES} MATCH 'a' LIMIT 1").fetchone()
            except sqlite3.DatabaseError:
                return FileState.INDEX_DAMAGED
    except sqlite3.DatabaseError:
        return FileState.DAMAGED
    except (OSError, FileUnusable):
        return None
    return None


def _list_messages(conn: sqlite3.Connection, argument: str) -> list[str]:
    rows = conn.execute(f"PRAGMA quick_check({argument})")
    return [" ".join(str(message).split()) for (message,) in rows if message != "ok"]


def _has_log(path: Path) -> bool:
    """Return True if a log with changes lies beside a file; who reads makes an empty one."""
    log = find_log(path)
    return log.exists() and log.stat().st_size > 0


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
