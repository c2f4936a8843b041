"""The records of an archived article, its authors, links, versions and captures."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.archive.schema.fields import ArticleFields
from crawler.items import Author


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorLine(Author):
    """One author of an article; the name is that of the author after edits, not the one that was read."""

    position: int
    """In the byline, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeOut:
    """One See also entry that was printed with the article."""

    position: int
    target_url: str
    target_id: int | None
    headline: str | None
    published_at: str | None
    published_raw: str | None
    first_seen_at: str
    last_seen_at: str
    current: bool
    """True when the entry was on the page at the article's last visit."""
    target_on: str | None
    """The archived day of the article that the entry leads to; the other two dates are as the entry prints them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeIn:
    """An archived article whose See also names this one."""

    article_id: int
    headline: str
    url: str
    language: str
    published_on: str | None
    first_seen_at: str
    last_seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """One version of an article, the first is number 1."""

    number: int
    captured_at: str
    digest: str
    headline: str
    lead: str | None
    byline: str | None
    body: str
    capture_id: int | None
    unverified: bool = False
    """True where the page of the version before could not be read again: the difference may be one of our rules."""
    edit: str | None = None
    """The kind of edit that made it of the version before: ``typo``, ``headline``, ``correction``, ``substance`` or
    ``unpublished``; None for the first. It is not stored, so that better rules (:mod:`crawler.comparison.edits`) hold
    for old edits too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another archived article: a translation, or a copy."""

    article_id: int
    language: str
    headline: str
    url: str
    published_on: str | None
    similarity: float | None = None
    kind: str | None = None
    """``duplicate`` or ``near``; None for a translation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureLine:
    """One answer of the server, and its place in a WARC file."""

    id: int
    url: str
    fetched_at: str
    status: int
    digest: str | None
    warc_file: str | None
    warc_offset: int | None
    warc_length: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow(ArticleFields):
    """One article with its authors."""

    revisions: int
    """Number of versions."""
    authors: tuple[AuthorLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord(ArticleFields):
    """Everything about one article; ``dataclasses.asdict`` makes it JSON."""

    sources: dict[str, str]
    authors: list[AuthorLine]
    see_also: list[EdgeOut]
    named_by: list[EdgeIn]
    revisions: list[RevisionLine]
    translations: list[Related]
    copies: list[Related]
    captures: list[CaptureLine]
    addresses: list[str]
    """All known spellings of all its addresses."""
