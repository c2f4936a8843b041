"""Whoever types one spelling of a word finds the articles that print another, and sees what is printed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.search.query import Term
from crawler.archive.search.query_parser import parse_query
from crawler.archive.search.selection import Selection
from crawler.archive.search.spelling import suggest_query
from crawler.normalisation.words.tokenizer import find_tokens, index_words
from crawler.research.kwic import concordance
from crawler.research.words.frequencies import count_corpus_frequencies
from crawler.research.words.tokens import TokenRule

# Sentences of our own with a gap for a word, and the spellings of that word.
SENTENCES = {
    "he": ("דובר {} מסר הודעה על הסירה.", ['צה"ל', "צה״ל", "צה”ל"]),
    "he-foreign": ("ראינו {} ליד הנמל.", ["ג'ירפה", "ג׳ירפה", "ג’ירפה"]),
    "ar": ("افتتحت {} قرب الميناء.", ["المدرسة", "المدرسه", "المَدْرَسَة", "المـدرسة"]),
    "ar-alef": ("قال {} إن القارب وصل.", ["أحمد", "احمد", "ٱحمد"]),
    "fa": ("این {} در بندر ماند.", ["کشتی", "كشتي", "كشتى"]),
    "fa-half-space": ("قایق {} آرام.", ["می\u200cرود", "می رود"]),
    "ur": ("بندرگاہ پر {} تھی۔", ["ہوا", "ھوا", "هوا"]),
    "digits": (
        "The ferry of {} boats was painted.",
        ["3512", "٣٥١٢", "۳۵۱۲", "३५१२", "৩৫১২", "၃၅၁၂", "๓๕๑๒", "３５１２"],
    ),
    "ayn": (
        "The school read from the {} at noon.",
        ["Qur'an", "Qur’an", "Qurʾan", "Qurʾān", "Qurʼan", "Qurʻan", "Qur`an", "Quran"],
    ),
    "vowels": ("The {} school stood beside the pier.", ["Shi'a", "Shia", "Shiʿa", "Shiʿā", "Shi`a", "Shi’a"]),
    "hi": ("नाव पर {} का गीत था।", ["हिन्दी", "हिंदी"]),
    "hi-nukta": ("नदी के पास {} लगा।", ["बाज़ार", "बाज\u093cार", "बाजार"]),
    "bn": ("নদীর ধারে {} হলো।", ["উৎসব", "উত্\u200dসব", "উত্সব"]),
    "ml": ("പുഴയിൽ {} തോണി തുഴഞ്ഞു.", ["അവൻ", "അവന്\u200d"]),
    "ta": ("ஆற்றில் {} படகு வந்தது.", ["ஸ்ரீ", "ஶ்ரீ"]),
    "si": ("ගඟේ {} ඔරුව.", ["ශ්\u200dරී", "ශ්රී"]),
    "th": ("เรือเต็มไปด้วย{}ทั้งวัน", ["น้ำ", "น้ํา"]),
    "zh": ("老人在{}等船。", ["臺灣漁港", "台灣漁港", "台湾渔港", "台灣渔港"]),
    "emoji": ("The lamps were lit {} on the pier.", ["👍", "👍🏽", "👍\ufe0f"]),
    "emoji-zh": ("渡船到了{}人们笑了。", ["❤️", "❤"]),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    from support.newsroom import GAZETTE, NOW, Newsroom

    newsroom = Newsroom()
    with Archive(tmp_path_factory.mktemp("variants") / "archive.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        key = 0
        for sentence, spellings in SENTENCES.values():
            for spelling in spellings:
                key += 1
                text = sentence.format(spelling)
                article = newsroom.article(
                    key, text, f"Ahead of it. {text}\n\n{text}", place=spelling if spelling[0].isalpha() else None
                )
                archive.keep([newsroom.visit(article)], run, NOW)
        article = newsroom.article(key + 1, "Nothing of the kind", "A plain text about 22 lamps and a boat. 我们等。")
        archive.keep([newsroom.visit(article)], run, NOW)
        yield archive


def list_keys(kind):
    """Return the keys of the articles of a kind."""
    first = 1
    for name, (_, spellings) in SENTENCES.items():
        if name == kind:
            return list(range(first, first + len(spellings)))
        first += len(spellings)
    raise AssertionError(kind)


def find(library, query):
    return sorted(int(hit.site_key) for hit in library.search(query, limit=99))


def make_query(kind, spelling):
    """Return a spelling as people type it: with the space or apostrophe of a keyboard it is a phrase."""
    return f'"{spelling}"' if " " in spelling else spelling


@check_rows("kind", SENTENCES)
def test_each_spelling_finds_each_other_and_nothing_else(library, kind):
    keys = list_keys(kind)
    for spelling in SENTENCES[kind][1]:
        query = make_query(kind, spelling)
        assert parse_query(query).problems == (), query
        assert find(library, query) == keys, query
        assert find(library, f"headline:{query}") == find(library, f"body:{query}") == keys, query
        assert library.count(query) == len(keys), query
        assert find(library, f"boat -{query}") == [key for key in find(library, "boat") if key not in keys]


@check_rows("kind", SENTENCES)
def test_a_phrase_with_any_spelling_is_found(library, kind):
    sentence, spellings = SENTENCES[kind]
    for spelling in spellings:
        phrase = sentence.format(spelling).rstrip(".。۔।")
        assert find(library, f'"{phrase}"') == list_keys(kind), phrase


@check_rows("kind", [kind for kind in SENTENCES if kind not in ("th", "zh", "emoji-zh")])
def test_a_word_near_any_spelling_is_found(library, kind):
    sentence, spellings = SENTENCES[kind]
    last = sentence.rstrip(".۔।").split()[-1]
    for spelling in spellings:
        near = f"NEAR({make_query(kind, spelling)} {last}, 8)"
        assert find(library, near) == list_keys(kind), near


def strip_invisible(text):
    return text.strip("\u200c\ufe0f")


@check_rows("kind", SENTENCES)
def test_what_is_marked_is_what_is_printed(library, kind):
    spellings = SENTENCES[kind][1]
    for spelling in spellings:
        for hit in library.search(make_query(kind, spelling), limit=99):
            printed = spellings[list_keys(kind).index(int(hit.site_key))]
            marked = [hit.headline[start:end] for start, end in hit.headline_spans]
            marked += [hit.snippet.text[start:end] for start, end in hit.snippet.spans]
            assert len(marked) >= 2
            for part in marked:
                assert strip_invisible(part) == strip_invisible(clean(printed)), (spelling, printed, part)


@check_rows("kind", SENTENCES)
def test_a_concordance_has_a_line_for_each_place(library, kind):
    keys, spellings = list_keys(kind), SENTENCES[kind][1]
    for spelling in spellings:
        lines = list(concordance(library, Selection(query=make_query(kind, spelling)), 60))
        assert len(lines) == 3 * len(keys)  # one in the headline, two in the body
        assert {strip_invisible(line.key) for line in lines} == {
            strip_invisible(clean(printed)) for printed in spellings
        }


def clean(text):
    from crawler.normalisation.words.text import clean

    return clean(text)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("المدر*", "ar"),
        ("احم*", "ar-alef"),
        ("صه*", None),
        ("צה*", "he"),
        ("351*", "digits"),
        ("٣٥*", "digits"),
        ("हिन्*", None),  # the nasal of the whole word is an anusvara, and half of a sign is no prefix of it
        ("हिं*", "hi"),
        ("臺灣*", "zh"),
        ("Qurʾa*", "ayn"),
    ],
)
def test_a_prefix_is_folded_as_a_word_is(library, query, kind):
    assert find(library, query) == (list_keys(kind) if kind else [])


def test_places_are_filtered_in_any_spelling(library):
    for kind in ("zh", "ar", "he", "ayn"):
        for spelling in SENTENCES[kind][1]:
            value = spelling if '"' not in spelling else f'"{spelling}"'
            assert find(library, f"place:{value}") == list_keys(kind), spelling
            assert find(library, f"place:={value}") == list_keys(kind), spelling
            assert sorted(int(hit.site_key) for hit in library.search("", limit=99, place=spelling)) == list_keys(kind)


def test_words_are_counted_once_for_all_spellings(library):
    frequencies = count_corpus_frequencies(library.db, Selection(), TokenRule(ngrams=1))
    assert frequencies.words["3512"] == 3 * len(SENTENCES["digits"][1])
    assert frequencies.words["👍"] == 3 * len(SENTENCES["emoji"][1])
    assert frequencies.words["صهل"] == 0


def test_a_suggestion_is_printed_as_an_article_prints_it(library):
    assert suggest_query(library.db, Selection(query="臺漁灣")) in ("臺灣漁", "台灣漁", "台湾渔", "台灣渔")
    assert suggest_query(library.db, Selection(query="老人在台弯")) in ("老人在臺灣", "老人在台灣", "老人在台湾")


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ('צה"ל', 0),
        ('"צה"ל"', 0),
        ('ב"דבר" נמל', 0),
        ('headline:צה"ל OR author:"רס"ן לוי"', 0),
        ('NEAR(צה"ל "בג"ץ אמר", 3)', 0),
        ('(צה"ל) -צה"ל*', 0),
        ('צָה"ל', 0),
        ('ג"הג"א', 0),
        ('"צה"ל', 1),
        ('צה" ל', 1),
    ],
)
def test_a_mark_between_hebrew_letters_opens_no_phrase(query, problems):
    assert len(parse_query(query).problems) == problems, parse_query(query)


WORDS = st.sampled_from(
    ("אהלצםבּ\"״'׳ג", "ab'’ʾʿéßu", "اآىکكهةھءَّ\u200c٢", "अनदतमक़्ँा\u200d", "臺台灣中ｶﾞ", "🙏👍🏽❤️🇮🇹")
).flatmap(lambda script: st.text(alphabet=st.sampled_from(script), min_size=1, max_size=10))


@settings(max_examples=count_examples(300))
@given(WORDS)
def test_a_printed_word_as_a_query_is_what_the_index_holds(text):
    for token in find_tokens(text):
        printed = text[token.start : token.end]
        assert parse_query(printed).node == Term(tuple(index_words(printed))), ascii(printed)
        assert parse_query(f'"{printed}"').node == Term(tuple(index_words(printed))), ascii(printed)
