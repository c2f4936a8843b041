"""Copies among very many: what sites do to an archive is linked at a bounded cost, and hides no other copy."""

from __future__ import annotations

import pytest

from crawler.archive.write.articles import near_copies

FRAME = [[f"frame{part}x{word}" for word in range(8)] for part in range(5)]


@pytest.fixture
def few(monkeypatch):
    """Bounds that a few dozen articles reach."""
    monkeypatch.setattr(near_copies, "MAX_OF_VALUE", 20)
    monkeypatch.setattr(near_copies, "MAX_COPIES_LINKED", 5)


def make_forecast(number):
    """Return one of many texts in a frame: three fifths of its runs of words are everybody's."""
    own = [[f"own{number}x{part}x{word}" for word in range(3)] for part in range(5)]
    return " ".join(word for frame, words in zip(FRAME, own, strict=True) for word in (*frame, *words))


def count_steps(archive, work):
    """Return the steps of SQLite's machine that some work takes, in hundreds."""
    steps = 0

    def count():
        nonlocal steps
        steps += 1
        return 0

    archive.db.conn.set_progress_handler(count, 100)
    work()
    archive.db.conn.set_progress_handler(None, 0)
    return steps


def test_a_copy_is_found_behind_any_number_of_texts_in_one_frame(archive, run, newsroom, few):
    count = 70
    archive.keep(
        [newsroom.visit(newsroom.article(key, body=make_forecast(key))) for key in range(1, count)], run, newsroom.now
    )
    assert archive.db.execute("SELECT count(*) FROM near_copies").fetchone() == (0,)
    archive.keep([newsroom.visit(newsroom.article(count, body=make_forecast(count - 1)))], run, newsroom.now)
    pairs = archive.db.execute("SELECT article_id, other_id, similarity, kind FROM near_copies").fetchall()
    assert pairs == [(count - 1, count, 1.0, "near")]


def test_the_hundredth_print_of_a_text_costs_what_the_fortieth_cost(archive, run, newsroom, few):
    def keep(first, last):
        visits = [newsroom.visit(newsroom.article(key, "Log in", make_forecast(1))) for key in range(first, last)]
        return count_steps(archive, lambda: archive.keep(visits, run, newsroom.now))

    keep(1, 40)
    early = keep(40, 50)
    keep(50, 100)
    assert keep(100, 110) <= 1.2 * early
    assert archive.count(unit="text") == 1


def test_a_pair_says_what_the_texts_have_in_common(archive, run, newsroom):
    words = [f"word{number}" for number in range(402)]
    edited = [word if position % 40 else f"other{position}" for position, word in enumerate(words, 20)]
    archive.keep(
        [
            newsroom.visit(newsroom.article(1, body=" ".join(words))),
            newsroom.visit(newsroom.article(2, body=" ".join(edited))),
        ],
        run,
        newsroom.now,
    )
    # 400 runs of three words, of which ten changed words touch three each.
    ((similarity,),) = archive.db.execute("SELECT similarity FROM near_copies").fetchall()
    assert similarity == 0.86  # 370 of 430
    assert [copy.similarity for copy in archive.prints(1).prints] == [1.0, similarity]


def test_alike_by_less_is_no_copy_whatever_the_sketches_estimate(archive, run, newsroom):
    words = [f"word{number}" for number in range(302)]
    visits = []
    for key in range(1, 21):
        edited = list(words)
        for place in range(
            key, 300, 26
        ):  # twelve places at most: 264 of 336 at least, 0.76 at most between these and the first
            edited[place] = f"other{key}x{place}"
        visits.append(newsroom.visit(newsroom.article(key, body=" ".join(edited))))
    archive.keep([*visits, newsroom.visit(newsroom.article(30, body=" ".join(words)))], run, newsroom.now)
    for first, second, similarity in archive.db.execute("SELECT article_id, other_id, similarity FROM near_copies"):
        one, other = (archive.article(number).body.split() for number in (first, second))
        shingles = [{*zip(text, text[1:], text[2:], strict=False)} for text in (one, other)]
        exact = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
        assert exact >= 0.8
        assert exact - 0.001 < similarity <= exact
