"""Finds the dates that a page states for programs: meta tags, ``<time datetime>``, microdata, microformats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from crawler.extraction.metatags import Head
from crawler.items import Found
from crawler.normalisation.text import clean

_PUBLISHED: Final = (
    "article:published_time",
    "datepublished",
    "og:published_time",
    "og:article:published_time",
    "article:published:time",
    "article:published",
    "article:publicationdate",
    "rnews:datepublished",
    "publication_date",
    "publish_date",
    "publish-date",
    "publishdate",
    "published",
)
"""Names of metas, lower case, that can mean nothing but publication."""
_PERHAPS_PUBLISHED: Final = (
    "citation_publication_date",
    "citation_online_date",
    "prism.publicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "sailthru.date",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "article_date_original",
    "date",
    "dc.date",
    "dcterms.date",
    "citation_date",
    "pubdate",
    "article.published",
    "article.created",
)
_UPDATED: Final = (
    "article:modified_time",
    "datemodified",
    "og:updated_time",
    "og:article:modified_time",
    "article:modified",
    "dcterms.modified",
    "dc.date.modified",
    "updated date",
    "last-modified",
)
_DAY: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{4}\d{2}\d{2}(?:T|$)|\d{4}-\d{2}")
_UPDATE_WORDS: Final = re.compile(r"updat|modif|revis", re.I)
_PUBLISHED_WORDS: Final = re.compile(r"publi[sc]|entry-date|post-date|pubdate", re.I)
_MAX_ELEMENTS: Final = 400


def find_stated_date(head: Head) -> Found | None:
    """Return the date of publication that meta tags state; a name that may mean other things needs year, month, day."""
    if (stated := head.find_meta(*_PUBLISHED)) is not None:
        return stated
    for name in _PERHAPS_PUBLISHED:
        loose = head.find_meta(name)
        if loose is not None and _DAY.match(loose.value):
            return loose
    return None


def find_stated_update(head: Head) -> Found | None:
    """Return the date of the last update that meta tags state."""
    return head.find_meta(*_UPDATED)


def find_time_element(root: etree._Element) -> Found | None:
    """Return the date of the element that says by name that it is that of publication, else of the first ``<time>``.

    Times in menus, boxes and lists count only when they all state one day, and those of updates never.
    """
    first: Found | None = None
    elsewhere: list[Found] = []
    for index, element in enumerate(_iter_elements(root)):
        if index > _MAX_ELEMENTS:
            break
        value = (element.get("datetime") or element.get("content") or element.get("title") or "").strip()
        if not _DAY.match(value):
            continue
        named = " ".join((element.get("itemprop") or "", element.get("class") or "", element.get("property") or ""))
        if _UPDATE_WORDS.search(named) and not _PUBLISHED_WORDS.search(named):
            continue
        found = Found(value=clean(value)[:60], source="time:datetime")
        above = {str(ancestor.tag) for ancestor in element.iterancestors()}
        if above & {"aside", "nav", "footer", "li"}:
            elsewhere.append(found)
        elif _PUBLISHED_WORDS.search(named):
            return found
        else:
            first = first or found
    if first is not None:
        return first
    days = {found.value[:10] for found in elsewhere}
    return elsewhere[0] if len(days) == 1 else None


def _iter_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements that may state a date, in their order on the page."""
    elements = root.xpath(
        "//time[@datetime] | //*[@itemprop='datePublished'] | //abbr[contains(@class, 'published')][@title]"
    )
    if isinstance(elements, list):
        yield from (element for element in elements if isinstance(element, etree._Element) and element.tag != "meta")
