import json
import time
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.output import format_count, strip_controls, to_json, to_one_line
from crawler.items import Fate


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("Peace \x1b[31mtalks\x1b[0m", "Peace talks"),
        ("\x1b]0;owned\x07Title", "Title"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x9b2Jb", "ab"),
        ("a\x1bPpayload\x1b\\b", "ab"),
        ("a\x1bcb", "ab"),
        ("bell\x07, back\x08, return\r", "bell, back, return"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("half a letter \ud83d", "half a letter "),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("香港 – café «ł»", "香港 – café «ł»"),
    ],
)
def test_text_of_a_page_cannot_command_a_terminal(printed: str, shown: str) -> None:
    assert strip_controls(printed) == shown


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_control_character_is_left_whatever_comes(text: str) -> None:
    left = {character for character in strip_controls(text) if unicodedata.category(character) in ("Cc", "Cs")}
    assert left <= {"\n", "\t"}


@pytest.mark.parametrize("start", ["\x1b]", "\x9d", "\x1bP", "\x9b", "\x1b[1;", "\x1b"])
@pytest.mark.parametrize("times", [100_000, pytest.param(500_000, marks=pytest.mark.slow)])
def test_many_unfinished_sequences_are_read_in_no_time(start: str, times: int) -> None:
    """Five times as many, the slow cases, take half a second."""
    began = time.process_time()
    left = strip_controls(start * times)
    assert time.process_time() - began < 5
    assert set(left) <= set("1;")


def test_text_after_an_unfinished_sequence_is_kept() -> None:
    assert strip_controls("Peace \x1b]talks in Geneva") == "Peace talks in Geneva"


def test_a_field_is_printed_on_one_line() -> None:
    assert to_one_line("  A\n headline\x0b of   three\tlines ") == "A headline of three lines"


def test_json_loses_nothing_and_cannot_command_a_terminal() -> None:
    headline = "a\x1b[2J\x9b\x7f\u202e 香港"
    text = to_json({"headline": headline})
    assert json.loads(text) == {"headline": headline}
    assert not set(text) & set("\x1b\x9b\x7f\u202e")
    assert "香港" in text


def test_records_become_objects_with_all_their_fields() -> None:
    @dataclass(frozen=True)
    class Row:
        path: Path
        day: date
        fates: dict[Fate, int]
        names: tuple[str, ...]
        nothing: None = None

    row = Row(Path("a/b"), date(2022, 3, 11), {Fate.NEW: 3}, ("x", "y"))
    assert json.loads(to_json([row])) == [
        {"path": "a/b", "day": "2022-03-11", "fates": {"new": 3}, "names": ["x", "y"], "nothing": None}
    ]


def test_counts_read_as_english() -> None:
    assert [format_count(count, "article") for count in (0, 1, 12345)] == ["0 articles", "1 article", "12,345 articles"]
