"""Several small papers behind one port, by ``--mirror``; of each request it is known which process made it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from support.loopback_site import make_article_page
from support.site_files import VALUES, write_files
from support.waiting import Gate


@dataclass(frozen=True)
class LoggedRequest:
    site: str
    path: str
    process_id: int | None


class ManyPapers:
    """Papers of these names, each with a feed and articles that link on. ``gates`` hold back the requests of a site."""

    def __init__(self, names: list[str], articles: int = 3) -> None:
        self.names = names
        self.log: list[LoggedRequest] = []
        self.gates: dict[str, Gate] = {}
        self._articles = articles
        self._processes: dict[int, int | None] = {}
        papers = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                host, _, path = self.path.removeprefix("/").partition("/")
                site = host.removeprefix("www.").removesuffix(".example")
                papers.log.append(LoggedRequest(site, f"/{path}", papers.find_process(self.client_address[1])))
                if site in papers.gates:
                    papers.gates[site].pass_through()
                status, kind, body = papers.respond(site, f"/{path}")
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *values: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 50

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a crawl that was killed leaves connections broken

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> ManyPapers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def mirror(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{{host}}{{path}}"

    def write_sites(self, folder: Path) -> Path:
        """Write the file of each paper; return the folder."""
        return write_files(folder, {f"{name}.toml": VALUES for name in self.names})

    def list_processes(self, site: str) -> list[int | None]:
        """Return the processes that asked a site, each turn of one once."""
        turns: list[int | None] = []
        for request in self.log:
            if request.site == site and turns[-1:] != [request.process_id]:
                turns.append(request.process_id)
        return turns

    def respond(self, site: str, path: str) -> tuple[int, str, bytes]:
        if site not in self.names:
            return 403, "text/plain", b"not for you"
        numbers = range(1, self._articles + 1)
        if path == "/rss":
            entries = "".join(
                f"<item><title>{site}</title><link>https://www.{site}.example/news/{number}-boats</link></item>"
                for number in numbers[:2]
            )
            return 200, "application/rss+xml", f"<rss version='2.0'><channel>{entries}</channel></rss>".encode()
        number = path.removeprefix("/news/").partition("-")[0]
        if path.startswith("/news/") and number.isdigit() and int(number) in numbers:
            onward = int(number) % self._articles + 1
            page = make_article_page(int(number), headline=f"The {site} met the boats of quay {number}")
            link = f'<p><a href="/news/{onward}-boats">The boats of quay {onward}</a></p></body>'.encode()
            return 200, "text/html; charset=utf-8", page.replace(b"</body>", link)
        return 404, "text/plain", b"none"

    def find_process(self, port: int) -> int | None:
        """Return the process at the other end of a connection, None where the system does not tell it."""
        if port not in self._processes:
            self._processes[port] = find_connection_owner(port)
        return self._processes[port]


def find_connection_owner(port: int) -> int | None:
    """Return the process at the other end of a connection from this port, None where the system does not tell it."""
    try:
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    except OSError:
        return None
    inode = next((row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[9] != "0"), None)
    wanted = f"socket:[{inode}]"
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            if any(os.readlink(process / "fd" / name) == wanted for name in os.listdir(process / "fd")):
                return int(process.name)
        except OSError:  # it has ended, or is another's
            continue
    return None
