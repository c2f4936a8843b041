"""Reads a folder of saved pages with what people say stands on them, and parts the pages into folds by domain.

The folder has one subfolder a set. Each holds ``truth.jsonl``, one JSON object a page, and the pages, either as files
or in ``pages.tar.xz``, which is unpacked into ``--work`` once. Of a page's object these names count: ``file``, ``url``,
``body`` (lead and body of an article), ``kind`` (what the page is when it is no article: ``product``, ``forum``, …).

Pages belong to their publishers: the folder stays where it is, and nothing but numbers learnt from it is kept.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crawler.extraction.page import ArticlePage
from crawler.items import Capture
from crawler.sites.generic import make_site, read_page_address
from training.disguises import Disguise, disguise_page

SEED: Final = 1
FOLDS: Final = 5
FETCHED_AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""The day on which every page is read as if it had been fetched, so that each training reads the same."""
UNKNOWN_URL: Final = "https://unknown.example/page/1"
"""Stands for the address of a page that the truth gives none of."""
_PUBLIC_SECOND_LEVELS: Final = frozenset(
    ["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "mil", "ne", "net", "nic", "nom", "or", "org"]
)
"""Second levels under which countries register domains: ``co`` of ``example.co.uk``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPage:
    """A saved page and what is known about it."""

    collection: str
    """Name of the set."""
    path: Path
    url: str
    domain: str
    """The registrable domain: all pages of one are in one fold."""
    truth: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.collection}/{self.path.name}"

    @property
    def is_article(self) -> bool:
        return "kind" not in self.truth

    def open(self, disguises: Sequence[Disguise] = ()) -> ArticlePage:
        """Return the page, or a copy of it in disguise, as the general reader sees it.

        That one knows nothing of the publisher.
        """
        html = self.path.read_bytes()
        if disguises:
            html = disguise_page(html, self.url, disguises)
        capture = Capture(url=self.url, fetched_at=FETCHED_AT, status=200, body=html)
        site = make_site(capture)
        return ArticlePage(capture, site, read_page_address(self.url, site))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the pages are."""
    parser.add_argument("--pages", type=Path, required=True, metavar="FOLDER", help="folder with one subfolder a set")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "news-pages",
        help="folder into which archives of pages are unpacked",
    )
    parser.add_argument("--sets", nargs="*", metavar="NAME", help="only these sets")


def load_pages(folder: Path, work: Path, sets: Sequence[str] | None = None) -> list[SavedPage]:
    """Return every page of the folder's sets that is there as a file, sorted by set, in the order of the truth."""
    pages = []
    for truth_file in sorted(folder.glob("*/truth.jsonl")):
        collection = truth_file.parent.name
        if sets and collection not in sets:
            continue
        html_folder = _find_html_folder(truth_file.parent, work / collection)
        for row in truth_file.read_text(encoding="utf-8").splitlines():
            truth = json.loads(row)
            path = html_folder / truth["file"]
            url = complete_url(truth.get("url") or "")
            if path.is_file():
                pages.append(SavedPage(collection=collection, path=path, url=url, domain=find_domain(url), truth=truth))
    return pages


def find_domain(url: str) -> str:
    """Return the registrable domain of an address, by its labels alone."""
    host = (urlsplit(complete_url(url)).hostname or "").rstrip(".").lower()
    labels = host.split(".")
    is_deeper = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _PUBLIC_SECOND_LEVELS
    return ".".join(labels[-3 if is_deeper else -2 :])


def find_fold(domain: str, folds: int = FOLDS) -> int:
    """Return the fold of a domain, 0 to ``folds - 1``: the same whatever other pages are in the folder."""
    return int.from_bytes(sha256(f"{SEED} {domain}".encode()).digest()[:8], "big") % folds


def _find_html_folder(folder: Path, unpacked: Path) -> Path:
    """Return the folder that holds the pages of a set, unpacking their archive where that has to be done first."""
    archive = folder / "pages.tar.xz"
    if not archive.is_file():
        return folder
    if not unpacked.exists():
        unpacked.mkdir(parents=True)
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
    return unpacked


def complete_url(url: str) -> str:
    """Return an address with its scheme; one that stands for it where there is none."""
    url = url.strip()
    if not url:
        return UNKNOWN_URL
    return url if "://" in url else "https://" + url.lstrip("/")
