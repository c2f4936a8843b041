"""Sends the whole archive as one file, while a crawl may write to it: a copy of one moment is made first."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler.archive import Archive
from crawler.browse.gates.csp import make_own_headers
from crawler.browse.serving import archives

if TYPE_CHECKING:
    from datasette.app import Datasette

PATTERN: Final = r"^/(?P<archive>[^/.]+)\.db$"
_CHUNK: Final = 1 << 20
"""Bytes."""


class FileResponse:
    """A file as Datasette sends a response; ``discard`` is called when it was sent, or the reader has gone."""

    def __init__(self, path: Path, name: str, discard: Callable[[], None]) -> None:
        self._path, self._discard = path, discard
        self._headers = {
            "Content-Type": "application/vnd.sqlite3",
            "Content-Length": str(path.stat().st_size),
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            **make_own_headers(),
        }

    async def asgi_send(self, send: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]) -> None:
        """Send the file in chunks."""
        try:
            headers = [(name.lower().encode(), value.encode()) for name, value in self._headers.items()]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            with self._path.open("rb") as file:
                while chunk := await asyncio.to_thread(file.read, _CHUNK):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._discard()


async def download(request: Any, datasette: Datasette) -> FileResponse:
    """Answer with the archive that the address names. It is called only where raw material is open."""
    from datasette import NotFound
    from datasette.utils import tilde_decode

    name = tilde_decode(request.url_vars["archive"])
    if name not in archives.list_archives(datasette):
        raise NotFound("there is no such archive here")
    path = Path(datasette.databases[name].path)
    folder = tempfile.TemporaryDirectory(prefix="seealso-download-")
    try:
        copy = Path(folder.name, "copy.db")
        await asyncio.to_thread(_copy_archive, path, copy)
        return FileResponse(copy, re.sub(r"[^\w.-]", "_", path.name, flags=re.ASCII), folder.cleanup)
    except BaseException:
        folder.cleanup()
        raise


def _copy_archive(path: Path, copy: Path) -> None:
    with Archive(path) as archive, closing(sqlite3.connect(copy)) as target:
        archive.db.conn.backup(target)
