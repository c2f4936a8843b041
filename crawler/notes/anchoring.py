"""Puts notes beside the articles that they are on, as these are now: where a passage stands, or that it has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, Protocol

from crawler.archive import Archive
from crawler.archive.articles.identities import format_identity
from crawler.archive.articles.lookup import find_identity
from crawler.archive.articles.rows import read_rows
from crawler.archive.database import translate_errors
from crawler.notes.passages import Place, find_passage
from crawler.notes.records import ArticleKey, Field, Note

NoteState = Literal["article", "passage", "orphaned", "absent"]
"""On a whole article; on a passage that is there; on one whose words have changed; on an article not archived here."""
ARTICLES_PER_BATCH: Final = 200


class Texts(Protocol):
    """An article with its texts, or one of its versions."""

    @property
    def headline(self) -> str: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedNote:
    """A note beside its article as that is now."""

    note: Note
    state: NoteState
    place: Place | None = None
    article_id: int | None = None
    headline: str | None = None
    published_on: str | None = None

    def flatten(self) -> dict[str, Any]:
        """Return the note as a row of a table; tags are parted by semicolons."""
        note, passage = self.note, self.note.passage
        return {
            "uid": note.uid,
            **note.key._asdict(),
            "identity": format_identity(*note.key, note.revision or 1),
            "article_id": self.article_id,
            "published_on": self.published_on,
            "headline": self.headline,
            "coder": note.coder,
            "made_at": note.made_at,
            "changed_at": note.changed_at,
            "version": note.version,
            "tags": "; ".join(note.tags),
            "text": note.text,
            "state": self.state,
            "field": self.place.field if self.place else passage.field if passage else None,
            "quote": passage.quote if passage else None,
        }


def list_texts(article: Texts) -> Mapping[Field, str]:
    """Return the texts in which passages stand."""
    return {"headline": article.headline, "lead": article.lead or "", "body": article.body or ""}


def place_note(note: Note, article: Texts, **facts: Any) -> PlacedNote:
    """Return a note with the place of its passage in an article's texts."""
    if note.passage is None:
        return PlacedNote(note=note, state="article", **facts)
    place = find_passage(list_texts(article), note.passage)
    return PlacedNote(note=note, state="orphaned" if place is None else "passage", place=place, **facts)


def iter_placed_notes(archive: Archive, notes: Iterable[Note]) -> Iterator[PlacedNote]:
    """Yield notes in their order, each beside its article; an article is read once for the notes in a row on it."""
    remaining = iter(notes)
    while batch := list(islice(remaining, ARTICLES_PER_BATCH)):
        keys = dict.fromkeys(note.key for note in batch)
        with translate_errors(archive.path):
            ids = {key: find_identity(archive.db, *key) for key in keys}
            wanted = [article_id for article_id in ids.values() if article_id is not None]
            rows = {ArticleKey.of(row): row for row in read_rows(archive.db, wanted)}
        for note in batch:
            row = rows.get(note.key)
            if row is None:
                yield PlacedNote(note=note, state="absent")
            else:
                yield place_note(note, row, article_id=row.id, headline=row.headline, published_on=row.published_on)
