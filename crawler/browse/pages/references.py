"""All articles of a search, or those of notes, as a file: RIS, CSL-JSON or BibTeX, or a table without their texts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from crawler.archive.runs.summary import list_run_sites
from crawler.archive.search.selection import NotedArticles
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.pages.notes import get_desk
from crawler.browse.parts.search_request import read_search_request
from crawler.errors import BadQuery
from crawler.notes.kept_sheets import find_sheet, list_sheet_keys
from crawler.research.exports import export
from crawler.research.exports.context import ExportOptions

MAX_REFERENCES: Final = 5_000
"""Articles of one file: more take longer than a page may."""
REFERENCE_FILES: Final = (
    ("ris", "ris", "application/x-research-info-systems", "RIS, for Zotero and EndNote"),
    ("json", "csl-json", "application/vnd.citationstyles.csl+json", "CSL-JSON, for Pandoc"),
    ("bib", "bibtex", "application/x-bibtex", "BibTeX, for LaTeX"),
    ("csv", "csv", "text/csv", "CSV, for a spreadsheet"),
)
"""Ending of the address, format of the export, media type, and what a link calls it."""
TABLE_OPTIONS: Final = ExportOptions(
    columns=(
        *("published_on", "site", "language", "headline", "byline", "dateline_place", "kicker", "word_count", "url"),
        *("site_key", "identity"),
    ),
    safe=True,
)
"""Columns of the table: what says which articles they are."""


@page(r"references\.(?P<form>ris|json|bib|csv)", pool="asking")
def references(request: PageRequest) -> PageResponse:
    """Return every article that a search finds, as ``seealso export`` writes them; ``order`` and ``page`` do nothing.

    Where notes are served, ``sheet`` takes the articles of a sheet to be coded. Raises BadQuery where there are more
    than MAX_REFERENCES, or the query has a fault.
    """
    selection = read_search_request(request.arguments, request.desk).selection
    problems = selection.parse().problems
    if problems:
        raise BadQuery(f"query, character {problems[0].position + 1}: {problems[0].message}")
    if "sheet" in request.arguments:
        selection = replace(selection, noted=_list_sheet(request, request.arguments["sheet"]))
    total = request.archive.count(selection)
    if total > MAX_REFERENCES:
        raise BadQuery(
            f"{total:,} articles are too many for one file of references here, which has at most {MAX_REFERENCES:,}: "
            "narrow the search down, or write them with seealso export"
        )
    ending = request.route["form"]
    (name, media_type) = next((name, media_type) for form, name, media_type, _ in REFERENCE_FILES if form == ending)
    titles = {site: request.find_title(site) for site in list_run_sites(request.archive.db)}
    output = io.BytesIO()
    export(
        request.archive,
        selection,
        name,
        output,
        made_at=datetime.now(UTC),
        options=TABLE_OPTIONS if name == "csv" else None,
        publications=titles,
    )
    return PageResponse(
        body=output.getvalue().decode(),
        content_type=f"{media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="references.{ending}"'},
    )


def _list_sheet(request: PageRequest, name: str) -> NotedArticles:
    """Return the articles of a sheet. Raises NoSuchNote for a sheet that is not kept here."""
    with get_desk(request).open() as file:
        sheet = find_sheet(file, name)
        return NotedArticles(question=f"sheet:{sheet.name}", identities=tuple(list_sheet_keys(file, sheet.name)))
