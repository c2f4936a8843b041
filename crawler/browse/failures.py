"""Says what an exception from inside Datasette means to the reader: which status, and which words.

Datasette checks some parameters and hands others on to SQLite or to Python. What these refuse is a fault of the address
and answered with 400; a file that cannot be read or a query that takes too long is not, and answered with 503.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Forbidden, NotFound
from datasette.views.base import DatasetteError

from crawler.errors import ArchiveBusy, ArchiveUnusable

if TYPE_CHECKING:
    from datasette.app import Datasette

logger = logging.getLogger(__name__)

_PRIMARY_CODE: Final = 0xFF
"""The lower byte of SQLite's extended error codes."""
_FILE_CODES: Final = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR),
        *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB),
    }
)
"""What SQLite says of a file; everything else it says of a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer to a request that failed."""

    status: int
    title: str
    message: str
    kind: str
    """The type of the exception, for the log: its text may hold SQL."""


def answer_failure(datasette: Datasette, request: Any, error: BaseException) -> Awaitable[Any] | None:
    """Return the response to a request that raised an exception; None where Datasette has a good one itself."""
    if isinstance(error, (Base400, Forbidden, NotFound)):
        return None
    if isinstance(error, DatasetteError) and error.status < 500:
        return None
    failure = explain_failure(error)
    if failure.status >= 500 or not request.query_string:  # parameters that make no sense are the visitor's business
        logger.warning("Datasette cannot answer a request: %s", failure.kind)
    return _render(datasette, request, failure)


async def _render(datasette: Datasette, request: Any, failure: Failure) -> Any:
    from datasette import Response

    document = {"ok": False, "error": failure.message, "status": failure.status, "title": failure.title}
    if str(request.path).endswith(".json"):
        return Response.json(document, status=failure.status)
    page = await datasette.render_template("error.html", document, request=request)
    return Response.html(page, status=failure.status)


def explain_failure(error: BaseException) -> Failure:
    """Return the answer that an exception deserves."""
    kind = type(error).__name__
    if isinstance(error, QueryInterrupted):
        message = "This takes too long: narrow it down, by a year, a language or another word."
        return Failure(status=503, title="Too slow", message=message, kind=kind)
    if _is_of_file(error):
        message = "Whoever serves it finds the reason with seealso doctor."
        return Failure(status=503, title="The archive cannot be read", message=message, kind=kind)
    message = "The archive has no page for this address: a column, a value or a parameter in it does not exist."
    return Failure(status=400, title="Not understood", message=message, kind=kind)


def _is_of_file(error: BaseException) -> bool:
    if isinstance(error, (OSError, ArchiveBusy, ArchiveUnusable)):
        return True
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & _PRIMARY_CODE in _FILE_CODES
