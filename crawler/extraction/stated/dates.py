"""Finds the dates that a page states for programs: meta tags, ``<time datetime>``, microdata, microformats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from crawler.extraction.layout.date_labels import has_date
from crawler.extraction.parsing.jsonld import Thing, read_things
from crawler.extraction.parsing.metatags import Head
from crawler.extraction.parsing.tree import UNSHOWN_TAGS, Tree, pass_over
from crawler.items import Found
from crawler.normalisation.dates.date_lines import read_line
from crawler.normalisation.wording import MONTHS
from crawler.normalisation.words.entities import unescape
from crawler.normalisation.words.text import clean

_PUBLISHED: Final = (
    "articlepublishedtime",
    "datepublished",
    "ogpublishedtime",
    "ogarticlepublishedtime",
    "articlepublished",
    "articlepublicationdate",
    "articlepublishdate",
    "rnewsdatepublished",
    "publicationdate",
    "publishdate",
    "publisheddate",
    "publishtime",
    "publishedtime",
    "published",
    "citationpublicationdate",
    "citationonlinedate",
    "prismpublicationdate",
    "dcdateissued",
    "dctermsissued",
    "dctermscreated",
    "dcdatecreated",
    "sailthrudate",
    "parselypubdate",
    "cxenseparserecspublishtime",
    "articledateoriginal",
    "date",
    "dcdate",
    "dctermsdate",
    "citationdate",
    "pubdate",
    "articlecreated",
    "articlecreatetime",
    "weiboarticlecreateat",
    "analyticsattributesarticledate",
    "displaydate",
    "dateposted",
    "pdate",
    "ptime",
    "gentime",
    "issued",
    "sortdate",
)
"""Names of metas in lower case, letters only, those first that can mean nothing but publication. Sources: Open Graph,
schema.org, Dublin Core, PRISM, Highwire Press (citation), and the lists of tags that analytics services publish."""
_ENDS_AS_PUBLISHED: Final = re.compile(
    r"(?:date|time|on|at)(?:of)?(?:first|originally)?(?:published|publication|publish)$|postdate$"
    r"|(?:published|publication|publish|pub)(?:date|time|datetime|on|at)$"
)
"""The end of the other names that say so, whoever made them up: ``x-published-date``, ``page.publish_time``."""
_UPDATED: Final = (
    "articlemodifiedtime",
    "datemodified",
    "ogupdatedtime",
    "ogarticlemodifiedtime",
    "articlemodified",
    "articlemodifieddate",
    "modifiedtime",
    "modifieddate",
    "dctermsmodified",
    "dcdatemodified",
    "updateddate",
    "updatedtime",
    "dateupdated",
    "lastmodified",
)
_OTHER: Final = "other"
_NOT_A_LETTER: Final = re.compile(r"[^a-z]")
_DAY: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}(?:T|$)")
_ASCTIME: Final = re.compile(
    r"[A-Z][a-z]{2},? [A-Z][a-z]{2} {1,2}\d{1,2} \d{1,2}:\d\d:\d\d (?:[A-Z]{2,5} |[+-]\d{4} )?\d{4}"
)
_PLACEHOLDER: Final = re.compile(
    r"(?:Thu, )?0?1 Jan 1970 0\d:00|1970-0?1-0?1(?:$|[T ]0\d:00)|1969-12-31[T ]|-?0{3}[01]-|.*\s-0{3}1\s"
    r"|(?i:invalid date|null|none|undefined|nan)$"
)
"""What programs write where they know no date: the beginning of their count, the years 0 and 1, the year before, words
for nothing."""
_MONTHS: Final = {
    spelling.lower(): number for number, name in enumerate(MONTHS, 1) for spelling in (name, name[:4], name[:3])
}
"""Names of months in addresses, which are English ones on papers of every language, as they are or cut to 3 or 4."""
_DAY_IN_PATH: Final = re.compile(
    rf"(?<![\d-])((?:19|20)\d{{2}})(?:/|-)(0?[1-9]|1[0-2]|{'|'.join(_MONTHS)})(?:/|-)(0?[1-9]|[12]\d|3[01])"
    r"(?=[/+_.-]|$)",
    re.I,
)
_DAY_IN_ONE_SEGMENT: Final = re.compile(r"/((?:19|20)\d{2})/?(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/")
_DAY_BELOW_MONTH: Final = re.compile(
    r"/(?=(20\d\d)(0[1-9]|1[0-2])/)\d{6}/t\1\2(0[1-9]|[12]\d|3[01])_\d{1,12}\.s?html?$"
)
"""The form of a publishing system of China: ``/202405/t20240506_1234.html``."""
_UPDATE_WORDS: Final = re.compile(r"updat|modif|revis", re.I)
_PUBLISHED_WORDS: Final = re.compile(r"publi[sc]|entry-date|post-date|pubdate", re.I)
_MAX_ELEMENTS: Final = 400
_ITEM: Final = "datePublished"
_RDFA: Final = re.compile(
    r"(?:^|[\s:])(?:datePublished|dateModified)(?:\s|$)|\bdc(?:terms)?:(?:date|created|issued|modified)\b"
)
_IN_RDFA: Final = ('property="dc:', 'property="dcterms:')
"""Before the dates of a publishing system, in the markup of a page."""
_TIMES: Final = ("time", "relative-time", "time-ago", "time-until", "local-time", "amp-timeago")
"""``<time>``, and elements that scripts of widespread libraries draw in its stead."""
_BOXES: Final = frozenset(("aside", "nav", "footer", "li"))


def find_stated_date(head: Head) -> Found | None:
    """Return the date of publication that meta tags state, with year, month and day."""
    return _find_first(head, _PUBLISHED) or _find_parsely_date(head)


def _find_parsely_date(head: Head) -> Found | None:
    """Return the date that the analytics service Parse.ly is told, in JSON in a meta of its own."""
    date = find_date_in_things(read_things(head.metas.get("parsely-page", ())[:1]), "pub_date")
    return Found(value=date.value, source="meta:parsely-page") if date is not None else None


def find_stated_update(head: Head) -> Found | None:
    """Return the date of the last update that meta tags state."""
    return _find_first(head, _UPDATED)


def find_date_in_address(url: str) -> Found | None:
    """Return the day that a path holds: ``/2022/03/11/two-bells``, ``/2022-03-11-two-bells``, ``/2022/mar/11/``.

    The figures of month and day may adjoin: ``/2022/0311/``, ``/20220311/``.
    """
    path = url.partition("?")[0][:2000]
    match = _DAY_IN_PATH.search(path) or _DAY_IN_ONE_SEGMENT.search(path) or _DAY_BELOW_MONTH.search(path)
    if match is None:
        return None
    year, month, day = match.groups()
    return Found(value=f"{year}-{_MONTHS.get(month.lower(), month)}-{day}", source="address")


def find_date_in_title(title: str | None, language: str | None) -> Found | None:
    """Return the day that is a part of the title by itself, and leaves no doubt: "Two bells | Post | 16.05.2024"."""
    for part in _BETWEEN_PARTS.split(title or "")[1:]:
        line = read_line(part, (language,) if language else ())
        is_sure = len(line.dates) == 1 and (line.dates[0].is_sure or _DAY_FIRST.fullmatch(part) is not None)
        if is_sure and not line.rest:
            return Found(value=line.dates[0].day.isoformat(), source="title")
    return None


_DAY_FIRST: Final = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}")
_BETWEEN_PARTS: Final = re.compile(r"\s+[-–—|·•:/»]+\s+|\s*[|·•»]\s*")


def find_date_in_things(things: Sequence[Thing], name: str = "datePublished") -> Found | None:
    """Return the date that JSON-LD states under a name in any node that is no entry of a list, if all state one day.

    It is for pages none of whose nodes is known as the article.
    """
    stated = (read_stated(thing.find_scalar(name.lower())) for thing in things if not thing.listed)
    dates = [date for date in stated if date is not None]
    return Found(value=dates[0], source=f"jsonld:{name}") if len({date[:10] for date in dates}) == 1 else None


def find_date_in_thing(thing: Thing | None, *names: str) -> Found | None:
    """Return the date that a node of JSON-LD states under the first of these names that holds one."""
    if thing is None:
        return None
    for name in names:
        if (date := read_stated(thing.find_scalar(name.lower()))) is not None:
            return Found(value=date, source=f"{thing.source}:{name}")
    return None


def find_misstated_date(thing: Thing | None, name: str) -> Found | None:
    """Return what a node of JSON-LD states as a date under a name, and is none; a placeholder states nothing."""
    text = clean((thing.find_text(name.lower()) or "")[:200]) if thing is not None else ""
    if thing is None or not text or _PLACEHOLDER.match(text) or read_stated(text) is not None:
        return None
    return Found(value=text, source=f"{thing.source}:{name}")


def read_stated(value: str | None) -> str | None:
    """Return a stated date as the page has it, seconds or milliseconds since 1970 as ISO 8601; None for what is none.

    >>> read_stated("1714989600"), read_stated("0001-01-01T00:00:00"), read_stated("Invalid date")
    ('2024-05-06T10:00:00+00:00', None, None)
    >>> read_stated("20240506101500"), read_stated("/Date(1714989600000)/")
    ('20240506T101500', '2024-05-06T10:00:00+00:00')
    """
    text = clean(unescape(value[:200]) if "&" in value[:200] else value[:200]) if value else ""
    if _IN_FIGURES.fullmatch(text):
        return f"{text[:8]}T{text[8:]}"
    text = _FRACTION.sub("", _OF_DOT_NET.sub(r"\1", text))
    if text.isdecimal() and len(text) in (10, 13) and text[0] in "123456789":
        return datetime.fromtimestamp(int(text[:10]), UTC).isoformat()
    return text if has_full_date(text) else None


_IN_FIGURES: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
_FRACTION: Final = re.compile(r"(?<=^\d{10})\.\d{1,9}$")
_OF_DOT_NET: Final = re.compile(r"^/Date\((\d{13})(?:[+-]\d{4})?\)/$")


def _find_first(head: Head, names: tuple[str, ...]) -> Found | None:
    """Return the first content that begins with a date of the first of these names; names may be spelt in any way."""
    stated: dict[str, Found] = {}
    for name in head.metas:
        key = _NOT_A_LETTER.sub("", name)
        if key not in names:
            key = _OTHER if names is _PUBLISHED and _ENDS_AS_PUBLISHED.search(key) else ""
        if key and key not in stated:
            date = head.find_meta(name)
            if date is not None and (value := read_stated(date.value)) is not None:
                stated[key] = Found(value=value, source=date.source)
    return next((stated[name] for name in (*names, _OTHER) if name in stated), None)


def has_full_date(value: str) -> bool:
    """Return True if a stated value holds a year, a month and a day, in figures or in words, and is no placeholder."""
    return not _PLACEHOLDER.match(value) and (bool(_DAY.match(value) or _ASCTIME.match(value)) or has_date(value))


def find_time_element(tree: Tree, source: str) -> Found | None:
    """Return the date of the element that says by name that it is that of publication, else of the first ``<time>``.

    Times in menus, boxes and lists count only when they all state one day, and those of updates never. ``source`` is
    the markup of the page.
    """
    is_relative = _may_state_behind_words(source)
    has_times = next(tree.iter_named("time", "abbr"), None) is not None or _ITEM in source or is_relative
    has_times = has_times or any(map(source.__contains__, _IN_RDFA))
    if not has_times and not any(f"<{tag}" in source for tag in _TIMES[1:]):
        return None  # most pages: none of its elements need be looked at
    first: Found | None = None
    elsewhere: list[Found] = []
    behind: list[Found] = []
    for attributes, is_in_box in islice(_iter_elements(tree, is_relative=is_relative), _MAX_ELEMENTS + 1):
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
    if "dateModified" not in source and not _UPDATED_TIME.search(source):
        return None
    for attributes, is_in_box in islice(_iter_elements(tree, is_relative=False), _MAX_ELEMENTS + 1):
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


def _iter_elements(tree: Tree, *, is_relative: bool) -> Iterator[tuple[Mapping[str, str], bool]]:
    """Yield the attributes of elements that may state a date, in their order, each with True in a menu or a box."""
    boxes = 0
    opened: list[bool] = []
    events = enumerate(tree.events)
    for _, event in events:
        if isinstance(event, str):
            continue
        if event is None:
            boxes -= opened.pop()
            if not opened:
                return
            continue
        tag, attributes = event
        if tag in UNSHOWN_TAGS or (attributes and _holds_others(tag, attributes)):
            pass_over(events)
            continue
        if attributes and (_may_state_date(tag, attributes) or (is_relative and _read_behind_words(attributes))):
            yield attributes, boxes > 0
        opened.append(tag in _BOXES)
        boxes += opened[-1]


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
        if name.startswith("data-") and _DATA.fullmatch(name):
            if value.isdecimal() and len(value) in (10, 13):
                return datetime.fromtimestamp(int(value[:10]), UTC).isoformat()
            if has_full_date(value[:60]):
                return clean(value[:60])
        elif name == "title" and has_full_date(value[:60]):
            named = attributes.get("class", "")[:100]
            if _AGO.search(named) or (_INSTANT.match(value) and _DATED.search(named)):
                return clean(value[:60])
    return None


_DATA: Final = re.compile(
    r"data-(?:time|timestamp|time-?ago|date-?time|date|utime|utc|epoch|unix|published(?:-(?:at|on|date|time))?|livestamp"
    r"|pub-?date|publish-?(?:date|time)|publication-?date|date-?published|post-?date)"
)
_AGO: Final = re.compile(r"(?:^|[\s_-])(?:time-?)?ago(?:$|[\s_-])|relative-?(?:time|date)|livestamp|moment")
_TITLED: Final = re.compile(r"title=[\"']\d{4}-\d\d-\d\dT")
_DATED: Final = re.compile(r"(?:^|[\s_-])(?:date(?:line|time)?|time|timestamp|posted|published)(?:$|[\s_-])", re.I)
_DATA_NAME: Final = re.compile(f"{_DATA.pattern}=")
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
