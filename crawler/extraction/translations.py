"""Reads the links of a page to the same story in other languages."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.lines import TextLine
from crawler.extraction.links import LinkReader
from crawler.items import FoundLink


def read_translations(
    lines: Sequence[TextLine], alternates: Sequence[tuple[str, str]], links: LinkReader, own_language: str | None
) -> tuple[FoundLink, ...]:
    """Return links to the same story in other languages: hreflang, or a link that carries the same key."""
    links_by_key: dict[str, FoundLink] = {}
    for language, href in alternates[:100]:
        address = links.read_article(href)
        if address is not None and address.language not in (None, own_language) and address.url_key not in links_by_key:
            links_by_key[address.url_key] = FoundLink(url=href, language=language[:20])
    stories = [key for key in links.keys if key.isdigit()]
    for line in lines if stories else ():
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
