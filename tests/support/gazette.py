"""An archive of The Gazette with its captures in real WARC files, and what was put into it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.archive import Archive
from crawler.items import Article, Author, Capture, Fate
from crawler.normalisation.digest import compute_digest
from crawler.warc import Location, WarcWriter, compute_payload_digest, find_original
from crawler.warc.records import AnswerRecord
from support.newsroom import GAZETTE, Newsroom

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
AUTHORS = {
    "en": [
        Author(
            name="Ludwig van Beethoven",
            sort_name="Beethoven, Ludwig van",
            kind="person",
            printed="Ludwig van Beethoven",
        ),
        Author(name="Reuters", sort_name="Reuters", kind="agency", printed="Reuters"),
    ],
    "it": [
        Author(
            name="Maria de' Medici",
            sort_name="de' Medici, Maria",
            kind="person",
            printed="Maria de' Medici",
            honorific="Sr",
        )
    ],
    "zh": [Author(name="王志成", sort_name="王志成", kind="person", printed="王志成")],
}
BODIES = {
    "en": "The ferry crossed the harbour.\n\nNobody was late.",
    "it": "Il traghetto attraversò il porto.\n\nNessuno era in ritardo.",
    "zh": "渡輪駛過港口。\n\n沒有人遲到。",
}


@dataclass
class ArchiveBuilder:
    """Prints articles into an archive, each with a page that a server might have sent."""

    path: Path
    room: Newsroom = field(default_factory=Newsroom)
    pages: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.archive = Archive(self.path, mode="create")
        self.run = self.archive.begin_run(GAZETTE, now=NOW, settings={"contact": "editor@gazette.example"})
        self.warc = WarcWriter(self.archive.warc_folder, "gazette", started_at=NOW, info={"software": "test"})

    def print(
        self, article: Article, *, at: datetime = NOW, original: Location | None = None, status: int = 200
    ) -> Location:
        """Keep an article as a crawl does; with an ``original`` the server sent the same page, or 304, again."""
        address = self.room.address(article.site_key, article.language)
        page = f"<h1>{article.headline}</h1><p>{article.lead}".encode("utf-8", "replace")
        body = b"" if status == 304 else page
        first = None
        if original is not None:
            first = find_original(
                self.archive.warc_folder,
                original.file,
                original.offset,
                url=address.url,
                digest=compute_payload_digest(page),
            )
            assert first is not None
        place = self.warc.write(
            AnswerRecord(
                url=address.url,
                fetched_at=at,
                response_head=b"HTTP/1.1 %d OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" % status,
                body=body,
                original=first,
            ),
            b"GET / HTTP/1.1\r\nHost: gazette.example\r\n\r\n",
        )
        self.warc.flush()
        capture = Capture(
            url=address.url,
            fetched_at=at,
            status=status,
            digest=compute_payload_digest(body),
            warc_file=place.file,
            warc_offset=place.offset,
            warc_length=place.length,
        )
        fate = Fate.UNCHANGED if status == 304 else None
        visit = self.room.visit(None if fate else article, address=address, fate=fate, status=status, at=at)
        self.archive.keep([replace(visit, captures=(capture,))], self.run, at)
        return place

    def close(self) -> None:
        self.warc.close()
        self.archive.finish_run(self.run, "finished", NOW)
        self.archive.close()


def article(room: Newsroom, key: int, language: str, **more: str | None) -> Article:
    """One of the thirty articles; ``more`` replaces fields."""
    made = room.article(
        key,
        f"Headline {key}",
        BODIES[language] + f"\n\nNumber {key}.",
        language=language,
        on=None if key % 10 == 9 else f"20{10 + key % 5}-03-{1 + key % 28:02}",
        see_also=(key + 1, 900 + key),
        byline=f"by {key}",
        place="Hong Kong" if key % 3 else None,
    )
    made = replace(made, authors=tuple(AUTHORS[language]), kicker="INDIA" if key % 2 else None, **more)
    return replace(made, digest=compute_digest(made.headline, made.lead, made.byline, made.body, made.language))


def build_archive(path: Path) -> None:
    """Make the archive: ten articles in each of three languages; number 1 was edited, 2 and 3 were met again."""
    press = ArchiveBuilder(path)
    places = {}
    for number in range(30):
        language = ("en", "it", "zh")[number % 3]
        places[number] = press.print(article(press.room, number, language))
    later = NOW + timedelta(days=1)
    press.print(article(press.room, 1, "it", lead="An editor was here."), at=later)
    press.print(article(press.room, 2, "zh"), at=later, original=places[2])
    press.print(article(press.room, 3, "en"), at=later, original=places[3], status=304)
    press.close()
