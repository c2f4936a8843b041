"""What waits in an archive: addresses in the queue, and the next visit to a known one."""

from __future__ import annotations

from crawler.archive.database import Connection, select_count, select_value


def count_queued(db: Connection) -> int:
    """Count the addresses that wait in the queue."""
    return select_count(db, "SELECT count(*) FROM addresses WHERE state = 'queued'")


def find_next_visit(db: Connection) -> str | None:
    """Return when the next known article is due; None where none will be."""
    value = select_value(
        db, "SELECT min(next_visit_at) FROM addresses WHERE next_visit_at IS NOT NULL AND state <> 'queued'"
    )
    return None if value is None else str(value)
