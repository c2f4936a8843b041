"""What an open archive can be asked: to search, to count, for articles, gaps and findings.

What only one of the questions needs is imported when that is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sqlite_utils import Database

from crawler.archive.database import translate_errors
from crawler.archive.search import ranking, selection
from crawler.archive.search.selection import DateOrder, Filters, Selection
from crawler.items import Address
from crawler.site import Site

if TYPE_CHECKING:
    from crawler.archive.articles.records import ArticleRecord
    from crawler.archive.articles.selected import ArticleRows
    from crawler.archive.health.gaps import Gaps
    from crawler.archive.health.status import Status
    from crawler.archive.health.verify import Finding, ReadCapture


class ArchiveReader:
    """What an open archive can be asked: the half of :class:`crawler.archive.Archive` that only reads."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db
        self._sites: dict[str, Site] = {}

    @property
    def warc_folder(self) -> Path:
        """The folder of captures beside the archive and named after it: ``archive.warc`` for ``archive.db``."""
        return self.path.with_suffix(".warc")

    def search(
        self,
        asked: str | Selection,
        *,
        limit: int = 20,
        offset: int = 0,
        order: ranking.SearchOrder = "rank",
        **filters: Unpack[Filters],
    ) -> list[ranking.Hit]:
        """Search with the query language of :mod:`crawler.archive.search.query`; a blank query finds everything, newest
        first.

        Give a :class:`Selection`, or a query and ``since``, ``until``, ``author``, ``place``, ``kicker``, ``language``,
        ``site``, ``story`` beside it. The query itself never raises; what is odd in it is in
        ``parse_query(query).problems``. A ``since`` or ``until`` that is no year, month or day raises BadQuery.
        """
        with translate_errors(self.path):
            return ranking.search(self.db, _make_selection(asked, filters), limit, offset, order)

    def count(self, asked: str | Selection = "", **filters: Unpack[Filters]) -> int:
        """Count all that :meth:`search` would find without a limit."""
        with translate_errors(self.path):
            return selection.count(self.db, _make_selection(asked, filters))

    def articles(
        self, asked: str | Selection = "", *, order: DateOrder = "id", **filters: Unpack[Filters]
    ) -> ArticleRows:
        """Return every article that :meth:`search` would find without a limit, with its authors, to loop over.

        Memory does not grow with their number; ``to_polars()`` and ``to_pandas()`` hold them all. What a crawl writes
        meanwhile is not seen inside :meth:`moment`.
        """
        from crawler.archive.articles.selected import ArticleRows

        return ArticleRows(self.db, _make_selection(asked, filters), order, self.path)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Read one and the same state of the archive inside this block, whatever a crawl writes meanwhile."""
        if self.db.conn.in_transaction:
            yield
            return
        with translate_errors(self.path):
            self.db.conn.execute("BEGIN")
        try:
            yield
        finally:
            self.db.conn.rollback()  # unlike the statement it accepts that an error of the disk has ended it already

    def article(self, article_id: int) -> ArticleRecord | None:
        """Return everything about an article, or None when there is no such id."""
        from crawler.archive.articles.lookup import read_article

        with translate_errors(self.path):
            return read_article(self.db, article_id)

    def find(self, address: str | Address, sites: Iterable[Site] = ()) -> ArticleRecord | None:
        """Return the article an address leads to, or None.

        As text the address may be any spelling that was met, or, of the ``sites`` given, any spelling at all.
        """
        from crawler.archive.articles.lookup import find_article, read_article

        with translate_errors(self.path):
            found = find_article(self.db, address, (*sites, *self._sites.values()))
            return None if found is None else read_article(self.db, found)

    def status(self, runs: int = 5, problems: int = 10) -> Status:
        """Look at the archive as a whole, with the last runs and problems."""
        from crawler.archive.health.status import read_status

        with translate_errors(self.path):
            return read_status(self.db, runs, problems)

    def gaps(self, site: Site) -> Gaps:
        """Compare what is archived of a site with what its numbers and days say there should be."""
        from crawler.archive.health.gaps import find_gaps

        with translate_errors(self.path):
            return find_gaps(self.db, site)

    def verify(self, read_capture: ReadCapture | None = None) -> list[Finding]:
        """Return everything that is wrong with the archive; nothing, when it is intact.

        ``read_capture(folder, file, offset)`` reads a capture back from WARC (:func:`crawler.warc.read_capture`).
        """
        from crawler.archive.health.verify import verify  # which knows how author edits are written

        with translate_errors(self.path):
            return verify(self.db, self.path, self.warc_folder, read_capture)


def _make_selection(asked: str | Selection, filters: Filters) -> Selection:
    """Return what a caller asked for as one selection; conditions beside a selection replace its own."""
    return Selection(query=asked, **filters) if isinstance(asked, str) else replace(asked, **filters)
