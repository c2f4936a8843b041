"""Compares versions of an article field by field, and returns the differences as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.archive.articles.records import ArticleRecord, RevisionLine
from crawler.comparison.diff import Passage, diff_paragraphs
from crawler.comparison.edits import classify_edit
from crawler.errors import NoSuchVersion
from crawler.normalisation.wording import format_count

DIFF_FIELDS = ("headline", "lead", "byline", "body")
_RANGE = re.compile(r"(\d{1,9})(?:\.\.(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDifference:
    """What made one version of another."""

    before: int
    after: int
    captured_at: str
    """When the later one was fetched."""
    edit: str
    """Its kind: see :mod:`crawler.comparison.edits`."""
    unverified: bool
    """True where the page before one of them could not be read again: the difference may be one of our rules."""
    fields: dict[str, list[Passage]]
    """Of each field that changed, its paragraphs, unchanged ones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDiff:
    """How the versions of an article differ, those that were asked for."""

    id: int
    url: str
    versions: int
    unpublished: bool
    """The site no longer serves the article: its address was answered with 404 or 410."""
    differences: list[VersionDifference]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDiff:
    """How another article's text differs from that of an article."""

    id: int
    other: int
    url: str
    other_url: str
    fields: dict[str, list[Passage]]
    """Of each field that differs, its paragraphs, unchanged ones included."""


def diff_versions(record: ArticleRecord, wanted: str) -> ArticleDiff:
    """Return the differences of versions: ``N..M`` compares these two, ``N`` with the one before, an empty text all.

    Raises NoSuchVersion for a number that the article does not have, and what is no number at all.
    """
    versions = {revision.number: revision for revision in record.revisions}
    if not wanted.strip():
        pairs = list(pairwise(record.revisions))
    else:
        match = _RANGE.fullmatch(wanted.strip())
        first, last = _parse_ends(match[1], match[2]) if match else (0, 0)
        if not {first, last} <= versions.keys():
            raise NoSuchVersion(_describe_choice(record.id, len(versions), wanted))
        pairs = [(versions[first], versions[last])]
    return ArticleDiff(
        id=record.id,
        url=record.url,
        versions=len(versions),
        unpublished=record.status == "gone",
        differences=[_diff_pair(old, new, record.revisions, record.language) for old, new in pairs],
    )


def _describe_choice(article_id: int, versions: int, wanted: str) -> str:
    """Return in one line which versions of an article can be compared, in place of what somebody wanted."""
    count = f"article {article_id} has {format_count(versions, 'version')}"
    if versions < 2:
        return f"{count}, so there is nothing to compare"
    return f"{count}, not {wanted[:50]!a}: give one after the first (2), or two of them (1..2)"


def diff_prints(record: ArticleRecord, other: ArticleRecord) -> PrintDiff:
    """Return how the newest version of another article differs from that of this one."""
    fields = compare_versions(record.revisions[-1], other.revisions[-1])
    return PrintDiff(id=record.id, other=other.id, url=record.url, other_url=other.url, fields=fields)


def compare_versions(old: RevisionLine, new: RevisionLine) -> dict[str, list[Passage]]:
    """Return, of each text that differs between two versions, its paragraphs, unchanged ones included."""
    passages = {name: diff_paragraphs(getattr(old, name), getattr(new, name)) for name in DIFF_FIELDS}
    return {name: paragraphs for name, paragraphs in passages.items() if any(passage.changed for passage in paragraphs)}


def _parse_ends(first: str, last: str | None) -> tuple[int, int]:
    return (int(first), int(last)) if last else (int(first) - 1, int(first))


def _diff_pair(old: RevisionLine, new: RevisionLine, lines: Sequence[RevisionLine], language: str) -> VersionDifference:
    first, last = sorted((old.number, new.number))
    return VersionDifference(
        before=old.number,
        after=new.number,
        captured_at=new.captured_at,
        edit=classify_edit(old, new, language).value,
        unverified=any(line.unverified for line in lines if first < line.number <= last),
        fields=compare_versions(old, new),
    )
