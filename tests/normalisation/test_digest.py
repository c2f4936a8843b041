"""When two texts are the same."""

from __future__ import annotations

import pytest

from crawler.normalisation.digest import compute_digest

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
