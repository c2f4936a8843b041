"""What is to be done about an error of SQLite is decided by its code, whatever its words are."""

import sqlite3

import pytest
from support.tables import check_rows

from crawler.archive.database import translate_errors
from crawler.archive.schema.error_codes import get_code
from crawler.errors import ArchiveBusy, ArchiveUnusable


def make_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("la base est dans un autre état")
    error.sqlite_errorcode = code
    return error


@check_rows(
    ("code", "kind", "advice"),
    [
        (sqlite3.SQLITE_BUSY, ArchiveBusy, "let it finish"),
        (sqlite3.SQLITE_LOCKED, ArchiveBusy, "let it finish"),
        (sqlite3.SQLITE_BUSY | 2 << 8, ArchiveBusy, "let it finish"),  # SQLITE_BUSY_SNAPSHOT
        (sqlite3.SQLITE_FULL, ArchiveUnusable, "Make room"),
        (sqlite3.SQLITE_IOERR | 3 << 8, ArchiveUnusable, "full, or failing"),  # SQLITE_IOERR_WRITE
        (sqlite3.SQLITE_READONLY, ArchiveUnusable, "permissions"),
        (sqlite3.SQLITE_CANTOPEN, ArchiveUnusable, "permissions"),
        (sqlite3.SQLITE_TOOBIG, ArchiveUnusable, "un autre état"),
    ],
)
def test_the_code_of_an_error_tells_what_to_do(tmp_path, code, kind, advice):
    with pytest.raises(kind, match=advice), translate_errors(tmp_path / "archive.db"):
        raise make_error(code)


def test_an_error_of_pythons_own_module_has_no_code():
    assert get_code(sqlite3.ProgrammingError("Cannot operate on a closed database.")) is None
