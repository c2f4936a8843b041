"""Edits are classed by hand-written rules: each row is an edit as a newsroom makes it, and the word for it."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.comparison import diff
from crawler.comparison.alignment import MOST_EDITS
from crawler.comparison.diff import diff_paragraphs, diff_words, split_tokens
from crawler.comparison.edits import EditKind, classify_edit, count_words_changed, is_misspelling, is_withdrawal


@dataclass(frozen=True)
class Version:
    headline: str = "Harbour committee meets for the ninth time"
    lead: str | None = "The committee did not come to a vote."
    byline: str | None = "by Ann Example"
    body: str = (
        "The meeting of the harbour committee ended after nine hours without a vote.\n\n"
        "Its chair, Peter Marsh, said that the 40 boats would be painted in spring, whatever the weather did.\n\n"
        "Neighbours had brought soup and bread, and stayed until the last lamp went out over the quay.\n\n"
        "The next meeting is on 3 May. The government of the province will send an observer, as it did in 2009."
    )


FIRST = Version()


def edited(old, new):
    assert old in FIRST.body
    return replace(FIRST, body=FIRST.body.replace(old, new))


CASES = [
    # spelling
    ("a letter too few", replace(FIRST, body=FIRST.body.replace("committee", "comittee")), "typo"),
    ("two letters swapped", edited("government", "govenrment"), "typo"),
    ("a word printed twice", edited("until the last", "until the the last"), "typo"),
    ("a comma", edited("in spring, whatever", "in spring whatever"), "typo"),
    ("a capital", edited("government", "Government"), "typo"),
    ("an accent", edited("quay", "quày"), "typo"),
    ("two words that are one", edited("without", "with out"), "typo"),
    ("a paragraph split in two", edited("3 May. The", "3 May.\n\nThe"), "typo"),
    ("a misprint in the headline", replace(FIRST, headline="Harbour comittee meets for the ninth time"), "typo"),
    ("the prefix of the byline", replace(FIRST, byline="Ann Example"), "typo"),
    ("the lead read as body", replace(FIRST, lead=None, body=f"{FIRST.lead}\n\n{FIRST.body}"), "typo"),
    # the headline
    ("another headline", replace(FIRST, headline="No vote after nine hours"), "headline"),
    ("another headline and a comma", replace(edited("bread, and", "bread and"), headline="No vote again"), "headline"),
    # facts
    ("a number", edited("40 boats", "14 boats"), "correction"),
    ("a year", edited("2009", "2008"), "correction"),
    ("a name", edited("Peter Marsh", "Petra Marsh"), "correction"),
    ("one letter of a name", edited("Marsh", "Marsch"), "correction"),
    ("a short word", edited("over the quay", "near the quay"), "correction"),
    ("a not", edited("would be", "would not be"), "correction"),
    ("a writer added", replace(FIRST, byline="by Ann Example and Joe Bloggs"), "correction"),
    ("a headline and a fact", replace(edited("40 boats", "14 boats"), headline="No vote again"), "correction"),
    (
        "a notice",
        edited(
            "in 2009.",
            "in 2009.\n\nCorrection: an earlier version of this article named another chair, and "
            + "said much that was wrong " * 9,
        ),
        "correction",
    ),
    # substance
    (
        "a paragraph added",
        edited(
            "over the quay.",
            "over the quay.\n\nAt midnight the mayor came and promised new lamps for all of the boats.",
        ),
        "substance",
    ),
    (
        "a paragraph dropped",
        edited("Neighbours had brought soup and bread, and stayed until the last lamp went out over the quay.\n\n", ""),
        "substance",
    ),
    (
        "written anew",
        replace(FIRST, body="Nothing of the old text is left here, but it is about as long as it was before. " * 4),
        "substance",
    ),
    # withdrawn
    (
        "a notice in its place",
        replace(FIRST, lead=None, body="This article has been withdrawn by the editors."),
        "unpublished",
    ),
    ("nothing left", replace(FIRST, lead=None, body="See above."), "unpublished"),
]


@check_rows(("what", "after", "kind"), CASES, ids=[case[0] for case in CASES])
def test_an_edit_has_its_word(what, after, kind):
    assert classify_edit(FIRST, after, "en") == kind


def test_a_word_printed_twice_is_a_misprint_once_it_is_gone():
    assert classify_edit(edited("the last", "the the last"), FIRST) is EditKind.TYPO


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("香港的渔民昨天说，他们的船都在港口里。", "香港的渔民今天说，他们的船都在港口里。", EditKind.CORRECTION),
        ("香港的渔民昨天说，他们的船都在港口里。", "香港的渔民昨天说、他们的船都在港口里。", EditKind.TYPO),
        ("Il governo ha detto di sì.", "Il goveno ha detto di si.", EditKind.TYPO),
        ("È costato 5 €.", "È costato 5 $.", EditKind.CORRECTION),
    ],
)
def test_edits_in_other_scripts_and_signs(before, after, kind):
    assert classify_edit(replace(FIRST, lead=None, body=before), replace(FIRST, lead=None, body=after)) is kind


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("recieve", "receive", True),
        ("Zażółć", "zazolc", True),
        ("soldier", "soldiers", True),
        ("legal", "illegal", False),
        ("million", "billion", False),
        ("not", "now", False),
        ("5", "6", False),
        ("3.5", "35", False),
        ("administration", "adminstraton", True),
        ("agreed", "argues", False),
        ("", "word", False),
    ],
)
def test_a_misspelling_is_told_from_another_word(one, other, same):
    assert is_misspelling(one, other) is same
    assert is_misspelling(other, one) is same


@pytest.mark.parametrize(
    "notice",
    [
        "This story was removed at the request of the author.",
        "L'articolo è stato ritirato dalla redazione.",
        "El artículo ha sido retirado.",
        "本文已被撤回。",
    ],
)
def test_a_notice_of_withdrawal_is_known_in_every_language(notice):
    assert is_withdrawal(notice, 300)
    assert not is_withdrawal(notice + " It goes on." * 40, 300)
    assert not is_withdrawal("The minister has been withdrawn from the list.", 300)


def test_unchanged_paragraphs_stay_and_changed_words_are_marked():
    found = diff_paragraphs("One stays.\n\nTwo dogs ran.\n\nThree.", "One stays.\n\nTwo cats ran away.\n\nThree.")
    assert [passage.changed for passage in found] == [False, True, False]
    assert [(part.kind, part.text) for part in found[1].parts] == [
        ("equal", "Two"),
        ("delete", " dogs"),
        ("insert", " cats"),
        ("equal", " ran"),
        ("insert", " away"),
        ("equal", "."),
    ]


words = st.lists(st.sampled_from(["a", "b", "the", "Han", "香", "1,200", ".", "“", "\n\n"]), max_size=40).map(" ".join)


@given(words, words)
def test_what_stayed_and_left_is_the_old_text_and_what_stayed_and_came_the_new(old, new):
    made = diff_words(old, new)
    came = [token.text for change in made for token in (*change.stayed, *change.came)]
    left = [token.key for change in made for token in (*change.stayed, *change.left)]
    skip = {"\n\n"}
    assert [text for text in came if text not in skip] == [t.text for t in split_tokens(new) if t.text not in skip]
    assert [key for key in left if key not in skip] == [t.key for t in split_tokens(old) if t.text not in skip]


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_is_too_odd(old, new):
    assert count_words_changed(old, new) >= 0
    assert count_words_changed(old, old) == 0
    diff_paragraphs(old, new)


def test_texts_that_have_nothing_in_common_are_replaced_as_a_whole():
    old, new = (" ".join(f"{letter}{at}" for at in range(10_000)) for letter in "ab")
    (passage,) = diff_paragraphs(old, new)
    assert [part.kind for part in passage.parts] == ["delete", "insert"]
    assert count_words_changed("x " * 5000, "y x " * 5000) >= MOST_EDITS


@check_rows(
    ("space", "words"),
    [(" ", [f"word{at * at % 4001}" for at in range(4000)]), ("", [chr(0x4E00 + at) for at in range(4000)])],
)
def test_scattered_edits_of_a_long_text_leave_the_rest_of_it_unmarked(space, words):
    """Far more edits than the shortest path is looked for: one word in nine, in one paragraph."""
    edited = [f"新{at}新" if at % 9 == 4 else word for at, word in enumerate(words)]
    (passage,) = diff_paragraphs(space.join(words), space.join(edited))
    sizes = {kind: sum(len(part.text) for part in passage.parts if part.kind == kind) for kind in ("equal", "delete")}
    assert sizes["delete"] < 0.2 * sizes["equal"]


def test_paragraphs_that_stay_between_very_many_new_ones_stay():
    old = [f"Paragraph {at} stays." for at in range(200)]
    new = [text for at, kept in enumerate(old) for text in (f"New {at}.", kept, f"And {at} more.")]
    found = diff_paragraphs("\n\n".join(old), "\n\n".join(new))
    assert [passage.parts[0].text for passage in found if not passage.changed] == old


@check_rows(
    ("old", "new", "expected"),
    [
        ("A B C", "B C A", ["-moved", "=", "=", "+moved"]),
        ("A B C", "C A B", ["+moved", "=", "=", "-moved"]),
        ("A B C D", "X C D A", ["-moved", "-+", "=", "=", "+moved"]),  # the next one is another
        ("A B C D", "C D X A Y", ["-", "=", "=", "+"]),  # among others that came: not told
        ("A A B C", "B C A", ["-", "=", "=", "+"]),  # which of the two?
        ("* B C", "B C *", ["-", "=", "=", "+"]),  # a rule of signs is no text
        ("A B C", "B C", ["-", "=", "="]),
    ],
)
def test_a_paragraph_that_moved_leaves_its_old_place_and_comes_at_its_new_one(old, new, expected):
    texts = [
        "\n\n".join("***" if name == "*" else f"{name} has {name}0 and {name}1." for name in names.split())
        for names in (old, new)
    ]
    signs = {"equal": "=", "delete": "-", "insert": "+"}
    assert [
        "".join(
            dict.fromkeys(signs[part.kind] for part in passage.parts if part.kind != "equal" or not passage.changed)
        )
        + (passage.remark or "")
        for passage in diff_paragraphs(*texts)
    ] == expected


@pytest.mark.parametrize(
    ("words", "characters"), [(20_000, 200_000), pytest.param(200_000, diff.MOST_CHARACTERS, marks=pytest.mark.slow)]
)
def test_the_longest_changes_of_long_texts_are_not_compared_word_by_word(words, characters, monkeypatch):
    """The short change is shown to the word, and the texts are whole. With the usual limit it takes two seconds."""
    monkeypatch.setattr(diff, "MOST_CHARACTERS", characters)
    long_one, long_other = (" ".join(f"{letter}{at}" for at in range(words)) for letter in "ab")
    old, new = f"{long_one}\n\nIt stays.\n\nTwo dogs ran.", f"{long_other}\n\nIt stays.\n\nTwo cats ran."
    found = diff_paragraphs(old, new)
    assert [passage.remark for passage in found] == ["too-long", None, None]
    assert [(part.kind, part.text) for part in found[0].parts] == [("delete", long_one), ("insert", long_other)]
    assert [part.text for part in found[2].parts] == ["Two", " dogs", " cats", " ran."]
    assert count_words_changed(old, new) >= words
