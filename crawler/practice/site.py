"""The practice site without sockets: answers a request with a response that depends on the phase alone."""

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
from crawler.practice.layouts import Related, make_mobile_page, make_print_page
from crawler.practice.printing import AREAS, THEMES, format_mobile_date, format_see_also_date
from crawler.practice.redesigns import Redesign
from crawler.practice.stories import FOLDERS, LANGUAGES, DeadEnd, Edition, load_dead_ends, load_editions, load_unlinked

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
    """The parts of a request that the site considers."""

    target: str
    host: str = "www.asianews.it"
    if_none_match: str | None = None
    if_modified_since: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeResponse:
    """A response, and what goes wrong while it is sent."""

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
    """Return the See also block of an edition, as computed when its page is served; it depends on the phase alone."""
    ring = [member for member in load_editions() if member.language == edition.language and member.is_online(phase)]
    position = ring.index(edition) if edition in ring else edition.number % len(ring)
    neighbours = dict.fromkeys(ring[(position + step) % len(ring)] for step in RELATED_OFFSETS[min(phase, 2)])
    entries = [_make_entry(edition, neighbour.in_phase(phase)) for neighbour in neighbours if neighbour != edition]
    entries += [
        _make_dead_entry(dead_end)
        for dead_end in load_dead_ends()
        if dead_end.linked_from == edition.number and dead_end.language == edition.language
    ]
    return tuple(entries)


def _make_entry(edition: Edition, target: Edition) -> Related:
    dated = (edition.number + target.number) % 9 != 0
    return Related(
        path=target.page_path,
        headline=target.headline,
        date=format_see_also_date(target.when) if dated else None,
        mobile_date=format_mobile_date(target.when) if dated else None,
    )


def _make_dead_entry(end: DeadEnd) -> Related:
    return Related(
        path=end.path,
        headline=end.headline,
        date=format_see_also_date(end.when),
        mobile_date=format_mobile_date(end.when),
    )


def find_translations(edition: Edition, phase: int) -> tuple[tuple[str, str], ...]:
    """Return (language, path) of the same story in other languages; none for old pages and pages without a number."""
    if edition.layout == "A" or not edition.numbered:
        return ()
    return tuple(
        (translation.language, translation.page_path)
        for translation in load_editions()
        if translation.number == edition.number
        and translation.language != edition.language
        and translation.is_online(phase)
    )


def rebuild_edition(edition: Edition) -> Edition:
    """Return the edition as the site of 2026 prints it under its path."""
    dialect = "divs" if edition.tells_number and len(edition.spellings) == 1 else "semantic"
    return replace(edition, layout="D", dialect=dialect, json_ld="good")


def list_areas(language: str) -> tuple[int, ...]:
    """Return the areas that have a listing in this language."""
    return tuple(
        area
        for area in AREAS
        if any(area in edition.areas and edition.language == language for edition in load_editions())
    )


class PracticeSite:
    """The hand-made site. Only its phase and the count of failures that heal change while it is served."""

    def __init__(self, phase: int = 1) -> None:
        self.phase = phase
        self.redesign = Redesign()
        self._by_number: dict[tuple[str, int], Edition] = {}
        self._by_path: dict[str, Edition] = {}
        self._moved: dict[str, str] = {}
        self._dead = {(dead_end.language, dead_end.number): dead_end for dead_end in load_dead_ends()}
        self._tries: Counter[str] = Counter()
        self._lock = threading.Lock()
        for edition in (*load_editions(), *load_unlinked()):
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

    def _list_live(self, language: str) -> list[Edition]:
        return [
            edition for edition in load_editions() if edition.language == language and edition.is_online(self.phase)
        ]

    def _serve_home(self, language: str) -> PracticeResponse:
        return _make_page(
            listings.make_home_page(language, self._list_live(language), self.phase, list_areas(language))
        )

    def _find(self, request: PracticeRequest) -> PracticeResponse:
        parts = split_target(request.target)
        path = unquote(parts.path)
        if path == "/robots.txt":
            return PracticeResponse(status=200, body=listings.ROBOTS.encode(), content_type="text/plain; charset=utf-8")
        if path in self._moved:
            return PracticeResponse(status=301, headers=(("Location", quote(self._moved[path], safe="/:,.'%")),))
        if match := re.fullmatch(r"/(news-en|notizie-it|noticias-es|news-zh)/.*?-?(\d{1,9})\.html", path):
            return self._serve_article(LANGUAGE_OF[match[1]], int(match[2]), path, "")
        if path in ("/", "/index.php", "/m/index.php") and parts.query:
            return self._answer_query(path, {key: values[0] for key, values in parse_qs(parts.query).items()}, request)
        if match := re.fullmatch(r"/(en|it|es|zh)\.xml", path):
            body = listings.make_feed(match[1], self._list_live(match[1]), self.phase)
            return PracticeResponse(status=200, body=body.encode(), content_type="application/rss+xml; charset=utf-8")
        if path in ("/", "/index.php"):
            return self._serve_home("it")
        if match := re.fullmatch(r"/(en|it|es|zh)\.html|/Search-(en|it|es|zh):.*", path):
            return self._serve_home(match[1] or match[2])
        if match := re.fullmatch(r"/(geo|theme)-(en|it|es|zh)/.*?-?(\d+)(?:\.html)?", path):
            return self._serve_listing(match[1], match[2], int(match[3]))
        if edition := self._by_path.get(path.rstrip("/").lower()):
            return self._serve(edition, "path")
        return PracticeResponse(
            status=404, body=b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
        )

    def _answer_query(self, path: str, query: dict[str, str], request: PracticeRequest) -> PracticeResponse:
        language = query.get("l", "it")
        if language not in LANGUAGES:
            return self._serve_home("it")
        if re.fullmatch(r"\d{1,9}", query.get("art", "")):
            mobile = path.startswith("/m/") or request.host.startswith("m.")
            form = "mobile" if mobile else "print" if "mag" in query else ""
            return self._serve_article(language, int(query["art"]), path, form)
        if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", query.get("data_art_filtro", "")):
            try:
                day = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return self._serve_home(language)
            return self._serve_day(language, day)
        for kind in ("geo", "theme"):
            if query.get(kind, "").isascii() and query.get(kind, "").isdigit():
                return self._serve_listing(kind, language, int(query[kind][:6]))
        return self._serve_home(language)

    def _serve_day(self, language: str, day: date) -> PracticeResponse:
        live = self._list_live(language)
        editions = [
            *live,
            *(edition for edition in load_unlinked() if edition.language == language and edition.found_by == "day"),
        ]
        return _make_page(listings.make_day_page(language, day, live, editions, self.phase, list_areas(language)))

    def _serve_listing(self, kind: str, language: str, number: int) -> PracticeResponse:
        live = self._list_live(language)
        if kind == "geo" and number in AREAS:
            pinned = [edition for edition in live if edition.number in PINNED[language]]
            return _make_page(listings.make_area_page(language, number, live, self.phase, pinned))
        if kind == "theme" and number in THEMES:
            return _make_page(listings.make_theme_page(language, number, live, self.phase))
        return self._serve_home(language)

    def _serve_article(self, language: str, number: int, path: str, form: str) -> PracticeResponse:
        if end := self._dead.get((language, number)):
            return self._serve_dead_end(end, path)
        edition = self._by_number.get((language, number))
        return self._serve(edition, form) if edition else self._serve_home(language)

    def _serve_dead_end(self, end: DeadEnd, path: str) -> PracticeResponse:
        if end.how == "404":
            return PracticeResponse(status=404, body=b"<html><body><h1>Not Found</h1></body></html>")
        if end.how == "500":
            return PracticeResponse(status=500, body=b"<html><body><h1>Internal Server Error</h1></body></html>")
        if end.how == "loop" and end.also:
            return PracticeResponse(status=302, headers=(("Location", end.also if path != end.also else end.path),))
        return self._serve_home(end.language)

    def _serve(self, edition: Edition, form: str = "") -> PracticeResponse:
        if edition.since > self.phase:
            return self._serve_home(edition.language)
        if not edition.is_online(self.phase):
            return PracticeResponse(
                status=410, body=b"<html><body><h1>Gone</h1><p>This page was withdrawn.</p></body></html>"
            )
        printed = edition.in_phase(self.phase)
        if form == "print":
            return _make_page(make_print_page(printed))
        if form == "mobile":
            return _make_page(make_mobile_page(printed, self.phase, make_related(edition, self.phase)))
        translations = find_translations(edition, self.phase)
        if form == "path":
            printed = rebuild_edition(printed)
            translations = translations if edition.tells_number else ()
        html = self.redesign.make_page(printed, self.phase, make_related(edition, self.phase), translations)
        return self._apply_quirk(edition, html)

    def _apply_quirk(self, edition: Edition, html: str) -> PracticeResponse:
        answer = _make_page(html)
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
                return _make_page(html.replace("</head>", filler * (HUGE // len(filler)) + "</head>"))
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
    """Return path and query of a request; for a target that cannot be parsed those of the home page."""
    try:
        return urlsplit(target)
    except ValueError:
        return urlsplit("/")


def add_validators(answer: PracticeResponse, request: PracticeRequest, phase: int) -> PracticeResponse:
    """Return the response with ETag and Last-Modified, or a 304 when the client has this version."""
    tag = f'"{hashlib.md5(answer.body, usedforsecurity=False).hexdigest()}"'
    modified = f"Mon, {12 if phase < 2 else 19} Oct 2026 06:00:00 GMT"
    headers = (*answer.headers, ("ETag", tag), ("Last-Modified", modified))
    same = request.if_none_match == tag if request.if_none_match else request.if_modified_since == modified
    return (
        PracticeResponse(status=304, headers=headers)
        if same and answer.promised is None
        else replace(answer, headers=headers)
    )


def _make_page(html: str) -> PracticeResponse:
    return PracticeResponse(status=200, body=html.encode())


__all__: Sequence[str] = ("PracticeRequest", "PracticeResponse", "PracticeSite", "find_translations", "make_related")
