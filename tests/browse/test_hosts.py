"""Which hosts a server answers for: its own, whatever a browser was told to send."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from support.asgi_requests import Answer, send_request
from support.tables import check_rows

from crawler.browse.gates.hosts import is_loopback, normalise_host, read_host
from crawler.browse.serving.server import make_application

ROUTES = (
    *("/", "/library", "/library.json", "/library/articles", "/library/articles.json", "/library/articles.csv"),
    *("/library/articles/1", "/library/full_text.json?query=rain", "/library/-/search?q=rain", "/library/-/feed.atom"),
    *(
        "/-/static/app.css",
        "/-/static-plugins/seealso/reading.css",
        "/favicon.ico",
        "/-/databases.json",
        "/no/page/here",
    ),
)
OWN = (
    *("localhost", "LOCALHOST", "localhost:8001", "localhost:", "localhost.", "localhost.:80", "archive.localhost"),
    *("a.b.localhost:65535", "127.0.0.1", "127.0.0.1:8001", "127.8.9.10", "[::1]", "[::1]:8001", "[0:0:0:0:0:0:0:1]"),
    *("papers.example.org", "Papers.Example.ORG:443", "papers.example.org.", "xn--bcher-kva.example", "192.0.2.7:80"),
    *("[2001:db8::7]", "[2001:DB8:0::7]:8001"),
)
OTHERS = (
    *(
        "evil.example",
        "evil.example:8001",
        "localhost.evil.example",
        "xlocalhost",
        "127.0.0.1.evil.example",
        "192.0.2.8",
    ),
    *("example.org", "www.papers.example.org", "papers.example.orgx", "[2001:db8::8]", "0.0.0.0", "[::]", "10.0.0.1"),
    *(
        "",
        " ",
        ":",
        ":8001",
        ".",
        "..",
        "localhost..",
        ".localhost",
        "a..localhost",
        "-.localhost",
        "[",
        "[]",
        "[::1",
        "::1",
    ),
    *("me@localhost", "localhost@evil.example", "localhost:8001@evil.example", "localhost:x", "localhost:99999"),
    *(
        "localhost:8001:80",
        "localhost/evil",
        "localhost?x",
        "localhost#x",
        "http://localhost",
        "localhost evil.example",
    ),
    *("localhost,evil.example", "localhost\tx", "localhost\x00", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1"),
    *(
        "127.0.0.256",
        "[127.0.0.1]",
        "[::1%25lo]",
        "[localhost]",
        "lоcalhost",
        "bücher.example",
        "xn--bcher-kva.example.evil",
    ),
    *("x" * 64 + ".localhost", "a." * 126 + "localhost", "l" * 100_000, "localhost:" + "0" * 100_000, "％6cocalhost"),
)


def ask(application: Any, target: str, headers: Sequence[tuple[str, bytes]], method: str = "GET") -> Answer:
    return asyncio.run(send_request(application, target, method, headers))


@pytest.fixture(scope="module")
def application(library_path: Path) -> Any:
    names = [normalise_host(name) for name in ("papers.example.org", "bücher.example", "192.0.2.7", "2001:db8::7")]
    return make_application(library_path, names=[name for name in names if name]).app()


@check_rows("host", OWN)
def test_own_names_are_answered(application: Any, host: str) -> None:
    assert ask(application, "/library/articles/1.json", [("host", host.encode())]).status == 200


@check_rows("host", OTHERS)
def test_other_names_and_odd_headers_are_refused(application: Any, host: str) -> None:
    answer = ask(application, "/library/articles/1.json", [("host", host.encode())])
    assert answer.status == 400
    assert b"Flood" not in answer.body


@check_rows("route", ROUTES)
@check_rows("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_every_route_is_refused_to_other_names(application: Any, route: str, method: str) -> None:
    answer = ask(application, route, [("host", b"evil.example")], method)
    assert answer.status == 400
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "--public-name" in answer.text
    assert "evil" not in answer.text
    is_json = answer.headers["content-type"].startswith("application/json")
    assert is_json == route.partition("?")[0].endswith(".json")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("host", b"localhost"), ("host", b"evil.example")],
        [("host", b"localhost"), ("host", b"localhost")],
        [("host", b"evil.example"), ("x-forwarded-host", b"localhost"), ("forwarded", b"host=localhost")],
    ],
)
def test_a_host_that_is_missing_or_said_twice_is_refused(application: Any, headers: list[tuple[str, bytes]]) -> None:
    assert ask(application, "/library/articles/1.json", headers).status == 400


def test_without_public_names_only_loopback_is_answered(library_path: Path) -> None:
    application = make_application(library_path).app()
    assert ask(application, "/", [("host", b"127.0.0.1:8001")]).status == 200
    assert ask(application, "/", [("host", b"papers.example.org")]).status == 400


def test_a_datasette_started_by_hand_answers_as_its_operator_decides(library_path: Path) -> None:
    application = Datasette([str(library_path)]).app()
    assert ask(application, "/library/articles.json", [("host", b"papers.example.org")]).status == 200


@check_rows(
    ("written", "name"),
    [
        ("Example.ORG", "example.org"),
        ("example.org.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("新聞.example", "新聞.example".encode("idna").decode()),
        ("[::1]", "::1"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("192.0.2.7", "192.0.2.7"),
        *(
            (odd, None)
            for odd in ("", "*", "*.example.org", "https://a.example", "a.example:80", "a/b", "a b", "-a", "a..b")
        ),
        ("x" * 64, None),
        ("ü" * 300, None),
    ],
)
def test_a_name_has_one_spelling(written: str, name: str | None) -> None:
    assert normalise_host(written) == name


def test_only_loopback_means_this_machine() -> None:
    assert all(is_loopback(host) for host in ("localhost", "x.localhost", "127.0.0.1", "127.255.255.254", "::1"))
    assert not any(is_loopback(host) for host in ("localhost.example", "10.0.0.1", "0.0.0.0", "::", "example.org"))
    assert read_host(b"localhost:8001") == "localhost"
