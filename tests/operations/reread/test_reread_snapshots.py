"""A snapshot across a real reread of crawled pages: exactly what was read otherwise is named, and its undoing undoes that."""

from dataclasses import replace
from datetime import UTC, datetime

from support.archive_contents import list_columns

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.compare import verify
from crawler.archive.snapshots.freeze import find_snapshot, freeze
from crawler.normalisation.digest import compute_digest
from crawler.operations.reread.job import reread, undo_reread

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)


def with_boilerplate(reading):
    """A menu's words at the end of the body of the present version."""
    old, last = reading.columns, reading.revisions[-1]
    body = old["body"] + "\n\nShare this"
    text = {"body": body, "digest": compute_digest(old["headline"], old["lead"], old["byline"], body, "en")}
    return replace(list_columns(reading, **text), revisions=(*reading.revisions[:-1], last._replace(**text)))


def checked(path):
    with Archive(path) as archive:
        check = verify(archive.db, find_snapshot(archive.db, "all"), Selection())
    assert check.intact
    assert not check.new
    return {(difference.article_id, difference.kind, difference.detail) for difference in check.differences}


def test_a_reread_is_told_apart_from_edits_and_taken_back(path, spoil):
    texts = spoil(with_boilerplate, "language = 'en' AND id % 3 = 0")
    kickers = spoil(lambda reading: list_columns(reading, kicker="SHARE"), "language = 'en' AND id % 3 = 1")
    assert len(texts) > 10
    assert len(kickers) > 10
    with Archive(path, "write") as archive:
        freeze(archive, "all", Selection(), now=NOW)
    assert checked(path) == set()
    report = reread(path, jobs=1)
    assert report.changed == len(texts) + len(kickers)
    named = {(number, "reread", "text") for number in texts} | {(number, "reread", "metadata") for number in kickers}
    assert checked(path) == named
    undo_reread(path)
    assert checked(path) == set()
