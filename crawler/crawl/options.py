"""The options of one crawl, the same for ``seealso crawl`` and ``scrapy crawl``.

:class:`CrawlOptions` checks their values and raises BadOption for those that mean nothing. Nothing is opened or fetched
here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from crawler import __version__
from crawler.crawl.logs import LogFormat
from crawler.discovery.ranges import read_days, read_ids
from crawler.errors import BadValue, CrawlerError
from crawler.items import RunKind
from crawler.normalisation.dates.periods import read_period
from crawler.warc.writer import ROLL_AT

NO_LIMIT = 2**31 - 1
"""What a larger number of articles, steps or requests comes to: no crawl reaches it, and SQLite can count so far."""
LEAST_REVISITS = 500
"""Due visits that a run of unlimited length may make, however few articles are known."""


class BadOption(CrawlerError):
    """An option of the crawl has a value that means nothing: say which, fetch nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlOptions:
    """The options of one crawl."""

    site: str
    """Name of the spider."""
    urls: tuple[str, ...] = ()
    """Addresses to begin with; empty means the site's own entry points."""
    archive: Path = Path("archive.db")
    max_articles: int | None = None
    """Never fetch more article pages than this."""
    max_depth: int | None = None
    """Follow so many See also steps."""
    since: str | None = None
    """Follow nothing that is dated before this day (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``)."""
    mirror: str | None = None
    """Template of where to fetch from instead: ``{url}``, ``{path}`` or ``{host}{path}``."""
    delay: float | None = None
    """Seconds between requests; None means the site's own, or none on a mirror on this machine."""
    refresh: bool | None = None
    """True: visit every known article now; False: none; None: those that are due."""
    refetch: bool = False
    """Fetch the pages whose captures are lost, or the ones given, without conditions, and nothing else."""
    revisits: int | None = None
    """Visit no more known articles than this because they are due; None leaves a share of the run to them."""
    contact: str | None = None
    """Web or mail address that the user agent tells the site's people."""
    quiet_hours: str | None = None
    """``07:00-22:00``: ask for nothing between these, in the site's own time zone."""
    daily_cap: int | None = None
    """Make no more requests than this in one day of the site, all runs together."""
    concurrency: int | None = None
    """Requests at once; None means one, or eight on a mirror on this machine."""
    timeout: float = 60.0
    """Seconds for one answer."""
    roll_warc_at: int = ROLL_AT
    """Bytes after which a new WARC file is begun."""
    log_level: str = "WARNING"
    log_format: LogFormat = "text"
    """How the log is written: lines for people, or one JSON object a line."""
    by_day: str | None = None
    """Walk over the listings of these days: ``2003-12-01..2003-12-31``, ``2003-12``, ``2003..2005``."""
    ids: str | None = None
    """Walk over these numbers: ``55000..55400``."""
    languages: tuple[str, ...] = ()
    """Ask for nothing in another language; empty means all."""
    accept_layout: bool = False
    """Take what pages have now for normal: they are compared with no earlier run, in this run and in later ones."""
    if_due: str | None = None
    """The interval of the schedule that started this crawl, such as ``6h``; None when a person did."""
    obey_reservations: bool | None = None
    """Keep no page that its publisher reserves (noarchive, noindex, none, TDM); None means as the site's file says."""
    discover: bool | None = None
    """Begin with the entry points too, follow the sitemaps that robots.txt names and the feeds that heads name; None:
    unless articles or a walk are given."""
    reads_beside: bool = False
    """True where a second process may read the pages of a quick crawl. It imports this program's main module."""
    kind: RunKind = "crawl"
    """``demo`` when the site is the practice site, which pretends to be a real one."""

    @property
    def uses_entry_points(self) -> bool:
        """True when the crawl begins with the site's own entry points, or looks for some: sitemaps, feeds of heads."""
        if self.discover is not None:
            return self.discover
        return not (self.urls or self.refetch or self.by_day is not None or self.ids is not None)

    def __post_init__(self) -> None:
        for name in ("max_articles", "max_depth", "daily_cap", "revisits"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise BadOption(f"{name.replace('_', ' ')} cannot be negative: {value}")
            if value is not None and value > NO_LIMIT:
                object.__setattr__(self, name, NO_LIMIT)
        if self.delay is not None and not 0 <= self.delay <= 3600:
            raise BadOption(f"the delay is a number of seconds from 0 to 3600, not {self.delay}")
        if not 0 < self.timeout <= 3600:
            raise BadOption(f"the timeout is a number of seconds up to 3600, not {self.timeout}")
        if self.concurrency is not None and not 1 <= self.concurrency <= 64:
            raise BadOption(f"the concurrency is from 1 to 64, not {self.concurrency}")
        if self.contact is not None and not re.fullmatch(r"[\x21-\x7e ]{1,200}", self.contact):
            raise BadOption("the contact is a web or mail address in plain ASCII")
        if self.quiet_hours is not None:
            read_quiet_hours(self.quiet_hours)
        if self.since is not None:
            object.__setattr__(self, "since", read_since(self.since))
        if self.by_day is not None:
            read_days(self.by_day)
        if self.ids is not None:
            read_ids(self.ids)
        if self.refetch and (self.by_day is not None or self.ids is not None or self.refresh):
            raise BadOption("refetch asks for what is lost, or for the articles given: give no walk and no refresh")

    def count_revisits(self, archived: int) -> int | None:
        """Return how many visits to archived articles this run may make because they are due; None is no limit.

        That is ``revisits`` where it is given, and no limit with ``refresh``; else half of ``max_articles``; else a
        tenth of the ``archived`` articles, at least :data:`LEAST_REVISITS`. So a long run does not spend its days on
        articles that it has, and a young archive, where most changes happen, is visited as its schedule says.
        """
        if self.revisits is not None or self.refresh:
            return self.revisits
        if self.max_articles is not None:
            return (self.max_articles + 1) // 2
        return max(LEAST_REVISITS, archived // 10)

    @property
    def depth(self) -> int | None:
        """See also steps that are followed: ``max_depth``; without it none in a walk, and no limit otherwise."""
        walks = self.by_day is not None or self.ids is not None
        return 0 if walks and self.max_depth is None else self.max_depth

    @property
    def user_agent(self) -> str:
        """The user agent: name, version and contact; no browser's name."""
        return f"seealso/{__version__} (+{self.contact})" if self.contact else f"seealso/{__version__} (news archive)"

    @classmethod
    def read(cls, site: str, values: Mapping[str, Any]) -> CrawlOptions:
        """Make options from texts, as Scrapy's ``-a name=value`` and ``-s NAME=value`` give them.

        Raises BadOption for a value that cannot be read; unknown names are ignored.
        """
        options: dict[str, Any] = {}
        for name, reader in _READERS.items():
            value = values.get(name, values.get(name.upper()))
            # To ignore an empty mirror would crawl the live site.
            if value is None or (value == "" and name != "mirror"):
                continue
            try:
                options[name] = reader(value)
            except (ValueError, TypeError):
                raise BadOption(f"{name.replace('_', ' ')} cannot be {value!r}") from None
        return cls(site=site, **options)


def read_since(text: str) -> str:
    """Return the first day that a year, a month or a day means, as ``YYYY-MM-DD``; raises BadOption.

    >>> read_since("2022-03")
    '2022-03-01'
    """
    try:
        return read_period(text)[0].isoformat()
    except BadValue:
        raise BadOption(f"a date reads YYYY, YYYY-MM or YYYY-MM-DD, not {text!r}") from None


def read_quiet_hours(text: str) -> tuple[time, time]:
    """Return when quiet hours begin and end; they may go past midnight. Raises BadOption.

    >>> read_quiet_hours("7:00-22:30")
    (datetime.time(7, 0), datetime.time(22, 30))
    """
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", text.strip(), re.ASCII)
    try:
        if match is None:
            raise ValueError
        begin, end = time(int(match[1]), int(match[2])), time(int(match[3]) % 24, int(match[4]))
        if int(match[3]) > 24 or (int(match[3]) == 24 and end != time(0)) or begin == end:
            raise ValueError
    except ValueError:
        raise BadOption(f"quiet hours read like 07:00-22:00, not {text[:50]!a}") from None
    return begin, end


def is_within_hours(hours: tuple[time, time], clock: time) -> bool:
    """Return True if a time of day is within hours, which may last over midnight.

    >>> is_within_hours((time(22), time(6)), time(23, 30)), is_within_hours((time(7), time(22)), time(22))
    (True, False)
    """
    begin, end = hours
    if begin < end:
        return begin <= clock < end
    return clock >= begin or clock < end


def _split_words(value: Any) -> tuple[str, ...]:
    return tuple(value.split()) if isinstance(value, str) else tuple(value)


def read_languages(value: Any) -> tuple[str, ...]:
    """Return the codes of a list such as ``en,it``, each once.

    >>> read_languages("en, IT,en")
    ('en', 'it')
    """
    codes = re.split(r"[\s,]+", value) if isinstance(value, str) else value
    return tuple(dict.fromkeys(code.lower() for code in codes if code))


def _read_bool(value: Any) -> bool:
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError(word)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "urls": _split_words,
    "archive": Path,
    "max_articles": int,
    "max_depth": int,
    "since": str,
    "mirror": str,
    "delay": float,
    "refresh": _read_bool,
    "refetch": _read_bool,
    "revisits": int,
    "contact": str,
    "quiet_hours": str,
    "daily_cap": int,
    "concurrency": int,
    "timeout": float,
    "roll_warc_at": int,
    "by_day": str,
    "ids": str,
    "languages": read_languages,
    "accept_layout": _read_bool,
    "obey_reservations": _read_bool,
    "discover": _read_bool,
}
