"""An article to be read, and each of its versions."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from crawler.archive.articles.lookup import read_article
from crawler.archive.articles.records import ArticleRecord, AuthorLine, RevisionLine
from crawler.archive.articles.rows import read_rows
from crawler.archive.authority.listing import map_author_ids
from crawler.archive.schema.fields import LABELLED_FIELDS
from crawler.archive.search.similar import more_like
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.browse.titles import find_site_title
from crawler.comparison.edits import classify_edit
from crawler.research.citation import Style, cite
from crawler.research.version_diff import compare_versions

EDIT_SECONDS: Final = 0.15
"""So long it is looked for what made each version, the newest first; of hundreds the older ones stay without a word."""
MAX_SIMILAR: Final = 5
"""Articles shown as "more like this"; they are looked for in at most ``SIMILAR_SECONDS``."""
SIMILAR_SECONDS: Final = 0.2
STYLES: Final[tuple[tuple[Style, str], ...]] = (
    ("apa", "APA"),
    ("chicago", "Chicago"),
    ("bibtex", "BibTeX"),
    ("ris", "RIS"),
    ("csl-json", "CSL-JSON"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedValue:
    """A value, the words it was read from, and where on the page they stood."""

    label: str
    value: str
    printed: str | None
    source: str | None


@page(r"article/(?P<article_id>[0-9]+)")
def article(asked: PageRequest) -> PageResponse:
    """Show an article as it is now, with everything it is connected with."""
    record = _read_record(asked)
    authors = map_author_ids(asked.archive.db, record.id)
    return PageResponse(
        template="article.html",
        context={
            "article": record,
            "credits": [(authors[author.position], format_author(author)) for author in record.authors],
            "site": find_site_title(record.site),
            "printed": list_printed_values(record),
            "citations": make_citations(asked, record),
            "alike": asked.time_limit.optional(
                SIMILAR_SECONDS, lambda: more_like(asked.archive.db, record.id, MAX_SIMILAR)
            ),
            "see_also": [edge for edge in record.see_also if edge.current],
            "former": [edge for edge in record.see_also if not edge.current],
            "versions": describe_versions(record),
        },
    )


@page(r"article/(?P<article_id>[0-9]+)/revision/(?P<number>[0-9]+)")
def revision(asked: PageRequest) -> PageResponse:
    """Show one version for good, or with ``against=N`` what differs from another version of the article."""
    record = _read_record(asked)
    versions = {line.number: line for line in record.revisions}
    version = _find_version(versions, asked.number("number"), record)
    against = None
    if "against" in asked.arguments:
        wanted = asked.arguments["against"]
        against = _find_version(versions, int(wanted) if wanted.isascii() and wanted.isdigit() else 0, record)
    return PageResponse(
        template="revision.html",
        context={
            "article": record,
            "site": find_site_title(record.site),
            "version": version,
            "versions": describe_versions(record),
            "before": versions.get(version.number - 1),
            "against": against,
            "edit": classify_edit(against, version, record.language).value if against else None,
            "differences": compare_versions(against, version) if against else {},
            "citations": make_citations(asked, record, version),
        },
    )


def describe_versions(record: ArticleRecord) -> list[RevisionLine]:
    """Return the versions, and what made each of the one before as far as there is time for it."""
    until = time.monotonic() + EDIT_SECONDS
    made: list[RevisionLine] = []
    for new, old in pairwise(record.revisions[::-1]):
        in_time = time.monotonic() < until
        made.append(replace(new, edit=classify_edit(old, new, record.language).value) if in_time else new)
    return [*made, *record.revisions[:1]]


def format_author(author: AuthorLine) -> str:
    """Return how an author's name is shown, with honorific and order."""
    shown = " ".join(part for part in (author.honorific, author.name) if part)
    return f"{shown}, {author.order_initials}" if author.order_initials else shown


def list_printed_values(record: ArticleRecord) -> list[PrintedValue]:
    """Return the values of an article that were read from printed words."""
    names = ", ".join(author.name for author in record.authors)
    labelled = [(name, label, getattr(record, name)) for name, label in LABELLED_FIELDS.items()]
    facts = (
        ("Published", record.published_at, record.published_raw, "published"),
        ("Changed", record.modified_at, record.modified_raw, "modified"),
        *((label.capitalize(), value, value, name) for name, label, value in labelled),
        ("Headline", record.headline, record.headline, "headline"),
        ("Authors", names or None, record.byline, "byline"),
        ("Place", record.dateline_place, record.dateline, "dateline"),
        ("Agencies", ", ".join(record.dateline_agencies) or None, record.dateline, "dateline"),
    )
    return [
        PrintedValue(label=label, value=value or "not known", printed=words, source=record.sources.get(field))
        for label, value, words, field in facts
        if value or words
    ]


def make_citations(
    asked: PageRequest, record: ArticleRecord, version: RevisionLine | None = None
) -> list[tuple[str, str, bool]]:
    """Return (style, citation, whether it is for programs) of an article or one of its versions."""
    rows = list(read_rows(asked.archive.db, (record.id,)))
    today = datetime.now(UTC).date()
    return [
        (label, cite(row, style, publication=find_site_title(row.site), accessed=today, revision=version), index > 1)
        for row in rows
        for index, (style, label) in enumerate(STYLES)
    ]


def _read_record(asked: PageRequest) -> ArticleRecord:
    record = read_article(asked.archive.db, asked.number("article_id"), edits=False)
    if record is None:
        raise PageMissing(f"There is no article {asked.route['article_id']} in this archive.")
    return record


def _find_version(versions: dict[int, RevisionLine], number: int, record: ArticleRecord) -> RevisionLine:
    if number not in versions:
        raise PageMissing(f"Article {record.id} has no such version; it has {len(versions)}.")
    return versions[number]
