"""Finds the dates that elements of a page state for programs: ``<time datetime>``, microdata, RDFa, microformats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from itertools import islice
from typing import Final

from crawler.extraction.parsing.tree import UNSHOWN_TAGS, Tree
from crawler.extraction.stated.dates import has_full_date, read_stated
from crawler.items import Found
from crawler.normalisation.words.text import clean

_UPDATE_WORDS: Final = re.compile(r"updat|modif|revis", re.I)
_PUBLISHED_WORDS: Final = re.compile(r"publi[sc]|entry-date|post-date|pubdate", re.I)
_MAX_ELEMENTS: Final = 400
_ITEM: Final = "datePublished"
_RDFA: Final = re.compile(
    r"(?:^|[\s:])(?:datePublished|dateModified)(?:\s|$)|\bdc(?:terms)?:(?:date|created|issued|modified)\b"
)
_TIMES: Final = frozenset(("time", "relative-time", "time-ago", "time-until", "local-time", "amp-timeago"))
"""``<time>``, and elements that scripts of widespread libraries draw in its stead."""
_BOXES: Final = frozenset(("aside", "nav", "footer", "li"))


def find_time_element(tree: Tree, source: str) -> Found | None:
    """Return the date of the element that says by name that it is that of publication, else of the first ``<time>``.

    Times in menus, boxes and lists count only when they all state one day, and those of updates never. ``source`` is
    the markup of the page.
    """
    first: Found | None = None
    elsewhere: list[Found] = []
    behind: list[Found] = []
    for attributes, is_in_box in islice(_iter_elements(tree, source), _MAX_ELEMENTS + 1):
        value = _read_attributes(attributes)
        if value is None:
            value = _read_behind_words(attributes)
            if value is not None and not is_in_box:
                behind.append(Found(value=value, source="time:attribute"))
            continue
        named = _join_names(attributes)
        if _UPDATE_WORDS.search(named) and not _PUBLISHED_WORDS.search(named):
            continue
        date = Found(value=value, source="time:datetime")
        if is_in_box:
            elsewhere.append(date)
        elif _PUBLISHED_WORDS.search(named):
            return date
        else:
            first = first or date
    if first is not None or behind:
        return first or behind[0]
    days = {date.value[:10] for date in elsewhere}
    return elsewhere[0] if len(days) == 1 else None


def find_updated_element(tree: Tree, source: str, published: Found | None) -> Found | None:
    """Return the date of the first element outside of boxes that says by name that it is that of an update.

    None where it is the date of publication again, or before it, which is that of another story.
    """
    has_times = tree.named["time"] or tree.named["abbr"]
    if "dateModified" not in source and not (has_times and _UPDATED_TIME.search(source)):
        return None
    for attributes, is_in_box in islice(_iter_elements(tree), _MAX_ELEMENTS + 1):
        named = _join_names(attributes)
        if is_in_box or not _UPDATE_WORDS.search(named) or _PUBLISHED_WORDS.search(named):
            continue
        if (value := _read_attributes(attributes)) is None:
            continue
        if published is not None and (published.value == value or value[:10] < published.value[:10]):
            return None
        return Found(value=value, source="time:datetime")
    return None


_UPDATED_TIME: Final = re.compile(r"<(?:time|abbr)\s[^<>]{0,300}?(?:updat|modif)")


def _read_attributes(attributes: Mapping[str, str]) -> str | None:
    """Return the date that an element states in the attribute that is there for it."""
    value = read_stated(attributes.get("datetime") or attributes.get("content") or attributes.get("title"))
    return value[:60] if value is not None else None


def _join_names(attributes: Mapping[str, str]) -> str:
    return " ".join(attributes.get(name, "") for name in ("itemprop", "class", "property"))


def _iter_elements(tree: Tree, source: str = "") -> Iterator[tuple[Mapping[str, str], bool]]:
    """Yield the attributes of elements that may state a date, in their order, each with True in a menu or a box.

    Most elements have no attribute for one, and what is around them is not looked at. Without a ``source`` none states
    a date behind the words that it shows.
    """
    is_relative: bool | None = None
    opened: list[_Opened] = []
    for event in tree.events:
        if isinstance(event, str):
            continue
        if event is None:
            opened.pop()
            if not opened:
                return
            continue
        tag, attributes = event
        opened.append(event)
        if _OF_DATES.isdisjoint(attributes):
            continue
        may_state = _may_state_date(tag, attributes)
        if not may_state and is_relative is not False and _read_behind_words(attributes) is not None:
            may_state = is_relative = is_relative or _may_state_behind_words(source)
        if may_state and (place := _find_place(opened)) is not _Place.UNREAD:
            yield attributes, place is _Place.BOX


class _Place(Enum):
    """Where an element stands."""

    TEXT = "text"
    BOX = "box"
    """A menu or a list."""
    UNREAD = "unread"
    """What is not shown, or is no text of the story: what readers wrote, other stories."""


_Opened = tuple[str, Mapping[str, str]] | _Place
"""An element that is open; once that is known, the place that its children have."""


def _find_place(opened: list[_Opened]) -> _Place:
    """Return the place of the innermost open element, and put down that of the children of each of them."""
    first = next((index for index in reversed(range(len(opened))) if isinstance(opened[index], _Place)), -1)
    own = inside = _Place.TEXT
    for index in range(max(first, 0), len(opened)):
        element = opened[index]
        own = inside
        if isinstance(element, _Place):
            inside = element
        elif inside is not _Place.UNREAD:
            tag, attributes = element
            if tag in UNSHOWN_TAGS or _holds_others(tag, attributes):
                own = inside = _Place.UNREAD
            elif tag in _BOXES:
                inside = _Place.BOX
        opened[index] = inside
    return own


def _holds_others(tag: str, attributes: Mapping[str, str]) -> bool:
    """Does an element hold by name what readers wrote, or other stories?"""
    named = f"{attributes.get('id', '')} {attributes.get('class', '')}"
    if "comment" in named and _COMMENTS.search(named) is not None:
        return True
    if tag in ("html", "body", "main") or not any(map(named.__contains__, _WORDS_OF_RELATED)):
        return False
    return _RELATED.search(named) is not None


_WORDS_OF_RELATED: Final = ("related", "recommended", "trending", "read", "popular", "also")
_RELATED: Final = re.compile(
    r"(?:^|[\s_-])(?:related|recommended|trending|most-?read|popular|see-?also)(?:-?(?:posts?|articles?|stories|news|links|list|box))?(?:\s|$)"
)
_COMMENTS: Final = re.compile(
    r"(?:^|\s)(?:comments?|comment-?(?:list|section|area|\d+)|comments-?(?:list|area|section))(?:\s|$)"
)


def _may_state_behind_words(source: str) -> bool:
    """Return False for a page none of whose elements holds a date behind the words that it shows."""
    if _DATA_NAME.search(source) or _TITLED.search(source):
        return True
    return any(map(source.__contains__, _WORDS_OF_AGO)) and _NAMED_AGO.search(source) is not None


def _read_behind_words(attributes: Mapping[str, str]) -> str | None:
    """Return the date that an element holds behind the words that it shows: "3 days ago".

    It is in an attribute for scripts, as a date or in seconds since 1970, or in the title of an element named for it.
    """
    for name, value in attributes.items():
        if name in _DATA:
            if value.isdecimal() and len(value) in (10, 13):
                return datetime.fromtimestamp(int(value[:10]), UTC).isoformat()
            if has_full_date(value[:60]):
                return clean(value[:60])
        elif name == "title" and has_full_date(value[:60]):
            named = attributes.get("class", "")[:100]
            if _AGO.search(named) or (_INSTANT.match(value) and _DATED.search(named)):
                return clean(value[:60])
    return None


_DATA: Final = frozenset(
    (
        *(
            "data-time",
            "data-timestamp",
            "data-timeago",
            "data-time-ago",
            "data-datetime",
            "data-date-time",
            "data-date",
        ),
        *("data-utime", "data-utc", "data-epoch", "data-unix", "data-livestamp", "data-pubdate", "data-pub-date"),
        *("data-published", "data-published-at", "data-published-on", "data-published-date", "data-published-time"),
        *("data-publishdate", "data-publish-date", "data-publishtime", "data-publish-time", "data-publicationdate"),
        *("data-publication-date", "data-datepublished", "data-date-published", "data-postdate", "data-post-date"),
    )
)
_OF_DATES: Final = _DATA | {"datetime", "title", "property", "itemprop"}
"""The attributes of which an element that states a date has one."""
_AGO: Final = re.compile(r"(?:^|[\s_-])(?:time-?)?ago(?:$|[\s_-])|relative-?(?:time|date)|livestamp|moment")
_TITLED: Final = re.compile(r"title=[\"']\d{4}-\d\d-\d\dT")
_DATED: Final = re.compile(r"(?:^|[\s_-])(?:date(?:line|time)?|time|timestamp|posted|published)(?:$|[\s_-])", re.I)
_DATA_NAME: Final = re.compile(f"data-(?:{'|'.join(name.removeprefix('data-') for name in sorted(_DATA))})=")
_WORDS_OF_AGO: Final = ("ago", "relative", "livestamp")
_NAMED_AGO: Final = re.compile(r"class=[\"'][^\"'<>]{0,60}(?:ago\b|relative-?time|livestamp)")


_INSTANT: Final = re.compile(r"\s?\d{4}-\d\d-\d\dT\d\d:\d\d")


def _may_state_date(tag: str, attributes: Mapping[str, str]) -> bool:
    if tag in _TIMES and ("datetime" in attributes or "title" in attributes):
        return True
    if "property" in attributes and tag != "meta" and "content" in attributes:
        return _RDFA.search(attributes["property"]) is not None
    if tag != "meta" and attributes.get("itemprop") in (_ITEM, "dateModified"):
        return True
    if tag != "abbr" or "title" not in attributes:
        return False
    return "published" in attributes.get("class", "") or _INSTANT.match(attributes["title"]) is not None
