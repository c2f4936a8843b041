"""Finds the dates that a page states for programs: JSON-LD, meta tags, its address, its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from crawler.extraction.layout.date_labels import has_date
from crawler.extraction.parsing.jsonld import Thing, read_things
from crawler.extraction.parsing.metatags import Head
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
_DAY_BEHIND_MONTH: Final = re.compile(r"/((?:19|20)\d{2})/(0?[1-9]|1[0-2])/\2-(0?[1-9]|[12]\d|3[01])-\d{1,3}(?![\w-])")
"""The month once more, the day and a number: ``/2004/9/9-15-7.htm``."""
_DAY_IN_ONE_SEGMENT: Final = re.compile(r"/((?:19|20)\d{2})/?(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/")
_DAY_OF_FILE: Final = r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[-_]\d{1,4})?\.s?html?$"
_DAY_BELOW_YEAR: Final = re.compile(rf"/((?:19|20)\d{{2}})/{_DAY_OF_FILE}")
_DAY_OR_NUMBER: Final = re.compile(rf"/((?:19|20)\d{{2}}){_DAY_OF_FILE}")
"""Eight figures, which may also be the twenty millionth page: ``/20031112.html``."""
_DAY_BELOW_MONTH: Final = re.compile(
    r"/(?=(20\d\d)(0[1-9]|1[0-2])/)\d{6}/t\1\2(0[1-9]|[12]\d|3[01])_\d{1,12}\.s?html?$"
)
"""The form of a publishing system of China: ``/202405/t20240506_1234.html``."""


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
    match = _DAY_BEHIND_MONTH.search(path) or _DAY_IN_PATH.search(path) or _DAY_IN_ONE_SEGMENT.search(path)
    return _make_date_of_address(match or _DAY_BELOW_YEAR.search(path) or _DAY_BELOW_MONTH.search(path))


def find_date_in_file_name(url: str) -> Found | None:
    """Return the day that the name of a file may be: ``/20031112.html``. A day that is printed outweighs it."""
    return _make_date_of_address(_DAY_OR_NUMBER.search(url.partition("?")[0][:2000]))


def _make_date_of_address(match: re.Match[str] | None) -> Found | None:
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
