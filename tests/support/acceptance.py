"""What the acceptance tests stand on: where the project is, what a command answered, a small real server."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SEEALSO_SHARED", ROOT.parent / "shared"))


class CommandResult:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def has_one_line(self) -> bool:
        """One clear line for a person, and no traceback."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        return len(lines) == 1 and "Traceback" not in self.err and not lines[0].startswith(" ")

    def __repr__(self) -> str:
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


@contextmanager
def serve(answer: Callable[[str], tuple[int, bytes]]) -> Iterator[str]:
    """Serve `answer(path) -> (status, body)` on loopback; yields the mirror template."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            status, body = answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{{path}}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
