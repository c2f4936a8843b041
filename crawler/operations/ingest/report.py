"""Counts what an ingest keeps and what it passes over, each page for a typed reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from crawler.items import Fate
from crawler.shards.entries import PassedOver
from crawler.shards.notes import count_host

__all__ = ["LOST", "MOST_NAMED", "UNREADABLE", "IngestReport", "LostPage", "PassedOver"]

MOST_NAMED: Final = 1_000
"""Pages passed over that are named one by one; further ones are counted."""


LOST: Final = frozenset(PassedOver) - {
    PassedOver.STATUS,
    PassedOver.NO_PAGE,
    PassedOver.TEXT_BESIDE_PAGE,
    PassedOver.FORGOTTEN,
    PassedOver.FURTHER_PAGE,
}
"""The reasons that leave out a page of a known site, or what may be one."""
UNREADABLE: Final = frozenset(
    {
        PassedOver.DAMAGED,
        PassedOver.FUTURE,
        PassedOver.UNDATED,
        PassedOver.NO_ANSWER,
        PassedOver.ENCODING,
        PassedOver.TOO_LARGE,
        PassedOver.FATAL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPage:
    """A page that was not taken."""

    url: str | None
    """None where the damage leaves no address."""
    file: str
    offset: int | None
    """The byte in the file; None where the file is compressed as a whole."""
    reason: PassedOver


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """The counts of what the files held and what was kept of it."""

    files: int = 0
    pages: int = 0
    """Answers kept; the counts of their fates add up to it."""
    counts: dict[Fate, int] = field(default_factory=dict)
    already: int = 0
    """Answers that the archive holds already."""
    redirects: int = 0
    """Redirects; they are kept with the page that they led to."""
    texts: int = 0
    """Pages of which the files hold the text alone (WET)."""
    repaired: int = 0
    """Records that do not end where they should, and are whole all the same."""
    passed_over: dict[PassedOver, int] = field(default_factory=dict)
    lost_pages: list[LostPage] = field(default_factory=list)
    """The first pages that were not taken though they are pages of known sites, or may be."""
    unknown_sites: dict[str, int] = field(default_factory=dict)
    """Host → pages, of sites that are not known; the empty name stands for all hosts beyond the first thousands."""
    unusable: list[str] = field(default_factory=list)
    """Messages about files that are no WARC."""
    runs: list[int] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    """Names of the sites among them that this ingest has adopted."""

    @property
    def other(self) -> int:
        """Answers with a status that says nothing about the page, and parts of pages."""
        return sum(self.passed_over.get(reason, 0) for reason in (PassedOver.STATUS, PassedOver.PART))

    @property
    def without_page(self) -> int:
        """Revisit records whose page is neither in the files nor in the archive."""
        return self.passed_over.get(PassedOver.NO_ORIGINAL, 0)

    @property
    def forgotten(self) -> int:
        """Answers of forgotten addresses; they are not kept."""
        return self.passed_over.get(PassedOver.FORGOTTEN, 0)

    @property
    def damaged(self) -> int:
        """Records that cannot be read."""
        return sum(self.passed_over.get(reason, 0) for reason in UNREADABLE)

    @property
    def unknown_pages(self) -> int:
        """Pages of unknown sites."""
        return sum(self.unknown_sites.values())

    @property
    def lost(self) -> int:
        """Pages of known sites that were not taken, and damaged parts that may have held some."""
        return sum(self.passed_over.get(reason, 0) for reason in LOST)

    @property
    def exit_code(self) -> int:
        """2 when something could not be read."""
        return 2 if self.lost or self.unusable else 0

    def pass_over(self, reason: PassedOver, *, url: str | None = None, file: str, offset: int | None = None) -> None:
        """Count a record that is not kept; name it if it is a loss."""
        self.passed_over[reason] = self.passed_over.get(reason, 0) + 1
        if reason in LOST and len(self.lost_pages) < MOST_NAMED:
            self.lost_pages.append(LostPage(url=url, file=file, offset=offset, reason=reason))

    def count_unknown(self, host: str, number: int = 1) -> None:
        """Count pages of an unknown site."""
        count_host(self.unknown_sites, host, number)
