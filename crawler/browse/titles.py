"""Titles of the archived publications, for people."""

from __future__ import annotations

from functools import cache

from crawler.archive import Archive
from crawler.archive.runs.summary import list_run_sites


def find_archive_title(archive: Archive) -> str:
    """Return the title of the publication that an archive holds; several are joined, without one it is empty."""
    titles = [find_site_title(name) for name in list_run_sites(archive.db, limit=4)]
    return ", ".join(titles[:3]) + (" and others" if len(titles) > 3 else "")


def find_site_title(site: str) -> str:
    """Return a site's title; its name when no spider of that name is installed."""
    return _read_titles().get(site, site)


@cache
def _read_titles() -> dict[str, str]:
    from crawler.sites.registry import load_titles

    return load_titles()
