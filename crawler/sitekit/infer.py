"""Infers a site from a few of its pages: its values, what speaks for each, and what could not be known.

Pure and deterministic: the same pages give the same site, in whatever order they are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlsplit

from crawler.errors import PageUnreadable
from crawler.items import Capture
from crawler.site import AddressForm, DateFormats, Labels, Site
from crawler.sitekit.article_forms import ArticleForm, choose_article_forms, find_left_out_folders, make_left_out_form
from crawler.sitekit.given_pages import GivenPage, is_same_host, read_given_pages
from crawler.sitekit.languages import LanguageScheme, infer_languages
from crawler.sitekit.names import infer_suffixes, infer_title, make_site_name
from crawler.sitekit.printed_formats import infer_formats
from crawler.sitekit.related_labels import LabelCandidate, find_labels
from crawler.sitekit.ways_in import find_feeds, find_sections, make_feed_form, make_home_form, make_listing_form
from crawler.sitekit.zones import infer_zone

LEAST_PAGES_OF_A_LABEL: Final = 2
"""Pages that have to print a label of the site's own before it is written: on one page, many lines look like labels."""
SiteDoubtKind = Literal["language", "zone", "addresses", "key", "feeds", "dates", "labels", "pages"]


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
    given = read_given_pages(pages)
    if not given:
        raise PageUnreadable("no page can be parsed, so nothing can be inferred from it")
    host = _choose_host(given)
    own = [page for page in given if is_same_host(page.host, host)]
    scheme = infer_languages(own)
    forms = choose_article_forms(own, scheme)
    if not forms:
        raise PageUnreadable(f"{own[0].capture.url[:200]} is a home page: give the address of an article")
    builder = _Builder(own, host, scheme, forms, pages)
    return builder.build(name or make_site_name(host))


class _Builder:
    """Gathers values, evidence and doubts."""

    def __init__(
        self,
        pages: Sequence[GivenPage],
        host: str,
        scheme: LanguageScheme,
        forms: Sequence[ArticleForm],
        captures: Sequence[Capture],
    ) -> None:
        self.pages = pages
        self.host = host
        self.scheme = scheme
        self.forms = forms
        self.captures = captures
        self.evidence: dict[str, str] = {}
        self.doubts: list[SiteDoubt] = []

    def build(self, name: str) -> InferredSite:
        title, self.evidence["title"] = infer_title(self.pages, self.host)
        self.evidence["name"] = "the host"
        self.evidence["languages"] = self.scheme.evidence
        if not self.scheme.is_known:
            self._doubt("language", "languages", "pages state no language, or several: write the codes of ISO 639")
        zone = infer_zone(self.pages, self.host)
        self.evidence["timezone"] = zone.evidence
        if zone.doubt:
            self._doubt("zone", "timezone", zone.doubt)
        suffixes, told = infer_suffixes(self.pages, title)
        if suffixes:
            self.evidence["headline_suffixes"] = told
        addresses, entry_points = self._make_addresses()
        site = Site(
            name=name,
            title=title,
            origin=f"https://{self.host}",
            country=zone.country,
            languages=self.scheme.languages,
            timezone=zone.timezone,
            addresses=addresses,
            entry_points=entry_points,
            dates=self._make_dates(),
            labels=self._make_labels(),
            lead_expected=False,
            headline_suffixes=suffixes,
        )
        if len(self.pages) == 1:
            self._doubt("pages", "addresses", "one page was given: another section's shows what all addresses share")
        return InferredSite(site=site, evidence=dict(self.evidence), doubts=tuple(self.doubts))

    def _make_addresses(self) -> tuple[tuple[AddressForm, ...], tuple[str, ...]]:
        rows: list[tuple[AddressForm, str]] = []
        feeds = {
            url: told
            for url, told in find_feeds(self.pages).items()
            if is_same_host((urlsplit(url).hostname or "").lower(), self.host)
        }
        feed_form = make_feed_form(list(feeds), self.host)
        if feed_form is not None:
            rows.append((feed_form, next(iter(feeds.values()))))
        else:
            self._doubt("feeds", "entry_points", "no page names a feed: look for one, or for a sitemap in robots.txt")
        rows.append((make_home_form(self.scheme), "the root of the host"))
        rows.append((make_left_out_form(find_left_out_folders(self.pages)), "folders of tags, authors and services"))
        rows.extend((form.form, form.evidence) for form in self.forms if not form.is_usual)
        sections, told = find_sections(self.pages, self.forms, self.scheme)
        if sections:
            rows.append((make_listing_form(sections, self.scheme), told))
        rows.extend((form.form, form.evidence) for form in self.forms if form.is_usual)
        if self.scheme.host_pattern is not None:
            rows = [(self._name_hosts(form), evidence) for form, evidence in rows]
        for number, (_, evidence) in enumerate(rows):
            self.evidence[f"addresses[{number}]"] = evidence
        if any(form.lacks_key for form in self.forms):
            reason = "the path is the key of an article; no two pages show that a number in it is"
            self._doubt("key", "addresses", reason)
        worst = max((form.short_share for form in self.forms), default=0.0)
        if worst > 0.1:
            self._doubt("addresses", "addresses", f"the form of articles takes {worst:.0%} of the short links as well")
        return tuple(form for form, _ in rows), self._list_entry_points(list(feeds), feed_form)

    def _name_hosts(self, form: AddressForm) -> AddressForm:
        """Return a form for the hosts of all languages; feeds stay those of the pages' own."""
        if form.kind == "feed":
            return form
        return replace(form, host=self.scheme.host_pattern, folders=dict(self.scheme.form_folders))

    def _list_entry_points(self, feeds: Sequence[str], feed_form: AddressForm | None) -> tuple[str, ...]:
        """Return the paths of the feeds that the form of feeds fits, and of the home pages."""
        paths = [f"{parts.path}?{parts.query}" if parts.query else parts.path for parts in map(urlsplit, feeds)]
        if feed_form is not None and feed_form.query:
            paths = paths[:1]
        homes = [f"/{name}/" for name in sorted(self.scheme.folders) if name] if self.scheme.place == "folder" else []
        if self.scheme.place == "host":
            homes = [f"https://{other}/" for other in sorted(self.scheme.hosts) if not is_same_host(other, self.host)]
        self.evidence["entry_points"] = "feeds that pages name, and the home page"
        return tuple(dict.fromkeys((*paths, *homes, "/")))

    def _make_dates(self) -> tuple[DateFormats, ...]:
        formats = infer_formats(self.pages)
        if formats.doubt:
            self._doubt("dates", "dates", formats.doubt)
        if not formats.formats:
            return ()
        self.evidence["dates[0]"] = formats.evidence
        return (DateFormats(place="header", formats=formats.formats),)

    def _make_labels(self) -> Labels:
        candidates = find_labels(self.pages, self.forms)
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


def _choose_host(pages: Sequence[GivenPage]) -> str:
    """Return the host of most pages, the first in the alphabet of equals."""
    counts = Counter(page.host for page in pages)
    return min(counts, key=lambda host: (-counts[host], host))
