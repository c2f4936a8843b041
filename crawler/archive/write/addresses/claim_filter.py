"""The conditions on the addresses that a run claims from the queue, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Required, TypedDict

from sqlite_utils import Database

from crawler.archive.runs.runs import find_first_run_of_chain
from crawler.normalisation.dates.moments import instant

PRIORITY_NAMED, PRIORITY_ENTRY, PRIORITY_FOUND = 0, 1, 2
"""Priorities: addresses that a person named, entry points (feeds, home pages, listings, ranges), links of pages."""
HORIZON = timedelta(days=400)
"""The time from now within which every next visit lies: the longest interval is a year."""

# Known articles, and pages that failed and may be articles; worded as the index addresses_refresh is.
_DUE_CONDITION = (
    "(article_id IS NOT NULL OR state = 'failed') AND next_visit_at IS NOT NULL AND state <> 'queued'"
    " AND last_run < :chain"
)
_AGAIN_CONDITION = "next_visit_at IS NOT NULL AND state <> 'queued' AND next_visit_at <= :now AND last_run < :chain"
# Dates that no interval leads to: they were written while the clock was ahead, and would never come.
_NEVER_CONDITION = "next_visit_at IS NOT NULL AND state <> 'queued' AND next_visit_at > :horizon AND last_run < :chain"
_NEWEST_FIRST = "min(coalesce(published_on, not_after), coalesce(not_after, published_on)) DESC"
_ORDER_OF_SITEMAPS = f"priority, via = 'sitemap', depth, {_NEWEST_FIRST}, rowid"
FROM_SITEMAPS = "(via = 'sitemap' OR kind = 'sitemap')"
"""What is queued because of sitemaps; worded as the index addresses_from_sitemaps is."""


class ClaimGroup(NamedTuple):
    """Addresses to hand out, as a condition and an order of SQL."""

    condition: str
    order: str
    is_due: bool = False
    """True for revisits."""


class ClaimFilterFields(TypedDict, total=False):
    """The fields of :class:`ClaimFilter`, for functions that take them as keyword arguments."""

    run_id: Required[int]
    now: Required[datetime]
    max_depth: int | None
    since: str | None
    refresh: bool | None
    revisits: int | None
    languages: tuple[str, ...]
    named_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """The conditions on the addresses that a run claims."""

    run_id: int
    now: datetime
    max_depth: int | None = None
    since: str | None = None
    """A day; articles whose link states an earlier one are skipped, those without a day are not."""
    refresh: bool | None = None
    """Revisits of known articles and failed pages. True: all of them. None: those that are due. False: none."""
    revisits: int | None = None
    """The limit of revisits that are handed out; None is no limit."""
    languages: tuple[str, ...] = ()
    """Addresses in another language are skipped, unless a person named them; empty for all languages."""
    named_only: bool = False
    """True: only addresses that a person named, or that are fetched again because they were lost."""

    def make_groups(self, db: Database, site: str) -> tuple[list[ClaimGroup], dict[str, Any]]:
        """Return the groups to hand out, in order, and the values of their conditions.

        The first group is what pages and people named, the second the articles that only sitemaps name. Others are
        revisits.
        """
        limits, values = self._make_limits(db, site)
        of_pages = f"state = 'queued' AND kind <> 'sitemap' AND (via <> 'sitemap' OR priority < {PRIORITY_FOUND})"
        of_sitemaps = f"state = 'queued' AND {FROM_SITEMAPS} AND kind <> 'sitemap' AND via = 'sitemap'"
        groups = [
            ClaimGroup(of_pages + limits, "priority, depth, rowid"),
            ClaimGroup(f"{of_sitemaps} AND priority = {PRIORITY_FOUND}{limits}", f"depth, {_NEWEST_FIRST}, rowid"),
        ]
        if self.refresh:
            groups.append(ClaimGroup(_DUE_CONDITION, "last_run, rowid", is_due=True))
        elif self.refresh is None:
            groups.append(ClaimGroup(_AGAIN_CONDITION, "next_visit_at, rowid", is_due=True))
            groups.append(ClaimGroup(_NEVER_CONDITION, "next_visit_at, rowid", is_due=True))
        return groups, values

    def make_sitemap_group(self, db: Database, site: str) -> tuple[ClaimGroup, dict[str, Any]]:
        """Return the group of the sitemaps themselves: named ones, those of robots.txt, then the newest of indexes."""
        limits, values = self._make_limits(db, site)
        condition = f"state = 'queued' AND {FROM_SITEMAPS} AND kind = 'sitemap'{limits}"
        return ClaimGroup(condition, _ORDER_OF_SITEMAPS), values

    def _make_limits(self, db: Database, site: str) -> tuple[str, dict[str, Any]]:
        values: dict[str, Any] = {
            "site": site,
            "now": instant(self.now),
            "horizon": instant(self.now + HORIZON),
            "chain": find_first_run_of_chain(db, self.run_id),
        }
        limits = ""
        if self.max_depth is not None:
            limits += " AND depth <= :max_depth"
            values["max_depth"] = self.max_depth
        if self.languages:
            names = [f"language{number}" for number in range(len(self.languages))]
            marks = ", ".join(f":{name}" for name in names)
            limits += f" AND (priority = {PRIORITY_NAMED} OR language IS NULL OR language IN ({marks}))"
            values.update(zip(names, self.languages, strict=True))
        if self.named_only:
            limits += f" AND priority = {PRIORITY_NAMED}"
        if self.since is not None:
            # A sitemap that robots.txt names is an entry point, and is too old for all that.
            is_exempt = f"priority = {PRIORITY_NAMED} OR (priority < {PRIORITY_FOUND} AND kind <> 'sitemap')"
            is_recent = "coalesce(published_on >= :since, 1) AND coalesce(not_after >= :since, 1)"
            limits += f" AND ({is_exempt} OR ({is_recent}))"
            values["since"] = self.since
        return limits, values
