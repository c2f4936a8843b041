"""Saves further pages of a site as cases, and accepts cases that a person has looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import BadCase
from crawler.items import Capture
from crawler.operations.read.reading import PageReading, explain_page
from crawler.operations.sites.checked_site import find_cases_folder
from crawler.operations.sites.new_site import drop_own_port, save_page
from crawler.sitekit.cases import SavedCase, accept_case, list_cases, try_reading
from crawler.sites.known_site import KnownSite


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptCase:
    """A case and how its page is read."""

    case: SavedCase
    reading: PageReading


def save_pages(known_site: KnownSite, captures: Sequence[Capture]) -> tuple[KeptCase, ...]:
    """Save pages as cases of a site, unreviewed; one that is saved already stays as it is.

    Raises BadAddress for a page of another site, and BadCase where cases have no place or cannot be written.
    """
    folder = _find_folder(known_site)
    kept = []
    for capture in map(drop_own_port, captures):
        reading = explain_page(capture, known_site)
        try:
            kept.append(KeptCase(case=save_page(folder, capture, reading), reading=reading))
        except OSError as problem:
            raise BadCase(f"{folder} cannot be written: {problem.strerror or problem}") from None
    return tuple(kept)


def accept_cases(known_site: KnownSite, names: Sequence[str], corrections: Mapping[str, Any]) -> tuple[KeptCase, ...]:
    """Accept what a site reads on cases, but for corrections, which are of the one case that is named.

    Raises BadCase for a name that none has, and for a page that is not read as an article.
    """
    folder = _find_folder(known_site)
    cases = {case.name: case for case in list_cases(folder)}
    unknown = [name for name in names if name not in cases]
    if unknown:
        names_there = ", ".join(cases) or "none"
        raise BadCase(f"{known_site.name} has no case {unknown[0][:80]!a} in {folder}: {names_there}")
    if corrections and len(names) != 1:
        raise BadCase("corrections go with one case")
    kept = []
    for name in names:
        article, refusal = try_reading(cases[name], known_site.site, known_site.pages)
        if article is None:
            raise BadCase(f"{name} is not read as an article: {refusal}")
        try:
            case = accept_case(cases[name], article, corrections)
        except OSError as problem:
            raise BadCase(f"{cases[name].folder} cannot be written: {problem.strerror or problem}") from None
        kept.append(KeptCase(case=case, reading=explain_page(case.capture, known_site)))
    return tuple(kept)


def _find_folder(known_site: KnownSite) -> Path:
    folder = find_cases_folder(known_site)
    if folder is None:
        raise BadCase(f"{known_site.name} has no place for cases: it comes from {known_site.place}")
    return folder
