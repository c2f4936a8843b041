"""Reads the name of a time zone printed beside a time: what it means depends on where it is printed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from crawler.site import Site

_MINUTES: Final[dict[str, tuple[int, ...]]] = {
    "UTC": (0,),
    "GMT": (0,),
    "UT": (0,),
    "Z": (0,),
    "WET": (0,),
    "WEST": (60,),
    "CET": (60,),
    "CEST": (120,),
    "EET": (120,),
    "EEST": (180,),
    "MSK": (180,),
    "TRT": (180,),
    "BST": (60, 360, 660),  # British summer, Bangladesh, Bougainville
    "IST": (330, 120, 60),  # India, Israel, Ireland
    "IDT": (180,),
    "SAST": (120,),
    "CAT": (120,),
    "EAT": (180,),
    "WAT": (60,),
    "AST": (-240, 180),  # Atlantic, Arabia
    "ADT": (-180,),
    "GST": (240,),
    "PKT": (300,),
    "SLST": (330,),
    "NPT": (345,),
    "BDT": (360,),
    "MMT": (390,),
    "ICT": (420,),
    "WIB": (420,),
    "WITA": (480,),
    "WIT": (540,),
    "HKT": (480,),
    "SGT": (480,),
    "MYT": (480,),
    "PHT": (480,),
    "AWST": (480,),
    "JST": (540,),
    "KST": (540,),
    "ACST": (570,),
    "ACDT": (630,),
    "AEST": (600,),
    "AEDT": (660,),
    "NZST": (720,),
    "NZDT": (780,),
    "EST": (-300,),
    "EDT": (-240,),
    "CST": (-360, 480, -300),  # Central, China, Cuba
    "CDT": (-300, -240),
    "MST": (-420, 480),  # Mountain, Malaysia
    "MDT": (-360,),
    "PST": (-480, 480),  # Pacific, Philippines
    "PDT": (-420,),
    "AKST": (-540,),
    "AKDT": (-480,),
    "HST": (-600,),
    "NST": (-210,),
    "NDT": (-150,),
    "BRT": (-180,),
    "ART": (-180,),
    "CLT": (-240,),
    "CLST": (-180,),
    "COT": (-300,),
    "PET": (-300,),
}
"""Abbreviation → minutes east of Greenwich, in each of the countries that use it. Source: the abbreviations of the IANA
time zone database in its releases until 2016, which still had those without official standing."""
_GENERIC: Final = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "EASTERN": "America/New_York",
    "CENTRAL": "America/Chicago",
    "MOUNTAIN": "America/Denver",
    "PACIFIC": "America/Los_Angeles",
    "AKT": "America/Anchorage",
}
"""Names without standard or summer time, as CLDR lists them for the United States."""
_SAME: Final = {"MEZ": "CET", "MESZ": "CEST", "МСК": "MSK", "TSİ": "TRT"}
_OFFSET: Final = re.compile(r"(?:(?:GMT|UTC?)\s?)?([+\-−–])\s?(\d{1,2})(?::?(\d{2}))?", re.I)


def find_zone(name: str, site: Site, day: datetime) -> tzinfo | None:
    """Return the zone that a printed name or offset means to the readers of a site, None when that is not certain.

    A name that the site's own zone uses means that zone on that day, summer time included. Another name counts when
    one offset alone has it. ``day`` is the naive time beside the name.
    """
    if match := _OFFSET.fullmatch(name):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes > 15 * 60:
            return None
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
    key = name.upper().replace(".", "")
    if key in ("UTC", "GMT", "UT", "Z"):
        return UTC
    own = ZoneInfo(site.timezone)
    key = _SAME.get(key, key)
    offsets = _MINUTES.get(key, ())
    if site.timezone != "UTC":
        own_names = {str(day.replace(month=month, day=1, tzinfo=own).tzname()) for month in (1, 7)}
        is_nameless = all(name[:1] in "+-" for name in own_names)  # where the database knows no official abbreviation
        if key in own_names or (is_nameless and _count_minutes(day.replace(tzinfo=own)) in offsets):
            return own
    if key in _GENERIC:
        return ZoneInfo(_GENERIC[key])
    if len(offsets) > 1 and site.timezone == "UTC":  # a site of which nothing is known but host and language
        offsets = tuple(minutes for minutes in offsets if minutes == _find_meant(key, site))
    return timezone(timedelta(minutes=offsets[0])) if len(offsets) == 1 else None


_MEANT: Final = {
    "IST": {330: "in lk hi bn ta te ml kn mr gu pa or as", 120: "il he", 60: "ie ga"},
    "BST": {60: "uk cy gd", 360: "bd", 660: "pg"},
    "AST": {180: "sa kw qa bh iq ye ar", -240: "bm pr bb tt"},
    "CST": {480: "cn tw zh", -360: "us mx cr gt hn ni sv"},
    "MST": {480: "my ms", -420: "us"},
    "PST": {480: "ph fil tl", -480: "us"},
}
"""Abbreviation → minutes east of Greenwich → endings of hosts and languages whose readers are meant."""


def _find_meant(key: str, site: Site) -> int | None:
    """Return the offset that an ambiguous name has where the host's ending, or else the language, is at home."""
    ending = site.origin.rpartition(".")[2].strip("/")
    for place in (ending, *site.languages):
        for minutes, places in _MEANT.get(key, {}).items():
            if place in places.split():
                return minutes
    return None


def _count_minutes(moment: datetime) -> int:
    offset = moment.utcoffset()
    return round(offset.total_seconds() / 60) if offset is not None else 0


def is_zone_name(name: str) -> bool:
    """Return True if a printed word or offset names a time zone, known or not: ``IST``, ``GMT+2``, ``+0530``."""
    key = name.upper().replace(".", "")
    if key in _MINUTES or key in _GENERIC or key in _SAME or _OFFSET.fullmatch(name) is not None:
        return True
    return 3 <= len(key) <= 5 and key.endswith("T") and name.isupper()
