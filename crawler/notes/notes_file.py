"""Opens a file of notes: checks what it is, brings its schema up to date, translates the errors of SQLite."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

from sqlite_utils import Database

from crawler.archive.database import write_transaction
from crawler.archive.lock import belongs_to
from crawler.archive.opening import BUSY_TIMEOUT_MS, connect, switch_to_wal
from crawler.archive.schema.error_codes import is_busy
from crawler.archive.schema.file_damage import describe_error
from crawler.errors import CrawlerError
from crawler.notes.schema import NOTES_APPLICATION_ID, list_steps, migrations

DEFAULT_NAME: Final = "notes.db"
"""The file of notes beside an archive."""


class NotesUnusable(CrawlerError):
    """The file holds no notes, or cannot be read or written: say which, and what to do."""


class NotesBusy(CrawlerError):
    """Another program writes to the file of notes: let it finish."""

    exit_code = 3


def find_notes_path(archive: Path) -> Path:
    """Return the path of the notes that belong to an archive when no other file is named."""
    return archive.with_name(DEFAULT_NAME)


class NotesFile:
    """An open file of notes, as a context manager; to write, it is made when there is none.

    Raises:
        NotesUnusable: there is no file to read, it is none of notes, or was made by a newer version.
        NotesBusy: another program has been writing for longer than anybody waits.

    """

    def __init__(self, path: Path, mode: Literal["read", "write"] = "read", *, archive: Path | None = None) -> None:
        self.path = path
        if archive is not None and belongs_to(archive, path):
            raise NotesUnusable(f"{path} belongs to the archive itself: name another file with --notes")
        if path.is_dir():
            raise NotesUnusable(f"{path} is a folder: name a file of notes")
        is_new = not path.exists() or not path.stat().st_size
        if is_new and mode == "read":
            raise NotesUnusable(
                f"there are no notes in {path}: make some with seealso notes add, or name another file with --notes"
            )
        if is_new and not os.access(path.absolute().parent, os.W_OK | os.X_OK):
            raise NotesUnusable(f"the folder {path.absolute().parent} cannot be written: name another file")
        with self.translate_errors():
            self.db = Database(connect(path, mode), execute_plugins=False)
        try:
            with self.translate_errors():
                self.db.conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
                self._check(is_new, mode)
                if mode == "write":
                    self.db.conn.execute("PRAGMA foreign_keys = ON")
                    self.db.conn.execute("PRAGMA secure_delete = ON")  # what is erased leaves no trace in free pages
                    with write_transaction(self.db):
                        migrations.apply(self.db)
                    switch_to_wal(self.db)
        except BaseException:
            self.db.conn.close()
            raise

    def _check(self, is_new: bool, mode: Literal["read", "write"]) -> None:
        if is_new:
            return
        (application_id,) = self.db.conn.execute("PRAGMA application_id").fetchone()
        (tables,) = self.db.conn.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").fetchone()
        if application_id != NOTES_APPLICATION_ID and tables:
            raise NotesUnusable(f"{self.path} is a database of something else: name a file of notes with --notes")
        applied = [step.name for step in migrations.applied(self.db)]
        if unknown := [name for name in applied if name not in list_steps()]:
            raise NotesUnusable(f"{self.path} was made by a newer version ({unknown[0]}): update seealso")
        if mode == "read" and len(applied) < len(list_steps()):
            raise NotesUnusable(f"{self.path} was made by an older version: a command that writes brings it up to date")

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """Run the block as one transaction that waits for other writers before it reads anything."""
        with self.translate_errors(), write_transaction(self.db):
            yield self.db

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Translate the errors of SQLite into NotesBusy and NotesUnusable."""
        try:
            yield
        except sqlite3.Error as error:
            if is_busy(error):
                raise NotesBusy(f"{self.path} is being written by another program: try again in a moment") from error
            raise NotesUnusable(f"cannot use the notes {self.path}: {describe_error(error)}") from error
        except OSError as error:
            raise NotesUnusable(f"cannot use the notes {self.path}: {error.strerror or error}") from error

    def close(self) -> None:
        """Close the file."""
        self.db.conn.close()

    def __enter__(self) -> NotesFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
