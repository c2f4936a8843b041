"""Reads the addresses a page links to, each once, and tells whether they are the article itself or lead elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.addresses.article_addresses import reads_as_article, stands_beside
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.text import fold
from crawler.site import Site

_SIGNS: Final = re.compile(r"[-_]+")
_LAST_NUMBER: Final = re.compile(r"^(\D{8,200})(\d{3,12})(\D{0,8})$")
_FIGURES: Final = re.compile(r"\d")
_NUMBERS: Final = re.compile(r"\d{2,}")
_NUMBERED_FILE: Final = re.compile(r"\d\.s?html?$")
MAX_READ: Final = 5_000
"""Different addresses read of one page; more count as leading nowhere."""


class LinkReader:
    """Reads the hrefs of one page."""

    def __init__(self, site: Site, address: Address, base: str) -> None:
        self.site = site
        self.address = address
        self.base = base
        self.keys: set[str] = {key for key in (address.site_key, address.story) if key}
        """Keys of this article: those of its address, and those that the page states."""
        self.own_urls: set[str] = {address.url.rstrip("/")}
        """Addresses of this article where the site declares none to compare keys of; without a slash at the end."""
        self._read: dict[str, Address | None] = {}

    def read(self, href: str) -> Address | None:
        """Return the address of the site that an href of the page leads to, None when it leads elsewhere or nowhere."""
        if href not in self._read:
            if len(self._read) >= MAX_READ:
                return None
            self._read[href] = self._read_address(href)
        return self._read[href]

    def read_article(self, href: str) -> Address | None:
        """Return the article an href leads to, None when it leads to anything else."""
        address = self.read(href)
        return address if address is not None and address.kind == "article" else None

    def leads_to_other_article(self, href: str) -> bool:
        """Does the href lead to another article of the site that is no translation of this one?"""
        address = self.read_article(href)
        return address is not None and not self.is_same_story(address)

    def read_related(self, href: str) -> Address | None:
        """Return the article an href leads to; where the site declares no addresses, one that has the form of one.

        Such a form is also that of the page's own address with another last segment.
        """
        if self.site.addresses:
            return self.read_article(href)
        address = self.read(href)
        if address is None or not (
            reads_as_article(address.url) or stands_beside(address.url, self.address.url) or self._has_own_form(address)
        ):
            return None
        path = address.url.partition("?")[0]  # the same article, whichever box links to it: "?ref=box-2"
        return replace(address, url=path, url_key=path) if path != address.url and reads_as_article(path) else address

    def _has_own_form(self, address: Address) -> bool:
        """Is an address the page's own but for a number of three figures or more at its end: ``/articles/8700``?

        So is one of the same words and as many figures, as papers name the files of a day: ``/0307/10/news008.html``.
        """
        number = _LAST_NUMBER.search(address.url)
        own = _LAST_NUMBER.search(self.address.url) if number is not None else None
        if number is not None and own is not None:
            return number[1] == own[1] and number[3] == own[3]
        is_numbered = len(_NUMBERS.findall(self.address.url)) > 1 and _NUMBERED_FILE.search(address.url) is not None
        return is_numbered and _FIGURES.sub("0", address.url) == _FIGURES.sub("0", self.address.url)

    def leads_to_related(self, href: str) -> bool:
        """Does the href lead to another article of the site, declared or by the form of its address?"""
        address = self.read_related(href)
        return address is not None and not self.is_same_story(address)

    def names_section(self, address: Address, title: str) -> bool:
        """Is a title no more than the last words of an address that only stands beside the page's own: "Local News"?"""
        if self.site.addresses or reads_as_article(address.url):
            return False
        *_, last = address.url.rstrip("/").split("/")
        return _SIGNS.split(last.lower()) == fold(title).split()

    def leads_to_story(self, href: str) -> bool:
        """Does the href lead to another article of the site, where an address beside the page's own is not enough?"""
        address = self.read_related(href)
        if address is None or self.is_same_story(address):
            return False
        return bool(self.site.addresses) or reads_as_article(address.url)

    def leads_to_own_section(self, href: str) -> bool:
        """Does the href lead to a folder that the article's own address begins with?"""
        address = self.read(href)
        return address is not None and self.address.url.startswith(address.url.rstrip("/") + "/")

    def leads_to_listing(self, href: str) -> bool:
        """Does the href lead to a listing of the site?"""
        address = self.read(href)
        return address is not None and address.kind == "listing"

    def leads_away(self, href: str) -> bool:
        """Does the href lead to another article, a listing or a home page of the site?"""
        address = self.read(href)
        return (
            address is not None and address.kind in ("article", "listing", "home") and not self.is_same_story(address)
        )

    def is_same_story(self, other: Address) -> bool:
        """Is an address the article itself or a translation of it?"""
        return self.is_own(other) or bool(self.keys & {other.site_key, other.story})

    def is_own(self, other: Address) -> bool:
        """Is an address that of the article itself?"""
        if not self.site.addresses and other.url.rstrip("/") in self.own_urls:
            return True
        return other.url_key == self.address.url_key

    def _read_address(self, href: str) -> Address | None:
        if not href or href[0] == "#" or href[:11].lower().startswith(("javascript:", "mailto:", "tel:", "data:")):
            return None
        try:
            return read_address(href, self.site, self.base)
        except BadAddress:
            return None
