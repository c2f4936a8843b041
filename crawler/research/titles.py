"""Titles of the archived publications, for people."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from crawler.archive import Archive
from crawler.archive.runs.summary import list_run_sites
from crawler.sites.adopted import AdoptedSite

MAX_IN_TITLE: Final = 3
"""Publications that the masthead names; an archive of more is a news archive."""


def find_archive_title(archive: Archive) -> str:
    """Return the titles of the publications that an archive holds; empty where it holds none, or more than three."""
    names = list_run_sites(archive.db, limit=MAX_IN_TITLE + 1)
    return ", ".join(find_site_title(archive, name) for name in names) if len(names) <= MAX_IN_TITLE else ""


def find_site_title(archive: Archive, site: str) -> str:
    """Return the title of a site that is known here or that the archive has adopted; else its name."""
    return make_title_finder(archive)(site)


def make_title_finder(archive: Archive) -> Callable[[str], str]:
    """Return :func:`find_site_title` for an archive, for a template that is filled when the archive is closed."""
    titles = _read_titles(archive.adopted_sites)
    return lambda site: titles.get(site, site)


@cache
def _read_titles(adopted_sites: tuple[AdoptedSite, ...]) -> dict[str, str]:
    from crawler.sites.registry import load_titles

    return load_titles(*adopted_sites)
