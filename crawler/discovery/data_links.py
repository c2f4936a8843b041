"""Reads the addresses of articles in the data of a listing that a script draws, and in what it hides from scripts.

They are the strings of its markup that have the form of an article of the site: of JSON in scripts and attributes, of
handlers, and of links for browsers without scripts. Only where a page has no link to an article are they asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crawler.discovery.links import MAX_LINKS, keep_printed_url
from crawler.errors import BadAddress
from crawler.extraction.parsing.shown_source import drop_hidden
from crawler.items import Link
from crawler.normalisation.addresses.urls import read_address
from crawler.site import Site

MAX_STRINGS: Final = 20_000
"""The most strings of a page that are looked at."""
_LARGEST: Final = 5_000_000
"""Characters of a page that are looked at."""

_SLASH: Final = re.compile(r"\\{1,4}(?:/|u002[fF]|x2[fF])|&#(?:47|x2[fF]);")
_QUOTE: Final = re.compile(r"&(?:quot|#34|#39|#x27|apos);|\\{1,4}[\"']")
_STRING: Final = re.compile(r"[\"'](?=(?:https?:)?/)([^\"'\s<>\\]{2,500})[\"']", re.I)
_FILE: Final = re.compile(
    r"\.(?:m?js|css|map|json|xml|jpe?g|png|gif|webp|avif|svg|ico|woff2?|[to]tf|eot|mp[34]|m3u8|webm|pdf)(?:[?#]|$)",
    re.I,
)


def iter_data_links(text: str, base: str, site: Site) -> Iterator[Link]:
    """Yield the articles that strings of a page name, in its order; ``base`` is what relative addresses start from."""
    text = _QUOTE.sub('"', _SLASH.sub("/", drop_hidden(text[:_LARGEST], ())))
    seen: set[str] = set()
    for number, string in enumerate(_STRING.finditer(text)):
        if number >= MAX_STRINGS or len(seen) >= MAX_LINKS:
            return
        printed = string[1].replace("&amp;", "&")
        if printed in seen or _FILE.search(printed):
            continue
        seen.add(printed)
        try:
            address = read_address(printed, site, base)
        except BadAddress:
            continue
        if address.kind == "article":
            yield Link(address=address, via="listing", printed_url=keep_printed_url(printed, address.url))
