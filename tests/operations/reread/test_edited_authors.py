"""Edits of authors between crawls and rereads of the practice site: taken back, nothing of them is left."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.archive_contents import TIMELESS_QUERIES, copy_archive, dump_archive

from crawler.archive import Archive
from crawler.archive.authority.authors import history, merge, rename, split, undo
from crawler.archive.authority.listing import author_list
from crawler.crawl.starting.launch import CrawlOptions, run_crawl
from crawler.operations.reread.job import reread, undo_reread
from crawler.practice import PracticeServer
from crawler.warc import read_capture

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def edit(path):
    """Merge, rename and split authors who are in pages of every language."""
    with Archive(path, "write") as archive:
        merge(archive, "N. Carvalho", "Nirmala Carvalho", why="one", now=NOW)
        merge(archive, "Paul Wang", "Li Yuan", why="a test", now=NOW)
        rename(archive, "Bernardo Cervellera", "B. C.", why="a test", now=NOW, sort_name="C., B.")
        split(archive, "B. C.", "Somebody", printed=["Bernardo Cervellera"], why="a test", now=NOW)
        rename(archive, "Melani Manel Perera", "Melani Perera", why="a test", now=NOW)


def take_back(path):
    with Archive(path, "write") as archive:
        while any(change.undone_at is None for change in history(archive)):
            undo(archive, NOW)
        assert archive.verify(read_capture) == []


def without_times(path):
    """Every table of readings, as values that do not depend on when it was crawled."""
    db = sqlite3.connect(path)
    identity = "(SELECT site || '/' || language || '/' || site_key FROM articles WHERE id = b.article_id)"
    found = {
        "authors": db.execute(TIMELESS_QUERIES["authors"]).fetchall(),
        "lines": db.execute(
            f"SELECT {identity}, a.name, a.sort_name, b.position, b.printed, b.honorific, b.order_initials, b.note,"
            " b.variant_id FROM article_authors b JOIN authors a ON a.id = b.author_id ORDER BY 1, 4"
        ).fetchall(),
        "articles": db.execute(
            "SELECT site, language, site_key, url, headline, byline, body, digest, revisions, status, published_at"
            " FROM articles ORDER BY 1, 2, 3"
        ).fetchall(),
        "variants": db.execute("SELECT * FROM author_variants").fetchall(),
    }
    db.close()
    return found


@pytest.mark.slow
def test_a_crawl_between_edit_and_undo_leaves_what_it_would_have_left_without(crawled, tmp_path):
    """Three seconds."""
    edited = copy_archive(crawled / "once.db", tmp_path / "archive.db")
    edit(edited)
    with PracticeServer() as site:
        site.phase = 2
        run_crawl(CrawlOptions(site="asianews", archive=edited, mirror=site.mirror, log_level="ERROR", refresh=True))
    with Archive(edited) as archive:
        assert {author.name for author in author_list(archive, "carvalho")} == {"Nirmala Carvalho"}
        assert not author_list(archive, "paul wang") or author_list(archive, "paul wang")[0].name == "Li Yuan"
    take_back(edited)
    assert without_times(edited) == without_times(crawled / "twice.db")


def test_a_reread_finds_nothing_to_change_after_edits(path):
    edit(path)
    before = dump_archive(path)
    assert reread(path, jobs=1).changed == 0
    assert dump_archive(path) == before


def test_a_better_reading_goes_to_the_edited_author_and_both_can_be_taken_back(path, spoil):
    right = dump_archive(path)

    def misread(reading):
        writers = tuple(replace(author, name=f"Dr {author.name}", sort_name="x") for author in reading.authors)
        return replace(reading, authors=writers)

    assert spoil(misread, "language = 'en'")
    wrong = dump_archive(path)
    with Archive(path, "write") as archive:
        rename(archive, "Dr Li Yuan", "Li Yuan the Younger", why="a test", now=NOW)
        merge(archive, "Dr Nirmala Carvalho", "Li Yuan the Younger", why="a test", now=NOW)
    edited = dump_archive(path)
    assert reread(path, jobs=1).changed > 30
    with Archive(path) as archive:
        assert author_list(archive, "nirmala carvalho")[0].name == "Nirmala Carvalho"
    undo_reread(path)
    assert dump_archive(path) == edited
    take_back(path)
    assert dump_archive(path) == wrong
    reread(path, jobs=1)
    assert dump_archive(path)["article_authors"] == right["article_authors"]
