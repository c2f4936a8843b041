"""Finds the further pages of articles among the records of an ingest: by their addresses, those nearest in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.errors import WarcDamaged
from crawler.extraction.page import ArticlePage
from crawler.items import Address, Article, Capture, FurtherPage
from crawler.normalisation.part_addresses import make_page_key
from crawler.operations.ingest.originals import OriginalFinder
from crawler.outcome.parts import PartsOfArticle
from crawler.outcome.payload import decode_payload
from crawler.site import Site
from crawler.warc.foreign import HttpMessage, NoAnswer, read_message

MOST_COPIED: Final = 10_000
"""The most copies that are remembered; a page that is needed again after so many others is copied again."""
CopyCapture = Callable[[Capture, HttpMessage, IndexedRecord], Capture]
"""Copies an answer into the archive's WARC folder; returns the capture with its place."""


@dataclass(slots=True)
class PartFinder:
    """Reads the further pages of the articles of one site. A page that two visits share is copied once."""

    site: Site
    pages: tuple[type[ArticlePage], ...]
    index: IngestIndex
    originals: OriginalFinder
    copy: CopyCapture
    _copied: dict[tuple[str, int], Capture] = field(default_factory=dict)
    _named: set[int] = field(default_factory=set)
    """Hashes of the addresses of further pages, as the articles read so far name them."""

    def is_part(self, record: IndexedRecord) -> bool:
        """Return True for a page that is read with the first page of its article, and never by itself."""
        return record.is_part or hash(record.page_key) in self._named

    def has_page(self, url: str) -> bool:
        """Return True if the files hold an answer of a page."""
        return self.index.find_nearest(self.site.name, make_page_key(url), "2000-01-01") is not None

    def read_parts(self, article: Article | None, address: Address, date: str) -> PartsOfArticle | None:
        """Return the further pages of an article whose first page was captured at a date; None of one page."""
        if article is None or not article.further_pages:
            return None
        parts = PartsOfArticle(article, address, self.site, self.pages)
        while (page := parts.find_next()) is not None:
            parts.add(page, *self._find_answer(page, date))
        self._named.update(hash(make_page_key(page.url)) for page in parts.join().further_pages)
        return parts

    def _find_answer(self, page: FurtherPage, date: str) -> tuple[Capture | None, str | None]:
        """Return the answer of a page, or why there is none."""
        record = self.index.find_nearest(self.site.name, make_page_key(page.url), date)
        if record is None:
            return None, "not in the files"
        try:
            message = (
                self.originals.find_message(record)
                if record.kind == "revisit"
                else read_message(Path(record.path), record.start)
            )
            if message is None:
                return None, "its original is not in the files"
            capture = make_capture(message, page.url, record)
        except WarcDamaged as problem:
            return None, str(problem)
        payload = decode_payload(message.body, capture.headers, cut_off=bool(message.truncated))
        place = (record.path, record.start)
        copied = self._copied.pop(place, None) or self.copy(capture, message, record)
        self._copied[place] = copied
        if len(self._copied) > MOST_COPIED:
            del self._copied[next(iter(self._copied))]
        failure = payload.error or (payload.failure.value if payload.failure is not None else None)
        return replace(copied, body=payload.body), failure


def make_capture(message: HttpMessage, url: str, record: IndexedRecord) -> Capture:
    """Return the capture of a record, without its body and its place. Raises NoAnswer where it has no status."""
    fields = (line.partition(":") for line in message.head.decode("latin-1").split("\r\n")[1:])
    return Capture(
        url=url,
        fetched_at=datetime.fromisoformat(record.date),
        status=read_status(message.head),
        headers=tuple((name.strip(), value.strip()) for name, colon, value in fields if colon),
    )


def read_status(head: bytes) -> int:
    """Return the status of an HTTP head. Raises NoAnswer where it has none."""
    try:
        return int(head.split(None, 2)[1])
    except (IndexError, ValueError):
        raise NoAnswer("the answer has no status") from None
