"""Saved pages of sites, and what a careful person reads on them.

A case is a folder with the page as it was sent (``page.html``), the facts of its capture (``capture.json``) and the
record that a person reads on it (``expected.json``). A field that the record leaves out is not compared.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.items import Article, Capture, Moment
from crawler.process import process
from crawler.sites.known_site import KnownSite


@dataclass(frozen=True)
class SavedPage:
    """A page in a folder ``SITE/CASE``."""

    folder: Path

    @property
    def site(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return f"{self.site}/{self.folder.name}"

    @cached_property
    def expected(self) -> dict[str, Any]:
        """Field → what a person reads; a case that a crawl has saved by itself also has ``unreviewed``."""
        values: dict[str, Any] = json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))
        return values

    @property
    def is_reviewed(self) -> bool:
        return "unreviewed" not in self.expected

    @cached_property
    def capture(self) -> Capture:
        facts = json.loads((self.folder / "capture.json").read_text(encoding="utf-8"))
        return Capture(
            url=facts["url"],
            fetched_at=datetime.fromisoformat(facts["fetched_at"]),
            status=facts["status"],
            headers=tuple((name, value) for name, value in facts["headers"]),
            body=(self.folder / "page.html").read_bytes(),
        )

    def read(self, known_site: KnownSite) -> Article:
        """Read the page as a crawl of the site would."""
        return process(self.capture, known_site.site, known_site.pages)

    def get_value(self, article: Article, field: str) -> Any:
        """Return a field of the article that was read, in the words of ``expected.json``."""
        if field != "see_also":
            return get_plain_value(article, field)
        names = {name for entry in self.expected["see_also"] for name in entry}
        return [{name: value for name, value in entry.items() if name in names} for entry in list_entries(article)]


def list_saved_pages(folder: Path) -> list[SavedPage]:
    """Return the saved pages in a folder of folders of sites, in the order of their names."""
    return [SavedPage(path.parent) for path in sorted(folder.glob("*/*/expected.json"))]


def get_plain_value(article: Article, field: str) -> Any:
    """Return a field as JSON holds it."""
    moments: dict[str, tuple[Moment | None, str]] = {
        "published_raw": (article.published, "raw"),
        "published_at": (article.published, "value"),
        "published_on": (article.published, "on"),
        "published_precision": (article.published, "precision"),
        "modified_at": (article.modified, "value"),
    }
    if field in moments:
        moment, name = moments[field]
        return getattr(moment, name) if moment else None
    match field:
        case "authors":
            return [author.name for author in article.authors]
        case "body":
            return article.body.split("\n\n")
        case "translations":
            return [translation.url_key for translation in article.translations]
        case "problems":
            return [problem.field for problem in article.problems]
        case "dateline_agencies":
            return list(article.dateline_agencies)
        case _:
            return getattr(article, field)


def list_entries(article: Article) -> list[dict[str, Any]]:
    """Return the See also entries of an article as JSON holds them."""
    return [
        {
            "site_key": entry.address.site_key,
            "headline": entry.headline,
            "published_raw": entry.published_raw,
            "published_at": entry.published.value if entry.published else None,
        }
        for entry in article.see_also
    ]
