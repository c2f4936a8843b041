"""Copies are linked by their present texts, and by nothing else."""

from __future__ import annotations

import random

import pytest

from crawler.archive.write.articles import near_copies
from crawler.items import Fate

WORDS = [f"word{number}" for number in range(200)]
TEXT = " ".join(WORDS)
NEARLY = TEXT.replace("word100 ", "")


def copies(archive):
    return archive.db.execute(
        "SELECT a.site_key, b.site_key, n.kind FROM near_copies n JOIN articles a ON a.id = article_id"
        " JOIN articles b ON b.id = other_id ORDER BY length(a.site_key), 1, 2"
    ).fetchall()


def keep(archive, run, newsroom, *articles):
    return archive.keep([newsroom.visit(article) for article in articles], run, newsroom.now)


def test_a_reprint_with_a_few_changes_is_a_near_copy_and_not_a_duplicate(archive, run, newsroom):
    fates = keep(
        archive,
        run,
        newsroom,
        newsroom.article(9, body=TEXT, on="2022-01-01"),
        newsroom.article(5, body=NEARLY, on="2022-01-03"),
    )
    assert fates == [Fate.NEW, Fate.NEW]
    assert copies(archive) == [("9", "5", "near")]
    (similarity,) = archive.db.execute("SELECT similarity FROM near_copies").fetchone()
    assert 0.9 < similarity <= 1  # an estimate from 64 of 200 pieces


def test_the_earlier_one_comes_first_and_without_days_the_lower_number(archive, run, newsroom):
    keep(
        archive,
        run,
        newsroom,
        newsroom.article(10, body=TEXT, on=None),
        newsroom.article(9, body=NEARLY, on=None),
        newsroom.article(30, body=TEXT + " end", on="2022-01-01"),
    )
    assert copies(archive) == [("9", "10", "near"), ("30", "10", "near"), ("30", "9", "near")]


def test_a_revision_is_compared_anew(archive, run, newsroom):
    keep(archive, run, newsroom, newsroom.article(1, body=TEXT), newsroom.article(2, body=NEARLY))
    assert len(copies(archive)) == 1
    shuffled = random.Random(1).sample(WORDS, 200)
    assert keep(archive, run, newsroom, newsroom.article(2, body=" ".join(shuffled))) == [Fate.REVISED]
    assert copies(archive) == []
    keep(archive, run, newsroom, newsroom.article(2, body=NEARLY))
    assert copies(archive) == [("1", "2", "near")]
    assert keep(archive, run, newsroom, newsroom.article(2, headline="Headline of 1", body=TEXT)) == [Fate.REVISED]
    assert copies(archive) == [("1", "2", "duplicate")]


def test_a_day_learnt_later_puts_a_pair_in_order(archive, run, newsroom):
    keep(
        archive,
        run,
        newsroom,
        newsroom.article(1, body=TEXT, on="2022-05-01"),
        newsroom.article(2, body=NEARLY, on=None),
    )
    assert copies(archive) == [("1", "2", "near")]
    keep(archive, run, newsroom, newsroom.article(2, body=NEARLY, on="2022-04-01"))
    assert copies(archive) == [("2", "1", "near")]


def test_short_texts_are_never_almost_the_same(archive, run, newsroom):
    keep(
        archive,
        run,
        newsroom,
        newsroom.article(1, headline="One", body="Photo of the day from the market"),
        newsroom.article(2, headline="Two", body="Photo of the day from the market"),
    )
    assert copies(archive) == []


def test_chinese_texts_are_compared_by_character(archive, run, newsroom):
    chance = random.Random(3)
    text = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(300))
    keep(
        archive,
        run,
        newsroom,
        newsroom.article(1, body=text, language="zh"),
        newsroom.article(2, body=text[:150] + "新" + text[151:], language="zh"),
        newsroom.article(3, body="".join(sorted(text)), language="zh"),
        newsroom.article(4, body=text, language="en"),
    )
    assert copies(archive) == [("1", "2", "near")]


@pytest.mark.parametrize(("count", "most"), [(50, 20), pytest.param(250, 100, marks=pytest.mark.slow)])
def test_one_text_under_every_address_does_not_fill_the_archive_with_pairs(
    archive, run, newsroom, monkeypatch, count, most
):
    """With the usual limit, the slow case, it takes a second and a half."""
    monkeypatch.setattr(near_copies, "MAX_COPIES_LINKED", most)
    articles = (newsroom.article(key, headline="Log in", body=TEXT) for key in range(1, count + 1))
    fates = keep(archive, run, newsroom, *articles)
    assert fates == [Fate.NEW] + [Fate.DUPLICATE] * (count - 1)
    pairs = archive.db.execute("SELECT count(*), count(DISTINCT other_id) FROM near_copies").fetchone()
    assert pairs[0] < count * most < count * (count - 1) / 2  # not all pairs
    assert pairs[1] == count - 1  # but each is linked
