"""The monitor of a run: compares its visits with what the site declares as normal, and says when the run has to stop.

A run stops when going on would do harm. The monitor also makes the lines of the report. The layout has a monitor of its
own (:mod:`crawler.crawl.monitoring.layout`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from crawler.archive.runs.deviations import ALARM_EVIDENCE, Deviation
from crawler.crawl.monitoring.layout import NONE_READ_RULE, LayoutMonitor
from crawler.crawl.monitoring.messages import describe_deviation
from crawler.discovery.ranges import Range
from crawler.errors import CrawlerError, LayoutAlarm, SiteRefused, SiteUnreachable
from crawler.items import AddressKind, Article, Failure, Fate, Problem, Visit
from crawler.outcome.answer import REFUSED_STATUSES
from crawler.outcome.retry_after import PAUSE_STATUSES
from crawler.site import Site

MAX_SILENT = 5
"""Addresses in a row without any answer after which the run stops: to go on would only mark addresses as failed."""
MAX_BUSY = 3
"""Answers in a row that ask for a pause (429, 503) after which the run stops."""
MAX_REFUSALS = 10
"""Refusals in a row (401, 402, 403, 451, challenges of firewalls, walls for consent) after which the run stops."""
MIN_REFUSALS, MIN_REFUSED_SHARE = 10, 0.2
"""Refusals of a run (403, 429, challenges, walls for consent), and their share of its answers, from which on the site
has refused the run."""
MIN_OTHERS, MIN_SHARE_OF_OTHERS = 10, 0.2
"""Pages that say that they are another article, and their share of the article pages, from which on what the site says
is not to be believed."""
REFUSED_FAILURES = (Failure.CHALLENGE, Failure.CONSENT)
"""Failures by which a site refuses us, whatever the status says."""
ALARM_AFTER_FACTOR = 4
"""The run stops after so many times ``alarm_after`` article pages without one article."""
MIN_ARTICLES_FOR_SHARE = 20
"""Articles from which on the share that has a field is judged."""
MIN_FIELD_SHARE = 0.5
"""Share of the articles below which a required field is reported."""
MOST_DIGESTS = 1_000
"""The most digests of pages in place of articles that are remembered."""
ANSWERED_FATES = (None, Fate.UNCHANGED, Fate.NOT_AN_ARTICLE, Fate.UNREADABLE)
"""Fates of an address that answered with a page."""
WAYS_IN: frozenset[AddressKind] = frozenset({"home", "listing"})
"""Kinds of pages that lead to articles; a feed or a sitemap may well be empty for a while."""
ABSENT_FATES = {
    Fate.NOT_AN_ARTICLE: "it leads to a home page, a listing or a feed{landed}; give the address of the article itself",
    Fate.GONE: "the site says that the page is gone; look whether it has moved",
    Fate.REFUSED: "the site refuses it; open it in a browser before you try again",
}


class Monitor:
    """The monitor of one run."""

    def __init__(
        self, site: Site, named: Collection[str] = (), walk: Range | None = None, layout: LayoutMonitor | None = None
    ) -> None:
        self.site = site
        self.layout = layout if layout is not None else LayoutMonitor(site)
        """Compares the fields of articles with those of earlier ones."""
        self.walk = walk
        """The range of numbers walked over: one without an article may be an empty id."""
        self.empty_ids = 0
        self._in_place_of_articles: set[str] = set()
        self.named = frozenset(named)
        """url_keys of the addresses that a person gave: those without an article are reported one by one."""
        self.not_articles: list[str] = []
        self.articles = 0
        self.article_pages = 0
        """Article addresses that answered with a page, an article or not."""
        self.problems = 0
        self.page_problems = 0
        self.first_problem = ""
        self.articles_read = 0
        """Articles that were read in this run; unchanged ones may have been answered with "not modified"."""
        self.filled: Counter[str] = Counter()
        self._silent_in_a_row = self._busy_in_a_row = self._refused_in_a_row = 0
        self.refused = self.visits = self.answered = 0
        self.turned_away = 0
        """Answers by which the site refuses us as such: 403, 429, challenges, walls for consent."""
        self.refused_pages = 0
        """Pages that the server did not give: the refused ones but for those that robots.txt forbids."""
        self.first_refusal = ""
        self.first_closed = ""
        """The first address that was refused, by robots.txt or the server, and why."""
        self.ways_in = 0
        """Home pages and listings that answered with a page."""
        self.first_way_in = ""
        self.leads_to_articles = False
        """True when any page, feed or sitemap of the run names an article of the site."""
        self.others = 0
        """Pages that say that they are another article than the one asked for."""
        self.first_other = ""

    def note_visit(self, visit: Visit) -> CrawlerError | None:
        """Count a visit; return an error when the crawl should stop because of it."""
        self.problems += len(visit.problems)
        if self._lacks_article(visit):
            self.not_articles.append(f"{visit.address.url} gave no article: {visit.error or _explain_absence(visit)}")
        self.visits += 1
        self.answered += visit.status is not None
        self.turned_away += visit.status in (402, 403, 429) or visit.failure in REFUSED_FAILURES
        if visit.fate is Fate.REFUSED:
            self._note_refusal(visit)
        elif any(problem.field == "page" for problem in visit.problems) or visit.fate in (Fate.UNREADABLE, Fate.FAILED):
            self.page_problems += 1
            self.first_problem = self.first_problem or _describe_problem(visit)
        self._note_way(visit)
        if visit.article is not None:
            self.articles += 1
            self.articles_read += 1
            self._note_fields(visit.article)
            self.layout.note_article(visit.article, visit.address)
        elif visit.fate is Fate.UNCHANGED:
            self.articles += 1
        if visit.failure is Failure.OTHER_ARTICLE:
            self.others += 1
            self.first_other = self.first_other or f"{visit.address.url} ({visit.error})"
        if self._is_empty_id(visit):
            self.empty_ids += 1
        elif visit.address.kind == "article" and visit.fate in ANSWERED_FATES:
            self.article_pages += 1
            if visit.article is None and visit.fate is not Fate.UNCHANGED:
                self.layout.note_unread(visit.address.language, visit.address)
        return self._find_stop_error(visit)

    def _lacks_article(self, visit: Visit) -> bool:
        """Return True for an address that a person gave and that brought no article, nor a link to one."""
        if visit.address.url_key not in self.named or visit.fate not in ABSENT_FATES:
            return False
        leads = any(link.address.kind == "article" for link in visit.links)
        return visit.address.kind == "article" or (visit.address.kind == "other" and not leads)

    def _note_way(self, visit: Visit) -> None:
        """Count a home page or listing, and note whether the visit leads to articles."""
        self.leads_to_articles = self.leads_to_articles or any(
            link.address.kind == "article" for link in (*visit.links, *visit.noted)
        )
        is_asked_for = not self.named or visit.address.url_key in self.named  # an article may have become a redirect
        if is_asked_for and visit.address.kind in WAYS_IN and visit.fate is Fate.NOT_AN_ARTICLE:
            self.ways_in += 1
            self.first_way_in = self.first_way_in or visit.address.url

    def _note_refusal(self, visit: Visit) -> None:
        self.refused += 1
        self.first_closed = self.first_closed or f"{visit.address.url} ({visit.error or visit.fate})"
        if visit.failure not in (Failure.ROBOTS, Failure.RESERVED):
            self.refused_pages += 1
            self.first_refusal = self.first_refusal or f"{visit.address.url} ({visit.error or visit.fate})"

    def note_truncated(self, visit: Visit) -> None:
        """Count a page that the archive took for a truncated one, and did not let replace its text."""
        self.problems += 1
        self.page_problems += 1
        self.first_problem = self.first_problem or _describe_problem(visit)

    def _is_empty_id(self, visit: Visit) -> bool:
        """Return True if a number walked over answered with a home page, or with a page that another one answered with.

        Articles in a layout that is no longer read are different pages, and have to raise the alarm.
        """
        if self.walk is None or visit.fate is not Fate.NOT_AN_ARTICLE or not self.walk.covers(visit.address):
            return False
        if visit.failure is Failure.HOME_PAGE:
            return True
        digest = visit.captures[-1].digest if visit.captures else None
        if digest is None:
            return False
        is_repeated = digest in self._in_place_of_articles
        if len(self._in_place_of_articles) < MOST_DIGESTS:
            self._in_place_of_articles.add(digest)
        return is_repeated

    def _note_fields(self, article: Article) -> None:
        for name in self.site.expect.required:
            value = article.published if name == "published_on" else getattr(article, name, None)
            self.filled[name] += bool(value)

    def _find_stop_error(self, visit: Visit) -> CrawlerError | None:
        status = visit.status
        self._silent_in_a_row = self._silent_in_a_row + 1 if _is_unanswered(visit) else 0
        self._busy_in_a_row = self._busy_in_a_row + 1 if status in PAUSE_STATUSES else 0
        is_refused = status in REFUSED_STATUSES - PAUSE_STATUSES or visit.failure in REFUSED_FAILURES
        self._refused_in_a_row = self._refused_in_a_row + 1 if is_refused else 0
        if self._silent_in_a_row >= MAX_SILENT:
            return SiteUnreachable(f"{self.site.title} has stopped answering ({visit.error}): try again later")
        if self._busy_in_a_row >= MAX_BUSY:
            return SiteRefused(f"{self.site.title} asks for a pause ({visit.error}): wait before trying again")
        if self._refused_in_a_row >= MAX_REFUSALS:
            return SiteRefused(f"{self.site.title} refuses us ({visit.error}): ask its people before trying again")
        if self.layout.is_alarming or (
            not self.articles and self.article_pages >= ALARM_AFTER_FACTOR * self.site.expect.alarm_after
        ):
            return self.find_layout_alarm()
        return None

    def find_refusal(self) -> SiteRefused | None:
        """Return the error when the site refused the run: every address of it, or a fifth of its answers; else None."""
        if self.turned_away >= MIN_REFUSALS and self.turned_away >= MIN_REFUSED_SHARE * self.answered:
            return SiteRefused(
                f"{self.site.title} refused {self.turned_away} of {self.answered} requests (402, 403, 429 or a "
                f"firewall), the first {self.first_refusal}: ask its people before trying again"
            )
        if not self.refused or self.refused < self.visits:
            return None
        return SiteRefused(
            f"{self.site.title} refused all {self.refused} addresses asked for, the first {self.first_closed}: "
            "look at its robots.txt and ask its people before trying again"
            if self.refused > 1
            else f"{self.site.title} refused the address asked for, {self.first_closed}: it was not read"
        )

    def find_verdict(self) -> CrawlerError | None:
        """Return the error of a run that came to its end: a refusal or a layout alarm; None when all is well."""
        return self.find_refusal() or self.find_layout_alarm()

    def find_layout_alarm(self) -> LayoutAlarm | None:
        """Return the alarm when article pages came and no article did, or articles lack what they used to have."""
        worst = next(iter(self.list_deviations()), None)
        return LayoutAlarm(describe_deviation(worst, self.site.title)) if worst is not None and worst.alarm else None

    @property
    def _has_read_none(self) -> bool:
        return not self.articles and self.article_pages >= self.site.expect.alarm_after

    def list_deviations(self) -> list[Deviation]:
        """Return the deviations from earlier runs, alarms first, with the suspicions that the next run continues."""
        deviations = self.layout.list_deviations()
        if self._has_read_none and not any(
            deviation.alarm and deviation.field == "article" for deviation in deviations
        ):
            none_read = Deviation(
                run_id=self.layout.run_id,
                field="article",
                language="",
                evidence=ALARM_EVIDENCE,
                articles=self.article_pages,
                filled=0,
                usual=1.0,
                since_run=self.layout.run_id,
                alarm=True,
                rule=NONE_READ_RULE,
                method="none_read",
                samples=self.layout.last_unread,
            )
            other_deviations = [
                deviation for deviation in deviations if (deviation.field, deviation.language) != ("article", "")
            ]
            deviations = [none_read, *other_deviations]
        return deviations

    def find_dead_end(self) -> Problem | None:
        """Return the problem of a run whose home pages and listings name no article, nor does anything else; or None.

        A walk asks for what may have none, and a site that is only being looked at declares no address of an article.
        """
        declares = any(form.kind == "article" for form in self.site.addresses)
        if not self.ways_in or self.leads_to_articles or self.walk is not None or not declares:
            return None
        ways = f"{self.first_way_in} does not name" if self.ways_in == 1 else f"none of {self.ways_in} ways in names"
        first = "" if self.ways_in == 1 else f", the first {self.first_way_in}"
        reason = (
            f"{ways} an article of {self.site.title}, nor does anything else that was read{first}: the site may draw "
            "its pages by a script, send programs another page, or have addresses of a new form; look at the page in a "
            "browser and with seealso read, then at the addresses in the file of the site"
        )
        return Problem(url=self.first_way_in, field="links", value=None, reason=reason)

    def iter_notes(self) -> Iterator[str]:
        """Yield the lines for information."""
        yield from self.not_articles[:5]
        if self.empty_ids and not self.articles:
            yield (
                f"none of {self.empty_ids} numbers asked for is an article: home pages came instead; they rest now. If "
                "there should be articles, look what the site answers, then ask again with --refresh"
            )

    def iter_findings(self) -> Iterator[str]:
        """Yield the lines about what needs a person."""
        if self.page_problems:
            pages = "page" if self.page_problems == 1 else "pages"
            yield f"{self.page_problems} {pages} failed, broke off or could not be read, the first {self.first_problem}"
        if self.refused_pages:
            pages = "page was" if self.refused_pages == 1 else "pages were"
            yield f"{self.refused_pages} {pages} refused by the server, the first {self.first_refusal}"
        dead_end = self.find_dead_end()
        if dead_end is not None:
            yield dead_end.reason
        if self.others >= max(MIN_OTHERS, MIN_SHARE_OF_OTHERS * self.article_pages):
            yield (
                f"{self.others} of {self.article_pages} article pages say that they are another article, the first "
                f"{self.first_other}: the site probably prints wrong canonical addresses"
            )
        if self.articles_read >= MIN_ARTICLES_FOR_SHARE:
            for name in self.site.expect.required:
                share = self.filled[name] / self.articles_read
                if share < MIN_FIELD_SHARE:
                    yield f"only {share:.0%} of the articles have {name}: its place on the page has probably changed"


def _describe_problem(visit: Visit) -> str:
    """Return the address of a page that was not read, and why."""
    reasons = [problem.reason for problem in visit.problems if problem.field == "page"]
    reason = visit.error or next(iter(reasons), "")
    return f"{visit.address.url} ({reason})" if reason else visit.address.url


def _is_unanswered(visit: Visit) -> bool:
    """Return True if no answer came; one that was no HTTP or too large is an answer too."""
    has_answer = visit.status is not None or visit.captures or visit.failure in (Failure.NO_HTTP, Failure.TOO_LARGE)
    return visit.fate is Fate.FAILED and not has_answer


def _explain_absence(visit: Visit) -> str:
    """Return why an address that a person gave brought no article, and what to do, where the visit does not say it."""
    landed = f" ({visit.landed.url})" if visit.landed is not None else ""
    if visit.address.kind == "other" and visit.fate is Fate.NOT_AN_ARTICLE:
        return "no article of the site has an address of this form; look for what was copied along with it"
    return ABSENT_FATES[visit.fate].format(landed=landed) if visit.fate in ABSENT_FATES else ""
