"""The registry of sites: puts the sites of all sources together, the first of each name, and finds one of them.

A site is a file of values, or a Python file with a :class:`~crawler.site.Site` as ``SITE`` and page classes as
``PAGES`` where its pages need them. A spider class in it names site and pages instead. Nothing has to be registered,
and this module does not load Scrapy. What cannot be used is logged, once in a process, and stops nothing else.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import RLock
from types import MappingProxyType

from crawler.errors import UnknownSite
from crawler.normalisation.addresses.hosts import list_sites_of_address, read_host
from crawler.site import Site
from crawler.sites.known_site import BrokenSource, KnownSite, UnusedSite
from crawler.sites.soundness import refuse_unsound
from crawler.sites.sources import Source, list_sources

log = logging.getLogger(__name__)

_lock = RLock()
"""Held while sources are read: each is read once, so that each site is one object in all threads."""
_logged: set[str] = set()


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """What all sources hold."""

    known_sites: Mapping[str, KnownSite]
    """Name → site that is used, in alphabetical order."""
    broken_sources: tuple[BrokenSource, ...]
    unused_sites: tuple[UnusedSite, ...]
    """Sites whose name an earlier source has."""

    @property
    def taken_names(self) -> set[str]:
        """The names of all known sites, and those of sites that cannot be used."""
        return {*self.known_sites, *(name for source in self.broken_sources for name in source.names)}


def load_catalogue(*further_sources: Source) -> Catalogue:
    """Return the sites of all sources, and of ``further_sources`` after them. Raises nothing."""
    with _lock:
        return _load_catalogue((*list_sources(), *further_sources))


def load_known_sites(*further_sources: Source) -> Mapping[str, KnownSite]:
    """Return name → known site, in alphabetical order. What cannot be used is logged.

    ``further_sources`` here and below are those of an archive: ``load_known_sites(*archive.adopted_sites)``.
    """
    catalogue = load_catalogue(*further_sources)
    _log_once((*catalogue.broken_sources, *catalogue.unused_sites))
    return catalogue.known_sites


def load_sites(*further_sources: Source) -> tuple[Site, ...]:
    """Return the known sites in the order of their names."""
    return tuple(known_site.site for known_site in load_known_sites(*further_sources).values())


def load_titles(*further_sources: Source) -> dict[str, str]:
    """Return name → title of the known sites."""
    return {site.name: site.title for site in load_sites(*further_sources)}


def find_site(name: str, *further_sources: Source) -> Site:
    """Return the site of that name. Raises UnknownSite as :func:`find_known_site` does."""
    return find_known_site(name, *further_sources).site


def find_known_site(name: str, *further_sources: Source) -> KnownSite:
    """Return the known site of that name.

    Raises UnknownSite, whose message says why its file cannot be used, or lists the known names.
    """
    catalogue = load_catalogue(*further_sources)
    broken = next((source for source in catalogue.broken_sources if name in source.names), None)
    is_unusable = name not in catalogue.known_sites and broken is not None
    sources = [source for source in catalogue.broken_sources if not (is_unusable and source is broken)]
    _log_once((*sources, *catalogue.unused_sites))
    if is_unusable:
        raise UnknownSite(f"the site {name!r} cannot be used: {broken}")
    known_sites = catalogue.known_sites
    if name in known_sites:
        return known_sites[name]
    close_names = difflib.get_close_matches(name.lower(), known_sites, n=1)
    hint = f" Did you mean {close_names[0]}?" if close_names else ""
    if "." in name:
        hint = " An address begins with https://."
    raise UnknownSite(f"no site {name[:60]!r} is known.{hint} Known: {', '.join(known_sites) or 'none'}")


def find_site_of_address(url: str, *further_sources: Source) -> KnownSite | None:
    """Return the known site that the host of an address belongs to, or None; an adopted one after all others.

    Raises BadAddress for a malformed address.
    """
    known_sites = load_known_sites(*further_sources)
    read_host(url)
    sites = list_sites_of_address(url, tuple(known_site.site for known_site in known_sites.values()))
    fitting = sorted((known_sites[site.name] for site in sites), key=lambda known_site: known_site.source == "archive")
    return fitting[0] if fitting else None


@cache
def _load_catalogue(sources: tuple[Source, ...]) -> Catalogue:
    known_sites: dict[str, KnownSite] = {}
    broken_sources, unused_sites = [], []
    for source in sources:
        for result in _read_source(source):
            if isinstance(result, BrokenSource):
                broken_sources.append(result)
                continue
            first = known_sites.setdefault(result.name, result)
            if first is not result:
                unused_sites.append(UnusedSite(site=result, first=first))
    return Catalogue(
        known_sites=MappingProxyType(dict(sorted(known_sites.items()))),
        broken_sources=tuple(broken_sources),
        unused_sites=tuple(unused_sites),
    )


@cache
def _read_source(source: Source) -> tuple[KnownSite | BrokenSource, ...]:
    return tuple(result if isinstance(result, BrokenSource) else refuse_unsound(result) for result in source.read())


def _log_once(faults: Iterable[BrokenSource | UnusedSite]) -> None:
    """Log each fault that this process has not logged before."""
    for fault in faults:
        line = str(fault)
        if line not in _logged:
            _logged.add(line)
            log.warning("%s", line)
