"""Reads which numbers of a site are known, by language and by what came of requesting them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from sqlite_utils import Database

from crawler.normalisation.words.digits import parse_digits
from crawler.site import Site


@dataclass(slots=True)
class KnownNumbers:
    """The known numbers of one language, each list sorted."""

    archived: list[int] = field(default_factory=list)
    holes: list[int] = field(default_factory=list)
    """Numbers that were requested and are no article; forgotten ones are among them."""
    waiting: list[int] = field(default_factory=list)
    """Numbers whose address is queued, failed or refused."""
    days: set[str] = field(default_factory=set)
    """The days whose listing was read."""

    def count_within(self, first: int, last: int) -> dict[str, int]:
        """Count the numbers of a range by what is known of them: archived, holes, waiting, never_asked."""
        counts = {name: _count_between(getattr(self, name), first, last) for name in ("archived", "holes", "waiting")}
        return counts | {"never_asked": last - first + 1 - sum(counts.values())}

    def iter_unrequested(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of numbers that were never requested, as (first, last)."""
        known_numbers = sorted(
            number for number in (*self.archived, *self.holes, *self.waiting) if first <= number <= last
        )
        for before, after in pairwise([first - 1, *known_numbers, last + 1]):
            if after - before > 1:
                yield before + 1, after - 1


def read_known_numbers(db: Database, site: Site) -> tuple[dict[int, date], dict[str, KnownNumbers]]:
    """Return the first date of each number, and the known numbers of each language by their result."""
    dated: dict[int, date] = {}
    numbers: dict[str, KnownNumbers] = defaultdict(KnownNumbers)
    numeric = "site_key <> '' AND site_key NOT GLOB '*[^0-9]*' AND length(site_key) < 10"
    archived: set[tuple[str, int]] = set()
    for language, number, day in db.execute(
        f"SELECT language, CAST(site_key AS INTEGER) AS number, published_on FROM articles WHERE site = ? AND {numeric}"
        " ORDER BY number",
        (site.name,),
    ):
        numbers[language].archived.append(number)
        archived.add((language, number))
        if day is not None:
            dated[number] = min(dated.get(number, date.max), date.fromisoformat(day))
    for language, number, state in db.execute(
        "SELECT language, CAST(site_key AS INTEGER) AS number, state FROM addresses"
        f" WHERE site = ? AND kind = 'article' AND language IS NOT NULL AND {numeric} ORDER BY number",
        (site.name,),
    ):
        if (language, number) not in archived:
            numbering = numbers[language]
            (numbering.waiting if state in ("queued", "failed", "refused") else numbering.holes).append(number)
    for (url_key,) in db.execute("SELECT url_key FROM forgotten WHERE url_key GLOB ?", (f"{site.name}/*",)):
        language, _, key = url_key.removeprefix(f"{site.name}/").partition("/")
        number = parse_digits(key, most=9)
        if language in numbers and number is not None:
            insort(numbers[language].holes, number)
    for language, day in db.execute(
        "SELECT language, published_on FROM addresses WHERE site = ? AND via = 'by_day' AND state = 'done'"
        " AND language IS NOT NULL AND published_on IS NOT NULL",
        (site.name,),
    ):
        numbers[language].days.add(day)
    return dated, dict(numbers)


def _count_between(numbers: list[int], first: int, last: int) -> int:
    return max(bisect_right(numbers, last) - bisect_left(numbers, first), 0)
