"""Compares the visits of a run with what the site declares as normal, and stops the run when going on would do harm.

It also makes one line for each thing that a person should know. The layout has a monitor of its own
(:mod:`crawler.crawl.monitoring.layout`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from crawler.archive.runs.deviations import ALARM_EVIDENCE, Deviation
from crawler.crawl.monitoring.layout import NONE_READ_RULE, LayoutMonitor
from crawler.crawl.monitoring.messages import describe_deviation
from crawler.discovery.ranges import Range
from crawler.errors import CrawlerError, LayoutAlarm, SiteRefused, SiteUnreachable
from crawler.items import Article, Failure, Fate, Visit
from crawler.outcome.answer import REFUSED_STATUSES
from crawler.outcome.retry_after import PAUSE_STATUSES
from crawler.site import Site

MAX_SILENT = 5
"""So many addresses in a row without any answer: the site is down, going on would only mark addresses as failed."""
MAX_BUSY = 3
"""So many answers in a row that ask for a pause (429, 503): go away for now."""
MAX_REFUSALS = 10
"""So many refusals in a row (401, 403, 451): we are not wanted."""
ALARM_AFTER_FACTOR = 4
"""After so many times ``alarm_after`` article pages without one article the crawl stops."""
MIN_ARTICLES_FOR_SHARE = 20
"""Articles from which on the share that has a field says something."""
MIN_FIELD_SHARE = 0.5
"""A required field that fewer of the articles have than this is an alarm."""
MOST_DIGESTS = 1_000
"""Different pages in place of articles that are told apart."""
ANSWERED_FATES = (None, Fate.UNCHANGED, Fate.NOT_AN_ARTICLE, Fate.UNREADABLE)
"""Fates of an address that answered with a page."""
ABSENT_FATES = (Fate.NOT_AN_ARTICLE, Fate.GONE, Fate.REFUSED)


class Monitor:
    """Watches one run."""

    def __init__(
        self, site: Site, named: Collection[str] = (), walk: Range | None = None, watch: LayoutMonitor | None = None
    ) -> None:
        self.site = site
        self.watch = watch if watch is not None else LayoutMonitor(site)
        """What the articles have, against what they used to have."""
        self.walk = walk
        """Numbers asked for on suspicion: of these, what is no article may be an empty id."""
        self.empty_ids = 0
        self._in_place_of_articles: set[str] = set()
        self.named = frozenset(named)
        """url_keys of the addresses a person gave: of these, what was no article is told one by one."""
        self.not_articles: list[str] = []
        self.articles = 0
        self.article_pages = 0
        """Article addresses that answered with a page, whatever it was."""
        self.problems = 0
        self.page_problems = 0
        self.first_problem = ""
        self.read = 0
        """Articles that were read in this run; unchanged ones may have been answered with "not modified"."""
        self.filled: Counter[str] = Counter()
        self._silent = self._busy = self._unwanted = 0
        self.refused = self.visits = 0

    def note(self, visit: Visit) -> CrawlerError | None:
        """Look at a visit; return an error when the crawl should stop because of it."""
        self.problems += len(visit.problems)
        if visit.address.url_key in self.named and visit.address.kind == "article" and visit.fate in ABSENT_FATES:
            self.not_articles.append(f"{visit.address.url} gave no article: {visit.error or visit.fate}")
        self.visits += 1
        self.refused += visit.fate is Fate.REFUSED
        if any(problem.field == "page" for problem in visit.problems) or visit.fate in (Fate.UNREADABLE, Fate.FAILED):
            self.page_problems += 1
            self.first_problem = self.first_problem or visit.address.url
        if visit.article is not None:
            self.articles += 1
            self.read += 1
            self._note_fields(visit.article)
            self.watch.note_article(visit.article, visit.address)
        elif visit.fate is Fate.UNCHANGED:
            self.articles += 1
        if self._is_empty_id(visit):
            self.empty_ids += 1
        elif visit.address.kind == "article" and visit.fate in ANSWERED_FATES:
            self.article_pages += 1
            if visit.article is None and visit.fate is not Fate.UNCHANGED:
                self.watch.note_unread(visit.address.language, visit.address)
        return self._stop(visit)

    def note_truncated(self, visit: Visit) -> None:
        """Note that the archive took a page for less than what it has of the article, and kept that."""
        self.problems += 1
        self.page_problems += 1
        self.first_problem = self.first_problem or visit.address.url

    def _is_empty_id(self, visit: Visit) -> bool:
        """Return True if a number walked over answered with a home page, or with the page that others answered with.

        An article in a layout that we no longer know would be another page each time, and has to raise the alarm.
        """
        if self.walk is None or visit.fate is not Fate.NOT_AN_ARTICLE or not self.walk.covers(visit.address):
            return False
        if visit.failure is Failure.HOME_PAGE:
            return True
        digest = visit.captures[-1].digest if visit.captures else None
        if digest is None:
            return False
        met = digest in self._in_place_of_articles
        if len(self._in_place_of_articles) < MOST_DIGESTS:
            self._in_place_of_articles.add(digest)
        return met

    def _note_fields(self, article: Article) -> None:
        for name in self.site.expect.required:
            value = article.published if name == "published_on" else getattr(article, name, None)
            self.filled[name] += bool(value)

    def _stop(self, visit: Visit) -> CrawlerError | None:
        status = visit.status
        self._silent = self._silent + 1 if _is_unanswered(visit) else 0
        self._busy = self._busy + 1 if status in PAUSE_STATUSES else 0
        self._unwanted = self._unwanted + 1 if status in REFUSED_STATUSES - PAUSE_STATUSES else 0
        if self._silent >= MAX_SILENT:
            return SiteUnreachable(f"{self.site.title} has stopped answering ({visit.error}): try again later")
        if self._busy >= MAX_BUSY:
            return SiteRefused(f"{self.site.title} asks for a pause ({visit.error}): wait before trying again")
        if self._unwanted >= MAX_REFUSALS:
            return SiteRefused(f"{self.site.title} refuses us ({visit.error}): ask its people before trying again")
        if self.watch.alarming or (
            not self.articles and self.article_pages >= ALARM_AFTER_FACTOR * self.site.expect.alarm_after
        ):
            return self.layout_alarm()
        return None

    def find_refusal(self) -> SiteRefused | None:
        """Return the error when everything that was asked for was refused, by robots.txt or by the server."""
        if not self.refused or self.refused < self.visits:
            return None
        return SiteRefused(
            f"{self.site.title} refused all {self.refused} addresses asked for (robots.txt, 401, 403, 429): "
            "look at its robots.txt and ask its people before trying again"
            if self.refused > 1
            else f"{self.site.title} refused the address asked for (robots.txt, 401, 403, 429): it was not read"
        )

    def verdict(self) -> CrawlerError | None:
        """Return what a run that came to its end has to be called nevertheless: refused, or a layout alarm."""
        return self.find_refusal() or self.layout_alarm()

    def layout_alarm(self) -> LayoutAlarm | None:
        """Return the alarm when article pages came and no article did, or articles lack what they used to have."""
        worst = next(iter(self.deviations()), None)
        return LayoutAlarm(describe_deviation(worst, self.site.title)) if worst is not None and worst.alarm else None

    @property
    def _has_read_none(self) -> bool:
        return not self.articles and self.article_pages >= self.site.expect.alarm_after

    def deviations(self) -> list[Deviation]:
        """Return what deviates from earlier runs, alarms first, and what is to be handed to the next run."""
        found = self.watch.deviations()
        if self._has_read_none and not any(deviation.alarm and deviation.field == "article" for deviation in found):
            none_read = Deviation(
                run_id=self.watch.run_id,
                field="article",
                language="",
                evidence=ALARM_EVIDENCE,
                articles=self.article_pages,
                filled=0,
                usual=1.0,
                since_run=self.watch.run_id,
                alarm=True,
                rule=NONE_READ_RULE,
                method="none_read",
                samples=self.watch.last_unread,
            )
            rest = [deviation for deviation in found if (deviation.field, deviation.language) != ("article", "")]
            found = [none_read, *rest]
        return found

    def notes(self) -> Iterator[str]:
        """Yield what a person may want to know, one line each."""
        yield from self.not_articles[:5]
        if self.empty_ids and not self.articles:
            yield (
                f"none of {self.empty_ids} numbers asked for is an article: home pages came instead; they rest now. If "
                "there should be articles, look what the site answers, then ask again with --refresh"
            )

    def findings(self) -> Iterator[str]:
        """Yield what needs a person, one line each."""
        if self.page_problems:
            pages = "page" if self.page_problems == 1 else "pages"
            yield f"{self.page_problems} {pages} failed, broke off or could not be read, the first {self.first_problem}"
        if self.read >= MIN_ARTICLES_FOR_SHARE:
            for name in self.site.expect.required:
                share = self.filled[name] / self.read
                if share < MIN_FIELD_SHARE:
                    yield f"only {share:.0%} of the articles have {name}: its place on the page has probably changed"


def _is_unanswered(visit: Visit) -> bool:
    """Return True if nothing came: an answer that could not be kept is one all the same."""
    came = visit.status is not None or visit.captures or visit.failure in (Failure.NO_HTTP, Failure.TOO_LARGE)
    return visit.fate is Fate.FAILED and not came
