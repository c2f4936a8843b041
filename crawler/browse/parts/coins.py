"""Lets reference managers take a whole page of hits: what COinS says of each, for the lists in ``_parts.html``."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.archive.articles.rows import read_rows
from crawler.archive.search.ranking import Hit
from crawler.browse.page import PageRequest
from crawler.research.citation.coins import format_coins
from crawler.research.citation.reference import make_article_reference


def make_coins(request: PageRequest, hits: Iterable[Hit]) -> dict[int, str]:
    """Return the ContextObject of each hit by its id: the variable ``coins`` of a page that lists hits."""
    rows = read_rows(request.archive.db, tuple(hit.id for hit in hits))
    return {row.id: format_coins(make_article_reference(row, publication=request.find_title(row.site))) for row in rows}
