"""Puts the forms of a site's addresses into the order in which they are tried, each with what speaks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawler.normalisation.addresses.hosts import spell_host
from crawler.site import AddressForm
from crawler.sitekit.article_forms import ArticleForm, find_left_out_folders, make_left_out_form
from crawler.sitekit.given_pages import GivenPage, is_same_host
from crawler.sitekit.languages import LanguageScheme
from crawler.sitekit.site_hosts import SiteHosts
from crawler.sitekit.ways_in import find_feeds, find_sections, make_feed_form, make_home_form, make_listing_form


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteAddresses:
    """The forms of addresses, and where a crawl begins."""

    forms: tuple[AddressForm, ...]
    evidence: tuple[str, ...]
    """One line for each form."""
    entry_points: tuple[str, ...]
    has_feed: bool


def make_addresses(
    pages: Sequence[GivenPage], articles: Sequence[ArticleForm], scheme: LanguageScheme, hosts: SiteHosts
) -> SiteAddresses:
    """Return the forms in their order: feeds, home pages, what holds no articles, articles, listings, usual forms.

    Articles that a query tells come before home pages, whose path they may have: ``/?p=123``.
    """
    feeds = _make_feeds(pages, hosts.main)
    rows: list[tuple[AddressForm, str]] = [
        *((form.form, form.evidence) for form in articles if form.form.query),
        (make_home_form(scheme), "the root of the host"),
        (make_left_out_form(find_left_out_folders(pages)), "folders of tags, authors and services, and other editions"),
        *((form.form, form.evidence) for form in articles if not form.is_usual and not form.form.query),
    ]
    sections, evidence = find_sections(pages, articles, scheme)
    if sections:
        rows.append((make_listing_form(sections, scheme), evidence))
    rows.extend((form.form, form.evidence) for form in articles if form.is_usual)
    rows = [*((form, line) for form, line, _ in feeds), *((_name_hosts(form, hosts), line) for form, line in rows)]
    homes = [f"/{name}/" for name in sorted(scheme.folders) if name] if scheme.place == "folder" else []
    feed_paths = [path for _, _, paths in feeds for path in paths]
    return SiteAddresses(
        forms=tuple(form for form, _ in rows),
        evidence=tuple(line for _, line in rows),
        entry_points=tuple(dict.fromkeys((*feed_paths, *homes, "/", *hosts.homes))),
        has_feed=bool(feeds),
    )


def _name_hosts(form: AddressForm, hosts: SiteHosts) -> AddressForm:
    return replace(form, **hosts.name_hosts(form))  # type: ignore[arg-type]


def _make_feeds(pages: Sequence[GivenPage], main: str) -> list[tuple[AddressForm, str, list[str]]]:
    """Return form, evidence and entry points of the feeds of each host, those of the main host first."""
    by_host: dict[str, list[str]] = defaultdict(list)
    feeds = find_feeds(pages)
    for url in feeds:
        hostname = urlsplit(url).hostname or ""
        host = spell_host(hostname) or hostname
        by_host[main if is_same_host(host, main) else host].append(url)
    rows = []
    for host in sorted(by_host, key=lambda host: (host != main, host)):
        form, urls = make_feed_form(by_host[host])
        parts = [urlsplit(url) for url in urls]
        paths = [f"{part.path or '/'}?{part.query}" if part.query else part.path or "/" for part in parts]
        if host == main:
            rows.append((form, feeds[urls[0]], paths))
        else:
            entries = [f"https://{host}{path}" for path in paths]
            rows.append((replace(form, host=host.replace(".", r"\.")), f"{feeds[urls[0]]}, on another host", entries))
    return rows
