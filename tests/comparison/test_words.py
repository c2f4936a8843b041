"""Search, near copies and differences cut the same words out of a text, in every script."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.comparison.diff import split_tokens
from crawler.comparison.minhash import split_words
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.tokenizer import BARRIER, index_words, is_unspaced
from crawler.normalisation.words.variants import fold_variants

# A text, and its words cut by hand.
TEXTS = {
    "Latin": ("Zażółć gęś in Đà Nẵng, 40 boats", "zazolc ges in da nang 40 boats"),
    "Cyrillic": ("Москва: ещё 3 дня", "москва еще 3 дня"),
    "Greek": ("Η Αθήνα σήμερα", "η αθηνα σημερα"),
    "Arabic": ("السَّلام عليكم", "السلام عليكم"),
    "Hebrew": ("שָׁלוֹם לכולם", "שלום לכולם"),
    "Armenian": ("Երևան քաղաք", "երեւան քաղաք"),
    "Georgian": ("თბილისი დღეს", "თბილისი დღეს"),
    "Ethiopic": ("አዲስ አበባ", "አዲስ አበባ"),
    "Han": ("亚洲新闻,2024年", "亚 洲 新 闻 2024 年"),
    "Han beside Latin": ("去Roma看看", "去 roma 看 看"),
    "rare Han": ("𠀀𠀁和龍", "𠀀 𠀁 和 龍"),
    "kana": ("ニュースを読む", "ニ ュ ー ス を 読 む"),
    "marks of repetition": ("佐々木さん、二〇年", "佐 々 木 さ ん 二 〇 年"),
    "Hangul": ("서울의 신문 3호", "서 울 의 신 문 3 호"),
    "Thai without marks": ("ขาวสด", "ข า ว ส ด"),
    "Lao without marks": ("ປະກາດ", "ປ ະ ກ າ ດ"),
}
MARKED = {
    "Thai": ("ข่าววันที่ ๒๕", "ข่ า ว วั น ที่ ๒๕"),
    "Lao": ("ຂ່າວ ໑໒", "ຂ່ າ ວ ໑໒"),
    "Burmese": ("မြန်မာ ၁၂", "မြ န် မာ ၁၂"),
    "Khmer": ("ភ្នំពេញ ១២", "ភ្ នំ ពេ ញ ១២"),
    "Devanagari": ("हिन्दी समाचार १२", "हिन्दी समाचार १२"),
    "Tamil": ("தமிழ் செய்தி", "தமிழ் செய்தி"),
}


def search(text):
    return [word for word in index_words(text) if word != BARRIER]


def differences(text):
    """Return the words of a text as differences cut them, without its signs, folded as search folds them."""
    return [
        fold_variants(token.text).text
        for token in split_tokens(text)
        if any(map(str.isalnum, token.text)) or is_unspaced(token.text)
    ]


@check_rows("script", TEXTS)
@check_rows("cut", [search, split_words, differences])
def test_all_three_cut_the_same_words(script, cut):
    text, words = TEXTS[script]
    assert [fold_variants(word).text for word in cut(text)] == fold_variants(words).text.split()


@check_rows("script", MARKED)
@check_rows("cut", [search, differences])
def test_a_letter_keeps_its_marks_and_a_number_its_digits(script, cut):
    text, words = MARKED[script]
    assert cut(text) == fold_variants(words).text.split()


@pytest.mark.parametrize(
    ("text", "words"), [("ข่าว ๒๕", "ข ่ า ว ๒ ๕"), ("हिन्दी", "ह न द"), ("ジョン・スミス", "ジ ョ ン ・ ス ミ ス")]
)
def test_sketches_are_cut_as_those_that_archives_hold(text, words):
    """Each mark, digit and sign of a block of such a script is a word: else old sketches and new ones would not meet."""
    assert [fold(word) for word in split_words(text)] == [fold(word) for word in words.split()]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="'’.,:-"), max_size=40))
@example("🇦 flag, 😀")
def test_search_and_differences_cut_any_text_alike(text):
    """But where folding makes several words of one sign (½, ㍿), or one letter of two. Emoji are words of search alone."""
    if fold_variants(text).text == text:
        assert differences(text) == [word for word in search(text) if any(map(str.isalnum, word)) or is_unspaced(word)]
