"""Says what an exception from inside Datasette means to the reader: which status, and which words.

Datasette checks some parameters and hands others on to SQLite or to Python. What these refuse is a fault of the address
and answered with 400, and so is a query that takes longer than it may, or than ``_timelimit`` says, as Datasette does
it; a file that cannot be read is not, and answered with 503.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Forbidden, NotFound
from datasette.views.base import DatasetteError

from crawler.archive.schema.error_codes import get_code
from crawler.errors import ArchiveBusy, ArchiveUnusable

_FILE_CODES: Final = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR),
        *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB),
    }
)
"""What SQLite says of a file; everything else it says of a statement."""

TOO_SLOW: Final = "This takes too long: narrow it down, by a year, a language or another word."


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer to a request that failed."""

    status: int
    title: str
    message: str
    kind: str
    """The type of the exception, for the log: its text may hold SQL."""


def raise_to_gate(error: BaseException) -> None:
    """Raise an exception again that Datasette would answer with 500 and a traceback on the terminal.

    It ends in the request gate, which answers it; all others are left to Datasette, which has good pages for them.
    """
    if isinstance(error, (Base400, Forbidden, NotFound)):
        return
    if isinstance(error, DatasetteError) and error.status < 500:
        return
    raise error


def explain_failure(error: BaseException) -> Failure:
    """Return the answer that an exception deserves."""
    kind = type(error).__name__
    if isinstance(error, QueryInterrupted):
        return Failure(status=400, title="Too slow", message=TOO_SLOW, kind=kind)
    if _is_of_file(error):
        message = "Whoever serves it finds the reason with seealso doctor."
        return Failure(status=503, title="The archive cannot be read", message=message, kind=kind)
    message = "The archive has no page for this address: a column, a value or a parameter in it does not exist."
    return Failure(status=400, title="Not understood", message=message, kind=kind)


def _is_of_file(error: BaseException) -> bool:
    if isinstance(error, (OSError, ArchiveBusy, ArchiveUnusable)):
        return True
    return isinstance(error, sqlite3.Error) and get_code(error) in _FILE_CODES
