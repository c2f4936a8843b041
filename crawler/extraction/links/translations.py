"""Reads the links of a page to the same story in other languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.lines import TextLine
from crawler.extraction.links.links import LinkReader
from crawler.items import FoundLink
from crawler.normalisation.words.language_names import read_language_name

_LONGEST_SWITCH: Final = 400


def read_translations(
    lines: Sequence[TextLine], alternates: Sequence[tuple[str, str]], links: LinkReader, own_language: str | None
) -> tuple[FoundLink, ...]:
    """Return links to the same story in other languages: hreflang, the name of a language, a link with the same key."""
    if not links.site.addresses:
        return ()  # of no link it is known that it leads to an article
    links_by_key: dict[str, FoundLink] = {}
    for language, href in alternates[:100]:
        address = links.read_article(href)
        if address is not None and address.language not in (None, own_language) and address.url_key not in links_by_key:
            links_by_key[address.url_key] = FoundLink(url=href, language=language[:20])
    for line in lines:
        if not line.has_links or len(line.text) > _LONGEST_SWITCH:
            continue
        for href, text in line.links:
            language_named = read_language_name(text)
            address = links.read_article(href) if language_named is not None else None
            if address is None or own_language in (None, language_named, address.language):
                continue
            if address.language in (None, language_named) and address.url_key not in links_by_key:
                links_by_key[address.url_key] = FoundLink(url=href, language=language_named)
    stories = [key for key in links.keys if key.isdigit()]
    for line in lines if stories else ():
        if not line.has_links:
            continue
        for piece in line.pieces:
            if piece.href is not None and any(key in piece.href for key in stories):
                address = links.read_article(piece.href)
                if (
                    address is not None
                    and address.story in stories
                    and address.language != own_language
                    and address.url_key not in links_by_key
                ):
                    links_by_key[address.url_key] = FoundLink(url=piece.href, language=address.language)
    return tuple(links_by_key.values())
