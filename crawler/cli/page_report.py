"""Lays out how one page was read: verdict, fields with their losers, problems, text, and on request each line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from crawler.cli.output import style_bold, style_faint, to_one_line
from crawler.cli.text_layout import align_labels, format_instant, measure_room, wrap_body, wrap_paragraph
from crawler.extraction.evidence.page_model import Verdict
from crawler.normalisation.dates.moments import instant
from crawler.operations.read.reading import Candidate, FieldReading, LineReading, PageReading

MOST_REASONS = 3
LONGEST_VALUE = 200
"""Characters of a candidate that lost."""
_INDENT = "  "


def iter_reading_lines(reading: PageReading, *, with_text: bool = True) -> Iterator[str]:
    """Yield the lines of a reading for people; with its lines where it has them, which then stand for the text."""
    headline = next((field.value for field in reading.fields if field.name == "headline"), None)
    yield style_bold(to_one_line(headline or "(no headline)"))
    yield style_faint(to_one_line(reading.url))
    yield ""
    yield from align_labels(_iter_facts(reading))
    yield from _iter_others(reading.fields)
    if reading.problems:
        yield ""
        yield style_bold("Problems and doubts")
        for problem in reading.problems:
            value = f" (“{to_one_line(problem.value)}”)" if problem.value else ""
            yield from _indent(f"{problem.field}: {to_one_line(problem.reason)}{value}")
    if reading.lines:
        yield ""
        yield style_bold("Lines: chance of being body, largest reasons of the first look")
        yield from _iter_page_lines(reading.lines)
    elif reading.article is not None and with_text:
        for text in (reading.article.lead, reading.article.body):
            if text:
                yield ""
                yield from wrap_body(text)


def _iter_facts(reading: PageReading) -> Iterator[tuple[str, str]]:
    if reading.refusal is None:
        yield "read as", "an article"
    elif reading.unreadable:
        yield "read as", f"nothing: {to_one_line(reading.refusal)}"
    else:
        yield "read as", f"no article: {to_one_line(reading.refusal)}"
    yield "site", f"{reading.site}, as of {format_instant(instant(reading.fetched_at))}"
    if reading.verdict is not None:
        yield from _iter_verdict(reading.verdict, reading.address_decides)
    for field in reading.fields:
        if field.value is not None:
            yield field.name, _format_field(field)


def _iter_verdict(verdict: Verdict, address_decides: bool) -> Iterator[tuple[str, str]]:
    note = "; the form of its address counts before that" if address_decides else ""
    yield "verdict", f"{verdict.answer.value}, a chance of {verdict.chance:.0%}{note}"
    for label, is_for in (("for it", True), ("against it", False)):
        reasons = [f"{words} ({shift:+.1f})" for words, shift in verdict.reasons if (shift > 0) is is_for]
        if reasons:
            yield label, ", ".join(reasons[:MOST_REASONS])


def _format_field(field: FieldReading) -> str:
    printed = f", printed “{to_one_line(field.printed)}”" if field.printed else ""
    source = style_faint(f"  [{to_one_line(field.source)}]") if field.source else ""
    return to_one_line(field.value or "") + printed + source


def _iter_others(fields: tuple[FieldReading, ...]) -> Iterator[str]:
    fields_with_others = [field for field in fields if field.others]
    if not fields_with_others:
        return
    yield ""
    yield style_bold("Other candidates")
    for field in fields_with_others:
        yield _INDENT + field.name
        for reason, candidates in groupby(field.others, key=lambda candidate: candidate.reason):
            yield from _indent(f"{reason}:", 2)
            for candidate in candidates:
                yield from _indent(_format_candidate(candidate), 3)


def _format_candidate(candidate: Candidate) -> str:
    value = to_one_line(candidate.value)
    shown = value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE].rstrip() + "…"
    return f"{shown}  [{to_one_line(candidate.source)}]"


def _indent(text: str, depth: int = 1) -> Iterator[str]:
    indent = _INDENT * depth
    for number, line in enumerate(wrap_paragraph(text, measure_room(len(indent) + 2))):
        yield indent + (_INDENT if number else "") + line


def _iter_page_lines(lines: tuple[LineReading, ...]) -> Iterator[str]:
    room = measure_room(16)
    for line in lines:
        mark = "+" if line.taken else " "
        text = next(wrap_paragraph(to_one_line(line.text), room), "")
        ellipsis = "…" if len(text) < len(to_one_line(line.text)) else ""
        yield f"{line.chance:>5.0%} {mark} {line.tag[:6]:<6} {text}{ellipsis}"
        if line.reasons:  # none for a menu's line or a short link, which are surely no body
            reasons = ", ".join(f"{name} {shift:+.1f}" for name, shift in line.reasons)
            yield style_faint(f"{'':15}{reasons}")
