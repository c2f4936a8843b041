"""The lock of a crawl: that of its site on this machine, and the archive's lease among all machines."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from crawler.archive.lock import SiteLock
from crawler.crawl.lease.lease_keeper import hold_lease


class CrawlLock(SiteLock):
    """The lock of a site and, where the archive's folder has one, the lease. Raises ArchiveBusy and ArchiveUnusable.

    The process ends where the lease turns out to be lost; that is looked at before each request and each writing.
    """

    def __init__(self, archive: Path, site: str) -> None:
        super().__init__(archive, site)
        self._stack = ExitStack()
        try:
            self.check_lease = self._stack.enter_context(hold_lease(archive))
        except BaseException:
            super().release()
            raise

    def note_request(self, moment: datetime) -> None:
        """Remember when a request is made, which is only made under the lease."""
        self.check_lease()
        super().note_request(moment)

    def release(self) -> None:
        """Release both; a second call does nothing."""
        try:
            super().release()
        finally:
            self._stack.close()
