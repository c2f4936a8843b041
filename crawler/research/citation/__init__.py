"""Cites an article, one of its versions, or a snapshot in one of six styles.

>>> from crawler.research.citation import STYLES
>>> STYLES
('apa', 'chicago', 'bibtex', 'ris', 'csl-json', 'text')
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, assert_never, get_args

from crawler.archive.articles.records import ArticleRow, RevisionLine
from crawler.archive.snapshots.freeze import Snapshot
from crawler.research.citation.bibtex import format_bibtex
from crawler.research.citation.csl import make_csl_item
from crawler.research.citation.prose import format_apa, format_chicago, format_plain_text
from crawler.research.citation.reference import (
    Reference,
    make_article_reference,
    make_citation_key,
    make_snapshot_reference,
)
from crawler.research.citation.ris import format_ris

__all__ = [
    "STYLES",
    "Reference",
    "Style",
    "cite",
    "cite_snapshot",
    "format_reference",
    "make_article_reference",
    "make_citation_key",
    "make_csl_item",
    "make_snapshot_reference",
]

Style = Literal["apa", "chicago", "bibtex", "ris", "csl-json", "text"]
STYLES: Final[tuple[Style, ...]] = get_args(Style)


def cite(
    row: ArticleRow,
    style: Style,
    *,
    publication: str,
    accessed: date | None = None,
    revision: RevisionLine | None = None,
) -> str:
    """Return a citation of an article, or of one of its versions with the day it was captured and its digest.

    ``publication`` is the site's title for people ("AsiaNews"). ``accessed`` is printed when it is given; without it,
    formats for programs and articles without a date name the day the archive last found the article on the site.
    ``bibtex`` and ``ris`` are one entry each, ``csl-json`` one object (files hold a list of them); none ends in a line
    feed. Markup has to escape the text itself: headlines and names are the page's.
    """
    return format_reference(
        make_article_reference(row, publication=publication, accessed=accessed, revision=revision), style
    )


def cite_snapshot(
    snapshot: Snapshot, style: Style, *, publications: Sequence[str], text_hash: str | None = None
) -> str:
    """Return a citation of a snapshot, which names its articles' publications, its identifier and its hash.

    With a ``text_hash`` (:func:`crawler.archive.snapshots.text_hash.hash_texts`) formats for programs note it.
    """
    reference = make_snapshot_reference(snapshot, publications=publications, text_hash=text_hash)
    return format_reference(reference, style)


def format_reference(reference: Reference, style: Style) -> str:
    """Return a reference in a style."""
    match style:
        case "apa":
            return format_apa(reference)
        case "chicago":
            return format_chicago(reference)
        case "bibtex":
            return format_bibtex(reference)
        case "ris":
            return format_ris(reference)
        case "csl-json":
            return json.dumps(make_csl_item(reference), ensure_ascii=False, indent=2)
        case "text":
            return format_plain_text(reference)
        case _:
            assert_never(style)
