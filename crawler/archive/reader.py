"""The reading half of an open archive: search, counts, articles, status, gaps and verification.

A module that only one method needs is imported when that method is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sqlite_utils import Database

from crawler.archive.database import read_data_version, translate_errors
from crawler.archive.search import ranking, selection
from crawler.archive.search.selection import DateOrder, Filters, Selection
from crawler.archive.search.unknown_values import refuse_unknown_values
from crawler.items import Address
from crawler.site import Site

if TYPE_CHECKING:
    from crawler.archive.articles.prints import Prints
    from crawler.archive.articles.records import ArticleRecord
    from crawler.archive.articles.selected import ArticleRows
    from crawler.archive.articles.shared_texts import SharedText
    from crawler.archive.health.gaps import Gaps
    from crawler.archive.health.losses import ReadCapture
    from crawler.archive.health.status import Status
    from crawler.archive.health.verify import Finding
    from crawler.sites.adopted import AdoptedSite


class ArchiveReader:
    """The reading half of :class:`crawler.archive.Archive`: it searches and reads, and writes nothing."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db
        self._sites: dict[str, Site] = {}

    @property
    def warc_folder(self) -> Path:
        """The folder of captures beside the archive's file and named after it: ``archive.warc`` for ``archive.db``."""
        return self.path.with_suffix(".warc")

    @property
    def adopted_sites(self) -> tuple[AdoptedSite, ...]:
        """The sites that the archive has adopted: further sources for the functions of ``crawler.sites.registry``."""
        from crawler.archive.runs.adopted_sites import list_adopted_sites

        with translate_errors(self.path):
            return list_adopted_sites(self.db, self.path)

    @property
    def data_version(self) -> int:
        """A number that is another one after anybody else has written to the archive since."""
        with translate_errors(self.path):
            return read_data_version(self.db)

    def search(
        self,
        asked: str | Selection,
        *,
        limit: int = 20,
        offset: int = 0,
        order: ranking.SearchOrder = "rank",
        **filters: Unpack[Filters],
    ) -> list[ranking.Hit]:
        """Search with the query language of :mod:`crawler.archive.search.query_parser`.

        A blank query finds everything, the newest first.

        ``asked`` is a :class:`Selection`, or a query with ``since``, ``until``, ``author``, ``place``, ``kicker``,
        ``language``, ``site``, ``story`` as filters. The query itself never raises: ``parse_query(query).problems``
        lists what is malformed in it.

        Raises:
            UnknownValue: nothing is found because a filter beside the query names a language, site, author, place or
                kicker that no article has; the message has those that are spelt alike.
            BadQuery: a ``since`` or ``until`` is no year, month or day, or ``until`` is before ``since``.

        """
        chosen = _make_selection(asked, filters)
        with translate_errors(self.path):
            hits = ranking.search(self.db, chosen, limit, offset, order)
            if not hits:
                _refuse_unknown_filters(self.db, chosen)
            return hits

    def count(self, asked: str | Selection = "", **filters: Unpack[Filters]) -> int:
        """Count all that :meth:`search` would find without a limit; raises what that raises."""
        chosen = _make_selection(asked, filters)
        with translate_errors(self.path):
            number = selection.count(self.db, chosen)
            if not number:
                _refuse_unknown_filters(self.db, chosen)
            return number

    def articles(
        self, asked: str | Selection = "", *, order: DateOrder = "id", **filters: Unpack[Filters]
    ) -> ArticleRows:
        """Return every article that :meth:`search` would find without a limit, with its authors, to loop over.

        Memory does not grow with their number; ``to_polars()`` and ``to_pandas()`` hold them all. Inside :meth:`moment`
        they do not change while a crawl writes. Raises what :meth:`search` raises, at once.
        """
        from crawler.archive.articles.selected import ArticleRows

        chosen = _make_selection(asked, filters)
        with translate_errors(self.path):
            _refuse_unknown_filters(self.db, chosen)
        return ArticleRows(self.db, chosen, order, self.path)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Run the block in one read transaction, which sees one state of the archive while a crawl may write."""
        if self.db.conn.in_transaction:
            yield
            return
        with translate_errors(self.path):
            self.db.conn.execute("BEGIN")
        try:
            yield
        finally:
            self.db.conn.rollback()  # unlike the statement it accepts a transaction that a disk error has ended already

    def article(self, article_id: int) -> ArticleRecord | None:
        """Return everything about an article, or None when there is no such id."""
        from crawler.archive.articles.lookup import read_article

        with translate_errors(self.path):
            return read_article(self.db, article_id)

    def prints(self, article_id: int) -> Prints:
        """Return the prints of an article's text in all sites, the earliest first by the instant."""
        from crawler.archive.articles.prints import list_prints

        with translate_errors(self.path):
            return list_prints(self.db.conn, article_id)

    def find_shared_texts(self, article_id: int) -> list[SharedText]:
        """Return the articles that have half of an article's text and more, or of whose text it has; not its copies."""
        from crawler.archive.articles.shared_texts import list_shared_texts

        with translate_errors(self.path):
            return list_shared_texts(self.db.conn, article_id)

    def find(self, address: str | Address, sites: Iterable[Site] = ()) -> ArticleRecord | None:
        """Return the article that an address leads to, or None.

        As text the address may be any spelling that a crawl met; for an address of one of ``sites``, any spelling.
        """
        from crawler.archive.articles.lookup import find_article, read_article

        with translate_errors(self.path):
            article_id = find_article(self.db, address, (*sites, *self._sites.values()))
            return None if article_id is None else read_article(self.db, article_id)

    def status(self, runs: int = 5, problems: int = 10) -> Status:
        """Return the status of the whole archive, with its last ``runs`` runs and ``problems`` problems.

        All numbers are of one state of it, whatever a crawl writes meanwhile.
        """
        from crawler.archive.health.status import read_status

        with translate_errors(self.path), self.moment():
            return read_status(self.db, runs, problems)

    def gaps(self, site: Site) -> Gaps:
        """Compare the articles archived of a site with those that its numbers and days let expect."""
        from crawler.archive.health.gaps import find_gaps

        with translate_errors(self.path), self.moment():
            return find_gaps(self.db, site)

    def verify(self, read_capture: ReadCapture | None = None) -> list[Finding]:
        """Check the archive and return the findings; an intact archive has none.

        ``read_capture(folder, file, offset)`` reads a capture back from WARC (:func:`crawler.warc.read_capture`).
        """
        from crawler.archive.health.verify import verify  # which imports part of the writing half

        with translate_errors(self.path):
            return verify(self.db, self.path, self.warc_folder, read_capture)


def _refuse_unknown_filters(db: Database, chosen: Selection) -> None:
    """Raise UnknownValue or BadQuery for a filter that leaves nothing; the query itself never raises."""
    refuse_unknown_values(db, replace(chosen, query=""))


def _make_selection(query: str | Selection, filters: Filters) -> Selection:
    """Return a query or a selection with further filters as one selection; the filters replace its own."""
    return Selection(query=query, **filters) if isinstance(query, str) else replace(query, **filters)
