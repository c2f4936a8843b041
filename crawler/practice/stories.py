"""Loads the stories of the practice site from ``data/*.toml``: the printed text, and the values to be read from it.

A *story* has a number; its *editions* are its translations. Expected values (authors, places, cleaned headlines) are
written by hand beside the printed text, so that the truth never depends on the code under test.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.practice.prose import compose

LANGUAGES = ("en", "it", "es", "zh")
FOLDERS = {"en": "news-en", "it": "notizie-it", "es": "noticias-es", "zh": "news-zh"}
PREFIXES = {"en": "by ", "it": "di ", "es": "de ", "zh": "作者 "}


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryAuthor:
    """An author as a correct archive holds it."""

    name: str
    kind: str = "person"
    honorific: str | None = None
    order_initials: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """A story in one language."""

    number: int
    language: str
    when: date | datetime
    """Rome's clock; a plain date when the time was not recorded."""
    headline: str
    clean_headline: str
    """The headline without control characters, as an archive should hold it."""
    kicker: str | None = None
    byline: str | None = None
    """Without its prefix."""
    prefix: bool = True
    """True if the page prints "by" before the name (layout B never does)."""
    writers: tuple[StoryAuthor, ...] = ()
    lead: str | None = None
    dateline: str | None = None
    dash: str = " - "
    place: str | None = None
    paragraphs: tuple[str, ...] = ()
    layout: str = "C"
    dialect: str = "divs"
    spellings: tuple[str, ...] = ()
    """Paths under which other pages link to it, the first one in See also blocks."""
    moved_from: str | None = None
    """An old path that answers 301 with the first spelling."""
    path: str | None = None
    """An address of 2026, without the number."""
    tells_number: bool = True
    """True if the page of 2026 names the number (print link or canonical)."""
    numbered: bool = True
    """False for stories of 2026 that never had a number that readers could see."""
    found_by: str = "links"
    """How it can be found: ``links``, ``day`` (only the listing of its day names it) or ``number`` (nothing does)."""
    areas: tuple[int, ...] = ()
    themes: tuple[int, ...] = ()
    hard_breaks: bool = False
    quirk: str | None = None
    """The defect of its response: broken-transfer, cut, slow, heals, huge, redirect, latin-header, cp1252-bytes,
    gb-bytes."""
    since: int = 1
    """The first phase in which the site has it."""
    withdrawn: int | None = None
    """The phase from which it answers 410."""
    edits: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The changes of phase 2."""
    json_ld: str | None = None
    """``good``, ``graph``, ``broken`` or None."""

    @property
    def is_edited(self) -> bool:
        return bool(self.edits)

    @property
    def page_path(self) -> str:
        """The path that See also blocks, listings and feeds link to."""
        return self.spellings[0] if self.spellings else self.query_path

    @property
    def query_path(self) -> str:
        return f"/index.php?l={self.language}&art={self.number}"

    @property
    def print_path(self) -> str:
        return f"/index.php?l={self.language}&idn=1&art={self.number}&mag=visualizzaperlastampa"

    @property
    def day(self) -> date:
        return self.when.date() if isinstance(self.when, datetime) else self.when

    @property
    def printed_byline(self) -> str | None:
        """The line under the headline, with or without its "by"."""
        if self.byline is None:
            return None
        return (PREFIXES[self.language] if self.prefix else "") + self.byline

    def is_online(self, phase: int) -> bool:
        return self.since <= phase and not (self.withdrawn is not None and phase >= self.withdrawn)

    def in_phase(self, phase: int) -> Edition:
        """Return the edition as it is printed in that phase."""
        if phase < 2 or not self.edits:
            return self
        headline = self.edits.get("headline", self.headline)
        paragraphs = list(self.paragraphs)
        if typo := self.edits.get("typo"):
            paragraphs = [paragraph.replace(typo[0], typo[1]) for paragraph in paragraphs]
        if added := self.edits.get("added"):
            paragraphs.append(added)
        return replace(
            self,
            headline=headline,
            clean_headline=headline if "headline" in self.edits else self.clean_headline,
            lead=self.edits.get("lead", self.lead),
            paragraphs=tuple(paragraphs),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadEnd:
    """An address that pages link to and that never becomes an article."""

    number: int
    language: str
    headline: str
    when: date | datetime
    path: str
    ends: str
    """``hole`` (home page), ``gone`` (404), ``failed`` (500 or a redirect loop)."""
    how: str
    """``home``, ``404``, ``500`` or ``loop``."""
    linked_from: int
    """The story whose See also block ends with it."""
    also: str | None = None
    """The other address of a redirect loop."""


def _choose_layout(number: int) -> str:
    # Captures of 2014-15 show layout A, 2016-17 B, later C. Here the age of the story decides, so that all occur.
    return "A" if number < 16_000 else "B" if number < 38_000 else "C"


def _make_slug(headline: str) -> str:
    return headline.replace('"', "").replace(" ", "-")


def _make_writers(rows: list[Any]) -> tuple[StoryAuthor, ...]:
    return tuple(StoryAuthor(name=row) if isinstance(row, str) else StoryAuthor(**row) for row in rows)


def _make_edition(story: Mapping[str, Any], language: str, row: Mapping[str, Any]) -> Edition:
    number: int = story["id"]
    fields = {**{key: value for key, value in story.items() if key not in LANGUAGES}, **row}
    layout = fields.get("layout", _choose_layout(number))
    headline: str = row["headline"]
    numbered = fields.get("numbered", True)
    path = fields.get("path")
    slug = f"/{FOLDERS[language]}/{_make_slug(headline)}-{number}.html"
    default = [] if path is None else [path]
    if path is None or fields.get("has_slug", False):
        default.insert(0, slug)
    spellings = tuple(fields.get("spellings", default))
    writers = _make_writers(row.get("authors", [row["byline"]] if "byline" in row else []))
    # ``like`` names the story whose sentences a reprint or a near-copy repeats.
    paragraphs = tuple(row.get("paragraphs", ())) or compose(
        language,
        fields.get("like", number),
        row["opening"],
        row.get("city") or row.get("place") or "",
        fields.get("length", 4),
    )
    return Edition(
        number=number,
        language=language,
        when=fields["date"],
        headline=headline,
        clean_headline=row.get("clean_headline", headline),
        kicker=row.get("kicker"),
        byline=row.get("byline"),
        prefix=layout != "B",
        writers=writers,
        lead=row.get("lead"),
        dateline=row.get("dateline"),
        dash=row.get("dash", " - "),
        place=row.get("place"),
        paragraphs=paragraphs,
        layout=layout,
        dialect=fields.get("dialect", ("divs", "table", "plain", "semantic")[number % 4]),
        spellings=spellings,
        moved_from=row.get("moved_from"),
        path=path,
        tells_number=fields.get("tells_number", True),
        numbered=numbered,
        found_by=fields.get("found_by", "links"),
        areas=tuple(fields.get("areas", ())),
        themes=tuple(fields.get("themes", ())),
        hard_breaks=fields.get("hard_breaks", False),
        quirk=row.get("quirk"),
        since=fields.get("since", 1),
        withdrawn=fields.get("withdrawn"),
        edits=row.get("edits", {}),
        json_ld=row.get("json_ld", "good" if fields.get("dialect") == "semantic" or number % 4 == 3 else None),
    )


def _load_documents(beginning: str = "stories") -> list[dict[str, Any]]:
    folder = files("crawler.practice") / "data"
    paths = sorted((path for path in folder.iterdir() if path.name.startswith(beginning)), key=lambda path: path.name)
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]


@cache
def load_editions() -> tuple[Edition, ...]:
    """Return every edition of every story that links lead to, in the order of numbers and languages."""
    return _load_editions("stories")


@cache
def load_unlinked() -> tuple[Edition, ...]:
    """Return every edition that nothing links to: the listing of its day may name it, or only its number leads there."""
    return _load_editions("unlinked")


def _load_editions(documents: str) -> tuple[Edition, ...]:
    editions = [
        _make_edition(story, language, story[language])
        for document in _load_documents(documents)
        for story in document.get("story", [])
        for language in LANGUAGES
        if language in story
    ]
    return tuple(sorted(editions, key=lambda edition: (edition.number, LANGUAGES.index(edition.language))))


@cache
def load_dead_ends() -> tuple[DeadEnd, ...]:
    """Return every address that never becomes an article."""
    return tuple(DeadEnd(**row) for document in _load_documents() for row in document.get("dead_end", []))
