"""What the archived publications are called by people."""

from __future__ import annotations

from functools import cache

from crawler.archive import Archive


def find_archive_title(archive: Archive) -> str:
    """Return the title of the publication that an archive holds; several are named together, none is empty."""
    names = [str(row[0]) for row in archive.db.execute("SELECT DISTINCT site FROM runs ORDER BY site LIMIT 4")]
    titles = [find_site_title(name) for name in names]
    return ", ".join(titles[:3]) + (" and others" if len(titles) > 3 else "")


def find_site_title(site: str) -> str:
    """Return a site's title; its name when no spider of that name is installed any more."""
    return _read_titles().get(site, site)


@cache
def _read_titles() -> dict[str, str]:
    from crawler.sites.registry import load_titles

    return load_titles()
