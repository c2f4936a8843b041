"""Infers where a crawl of a site may begin: its feeds, sitemaps, home pages and the listings of its sections."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from protego import Protego

from crawler.extraction.parsing.decoding import decode
from crawler.items import Capture
from crawler.normalisation.addresses.article_addresses import NO_ARTICLE_FOLDERS
from crawler.normalisation.addresses.document_addresses import names_robots_file
from crawler.site import AddressForm
from crawler.sitekit.address_shapes import cut_names, write_choice, write_literal
from crawler.sitekit.article_forms import MOST_LETTERS, ArticleForm, fits_forms
from crawler.sitekit.given_pages import GivenPage, PageLink
from crawler.sitekit.languages import LanguageScheme

MOST_FEEDS: Final = 3
MOST_SITEMAPS: Final = 20
_COMMENTS: Final = re.compile(r"comment|kommentar|comentario|/wp-json/|podcast|web-stories", re.I)
_SECTION: Final = re.compile(r"/[^/.\d?=]{2,40}(?:/[^/.\d?=]{2,40})?/?")


def find_feeds(pages: Sequence[GivenPage]) -> dict[str, str]:
    """Return absolute address → evidence of the feeds that pages name, those on the most pages first.

    Feeds of comments and of single articles are left out.
    """
    counts: Counter[str] = Counter()
    for page in pages:
        own = page.path.rstrip("/") + "/"
        for url, title in dict.fromkeys(page.list_feed_links()):
            parts = urlsplit(url)
            is_own = len(own) > 1 and unquote(parts.path).startswith(own)
            if (
                parts.scheme in ("http", "https")
                and parts.hostname
                and not is_own
                and not _COMMENTS.search(url + title)
            ):
                counts[url] += 1
    ordered: list[str] = []
    for url in sorted(counts, key=lambda url: (-counts[url], len(url), url)):
        if not any(url.startswith(first.rstrip("/") + "/") for first in ordered):  # the same in another format
            ordered.append(url)
    ordered = ordered[:MOST_FEEDS]
    return {url: f"link rel=alternate on {counts[url]} of {len(pages)} pages" for url in ordered}


def make_feed_form(urls: Sequence[str]) -> tuple[AddressForm, list[str]]:
    """Return the form of the feeds of one host, and those of them that it fits: of feeds with queries the first."""
    parts_of = {url: urlsplit(url) for url in urls}
    plain = [url for url, parts in parts_of.items() if not parts.query]
    if plain:
        paths = sorted({unquote(parts_of[url].path).rstrip("/") for url in plain})
        return AddressForm(kind="feed", path=write_choice(list(map(write_literal, paths))) + "/?"), plain
    first = parts_of[urls[0]]
    query = {name.lower(): write_literal(value) for name, value in parse_qsl(first.query)[:3]}
    return AddressForm(kind="feed", path=write_literal(unquote(first.path) or "/"), query=query), [urls[0]]


def find_sitemaps(captures: Sequence[Capture]) -> tuple[str, ...]:
    """Return the addresses of the ``Sitemap:`` lines of the robots.txt files among captures."""
    sitemaps: dict[str, None] = {}
    for capture in sorted(captures, key=lambda capture: capture.url):
        if names_robots_file(capture.url) and capture.status == 200:
            sitemaps.update(dict.fromkeys(Protego.parse(decode(capture)[:500_000]).sitemaps))
    return tuple(list(sitemaps)[:MOST_SITEMAPS])


def make_home_form(scheme: LanguageScheme) -> AddressForm:
    """Return the form of the home pages: the root, and where folders tell languages, that of each."""
    names = sorted(name for name in scheme.folders if name) if scheme.place == "folder" else []
    if not names:
        return AddressForm(kind="home", path="/")
    group = "language" if scheme.is_plain else "folder"
    folders = {} if scheme.is_plain else dict(scheme.folders)
    return AddressForm(kind="home", path=f"/(?:(?P<{group}>{'|'.join(map(write_literal, names))})/?)?", folders=folders)


def find_sections(
    pages: Sequence[GivenPage], forms: Sequence[ArticleForm], scheme: LanguageScheme
) -> tuple[list[str], str]:
    """Return the paths of the listings of sections, without their language, and what tells them.

    A section is a folder that a menu leads to and that addresses of articles begin with.
    """
    menu: dict[str, set[int]] = defaultdict(set)
    folders: Counter[str] = Counter()
    for number, page in enumerate(pages):
        own = scheme.strip(page.path)
        folders.update(_list_folders(own))
        for link in page.links:
            path = scheme.strip(link.path)
            if _is_section(link, path):
                menu[path.rstrip("/").lower()].add(number)
            if link.reads_as_headline and fits_forms(link, forms):
                folders.update(_list_folders(path))
    sections = sorted(path for path in menu if folders[path] and not _is_left_out(path))
    sections.sort(key=lambda path: (-folders[path], path))
    evidence = f"{len(sections)} folders in menus, which addresses of articles begin with"
    return sorted(cut_names(sections, MOST_LETTERS)), evidence if sections else ""


def make_listing_form(sections: Sequence[str], scheme: LanguageScheme) -> AddressForm:
    """Return the form of the listings of sections."""
    names = write_choice([write_literal(path.lstrip("/")) for path in sections])
    return AddressForm(
        kind="listing", path=f"/{scheme.prefix}{names}/?", folders=dict(scheme.form_folders), follow=True
    )


def _is_section(link: PageLink, path: str) -> bool:
    return link.in_chrome and len(link.text) <= 40 and not link.query and _SECTION.fullmatch(path) is not None


def _list_folders(path: str) -> list[str]:
    """Return the one or two folders that a path stands in, each with those before it."""
    segments = path.lower().strip("/").split("/")[:-1]
    return ["/" + "/".join(segments[: count + 1]) for count in range(min(2, len(segments)))]


def _is_left_out(path: str) -> bool:
    return any(segment in NO_ARTICLE_FOLDERS for segment in path.split("/"))
