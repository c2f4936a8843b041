"""Infers country and time zone: from the offsets of stated dates, the ending of the host, and the stated region."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytz

from crawler.normalisation.dates.moments import is_universal
from crawler.normalisation.dates.order import find_country_of_host, find_region
from crawler.normalisation.words.word_tables import load_table
from crawler.site import UNKNOWN_COUNTRY
from crawler.sitekit.given_pages import GivenPage

_OFFSET: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?([+-])(\d\d):?(\d\d)$")
_CLOCK: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class InferredZone:
    """Country and zone, and what they were inferred from."""

    country: str
    timezone: str
    evidence: str
    doubt: str | None = None


def infer_zone(pages: Sequence[GivenPage], host: str) -> InferredZone:
    """Return country and time zone of the pages of one site; universal time and a doubt where nothing tells them."""
    country, country_evidence = _find_country(pages, host)
    dates = _list_offsets(pages)
    zones = list_country_zones(country)
    offsets = "dates carry " + ", ".join(sorted({_format_offset(offset) for _, offset in dates})) if dates else ""
    fitting = [zone for zone in zones if all(_has_offset(zone, moment, offset) for moment, offset in dates)]
    if fitting:
        evidence = "; ".join(text for text in (offsets, country_evidence) if text)
        doubt = (
            None
            if dates or not _differ(zones)
            else f"{country.upper()} has {len(zones)} time zones; that of its largest city is taken"
        )
        return InferredZone(country=country, timezone=fitting[0], evidence=evidence, doubt=doubt)
    if dates:
        minutes = Counter(offset for _, offset in dates).most_common(1)[0][0]
        hours, rest = divmod(minutes, 60)
        name = f"Etc/GMT{-hours:+d}" if not rest and minutes and -12 <= -hours <= 14 else "UTC"
        doubt = f"{offsets}, but no country is known whose zone that is; name the zone, since summer time changes it"
        return InferredZone(country=country, timezone=name, evidence=offsets, doubt=doubt)
    doubt = "neither the host nor a date tells the time zone: printed times are read as universal time"
    return InferredZone(country=country, timezone="UTC", evidence=country_evidence or "nothing tells it", doubt=doubt)


def list_country_zones(country: str) -> list[str]:
    """Return the names of a country's time zones, that of its largest city first; none for an unknown one."""
    zones = list(pytz.country_timezones.get(country.upper(), ()))
    main = load_table("countries")["main_zone"].get(country)
    return [main, *(zone for zone in zones if zone != main)] if main in zones else zones


def _find_country(pages: Sequence[GivenPage], host: str) -> tuple[str, str]:
    """Return a country and what tells it: the ending of the host, else the region that pages state."""
    code = find_country_of_host(host)
    if code is not None and code.upper() in pytz.country_names:
        return code, f"the host ends in .{host.rpartition('.')[2]}"
    regions: Counter[str] = Counter()
    for page in pages:
        locale = page.head.find_meta("og:locale")
        for stated in (page.head.language, locale.value if locale else None):
            region = find_region(stated)
            if region is not None and region.upper() in pytz.country_names:
                regions[region] += 1
                break
    if len(regions) != 1:
        return UNKNOWN_COUNTRY, ""
    (region_code,) = regions
    # Tools write en-US by themselves: it counts where dates are not universal.
    if region_code != "us" or any(offset for _, offset in _list_offsets(pages)):
        return region_code, f"pages state the region {region_code.upper()}"
    return UNKNOWN_COUNTRY, ""


def _list_offsets(pages: Sequence[GivenPage]) -> list[tuple[datetime, int]]:
    """Return (local time, minutes east of Greenwich) of the stated dates that carry an offset other than zero."""
    offsets = []
    for page in pages:
        stated = page.published_meta
        match = _OFFSET.search(stated.strip()) if stated else None
        clock = _CLOCK.search(stated) if stated else None
        if stated is None or match is None or clock is None or is_universal(stated):
            continue
        minutes = (int(match[2]) * 60 + int(match[3])) * (1 if match[1] == "+" else -1)
        try:
            offsets.append((datetime.fromisoformat(f"{clock[1]}T{clock[2]}"), minutes))
        except ValueError:
            continue
    return offsets


def _differ(zones: Sequence[str]) -> bool:
    """Do clocks of these zones differ, in winter or in summer?"""
    moments = [datetime(2026, month, 1) for month in (1, 7)]
    return len({tuple(moment.replace(tzinfo=ZoneInfo(zone)).utcoffset() for moment in moments) for zone in zones}) > 1


def _has_offset(zone: str, moment: datetime, minutes: int) -> bool:
    return moment.replace(tzinfo=ZoneInfo(zone)).utcoffset() == timedelta(minutes=minutes)


def _format_offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
