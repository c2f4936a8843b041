"""What one archive has forgotten stays forgotten when it comes into another one that still has it."""

from __future__ import annotations

from pathlib import Path

from support.newsroom import NOW, Newsroom

from crawler.archive import Archive
from crawler.archive.merging.merge import merge_source
from crawler.archive.merging.source import read_source


def test_a_tombstone_that_comes_erases_the_article_that_is_here(
    archive: Archive, run: int, newsroom: Newsroom, tmp_path: Path
) -> None:
    for article in (newsroom.article(1), newsroom.article(2, see_also=(1,)), newsroom.article(3)):
        archive.keep([newsroom.visit(article)], run, NOW)
    archive.finish_run(run, "finished", NOW)
    with Archive(tmp_path / "other.db", "create") as other:
        other.forget(("gazette/en/1",), "asked for", NOW)
    result = merge_source(archive, read_source(tmp_path / "other.db"), {}, name="other.db", now=NOW)
    assert result.forgotten == ("gazette/en/1",)
    assert [article.site_key for article in archive.articles()] == ["2", "3"]
    assert archive.db.execute("SELECT count(*) FROM see_also").fetchone() == (0,)
    assert archive.db.execute("SELECT url_key, why FROM forgotten").fetchall() == [("gazette/en/1", "asked for")]
    # Its records, and pages that link to it, are looked for in the files of this archive.
    assert archive.db.execute("SELECT kind, file, start FROM unerased ORDER BY kind, start").fetchall() == [
        ("database", "", -1),
        ("file", "a.warc.gz", -1),
        ("record", "a.warc.gz", 1),
    ]


def test_tombstones_of_nothing_here_are_only_kept(archive: Archive, tmp_path: Path) -> None:
    with Archive(tmp_path / "other.db", "create") as other:
        other.forget(("gazette/en/1", "gazette/en/a/b/the-words-of-a-headline"), "asked for", NOW)
    source = read_source(tmp_path / "other.db")
    for _ in range(2):  # a second time they are there already
        assert merge_source(archive, source, {}, name="other.db", now=NOW).forgotten == ()
    keys = [key for (key,) in archive.db.execute("SELECT url_key FROM forgotten ORDER BY url_key")]
    assert keys[0] == "gazette/en/1"
    assert [key[:7] for key in keys[1:]] == ["sha256:"]
    assert archive.db.execute("SELECT count(*) FROM unerased").fetchone() == (0,)
