"""What is true of the neighbours: their articles, and the stories of an agency that several of them print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from crawler.practice.dice import Dice

VISIT_DAY = date(2026, 10, 12)
"""The day on which the world is visited; nothing in it is younger."""

Change = Literal["verbatim", "shortened", "headline"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperArticle:
    """One article of a paper, as a correct archive holds it."""

    paper: str
    language: str
    number: int
    key: str
    """The part of the address that tells this article from all others of the paper."""
    url: str
    """The address to cite: the one that its page calls canonical, where it calls one so."""
    spellings: tuple[str, ...] = ()
    """Its other addresses that pages, feeds or sitemaps print: short links, AMP and print editions, tracked links."""
    headline: str
    lead: str | None
    authors: tuple[str, ...]
    when: datetime
    """On the clock of the paper."""
    has_time: bool = True
    """False if its page prints the day alone."""
    paragraphs: tuple[str, ...]
    section: str
    place: str
    story: str | None = None
    """What its translations share."""
    agency_story: str | None = None
    """The name of the agency's story that it prints."""

    @property
    def day(self) -> date:
        return self.when.date()

    @property
    def body(self) -> str:
        """The text without headline and lead, its paragraphs parted by empty lines."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, kw_only=True, slots=True)
class AgencyPrint:
    """One paper's print of an agency's story."""

    article: PaperArticle
    change: Change
    """What the paper did to it: nothing, cut its end off, or put another headline over it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgencyStory:
    """A story of an agency, and who printed it."""

    name: str
    prints: tuple[AgencyPrint, ...]
    """The first one first, by the instant rather than by the clock on the wall of each paper."""


def spread_moments(key: str, count: int, days: int, zone: ZoneInfo) -> list[datetime]:
    """Return as many moments, the newest first: the first on the day of the visit, the last that many days before it."""
    dice = Dice(key)
    moments = []
    for index in range(count):
        day = VISIT_DAY - timedelta(days=index * days // max(count - 1, 1))
        moments.append(datetime.combine(day, time(6 + dice.roll() % 14, dice.roll() % 60), zone))
    return sorted(moments, reverse=True)
