"""Reads the further pages of one article as they come, says which is wanted next, and joins them in the end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crawler.errors import BadAddress, NotAnArticle, PageUnreadable
from crawler.extraction.page import ArticlePage
from crawler.items import Address, Article, Capture, CapturedPart, FurtherPage
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.joining import ArticlePart, find_next_page, join_parts
from crawler.process import read_part
from crawler.site import Site

log = logging.getLogger(__name__)


@dataclass(slots=True)
class PartsOfArticle:
    """The further pages of an article, of which ``article`` is the reading of the first page, at ``address``."""

    article: Article
    address: Address
    site: Site
    pages: Sequence[type[ArticlePage]] = (ArticlePage,)
    captured: list[CapturedPart] = field(default_factory=list)
    _readings: list[ArticlePart] = field(default_factory=list)
    _failures: dict[int, str] = field(default_factory=dict)

    def find_next(self) -> FurtherPage | None:
        """Return the next page that is wanted; None when there is none."""
        return find_next_page(self.article, self._readings, self._failures)

    def add(self, page: FurtherPage, answer: Capture | None, failure: str | None = None) -> None:
        """Read the answer of a page that was wanted; ``failure`` says why it is none. Never raises."""
        if answer is None or failure is not None:
            self.add_reading(page, answer, failure or "nothing came back")
            return
        try:
            reading = read_part(answer, page.number, self.site, self.pages, self.address)
        except (NotAnArticle, PageUnreadable) as reason:
            self.add_reading(page, answer, str(reason))
        except Exception as problem:
            log.warning("%s could not be read: %s: %s", page.url, type(problem).__name__, problem)
            self.add_reading(page, answer, f"reading failed with {type(problem).__name__}")
        else:
            self.add_reading(page, answer, reading)

    def add_reading(self, page: FurtherPage, answer: Capture | None, reading: ArticlePart | str) -> None:
        """Add a page that was wanted and has been read, perhaps in another process; or say why it was not."""
        if answer is not None:
            address = self._read_address(page.url)
            self.captured.append(CapturedPart(number=page.number, address=address, capture=answer))
        if isinstance(reading, str):
            self._failures[page.number] = reading
        else:
            self._readings.append(reading)

    def join(self) -> Article:
        """Return the article with all pages that were read."""
        return join_parts(self.article, self._readings, self._failures)

    def _read_address(self, url: str) -> Address:
        try:
            return read_address(url, self.site)
        except BadAddress:
            return replace(self.address, url=url)
