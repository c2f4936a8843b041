"""One simulated clock for a crawl and the log of its server, so that a week of requests passes in minutes.

The clock stands still while a request is made. It jumps over each delay that Scrapy's downloader waits for, and goes
ahead while the crawl rests because the site asked for a pause.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scrapy.core import downloader
from scrapy.utils.asyncio import call_later

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


class SimulatedClock:
    """A clock in seconds since :data:`BEGIN`; ``install`` makes the downloader wait by it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._last_requests = -1

    def read(self) -> float:
        """Return the seconds that have passed."""
        with self._lock:
            return self._seconds

    def __call__(self) -> datetime:
        return BEGIN + timedelta(seconds=self.read())

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._seconds += seconds

    def install(self, monkeypatch) -> None:
        """Make Scrapy's downloader measure by this clock, and jump where it would wait."""

        def jump(seconds, function, *arguments):
            self.advance(seconds)
            return call_later(0, function, *arguments)

        monkeypatch.setattr(downloader, "monotonic", lambda: 1_000_000.0 + self.read())
        monkeypatch.setattr(downloader, "call_later", jump)

    def pass_while_idle(self, server: LoggingServer) -> Callable[[object], None]:
        """Return a function for the progress of a run: it lets time pass when nothing was asked for meanwhile."""

        def tick(progress):
            count = len(server.log)
            if count == self._last_requests:
                self.advance(20.0)
            self._last_requests = count

        return tick


class RealClock:
    """The seconds since it was made."""

    def __init__(self):
        self._begin = time.monotonic()

    def read(self) -> float:
        return time.monotonic() - self._begin

    def advance(self, seconds: float) -> None:
        """Let nothing happen: time passes by itself."""


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request as the server saw it: when, what for, and how many requests and connections were open with it."""

    seconds: float
    path: str
    status: int
    retry_after: int | None
    active: int
    connections: int


class LoggingServer:
    """Serves what ``respond`` returns for a path and a time: status, body, and seconds of a Retry-After or None."""

    def __init__(
        self, clock: SimulatedClock | RealClock, respond: Callable[[str, float], tuple[int, bytes, int | None]]
    ):
        self.log: list[LoggedRequest] = []
        self._lock = threading.Lock()
        self._active = self._connections = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                with outer._lock:
                    outer._connections += 1

            def finish(self):
                with outer._lock:
                    outer._connections -= 1
                super().finish()

            def do_GET(self):
                with outer._lock:
                    outer._active += 1
                    active, connections = outer._active, outer._connections
                seconds = clock.read()
                status, body, retry_after = respond(self.path, seconds)
                outer.log.append(LoggedRequest(seconds, self.path, status, retry_after, active, connections))
                clock.advance(0.05)
                head = (
                    f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
                )
                if retry_after is not None:
                    head += f"Retry-After: {retry_after}\r\n"
                with outer._lock:
                    outer._active -= 1
                self.wfile.write(head.encode() + b"\r\n" + body)

            def log_message(self, *arguments):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def mirror(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{{path}}"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
