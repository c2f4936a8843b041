"""Rereads one article: reads its stored captures by today's rules, and returns what differs, or why it is lost.

Nothing is written here. Captures distinguish a change of the site from a change of our rules: every revision is read
again from the capture that it came from, so a better rule improves the whole history and adds no revision to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crawler.archive.articles.readings import FirstReading, LostArticle, RereadChange, compare_readings
from crawler.archive.articles.stored_pages import StoredCapture
from crawler.archive.articles.surrogates import replace_surrogates
from crawler.discovery.article_links import list_article_links
from crawler.engines import watchdog
from crawler.errors import CrawlerError
from crawler.extraction.page import ArticlePage
from crawler.items import Address, Article, Capture
from crawler.normalisation.addresses.urls import read_address
from crawler.process import process
from crawler.rereading.merging import make_reading
from crawler.rereading.pages import ArchivedArticle, StoredPages
from crawler.rereading.records import StoredRecords
from crawler.site import Site
from crawler.warc import read_capture

Publications = Mapping[str, tuple[Site, Sequence[type[ArticlePage]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArticle:
    """A change of an article, and its fields that differ: name, archived value, new value."""

    change: RereadChange
    url: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(slots=True)
class Rereader:
    """Reads articles of one archive again."""

    records: StoredRecords
    warc_folder: Path
    publications: Publications
    forgotten: Set[str] = frozenset()
    """Identities to which no links are kept."""
    _clean: Callable[[Article], Article] = field(default=lambda article: article)

    def read_article(self, article_id: int) -> ChangedArticle | LostArticle | None:
        """Read an archived article again; return None when its reading has not changed, or it has been erased."""
        archived = self.records.find_article(article_id)
        if archived is None:
            return None
        outcome = self._read_storable(lambda rereader: rereader._read_archived(archived))
        if not isinstance(outcome, RereadChange):
            return outcome
        fields = tuple(compare_readings(archived.reading, outcome.reading))
        return ChangedArticle(change=outcome, url=archived.url, fields=fields)

    def find_change(
        self, article_id: int, numbers: Collection[int], before_capture: int | None
    ) -> RereadChange | LostArticle | None:
        """Read versions of an article again; a :data:`~crawler.archive.articles.readings.ReadFormer`.

        Only where today's rules read one of them differently, the whole article is read: one page otherwise for each.
        """
        archived = self.records.find_article(article_id)
        if archived is None:
            return None
        return self._read_storable(lambda rereader: rereader._compare(archived, numbers, before_capture))

    def read_unknown(self, url_key: str) -> FirstReading | None:
        """Read the newest stored page of an address without an article; return None when it is no article."""
        row = self.records.find_address(url_key)
        if row is None or row.site not in self.publications:
            return None
        for capture in self.records.list_address_captures(url_key):
            address, article = self.read(capture, *self.publications[row.site])
            if not isinstance(article, Article) or _has_other_identity(article, address):
                return None
            if not (article.complete or article.further_pages):
                return None
            article = replace_surrogates(article)
            return FirstReading(
                url_key=url_key,
                capture_id=capture.id,
                captured_at=capture.fetched_at,
                article=article,
                links=list_article_links(article, row.depth),
            )
        return None

    def _read_storable(
        self, read: Callable[[Rereader], RereadChange | LostArticle | None]
    ) -> RereadChange | LostArticle | None:
        try:
            return read(self)
        except UnicodeEncodeError:  # half of a surrogate pair, which no database can store
            return read(Rereader(self.records, self.warc_folder, self.publications, self.forgotten, replace_surrogates))

    def _read_archived(self, archived: ArchivedArticle) -> RereadChange | LostArticle | None:
        pages = self._open_pages(archived)
        return pages if isinstance(pages, LostArticle) else _find_difference(archived, pages)

    def _compare(
        self, archived: ArchivedArticle, numbers: Collection[int], before_capture: int | None
    ) -> RereadChange | LostArticle | None:
        pages = self._open_pages(archived, before_capture)
        if isinstance(pages, LostArticle):
            return pages
        revisions = archived.reading.revisions
        for number in numbers:
            article: Article | str
            if number == len(revisions):
                newest = pages.find_newest()
                article = newest if isinstance(newest, str) else newest[1]
            else:
                article = pages.read_revision(revisions[number - 1]) or f"version {number} cannot be read again"
            if isinstance(article, str):
                return LostArticle(article_id=archived.id, url=archived.url, reason=article)
            if article.digest != revisions[number - 1].digest:
                return _find_difference(archived, pages)
        return None

    def _open_pages(self, archived: ArchivedArticle, before_capture: int | None = None) -> StoredPages | LostArticle:
        """Return the stored pages of an article, without those from ``before_capture`` on, which are not read yet."""
        if archived.site not in self.publications:
            reason = f"no spider of the site {archived.site} is here"
            return LostArticle(article_id=archived.id, url=archived.url, reason=reason)
        site, pages = self.publications[archived.site]
        rows = self.records.list_article_captures(archived.id)
        return StoredPages(
            archived,
            rows if before_capture is None else [row for row in rows if row.id < before_capture],
            self.warc_folder,
            lambda row: self.read(row, site, pages),
        )

    def read(
        self, stored: StoredCapture, site: Site, pages: Sequence[type[ArticlePage]]
    ) -> tuple[Address | None, Article | str]:
        """Read one capture; return its address and the article, or the reason why it is none."""
        watchdog.reset(record=stored.place)
        try:
            capture = self._read_capture(stored)
            address = read_address(capture.url, site)
            parts = [(number, self._read_capture(part)) for number, part in stored.parts]
            return address, self._clean(self._drop_forgotten(process(capture, site, pages, address, parts)))
        except CrawlerError as problem:
            return None, str(problem) or type(problem).__name__
        except Exception as problem:  # an error of ours on one page must not end the rereading of all others
            return None, f"reading failed with {type(problem).__name__}: {str(problem)[:200]}"

    def _read_capture(self, stored: StoredCapture) -> Capture:
        return read_capture(self.warc_folder, stored.file, stored.offset, stored.length)

    def _drop_forgotten(self, article: Article) -> Article:
        if not self.forgotten:
            return article
        entries = tuple(link for link in article.see_also if link.address.url_key not in self.forgotten)
        translations = tuple(
            translation for translation in article.translations if translation.url_key not in self.forgotten
        )
        return replace(article, see_also=entries, translations=translations)


def _has_other_identity(article: Article, address: Address | None) -> bool:
    if address is None or not address.story:
        return False
    return address.site_key != article.site_key or address.language not in (None, article.language)


def _find_difference(archived: ArchivedArticle, pages: StoredPages) -> RereadChange | LostArticle | None:
    """Return today's reading of an article where it is not the archived one, or why it has none.

    Raises UnicodeEncodeError where the archive could not store it.
    """
    newest = pages.find_newest()
    if isinstance(newest, str):
        return LostArticle(article_id=archived.id, url=archived.url, reason=newest)
    capture, article = newest
    reading = make_reading(archived, pages, capture, article)
    if reading == archived.reading:
        return None
    reading.to_json().encode()
    linked_keys = {entry.target_key for entry in archived.reading.see_also}
    linked_keys.update(translation.target_key for translation in archived.reading.translations)
    links = tuple(
        link for link in list_article_links(article, archived.depth) if link.address.url_key not in linked_keys
    )
    return RereadChange(
        article_id=archived.id, site=archived.site, reading=reading, links=links, problems=article.problems
    )
