"""Examines what forgotten articles have left: words that could not be erased yet, and captures that print them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from crawler.archive.articles.forgotten import count_mentions, list_unerased
from crawler.archive.opening import connect_unchecked
from crawler.crawl.erasure.erasing import describe_remainder
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_wrong


def examine_erasures(archive: Path, option: str = "") -> Iterator[Diagnosis]:
    """Report what is still to be erased, and captures of other pages that print words of forgotten articles, if any."""
    if not archive.is_file():
        return
    with closing(connect_unchecked(archive)) as conn:
        try:
            parts, mentions = list_unerased(conn), count_mentions(conn)
        except sqlite3.Error:  # damage, which another check reports
            return
    if parts:
        advice = f"put back what is away, let this user write it, then run seealso doctor --fix{option}"
        yield report_wrong("forgotten", describe_remainder(parts, archive), advice, fixable=True)
    elif mentions:
        pages = f"{mentions:,} {'capture' if mentions == 1 else 'captures'} of other pages"
        advice = f"seealso forget ADDRESS --why TEXT{option} names them, with --captures it erases them too"
        yield report_note("forgotten", f"{pages} print words of forgotten articles, and stay as they were sent", advice)
