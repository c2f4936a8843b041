"""A page class that ends whoever reads certain pages of the practice site. Workers import it by its name."""

from __future__ import annotations

import os
import time

from crawler.engines import watchdog
from crawler.extraction.page import ArticlePage
from crawler.items import Found

ABORTING = "Kandy-tea"
HANGING = "Malacca-river"
"""Words of the addresses of pages that abort, and that come to no end."""


class PoisonousPage(ArticlePage):
    """A page that ends the process where its address has one of the words."""

    @property
    def headline(self) -> Found | None:
        if ABORTING in self.capture.url:
            os.abort()
        if HANGING in self.capture.url:
            watchdog.reset(0.5)
            time.sleep(600)
        return super().headline
