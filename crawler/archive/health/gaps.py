"""Finds the numbers and days of a site that were never requested, by language and month, and estimates the total.

What sitemaps name is counted beside that (:mod:`crawler.archive.health.sitemap_coverage`).
Where articles are numbered, numbers and dates rise together. So each number between two archived ones was assigned
between their days, and the numbers of a month form one range, whether any of its articles are archived or not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from sqlite_utils import Database

from crawler.archive.health.capture_recapture import Estimate, add_estimates, estimate_total
from crawler.archive.health.sitemap_coverage import SitemapCoverage, count_sitemap_coverage
from crawler.normalisation.words.digits import parse_digits
from crawler.site import Site

MIN_TRIED = 20
"""Numbers of a range that must have been requested for a likely share."""
OTHER_VIAS = ("feed", "listing", "sitemap", "by_id")
"""The vias of the second sample of capture and recapture; See also is the first. Articles that a person named or a
translation linked to are in neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthGap:
    """The numbers and days of one month in one language."""

    month: str
    language: str
    first_id: int
    last_id: int
    archived: int
    holes: int
    """Numbers that were requested and are no article; forgotten ones are among them."""
    waiting: int
    """Numbers whose address is queued, failed or refused."""
    never_asked: int
    days: int
    """Number of days of the month within the time that the archive spans."""
    days_read: int
    """Number of days whose listing was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageGap:
    """The numbers of a language, from its first archived one to the last archived one of any language."""

    language: str
    since: str | None
    """The day of its earliest archived article."""
    first_id: int
    numbers: int
    archived: int
    holes: int
    waiting: int
    never_asked: int
    without_number: int
    """Number of archived articles whose address has no number."""
    tried: int
    """Numbers that were requested as steps of a range and answered."""
    tried_articles: int
    """Number of ``tried`` that are articles."""
    see_also: int
    other_ways: int
    both: int
    """``see_also``: archived articles that See also entries lead to. ``other_ways``: those in feeds, listings,
    sitemaps or ranges. ``both``: those in both."""
    estimate: Estimate | None

    @property
    def at_least(self) -> float:
        """The archived share if every number that was not requested is an article."""
        return self.archived / max(self.numbers - self.holes, 1)

    @property
    def likely(self) -> float | None:
        """The archived share if other numbers are articles as often as ``tried`` ones; None if these are too few."""
        if self.tried < MIN_TRIED:
            return None
        expected = self.archived + (self.waiting + self.never_asked) * self.tried_articles / self.tried
        return self.archived / expected if expected else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The crawl of a range that fills the largest gap."""

    option: str
    """``--ids`` or ``--by-day``."""
    range: str
    languages: tuple[str, ...]
    requests: int
    seconds: float
    """The time of the requests at the crawl delay of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The articles of a site that an archive lacks."""

    site: str
    articles: int
    first_id: int | None = None
    last_id: int | None = None
    first_day: str | None = None
    last_day: str | None = None
    anchors: int = 0
    """Number of milestones: numbers whose date is known and fits its neighbours."""
    out_of_order: int = 0
    """Number of numbers whose date does not fit, and that are no milestones."""
    languages: tuple[LanguageGap, ...] = ()
    months: tuple[MonthGap, ...] = ()
    estimate: Estimate | None = None
    """The sum of the estimates of all languages that have one."""
    proposal: Proposal | None = None
    sitemaps: SitemapCoverage | None = None
    """What of all that the site's sitemaps name is archived; None where no sitemap was read."""


@dataclass(slots=True)
class _Numbers:
    """The known numbers of one language, each list sorted."""

    archived: list[int] = field(default_factory=list)
    holes: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    days: set[str] = field(default_factory=set)

    def count_within(self, first: int, last: int) -> dict[str, int]:
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


def find_gaps(db: Database, site: Site) -> Gaps:
    """Compare the articles archived of a site with those that its numbers and days let expect."""
    dated, numbers = _read_numbers(db, site)
    articles = int(db.execute("SELECT count(*) FROM articles WHERE site = ?", (site.name,)).fetchone()[0])
    sitemaps = count_sitemap_coverage(db, site)
    milestones = find_longest_rising(sorted(dated.items()))
    if not milestones:
        return Gaps(site=site.name, articles=articles, sitemaps=sitemaps)
    last = _find_last_number(milestones, numbers)
    begins = {language: numbering.archived[0] for language, numbering in numbers.items() if numbering.archived}
    span = milestones[0][1], milestones[-1][1]
    languages = tuple(
        _find_language_gap(db, site, language, begins[language], last, numbers[language], dated)
        for language in sorted(begins)
    )
    return Gaps(
        site=site.name,
        articles=articles,
        first_id=min(begins.values()),
        last_id=last,
        first_day=span[0].isoformat(),
        last_day=span[1].isoformat(),
        anchors=len(milestones),
        out_of_order=len(dated) - len(milestones),
        languages=languages,
        months=_find_month_gaps(milestones, numbers),
        estimate=add_estimates(gap.estimate for gap in languages if gap.estimate is not None),
        proposal=_propose(site, numbers, begins, last, span),
        sitemaps=sitemaps,
    )


def find_month_gaps(db: Database, site: Site) -> tuple[MonthGap, ...]:
    """Return only the ``months`` of :func:`find_gaps`, in a fraction of its time."""
    dated, numbers = _read_numbers(db, site)
    return _find_month_gaps(find_longest_rising(sorted(dated.items())), numbers)


def _find_month_gaps(milestones: list[tuple[int, date]], numbers: dict[str, _Numbers]) -> tuple[MonthGap, ...]:
    if not milestones:
        return ()
    begins = {language: numbering.archived[0] for language, numbering in numbers.items() if numbering.archived}
    span = milestones[0][1], milestones[-1][1]
    return tuple(
        MonthGap(
            month=month,
            language=language,
            first_id=max(first, begins[language]),
            last_id=end,
            days=len(days := _list_days(month, *span)),
            days_read=sum(day in numbers[language].days for day in days),
            **numbers[language].count_within(max(first, begins[language]), end),
        )
        for month, first, end in split_into_months(milestones, _find_last_number(milestones, numbers))
        for language in sorted(begins)
        if end >= begins[language]
    )


def _find_last_number(milestones: list[tuple[int, date]], numbers: dict[str, _Numbers]) -> int:
    return max(
        (numbering.archived[-1] for numbering in numbers.values() if numbering.archived), default=milestones[-1][0]
    )


def _read_numbers(db: Database, site: Site) -> tuple[dict[int, date], dict[str, _Numbers]]:
    """Return the first date of each number, and the known numbers of each language by their result."""
    dated: dict[int, date] = {}
    numbers: dict[str, _Numbers] = defaultdict(_Numbers)
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


def find_longest_rising(dated: Iterable[tuple[int, date]]) -> list[tuple[int, date]]:
    """Return the longest subsequence of numbers whose dates never fall, so that a misprinted date moves no neighbours.

    It is found by patience sorting. ``dated`` is sorted by number.
    """
    rows = list(dated)
    tails: list[date] = []
    tail_indexes: list[int] = []
    predecessors: list[int | None] = []
    for index, (_, day) in enumerate(rows):
        tail = bisect_right(tails, day)
        predecessors.append(tail_indexes[tail - 1] if tail else None)
        tails[tail : tail + 1] = [day]
        tail_indexes[tail : tail + 1] = [index]
    rising: list[tuple[int, date]] = []
    current = tail_indexes[-1] if tail_indexes else None
    while current is not None:
        rising.append(rows[current])
        current = predecessors[current]
    return rising[::-1]


def split_into_months(milestones: list[tuple[int, date]], last: int) -> list[tuple[str, int, int]]:
    """Return (month, first number, last number); the days between milestones are spread evenly over the numbers."""
    (number, day), *_ = milestones
    starts = [(f"{day:%Y-%m}", number)]
    for (low, begin), (high, end) in pairwise(milestones):
        month = _advance_month(begin)
        while month <= end:
            ahead = -(-(month - begin).days * (high - low) // max((end - begin).days, 1))
            starts.append((f"{month:%Y-%m}", low + ahead))
            month = _advance_month(month)
    ends = [start - 1 for _, start in starts[1:]] + [max(last, milestones[-1][0])]
    return [(month, start, end) for (month, start), end in zip(starts, ends, strict=True) if end >= start]


def _advance_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _list_days(month: str, first: date, last: date) -> list[str]:
    begin = date.fromisoformat(f"{month}-01")
    low, high = max(begin, first).toordinal(), min(_advance_month(begin).toordinal() - 1, last.toordinal())
    return [date.fromordinal(ordinal).isoformat() for ordinal in range(low, high + 1)]


def _count_between(numbers: list[int], first: int, last: int) -> int:
    return max(bisect_right(numbers, last) - bisect_left(numbers, first), 0)


def _find_language_gap(
    db: Database, site: Site, language: str, first: int, last: int, numbers: _Numbers, dated: dict[int, date]
) -> LanguageGap:
    tried, tried_articles = db.execute(
        "SELECT count(*), coalesce(sum(a.article_id IS NOT NULL), 0) FROM sightings s JOIN addresses a USING (url_key)"
        " WHERE s.via = 'by_id' AND a.site = ? AND a.language = ? AND a.state IN ('done', 'hole', 'gone')",
        (site.name, language),
    ).fetchone()
    marks = ", ".join("?" * len(OTHER_VIAS))
    archived, in_see_also, in_others, in_both = db.execute(
        "SELECT count(*), coalesce(sum(named), 0), coalesce(sum(other), 0), coalesce(sum(named AND other), 0) FROM ("
        "SELECT EXISTS (SELECT 1 FROM see_also s WHERE s.target_id = r.id) AS named, EXISTS (SELECT 1 FROM addresses a"
        f" JOIN sightings g USING (url_key) WHERE a.article_id = r.id AND g.via IN ({marks})) AS other"
        " FROM articles r WHERE r.site = ? AND r.language = ?)",
        (*OTHER_VIAS, site.name, language),
    ).fetchone()
    earliest = min((dated[number] for number in numbers.archived if number in dated), default=None)
    return LanguageGap(
        language=language,
        since=earliest.isoformat() if earliest is not None else None,
        first_id=first,
        numbers=last - first + 1,
        without_number=archived - len(numbers.archived),
        tried=tried,
        tried_articles=tried_articles,
        see_also=in_see_also,
        other_ways=in_others,
        both=in_both,
        estimate=estimate_total(in_see_also, in_others, in_both),
        **numbers.count_within(first, last),
    )


def _propose(
    site: Site, numbers: dict[str, _Numbers], begins: dict[str, int], last: int, span: tuple[date, date]
) -> Proposal | None:
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


def _make_proposal(site: Site, option: str, bounds: str, lacking: dict[str, int]) -> Proposal:
    requests = sum(lacking.values())
    languages = tuple(language for language in site.languages if language in lacking)
    seconds = requests * site.crawl_delay
    return Proposal(option=option, range=bounds, languages=languages, requests=requests, seconds=seconds)
