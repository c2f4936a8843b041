"""The program in a process of its own, forked from one that has imported it already: that saves seven tenths of a second.

Such a process has its own arguments, folder, environment, output and exit code. What it has not is a start of Python:
tests of that (`tests/test_installed.py`, `tests/cli/test_startup.py`) and of signals start the program themselves.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

TESTS = Path(__file__).parents[1]
SERVE = "import sys; from support.program import serve_forks; serve_forks(int(sys.argv[1]))"


def run_program(
    *arguments: str, cwd: Path, env: Mapping[str, str], timeout: float = 120, stdin: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m crawler`` with these arguments and return how it ended and what it printed.

    Raises subprocess.TimeoutExpired when it has not ended in time.
    """
    command = [sys.executable, "-m", "crawler", *arguments]
    if not hasattr(os, "fork"):
        return subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout, stdin=stdin, check=False
        )
    request = json.dumps({"arguments": arguments, "cwd": str(cwd), "env": dict(env)}).encode()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(os.devnull, "rb") as nothing:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                given = nothing.fileno() if stdin == subprocess.DEVNULL else 0
                files = [given, out.fileno(), err.fileno(), theirs.fileno()]
                socket.send_fds(_start_server(), [request], files)
            ours.settimeout(timeout)
            try:
                pid = int(ours.recv(20))
                answer = ours.recv(20)
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(command, timeout, _read(out), _read(err)) from None
        return subprocess.CompletedProcess(command, int(answer), _read(out), _read(err))


@cache
def _start_server() -> socket.socket:
    """Start the process to fork from, which ends when this one does."""
    ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(theirs.fileno())],
        env={**os.environ, "PYTHONPATH": path},
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    atexit.register(server.wait)
    atexit.register(ours.close)  # runs before the wait
    return ours


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def serve_forks(number: int) -> None:
    """Fork a process for each request on a socket, until its other end is closed."""
    import crawler.cli.commands.crawl
    import crawler.cli.commands.demo
    import crawler.crawl.launch
    import crawler.crawl.spider_loader

    crawler.crawl.spider_loader.load_spiders()
    channel = socket.socket(fileno=number)
    while True:
        request, files, *_ = socket.recv_fds(channel, 1_000_000, 4)
        if not request:
            return
        if os.fork() == 0:
            channel.close()
            _wait_for_fork(json.loads(request), files)
        for file in files:
            os.close(file)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _wait_for_fork(request: dict[str, Any], files: list[int]) -> None:
    """Fork once more, tell who that is and then how it ended, and end."""
    *streams, teller = files
    pid = os.fork()
    if pid == 0:
        os.close(teller)
        _become_program(request, streams)
    with socket.socket(fileno=teller) as told:
        told.send(b"%19d" % pid)
        told.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    os._exit(0)


def _become_program(request: dict[str, Any], streams: list[int]) -> None:
    """Run the program as ``python -m crawler`` runs it, and end as Python ends."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.stdin = os.fdopen(0)
    sys.stdout = os.fdopen(1, "w")
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", buffering=1)
    sys.argv[1:] = request["arguments"]
    runpy.run_module("crawler", run_name="__main__", alter_sys=True)
    sys.exit()
