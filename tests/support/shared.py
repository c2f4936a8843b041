"""Archives that many tests read, made once for the whole run: by whichever of pytest's workers comes first."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.practice import PracticeServer
from crawler.practice.world import WorldServer, load_papers
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


def crawl_adopted_site(folder: Path) -> None:
    """Crawl the Mill Gazette by the address of one of its articles: ``archive.db`` adopts it.

    ``ended.json`` holds exit code, output and messages of the command, and the requests to the server.
    """
    (start,) = [paper.start for paper in load_papers() if paper.name == "gazette"]
    with WorldServer() as server:
        arguments = ["--archive", str(folder / "archive.db"), "crawl", start, "--mirror", server.mirror]
        ended = CliRunner().invoke(main, arguments, catch_exceptions=False)
        requests = [(request.host, request.path) for request in server.list_requests()]
    (folder / "ended.json").write_text(json.dumps([ended.exit_code, ended.stdout, ended.stderr, requests]))


def crawl_practice_site(folder: Path) -> None:
    """Crawl the practice site twice, edited in between: ``once.db`` is after the first crawl, ``twice.db`` after both.

    ``requests.json`` holds the exit code of the first crawl and its requests to the server, as ``Seen`` has them.
    """
    with PracticeServer() as site:
        options = CrawlOptions(site="asianews", archive=folder / "twice.db", mirror=site.mirror, log_level="ERROR")
        ended = run_crawl(options)
        (folder / "requests.json").write_text(json.dumps([ended.exit_code, site.requests]))
        copy_archive(options.archive, folder / "once.db")
        site.phase = 2
        run_crawl(replace(options, refresh=True))
