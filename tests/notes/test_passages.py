"""A passage is found again in a text that was read anew or edited, or is said to have changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples

from crawler.notes.passages import Place, find_passage, make_passage
from crawler.notes.records import BadNote

BODY = "The ferry left. The harbour was quiet.\n\nThe ferry left again, “late” – they said."
TEXTS = {"headline": "The ferry left", "lead": "", "body": BODY}


def cut(texts, place):
    return texts[place.field][place.start : place.end]


def test_a_quotation_finds_its_place_whatever_its_blanks_quotation_marks_and_dashes():
    passage = make_passage(TEXTS, ' harbour  was quiet.\nThe ferry left again, "late" - they ')
    assert (passage.field, passage.quote) == ("body", BODY[20:-6])
    assert find_passage(TEXTS, passage) == Place("body", 20, len(BODY) - 6)


def test_of_several_places_the_context_tells_which():
    with pytest.raises(BadNote, match="2 times"):
        make_passage(TEXTS, "The ferry left")
    passage = make_passage(TEXTS, "The ferry left", suffix=" again, ")
    assert passage.start == BODY.rindex("The ferry")
    assert make_passage(TEXTS, "The ferry left", field="headline").field == "headline"


def test_what_is_not_there_is_refused():
    for quote in ("the harbor", "   ", "x" * 5001):
        with pytest.raises(BadNote):
            make_passage(TEXTS, quote)


def test_a_passage_moves_with_its_words_and_is_lost_with_them():
    passage = make_passage(TEXTS, "The ferry left", suffix=" again, ")
    edited = {**TEXTS, "body": "A word before. " + BODY.replace("quiet", "still")}
    place = find_passage(edited, passage)
    assert cut(edited, place) == "The ferry left"
    assert edited["body"][place.end :].startswith(" again")
    moved = {"headline": "", "lead": BODY, "body": ""}
    assert find_passage(moved, passage).field == "lead"
    assert find_passage({**TEXTS, "headline": "", "body": BODY.replace("ferry", "boat")}, passage) is None


@settings(max_examples=count_examples(60))
@given(st.text('ab \n“"-–', min_size=1, max_size=60), st.data())
def test_any_passage_of_any_text_is_found_where_it_was_cut(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    texts = {"body": text}
    try:
        passage = make_passage(texts, text[start:end], prefix=text[:start], suffix=text[end:])
    except BadNote:  # blanks alone, or two places that nothing tells apart
        return
    place = find_passage(texts, passage)
    assert cut(texts, place) == passage.quote
    assert passage.start == place.start
