"""What a page knows of the reader's notes: the file, the name that the reader writes under, the token of the forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from crawler.browse.form_tokens import COOKIE, make_cookie, make_token, read_cookie
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import MAX_NAME_LETTERS

CODER_COOKIE: Final = "seealso_coder"
_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesDesk:
    """The notes of one server, and who looks at them."""

    path: Path
    cookie: str
    is_new: bool
    """The browser has no cookie yet: the response sets it."""
    coder: str
    """The name that the reader gave the last time; empty at first."""

    @property
    def token(self) -> str:
        """The token of the forms of this page."""
        return make_token(self.cookie)

    @contextmanager
    def open(self) -> Iterator[NotesFile]:
        """Open the file to read."""
        with NotesFile(self.path) as notes:
            yield notes

    def make_headers(self) -> dict[str, str]:
        """Return the headers of a page with forms: a new browser gets its cookie, and nobody else gets this page."""
        headers = {"Cache-Control": "private, no-cache"}
        if self.is_new:
            headers["Set-Cookie"] = f"{COOKIE}={self.cookie}; Path=/; HttpOnly; SameSite=Strict"
        return headers


def open_desk(path: Path, request: Any) -> NotesDesk:
    """Return the desk of a request of Datasette's."""
    cookies = dict(request.cookies)
    cookie = read_cookie(cookies)
    coder = unquote(cookies.get(CODER_COOKIE, ""))[:MAX_NAME_LETTERS]
    return NotesDesk(path=path, cookie=cookie or make_cookie(), is_new=cookie is None, coder=coder)


def format_coder_cookie(coder: str) -> str:
    """Return the header by which a browser remembers who writes."""
    return f"{CODER_COOKIE}={quote(coder)}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_YEAR}"
