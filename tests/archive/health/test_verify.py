"""Each kind of damage is found, and an intact archive has none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.index_words import replace_index_row

from crawler.errors import PayloadUnreadable, WarcDamaged
from crawler.items import Capture


@pytest.fixture
def filled(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(key, see_also=(key + 1,))) for key in (1, 2)], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(1, body="A new text."))], run, newsroom.now)
    return archive


def faults(archive, read=None):
    return [(finding.check, finding.subject, finding.message) for finding in archive.verify(read)]


def test_an_intact_archive_has_no_findings(filled):
    assert faults(filled) == []


@pytest.mark.parametrize(
    ("damage", "check", "subject", "message"),
    [
        ("UPDATE articles SET body = 'forged' WHERE id = 1", "digests", "article 1", "does not have the digest"),
        (
            "UPDATE revision_rows SET headline = 'forged' WHERE number = 1 AND article_id = 1",
            "digests",
            "article 1 revision 1",
            "does not have the digest",
        ),
        ("INSERT INTO articles_fts (rowid, body) VALUES (77, 'ghost')", "index", "articles_fts row 77", "a ghost"),
        ("DELETE FROM articles_fts_docsize WHERE id = 1", "index", "article 1", "missing from the search index"),
        (
            "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')",
            "index",
            "articles_fts",
            "2 rows were written by another program",
        ),
        (
            "DELETE FROM revision_rows WHERE number = 1 AND article_id = 1",
            "revisions",
            "article 1",
            "numbered 1 to 2; there are 1",
        ),
        ("UPDATE articles SET revisions = 3 WHERE id = 2", "revisions", "article 2", "numbered 1 to 3; there are 1"),
        (
            "UPDATE revision_rows SET number = 5 - number WHERE article_id = 1",
            "revisions",
            "article 1",
            "numbered 1 to 2",
        ),
        ("UPDATE runs SET fetched = 9", "fates", "run 1", "9 pages were fetched, but 3 have a fate"),
        ("UPDATE see_also SET target_id = NULL WHERE article_id = 1", "links", "article 1", "does not lead to"),
        ("UPDATE addresses SET article_id = NULL WHERE article_id = 2", "links", "article 2", "no address leads to it"),
        ("UPDATE see_also SET target_id = 99 WHERE article_id = 1", "keys", "see_also", "articles"),
    ],
)
def test_damage_is_found_and_named(filled, damage, check, subject, message):
    filled.db.execute("PRAGMA foreign_keys = OFF")
    filled.db.execute(damage)
    found = faults(filled)
    assert any(fault[0] == check and fault[1] == subject and message in fault[2] for fault in found), found


@pytest.mark.parametrize("changes", [{"lead": "other"}, {"body": "x"}, {"headline": ""}, {"byline": "\ue001 \ue001"}])
def test_other_words_in_the_index_are_found(filled, changes):
    replace_index_row(filled.db.conn, 1, **changes)
    filled.db.conn.commit()  # the check opens the file a second time, and would wait
    assert faults(filled) == [("index", "article 1", "the search index holds other words than the article")]


def test_captures_are_compared_with_their_records(filled, newsroom):
    rows = filled.db.execute("SELECT url FROM captures ORDER BY id").fetchall()
    good = Capture(url=rows[0][0], fetched_at=newsroom.now, status=200, digest="sha1:A")

    def intact(folder, file, offset):
        assert (folder, file, offset) == (filled.warc_folder, "a.warc.gz", 1)
        return good

    filled.db.execute("UPDATE captures SET url = ?", (good.url,))
    assert faults(filled, intact) == []
    assert "holds" in faults(filled, lambda *_: replace(good, url="https://other.example/"))[0][2]
    assert "has status 500" in faults(filled, lambda *_: replace(good, status=500))[0][2]
    assert "does not have the digest" in faults(filled, lambda *_: replace(good, digest="sha1:B"))[0][2]

    def torn(folder, file, offset):
        raise WarcDamaged("the record is cut off")

    assert [fault[2] for fault in faults(filled, torn)] == ["a.warc.gz at 1: the record is cut off"] * 3

    def as_sent(folder, file, offset):
        raise PayloadUnreadable("the server sent a damaged answer, and it is there")

    assert faults(filled, as_sent) == []
    filled.db.execute("UPDATE captures SET warc_file = NULL WHERE id = 1")
    assert "archived without its bytes" in faults(filled, intact)[0][2]


def test_many_findings_of_a_kind_end_in_a_count(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(key)) for key in range(1, 61)], run, newsroom.now)
    archive.db.execute("UPDATE articles SET digest = 'x'")
    found = [fault for fault in faults(archive) if fault[0] == "digests"]
    assert len(found) == 51
    assert found[-1] == ("digests", "archive", "10 more of this kind")


def test_a_damaged_page_of_the_file_is_reported_and_not_raised(filled):
    path = filled.path
    filled.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = filled.db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'revision_rows'").fetchone()[0]
    filled.close()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : (root - 1) * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    with type(filled)(path) as broken:
        assert {finding.check for finding in broken.verify()} >= {"file", "revisions"}
