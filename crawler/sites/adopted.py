"""A site that an archive has adopted, as a source of sites: its values are kept in the archive, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from crawler.errors import BadSiteFile
from crawler.site import Site
from crawler.sites.known_site import BrokenSource, KnownSite
from crawler.sites.values import make_values, read_values
from crawler.sites.values_digest import compute_values_digest


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptedSite:
    """One adopted site. Those of equal values are one :class:`~crawler.site.Site`, whichever archive holds them."""

    name: str
    values_json: str = field(repr=False)
    sha256: str
    """Of the values (:func:`~crawler.sites.values_digest.compute_values_digest`)."""
    made_at: str
    """When it was adopted, in UTC."""
    place: str
    """The archive."""

    def read(self) -> Iterator[KnownSite | BrokenSource]:
        """Yield the site, or why its values cannot be used; raise nothing."""
        try:
            site = parse_values(self.values_json)
            if site.name != self.name:
                raise BadSiteFile([f"it is kept as {self.name!r} and names itself {site.name[:60]!r}"])
            yield KnownSite(site=site, source="archive", place=self.place, since=self.made_at[:10])
        except (BadSiteFile, ValueError, RecursionError) as problem:
            yield BrokenSource(
                names=frozenset((self.name,)),
                source="archive",
                place=self.place,
                reason=f"the adopted site {self.name!r} cannot be read: {problem}",
                remedy="a newer version may read it, or a file of that name in a folder of sites",
            )


def make_adopted(site: Site, *, made_at: str, place: str) -> AdoptedSite:
    """Return a site as one that the archive at ``place`` adopts."""
    return AdoptedSite(
        name=site.name,
        values_json=format_values(site),
        sha256=compute_values_digest(site),
        made_at=made_at,
        place=place,
    )


def format_values(site: Site) -> str:
    """Return the values of a site as one line of JSON, in ASCII, keys sorted."""
    return json.dumps(make_values(site), sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=1_024)
def parse_values(text: str) -> Site:
    """Return the site of values written as JSON, the same object for the same text.

    Raises BadSiteFile, ValueError.
    """
    values: Any = json.loads(text)
    if not isinstance(values, dict):
        raise BadSiteFile(["the values of a site are a table"])
    return read_values(values)


def has_adopted(adopted_sites: Iterable[AdoptedSite], site: Site) -> bool:
    """Return True if a site is one of these, not one of a file that has the name of one."""
    digest = compute_values_digest(site)
    return any(adopted.name == site.name and adopted.sha256 == digest for adopted in adopted_sites)
