"""Examines the installation: the features of SQLite, the sites, and their time zones."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.archive.health.features import SQLITE_FEATURES, find_missing_features
from crawler.archive.opening import OLDEST_SQLITE
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong
from crawler.sites.checking import check_site
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import Catalogue


def connect_memory() -> sqlite3.Connection:
    """Return a connection to a new database in memory."""
    return sqlite3.connect(":memory:", isolation_level=None)


def examine_sqlite(
    version: tuple[int, int, int] = sqlite3.sqlite_version_info,
    connect: Callable[[], sqlite3.Connection] = connect_memory,
) -> Iterator[Diagnosis]:
    """Report whether the SQLite of this Python is new enough and has every feature that the archive uses."""
    version_text = ".".join(map(str, version))
    fix = "use another build of Python, such as the one of python.org, of your distribution or of uv"
    if version < OLDEST_SQLITE:
        yield report_wrong(
            "sqlite", f"SQLite {version_text} is too old: {'.'.join(map(str, OLDEST_SQLITE))} or newer is needed", fix
        )
        return
    with closing(connect()) as conn:
        missing = [f"{feature.name}: {feature.error}" for feature in find_missing_features(conn)]
    if missing:
        yield report_wrong("sqlite", f"SQLite {version_text} lacks {'; '.join(missing)}", fix)
    else:
        yield report_well("sqlite", f"SQLite {version_text} with {', '.join(SQLITE_FEATURES)}")


def examine_sites(catalogue: Catalogue) -> Iterator[Diagnosis]:
    """Report which sites can be used and which cannot, and whether the time zones of all are known on this machine."""
    sites = [known_site.site for known_site in catalogue.known_sites.values()]
    for source in catalogue.broken_sources:
        yield report_wrong("sites", f"{source.place}: {source.reason}", source.remedy)
    for unused_site in catalogue.unused_sites:
        yield report_note("sites", str(unused_site))
    for known_site in catalogue.known_sites.values():
        yield from _examine_values(known_site)
    if not sites:
        fix = "install seealso again"
        yield report_wrong("sites", "no site is found in the folder 'spiders' of the installation", fix)
        return
    yield report_well("sites", ", ".join(site.name for site in sites))
    unknown = sorted({site.timezone for site in sites if not _is_known(site.timezone)})
    if unknown:
        yield report_wrong("time zones", f"not known here: {', '.join(unknown)}", "pip install tzdata")
    else:
        yield report_well("time zones", "known for every site")


def _examine_values(known_site: KnownSite) -> Iterator[Diagnosis]:
    """Report what is wrong with the values of a site."""
    for fault in check_site(known_site.site):
        message = f"{known_site.place or known_site.name}: {fault.key} {fault.reason}"
        report = report_wrong if fault.is_error else report_note
        yield report("sites", message, fault.remedy)


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
