"""Serves one archive with Datasette: makes the application, and answers requests until it is stopped."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

from crawler.archive.schema.file_state import can_be_shared, find_log
from crawler.browse.serving.metadata import DESCRIPTION, TITLE, make_closed_metadata, make_configuration, make_metadata
from crawler.browse.serving.permissions import is_datasette_1
from crawler.browse.serving.public_address import PublicAddress
from crawler.browse.serving.warming import warm_up
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
    """The address is taken, or this machine does not have it: choose another port."""


def make_application(
    archive: Path,
    *,
    raw: bool = False,
    names: Iterable[str] = (),
    cors: bool = False,
    public: PublicAddress | None = None,
    notes: Path | None = None,
) -> Any:
    """Return a Datasette over one archive. All but the tables for readers is closed unless ``raw``, free SQL as well.

    It answers requests for loopback hosts and for those in ``names``; with ``cors`` scripts of other sites may read
    tables, feeds and files, and no page. ``public`` is where a proxy shows it: its host is answered, and all addresses
    are those of readers there. With ``notes`` pages show the notes of that file, and readers write to it. A crawl may
    write to the archive meanwhile.
    Raises CannotServe for a file name that Datasette keeps for itself.
    """
    from crawler.browse.serving.database import ArchiveDatabase
    from crawler.browse.serving.datasette_urls import make_datasette_class
    from crawler.browse.serving.rules import ServeRules, set_rules

    datasette_class = make_datasette_class()
    _silence_tracebacks()
    path = str(archive)
    name = choose_name(archive)
    restrictions: dict[str, Any] = {} if raw else make_closed_metadata(name)
    # Datasette 1 takes permissions and the like as config; it ignores those in metadata, where 0.65 reads them.
    headings = {"title": TITLE, "description": DESCRIPTION}
    options = (
        {
            "config": make_configuration(name, restrictions),
            "metadata": {**headings, "databases": {name: make_metadata()}},
        }
        if is_datasette_1()
        else {"metadata": {**headings, **restrictions}}
    )
    read_only = _is_read_only(archive)
    datasette = datasette_class(
        [] if read_only else [path],
        immutables=[path] if read_only else [],
        **options,
        cors=cors,
        settings={
            **DATASETTE_SETTINGS,
            "allow_download": False,  # our own sends an archive that is written to
            "base_url": public.base if public else "/",
        },
    )
    given_name = archive.stem
    if given_name not in datasette.databases or datasette.databases[given_name].path != path:
        # Datasette keeps some names for itself and would serve the file under another name, where nothing is closed.
        raise CannotServe(f"Datasette cannot serve a file called {archive.name}: rename it, for instance to archive.db")
    datasette.remove_database(given_name)
    datasette.add_database(ArchiveDatabase(datasette, path, is_mutable=not read_only, raw=raw), name=name)
    hosts = frozenset((*names, public.host) if public else names)
    set_rules(datasette, ServeRules(raw=raw, names=hosts, public=public, notes=notes))
    datasette.client = type(datasette.client)(datasette)  # its first one has the application without the rules
    return datasette


def choose_name(archive: Path) -> str:
    """Return the name under which an archive's pages stand: that of its file, with hyphens for the dots in it.

    Datasette 0.65 encodes a dot in the addresses of its pages and not in the links between its rows, which lead
    nowhere then.

    >>> choose_name(Path("asianews-2.3.db"))
    'asianews-2-3'
    """
    return "-".join(part for part in archive.stem.split(".") if part) or "archive"


def _silence_tracebacks() -> None:
    """Keep Datasette from printing a traceback for every missing or closed page, as it does where rich is installed."""
    from datasette import handle_exception  # only once datasette.app is there: it registers this module as a plugin

    handle_exception.rich = None


def _is_read_only(archive: Path) -> bool:
    """Return True if the archive must be opened as immutable: SQLite opens no other WAL database where it cannot write.

    A log that is not empty means that somebody else writes; then the file alone would be an old state.
    """
    log = find_log(archive)
    has_log = log.exists() and log.stat().st_size > 0
    return not has_log and not can_be_shared(archive)


def bind_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket at an address; port 0 means any free one. Raises CannotListen with the reason."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"cannot serve at {host}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(64)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise CannotListen(f"cannot serve at {host}:{port}: {reason}; choose another with --port") from error
    return listener


def is_wildcard(listener: socket.socket) -> bool:
    """Return True if a socket listens at every address of this machine."""
    address = ipaddress.ip_address(listener.getsockname()[0].partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_unspecified


def serve(application: Any, listener: socket.socket, *, log_level: str, ready: Callable[[], None]) -> None:
    """Answer requests on a bound socket until a signal comes; ``ready`` is called when the first can come.

    Raises KeyboardInterrupt then: open connections have had a second to end; and CannotServe where another plugin of
    Datasette fails when it starts.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await _start_plugins(application)  # what uvicorn would print with a traceback, and end with 3
            await super().startup(sockets=sockets)
            ready()
            self.warming = asyncio.create_task(warm_up(application))

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # By a second signal uvicorn breaks off what ends within a second anyway, with tracebacks.
            if not self.should_exit:
                super().handle_exit(sig, frame)

    # Datasette leaves facets waiting when it stops in the middle of a table that does not exist.
    warnings.filterwarnings("ignore", message="coroutine .* was never awaited", category=RuntimeWarning)
    server = Server(
        uvicorn.Config(
            application.app(),
            log_level=log_level,
            lifespan="on",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
    server.run(sockets=[listener])


async def _start_plugins(application: Any) -> None:
    """Let the plugins of Datasette begin; it asks them once. Raises CannotServe for one that fails."""
    try:
        await application.invoke_startup()
    except Exception as error:
        frames = [frame for frame, _ in walk_tb(error.__traceback__)]
        module = frames[-1].f_globals.get("__name__", "?")
        reason = " ".join(str(error).split())[:200]
        raise CannotServe(
            f"a plugin of Datasette fails when it starts ({module}: {type(error).__name__}: {reason}): uninstall it, "
            "or give it what it needs"
        ) from error
