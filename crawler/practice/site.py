"""The practice site without sockets: a request goes in, an answer comes out, the same for the same phase."""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from crawler.practice import listings
from crawler.practice.layouts import Related, mobile_page, print_page
from crawler.practice.printing import AREAS, THEMES, mobile_date, see_also_date
from crawler.practice.redesigns import Redesign
from crawler.practice.stories import FOLDERS, LANGUAGES, DeadEnd, Edition, dead_ends, editions, unlinked

HTML = "text/html; charset=utf-8"
LANGUAGE_OF = {folder: language for language, folder in FOLDERS.items()}
RELATED_OFFSETS = {1: (1, 5, 11, 17, 23), 2: (1, 3, 8, 13, 19)}
"""How far from an edition the entries of its See also block stand, in the ring of its language."""
SLOW = 1.0
HUGE = 5_000_000
PINNED = {"en": (3975, 26584), "it": (1804,), "es": (), "zh": (7916,)}
"""Old items that every area listing of the language repeats."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeRequest:
    """What the site looks at in a request."""

    target: str
    host: str = "www.asianews.it"
    if_none_match: str | None = None
    if_modified_since: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeResponse:
    """What goes back, and what goes wrong on the way."""

    status: int
    body: bytes = b""
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    promised: int | None = None
    """A Content-Length larger than what is sent."""


class RespondingSite(Protocol):
    """A site that can be served."""

    phase: int
    redesign: Redesign

    def respond(self, request: PracticeRequest) -> PracticeResponse:
        """Answer one request."""
        ...


def make_related(edition: Edition, phase: int) -> tuple[Related, ...]:
    """The See also block, computed when the page is served: it depends on the phase and on nothing else."""
    ring = [member for member in editions() if member.language == edition.language and member.is_online(phase)]
    place = ring.index(edition) if edition in ring else edition.number % len(ring)
    chosen = dict.fromkeys(ring[(place + step) % len(ring)] for step in RELATED_OFFSETS[min(phase, 2)])
    entries = [_entry(edition, neighbour.at(phase)) for neighbour in chosen if neighbour != edition]
    entries += [
        _dead_entry(dead_end)
        for dead_end in dead_ends()
        if dead_end.linked_from == edition.number and dead_end.language == edition.language
    ]
    return tuple(entries)


def _entry(edition: Edition, target: Edition) -> Related:
    dated = (edition.number + target.number) % 9 != 0
    return Related(
        path=target.page_path,
        headline=target.headline,
        date=see_also_date(target.when) if dated else None,
        mobile_date=mobile_date(target.when) if dated else None,
    )


def _dead_entry(end: DeadEnd) -> Related:
    return Related(
        path=end.path, headline=end.headline, date=see_also_date(end.when), mobile_date=mobile_date(end.when)
    )


def find_translations(edition: Edition, phase: int) -> tuple[tuple[str, str], ...]:
    """(language, path) of the same story in other languages; old pages and pages without a number have no such
    links.
    """
    if edition.layout == "A" or not edition.numbered:
        return ()
    return tuple(
        (translation.language, translation.page_path)
        for translation in editions()
        if translation.number == edition.number
        and translation.language != edition.language
        and translation.is_online(phase)
    )


def rebuild_edition(edition: Edition) -> Edition:
    """The edition as the site of 2026 prints it under its path."""
    dialect = "divs" if edition.tells_number and len(edition.spellings) == 1 else "semantic"
    return replace(edition, layout="D", dialect=dialect, json_ld="good")


def areas_of(language: str) -> tuple[int, ...]:
    """The areas that have a listing in this language."""
    return tuple(
        area for area in AREAS if any(area in edition.areas and edition.language == language for edition in editions())
    )


class PracticeSite:
    """The hand-made site. Only its phase and the count of failures that heal change while it is served."""

    def __init__(self, phase: int = 1) -> None:
        self.phase = phase
        self.redesign = Redesign()
        self._by_number: dict[tuple[str, int], Edition] = {}
        self._by_path: dict[str, Edition] = {}
        self._moved: dict[str, str] = {}
        self._dead = {(dead_end.language, dead_end.number): dead_end for dead_end in dead_ends()}
        self._tries: Counter[str] = Counter()
        self._lock = threading.Lock()
        for edition in (*editions(), *unlinked()):
            if edition.path:
                self._by_path[edition.path.lower()] = edition
            if edition.numbered:
                self._by_number[edition.language, edition.number] = edition
            if edition.moved_from:
                self._moved[unquote(edition.moved_from)] = edition.page_path

    def respond(self, request: PracticeRequest) -> PracticeResponse:
        """Answer one request, with validators on whatever was found."""
        answer = self._find(request)
        return add_validators(answer, request, self.phase) if answer.status == 200 else answer

    def _live(self, language: str) -> list[Edition]:
        return [edition for edition in editions() if edition.language == language and edition.is_online(self.phase)]

    def _home(self, language: str) -> PracticeResponse:
        return _page(listings.home_page(language, self._live(language), self.phase, areas_of(language)))

    def _find(self, request: PracticeRequest) -> PracticeResponse:
        parts = split_target(request.target)
        path = unquote(parts.path)
        if path == "/robots.txt":
            return PracticeResponse(status=200, body=listings.ROBOTS.encode(), content_type="text/plain; charset=utf-8")
        if path in self._moved:
            return PracticeResponse(status=301, headers=(("Location", quote(self._moved[path], safe="/:,.'%")),))
        if match := re.fullmatch(r"/(news-en|notizie-it|noticias-es|news-zh)/.*?-?(\d{1,9})\.html", path):
            return self._article(LANGUAGE_OF[match[1]], int(match[2]), path, "")
        if path in ("/", "/index.php", "/m/index.php") and parts.query:
            return self._query(path, {key: values[0] for key, values in parse_qs(parts.query).items()}, request)
        if match := re.fullmatch(r"/(en|it|es|zh)\.xml", path):
            body = listings.feed(match[1], self._live(match[1]), self.phase)
            return PracticeResponse(status=200, body=body.encode(), content_type="application/rss+xml; charset=utf-8")
        if path in ("/", "/index.php"):
            return self._home("it")
        if match := re.fullmatch(r"/(en|it|es|zh)\.html|/Search-(en|it|es|zh):.*", path):
            return self._home(match[1] or match[2])
        if match := re.fullmatch(r"/(geo|theme)-(en|it|es|zh)/.*?-?(\d+)(?:\.html)?", path):
            return self._listing(match[1], match[2], int(match[3]))
        if edition := self._by_path.get(path.rstrip("/").lower()):
            return self._serve(edition, "path")
        return PracticeResponse(
            status=404, body=b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
        )

    def _query(self, path: str, query: dict[str, str], request: PracticeRequest) -> PracticeResponse:
        language = query.get("l", "it")
        if language not in LANGUAGES:
            return self._home("it")
        if re.fullmatch(r"\d{1,9}", query.get("art", "")):
            mobile = path.startswith("/m/") or request.host.startswith("m.")
            form = "mobile" if mobile else "print" if "mag" in query else ""
            return self._article(language, int(query["art"]), path, form)
        if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", query.get("data_art_filtro", "")):
            try:
                day = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return self._home(language)
            return self._day(language, day)
        for kind in ("geo", "theme"):
            if query.get(kind, "").isascii() and query.get(kind, "").isdigit():
                return self._listing(kind, language, int(query[kind][:6]))
        return self._home(language)

    def _day(self, language: str, day: date) -> PracticeResponse:
        live = self._live(language)
        shown = [
            *live,
            *(edition for edition in unlinked() if edition.language == language and edition.found_by == "day"),
        ]
        return _page(listings.day_page(language, day, live, shown, self.phase, areas_of(language)))

    def _listing(self, kind: str, language: str, number: int) -> PracticeResponse:
        live = self._live(language)
        if kind == "geo" and number in AREAS:
            pinned = [edition for edition in live if edition.number in PINNED[language]]
            return _page(listings.area_page(language, number, live, self.phase, pinned))
        if kind == "theme" and number in THEMES:
            return _page(listings.theme_page(language, number, live, self.phase))
        return self._home(language)

    def _article(self, language: str, number: int, path: str, form: str) -> PracticeResponse:
        if end := self._dead.get((language, number)):
            return self._dead_end(end, path)
        edition = self._by_number.get((language, number))
        return self._serve(edition, form) if edition else self._home(language)

    def _dead_end(self, end: DeadEnd, path: str) -> PracticeResponse:
        if end.how == "404":
            return PracticeResponse(status=404, body=b"<html><body><h1>Not Found</h1></body></html>")
        if end.how == "500":
            return PracticeResponse(status=500, body=b"<html><body><h1>Internal Server Error</h1></body></html>")
        if end.how == "loop" and end.also:
            return PracticeResponse(status=302, headers=(("Location", end.also if path != end.also else end.path),))
        return self._home(end.language)

    def _serve(self, edition: Edition, form: str = "") -> PracticeResponse:
        if edition.since > self.phase:
            return self._home(edition.language)
        if not edition.is_online(self.phase):
            return PracticeResponse(
                status=410, body=b"<html><body><h1>Gone</h1><p>This page was withdrawn.</p></body></html>"
            )
        printed = edition.at(self.phase)
        if form == "print":
            return _page(print_page(printed))
        if form == "mobile":
            return _page(mobile_page(printed, self.phase, make_related(edition, self.phase)))
        others = find_translations(edition, self.phase)
        if form == "path":
            printed = rebuild_edition(printed)
            others = others if edition.tells_number else ()
        html = self.redesign.page(printed, self.phase, make_related(edition, self.phase), others)
        return self._with_quirk(edition, html)

    def _with_quirk(self, edition: Edition, html: str) -> PracticeResponse:
        answer = _page(html)
        match edition.quirk:
            case "broken-transfer" if self.phase == 1:
                return replace(answer, body=answer.body[: len(answer.body) // 2], promised=len(answer.body))
            case "slow":
                return replace(answer, delay=SLOW)
            case "heals":
                with self._lock:
                    self._tries[edition.page_path] += 1
                    first = self._tries[edition.page_path] == 1
                return (
                    PracticeResponse(status=500, body=b"<html><body><h1>Try again</h1></body></html>")
                    if first
                    else answer
                )
            case "huge":
                filler = "<script>var archive=[" + "'paper,bamboo,glue'," * 13 + "];</script>\n"
                return _page(html.replace("</head>", filler * (HUGE // len(filler)) + "</head>"))
            case "latin-header":
                return replace(answer, content_type="text/html; charset=iso-8859-1")
            case "cp1252-bytes":
                return replace(answer, body=html.encode("cp1252", "xmlcharrefreplace"))
            case "gb-bytes":
                return replace(answer, body=html.encode("gb18030"), content_type="text/html")
            case "gzip":
                return replace(
                    answer, body=gzip.compress(answer.body, mtime=0), headers=(("Content-Encoding", "gzip"),)
                )
            case _:
                return answer


def split_target(target: str) -> SplitResult:
    """Path and query of a request; a target that cannot be parsed asks for the home page."""
    try:
        return urlsplit(target)
    except ValueError:
        return urlsplit("/")


def add_validators(answer: PracticeResponse, request: PracticeRequest, phase: int) -> PracticeResponse:
    """Add ETag and Last-Modified; answer 304 when the client has this version."""
    tag = f'"{hashlib.md5(answer.body, usedforsecurity=False).hexdigest()}"'
    modified = f"Mon, {12 if phase < 2 else 19} Oct 2026 06:00:00 GMT"
    headers = (*answer.headers, ("ETag", tag), ("Last-Modified", modified))
    same = request.if_none_match == tag if request.if_none_match else request.if_modified_since == modified
    return (
        PracticeResponse(status=304, headers=headers)
        if same and answer.promised is None
        else replace(answer, headers=headers)
    )


def _page(html: str) -> PracticeResponse:
    return PracticeResponse(status=200, body=html.encode())


__all__: Sequence[str] = ("PracticeRequest", "PracticeResponse", "PracticeSite", "find_translations", "make_related")
