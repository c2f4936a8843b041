"""Lays out what a site's file says and why, how it reads pages, and how its saved cases fare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from crawler.cli.output import format_count, style_bold, style_faint, to_one_line
from crawler.cli.text_layout import format_instant, measure_room, wrap_paragraph
from crawler.operations.read.reading import PageReading
from crawler.operations.sites.checked_site import CaseCheck, SiteCheck
from crawler.sitekit.cases import SavedCase
from crawler.sitekit.infer import InferredSite
from crawler.sites.faults import SiteFault
from crawler.sites.values import make_values

INDENT = "  "
LABEL_WIDTH = 18
LONGEST_PATTERN = 160
LONGEST_VALUE = 120
MARKS = {True: "✓", False: "✗", None: "·"}


def iter_value_lines(inferred: InferredSite) -> Iterator[str]:
    """Yield the values of an inferred site, each with what speaks for it."""
    values = make_values(inferred.site)
    yield style_bold("What the file says, and why")
    for key in ("title", "origin", "country", "languages", "timezone", "entry_points", "headline_suffixes"):
        if key in values:
            yield from _iter_value(key, _format_value(values[key]), inferred.evidence.get(key))
    for number, form in enumerate(inferred.site.addresses):
        host = f"{form.host} " if form.host else ""
        query = f" ?{', '.join(form.query)}" if form.query else ""
        pattern = f"{host}{form.path}{query}"
        shown = pattern if len(pattern) <= LONGEST_PATTERN else pattern[:LONGEST_PATTERN] + "…"
        yield from _iter_value(form.kind, shown, inferred.evidence.get(f"addresses[{number}]"))
    for number, dates in enumerate(inferred.site.dates):
        yield from _iter_value(
            f"dates, {dates.place}", ", ".join(dates.formats), inferred.evidence.get(f"dates[{number}]")
        )
    labels = inferred.site.labels.see_also
    if labels or "labels" in inferred.evidence:
        yield from _iter_value("see also", ", ".join(labels) or "the usual labels", inferred.evidence.get("labels"))


def iter_doubt_lines(inferred: InferredSite) -> Iterator[str]:
    """Yield what the pages do not tell."""
    if inferred.doubts:
        yield ""
        yield style_bold("What the pages do not tell")
        for doubt in inferred.doubts:
            yield from _wrap(f"{doubt.key}: {doubt.reason}", 1)


def iter_fault_lines(faults: Sequence[SiteFault]) -> Iterator[str]:
    """Yield what is wrong with the values of a site, and what to do."""
    for fault in faults:
        word = "" if fault.is_error else "perhaps: "
        yield from _wrap(f"{fault.key}: {word}{to_one_line(fault.reason)}; {to_one_line(fault.remedy)}", 1)


def iter_reading_lines(number: int, reading: PageReading, case: SavedCase) -> Iterator[str]:
    """Yield how one page is read: headline, a line of facts, doubts, and the case that it is."""
    values = {field.name: field.value for field in reading.fields}
    headline = values.get("headline") or "(no headline)"
    yield from map(style_bold, _wrap(f"{number}  {to_one_line(headline)}", 0))
    yield INDENT + style_faint(to_one_line(reading.url))  # whole however long, to be opened and copied
    article = reading.article
    if article is None:
        yield from _wrap(f"not read as an article: {to_one_line(reading.refusal or '')}", 1)
    else:
        authors = ", ".join(author.name for author in article.authors) or "no author"
        published = format_instant(article.published.value) if article.published else "no date"
        facts = (
            *(authors, published, format_count(article.word_count, "word")),
            f"{len(article.see_also)} See also",
            f"key {article.site_key}",
        )
        yield from _wrap(to_one_line("; ".join(str(fact) for fact in facts)), 1)
        begin = (article.lead or article.body)[:LONGEST_VALUE]
        yield from _wrap(f"“{to_one_line(begin)}…”", 1)
    for doubt in reading.doubts:
        value = f" “{to_one_line(doubt.value)[:LONGEST_VALUE]}”" if doubt.value else ""
        yield from _wrap(f"? {doubt.field}:{value} {to_one_line(doubt.reason)}", 1)
    yield from map(style_faint, _wrap(f"{'accepted' if case.is_accepted else 'saved'} as the case {case.name}", 1))


def iter_check_lines(check: SiteCheck) -> Iterator[str]:
    """Yield what is wrong with a site, then a table of fields by cases, then each difference."""
    site = check.known_site.site
    yield style_bold(to_one_line(f"{site.name}, {site.title}, {site.origin}"))
    yield from _wrap(to_one_line(check.known_site.place), 1)
    if check.faults:
        yield ""
        yield style_bold("Values")
        yield from iter_fault_lines(check.faults)
    else:
        yield INDENT + "its values are sound"
    if any(fault.is_error for fault in check.faults):
        yield INDENT + "its cases are read when its values have no errors"
        return
    if not check.cases:
        yield from _wrap(f"it has no saved cases{f' in {check.cases_folder}' if check.cases_folder else ''}", 1)
        return
    yield ""
    yield from _iter_matrix(check)
    for number, case in enumerate(check.cases, 1):
        yield from _iter_case(number, case)


def _iter_matrix(check: SiteCheck) -> Iterator[str]:
    """Yield a table of fields by cases, in several parts where there are more cases than columns."""
    room = max(1, (measure_room(LABEL_WIDTH + 4)) // 3)
    width = max(map(len, check.fields), default=5)
    for first in range(0, len(check.cases), room):
        part = check.cases[first : first + room]
        yield style_bold(f"{'case':<{width}}" + "".join(f"{first + number:>3}" for number in range(1, len(part) + 1)))
        for name, agreements in check.fields.items():
            yield f"{name:<{width}}" + "".join(f"{MARKS[agrees]:>3}" for agrees in agreements[first : first + room])
        yield style_faint(f"{'':<{width}}" + "".join(f"{_mark_case(case):>3}" for case in part))
    yield ""
    yield from _wrap("✓ as expected  ✗ otherwise  · not compared  a accepted  h by hand  ? nobody has looked at it", 0)


def _mark_case(case: CaseCheck) -> str:
    return "?" if case.unreviewed else "a" if case.accepted else "h"


def _iter_case(number: int, case: CaseCheck) -> Iterator[str]:
    if case.refusal is not None:
        yield from _wrap(f"{number}  {case.name}: not read as an article: {to_one_line(case.refusal)}", 0)
    elif case.unreviewed:
        yield from _wrap(f"{number}  {case.name}: unreviewed; compare it with the page, then accept it", 0)
    elif case.differing:
        yield from _wrap(f"{number}  {case.name}: {format_count(len(case.differing), 'field')} otherwise", 0)
    for row in case.differing:
        yield from _wrap(f"{row.field}: expected {_shorten(row.expected)}", 2)
        yield from _wrap(f"{' ' * len(row.field)}  read     {_shorten(row.read)}", 2)


def _iter_value(key: str, value: str, evidence: str | None) -> Iterator[str]:
    room = measure_room(LABEL_WIDTH + 2)
    for number, line in enumerate(wrap_paragraph(to_one_line(value), room)):
        yield f"{INDENT}{'' if number else key:<{LABEL_WIDTH}}{line}"
    if evidence:
        for line in wrap_paragraph(to_one_line(evidence), room):
            yield style_faint(f"{INDENT}{'':<{LABEL_WIDTH}}{line}")


def _format_value(value: object) -> str:
    return ", ".join(map(repr, value)) if isinstance(value, list | tuple) else str(value)


def _shorten(value: object) -> str:
    text = to_one_line(" ¶ ".join(map(str, value)) if isinstance(value, list) else str(value))
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def _wrap(text: str, depth: int) -> Iterable[str]:
    indent = INDENT * depth
    for line in wrap_paragraph(text, measure_room(len(indent) + 2)):
        yield indent + line
