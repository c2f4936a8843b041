"""An article to be read, and each of its versions."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from crawler.archive.articles.lookup import ArticleRecord, AuthorLine, RevisionLine, read_article
from crawler.archive.articles.rows import rows_of
from crawler.archive.authority.listing import numbers_in
from crawler.archive.search.similar import more_like
from crawler.browse.page import Answer, Asked, Missing, page
from crawler.browse.titles import publication
from crawler.comparison.diff import Passage, passages
from crawler.comparison.edits import kind_of_edit
from crawler.research.citation import Style, cite

FIELDS: Final = ("headline", "lead", "byline", "body")
"""What a version keeps."""
EDIT_SECONDS: Final = 0.15
"""So long it is looked for what made each version, the newest first; of hundreds the older ones stay without a word."""
ALIKE: Final = 5
"""Articles shown as "more like this"; they are looked for in at most ``ALIKE_SECONDS``."""
ALIKE_SECONDS: Final = 0.2
STYLES: Final[tuple[tuple[Style, str], ...]] = (
    ("apa", "APA"),
    ("chicago", "Chicago"),
    ("bibtex", "BibTeX"),
    ("ris", "RIS"),
    ("csl-json", "CSL-JSON"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A value, the words it was read from, and where on the page they stood."""

    label: str
    value: str
    printed: str | None
    source: str | None


@page(r"article/(?P<article_id>[0-9]+)")
def article(asked: Asked) -> Answer:
    """Show an article as it is now, with everything it is connected with."""
    record = _record(asked)
    authors = numbers_in(asked.archive.db, record.id)
    return Answer(
        template="article.html",
        context={
            "article": record,
            "credits": [(authors[author.position], credit(author)) for author in record.authors],
            "site": publication(record.site),
            "printed": printed(record),
            "citations": citations(asked, record),
            "alike": asked.patience.optional(ALIKE_SECONDS, lambda: more_like(asked.archive.db, record.id, ALIKE)),
            "see_also": [edge for edge in record.see_also if edge.current],
            "former": [edge for edge in record.see_also if not edge.current],
            "versions": newest_first(record),
        },
    )


@page(r"article/(?P<article_id>[0-9]+)/revision/(?P<number>[0-9]+)")
def revision(asked: Asked) -> Answer:
    """Show one version for good, or with ``against=N`` what differs from another version of the article."""
    record = _record(asked)
    versions = {line.number: line for line in record.revisions}
    version = _version(versions, asked.number("number"), record)
    against = None
    if "against" in asked.arguments:
        wanted = asked.arguments["against"]
        against = _version(versions, int(wanted) if wanted.isascii() and wanted.isdigit() else 0, record)
    return Answer(
        template="revision.html",
        context={
            "article": record,
            "site": publication(record.site),
            "version": version,
            "versions": newest_first(record),
            "before": versions.get(version.number - 1),
            "against": against,
            "edit": kind_of_edit(against, version, record.language).value if against else None,
            "differences": differences(against, version) if against else {},
            "citations": citations(asked, record, version),
        },
    )


def newest_first(record: ArticleRecord) -> list[RevisionLine]:
    """Return the versions, and what made each of the one before as far as there is time for it."""
    until = time.monotonic() + EDIT_SECONDS
    made: list[RevisionLine] = []
    for new, old in pairwise(record.revisions[::-1]):
        in_time = time.monotonic() < until
        made.append(replace(new, edit=kind_of_edit(old, new, record.language).value) if in_time else new)
    return [*made, *record.revisions[:1]]


def credit(author: AuthorLine) -> str:
    """Return how an author's name is shown, with honorific and order."""
    shown = " ".join(part for part in (author.honorific, author.name) if part)
    return f"{shown}, {author.order_initials}" if author.order_initials else shown


def printed(record: ArticleRecord) -> list[Printed]:
    """Return the values of an article that were read from printed words."""
    names = ", ".join(author.name for author in record.authors)
    facts = (
        ("Published", record.published_at, record.published_raw, "published"),
        ("Changed", record.modified_at, record.modified_raw, "modified"),
        ("Kicker", record.kicker, record.kicker, "kicker"),
        ("Headline", record.headline, record.headline, "headline"),
        ("Authors", names or None, record.byline, "byline"),
        ("Place", record.dateline_place, record.dateline, "dateline"),
        ("Agencies", ", ".join(record.dateline_agencies) or None, record.dateline, "dateline"),
    )
    return [
        Printed(label=label, value=value or "not known", printed=words, source=record.sources.get(field))
        for label, value, words, field in facts
        if value or words
    ]


def citations(asked: Asked, record: ArticleRecord, version: RevisionLine | None = None) -> list[tuple[str, str, bool]]:
    """Return (style, citation, whether it is for programs) of an article or one of its versions."""
    rows = list(rows_of(asked.archive.db, (record.id,)))
    today = datetime.now(UTC).date()
    return [
        (label, cite(row, style, publication=publication(row.site), accessed=today, revision=version), index > 1)
        for row in rows
        for index, (style, label) in enumerate(STYLES)
    ]


def differences(old: RevisionLine, new: RevisionLine) -> dict[str, list[Passage]]:
    """Return, of each text that differs between two versions, its paragraphs."""
    found = {name: passages(getattr(old, name), getattr(new, name)) for name in FIELDS}
    return {name: paragraphs for name, paragraphs in found.items() if any(passage.changed for passage in paragraphs)}


def _record(asked: Asked) -> ArticleRecord:
    record = read_article(asked.archive.db, asked.number("article_id"), edits=False)
    if record is None:
        raise Missing(f"There is no article {asked.route['article_id']} in this archive.")
    return record


def _version(versions: dict[int, RevisionLine], number: int, record: ArticleRecord) -> RevisionLine:
    if number not in versions:
        raise Missing(f"Article {record.id} has no such version; it has {len(versions)}.")
    return versions[number]
