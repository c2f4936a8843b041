"""When two texts are almost the same."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.comparison.minhash import BAND_SIZE, NEAR_COPY_SIMILARITY, SKETCH_SIZE, Fingerprint, estimate_similarity


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "a b c e", 0.333),  # abc is shared of abc, bcd, bce
        ("a b c d e", "a b c d f", 0.5),  # abc, bcd of abc, bcd, cde, cdf
        ("a b c", "d e f", 0.0),
        ("one two", "one two", 1.0),
        ("", "", 0.0),
        ("", "a b c", 0.0),
        ("Café Zürich Łódź", "cafe zurich lodz", 1.0),
        ("香港教区", "香港教友", 0.333),  # 香港教 is shared of 香港教, 港教区, 港教友
        ("香港教区。", "香港，教区", 1.0),
    ],
)
def test_short_texts_are_compared_exactly(one, other, alike):
    assert estimate_similarity(Fingerprint.from_text(one), Fingerprint.from_text(other)) == alike


def edited(words, number, chance):
    words = list(words)
    for place in chance.sample(range(len(words)), number):
        words[place] = f"edit{place}"
    return " ".join(words)


def test_a_few_edits_leave_a_near_copy_and_another_report_is_none():
    chance = random.Random(7)
    words = [f"w{chance.randrange(900)}" for _ in range(300)]
    original = Fingerprint.from_text(" ".join(words))
    assert all(
        estimate_similarity(original, Fingerprint.from_text(edited(words, 4, chance))) >= NEAR_COPY_SIMILARITY
        for _ in range(50)
    )
    assert all(
        estimate_similarity(original, Fingerprint.from_text(edited(words, 60, chance))) < NEAR_COPY_SIMILARITY
        for _ in range(50)
    )
    # Another report of the same event has the same words, in its own order.
    for _ in range(20):
        report = Fingerprint.from_text(" ".join(chance.sample(words, 300)))
        assert estimate_similarity(original, report) < 0.2


def test_the_estimate_is_near_the_exact_part():
    chance = random.Random(8)
    misses = []
    for _ in range(60):
        words = [f"w{chance.randrange(4000)}" for _ in range(500)]
        other = edited(words, chance.randrange(5, 80), chance).split()
        one, two = ({tuple(tokens[at : at + 3]) for at in range(len(tokens) - 2)} for tokens in (words, other))
        exact = len(one & two) / len(one | two)
        misses.append(
            estimate_similarity(Fingerprint.from_text(" ".join(words)), Fingerprint.from_text(" ".join(other))) - exact
        )
    assert max(map(abs, misses)) < 0.2
    assert abs(sum(misses) / len(misses)) < 0.03


@given(st.text(max_size=400), st.text(max_size=400))
def test_similarity_does_not_ask_who_is_first(one, other):
    first, second = Fingerprint.from_text(one), Fingerprint.from_text(other)
    assert estimate_similarity(first, second) == estimate_similarity(second, first)
    assert 0.0 <= estimate_similarity(first, second) <= 1.0


@given(st.text(max_size=600))
def test_a_sketch_is_small_sorted_and_survives_storage(text):
    sketch = Fingerprint.from_text(text)
    assert len(sketch.values) <= SKETCH_SIZE
    assert list(sketch.values) == sorted(set(sketch.values))
    assert Fingerprint.from_bytes(sketch.to_bytes()) == sketch
    assert sketch.band == sketch.values[:BAND_SIZE]


def test_a_huge_text_costs_no_more_than_a_book():
    assert len(Fingerprint.from_text("word " * 3_000_000).values) == 1
