"""Finds the pages whose captures are lost, and queues them to be fetched without conditions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crawler.archive import Archive
from crawler.archive.health.losses import iter_lost_captures, list_settled
from crawler.site import Site
from crawler.warc import read_capture


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPages:
    """What was lost when the run began."""

    captures: int
    """Captures that cannot be read back, and were neither accepted as lost nor fetched again before."""
    pages: int
    """Addresses that are queued to be fetched."""

    @property
    def note(self) -> str:
        """The line for people."""
        captures = f"{self.captures} {'capture was' if self.captures == 1 else 'captures were'} lost"
        pages = f"{self.pages} {'page' if self.pages == 1 else 'pages'} asked for again"
        if not self.captures:
            return f"no capture is lost; {pages}"
        return (
            f"{captures}; {pages}. What is still missing then, seealso verify names, and "
            "seealso verify --accept-losses WHY accepts"
        )


def queue_lost(archive: Archive, site: Site, named: Collection[str], now: datetime) -> LostPages:
    """Queue the pages of a site that are lost; where addresses are ``named``, only these, lost or not."""
    settled = list_settled(archive.db.conn)
    lost = [
        capture.id
        for capture in iter_lost_captures(archive.db.conn, archive.warc_folder, read_capture, site.name)
        if capture.id not in settled
    ]
    archive.note_losses(lost, now)
    if named:
        archive.drop_validators(named)
        return LostPages(captures=len(lost), pages=len(named))
    return LostPages(captures=len(lost), pages=archive.requeue_lost(site))
