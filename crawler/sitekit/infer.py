"""Infers a site from a few of its pages: its values, what speaks for each, and what could not be known.

Pure and deterministic: the same pages give the same site, in whatever order they are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from crawler.errors import PageUnreadable
from crawler.items import Capture
from crawler.normalisation.addresses.urls import read_address
from crawler.site import DateFormats, DateOrder, Labels, Site
from crawler.sitekit.article_forms import MOST_SHORT, ArticleForm, choose_article_forms
from crawler.sitekit.given_pages import GivenPage, read_given_pages
from crawler.sitekit.languages import LanguageScheme, infer_languages
from crawler.sitekit.names import infer_suffixes, infer_title, make_site_name
from crawler.sitekit.printed_formats import infer_formats
from crawler.sitekit.related_labels import LabelCandidate, find_labels
from crawler.sitekit.site_addresses import SiteAddresses, make_addresses
from crawler.sitekit.site_hosts import SiteHosts, infer_hosts
from crawler.sitekit.ways_in import find_sitemaps
from crawler.sitekit.zones import infer_zone

LEAST_PAGES_OF_A_LABEL: Final = 2
"""Pages that have to print a label of the site's own before it is written: on one page, many lines look like labels."""
SiteDoubtKind = Literal["language", "zone", "addresses", "hosts", "key", "feeds", "dates", "labels", "pages"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteDoubt:
    """Something that the pages do not tell, and what to do about it."""

    kind: SiteDoubtKind
    key: str
    """The key of the site file that it is about."""
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InferredSite:
    """A site inferred from pages."""

    site: Site
    evidence: Mapping[str, str]
    """Key of the site file → what speaks for its value, one line. Rows of tables have a number: ``addresses[0]``."""
    doubts: tuple[SiteDoubt, ...]


def infer_site(pages: Sequence[Capture], name: str | None = None) -> InferredSite:
    """Return the site whose pages these are, with what speaks for each value.

    Captures of ``robots.txt`` tell its sitemaps. Raises BadAddress for a capture without a host, and PageUnreadable
    where no page can be parsed or none has the address of an article.
    """
    return infer_from_pages(read_given_pages(pages), find_sitemaps(pages), name)


def infer_from_pages(given: Sequence[GivenPage], sitemaps: Sequence[str], name: str | None = None) -> InferredSite:
    """Return the site of pages that have been read, and of the sitemaps that its robots.txt names.

    Raises PageUnreadable as :func:`infer_site` does.
    """
    if not given:
        raise PageUnreadable("no page can be parsed, so nothing can be inferred from it")
    scheme = infer_languages(given)
    hosts = infer_hosts(given, scheme)
    articles = choose_article_forms(given, scheme)
    if not articles:
        raise PageUnreadable(f"{given[0].capture.url[:200]} is a home page: give the address of an article")
    inference = _Inference(given, scheme, hosts, articles, sitemaps)
    return inference.make(name or make_site_name(hosts.main))


class _Inference:
    """Gathers values, evidence and doubts."""

    def __init__(
        self,
        pages: Sequence[GivenPage],
        scheme: LanguageScheme,
        hosts: SiteHosts,
        articles: Sequence[ArticleForm],
        sitemaps: Sequence[str],
    ) -> None:
        self.pages = pages
        self.scheme = scheme
        self.hosts = hosts
        self.articles = articles
        self.sitemaps = sitemaps
        self.evidence: dict[str, str] = {}
        self.doubts: list[SiteDoubt] = []

    def make(self, name: str) -> InferredSite:
        """Return the site of that name."""
        title, self.evidence["title"] = infer_title(self.pages, self.hosts.main)
        self.evidence["name"] = "what commands call it"
        self.evidence["languages"] = self.scheme.evidence
        if not self.scheme.is_known:
            self._doubt("language", "languages", "pages state no language, or several: write the codes of ISO 639")
        zone = infer_zone(self.pages, self.hosts.main)
        self.evidence["timezone"] = zone.evidence
        if zone.doubt:
            self._doubt("zone", "timezone", zone.doubt)
        suffixes, suffix_evidence = infer_suffixes(self.pages, title)
        if suffixes:
            self.evidence["headline_suffixes"] = suffix_evidence
        addresses = self._make_addresses()
        dates = self._make_dates()
        site = Site(
            name=name,
            title=title,
            origin=f"{self.hosts.scheme}://{self.hosts.main}",
            country=zone.country,
            languages=self.scheme.languages,
            timezone=zone.timezone,
            addresses=addresses.forms,
            entry_points=addresses.entry_points,
            dates=dates,
            date_order=self._find_date_order() if not dates else "DMY",
            labels=self._make_labels(),
            lead_expected=False,
            headline_suffixes=suffixes,
        )
        shared = self._find_shared_key(site)
        if shared is not None:
            reason = (
                f"given pages have one key, {shared!r}, and would be versions of one article: write what tells them "
                "apart as (?P<key>…) into path or query"
            )
            self._doubt("key", "addresses", reason)
        if len(self.pages) == 1:
            self._doubt("pages", "addresses", "one page was given: another section's shows what all addresses share")
        return InferredSite(site=site, evidence=dict(self.evidence), doubts=tuple(self.doubts))

    def _find_shared_key(self, site: Site) -> str | None:
        """Return the key that pages of different addresses and headlines have in common; None where there is none."""
        headlines: dict[str, str] = {}
        for page in self.pages:
            key = read_address(page.parts.geturl(), site).site_key
            headline = page.article.headline.value if page.article.headline else ""
            if key is not None and headlines.setdefault(key, headline) != headline:
                return key
        return None

    def _make_addresses(self) -> SiteAddresses:
        addresses = make_addresses(self.pages, self.articles, self.scheme, self.hosts)
        for number, evidence in enumerate(addresses.evidence):
            self.evidence[f"addresses[{number}]"] = evidence
        self.evidence["entry_points"] = "feeds that pages name, and the home page"
        if self.sitemaps:
            self.evidence["sitemaps"] = f"robots.txt names {len(self.sitemaps)}"
        elif not addresses.has_feed:
            self._doubt("feeds", "entry_points", "no page names a feed: look for one, or for a sitemap in robots.txt")
        if any(form.lacks_key for form in self.articles):
            reason = "the path is the key of an article; no two pages show that a number in it is"
            self._doubt("key", "addresses", reason)
        worst = max(form.short_share for form in self.articles)
        if worst > MOST_SHORT:
            self._doubt("addresses", "addresses", f"the form of articles takes {worst:.0%} of the short links as well")
        if self.hosts.series is not None:
            reason = f"pages of {len(self.hosts.others) + 1} hosts: are they one publication?"
            self._doubt("hosts", "addresses", reason)
        return addresses

    def _make_dates(self) -> tuple[DateFormats, ...]:
        formats = infer_formats(self.pages)
        if formats.doubt:
            self._doubt("dates", "dates", formats.doubt)
        if not formats.formats:
            return ()
        self.evidence["dates[0]"] = formats.evidence
        return (DateFormats(place="header", formats=formats.formats),)

    def _find_date_order(self) -> DateOrder:
        """Return the order of figures that most pages have, and note what tells it where it is not the usual one."""
        orders = Counter(page.site.date_order for page in self.pages)
        order = max(orders, key=lambda order: orders[order])
        if order != "DMY":
            self.evidence["date_order"] = "pages print the month first, or their country and language do"
        return order

    def _make_labels(self) -> Labels:
        candidates = find_labels(self.pages, self.articles)
        usual = [row for row in candidates if row.is_usual]
        own = [row for row in candidates if not row.is_usual and row.pages >= LEAST_PAGES_OF_A_LABEL]
        others = [row for row in candidates if not row.is_usual and row.pages < LEAST_PAGES_OF_A_LABEL]
        total = len(self.pages)
        if usual or own:
            self.evidence["labels"] = "; ".join(_describe(row, total) for row in usual + own)
        if others and not usual and not own:
            names = ", ".join(f"“{row.label}”" for row in others[:4])
            self._doubt("labels", "labels", f"may head related links, on one page: {names}")
        if not own:
            return Labels()
        return Labels(see_also=tuple(row.label for row in own), see_also_adds=True)

    def _doubt(self, kind: SiteDoubtKind, key: str, reason: str) -> None:
        self.doubts.append(SiteDoubt(kind=kind, key=key, reason=reason))


def _describe(row: LabelCandidate, total: int) -> str:
    usual = ", known to the reader" if row.is_usual else ""
    return f"“{row.label}”: {row.pages} of {total} pages, {row.links} articles under it{usual}"
