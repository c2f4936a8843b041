"""What a rereading came to: counts, and examples of what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.archive.articles.readings import FirstReading, LostArticle
from crawler.engines.quarantine import PoisonRecord
from crawler.rereading.rereader import ChangedArticle

MOST_LOST: Final = 100
"""The most lost and found pages that are named one by one; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One difference of one article."""

    article_id: int
    url: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PoisonPage:
    """A stored page that ends the process that reads it, by its own fault or by ours; it is left as archived."""

    url: str
    file: str | None
    offset: int | None
    reason: str


@dataclass(slots=True, kw_only=True)
class RereadReport:
    """The counts and examples of a rereading."""

    articles: int = 0
    """Archived articles whose stored pages were read."""
    changed: int = 0
    found: int = 0
    """Stored pages that had no article, and are articles by today's rules."""
    lost: int = 0
    """Articles whose stored page is not read as that article any more; they are not changed."""
    fields: dict[str, int] = field(default_factory=dict)
    """Field → articles that differ in it."""
    examples: dict[str, list[FieldDifference]] = field(default_factory=dict)
    found_pages: list[str] = field(default_factory=list)
    lost_pages: list[LostArticle] = field(default_factory=list)
    poison: list[PoisonPage] = field(default_factory=list)
    """Pages that could not be read without the end of the process; an article of theirs is lost, too."""
    reread_id: int | None = None
    """The number of the rereading, when it changed the archive."""
    jobs: int | None = 1
    """Processes of this machine; None where those of a scheduler worked."""
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """2 when pages are no longer read, which a person should look at."""
        return 2 if self.lost or self.poison else 0

    def count(self, outcome: ChangedArticle | LostArticle | FirstReading, examples: int) -> None:
        """Add an outcome; of each field so many examples are kept."""
        match outcome:
            case LostArticle():
                self.lost += 1
                if len(self.lost_pages) < MOST_LOST:
                    self.lost_pages.append(outcome)
            case FirstReading():
                self.found += 1
                if len(self.found_pages) < MOST_LOST:
                    self.found_pages.append(outcome.article.url)
            case ChangedArticle():
                self.changed += 1
                for name, before, after in outcome.fields:
                    self.fields[name] = self.fields.get(name, 0) + 1
                    differences = self.examples.setdefault(name, [])
                    if len(differences) < examples:
                        article_id = outcome.change.article_id
                        differences.append(
                            FieldDifference(article_id=article_id, url=outcome.url, before=before, after=after)
                        )

    def count_poison(self, record: PoisonRecord) -> None:
        """Add a page that ended the process that read it."""
        place, reason = record.place, describe_end(record)
        url = place["url"]
        self.poison.append(PoisonPage(url=url, file=place["file"], offset=place["offset"], reason=reason))
        if place["article_id"] is not None:
            self.count(LostArticle(article_id=place["article_id"], url=url, reason=reason), examples=0)

    def sort_fields(self) -> None:
        """Put the fields in order: those first in which most articles differ."""
        self.fields = dict(sorted(self.fields.items(), key=lambda item: (-item[1], item[0])))

    def summarise(self, versions: Mapping[str, str]) -> Mapping[str, Any]:
        """Return what the archive keeps of it."""
        return {
            "articles": self.articles,
            "changed": self.changed,
            "found": self.found,
            "lost": self.lost,
            "fields": json.dumps(self.fields),
            "versions": json.dumps(dict(versions)),
        }


def describe_end(record: PoisonRecord) -> str:
    """Return in words how reading a page ended its process."""
    match record.end:
        case "time":
            return "reading it takes too long"
        case "memory":
            return "reading it takes too much memory"
        case _:
            return f"reading it ends the program ({record.signal or 'by itself'})"
