"""The OpenSearch description of an archive: browsers offer to search it from their address bar."""

from __future__ import annotations

from typing import Final

from crawler.browse.page import PageRequest, PageResponse, page
from crawler.research.exports.sanitize import replace_non_xml
from crawler.research.titles import find_archive_title

LONGEST_NAME: Final = 16
"""Letters that OpenSearch 1.1 allows a short name."""


@page(r"opensearch\.xml")
def opensearch(request: PageRequest) -> PageResponse:
    """Return the description, to which the head of every page points."""
    title = replace_non_xml(find_archive_title(request.archive))
    return PageResponse(
        template="opensearch.xml",
        context={"name": title[:LONGEST_NAME].strip() or "News archive", "publication": title},
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )
