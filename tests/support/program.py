"""The program in a process of its own, forked from one that has imported it already: that saves most of its start.

Such a process has its own arguments, folder, environment, output, signals and exit code. What it has not is a start of
Python: tests of that (`tests/test_installed.py`, `tests/cli/test_startup.py`) start the program themselves.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import re
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import IO, Any

TESTS = Path(__file__).parents[1]
PRELOADED = ("crawler.archive", "crawler.cli", "crawler.crawl", "crawler.operations", "crawler.outcome", "protego")
SERVE = "import sys; from support.program import serve_forks; serve_forks(sys.argv[1], *map(int, sys.argv[2:]))"


def run_program(
    *arguments: str, cwd: Path, env: Mapping[str, str], timeout: float = 120, stdin: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m crawler`` with these arguments and return how it ended and what it printed.

    Raises subprocess.TimeoutExpired when it has not ended in time.
    """
    process = start_program(*arguments, cwd=cwd, env=env, stdin=stdin)
    out, err = process.communicate(timeout)
    assert process.returncode is not None
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def run_code(code: str, *arguments: str, cwd: Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run ``python -c`` with this code, which finds what the program needs imported already.

    Raises subprocess.TimeoutExpired when it has not ended in time.
    """
    process = start_program(*arguments, cwd=cwd, code=code)
    out, err = process.communicate(timeout)
    assert process.returncode is not None
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def start_program(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] = os.environ,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
    code: str | None = None,
    imports: Sequence[str] = (),
) -> ForkedProcess | subprocess.Popen[str]:
    """Start ``python -m crawler`` with these arguments, or ``python -c`` with this code.

    It prints into the files of these numbers, or where ``communicate`` finds it. Where it needs modules that few
    programs need, ``imports`` names them: they are imported once, before it is forked.
    """
    command = [sys.executable, *(("-m", "crawler") if code is None else ("-c", code)), *arguments]
    if not hasattr(os, "fork"):
        out, err = (subprocess.PIPE if number is None else number for number in (stdout, stderr))
        return subprocess.Popen(command, cwd=cwd, env=env, stdin=stdin, stdout=out, stderr=err, text=True)
    request = {"arguments": arguments, "cwd": str(cwd), "env": dict(env), "code": code, "imports": imports}
    return ForkedProcess(command, request, stdin, (stdout, stderr))


@contextmanager
def talk_to_code(code: str, *arguments: str, cwd: Path, stderr: int | None = None) -> Iterator[tuple[IO[str], IO[str]]]:
    """Run ``python -c`` with this code; what it is told by and what it answers with are given, line by line.

    It has to end when its standard input is closed.
    """
    given, telling = os.pipe()
    answering, printed = os.pipe()
    process = start_program(*arguments, cwd=cwd, code=code, stdin=given, stdout=printed, stderr=stderr)
    os.close(given)
    os.close(printed)
    with open(answering) as answers:
        with open(telling, "w", buffering=1) as questions:
            yield questions, answers
        process.communicate(120)


class ForkedProcess:
    """A process as subprocess.Popen shows it; it prints into the files of two numbers, or into files of its own."""

    def __init__(
        self, command: list[str], request: dict[str, Any], stdin: int | None, printed: Sequence[int | None]
    ) -> None:
        self.args = command
        self.returncode: int | None = None
        self._printed = ("", "")
        self._files = [None if number is not None else tempfile.TemporaryFile() for number in printed]  # noqa: SIM115 because its end closes them
        self._exit, theirs = socket.socketpair()
        with open(os.devnull, "rb") as nothing, theirs:
            given = nothing.fileno() if stdin == subprocess.DEVNULL else stdin or 0
            prints = [file.fileno() if file else number for number, file in zip(printed, self._files, strict=True)]
            files = [given, *prints, theirs.fileno()]
            line, server = json.dumps(request).encode() + b"\n", _connect()
            server.sendall(line[socket.send_fds(server, [line], files) :])
        self.pid = int(self._exit.recv(PID_DIGITS, socket.MSG_WAITALL))

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0.0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code when it has ended; raise subprocess.TimeoutExpired when it does not."""
        if self.returncode is None:
            self._exit.settimeout(timeout)
            try:
                self.returncode = int(self._exit.recv(PID_DIGITS))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0) from None
            self._exit.close()
            out, err = (_read(file) for file in self._files)
            self._printed = (out, err)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end and return what it printed; it is killed when that does not come in time."""
        try:
            self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return self._printed

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


PID_DIGITS = 19


SHARED = "FORK_SERVER_SOCKET"
"""The variable that names the socket of a server which workers of pytest share."""


def share_server() -> None:
    """Start the process to fork from for this process and all that it will start."""
    os.environ[SHARED] = start_server()


@cache
def _connect() -> socket.socket:
    """Return a connection to the process to fork from, which is started unless another one shares its own."""
    channel = socket.socket(socket.AF_UNIX)
    channel.connect(os.environ.get(SHARED) or start_server())
    atexit.register(channel.close)
    return channel


def start_server(preparation: str = "support.program:import_program") -> str:
    """Start the process to fork from, which ends when this one does; return the path of its socket.

    ``preparation`` names a function of a module, which it calls before it is forked.
    """
    folder = tempfile.TemporaryDirectory(prefix="forks-")
    address = os.path.join(folder.name, "socket")
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    lifeline, ours = os.pipe()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        files = [listener.fileno(), lifeline]
        server = subprocess.Popen(
            [sys.executable, "-P", "-c", SERVE, preparation, *map(str, files)],
            env={**os.environ, "PYTHONPATH": path},
            pass_fds=files,
        )
    os.close(lifeline)
    atexit.register(folder.cleanup)
    atexit.register(server.wait)
    atexit.register(os.close, ours)  # runs before the wait
    return address


def _read(file: IO[bytes] | None) -> str:
    """Return what was printed into a file of our own, and close it."""
    if file is None:
        return ""
    with file:
        file.seek(0)
        return file.read().decode()


def serve_forks(preparation: str, listening: int, lifeline: int) -> None:
    """Fork a process for each request on the connections to a socket, until the other end of a pipe is closed."""
    atexit.register(_end_at_once)  # before anything else: what is registered first is done last
    module, function = preparation.split(":")
    getattr(import_module(module), function)()
    gc.freeze()  # what is there now is shared with every fork, as long as no search for garbage writes into it
    listener = socket.socket(fileno=listening)
    channels: list[socket.socket] = []
    while True:
        ready = select.select([lifeline, listener, *channels], (), ())[0]
        if lifeline in ready:
            return
        if listener in ready:
            channels.append(listener.accept()[0])
        for channel in [channel for channel in channels if channel in ready]:
            request, files, *_ = socket.recv_fds(channel, 1_000_000, 4)
            if not request:
                channels.remove(channel)
                channel.close()
                continue
            while not request.endswith(b"\n"):
                request += channel.recv(1_000_000)
            asked = json.loads(request)
            for name in asked["imports"]:
                import_module(name)
            if os.fork() == 0:
                for opened in (listener, *channels):
                    opened.close()
                os.close(lifeline)
                _wait_for_fork(asked, files)
            for file in files:
                os.close(file)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def import_program() -> None:
    """Import what the commands of a crawl import, most of it at its first use, and read pages, so that patterns compile.

    The reactor is left out: each process has to make its own.
    """
    from crawler.crawl.starting.components import CRAWL
    from crawler.crawl.starting.spider_loader import load_spiders
    from crawler.sitekit.cases import list_cases
    from crawler.sites.checking import refuse_bad_patterns
    from crawler.sites.registry import find_known_site

    for name in PRELOADED:
        package = import_module(name)
        for module in walk_packages(package.__path__, f"{name}."):
            import_module(module.name)
    for name in re.findall(r"(?:scrapy|crawler)[.\w]+(?=\.[A-Z])", str(CRAWL)):
        import_module(name)
    load_spiders()
    asianews = find_known_site("asianews")
    refuse_bad_patterns(asianews.site)
    for case in list_cases(TESTS / "sites" / asianews.name):
        case.read(asianews.site, asianews.pages)


def _wait_for_fork(request: dict[str, Any], files: list[int]) -> None:
    """Fork once more, tell who that is and then how it ended, and end."""
    *streams, teller = files
    pid = os.fork()
    if pid == 0:
        os.close(teller)
        _become_program(request, streams)
    with socket.socket(fileno=teller) as told:
        told.sendall(str(pid).zfill(PID_DIGITS).encode())
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with suppress(OSError):  # nobody asks any more
            told.sendall(str(code).encode())
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
    ended = SystemExit()
    try:
        if request["code"] is None:
            runpy.run_module("crawler", run_name="__main__", alter_sys=True)
        else:
            exec(request["code"], {"__name__": "__main__"})
    except SystemExit as error:
        ended = error
    if ended.code is None or isinstance(ended.code, int):
        _codes.append(ended.code or 0)
    raise ended


_codes: list[int] = []
"""The exit code of a fork whose program has ended well."""


def _end_at_once() -> None:
    """End a fork whose program has ended well, after all else that is done at its end.

    Python would take every object apart, and write into each page of memory that is shared until then: that took longer
    than most programs take. How a program ends that raises an error is left to Python.
    """
    if _codes:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_codes[0])
