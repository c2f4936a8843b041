"""Provenance: the versions and options that a run records of itself, and the pauses that sites asked for."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from crawler import __version__
from crawler.archive import Archive
from crawler.crawl.options import CrawlOptions
from crawler.errors import SiteRefused
from crawler.items import Capture, Problem
from crawler.normalisation.dates.moments import instant
from crawler.outcome.retry_after import PAUSE, find_pause_end
from crawler.site import Site
from crawler.sites.adopted import format_values
from crawler.sites.values_digest import compute_values_digest

RECORDED_OPTIONS = (
    *("urls", "max_articles", "max_depth", "since", "mirror"),
    *("delay", "refresh", "refetch", "contact", "concurrency", "timeout", "quiet_hours", "daily_cap"),
    *("by_day", "ids", "languages", "revisits", "accept_layout", "if_due", "obey_reservations", "discover"),
)
"""Options that are written into ``runs.settings``."""
SITE_DIGEST = "site_sha256"
"""The setting that tells what was known of the site: :func:`~crawler.sites.values_digest.compute_values_digest`."""
WARC_SITE = "seealso-site"
"""The field of a warcinfo record that holds the values of an adopted site, as JSON: a rebuilt archive reads by them."""
WARC_KIND = "seealso-kind"
"""The field of a warcinfo record that tells the kind of a run, where it is not an ordinary crawl."""


@cache
def list_versions() -> Mapping[str, str]:
    """Return the version of each library whose behaviour shapes what is kept."""
    names = ("scrapy", "twisted", "lxml", "beautifulsoup4", "sqlite-utils", "dateparser", "warcio")
    return {"seealso": __version__, "python": platform.python_version(), **{name: version(name) for name in names}}


def make_settings(options: CrawlOptions, site: Site) -> Mapping[str, Any]:
    """Return the recorded options that differ from their defaults, and the digest of the site's values."""
    default = CrawlOptions(site=options.site)
    options_given = {name: getattr(options, name) for name in RECORDED_OPTIONS}
    differing = {name: value for name, value in options_given.items() if value != getattr(default, name)}
    return {**differing, SITE_DIGEST: compute_values_digest(site)}


def make_warc_info(site: Site, options: CrawlOptions, *, is_adopted: bool = False) -> Mapping[str, str]:
    """Return the fields of the warcinfo record at the beginning of each WARC file.

    Of an adopted site its values are among them.
    """
    info = {
        "software": f"seealso/{__version__} scrapy/{list_versions()['scrapy']} warcio/{list_versions()['warcio']}",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "http-header-user-agent": options.user_agent,
        "robots": "classic",
        "isPartOf": site.name,
        "description": f"Crawl of {site.title} ({site.origin})",
    }
    if options.kind != "crawl":
        info[WARC_KIND] = options.kind
    if options.contact:
        info["operator"] = options.contact
    if options.mirror:
        info["seealso-mirror"] = options.mirror
    if is_adopted:
        info[WARC_SITE] = format_values(site)
    return info


def respect_pause(archive: Archive, site: Site, options: CrawlOptions, now: datetime) -> None:
    """Raise SiteRefused while a pause lasts that the site (or this mirror of it) asked for in an earlier run."""
    until = archive.find_pause(site, options.mirror, now)
    if until is not None:
        raise SiteRefused(f"{site.title} asked for a pause until {until:%Y-%m-%d %H:%M} UTC: try again after that")


def remember_pause(archive: Archive, run_id: int, answer: Capture) -> None:
    """Record the pause that an answer asks for, where one does: for answers outside the queue, such as robots.txt."""
    until = find_pause_end(answer)
    if until is not None:
        problem = Problem(
            url=answer.url, field="page", value=answer.header("Retry-After"), reason=f"{PAUSE}{instant(until)}"
        )
        archive.note_pause(run_id, problem, asked_at=answer.fetched_at, until=until)
