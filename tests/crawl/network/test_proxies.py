"""A proxy that the environment names is used, and its password goes to it alone."""

import base64
import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler.crawl.network.proxies import Proxy, drop_credentials, find_proxy, read_proxy
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl

Requests = list[tuple[str, str, str | None]]
AUTHORIZATION = "Basic " + base64.b64encode(b"anna:s3cret!").decode()
URL = "https://www.asianews.it/news-en/A-1.html"
MIRROR = "http://mirror.invalid{path}"


@pytest.fixture
def proxy() -> Iterator[tuple[int, Requests]]:
    """A proxy that opens no tunnel and finds no page: its port, and what it was asked by whom."""
    requests: Requests = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int) -> None:
            requests.append((self.command, self.path, self.headers.get("Proxy-Authorization")))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.answer(404)

        def do_CONNECT(self) -> None:
            self.answer(403)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port, requests
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("credentials", ["anna:s3cret%21@", ""])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_knows_its_user_and_nobody_else_learns_the_password(
    proxy: tuple[int, Requests], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, credentials: str
) -> None:
    port, requests = proxy
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{scheme}_proxy", f"http://{credentials}127.0.0.1:{port}")
    mirror = f"{scheme}://mirror.invalid{{path}}"
    report = run_crawl(CrawlOptions(site="asianews", archive=tmp_path / "a.db", urls=(URL,), mirror=mirror, delay=0.0))
    expected = AUTHORIZATION if credentials else None
    assert requests
    assert {authorization for _, _, authorization in requests} == {expected}
    place = "http://mirror.invalid/robots.txt" if scheme == "http" else "mirror.invalid:443"
    assert requests[0][:2] == ("GET" if scheme == "http" else "CONNECT", place)
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.glob("a.warc/*.warc.gz"))
    assert (b"warcinfo" in kept) == (scheme == "http")
    assert (b"GET http://mirror.invalid/robots.txt" in kept) == (scheme == "http")
    for text in (kept.decode("latin-1"), *report.messages, (tmp_path / "a.db").read_bytes().decode("latin-1")):
        assert "s3cret" not in text
        assert "anna" not in text
        assert "roxy-Authorization" not in text


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://proxy.example.org:3128", "http://proxy.example.org:3128"),
        ("proxy.example.org:3128", "http://proxy.example.org:3128"),
        ("https://a:b@proxy.example.org/", "https://proxy.example.org/"),
        ("http://a:p@ss@proxy.example.org", "http://proxy.example.org"),
    ],
)
def test_the_address_of_a_proxy_is_read_without_its_password(address: str, url: str) -> None:
    assert read_proxy(address).url == url
    assert (read_proxy(address).authorization is None) == ("@" not in address)


def test_this_machine_and_hosts_without_a_proxy_are_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "example.org")
    proxies = {"https": "http://proxy.example.net:3128"}
    assert find_proxy("https://www.asianews.it/", proxies) == Proxy(url="http://proxy.example.net:3128")
    for url in ("http://www.asianews.it/", "https://127.0.0.1/", "https://www.example.org/"):
        assert find_proxy(url, proxies) is None


def test_only_the_header_for_the_proxy_is_dropped_from_a_head() -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nproxy-authorization: Basic eA==\r\nX: Proxy-Authorization: y\r\n\r\n"
    assert drop_credentials(head) == b"GET / HTTP/1.1\r\nHost: a\r\nX: Proxy-Authorization: y\r\n\r\n"


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://anna:s3cret@127.0.0.1:1", "the proxy http://127.0.0.1:1,"), ("socks5://127.0.0.1:1", "of http://")],
)
def test_a_proxy_that_does_not_answer_is_named_not_the_site_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", address)
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db", urls=(URL,), mirror=MIRROR, delay=0.0)
    report = run_crawl(options)
    assert report.exit_code == 5
    assert words in report.messages[0]
    assert "s3cret" not in report.messages[0]
