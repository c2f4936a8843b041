"""The text of an article is stored once, and every version has its own all the same, whoever changes the article."""

from __future__ import annotations

import pytest

from crawler.archive import Archive

READ = "SELECT number, headline, lead, byline, body FROM revisions WHERE article_id = 1 ORDER BY number"
STORED = "SELECT number, body FROM revision_rows WHERE article_id = 1 ORDER BY number"


@pytest.fixture
def kept(archive: Archive, run: int, newsroom) -> Archive:
    for body in ("One.", "Two."):
        article = newsroom.article(1, "Harbour", body, lead="Lead.")
        archive.keep([newsroom.visit(article)], run, newsroom.advance(hours=1))
    return archive


def test_the_newest_version_is_read_from_the_article(kept: Archive) -> None:
    assert kept.db.execute(STORED).fetchall() == [(1, "One."), (2, None)]
    assert [(row[0], row[1], row[2], row[4]) for row in kept.db.execute(READ)] == [
        (1, "Harbour", "Lead.", "One."),
        (2, "Harbour", "Lead.", "Two."),
    ]


@pytest.mark.parametrize(
    "change",
    ["headline = 'Other'", "lead = NULL", "byline = 'by nobody'", "body = 'Three.'", "headline = 'a', body = 'b'"],
)
def test_a_version_keeps_its_text_when_anybody_changes_the_article(kept: Archive, change: str) -> None:
    before = kept.db.execute(READ).fetchall()
    kept.db.execute(f"UPDATE articles SET {change}")
    assert kept.db.execute(READ).fetchall() == before


def test_what_is_no_text_may_change_and_nothing_is_copied(kept: Archive) -> None:
    kept.db.execute("UPDATE articles SET headline = headline, kicker = 'NEWS', status = 'gone'")
    assert kept.db.execute(STORED).fetchall() == [(1, "One."), (2, None)]


def test_half_a_version_cannot_be_stored(kept: Archive) -> None:
    for change in ("headline = NULL", "body = NULL", "body = NULL, headline = NULL"):
        with pytest.raises(Exception, match="CHECK"):
            kept.db.execute(f"UPDATE revision_rows SET {change} WHERE number = 1")
    kept.db.execute("UPDATE revision_rows SET headline = NULL, lead = NULL, byline = NULL, body = NULL")
    assert {row[4] for row in kept.db.execute(READ)} == {"Two."}
