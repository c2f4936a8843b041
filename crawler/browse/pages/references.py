"""All articles of a search as a file for reference managers: RIS, CSL-JSON or BibTeX."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Final

from crawler.archive.runs.summary import list_run_sites
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.search_request import read_search_request
from crawler.errors import BadQuery
from crawler.research.exports import export

MAX_REFERENCES: Final = 5_000
"""Articles of one file: more take longer than a page may."""
REFERENCE_FILES: Final = (
    ("ris", "ris", "application/x-research-info-systems", "RIS, for Zotero and EndNote"),
    ("json", "csl-json", "application/vnd.citationstyles.csl+json", "CSL-JSON, for Pandoc"),
    ("bib", "bibtex", "application/x-bibtex", "BibTeX, for LaTeX"),
)
"""Ending of the address, format of the export, media type, and what a link calls it."""


@page(r"references\.(?P<form>ris|json|bib)", pool="asking")
def references(request: PageRequest) -> PageResponse:
    """Return every article that a search finds, as ``seealso export`` writes them; ``order`` and ``page`` do nothing.

    Raises BadQuery where there are more than MAX_REFERENCES, or the query has a fault.
    """
    selection = read_search_request(request.arguments).selection
    problems = selection.parse().problems
    if problems:
        raise BadQuery(f"query, character {problems[0].position + 1}: {problems[0].message}")
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
    export(request.archive, selection, name, output, made_at=datetime.now(UTC), publications=titles)
    return PageResponse(
        body=output.getvalue().decode(),
        content_type=f"{media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="references.{ending}"'},
    )
