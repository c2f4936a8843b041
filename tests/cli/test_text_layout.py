import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crawler.cli.commands.search import mark_lines
from crawler.cli.text_layout import align_labels, format_instant, wrap_paragraph


@given(st.text(alphabet="ab é香港한\u0301 \n\U0001f600", max_size=120), st.integers(4, 30))
def test_wrapping_keeps_every_letter_and_the_width(text: str, columns: int) -> None:
    lines = list(wrap_paragraph(text, columns))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= columns for line in lines)


@given(st.text(alphabet="ab é香港 ", max_size=120), st.integers(4, 30), st.data())
def test_marked_lines_keep_every_letter_the_width_and_the_marks(text: str, columns: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    lines = list(mark_lines(text, [(start, end)], columns, mark=lambda piece: f"<{piece}>"))
    plain = [line.replace("<", "").replace(">", "") for line in lines]
    assert "".join("".join(plain).split()) == "".join(text.split())
    assert all(cell_len(line) <= columns for line in plain)
    inside = "".join(piece.partition(">")[0] for line in lines for piece in line.split("<")[1:])
    assert "".join(inside.split()) == "".join(text[start:end].split())


def test_a_pipe_gets_a_paragraph_as_one_line() -> None:
    assert list(wrap_paragraph("one two three " * 50, None)) == ["one two three " * 50]


def test_following_lines_are_indented() -> None:
    assert list(wrap_paragraph("kicker 90%, lead 80%", 12, "  ")) == ["kicker 90%,", "  lead 80%"]


def test_a_label_that_repeats_is_printed_once() -> None:
    assert list(align_labels([("author", "A"), ("author", "B"), ("id", "1")])) == [
        "author  A",
        "        B",
        "id      1",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2022-03-11T08:45:00Z", "2022-03-11 08:45 UTC"),
        ("2022-03-11T08:45:12Z", "2022-03-11 08:45:12 UTC"),
        ("2012-08-14", "2012-08-14"),
        (None, None),
    ],
)
def test_an_instant_reads_as_a_person_writes_it_and_a_day_stays_a_day(value: str | None, shown: str | None) -> None:
    assert format_instant(value) == shown
