"""What stands around each line once it has a first chance: invented pages with the numbers worked out by hand."""

from __future__ import annotations

from math import log1p

import pytest
from support.story_pages import read_lines_of

from crawler.extraction.body.surroundings import FEATURES, count_words, measure_surroundings

TEN = "one two three four five six seven eight nine ten"
HTML = f"<body><div><p>{TEN}</p><p>{TEN}.</p></div><h2>Part</h2><section><p>{TEN}?</p><ul><li>one two</li></ul></section></body>"
KINDS = [("p", "a"), ("p", "a"), ("h2", ""), ("p", "b"), ("li", "")]
CHANCES = [0.9, 0.6, 0.1, 0.85, 0.01]


@pytest.fixture
def rows() -> dict[int, dict[str, float]]:
    found = measure_surroundings(read_lines_of(HTML), KINDS, CHANCES, 0.02)
    return {index: dict(zip(FEATURES, row, strict=True)) for index, row in found.items()}


def test_only_lines_of_some_chance_are_looked_at_again(rows: dict[int, dict[str, float]]):
    assert [*rows] == [0, 1, 2, 3]


def test_a_page_without_lines_has_no_surroundings():
    assert measure_surroundings([], [], [], 0.02) == {}


def test_lines_know_the_chances_of_their_neighbours(rows: dict[int, dict[str, float]]):
    names = ("third_before", "second_before", "before", "chance", "after", "second_after", "third_after")
    assert [rows[1][name] for name in names] == [0, 0, 0.9, 0.6, 0.1, 0.85, 0.01]
    assert [rows[index]["neighbour_most"] for index in rows] == [0.6, 0.9, 0.85, 0.1]


def test_means_are_weighed_by_words(rows: dict[int, dict[str, float]]):
    """Ten words each; the heading counts as one, the list item as two."""
    assert [rows[index]["parent_chance"] for index in (0, 1)] == pytest.approx([0.75, 0.75])
    assert rows[3]["parent_chance"] == pytest.approx(0.85)
    assert rows[0]["kind_chance"] == pytest.approx(0.75)
    assert rows[0]["tag_chance"] == pytest.approx((0.9 + 0.6 + 0.85) / 3)


def test_lines_know_how_much_body_is_before_and_after(rows: dict[int, dict[str, float]]):
    body = 9 + 6 + 0.1 + 8.5 + 0.02
    assert rows[1]["body_before"] == pytest.approx(log1p(9))
    assert rows[1]["body_after"] == pytest.approx(log1p(0.1 + 8.5 + 0.02))
    assert rows[1]["body_before_share"] == pytest.approx(9 / body)
    assert [row["page_body"] for row in rows.values()] == pytest.approx([log1p(body)] * 4)
    assert {row["longest_chance"] for row in rows.values()} == {0.9}


def test_lines_know_how_far_sure_body_is(rows: dict[int, dict[str, float]]):
    """The first and the fourth line are sure; thirty lines are as far as none."""
    assert [rows[index]["lines_to_body_before"] for index in rows] == [30, 1, 2, 3]
    assert [rows[index]["lines_to_body_after"] for index in rows] == [3, 2, 1, 30]
    assert [rows[index]["between_body"] for index in rows] == [0, 1, 1, 0]
    assert [rows[index]["gap"] for index in rows] == [33, 3, 3, 33]
    assert [rows[index]["headings_before_body"] for index in rows] == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 1), ("boat", 1), ("the night boat", 3), ("夜" * 40, 5), ("a " * 300, 100), ("x" * 5000, 100)],
)
def test_words_are_counted_roughly(text: str, words: float):
    assert count_words(text) == words


def test_every_line_has_a_number_for_every_feature():
    found = measure_surroundings(read_lines_of(HTML), KINDS, CHANCES, 0.0)
    assert {len(row) for row in found.values()} == {len(FEATURES)}
    assert len({*FEATURES}) == len(FEATURES)
