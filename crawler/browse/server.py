"""Serve one archive with Datasette: the application, and the loop that answers requests until it is stopped."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.browse.metadata import DESCRIPTION, TITLE, make_closed_metadata, make_configuration, make_metadata
from crawler.browse.permissions import is_datasette_1
from crawler.errors import CrawlerError

DATASETTE_SETTINGS: dict[str, Any] = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1000,
    "truncate_cells_html": 280,
    "suggest_facets": False,  # each guess is a scan of all bodies
    "num_sql_threads": 3,
}


class CannotServe(CrawlerError):
    """Datasette cannot serve this file as it is: the message says what to change."""


class CannotListen(CrawlerError):
    """The address is taken or not ours: choose another port."""


def make_application(archive: Path, *, raw: bool = False) -> Any:
    """Return a Datasette over one archive. Captures, problems, addresses and free SQL are closed unless ``raw``.

    The archive may be written to by a crawl meanwhile.
    """
    from datasette.app import Datasette

    _silence_tracebacks()
    path = str(archive)
    name = archive.stem
    door: dict[str, Any] = {} if raw else make_closed_metadata(name)
    # Datasette 1 takes permissions and the like as config; what 0.65 reads from metadata it would not heed.
    words = {"title": TITLE, "description": DESCRIPTION}
    ways = (
        {"config": make_configuration(name, door), "metadata": {**words, "databases": {name: make_metadata()}}}
        if is_datasette_1()
        else {"metadata": {**words, **door}}
    )
    fixed = _is_read_only(archive)
    served = Datasette(
        [] if fixed else [path],
        immutables=[path] if fixed else [],
        **ways,
        settings={**DATASETTE_SETTINGS, "allow_download": raw},
    )
    if name not in served.databases or served.databases[name].path != path:
        # Datasette keeps some names for itself and would serve the file under another, where nothing is closed.
        raise CannotServe(f"Datasette cannot serve a file called {archive.name}: rename it, for instance to archive.db")
    return served


def _silence_tracebacks() -> None:
    """Keep Datasette from framing a traceback on the terminal for every page that is missing or closed, as it does
    where rich is installed.
    """
    from datasette import handle_exception  # only once datasette.app is there: it registers this module as a plugin

    handle_exception.rich = None


def _is_read_only(archive: Path) -> bool:
    """Tell whether SQLite must be told that nobody writes: else it opens no WAL database in a read-only folder.

    A log with something in it means that somebody else does write; then the file alone would be an old state.
    """
    log = archive.with_name(archive.name + "-wal")
    written = log.exists() and log.stat().st_size > 0
    return not written and not os.access(archive.absolute().parent, os.W_OK)


def bind_socket(host: str, port: int) -> socket.socket:
    """Bind the address to serve at; port 0 means any free one. Raises CannotListen with a line that says why not."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as problem:
        raise CannotListen(f"cannot serve at {host}: {problem.strerror}") from problem
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(64)
    except OSError as problem:
        bound.close()
        reason = problem.strerror or str(problem)
        raise CannotListen(f"cannot serve at {host}:{port}: {reason}; choose another with --port") from problem
    return bound


def serve(application: Any, bound: socket.socket, *, log_level: str, ready: Callable[[], None]) -> None:
    """Answer requests on a bound socket until interrupted; ``ready`` is called when the first can come."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready()

    server = Server(
        uvicorn.Config(
            application.app(), log_level=log_level, lifespan="on", server_header=False, timeout_graceful_shutdown=3
        )
    )
    try:
        server.run(sockets=[bound])
    except KeyboardInterrupt:  # how this command is meant to end
        return
    finally:
        bound.close()
