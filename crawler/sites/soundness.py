"""Keeps sites out whose patterns are unusable: an address is held against those of every known site."""

from __future__ import annotations

import re

from crawler.errors import BadSiteFile
from crawler.site import Site
from crawler.sites.known_site import BrokenSource, KnownSite
from crawler.sites.site_folder import FILE_REMEDY


def refuse_unsound(known_site: KnownSite) -> KnownSite | BrokenSource:
    """Return the site, or why it cannot be used: a pattern is none, or may take very long on some addresses.

    Of sites that come with seealso it is only looked whether they are patterns: how long they take, a test asks.
    """
    if known_site.source == "shipped" and _has_patterns_only(known_site.site):
        return known_site
    from crawler.sites.checking import refuse_bad_patterns

    try:
        refuse_bad_patterns(known_site.site)
    except BadSiteFile as problem:
        others = f" (and {len(problem.below)} more)" if problem.below else ""
        return BrokenSource(
            names=frozenset({known_site.name}),
            source=known_site.source,
            place=known_site.place,
            reason=f"{problem.faults[0]}{others}",
            remedy=FILE_REMEDY if known_site.source != "archive" else "give a file of that name that reads its pages",
        )
    return known_site


def _has_patterns_only(site: Site) -> bool:
    try:
        for form in site.addresses:
            for pattern in (form.path, form.host or "", *form.query.values()):
                re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
