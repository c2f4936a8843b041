"""The addresses a page links to, each read once, and what they are to the article: itself, a translation, another."""

from __future__ import annotations

from typing import Final

from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.urls import read_address
from crawler.site import Site

MAX_READ: Final = 5_000
"""So many different addresses of one page are read; the rest lead nowhere, as far as its article is concerned."""


class LinkReader:
    """Reads the hrefs of one page."""

    def __init__(self, site: Site, address: Address, base: str) -> None:
        self.site = site
        self.address = address
        self.base = base
        self.keys: set[str] = {key for key in (address.site_key, address.story) if key}
        """Keys that are this article; the page may tell more than its address."""
        self._read: dict[str, Address | None] = {}

    def read(self, href: str) -> Address | None:
        """Return what an href of the page means at the site, None when it leads elsewhere or nowhere."""
        if href not in self._read:
            if len(self._read) >= MAX_READ:
                return None
            self._read[href] = self._read_address(href)
        return self._read[href]

    def article(self, href: str) -> Address | None:
        """Return the article an href leads to, None when it leads to anything else."""
        found = self.read(href)
        return found if found is not None and found.kind == "article" else None

    def is_elsewhere(self, href: str) -> bool:
        """Does the href lead to another article of the site, no translation of this one?"""
        found = self.article(href)
        return found is not None and not self.is_same_story(found)

    def is_listing(self, href: str) -> bool:
        """Does the href lead to a listing of the site?"""
        found = self.read(href)
        return found is not None and found.kind == "listing"

    def leads_on(self, href: str) -> bool:
        """Does the href lead to another article or a listing of the site?"""
        found = self.read(href)
        return found is not None and found.kind in ("article", "listing", "home") and not self.is_same_story(found)

    def is_same_story(self, other: Address) -> bool:
        return other.url_key == self.address.url_key or bool(self.keys & {other.site_key, other.story})

    def _read_address(self, href: str) -> Address | None:
        if not href or href[0] == "#" or href[:11].lower().startswith(("javascript:", "mailto:", "tel:", "data:")):
            return None
        try:
            return read_address(href, self.site, self.base)
        except BadAddress:
            return None
