"""Reads the stored pages of one article again: the newest of its present text, that of a version, and earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from crawler.archive.articles.readings import Reading, Revision
from crawler.archive.articles.stored_pages import StoredArticle, StoredCapture
from crawler.archive.articles.truncation import ArchivedTexts, explain_truncation
from crawler.extraction.evidence.paywall import find_wall_phrase
from crawler.items import Address, Article
from crawler.warc import read_capture

MOST_EARLIER: Final = 20
"""The most earlier captures of an article that are searched for values that its newest page does not print."""
ReadCapture = Callable[[StoredCapture], tuple[Address | None, Article | str]]
"""Reads one capture; returns its address and the article, or the reason why it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedArticle(StoredArticle):
    """An archived article: the values that may not change, and its present reading."""

    reading: Reading


@dataclass(slots=True)
class StoredPages:
    """The stored pages of one article; each is read at most once."""

    archived: ArchivedArticle
    rows: list[StoredCapture]
    warc_folder: Path
    read_capture: ReadCapture
    _read: dict[int, Article | str] = field(default_factory=dict)

    def read(self, row: StoredCapture) -> Article | str:
        """Read one page as this article; return the article, or the reason why it is not this one."""
        if row.id not in self._read:
            self._read[row.id] = self._read_as_this_article(row)
        return self._read[row.id]

    def find_newest(self) -> tuple[StoredCapture, Article] | str:
        """Return the page that the present reading comes from, read again; or the reason why there is none."""
        first_refusal: str | None = None
        since = self.archived.reading.revisions[-1].captured_at if self.archived.reading.revisions else ""
        for row in self.rows:
            if since <= row.fetched_at <= self.archived.last_seen_at:
                article = self.read(row)
                refusal = article if isinstance(article, str) else self._find_refusal(row, article)
                if refusal is None:
                    assert isinstance(article, Article)
                    return row, article
                first_refusal = first_refusal or refusal
        return first_refusal or "no page of it is stored"

    def _find_refusal(self, row: StoredCapture, article: Article) -> str | None:
        """Return why a crawl would not replace the archived text by this page's (cut off, paywalled), or None."""
        stored = self.archived.reading
        old = stored.columns
        if article.digest == old["digest"] and article.further_pages:
            return None  # the same text, of which today's rules know that it goes on
        if not article.complete and old["complete"]:
            return "the page breaks off by today's rules"
        if article.digest == old["digest"] or row.id == stored.revisions[-1].capture_id:
            return None
        texts = ArchivedTexts(
            lead=old["lead"],
            body=old["body"],
            byline=old["byline"],
            dateline=old["dateline"],
            see_also=sum(entry.last_seen_at == self.archived.last_seen_at for entry in stored.see_also),
        )
        capture = read_capture(self.warc_folder, row.file, row.offset, row.length)
        return explain_truncation(texts, article, find_wall_phrase(capture, self.archived.language))

    def read_revision(self, revision: Revision) -> Article | None:
        """Return the page that a revision came from, read again; None when it cannot be."""
        row = next((row for row in self.rows if row.id == revision.capture_id), None)
        article = self.read(row) if row is not None else None
        return article if isinstance(article, Article) else None

    def iter_earlier(self, than: StoredCapture) -> Iterator[Article]:
        """Yield older pages, newest first."""
        older = [row for row in self.rows if (row.fetched_at, row.id) < (than.fetched_at, than.id)]
        for row in older[:MOST_EARLIER]:
            article = self.read(row)
            if isinstance(article, Article):
                yield article

    def _read_as_this_article(self, row: StoredCapture) -> Article | str:
        _, article = self.read_capture(row)
        if isinstance(article, str):
            return article
        archived = self.archived
        is_another = (
            _is_number(article.site_key) and article.site_key != archived.site_key and _is_number(archived.site_key)
        )
        if article.language != archived.language or is_another:
            return f"the page is article {article.language} {article.site_key} by today's rules"
        return article


def _is_number(site_key: str) -> bool:
    return site_key.isascii() and site_key.isdecimal()
