"""Collects the fields of one item of a feed, however its markup was read, and makes the item of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from crawler.discovery.html_text import strip_html

FEED_FIELDS: Final = frozenset(
    (
        "title",
        "link",
        "guid",
        "id",
        "origlink",
        "pubdate",
        "published",
        "updated",
        "date",
        "created",
        "issued",
        "modified",
        "description",
        "summary",
        "content",
        "encoded",
        "author",
        "creator",
        "contributor",
        "category",
        "comments",
        "enclosure",
        "source",
        "subject",
        "rights",
        "thumbnail",
    )
)
"""Elements of an item, without prefix and in lower case: where one begins, the one before has ended."""
_MOST_LINKS: Final = 20
"""The most links of one item that are looked at."""
_ALTERNATE: Final = ("alternate", "http://www.iana.org/assignments/relation/alternate")
"""RFC 4287: the short name of a relation means the long one."""
_DATA_TYPE: Final = re.compile(
    r"(?!text/html|application/xhtml)[\w.-]+/(?:[\w.-]+\+)?(?:json|xml)\b|(?:audio|video|image)/", re.I
)
"""Types of what is no page: an item may name its data or its film as another form of itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedItem:
    """One item of a feed, as printed; an empty field is missing."""

    urls: tuple[str, ...]
    """What may be its address, the likeliest first, each as printed."""
    title: str
    dates: tuple[str, ...]
    """What may be its day of publication, the likeliest first, each as printed."""
    base: str
    """The address that relative addresses start from."""
    site_base: str = ""
    """The address of the site as the feed states it, from which some write relative addresses; empty without one."""


class NoFeed(ValueError):
    """The text is no RSS, Atom or JSON feed."""


_DATES: Final = ("pubdate", "published", "date", "created", "issued", "updated", "modified")


class ItemFields:
    """Collects the fields of an item: of each name the first, one of RSS or Atom itself before one of an extension."""

    def __init__(self) -> None:
        self._plain: dict[str, str] = {}
        self._others: dict[str, str] = {}
        self._href = ""
        self._further: list[str] = []
        """Links and alternates after the first one, which may be to another site or in another language."""
        self._last_resorts: list[str] = []
        self._base = ""
        self._is_data = False
        self._title_is_html = True

    def add(self, name: str, is_plain: bool, text: str, attributes: dict[str, str]) -> None:
        """Take a field with its text and attributes; an empty one is passed over."""
        text = text.strip()
        if name == "link" and (href := attributes.get("href", "").strip()):
            is_data = _DATA_TYPE.match(attributes.get("type", "").strip()) is not None
            is_better = not self._href or (self._is_data and not is_data)
            relation = attributes.get("rel", "alternate").strip().lower()
            if relation == "self":
                self._last_resorts.append(href)
            elif relation in _ALTERNATE and is_better:
                self._further += [self._href] if self._href else []
                self._href, self._base = href, attributes.get("xml:base") or attributes.get("base", "")
                self._is_data = is_data
            elif relation in _ALTERNATE and not is_data:
                self._further.append(href)
        elif name == "guid" and attributes.get("ispermalink", attributes.get("isPermaLink", "")).lower() == "false":
            return
        elif name == "content" and (source := attributes.get("src", "").strip()):  # Atom: the text is elsewhere
            self._last_resorts.append(source)
        elif text:
            if name == "title" and is_plain and name not in self._plain:
                # RSS has no types, and its titles are HTML; Atom's are text unless they say otherwise (RFC 4287).
                self._title_is_html = attributes.get("type", "html").lower() not in ("text", "xhtml", "text/plain")
            if name == "link":
                self._further.append(text)
            (self._plain if is_plain else self._others).setdefault(name, text)

    def make_item(self, base: str, about: str, site_base: str = "") -> FeedItem:
        """Return the item; ``about`` is the address that RSS 1.0 gives in the tag of an item.

        Atom's link of an entry to itself, and where its text is, come last.
        """
        title = self._find("title")
        urls = (
            self._find("link"),
            self._href,
            *map(self._find, ("guid", "origlink", "id")),
            about,
            *self._further[:_MOST_LINKS],
            *self._last_resorts,
        )
        return FeedItem(
            urls=tuple(dict.fromkeys(filter(None, urls))),
            title=strip_html(title) if self._title_is_html else title,
            dates=tuple(filter(None, map(self._find, _DATES))),
            base=join_bases(base, [self._base] if self._base else []),
            site_base=site_base,
        )

    def _find(self, *names: str) -> str:
        texts = (fields[name] for name in names for fields in (self._plain, self._others) if name in fields)
        return next(texts, "")


def join_bases(url: str, bases: list[str]) -> str:
    """Return the address that relative ones start from: that of the feed, changed by one base after another."""
    for base in bases:
        try:
            url = urljoin(url, base)
        except ValueError:
            continue
    return url
