"""Finds the further pages of articles among the records of an ingest: by their addresses, those nearest in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.errors import WarcDamaged
from crawler.items import Address, Article, Capture, FurtherPage
from crawler.normalisation.addresses.part_addresses import make_page_key
from crawler.operations.ingest.answer_sources import AnswerOpener
from crawler.operations.ingest.originals import IngestRecord, open_record
from crawler.outcome.parts import PartsOfArticle
from crawler.outcome.payload import decode_payload
from crawler.shards.answers import digest_message, make_capture, make_record
from crawler.warc.foreign import HttpMessage
from crawler.warc.records import AnswerRecord

MOST_COPIED: Final = 10_000
"""The most copies that are remembered; a page that is needed again after so many others is copied again."""
CopyCapture = Callable[[Capture, AnswerRecord], Capture]
"""Writes a record into the archive's WARC folder; returns the capture with its place."""


@dataclass(slots=True)
class PartFinder:
    """Reads the further pages of the articles of one site. A page that two visits share is copied once."""

    index: IngestIndex
    opener: AnswerOpener
    copy: CopyCapture
    _copied: dict[tuple[int, int], Capture] = field(default_factory=dict)
    _named: set[int] = field(default_factory=set)
    """Hashes of the addresses of further pages, as the articles read so far name them."""

    def is_part(self, record: IndexedRecord) -> bool:
        """Return True for a page that is read with the first page of its article, and never by itself."""
        return bool(record.is_part) or hash(record.page_key) in self._named

    def has_page(self, url: str) -> bool:
        """Return True if the files hold an answer of a page."""
        site = self.opener.publication.site
        return self.index.find_nearest(site.name, make_page_key(url), "2000-01-01") is not None

    def read_parts(self, article: Article | None, address: Address, date: str) -> PartsOfArticle | None:
        """Return the further pages of an article whose first page was captured at a date; None of one page."""
        if article is None or not article.further_pages:
            return None
        site, pages = self.opener.publication
        parts = PartsOfArticle(article, address, site, pages)
        while (page := parts.find_next()) is not None:
            parts.add(page, *self._find_answer(page, date))
        self._named.update(hash(make_page_key(page.url)) for page in parts.join().further_pages)
        return parts

    def _find_answer(self, page: FurtherPage, date: str) -> tuple[Capture | None, str | None]:
        """Return the answer of a page, or why there is none."""
        site = self.opener.publication.site
        indexed = self.index.find_nearest(site.name, make_page_key(page.url), date)
        if indexed is None:
            return None, "not in the files"
        record = open_record(indexed)
        try:
            message = self._read_message(record)
            if message is None:
                return None, "its original is not in the files"
            digest = digest_message(message)
            capture = make_capture(message, page.url, datetime.fromisoformat(record.entry.date), digest)
        except WarcDamaged as problem:
            return None, str(problem)
        payload = decode_payload(message.body, capture.headers, cut_off=bool(message.truncated))
        place = (indexed.file, indexed.number)
        copied = self._copied.pop(place, None) or self.copy(
            capture, make_record(message, page.url, capture.fetched_at, digest, record.entry.origin)
        )
        self._copied[place] = copied
        if len(self._copied) > MOST_COPIED:
            del self._copied[next(iter(self._copied))]
        failure = payload.error or (payload.failure.value if payload.failure is not None else None)
        return replace(copied, body=payload.body), failure

    def _read_message(self, record: IngestRecord) -> HttpMessage | None:
        """Return the answer of a record; None for a revisit record whose original is nowhere."""
        original = self.opener.originals.find(record.entry) if record.entry.kind == "revisit" else record
        return None if original is None else self.opener.read_message(original)
