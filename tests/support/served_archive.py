"""An archive behind the front, at an address of this machine."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from crawler.browse.serving.server import bind_socket, make_application
from support.waiting import wait_until


@contextmanager
def serve_archive(archive: Path, *options: str) -> Iterator[str]:
    """Serve an archive as ``seealso serve`` does with these options; its address is given, with a slash at the end.

    Without options of its own, or with ``--raw`` or ``--notes FILE``, it is served in a thread, which saves the start of
    a program.
    """
    others = [option for option in options if option != "--raw"]
    notes = Path(others[1]) if len(others) == 2 and others[0] == "--notes" else None
    if others and notes is None:
        server = _run_server(archive, *options)
    else:
        server = _serve_here(archive, "--raw" in options, notes)
    with server as url:
        yield url


@contextmanager
def _serve_here(archive: Path, raw: bool, notes: Path | None) -> Iterator[str]:
    listener = bind_socket("127.0.0.1", 0)
    application = make_application(archive, raw=raw, notes=notes).app()
    settings = uvicorn.Config(application, log_level="warning", lifespan="on", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def _run_server(archive: Path, *options: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "serve", "--port", "0", "--archive", str(archive), *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line
        yield found[0]
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()
