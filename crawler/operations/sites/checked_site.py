"""Checks a site: its values, and how it reads its saved cases, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import crawler
from crawler.errors import BadAddress, BadCase
from crawler.sitekit.cases import FieldComparison, SavedCase, list_cases, try_reading
from crawler.sites.checking import check_site
from crawler.sites.faults import SiteFault
from crawler.sites.known_site import KnownSite


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseCheck:
    """How a site reads one of its cases."""

    name: str
    folder: Path
    unreviewed: bool
    """True for a case that nobody has looked at: its fields are shown, and differences are no errors."""
    accepted: bool
    refusal: str | None
    """Why the page is not read as an article, or the case cannot be read; None where it is read."""
    comparisons: tuple[FieldComparison, ...]

    @property
    def differing(self) -> tuple[FieldComparison, ...]:
        return tuple(comparison for comparison in self.comparisons if not comparison.agrees)

    @property
    def is_error(self) -> bool:
        return self.refusal is not None or (not self.unreviewed and bool(self.differing))


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteCheck:
    """What is wrong with a site."""

    known_site: KnownSite
    faults: tuple[SiteFault, ...]
    cases: tuple[CaseCheck, ...]
    """Empty where its values have errors."""
    cases_folder: Path | None
    """Where its cases lie; None where there is no such place."""

    @property
    def has_errors(self) -> bool:
        return any(fault.is_error for fault in self.faults) or any(case.is_error for case in self.cases)

    @property
    def fields(self) -> Mapping[str, tuple[bool | None, ...]]:
        """Field → whether each case agrees, in the order of the cases; None where it is not compared."""
        names = dict.fromkeys(comparison.field for case in self.cases for comparison in case.comparisons)
        return {name: tuple(_find_agreement(case, name) for case in self.cases) for name in names}


def check_known_site(known_site: KnownSite) -> SiteCheck:
    """Check the values of a site, and where these have no errors, all its cases. Nothing is fetched."""
    folder = find_cases_folder(known_site)
    cases = list_cases(folder) if folder is not None else ()
    faults = check_site(known_site.site)
    if any(fault.is_error for fault in faults):
        cases = ()
    return SiteCheck(
        known_site=known_site,
        faults=faults,
        cases=tuple(_check_case(case, known_site) for case in cases),
        cases_folder=folder,
    )


def find_cases_folder(known_site: KnownSite) -> Path | None:
    """Return the folder of a site's cases: beside its file, or for a site of a checkout the one of its tests."""
    place = Path(known_site.place)
    if place.suffix in (".toml", ".py") and known_site.source != "shipped":
        return place.parent / known_site.name
    tests = Path(crawler.__file__).parents[1] / "tests" / "sites" / known_site.name
    return tests if tests.is_dir() else None


def _check_case(case: SavedCase, known_site: KnownSite) -> CaseCheck:
    unreviewed = accepted = False
    comparisons: tuple[FieldComparison, ...] = ()
    try:
        unreviewed, accepted = case.unreviewed is not None, case.is_accepted
        article, refusal = try_reading(case, known_site.site, known_site.pages)
        if article is not None:
            comparisons = case.compare(article)
    except (BadCase, BadAddress) as problem:
        refusal = str(problem)
    return CaseCheck(
        name=case.name,
        folder=case.folder,
        unreviewed=unreviewed,
        accepted=accepted,
        refusal=refusal,
        comparisons=comparisons,
    )


def _find_agreement(case: CaseCheck, name: str) -> bool | None:
    return next((comparison.agrees for comparison in case.comparisons if comparison.field == name), None)


def make_plain_row(case: CaseCheck) -> dict[str, Any]:
    """Return what a program needs to know of a case."""
    return {
        "case": case.name,
        "unreviewed": case.unreviewed,
        "accepted": case.accepted,
        "refusal": case.refusal,
        "differing": [{"field": row.field, "expected": row.expected, "read": row.read} for row in case.differing],
    }
