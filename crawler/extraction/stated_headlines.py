"""Reads the headlines that a page states for itself, and judges the printed one by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from crawler.extraction.document import Document
from crawler.extraction.header.header import Header
from crawler.extraction.header.mastheads import leads_home
from crawler.extraction.layout.clues import Clues, StatedHeadline, is_boilerplate
from crawler.extraction.layout.labels import PROSE, is_own_name, measure_prose, reads_as_kicker
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.site_names import SiteNames, find_confirmed_names, find_name_after, make_site_names
from crawler.extraction.parsing.jsonld import iter_texts
from crawler.extraction.stated.texts import strip_markup
from crawler.items import Found
from crawler.normalisation.words.text import clean, fold
from crawler.site import Site


def list_stated_headlines(document: Document, names: SiteNames) -> tuple[StatedHeadline, ...]:
    """Return the headlines of structured data, meta tags and title, in the order of trust, without the site's names."""
    stated = [
        StatedHeadline(_strip_names(value, document.site, names), headline.source)
        for headline in _iter_stated(document)
        if (value := _SIGNS_AT_ENDS.sub("", strip_markup(headline.value))) and not is_own_name(value, document.labels)
    ]
    # Some state the headline of the page as the name of their site.
    return tuple(headline for headline in stated if not names.names_site(headline.value)) or (
        tuple(stated) if document.head.title is None else (*_find_pictured(document), *stated)
    )


def _find_pictured(document: Document) -> tuple[StatedHeadline, ...]:
    """Return the words for the picture that the page's headline is, as old pages have it, as a tuple of one or none."""
    is_heading = False
    for event in document.tree.events:
        if not isinstance(event, tuple):
            continue
        tag, attributes = event
        if tag == "img" and is_heading and len(alt := clean((attributes or {}).get("alt", ""))) >= _SHORTEST_PICTURED:
            return (StatedHeadline(alt[:_LONGEST_PICTURED], "img:alt"),)
        is_heading = tag in ("h1", "h2") or (is_heading and tag in ("a", "span", "strong", "b", "picture"))
    return ()


def find_pictured_in_title(document: Document, stated: Found | None) -> Found | None:
    """Return the words for the picture that the headline is, where the title has them and more; else what is stated."""
    if stated is None or stated.source != "title":
        return stated
    pictured = (headline for headline in _find_pictured(document) if fold(headline.value) in fold(stated.value))
    return next((Found(value=headline.value, source=headline.source) for headline in pictured), stated)


_SIGNS_AT_ENDS: Final = re.compile(
    "^[\u2190-\u21ff\u25a0-\u27bf\ufe0f\U0001f000-\U0001faff\\s]+|[\u2190-\u21ff\u25a0-\u27bf\ufe0f\U0001f000-\U0001faff\\s]+$"
)
"""Arrows, ticks and emoji that titles are dressed with for lists of results."""
_SHORTEST_PICTURED: Final = 12
_LONGEST_PICTURED: Final = 300


def read_site_names(document: Document) -> SiteNames:
    """Return the names of the site, as the page and its address tell them."""
    head = document.head
    stated = (head.find_meta("og:site_name"), head.find_meta("application-name", "al:ios:app_name"))
    names = [name.value for name in stated if name]
    if (headline := head.find_meta("og:title")) is not None and head.title is not None:
        names.extend(find_name_after(headline.value, head.title))
    titles = " | ".join(filter(None, (head.title, headline.value if headline is not None else None)))
    names.extend(find_confirmed_names(titles, _iter_possible_names(document)))
    return make_site_names(names, urlsplit(document.address.url).hostname or "")


def _iter_possible_names(document: Document) -> Iterator[str]:
    """Yield what may be the name of the site: the publisher of JSON-LD, and the first links to the home page."""
    for thing in document.head.things:
        publisher = thing.properties.get("publisher") if thing.is_article or "website" in thing.types else None
        yield from islice(iter_texts(publisher), 2)
        if "website" in thing.types and (name := thing.find_text("name")):
            yield name
    for line in document.lines[:_LINES_OF_MASTHEAD]:
        if line.has_links and leads_home(line):
            yield line.text


_LINES_OF_MASTHEAD: Final = 30


def find_title_kicker(headline: Found | None, clues: Clues) -> Found | None:
    """Return the kicker of a stated headline that holds kicker and headline: "CHINA - JAPAN Japan says…"."""
    if headline is None:
        return None
    for anchor in clues.anchors:
        if len(anchor.value) > len(headline.value) and anchor.value.endswith(headline.value):
            before = anchor.value[: -len(headline.value)].strip().rstrip(" :|-–—")
            if reads_as_kicker(before, clues.labels) and not is_own_name(before, clues.labels):
                return Found(value=before, source=f"{anchor.source}:kicker")
    return None


def is_heading_of_body(header: Header, lines: Sequence[TextLine], clues: Clues) -> bool:
    """Is what was taken for the headline a heading between paragraphs, which nothing confirms?"""
    if header.headline is None or header.line is None or header.headline.source not in ("h2", "h3"):
        return False
    before = (line for line in lines[: header.line.index] if not is_boilerplate(line, clues))
    return sum(1 for _ in islice((line for line in before if measure_prose(line.unlinked) >= PROSE), 2)) == 2


def _iter_stated(document: Document) -> Iterator[Found]:
    head = document.head
    for headline in (
        document.find_in_thing("headline", "alternativeheadline", "name"),
        head.find_meta("og:title"),
        head.find_meta("twitter:title", "dc.title", "title"),
        head.find_meta("citation_title", "dcterms.title", "parsely-title", "sailthru.title", "headline"),
    ):
        if headline is not None:
            yield headline
    if head.title:
        yield Found(value=_COUNTER.sub("", head.title), source="title")


_COUNTER: Final = re.compile(r"^\(\d{1,3}\+?\)\s+(?=\S)")
"""How many messages wait, which some scripts write before a title."""


def _strip_names(title: str, site: Site, names: SiteNames) -> str:
    for suffix in site.headline_suffixes:
        if fold(title).endswith(fold(suffix)) and len(title) > len(suffix):
            return title[: -len(suffix)].strip()
    return names.strip(title)
