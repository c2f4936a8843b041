"""Reverse proxies of docs/running.md, run on this machine, and the links of pages that they show."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from cryptography import x509
from parsel import Selector

from support.tls_site import make_identity
from support.waiting import wait_until

RUNNING = Path(__file__).parents[2] / "docs" / "running.md"
HOST = "papers.example.org"
_ELSEWHERE = ("www.asianews.it", "datasette.io", "github.com")


def list_own_links(markup: str, address: str, public: str) -> list[str]:
    """Return the paths, with their parameters, of all addresses in a page that lead to the server itself."""
    links = []
    for link in Selector(text=markup).xpath("//@href | //@src | //@action").getall():
        whole = urljoin(address, link)
        parts = urlsplit(whole)
        if parts.netloc in _ELSEWHERE or parts.scheme == "data":
            continue
        assert urlsplit(public)[:2] == parts[:2], (address, link)
        links.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return links


def read_recipe(language: str) -> str:
    """Return the block of docs/running.md in a language: ``nginx``."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", RUNNING.read_text(encoding="utf-8"), re.DOTALL)
    return block


def choose_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True)
class Proxy:
    """A proxy that shows a server by TLS, as readers ask it."""

    port: int
    trusted: str

    @property
    def public(self) -> str:
        return f"https://{HOST}:{self.port}/news/"

    def ask(self, target: str) -> tuple[int, dict[str, str], str]:
        """Return status, headers and text of an answer."""
        context = ssl.create_default_context(cadata=self.trusted)
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=30) as plain,
            context.wrap_socket(plain, server_hostname=HOST) as secured,
        ):
            connection = http.client.HTTPSConnection(HOST, self.port)
            connection.sock = secured
            connection.request("GET", target)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


@contextmanager
def run_proxy(command: list[str], folder: Path, port: int, trusted: str) -> Iterator[Proxy]:
    """Run a proxy in a process of its own until the block ends."""
    with (folder / "proxy.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={"HOME": str(folder)})
    try:
        wait_until(lambda: _answers(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "proxy.log").read_text()
        yield Proxy(port, trusted)
    finally:
        process.terminate()
        process.wait(20)


def write_certificate(folder: Path) -> str:
    """Write certificate and key of the host into ``papers.pem`` and ``papers.key``; return who signed it, as PEM."""
    identity = make_identity(HOST, names=[x509.DNSName(HOST)])
    whole = identity.encode()
    (folder / "papers.key").write_bytes(whole[: whole.index(b"-----BEGIN CERT")])
    certificate = whole[whole.index(b"-----BEGIN CERT") :]
    (folder / "papers.pem").write_bytes(certificate)
    return certificate.decode()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
