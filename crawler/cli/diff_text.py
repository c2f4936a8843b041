"""The difference between versions of an article, for people and as data: what left and came, the rest left out."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from crawler.cli.output import bold, colours, faint, number, plain
from crawler.cli.text_layout import day_and_time, width, wrap
from crawler.comparison.diff import Part, Passage, passages
from crawler.comparison.edits import kind_of_edit
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.archive.articles.lookup import ArticleRecord, RevisionLine

FIELDS = ("headline", "lead", "byline", "body")
_RANGE = re.compile(r"(\d{1,9})(?:\.\.(\d{1,9}))?", re.ASCII)


class NoSuchVersion(CrawlerError):
    """The article has no version of that number: see which there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
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
class Differences:
    """What ``show --diff --json`` prints."""

    id: int
    url: str
    versions: int
    unpublished: bool
    """The site no longer serves the article: its address was answered with 404 or 410."""
    differences: list[Difference]


def differences(record: ArticleRecord, wanted: str) -> Differences:
    """Return what was asked for: ``N..M`` compares these two, ``N`` with the one before, an empty text all in turn.

    Raises NoSuchVersion for a number that the article does not have, and what is no number at all.
    """
    versions = {revision.number: revision for revision in record.revisions}
    if not wanted.strip():
        pairs = list(pairwise(record.revisions))
    else:
        found = _RANGE.fullmatch(wanted.strip())
        first, last = _ends(found[1], found[2]) if found else (0, 0)
        if not {first, last} <= versions.keys():
            raise NoSuchVersion(
                f"article {record.id} has {number(len(versions), 'version')}: {wanted[:50]!a} is neither one that has "
                "another before it (2) nor two of them (1..2)"
            )
        pairs = [(versions[first], versions[last])]
    return Differences(
        id=record.id,
        url=record.url,
        versions=len(versions),
        unpublished=record.status == "gone",
        differences=[_difference(old, new, record.language) for old, new in pairs],
    )


def _ends(first: str, last: str | None) -> tuple[int, int]:
    return (int(first), int(last)) if last else (int(first) - 1, int(first))


def lines(found: Differences, headline: str) -> Iterator[str]:
    """Yield differences as a person reads them; unchanged paragraphs are counted, not printed."""
    yield bold(headline)
    yield faint(found.url)
    for difference in found.differences:
        yield ""
        yield (
            bold(f"{difference.before} → {difference.after}  {difference.edit}")
            + f"  {day_and_time(difference.captured_at)}"
        )
        if not difference.fields:
            yield faint("  nothing a reader would notice")
        for field, paragraphs in difference.fields.items():
            yield ""
            yield faint(field)
            yield from _paragraphs(paragraphs)
    if found.unpublished:
        yield ""
        yield bold("unpublished") + "  the site no longer serves this article; all versions are kept here"
    elif not found.differences:
        yield ""
        yield "One version; nothing has changed."


def _difference(old: RevisionLine, new: RevisionLine, language: str) -> Difference:
    found = {name: passages(getattr(old, name), getattr(new, name)) for name in FIELDS}
    return Difference(
        before=old.number,
        after=new.number,
        captured_at=new.captured_at,
        edit=kind_of_edit(old, new, language).value,
        fields={
            name: paragraphs for name, paragraphs in found.items() if any(passage.changed for passage in paragraphs)
        },
    )


def _paragraphs(found: list[Passage]) -> Iterator[str]:
    skipped = 0
    for at, passage in enumerate(found):
        if not passage.changed:
            skipped += 1
        if skipped and (passage.changed or at == len(found) - 1):
            yield faint(f"  … {number(skipped, 'paragraph')} unchanged …")
            skipped = 0
        if passage.changed:
            for paragraph in _marked(passage.parts).split("\n\n"):
                yield from wrap(paragraph, None if colours(sys.stdout) else width())


def _marked(parts: tuple[Part, ...]) -> str:
    made, before = "", ""
    for part in parts:
        text = plain(part.text)
        words = text.lstrip(" ")
        gap = " " if len(words) < len(text) and not (part.kind == "insert" and before == "delete") else ""
        made += gap + (
            words
            if part.kind == "equal"
            else "\n\n".join(_mark(part.kind, paragraph) for paragraph in words.split("\n\n"))
        )
        before = part.kind
    return made


def _mark(kind: str, words: str) -> str:
    if not words:
        return words
    if colours(sys.stdout):
        return (
            click.style(words, fg="red", strikethrough=True)
            if kind == "delete"
            else click.style(words, fg="green", underline=True)
        )
    return f"[-{words}-]" if kind == "delete" else f"{{+{words}+}}"
