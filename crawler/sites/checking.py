"""Checks the values of a site: what would end in an error later, and what would find nothing without a word.

Nothing is fetched, and no page is needed. Patterns that may take very long are errors (:mod:`~.pattern_cost`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from crawler.errors import BadSiteFile
from crawler.items import Article
from crawler.normalisation.addresses.hosts import spell_host
from crawler.site import Site
from crawler.sites.address_checks import check_addresses, check_patterns
from crawler.sites.faults import SiteFault
from crawler.sites.values import make_values

PLACES: Final = ("header", "see_also", "listing", "feed")
MAX_DELAY: Final = 3600.0
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_INSTANT: Final = datetime(2003, 12, 31, 13, 45, 50)  # no two of its numbers are equal, and no month has day 13
_PUBLIC_HOST: Final = re.compile(r"(?:[a-z0-9_-]+\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,}")


def check_site(site: Site) -> tuple[SiteFault, ...]:
    """Return what is wrong with the values of a site, in the order of its fields; empty for a sound one.

    ``is_error`` tells what keeps the site from working from what is only likely to be a mistake.
    """
    checks = (_check_identity, _check_hosts, _check_languages, check_addresses, _check_dates, _check_rest)
    return tuple(fault for check in checks for fault in check(site))


def refuse_errors(site: Site) -> None:
    """Raise BadSiteFile for a site that has errors; what is only likely to be a mistake is no reason."""
    _refuse(site, check_site(site))


def refuse_bad_patterns(site: Site) -> None:
    """Raise BadSiteFile for a site whose patterns cannot be used, or may take very long on some addresses."""
    _refuse(site, check_patterns(site))


def _refuse(site: Site, faults: Iterable[SiteFault]) -> None:
    reasons = [f"{fault.key} {fault.reason}" for fault in faults if fault.is_error]
    if reasons:
        raise BadSiteFile(reasons, f"the site {site.name[:60]!a}")


def _check_identity(site: Site) -> Iterator[SiteFault]:
    if not _NAME.fullmatch(site.name):
        yield SiteFault("name", f"{site.name[:60]!a} names no site", "use small letters, digits and _")
    for path, text in _iter_texts(make_values(site), ""):
        if not text.strip():
            yield SiteFault(path, "is empty", "write a text, or leave it out")


def _check_hosts(site: Site) -> Iterator[SiteFault]:
    try:
        parts = urlsplit(site.origin)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not _is_public(host) or port or parts.username or "?" in site.origin:
        yield SiteFault("origin", f"{site.origin[:80]!a} is no scheme and host", "write it as https://www.example.com")
    elif parts.path or site.origin != f"{parts.scheme}://{host}":
        yield SiteFault("origin", "holds more than scheme and host", f"write {parts.scheme}://{host}")
    for key, names in (("aliases", site.aliases), ("domains", site.domains)):
        for position, name in enumerate(names):
            if not _is_public(name):
                remedy = "write www.example.com, without https:// and without a path"
                yield SiteFault(f"{key}[{position}]", f"{name[:80]!a} is no public host", remedy)


def _is_public(host: str) -> bool:
    return _PUBLIC_HOST.fullmatch(spell_host(host) or "") is not None


def _check_languages(site: Site) -> Iterator[SiteFault]:
    if not re.fullmatch("[a-z]{2}", site.country):
        yield SiteFault("country", f"{site.country[:20]!a} is no ISO 3166 code", "write two small letters, as gb")
    if not site.languages:
        yield SiteFault("languages", "names no language", 'write their codes, as ["en"]')
    for position, language in enumerate(site.languages):
        if not _LANGUAGE.fullmatch(language):
            reason = f"{language[:20]!a} is no code of a language"
            yield SiteFault(f"languages[{position}]", reason, "write it as en or pt")
        elif language in site.languages[:position]:
            yield SiteFault(f"languages[{position}]", f"{language!a} stands there twice", "take one of them out")
    try:
        ZoneInfo(site.timezone)
    except (OSError, ValueError, LookupError):
        close_names = difflib.get_close_matches(site.timezone, available_timezones(), n=1, cutoff=0.5)
        remedy = f"did you mean {close_names[0]}?" if close_names else "write a zone as Europe/Rome or UTC"
        yield SiteFault("timezone", f"no time zone {site.timezone[:40]!a} exists", remedy)


def _check_dates(site: Site) -> Iterator[SiteFault]:
    for position, row in enumerate(site.dates):
        key = f"dates[{position}]"
        if row.place not in PLACES:
            yield SiteFault(f"{key}.place", f"no place is named {row.place[:40]!a}", f"one of {', '.join(PLACES)}")
        for language in row.languages:
            if language not in site.languages:
                reason = f"{language[:20]!a} is no language of the site"
                yield SiteFault(f"{key}.languages", reason, f"one of {', '.join(site.languages)}")
        for number, form in enumerate(row.formats):
            if not _reads_back(form):
                reason = f"{form[:60]!a} does not read back the day that it prints"
                yield SiteFault(f"{key}.formats[{number}]", reason, "hold year, month and day: %d/%m/%Y, %d %B %Y")


def _reads_back(form: str) -> bool:
    try:
        return datetime.strptime(_INSTANT.strftime(form), form).date() == _INSTANT.date()
    except (ValueError, UnicodeError):
        return False


def _check_rest(site: Site) -> Iterator[SiteFault]:
    if not 0 <= site.crawl_delay <= MAX_DELAY:
        yield SiteFault("crawl_delay", f"{site.crawl_delay:g} is no delay", f"write 0 to {MAX_DELAY:g} seconds")
    elif site.crawl_delay < 1:
        reason = f"{site.crawl_delay:g} seconds burden the site's server"
        yield SiteFault("crawl_delay", reason, "leave it out: 5 seconds are the default", is_error=False)
    names = [field.name for field in fields(Article)]
    for position, name in enumerate(site.expect.required):
        if name not in (*names, "published_on"):
            close_names = difflib.get_close_matches(name, names, n=1)
            remedy = f"did you mean {close_names[0]}?" if close_names else f"one of {', '.join(names)}"
            yield SiteFault(f"expect.required[{position}]", f"no article has a field {name[:40]!a}", remedy)
    if site.expect.alarm_after < 1:
        yield SiteFault("expect.alarm_after", f"{site.expect.alarm_after} is no number of pages", "write 1 or more")


def _iter_texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield all texts of the values, each with its key."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _iter_texts(entry, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            yield from _iter_texts(entry, f"{path}[{position}]")
