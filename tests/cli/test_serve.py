import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import Result
from datasette.app import Datasette
from support.program import start_program
from support.waiting import PATIENCE

from crawler.browse.serving import server
from crawler.cli import datasette_plugins

Run = Callable[..., Result]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]


@contextmanager
def served(archive: Path, *options: str) -> Iterator[tuple[Callable[..., tuple[int, str, str]], str]]:
    """Serve an archive; give what ends it with Ctrl-C and returns exit code, output and messages, and its address."""
    reader, writer = os.pipe()
    command = ("serve", "--archive", str(archive), "--port", "0", *options)
    process = start_program(*command, cwd=archive.parent, stderr=writer, imports=("datasette.app", "uvicorn"))
    os.close(writer)

    def stop(times: int = 1) -> tuple[int, str, str]:
        for _ in range(times):
            process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(30)
        assert process.returncode is not None
        return process.returncode, printed, messages.read()

    with open(reader, encoding="utf-8") as messages:
        try:
            line = messages.readline()
            if "can read this archive" in line:
                line = messages.readline()
            found = re.search(r"http://\S+/", line)
            assert found, line + messages.read()
            yield stop, found[0]
        finally:
            process.kill()
            process.wait(30)


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        problem.close()
        return problem.code


def test_the_archive_is_browsed_on_this_machine_and_ctrl_c_ends_it_well(crawled: Crawled) -> None:
    with served(crawled[0]) as (stop, url):
        assert url.startswith("http://127.0.0.1:")
        assert status(url + "archive/articles") == 200
        assert status(url + "archive/captures") == 403
        assert status(url + "archive/no-such-table") == 404
        code, printed, said = stop(times=2)  # as impatient people do
        assert (code, printed) == (130, "")
        assert "Traceback" not in said
        assert said == "", "missing and closed pages are the visitor's business, not the terminal's"


def test_another_plugin_that_cannot_be_loaded_or_fails_is_named(
    run: Run, crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'chart_parts'")

    def start(application: Datasette) -> None:
        raise RuntimeError("no key for maps")

    with monkeypatch.context() as patch:
        patch.setattr(server, "make_application", fail)
        broken = EntryPoint("charts", "chart_parts", "datasette")
        patch.setattr(datasette_plugins, "entry_points", lambda group: [broken])
        ended = run("serve", "--archive", str(crawled[0]), "--port", "0")
    assert ended.exit_code == 1
    assert "the plugin charts of Datasette cannot be loaded (No module named 'chart_parts')" in ended.stderr
    monkeypatch.setattr(Datasette, "invoke_startup", start)
    ended = run("serve", "--archive", str(crawled[0]), "--port", "0")
    assert ended.exit_code == 1
    assert ended.stderr.count("\n") == 1
    assert "test_serve: RuntimeError: no key for maps)" in ended.stderr


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


def test_the_archive_may_be_named_alone_and_not_twice(run: Run, crawled: Crawled) -> None:
    for options in ((str(crawled[0]), "--archive", "x.db"), ("--archive", "x.db", str(crawled[0]))):
        shown = run("serve", *options)
        assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)
        assert "named twice" in shown.stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        shown = run("serve", str(crawled[0]), "--port", str(taken.getsockname()[1]))
    assert "cannot serve at" in shown.stderr  # the archive was opened before
    assert run("serve", "x.db").stderr.startswith("seealso: no archive at x.db")


@pytest.mark.parametrize(("content", "told"), [(b"", "is empty"), (b"no database at all " * 100, "is not an archive")])
def test_a_file_that_is_no_archive_is_not_served(run: Run, tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "x.db").write_bytes(content)
    shown = run("serve", "--archive", "x.db")
    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"seealso: x.db {told}")


def send(url: str, head: bytes) -> bytes:
    """Send the bytes of a request and return those of the answer."""
    found = re.search(r":(\d+)/", url)
    assert found
    with socket.create_connection(("127.0.0.1", int(found[1])), timeout=PATIENCE) as connection:
        connection.sendall(head)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def ask_host(url: str, *lines: str, target: str = "/archive/articles.json") -> int:
    head = "".join(line + "\r\n" for line in (f"GET {target} HTTP/1.1", *lines, "Connection: close", ""))
    return int(send(url, head.encode("latin-1")).split(b" ", 2)[1])


def test_other_hosts_are_refused_and_nothing_is_said_on_the_terminal(crawled: Crawled) -> None:
    with served(crawled[0], "--public-name", "papers.example.org", "--public-name", "Bücher.example") as (stop, url):
        for host in (
            "localhost:1",
            "127.0.0.1",
            "[::1]:7",
            "a.localhost",
            "papers.example.org",
            "XN--BCHER-KVA.example.",
        ):
            assert ask_host(url, f"Host: {host}") == 200, host
        for host in (
            "evil.example",
            "",
            "me@localhost",
            "localhost.evil.example",
            "0.0.0.0",
            "x" * 30_000,
            "b\xfccher.example",
        ):
            assert ask_host(url, f"Host: {host}") == 400, host
        assert ask_host(url) == 400
        assert ask_host(url, "Host: localhost", "Host: localhost") == 400
        assert send(url, b"GET /archive/articles.json HTTP/1.0\r\n\r\n").split(b" ", 2)[1] == b"400"
        for target in ("/", "/archive", "/-/static/app.css", "/archive/-/search?q=boat", "/favicon.ico"):
            assert ask_host(url, "Host: evil.example", target=target) == 400, target
        for target in (
            "/archive/articles?_sort=nothing",
            "/archive/articles?_facet_array=no",
            "/archive/articles?_through=x",
        ):
            assert ask_host(url, "Host: localhost", target=target) == 400, target
        _, _, said = stop()
        assert "select" not in said.lower()
        assert "never awaited" not in said
        assert "Traceback" not in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "0", "::ffff:0.0.0.0"])
def test_a_wildcard_address_needs_public_names(run: Run, crawled: Crawled, host: str) -> None:
    shown = run("serve", "--archive", str(crawled[0]), "--port", "0", "--host", host)
    assert shown.exit_code == 1
    assert shown.stderr.count("\n") == 1
    assert "--public-name HOST" in shown.stderr


def test_behind_a_wildcard_address_the_public_names_are_answered(crawled: Crawled) -> None:
    with served(crawled[0], "--host", "0.0.0.0", "--public-name", "papers.example.org") as (_, url):
        assert ask_host(url, "Host: papers.example.org") == 200
        assert ask_host(url, "Host: evil.example") == 400


@pytest.mark.parametrize(
    "name", ["https://papers.example.org", "papers.example.org:443", "*", "*.example.org", "", "a b"]
)
def test_a_public_name_is_a_host_alone(run: Run, crawled: Crawled, name: str) -> None:
    shown = run("serve", "--archive", str(crawled[0]), "--port", "0", "--public-name", name)
    assert shown.exit_code == 1
    assert shown.stderr.count("\n") == 1
    assert "is no host" in shown.stderr


@pytest.mark.parametrize("url", ["papers.example.org", "https://papers.example.org/?q=1", "ftp://papers.example.org/"])
def test_a_public_url_is_an_address_of_a_page(run: Run, crawled: Crawled, url: str) -> None:
    shown = run("serve", "--archive", str(crawled[0]), "--port", "0", "--public-url", url)
    assert shown.exit_code == 1
    assert shown.stderr.count("\n") == 1
    assert "is no address of a page" in shown.stderr


def test_raw_sends_the_file(crawled: Crawled) -> None:
    with (
        served(crawled[0], "--raw") as (_, url),
        urllib.request.urlopen(url + "archive.db", timeout=PATIENCE) as answer,
    ):
        assert answer.read(16) == b"SQLite format 3\x00"
