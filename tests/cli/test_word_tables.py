"""Tables of words for people: within 80 columns, and what stands above them is true."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from crawler.cli.options.words import MEASURE_NAMES
from crawler.research.words import stop_words

Run = Callable[..., Result]


def test_a_table_fits_80_columns_whatever_the_measure(ask: Run) -> None:
    for measure in MEASURE_NAMES:
        for command in ("keyness", "collocations"):
            printed = ask(command, "boat", "--language", "en", "--min", "1", "--measure", measure)
            assert printed.exit_code == 0, printed.stderr
            assert max(map(len, printed.stdout.splitlines()[1:])) <= 80, (command, measure)


def test_scores_of_one_column_have_as_many_decimals(ask: Run) -> None:
    for measure, decimals in (("ll", 2), ("dice", 4)):
        lines = ask("collocations", "boat", "--min", "1", "--measure", measure).stdout.splitlines()[2:6]
        assert {len(line.split()[0].partition(".")[2]) for line in lines} == {decimals}


def test_a_small_probability_is_not_printed_as_none(ask: Run) -> None:
    """A word of a log-likelihood of 25 and more is there by chance once in two million times."""
    for word in json.loads(ask("keyness", "boat", "--language", "en", "--min", "1", "--json").stdout):
        assert word["p_value"] == pytest.approx(math.erfc(math.sqrt(word["score"] / 2)), rel=1e-4)
        assert word["p_value"] <= word["q_value"]


def test_a_stop_list_that_never_ends_or_has_no_name_is_refused(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_bytes(b"word\n" * 2_000_001)
    for name in ("/dev/zero", str(tmp_path / "long.txt")):
        printed = ask("words", "--stop-words", name)
        assert printed.exit_code == 1
        assert f"{name} is no list of words: it is larger than 10,000,000 bytes" in printed.stderr
    assert "--stop-words takes a file, not ''" in ask("words", "--stop-words", "").stderr


def test_nothing_is_left_out_by_lists_that_are_not_there(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "stopwordsiso", None)
    printed = ask("words", "--stop-words", stop_words.PACKAGED)
    assert (printed.exit_code, printed.stdout) == (1, "")
    assert printed.stderr == "seealso: this needs stopwordsiso: pip install stopwordsiso\n"


def test_words_that_may_be_chance_are_said_to_be_left_out(ask: Run) -> None:
    printed = ask("keyness", "boat", "--language", "en", "--max-q", "0")
    assert "that are used more, none has a q of 0 or less" in printed.stdout
    printed = ask("collocations", "boat", "--language", "en", "--max-q", "0", "--window", "1")
    assert "that stand there, none has a q of 0 or less" in printed.stdout


def test_what_is_no_number_is_said_in_words(ask: Run) -> None:
    assert "'many' is not a valid whole number" in ask("words", "--limit", "many").stderr
    assert "0 is not in the range x>=1" in ask("words", "--min", "0").stderr
