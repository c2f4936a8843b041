"""Serves a practice site on loopback: ``with PracticeServer() as server: crawl(mirror=server.mirror)``."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple

from crawler.practice.generated import GeneratedSite
from crawler.practice.redesigns import Redesign
from crawler.practice.site import PracticeRequest, PracticeResponse, PracticeSite, RespondingSite


class Seen(NamedTuple):
    """One request that was answered."""

    time: float
    method: str
    path: str
    status: int
    host: str = ""
    """As the Host header names it."""
    agent: str = ""
    """Who asked, as the User-Agent header says."""


class PracticeServer:
    """A practice site in a background thread; the hand-made one, a generated one of ``articles`` pages, or ``site``.

    ``mirror`` is the template for ``--mirror``; ``requests`` is the log of requests; ``phase`` and ``redesign`` may be
    set while it runs.
    """

    def __init__(
        self,
        articles: int | None = None,
        seed: int = 1,
        phase: int = 1,
        port: int = 0,
        latency: float = 0.0,
        page_size: int | None = None,
        site: RespondingSite | None = None,
    ) -> None:
        self.site: RespondingSite = site or (
            PracticeSite(phase) if articles is None else GeneratedSite(articles, seed, phase, page_size)
        )
        self.latency = latency
        self._log: list[Seen] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mirror(self) -> str:
        return self.url + "{path}"

    @property
    def phase(self) -> int:
        return self.site.phase

    @phase.setter
    def phase(self, phase: int) -> None:
        self.site.phase = phase

    @property
    def redesign(self) -> Redesign:
        """The layout that articles are served in."""
        return self.site.redesign

    @redesign.setter
    def redesign(self, redesign: Redesign) -> None:
        self.site.redesign = redesign

    @property
    def requests(self) -> list[Seen]:
        """The requests so far, oldest first (a copy)."""
        with self._lock:
            return list(self._log)

    def note(self, method: str, path: str, status: int, host: str = "", agent: str = "") -> None:
        """Log a request."""
        with self._lock:
            self._log.append(Seen(time.time(), method, path, status, host, agent))

    def serve_forever(self) -> None:
        """Serve in this thread until interrupted."""
        self._server.serve_forever(poll_interval=0.1)

    def start(self) -> PracticeServer:
        """Serve in a background thread."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and free the port."""
        if self._thread:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> PracticeServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], owner: PracticeServer) -> None:
        self.owner = owner
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore the errors of clients that disconnect in the middle, as killed crawls do."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Practice/1"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        owner = self.server.owner
        answer = owner.site.respond(self._request())
        owner.note(
            self.command, self.path, answer.status, self.headers.get("Host", ""), self.headers.get("User-Agent", "")
        )
        if delay := owner.latency + answer.delay:
            time.sleep(delay)
        self._send(answer)

    do_HEAD = do_GET

    def _request(self) -> PracticeRequest:
        target = self.path
        if target.startswith("http"):
            target = "/" + target.partition("://")[2].partition("/")[2]
        return PracticeRequest(
            target=target,
            host=self.headers.get("Host", ""),
            if_none_match=self.headers.get("If-None-Match"),
            if_modified_since=self.headers.get("If-Modified-Since"),
        )

    def _send(self, answer: PracticeResponse) -> None:
        self.send_response(answer.status)
        if answer.status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(answer.promised or len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.promised:
            # The connection closes before the promised length is sent.
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the log is ``PracticeServer.requests``."""
