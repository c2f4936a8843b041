"""Infers the sites of hosts that are not known from all their pages in the files of an ingest.

The files are read through once before the ingest itself. Which pages of a host count is told by their addresses alone,
so that the same files give the same sites in any order.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from crawler.errors import BadAddress, BadSiteFile, NotAnArticle, PageUnreadable, WarcDamaged
from crawler.extraction.evidence.page_model import Answer
from crawler.items import Capture
from crawler.normalisation.addresses.article_addresses import reads_as_article
from crawler.normalisation.addresses.hosts import is_public_name, list_sites_of_address, read_host, spell_host
from crawler.operations.read.reading import explain_page
from crawler.operations.read.sources import read_entry
from crawler.operations.sites.adoption import choose_name
from crawler.outcome.saved_origin import find_saved_origin
from crawler.site import Site
from crawler.sitekit.adopting import make_adopted_site
from crawler.warc.foreign import Findings, RecordEntry, iter_file_entries

MOST_HOSTS: Final = 2_000
"""Hosts whose pages are looked at; of more, those that come first in the alphabet."""
MOST_CANDIDATES: Final = 40
"""Pages of a host that are read, of those whose addresses may be articles'."""
MOST_PAGES: Final = 16
"""Articles of a host that its values are inferred from."""


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    """A page that may be an article: its place in the order of what is chosen, and where its record is."""

    rank: str
    """A hash of the address, after 0 where it reads as an article's, else 1: the pages of the lowest ones are a fair
    choice, whatever order they come in."""
    url: str
    date: str
    entry: RecordEntry = field(compare=False)


class SiteFinder:
    """Gathers the pages of unknown hosts, a bounded number of each, and infers a site for each host."""

    def __init__(self, known_sites: Collection[Site], taken_names: Collection[str]) -> None:
        self._known_sites = tuple(known_sites)
        self._taken_names = set(taken_names)
        self._candidates: dict[str, dict[str, _Candidate]] = {}

    def scan(self, path: Path, folder: Path) -> None:
        """Take in one file; what of it cannot be read is left to the ingest to tell of."""
        try:
            for record in iter_file_entries(path, folder, Findings(damaged=[]), find_saved_origin):
                self._take(record.entry)
        except WarcDamaged:
            return

    def infer_sites(self) -> Iterator[Site]:
        """Yield the sites, in the alphabet of their hosts; none for a host without a page that reads as an article."""
        for host in sorted(self._candidates):
            pages = list(_read_articles(list(self._candidates[host].values())))
            if not pages:
                continue
            name = choose_name(f"https://{host}", self._taken_names)
            try:
                site = make_adopted_site(pages, name)
            except (NotAnArticle, PageUnreadable, BadAddress, BadSiteFile):
                continue
            self._taken_names.add(name)
            yield site

    def _take(self, entry: RecordEntry) -> None:
        if entry.kind == "revisit" or entry.date is None or not reads_as_page(entry):
            return
        try:
            host = (spell_host(read_host(entry.url)) or "").removeprefix("www.")
        except BadAddress:
            return
        if not is_public_name(host) or list_sites_of_address(entry.url, self._known_sites):
            return
        pages = self._candidates.setdefault(host, {})
        url = entry.url.partition("#")[0]
        rank = f"{int(not reads_as_article(url))}{sha256(url.encode('utf-8', 'replace')).hexdigest()}"
        candidate = _Candidate(rank, url, entry.date.isoformat(), entry)
        former = pages.get(url)
        if former is None or candidate < former:
            pages[url] = candidate
        if len(pages) > 2 * MOST_CANDIDATES:
            self._candidates[host] = {page.url: page for page in heapq.nsmallest(MOST_CANDIDATES, pages.values())}
        if len(self._candidates) > 2 * MOST_HOSTS:
            self._candidates = {name: self._candidates[name] for name in sorted(self._candidates)[:MOST_HOSTS]}


def find_new_sites(
    files: Sequence[Path], known_sites: Collection[Site], taken_names: Collection[str]
) -> tuple[Site, ...]:
    """Return the sites of the hosts in files that no known site has, as :class:`SiteFinder` infers them."""
    finder = SiteFinder(known_sites, taken_names)
    with tempfile.TemporaryDirectory(prefix="seealso-") as folder:
        for file in files:
            finder.scan(file, Path(folder))
        return tuple(finder.infer_sites())


def reads_as_page(entry: RecordEntry) -> bool:
    """Return True for a record that may hold an article's page, by its status, its media type and its path."""
    if entry.status not in (None, 200) or (entry.media_type and "html" not in entry.media_type):
        return False
    try:
        parts = urlsplit(entry.url)
        return parts.scheme.lower() in ("http", "https") and parts.path not in ("", "/", "/robots.txt")
    except ValueError:
        return False


def _read_articles(candidates: Sequence[_Candidate]) -> Iterator[Capture]:
    """Yield the pages that read as articles without a doubt, in the order of their addresses, no more than needed."""
    count = 0
    for candidate in sorted(heapq.nsmallest(MOST_CANDIDATES, candidates), key=lambda page: (page.url, page.date)):
        try:
            capture = read_entry(candidate.entry)
        except WarcDamaged:
            continue
        if capture is None:
            continue
        reading = explain_page(capture)
        if reading.article is not None and reading.verdict is not None and reading.verdict.answer is Answer.ARTICLE:
            yield capture
            count += 1
        if count == MOST_PAGES:
            return
