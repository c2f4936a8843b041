"""Proposes the crawl of a range that fills the largest gap of a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from crawler.archive.health.known_numbers import KnownNumbers
from crawler.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlProposal:
    """The crawl of a range that fills the largest gap."""

    option: str
    """``--ids`` or ``--by-day``."""
    range: str
    languages: tuple[str, ...]
    requests: int
    seconds: float
    """The time of the requests at the crawl delay of the site."""


def propose_crawl(
    site: Site, numbers: dict[str, KnownNumbers], begins: dict[str, int], last: int, span: tuple[date, date]
) -> CrawlProposal | None:
    """Return the crawl of the widest range of numbers, or else of days, that was never requested; None without one.

    ``begins`` has the first archived number of each language, ``last`` is the last one of any; ``span`` are the first
    and the last day that the archive has articles of.
    """
    if site.by_id is not None:
        gaps = {language: list(numbers[language].iter_unrequested(first, last)) for language, first in begins.items()}
        widest = max(
            ((end - first, first, end) for stretches in gaps.values() for first, end in stretches),
            key=lambda stretch: stretch[0],
            default=None,
        )
        if widest is None:
            return None
        _, first, end = widest
        lacking = {
            language: sum(max(min(end, high) - max(first, low) + 1, 0) for low, high in stretches)
            for language, stretches in gaps.items()
        }
        return _make_proposal(
            site, "--ids", f"{first}..{end}", {language: count for language, count in lacking.items() if count}
        )
    if site.by_day is None:
        return None
    low, high = (day.toordinal() for day in span)
    days_read = {
        language: {date.fromisoformat(day).toordinal() for day in numbering.days}
        for language, numbering in numbers.items()
    }
    day_gaps = [
        (after - before, before + 1, after - 1)
        for language in begins
        for before, after in pairwise([low - 1, *sorted(days_read[language]), high + 1])
        if after - before > 1
    ]
    if not day_gaps:
        return None
    _, first, end = max(day_gaps)
    lacking = {language: sum(day not in days_read[language] for day in range(first, end + 1)) for language in begins}
    days = f"{date.fromordinal(first)}..{date.fromordinal(end)}"
    return _make_proposal(site, "--by-day", days, {language: count for language, count in lacking.items() if count})


def _make_proposal(site: Site, option: str, bounds: str, lacking: dict[str, int]) -> CrawlProposal:
    requests = sum(lacking.values())
    languages = tuple(language for language in site.languages if language in lacking)
    seconds = requests * site.crawl_delay
    return CrawlProposal(option=option, range=bounds, languages=languages, requests=requests, seconds=seconds)
