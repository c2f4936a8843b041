"""The difference between versions of an article, for people: what left and came, the rest left out."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from crawler.cli.output import bold, faint, format_count, strip_controls, supports_colour
from crawler.cli.text_layout import format_instant, terminal_width, wrap_paragraph
from crawler.comparison.diff import DiffPart, Passage
from crawler.research.version_diff import ArticleDiff


def list_diff_lines(diff: ArticleDiff, headline: str) -> Iterator[str]:
    """Yield differences as a person reads them; unchanged paragraphs are counted, not printed."""
    yield bold(headline)
    yield faint(diff.url)
    for difference in diff.differences:
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
    if diff.unpublished:
        yield ""
        yield bold("unpublished") + "  the site no longer serves this article; all versions are kept here"
    elif not diff.differences:
        yield ""
        yield "One version; nothing has changed."


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
