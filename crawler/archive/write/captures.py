"""Writes captures: a row for each answer, with what is reserved of it and with the page of an article that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.archive.articles.captures import find_capture_id
from crawler.archive.articles.parts import write_parts
from crawler.archive.write.addresses.losses import has_open_losses, replace_losses
from crawler.items import Capture, Visit
from crawler.normalisation.dates.moments import instant


@dataclass(slots=True)
class CaptureWriter:
    """Writes captures into one open archive, inside the caller's transaction."""

    db: Database
    _lacks_nothing: bool = False
    """True while a batch is written into an archive without open losses, which no visit opens."""

    @contextmanager
    def hold_losses(self) -> Iterator[None]:
        """Ask once, for all captures of a batch, whether the archive has open losses: seldom has it any."""
        self._lacks_nothing = not has_open_losses(self.db)
        try:
            yield
        finally:
            self._lacks_nothing = False

    def index_captures(
        self, url_key: str | None, captures: Iterable[Capture], run_id: int, *, is_part: bool = False
    ) -> list[int]:
        """Insert captures and return their ids; ``url_key`` is None for captures of no address of the queue.

        A whole answer takes the place of captures of its address that are lost; ``is_part`` says that it is one of a
        further page, which takes that of its own former captures alone.
        """
        captures = tuple(captures)
        capture_ids = [
            int(
                self.db.conn.execute(
                    "INSERT INTO captures (url, fetched_at, status, digest, warc_file, warc_offset, warc_length,"
                    " url_key, run_id, robots) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        capture.url,
                        instant(capture.fetched_at),
                        capture.status,
                        capture.digest,
                        capture.warc_file,
                        capture.warc_offset,
                        capture.warc_length,
                        url_key,
                        run_id,
                        capture.robots,
                    ),
                ).lastrowid
                or 0
            )
            for capture in captures
        ]
        reservations = [
            (capture_id, reservation.kind, reservation.source, reservation.value)
            for capture_id, capture in zip(capture_ids, captures, strict=True)
            for reservation in capture.reservations or ()
        ]
        if reservations:
            self.db.conn.executemany(
                "INSERT INTO reservations (capture_id, kind, source, value) VALUES (?, ?, ?, ?)", reservations
            )
        if self._lacks_nothing:
            return capture_ids
        for capture_id, capture in zip(capture_ids, captures, strict=True):
            if capture.status == 200 or capture.url.endswith("/robots.txt"):
                replace_losses(self.db, url_key, capture.url, capture_id, is_part=is_part)
        return capture_ids

    def index_parts(self, visit: Visit, first_capture_id: int | None, run_id: int) -> None:
        """Insert the captures of an article's further pages that are not archived yet, as parts of its first page."""
        if first_capture_id is None or not visit.parts:
            return
        capture_ids = {}
        for part in visit.parts:
            capture_id = find_capture_id(self.db.conn, part.capture)
            if capture_id is None:
                [capture_id] = self.index_captures(visit.address.url_key, (part.capture,), run_id, is_part=True)
            capture_ids[part.number] = capture_id
        write_parts(self.db.conn, first_capture_id, capture_ids)

    def index_found(self, captures: Iterable[tuple[str | None, Capture]], run_id: int) -> None:
        """Insert captures that no visit brought, with the identities of their addresses where these are known.

        An answer of status 304 moves the time at which its article was last seen.
        """
        for url_key, capture in captures:
            self.index_captures(url_key, (capture,), run_id)
            if capture.status == 304 and url_key is not None:
                self.db.conn.execute(
                    "UPDATE articles SET last_seen_at = max(last_seen_at, ?)"
                    " WHERE id = (SELECT article_id FROM addresses WHERE url_key = ?)",
                    (instant(capture.fetched_at), url_key),
                )
