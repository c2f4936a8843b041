import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]


@contextmanager
def served(archive: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "serve", "--archive", str(archive), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://\S+/", line)
        assert found, line + process.stderr.read()
        yield process, found[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        problem.close()
        return problem.code


def test_the_archive_is_browsed_on_this_machine_and_ctrl_c_ends_it_well(crawled: Crawled) -> None:
    with served(crawled[0]) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert status(url + "archive/articles") == 200
        assert status(url + "archive/captures") == 403
        assert status(url + "archive/no-such-table") == 404
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate(timeout=30)
        assert (process.returncode, printed) == (130, "")
        assert "Traceback" not in said
        assert said == "", "missing and closed pages are the visitor's business, not the terminal's"


def test_raw_opens_what_is_closed(crawled: Crawled) -> None:
    with served(crawled[0], "--raw") as (_, url):
        assert status(url + "archive/captures") == 200
        assert status(url + "archive?sql=select+1") == 200


def test_a_port_in_use_is_one_line(run: Run, crawled: Crawled) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        shown = run("serve", "--archive", str(crawled[0]), "--port", str(port))
    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"seealso: cannot serve at 127.0.0.1:{port}: ")
    assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"no database at all " * 100])
def test_a_file_that_is_no_archive_is_not_served(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    shown = run("serve", "--archive", "x.db")
    assert shown.exit_code == 1
    assert shown.stderr.startswith("seealso: x.db is not an archive")
