"""Asks the practice world without sockets, and lists what its pages link to."""

from __future__ import annotations

import gzip
import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from crawler.practice.site import PracticeRequest, PracticeResponse
from crawler.practice.world import Paper, World

ADDRESS = re.compile(r"(?:href=\"([^\"]+)\"|<loc>([^<]+)</loc>|<link>([^<]+)</link>|^Sitemap: (\S+)$)", re.MULTILINE)


def ask(world: World, url: str) -> PracticeResponse:
    """Ask as a crawl through a mirror does, following redirects."""
    return visit(world, url)[1]


def visit(world: World, url: str) -> tuple[str, PracticeResponse]:
    """Return the address that redirects led to, and its answer."""
    for _ in range(4):
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        request = PracticeRequest(target=f"/{parts.netloc}{parts.path}{query}", host="127.0.0.1:8000")
        answer = world.respond(request)
        if answer.status != 301:
            return url, answer
        url = dict(answer.headers)["Location"]
    raise AssertionError(f"too many redirects: {url}")


def read_text(answer: PracticeResponse) -> str:
    """Return the text of an answer, whatever its coding."""
    body = gzip.decompress(answer.body) if answer.body.startswith(b"\x1f\x8b") else answer.body
    return body.decode("cp1252" if b"charset=windows-1252" in body[:400] else "utf-8")


def list_links(url: str, text: str) -> list[str]:
    """Return the addresses that a page, feed, sitemap or robots.txt names, without fragments."""
    targets = ["".join(groups) for groups in ADDRESS.findall(text)]
    return [urljoin(url, unescape(target)).partition("#")[0] for target in targets]


def walk(world: World, paper: Paper) -> dict[str, str]:
    """Visit whatever the paper's hosts link to from its start, home pages and robots.txt; return each page's text."""
    pages: dict[str, str] = {}
    queue = [paper.start, *(f"https://{host}{path}" for host in paper.hosts for path in ("/", "/robots.txt"))]
    while queue:
        url = queue.pop()
        if url in pages:
            continue
        last_url, answer = visit(world, url)
        # The Gazette has no robots.txt, and nobody is let in behind the others.
        pages[url] = read_text(answer) if answer.status == 200 else f"status {answer.status}"
        if urlsplit(url).netloc in paper.hosts:
            queue += list_links(last_url, pages[url])
    return pages
