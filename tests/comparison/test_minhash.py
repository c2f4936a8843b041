"""When two texts are the same, and when almost."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.comparison.minhash import (
    BAND_SIZE,
    NEAR_COPY_SIMILARITY,
    SKETCH_SIZE,
    Fingerprint,
    compute_digest,
    similarity,
)

TEXT = ("Floods", "Water came.", "by Anna Pozzi", "The river rose.\n\nPeople left.")


@pytest.mark.parametrize(
    "other",
    [
        ("Floods", "Water came.", "by Anna Pozzi", "The  river\u00a0rose.\n\n\n\nPeople\u200b left."),
        (" Floods ", "Water came.", "by  Anna Pozzi", "The river rose. People left."),
    ],
)
def test_white_space_does_not_change_the_digest(other):
    assert compute_digest(*other, "en") == compute_digest(*TEXT, "en")


def test_quotation_marks_and_dashes_do_not_change_the_digest():
    printed, typed = ("“No” – he said…", None, None, "It’s so"), ('"No" - he said...', None, None, "It's so")
    assert compute_digest(*printed, "en") == compute_digest(*typed, "en")


@pytest.mark.parametrize(
    "other",
    [
        ("Flood", "Water came.", "by Anna Pozzi", "The river rose.\n\nPeople left."),
        ("Floods", "Water went.", "by Anna Pozzi", "The river rose.\n\nPeople left."),
        ("Floods", "Water came.", "by Anna Pozzí", "The river rose.\n\nPeople left."),
        ("Floods", "Water came.", "by Anna Pozzi", "The river rose.\n\nPeople left!"),
        ("Floods", "Water came. by", "Anna Pozzi", "The river rose.\n\nPeople left."),
        ("Floods", None, "by Anna Pozzi", "Water came.\n\nThe river rose.\n\nPeople left."),
    ],
)
def test_a_word_changed_or_moved_changes_the_digest(other):
    assert compute_digest(*other, "en") != compute_digest(*TEXT, "en")


def test_the_word_before_a_byline_does_not_change_the_digest():
    assert compute_digest("Floods", None, "by Anna Pozzi", "Text.", "en") == compute_digest(
        "Floods", None, "Anna Pozzi", "Text.", "en"
    )
    assert compute_digest("Floods", None, "di Anna Pozzi", "Text.", "it") == compute_digest(
        "Floods", None, "Anna Pozzi", "Text.", "it"
    )
    assert compute_digest("Floods", None, "di Anna Pozzi", "Text.", "en") != compute_digest(
        "Floods", None, "Anna Pozzi", "Text.", "en"
    )


def test_a_digest_is_sha_256_and_does_not_tell_none_from_empty():
    assert compute_digest("a", None, None, "b", "en") == compute_digest("a", "", "", "b", "en")
    assert len(compute_digest("a", None, None, "b", "en")) == 64


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
    assert similarity(Fingerprint.of(one), Fingerprint.of(other)) == alike


def edited(words, number, chance):
    words = list(words)
    for place in chance.sample(range(len(words)), number):
        words[place] = f"edit{place}"
    return " ".join(words)


def test_a_few_edits_leave_a_near_copy_and_another_report_is_none():
    chance = random.Random(7)
    words = [f"w{chance.randrange(900)}" for _ in range(300)]
    original = Fingerprint.of(" ".join(words))
    assert all(
        similarity(original, Fingerprint.of(edited(words, 4, chance))) >= NEAR_COPY_SIMILARITY for _ in range(50)
    )
    assert all(
        similarity(original, Fingerprint.of(edited(words, 60, chance))) < NEAR_COPY_SIMILARITY for _ in range(50)
    )
    # Another report of the same event has the same words, in its own order.
    for _ in range(20):
        report = Fingerprint.of(" ".join(chance.sample(words, 300)))
        assert similarity(original, report) < 0.2


def test_the_estimate_is_near_the_exact_part():
    chance = random.Random(8)
    misses = []
    for _ in range(60):
        words = [f"w{chance.randrange(4000)}" for _ in range(500)]
        other = edited(words, chance.randrange(5, 80), chance).split()
        one, two = ({tuple(tokens[at : at + 3]) for at in range(len(tokens) - 2)} for tokens in (words, other))
        exact = len(one & two) / len(one | two)
        misses.append(similarity(Fingerprint.of(" ".join(words)), Fingerprint.of(" ".join(other))) - exact)
    assert max(map(abs, misses)) < 0.2
    assert abs(sum(misses) / len(misses)) < 0.03


@given(st.text(max_size=400), st.text(max_size=400))
def test_similarity_does_not_ask_who_is_first(one, other):
    first, second = Fingerprint.of(one), Fingerprint.of(other)
    assert similarity(first, second) == similarity(second, first)
    assert 0.0 <= similarity(first, second) <= 1.0


@given(st.text(max_size=600))
def test_a_sketch_is_small_sorted_and_survives_storage(text):
    sketch = Fingerprint.of(text)
    assert len(sketch.values) <= SKETCH_SIZE
    assert list(sketch.values) == sorted(set(sketch.values))
    assert Fingerprint.from_bytes(sketch.to_bytes()) == sketch
    assert sketch.band == sketch.values[:BAND_SIZE]


def test_a_huge_text_costs_no_more_than_a_book():
    assert len(Fingerprint.of("word " * 3_000_000).values) == 1
