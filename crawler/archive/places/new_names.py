"""Counts the printed places that no look-up has seen; loads nothing that lists or writes them."""

from crawler.archive.database import Connection, select_count


def count_new_names(db: Connection) -> int:
    """Count the printed places that came since places were last worked out."""
    return select_count(
        db,
        "SELECT count(DISTINCT place_key) FROM articles WHERE place_key IS NOT NULL"
        " AND place_key NOT IN (SELECT place_key FROM place_lookups)",
    )
