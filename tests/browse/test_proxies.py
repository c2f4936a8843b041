"""The recipes of docs/running.md with nginx and Caddy themselves: an archive by HTTPS below a path."""

import re
import shutil
from collections import deque
from pathlib import Path
from urllib.parse import urljoin

import pytest
from support.proxies import Proxy, choose_port, list_own_links, read_recipe, run_proxy, write_certificate
from support.served_archive import serve_archive

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CADDY = shutil.which("caddy")


def _replace_all(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_below_a_path_of_nginx_every_link_leads_somewhere(library_path: Path, tmp_path: Path) -> None:
    """It takes about 20 seconds."""
    assert NGINX is not None
    trusted, port = write_certificate(tmp_path), choose_port()
    with serve_archive(library_path, "--public-url", f"https://papers.example.org:{port}/news/") as url:
        recipe = _replace_all(
            read_recipe("nginx"),
            {
                "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
                "/etc/ssl": str(tmp_path),
                "http://127.0.0.1:8001": url.rstrip("/"),
            },
        )
        kept = "".join(
            f"{name}_temp_path {tmp_path}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
            f"http {{ access_log off; {kept}\n{recipe} }}\n"
        )
        command = [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
        with run_proxy(command, tmp_path, port, trusted) as proxy:
            _follow_links(proxy)


@pytest.mark.skipif(CADDY is None, reason="Caddy is not installed")
def test_below_a_path_of_caddy_every_link_leads_somewhere(library_path: Path, tmp_path: Path) -> None:
    """It takes about 20 seconds."""
    assert CADDY is not None
    trusted, port = write_certificate(tmp_path), choose_port()
    with serve_archive(library_path, "--public-url", f"https://papers.example.org:{port}/news/") as url:
        recipe = _replace_all(
            read_recipe("caddy"),
            {
                "papers.example.org {": f"papers.example.org:{port} {{\n    bind 127.0.0.1",
                "/etc/ssl": str(tmp_path),
                "127.0.0.1:8001": url.removeprefix("http://").rstrip("/"),
            },
        )
        options = "{\n    admin off\n    auto_https disable_redirects\n}\n"
        (tmp_path / "Caddyfile").write_text(options + recipe)
        command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
        with run_proxy(command, tmp_path, port, trusted) as proxy:
            _follow_links(proxy)


def _follow_links(proxy: Proxy) -> None:
    """Open a page of every kind that can be reached from the first one; each has to be there, by its own address."""
    status, headers, _ = proxy.ask("/news")
    assert (status, urljoin(proxy.public, headers["location"])) == (301 if status == 301 else 302, proxy.public)
    waiting = deque(["/news/", "/news/library/articles.json?_size=2", "/news/library/-/feed.atom?q=rain"])
    seen = {re.sub(r"\d+|=[^&]*", "#", target) for target in waiting}
    opened = 0
    while waiting and opened < 150:
        target = waiting.popleft()
        status, headers, text = proxy.ask(target)
        opened += 1
        assert status in (200, 302), (target, status)
        if status == 302:
            assert urljoin(proxy.public, headers["location"]).startswith(proxy.public), target
        if headers.get("content-type", "").startswith("application/json") and '"next_url": "' in text:
            assert f'"next_url": "{proxy.public}' in text.replace("\\/", "/"), target
        if "atom+xml" in headers.get("content-type", ""):
            assert f'href="{proxy.public}library/-/article/' in text
        if not headers.get("content-type", "").startswith("text/html"):
            continue
        for link in list_own_links(text, urljoin(proxy.public, target), proxy.public):
            assert link.startswith("/news/"), (target, link)
            # One page of each kind will do: numbers, names and values differ only in what they show.
            kind = re.sub(r"\d+|=[^&]*", "#", link)
            if kind not in seen:
                seen.add(kind)
                waiting.append(link)
    assert opened > 50
