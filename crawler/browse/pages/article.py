"""Pages of an article and of each of its versions."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from crawler.archive.articles.lookup import find_identity, read_article
from crawler.archive.articles.records import ArticleRecord, AuthorLine, RevisionLine
from crawler.archive.articles.rows import read_rows
from crawler.archive.authority.listing import map_author_ids
from crawler.archive.schema.fields import LABELLED_FIELDS
from crawler.archive.search.similar import more_like
from crawler.browse.drawing import formatting
from crawler.browse.page import PageMissing, PageRequest, PageResponse, Redirect, page
from crawler.browse.pages.notes import make_article_context
from crawler.browse.parts.hit_walk import make_hit_walk
from crawler.comparison.edits import classify_edit
from crawler.research.citation import Style, cite
from crawler.research.citation.names import PersonName, parse_name
from crawler.research.titles import make_title_finder
from crawler.research.version_diff import compare_versions, diff_prints

EDIT_SECONDS: Final = 0.15
"""Time to classify the edits between versions, the newest first; of hundreds the older ones stay unclassified."""
MAX_SIMILAR: Final = 5
"""Articles shown as "more like this"; finding them takes at most ``SIMILAR_SECONDS``."""
SIMILAR_SECONDS: Final = 0.2
SHARED_SECONDS: Final = 0.2
"""Time to find the articles that share text with one."""
STYLES: Final[tuple[tuple[Style, str], ...]] = (
    ("apa", "APA"),
    ("chicago", "Chicago"),
    ("bibtex", "BibTeX"),
    ("ris", "RIS"),
    ("csl-json", "CSL-JSON"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedValue:
    """A value, the words it was read from, and their source on the page."""

    label: str
    value: str
    printed: str | None
    source: str | None


@page(r"article/(?P<article_id>[0-9]+)")
def article(request: PageRequest) -> PageResponse:
    """Show an article as it is now, and what it is connected with."""
    record = _read_record(request)
    authors = map_author_ids(request.archive.db, record.id)
    return PageResponse(
        template="article.html",
        context={
            "article": record,
            "credits": [(authors[author.position], format_author(author)) for author in record.authors],
            "site": request.find_title(record.site),
            "printed": list_printed_values(record),
            "citations": make_citations(request, record),
            "metadata": list_metadata(request, record),
            "alike": request.time_limit.try_within(
                SIMILAR_SECONDS, lambda: more_like(request.archive.db, record.id, MAX_SIMILAR)
            ),
            "see_also": [edge for edge in record.see_also if edge.current],
            "former": [edge for edge in record.see_also if not edge.current],
            "versions": describe_versions(record),
            "prints": request.archive.prints(record.id),
            "shared_texts": request.time_limit.try_within(
                SHARED_SECONDS, lambda: request.archive.find_shared_texts(record.id)
            ),
            "title_of": make_title_finder(request.archive),
            "walk": make_hit_walk(request, record.id),
            "notes": make_article_context(request, record, record.revisions[-1].number),
        },
    )


@page(r"article/(?P<article_id>[0-9]+)/against/(?P<other_id>[0-9]+)")
def against(request: PageRequest) -> PageResponse:
    """Show what another article, mostly another print of the same text, has otherwise."""
    record, other = _read_record(request), _read_record(request, "other_id")
    prints = request.archive.prints(record.id)
    return PageResponse(
        template="against.html",
        context={
            "article": record,
            "other": other,
            "differences": diff_prints(record, other).fields,
            "version": other.revisions[-1],
            "title_of": make_title_finder(request.archive),
            "other_print": next((copy for copy in prints.prints if copy.article_id == other.id), None),
            "prints": prints,
        },
    )


@page(r"article/(?P<article_id>[0-9]+)/revision/(?P<number>[0-9]+)")
def revision(request: PageRequest) -> PageResponse:
    """Show one version, or with ``against=N`` its differences from another version."""
    record = _read_record(request)
    versions = {line.number: line for line in record.revisions}
    version = _find_version(versions, request.number("number"), record)
    against = None
    if "against" in request.arguments:
        number = request.arguments["against"]
        against = _find_version(versions, int(number) if number.isascii() and number.isdigit() else 0, record)
    return PageResponse(
        template="revision.html",
        context={
            "article": record,
            "site": request.find_title(record.site),
            "version": version,
            "versions": describe_versions(record),
            "before": versions.get(version.number - 1),
            "against": against,
            "edit": classify_edit(against, version, record.language).value if against else None,
            "differences": compare_versions(against, version) if against else {},
            "citations": make_citations(request, record, version),
        },
    )


@page(r"identity/(?P<site>[^/]+)/(?P<language>[^/]+)/(?P<key>.+?)(?:/revision/(?P<number>[0-9]+))?")
def identity(request: PageRequest) -> Redirect:
    """Lead from the permanent address of an article or a version, the same in every archive, to its page here."""
    parts = [unquote(request.route[name]) for name in ("site", "language", "key")]
    article_id = find_identity(request.archive.db, *parts)
    if article_id is None:
        raise PageMissing(f"There is no article {'/'.join(parts)[:120]} in this archive.")
    if request.route.get("number") is None:
        return Redirect(to=request.links.article(article_id))
    return Redirect(to=request.links.revision(article_id, request.number("number")))


def describe_versions(record: ArticleRecord) -> list[RevisionLine]:
    """Return the versions, the newest first, each with the kind of edit that made it while time lasts."""
    until = time.monotonic() + EDIT_SECONDS
    versions: list[RevisionLine] = []
    for new, old in pairwise(record.revisions[::-1]):
        has_time = time.monotonic() < until
        versions.append(replace(new, edit=classify_edit(old, new, record.language).value) if has_time else new)
    return [*versions, *record.revisions[:1]]


def format_author(author: AuthorLine) -> str:
    """Return an author's name with honorific and order."""
    name = " ".join(part for part in (author.honorific, author.name) if part)
    return f"{name}, {author.order_initials}" if author.order_initials else name


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
        PrintedValue(label=label, value=value or "not known", printed=printed, source=record.sources.get(field))
        for label, value, printed, field in facts
        if value or printed
    ]


def list_metadata(request: PageRequest, record: ArticleRecord) -> list[tuple[str, str]]:
    """Return (name, content) of the elements that reference managers read of an article's page.

    They are Highwire Press tags, as Google Scholar and Zotero read them, and ``z:itemType``, without which Zotero takes
    everything with a journal's title for an article in a journal.
    """
    pairs = [
        ("z:itemType", "newspaperArticle"),
        ("citation_title", record.headline),
        *(("citation_author", format_stated_author(parse_name(author))) for author in record.authors),
        ("citation_publication_date", (record.published_on or "").replace("-", "/")),
        ("citation_journal_title", request.find_title(record.site)),
        ("citation_language", record.language),
        ("citation_abstract", record.lead or ""),
        ("citation_public_url", record.url if formatting.is_web(record.url) else ""),
    ]
    return [(name, content) for name, content in pairs if content]


def format_stated_author(name: PersonName) -> str:
    """Return a name as Zotero reads it: parted at the comma, whole before a comma at the end.

    Zotero takes two words on either side of a comma for two authors, unless a semicolon ends the first of them.

    >>> format_stated_author(PersonName(family="De Poli", given="Anna Maria"))
    'De Poli, Anna Maria;'
    """
    text = " ".join(name.unsplit.replace(";", " ").split())
    parts = text.split(", ")
    return f"{text};" if len(parts) > 1 and " " in parts[0] and " " in parts[1] else text


def make_citations(
    request: PageRequest, record: ArticleRecord, version: RevisionLine | None = None
) -> list[tuple[str, str, bool]]:
    """Return (style, citation, True if it is for programs) of an article or one of its versions."""
    rows = list(read_rows(request.archive.db, (record.id,)))
    today = datetime.now(UTC).date()
    return [
        (label, cite(row, style, publication=request.find_title(row.site), accessed=today, revision=version), index > 1)
        for row in rows
        for index, (style, label) in enumerate(STYLES)
    ]


def _read_record(request: PageRequest, name: str = "article_id") -> ArticleRecord:
    record = read_article(request.archive.db, request.number(name), edits=False)
    if record is None:
        raise PageMissing(f"There is no article {request.route[name]} in this archive.")
    return record


def _find_version(versions: dict[int, RevisionLine], number: int, record: ArticleRecord) -> RevisionLine:
    if number not in versions:
        raise PageMissing(f"Article {record.id} has no such version; it has {len(versions)}.")
    return versions[number]
