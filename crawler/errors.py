"""Every exception of the project, each named for what should happen next.

All derive from :class:`CrawlerError`. The command line prints each as one line on stderr and exits with the code
that the class carries, so that no traceback ever reaches a user.
"""

from collections.abc import Sequence


class CrawlerError(Exception):
    """Something a person can act on: the message is one line that says what is wrong and what to do."""

    exit_code = 1


class NotAnArticle(CrawlerError):
    """The page was read and is no article (a home page, a listing, an error page): count it and go on."""


class HomePageInstead(NotAnArticle):
    """A home page or a list of other articles came in place of the article: nothing may be published there."""


class OtherArticle(NotAnArticle):
    """The page says that it is another article than the one asked for: count it under its own address."""


class FurtherPageInstead(NotAnArticle):
    """The page is a further page of an article, and no article of its own: read the first page, ``first_url``."""

    def __init__(self, first_url: str) -> None:
        self.first_url = first_url
        super().__init__(f"the page is a further page of the article at {first_url[:200]}")


class PageUnreadable(CrawlerError):
    """The page is an article, but not in any layout we know: record a problem and add the layout."""


class BroughtByScript(PageUnreadable):
    """The page shows nothing until a script has run: count it apart, since no layout can be added for it."""


class BadValue(CrawlerError):
    """One printed value cannot be understood: keep the printed words, record a ``Problem``, go on."""


class PayloadTooLarge(BadValue):
    """A payload, its content encoding undone, is larger than we take: do not read it."""


class BadAddress(CrawlerError):
    """The address is malformed or belongs to another site: do not fetch it."""


class UnknownSite(CrawlerError):
    """No site of that name is known: show those that are."""


class BadSiteFile(CrawlerError):
    """The values of a site are malformed: the message names the first fault and its key, ``below`` all others.

    Attributes:
        faults: every fault in the order of the file, each one line that begins with its key, as ``addresses[1].kind``.

    """

    def __init__(self, faults: Sequence[str], file: str | None = None) -> None:
        self.faults = tuple(faults)
        self.below = self.faults[1:]
        place = f"{file}: " if file else ""
        others = f" (and {len(self.below)} more)" if self.below else ""
        super().__init__(f"{place}{self.faults[0]}{others}")


class BadCase(CrawlerError):
    """A saved page or the values expected of it cannot be read: say which file, and what is wrong in it."""


class BadQuery(CrawlerError):
    """The search query is malformed: the message says why; ``below`` shows where, by the query and a caret under it."""

    def __init__(self, message: str, below: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.below = below


class UnknownSnapshot(BadQuery):
    """The query or a filter names a snapshot that does not exist: show the ones that do."""


class UnknownValue(BadQuery):
    """A filter names a language, site, author, place or kicker that no article has: show those that are there.

    ``finding`` is the message without the ``command`` that lists them, ``field`` the name of the filter.
    """

    def __init__(self, finding: str, field: str = "", command: str = "") -> None:
        super().__init__(f"{finding}; {command} shows what there is" if command else finding)
        self.finding = finding
        self.field = field


class UnknownColumn(CrawlerError):
    """A table has no column of that name: suggest those that are spelt alike, and list what there is."""


class BadSnapshot(CrawlerError):
    """The snapshot cannot be made: its name is taken or invalid, or no article is found."""


class ArchiveUnusable(CrawlerError):
    """The file is not an archive, or cannot be read or written: say which, and stop."""


class ArchiveMoved(ArchiveUnusable):
    """The archive's file or WARC folder is not where it was opened: say where it is, and stop."""


class ArchiveBusy(CrawlerError):
    """Another run holds this archive and site: let it finish."""

    exit_code = 3


class SiteRefused(CrawlerError):
    """The site refuses the crawl (robots, 403, 429): stop, and look before trying again."""

    exit_code = 4


class NotNow(CrawlerError):
    """Quiet hours, or the day's limit of requests is reached: nothing is wrong, the same command works later."""

    exit_code = 0


class SiteUnreachable(CrawlerError):
    """Nothing answered: check the network or the mirror, then try again."""

    exit_code = 5


class LayoutAlarm(CrawlerError):
    """Pages are not read as articles, or articles lack fields they had: the site's layout has probably changed."""

    exit_code = 6


class NoSuchVersion(CrawlerError):
    """The article has no version of that number: ``seealso show ID`` lists them."""


class SchedulerUnreachable(CrawlerError):
    """No Dask scheduler answers, or it is gone: what is done is kept, so start it and run the same command again."""


class WarcDamaged(CrawlerError):
    """A stored record cannot be read back: the file is missing, cut off or altered."""


class PayloadUnreadable(WarcDamaged):
    """A stored record is whole, and the answer in it cannot be unpacked: the server sent it damaged or endless."""


class MissingExtra(CrawlerError):
    """A library that only some commands need is not installed: say how to install it."""

    def __init__(self, library: str) -> None:
        super().__init__(f"this needs {library}: pip install {library}")


class NoRoom(CrawlerError):
    """A temporary file cannot be written: make room in the temporary folder, or ask for less."""


class ExportFailed(CrawlerError):
    """An export cannot be made as requested: the message says why; no unfinished file is left."""
