"""The base of every neighbour: what it is called, where it lives, what is true of it, and how it answers."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import ClassVar
from urllib.parse import parse_qs, quote, unquote
from zoneinfo import ZoneInfo

from crawler.practice.dialects import escape_text
from crawler.practice.site import HTML, PracticeRequest, PracticeResponse, add_validators, split_target
from crawler.practice.world.articles import PaperArticle

XML = "application/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
CSS = "text/css; charset=utf-8"
SAFE = "/-._~!$&'()*+,;=:@"
"""What paths may hold beside letters and digits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperAddress:
    """What a request asks a paper for."""

    host: str
    path: str
    """Percent-decoded."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The first value of each parameter."""


class Paper(ABC):
    """A neighbour of the practice site. Pages are made on request and depend on nothing but the address."""

    name: ClassVar[str]
    title: ClassVar[str]
    languages: ClassVar[tuple[str, ...]]
    country: ClassVar[str]
    zone: ClassVar[ZoneInfo]
    hosts: ClassVar[tuple[str, ...]]
    """The hosts of its articles, and those that only lead there."""
    strange_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts of the same house that are not the paper: no crawl of it may ask them."""
    style_path: ClassVar[str]
    forbidden: ClassVar[tuple[str, ...]] = ()
    """Patterns of what its robots.txt forbids, for the beginning of path and query."""

    @cached_property
    def articles(self) -> tuple[PaperArticle, ...]:
        """Every article it has, the newest first."""
        return tuple(self.list_articles())

    @abstractmethod
    def list_articles(self) -> Sequence[PaperArticle]:
        """Return every article, the newest first."""

    @cached_property
    def lookalikes(self) -> tuple[str, ...]:
        """Addresses that look like those of articles, linked from its pages, and are none."""
        return tuple(self.list_lookalikes())

    @cached_property
    def _articles_by_url(self) -> dict[str, PaperArticle]:
        return {url: article for article in self.articles for url in (article.url, *article.spellings)}

    def find_article(self, url: str) -> PaperArticle | None:
        """Return the article whose address or other spelling this is; a fragment does not count."""
        return self._articles_by_url.get(url.partition("#")[0])

    @abstractmethod
    def list_lookalikes(self) -> Sequence[str]:
        """Return addresses of pages that are no articles, under addresses in the form of articles."""

    @property
    def start(self) -> str:
        """The address of its newest article, to start a crawl with."""
        return self.articles[0].url

    def is_forbidden(self, target: str) -> bool:
        """Return True if the robots.txt of its hosts forbids a path with its query."""
        return any(re.match(pattern, target) for pattern in self.forbidden)

    @abstractmethod
    def find(self, address: PaperAddress) -> PracticeResponse:
        """Answer a request for anything but the style sheet."""

    def respond(self, request: PracticeRequest) -> PracticeResponse:
        """Answer a request; pages carry validators and answer 304 where the client has them."""
        parts = split_target(request.target)
        address = PaperAddress(
            host=request.host,
            path=unquote(parts.path) or "/",
            query={name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
        )
        if address.path == self.style_path:
            style = (files("crawler.practice.world") / "data" / f"{self.name}.css").read_bytes()
            answer = PracticeResponse(status=200, body=style, content_type=CSS)
        else:
            answer = self.find(address)
        return add_validators(answer, request, 1) if answer.status == 200 else answer


def make_page(html: str, content_type: str = HTML, charset: str = "utf-8") -> PracticeResponse:
    """Return a page; characters that the charset lacks become references."""
    return PracticeResponse(status=200, body=html.encode(charset, "xmlcharrefreplace"), content_type=content_type)


def make_text(text: str, content_type: str = PLAIN) -> PracticeResponse:
    """Return a text file, such as robots.txt, a feed or a sitemap."""
    return PracticeResponse(status=200, body=text.encode(), content_type=content_type)


def make_redirect(url: str) -> PracticeResponse:
    """Return a permanent redirect; what a header may not hold is percent-encoded."""
    return PracticeResponse(status=301, headers=(("Location", quote(url, safe=f"{SAFE}?#[]%")),))


def make_missing(frame: Callable[[str, str], str], words: str = "Page not found") -> PracticeResponse:
    """Return a 404 in the paper's frame, which takes title and content."""
    body = frame(words, f"<h1>{escape_text(words)}</h1>").encode()
    return PracticeResponse(status=404, body=body)


def quote_path(path: str) -> str:
    """Return a path as addresses spell it, percent-encoded."""
    return quote(path, safe=SAFE)


def cut_page(articles: Sequence[PaperArticle], number: int, size: int) -> tuple[Sequence[PaperArticle], int]:
    """Return the articles on that page of a listing (none beyond its end) and the count of pages."""
    return articles[(number - 1) * size : number * size] if number > 0 else (), -(-len(articles) // size)


def list_ring(articles: Sequence[PaperArticle], article: PaperArticle, size: int) -> list[PaperArticle]:
    """Return the articles that one links to: its fellows in a ring of ``size``, which lead to no other ring.

    Whoever follows these links alone comes to one ring, and needs feeds, listings or sitemaps for the rest.
    """
    first = articles.index(article) // size * size
    return [member for member in articles[first : first + size] if member is not article]
