"""Finds the numbers and days of a site that were never requested, by language and month, and estimates the total.

What sitemaps name is counted beside that (:mod:`crawler.archive.health.sitemap_coverage`).
Where articles are numbered, numbers and dates rise together. So each number between two archived ones was assigned
between their days, and the numbers of a month form one range, whether any of its articles are archived or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from crawler.archive.health.capture_recapture import Estimate, add_estimates, estimate_total
from crawler.archive.health.crawl_proposal import CrawlProposal, propose_crawl
from crawler.archive.health.known_numbers import KnownNumbers, read_known_numbers
from crawler.archive.health.milestones import find_longest_rising, list_days_of_month, split_into_months
from crawler.archive.health.sitemap_coverage import SitemapCoverage, count_sitemap_coverage
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
    proposal: CrawlProposal | None = None
    sitemaps: SitemapCoverage | None = None
    """What of all that the site's sitemaps name is archived; None where no sitemap was read."""


def find_gaps(db: Database, site: Site) -> Gaps:
    """Compare the articles archived of a site with those that its numbers and days let expect."""
    dated, numbers = read_known_numbers(db, site)
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
        proposal=propose_crawl(site, numbers, begins, last, span),
        sitemaps=sitemaps,
    )


def find_month_gaps(db: Database, site: Site) -> tuple[MonthGap, ...]:
    """Return only the ``months`` of :func:`find_gaps`, in a fraction of its time."""
    dated, numbers = read_known_numbers(db, site)
    return _find_month_gaps(find_longest_rising(sorted(dated.items())), numbers)


def _find_month_gaps(milestones: list[tuple[int, date]], numbers: dict[str, KnownNumbers]) -> tuple[MonthGap, ...]:
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
            days=len(days := list_days_of_month(month, *span)),
            days_read=sum(day in numbers[language].days for day in days),
            **numbers[language].count_within(max(first, begins[language]), end),
        )
        for month, first, end in split_into_months(milestones, _find_last_number(milestones, numbers))
        for language in sorted(begins)
        if end >= begins[language]
    )


def _find_last_number(milestones: list[tuple[int, date]], numbers: dict[str, KnownNumbers]) -> int:
    return max(
        (numbering.archived[-1] for numbering in numbers.values() if numbering.archived), default=milestones[-1][0]
    )


def _find_language_gap(
    db: Database, site: Site, language: str, first: int, last: int, numbers: KnownNumbers, dated: dict[int, date]
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
