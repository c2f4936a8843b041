"""Reads the pages that are given as files: a saved page for each address, or WARC, ARC and WACZ files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

from crawler.errors import BadAddress
from crawler.items import Capture
from crawler.operations.read.sources import PageUnavailable, is_web_archive, read_file

MOST_PAGES: Final = 50
"""Pages taken from files: a site is inferred from a few."""


def read_given_files(files: Sequence[Path], urls: Sequence[str]) -> tuple[Capture, ...]:
    """Return the pages of files, no more than fifty.

    Saved pages have the addresses given, in their order, or where none is given, those that they state. Of a file of
    records the pages with these addresses are taken, or all. Raises PageUnavailable, BadAddress and WarcDamaged.
    """
    archives = [path for path in files if is_web_archive(path)]
    pages = [path for path in files if path not in archives]
    if pages and urls and len(urls) != len(pages):
        raise BadAddress(
            f"{len(urls)} addresses and {len(pages)} saved pages: give a page for each address, in their order"
        )
    captures = [capture for path, url in zip_longest(pages, urls if pages else ()) for capture in read_file(path, url)]
    wanted = {url.rstrip("/") for url in urls} if not pages else set()
    for path in archives:
        for capture in read_file(path, None):
            if not wanted or capture.url.rstrip("/") in wanted:
                captures.append(capture)
            if len(captures) >= MOST_PAGES:
                break
    missing = wanted - {capture.url.rstrip("/") for capture in captures}
    if missing:
        raise PageUnavailable(f"{', '.join(str(path) for path in archives)}: no page of {sorted(missing)[0][:200]}")
    return tuple(captures[:MOST_PAGES])
