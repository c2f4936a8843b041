"""Text: one spelling for keeping, one for comparing, one for digests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.normalisation.words.text import clean, count_words, fold, for_digest

ANY_TEXT = st.text(st.characters(), max_size=200)


@check_rows(
    ("printed", "kept"),
    [
        ("  Ferry \t strike\r\n", "Ferry strike"),
        ("Ferry\u00a0strike\u2009in\u3000port", "Ferry strike in port"),
        ("fer\u00adry\u200b \ufeffstrike\u2060", "ferry strike"),
        ("\u202eferry\u202c \u2066strike\u2069", "ferry strike"),
        ("a\u2028b\u2029c\x0bd\x85e", "a b c d e"),
        ("nul\x00l \x1b[31mred\x7f", "null [31mred"),
        ("Dalu\u0300", "Dalù"),
        ("half \ud83d pair", "half \N{REPLACEMENT CHARACTER} pair"),
        ("“Asia” — today…", "“Asia” — today…"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("fer\u200cry\u200d", "ferry"),
        ("\U0001f469\u200d\U0001f680 flies", "\U0001f469\u200d\U0001f680 flies"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_cleaning_keeps_all_that_a_reader_sees_and_nothing_else(printed: str, kept: str) -> None:
    assert clean(printed) == kept


@check_rows(
    ("printed", "folded"),
    [
        ("Dalù", "dalu"),
        ("Zażółć GĘŚLĄ", "zazolc gesla"),
        ("Ærø Straße ÞÓR Đà Nẵng", "aero strasse thor da nang"),
        ("Dıyarbakır İzmir", "diyarbakir izmir"),
        ("D’Souza", "d'souza"),
        ("Kim Hwa‑young", "kim hwa-young"),
        ("ﬁre", "fire"),
        ("ＡＦＰ", "afp"),
        ("が 한국어 亚洲", "が 한국어 亚洲"),
        ("हिन्दी", "हिन्दी"),
        ("เชียงใหม่", "เชียงใหม่"),
        ("ὈΔΥΣΣΕΎΣ", "οδυσσευσ"),
    ],
)
def test_folding_forgets_case_and_diacritics_and_keeps_letters(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Asia” — today…", '"Asia" - today...'),
        ("l’Asia", "l'Asia"),
        ("«Asia»", '"Asia"'),
        ("2014–2016", "2014-2016"),
        ("Ferry\u00a0strike", " Ferry  strike\n"),
        ("fer\u00adry", "ferry"),
        ("ﬁre", "fire"),
        ("（亚洲）", "(亚洲)"),
    ],
)
def test_typography_is_no_change_to_a_digest(one: str, other: str) -> None:
    assert for_digest(one) == for_digest(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Dalù", "Dalu"), ("Card", "card"), ("ferry", "ferries"), ("a b", "ab"), ("1,5", "1.5")]
)
def test_a_changed_word_is_a_change_to_a_digest(one: str, other: str) -> None:
    assert for_digest(one) != for_digest(other)


@check_rows(
    ("text", "number"),
    [
        ("", 0),
        ("— … *", 0),
        ("Ferry strike in port", 4),
        ("dell'Asean vice-president 3.5% U.S.", 4),
        ("port—the ferry", 3),
        ("wait…then", 2),
        ("a\n\nb", 2),
        ("亚洲新闻", 4),
        ("AsiaNews亚洲新闻，2003年。", 7),
        ("日本語のニュース", 8),
        ("한국어 신문", 2),
        ("เชียงใหม่", 1),
        ("naïve café", 2),
    ],
)
def test_words_are_counted_as_a_reader_would(text: str, number: int) -> None:
    assert count_words(text) == number


def test_the_words_of_the_seed_article_are_counted() -> None:
    shared = Path(__file__).parents[3] / "shared" / "seed" / "asianews-55331.expected.json"
    if not shared.exists():
        pytest.skip("the seed article is kept beside the project, not in it")
    lead = json.loads(shared.read_text("utf-8"))["lead"]
    assert count_words(lead) == 50


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")
    assert not any(character in once for character in "\x00\n\t\u200b\u00ad\u202e")


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_what_a_digest_sees_does_not_change_when_seen_again(text: str) -> None:
    assert for_digest(for_digest(text)) == for_digest(text)
    assert for_digest(clean(text)) == for_digest(text)


@given(ANY_TEXT)
def test_folding_makes_case_irrelevant_for_plain_letters(text: str) -> None:
    plain = "".join(character for character in text if character.isascii())
    assert fold(plain.upper()) == fold(plain.lower())


@given(st.lists(st.sampled_from(["ferry", "port", "2003", "亚", "—", " ", "…"]), max_size=20))
def test_words_add_up(parts: list[str]) -> None:
    assert count_words(" ".join(parts)) == sum(count_words(part) for part in parts)


def test_long_text_of_one_kind_is_no_trap() -> None:
    for unit in ("-", "a\u0300", "\u200b", "亚", " ", "'"):
        huge = unit * 300_000
        assert len(fold(huge)) <= len(huge)
        assert len(for_digest(huge)) <= len(huge)
        assert count_words(huge) <= len(huge)
