"""Prints the differences between versions of an article for people: removed and added text, without the unchanged."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Final

import click

from crawler.cli.output import format_count, strip_controls, style_bold, style_faint, supports_colour
from crawler.cli.text_layout import format_instant, measure_terminal, wrap_paragraph
from crawler.comparison.diff import DiffPart, PartKind, Passage, PassageRemark
from crawler.research.version_diff import ArticleDiff

_REMARKS: Final[Mapping[tuple[PassageRemark, PartKind], str]] = {
    ("moved", "delete"): "moved from here:",
    ("moved", "insert"): "moved to here:",
    ("too-long", "delete"): "too long to be compared word by word:",
}


def iter_diff_lines(diff: ArticleDiff, headline: str) -> Iterator[str]:
    """Yield differences as a person reads them; unchanged paragraphs are counted, not printed."""
    yield style_bold(headline)
    yield style_faint(diff.url)
    for difference in diff.differences:
        yield ""
        yield (
            style_bold(f"{difference.before} → {difference.after}  {difference.edit}")
            + f"  {format_instant(difference.captured_at)}"
        )
        if difference.unverified:
            yield style_faint("  its former page could not be read again: the difference may be one of our rules")
        yield from iter_field_lines(difference.fields)
    if diff.unpublished:
        yield ""
        yield style_bold("unpublished") + "  the site no longer serves this article; all versions are kept here"
    elif not diff.differences:
        yield ""
        yield "One version; nothing has changed."


def iter_field_lines(fields: Mapping[str, list[Passage]]) -> Iterator[str]:
    """Yield the passages that differ, under the names of their fields."""
    if not fields:
        yield style_faint("  nothing a reader would notice")
    for field, paragraphs in fields.items():
        yield ""
        yield style_faint(field)
        yield from _iter_paragraph_lines(paragraphs)


def _iter_paragraph_lines(passages: list[Passage]) -> Iterator[str]:
    skipped = 0
    for index, passage in enumerate(passages):
        if not passage.changed:
            skipped += 1
        if skipped and (passage.changed or index == len(passages) - 1):
            yield style_faint(f"  … {format_count(skipped, 'paragraph')} unchanged …")
            skipped = 0
        if passage.changed:
            if passage.remark is not None:
                yield style_faint(f"  {_REMARKS[passage.remark, passage.parts[0].kind]}")
            for paragraph in _mark_parts(passage.parts).split("\n\n"):
                yield from wrap_paragraph(paragraph, None if supports_colour(sys.stdout) else measure_terminal())


def _mark_parts(parts: tuple[DiffPart, ...]) -> str:
    marked_text, kind_before = "", ""
    for part in parts:
        text = strip_controls(part.text)
        stripped = text.lstrip(" ")
        gap = " " if len(stripped) < len(text) and not (part.kind == "insert" and kind_before == "delete") else ""
        marked_text += gap + (
            stripped
            if part.kind == "equal"
            else "\n\n".join(_mark_part(part.kind, paragraph) for paragraph in stripped.split("\n\n"))
        )
        kind_before = part.kind
    return marked_text


def _mark_part(kind: str, text: str) -> str:
    if not text:
        return text
    if supports_colour(sys.stdout):
        return (
            click.style(text, fg="red", strikethrough=True)
            if kind == "delete"
            else click.style(text, fg="green", underline=True)
        )
    return f"[-{text}-]" if kind == "delete" else f"{{+{text}+}}"
