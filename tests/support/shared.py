"""Archives that many tests read, made once for the whole run: by whichever of pytest's workers comes first."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.crawl.launch import run_crawl
from crawler.crawl.options import CrawlOptions
from crawler.practice import PracticeServer
from support.archive_contents import copy_archive
from support.waiting import wait_until


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that ``make`` has filled, in this worker or in another one; nobody may change what is in it."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, lock = base / name, base / f"{name}.lock"
    while not folder.exists():
        try:
            lock.mkdir()
        except FileExistsError:
            wait_until(lambda: folder.exists() or not lock.exists())
            continue
        try:
            if not folder.exists():
                unfinished = factory.mktemp(name)
                make(unfinished)
                unfinished.rename(folder)
        finally:
            lock.rmdir()
    return folder


def crawl_practice_site(folder: Path) -> None:
    """Crawl the practice site twice, edited in between: ``once.db`` is after the first crawl, ``twice.db`` after both."""
    with PracticeServer() as site:
        options = CrawlOptions(site="asianews", archive=folder / "twice.db", mirror=site.mirror, log_level="ERROR")
        run_crawl(options)
        copy_archive(options.archive, folder / "once.db")
        site.phase = 2
        run_crawl(replace(options, refresh=True))
