"""Freezes and finds the notes of a snapshot, in the file of notes that a command means, where there is one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.cli.options.notes import get_notes_path, open_notes
from crawler.cli.output import format_count

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.snapshots.freeze import Snapshot
    from crawler.notes.freezing import Freeze


def freeze_notes_of(archive: Archive, snapshot: Snapshot) -> Freeze | None:
    """Freeze what notes have on the articles of a snapshot; None where there is no file of notes."""
    from crawler.archive.articles.identities import iter_identities
    from crawler.archive.search.selection import Selection
    from crawler.notes.freezing import freeze_notes
    from crawler.notes.records import ArticleKey

    if not get_notes_path().exists():
        return None
    frozen_articles = Selection(snapshot=snapshot.name).plan()
    keys = {ArticleKey.of(article) for article in iter_identities(archive.db, frozen_articles)}
    with open_notes("write") as notes:
        return freeze_notes(notes, snapshot.name, snapshot.uid, keys, now=datetime.now(UTC))


def find_freeze_of(snapshot: Snapshot) -> Freeze | None:
    """Return the notes that were frozen with a snapshot; None where there are none."""
    from crawler.notes.freezing import find_freeze
    from crawler.notes.records import NoSuchNote

    if not get_notes_path().exists():
        return None
    with open_notes() as notes:
        try:
            return find_freeze(notes, snapshot.uid)
        except NoSuchNote:
            return None


def describe_freeze(freeze: Freeze) -> str:
    """Return what was frozen in one line."""
    counts = f"{format_count(freeze.notes, 'note')} and {format_count(freeze.answers, 'answer')}"
    return f"sha256:{freeze.digest} ({counts}{'' if freeze.whole else ', some erased since'})"
