"""The difference between versions of an article, for people and as data: what left and came, the rest left out."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from crawler.cli.output import bold, faint, format_count, strip_controls, supports_colour
from crawler.cli.text_layout import format_instant, terminal_width, wrap_paragraph
from crawler.comparison.diff import DiffPart, Passage, diff_paragraphs
from crawler.comparison.edits import classify_edit
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.archive.articles.records import ArticleRecord, RevisionLine

DIFF_FIELDS = ("headline", "lead", "byline", "body")
_RANGE = re.compile(r"(\d{1,9})(?:\.\.(\d{1,9}))?", re.ASCII)


class NoSuchVersion(CrawlerError):
    """The article has no version of that number: see which there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDifference:
    """What made one version of another."""

    before: int
    after: int
    captured_at: str
    """When the later one was fetched."""
    edit: str
    """Its kind: see :mod:`crawler.comparison.edits`."""
    fields: dict[str, list[Passage]]
    """Of each field that changed, its paragraphs, unchanged ones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDiff:
    """What ``show --diff --json`` prints."""

    id: int
    url: str
    versions: int
    unpublished: bool
    """The site no longer serves the article: its address was answered with 404 or 410."""
    differences: list[VersionDifference]


def diff_versions(record: ArticleRecord, wanted: str) -> ArticleDiff:
    """Return what was asked for: ``N..M`` compares these two, ``N`` with the one before, an empty text all in turn.

    Raises NoSuchVersion for a number that the article does not have, and what is no number at all.
    """
    versions = {revision.number: revision for revision in record.revisions}
    if not wanted.strip():
        pairs = list(pairwise(record.revisions))
    else:
        found = _RANGE.fullmatch(wanted.strip())
        first, last = _parse_ends(found[1], found[2]) if found else (0, 0)
        if not {first, last} <= versions.keys():
            raise NoSuchVersion(
                f"article {record.id} has {format_count(len(versions), 'version')}: {wanted[:50]!a} is neither one "
                f"that has "
                "another before it (2) nor two of them (1..2)"
            )
        pairs = [(versions[first], versions[last])]
    return ArticleDiff(
        id=record.id,
        url=record.url,
        versions=len(versions),
        unpublished=record.status == "gone",
        differences=[_diff_pair(old, new, record.language) for old, new in pairs],
    )


def _parse_ends(first: str, last: str | None) -> tuple[int, int]:
    return (int(first), int(last)) if last else (int(first) - 1, int(first))


def list_diff_lines(found: ArticleDiff, headline: str) -> Iterator[str]:
    """Yield differences as a person reads them; unchanged paragraphs are counted, not printed."""
    yield bold(headline)
    yield faint(found.url)
    for difference in found.differences:
        yield ""
        yield (
            bold(f"{difference.before} → {difference.after}  {difference.edit}")
            + f"  {format_instant(difference.captured_at)}"
        )
        if not difference.fields:
            yield faint("  nothing a reader would notice")
        for field, paragraphs in difference.fields.items():
            yield ""
            yield faint(field)
            yield from _list_paragraph_lines(paragraphs)
    if found.unpublished:
        yield ""
        yield bold("unpublished") + "  the site no longer serves this article; all versions are kept here"
    elif not found.differences:
        yield ""
        yield "One version; nothing has changed."


def _diff_pair(old: RevisionLine, new: RevisionLine, language: str) -> VersionDifference:
    found = {name: diff_paragraphs(getattr(old, name), getattr(new, name)) for name in DIFF_FIELDS}
    return VersionDifference(
        before=old.number,
        after=new.number,
        captured_at=new.captured_at,
        edit=classify_edit(old, new, language).value,
        fields={
            name: paragraphs for name, paragraphs in found.items() if any(passage.changed for passage in paragraphs)
        },
    )


def _list_paragraph_lines(found: list[Passage]) -> Iterator[str]:
    skipped = 0
    for at, passage in enumerate(found):
        if not passage.changed:
            skipped += 1
        if skipped and (passage.changed or at == len(found) - 1):
            yield faint(f"  … {format_count(skipped, 'paragraph')} unchanged …")
            skipped = 0
        if passage.changed:
            for paragraph in _mark_parts(passage.parts).split("\n\n"):
                yield from wrap_paragraph(paragraph, None if supports_colour(sys.stdout) else terminal_width())


def _mark_parts(parts: tuple[DiffPart, ...]) -> str:
    made, before = "", ""
    for part in parts:
        text = strip_controls(part.text)
        words = text.lstrip(" ")
        gap = " " if len(words) < len(text) and not (part.kind == "insert" and before == "delete") else ""
        made += gap + (
            words
            if part.kind == "equal"
            else "\n\n".join(_mark_part(part.kind, paragraph) for paragraph in words.split("\n\n"))
        )
        before = part.kind
    return made


def _mark_part(kind: str, words: str) -> str:
    if not words:
        return words
    if supports_colour(sys.stdout):
        return (
            click.style(words, fg="red", strikethrough=True)
            if kind == "delete"
            else click.style(words, fg="green", underline=True)
        )
    return f"[-{words}-]" if kind == "delete" else f"{{+{words}+}}"
