"""When nothing is found, the query that was meant is proposed, in every script; when nothing is near, nothing is."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.newsroom import NOW
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.archive.search.spelling import suggest_query

SENTENCES = [
    (
        "en",
        "The government promises religious freedom; peace talks go on at the harbour near the church and the Mosque.",
    ),
    ("it", "La libertà religiosa nella città: il governo promette una scuola accanto alla chiesa."),
    ("pl", "Zażółć gęślą jaźń w katedrze."),
    ("ru", "Церковь и правительство говорят о мире, школа открыта."),
    ("el", "Η ειρήνη και η εκκλησία στην Κωνσταντινούπολη."),
    ("ar", "تتحدث الحكومة عن السلام في المدرسة قرب الكنيسة."),
    ("he", "תפילה לשלום בבית הספר בירושלים"),
    ("hi", "सरकार ने शांति और विद्यालय की बात की।"),
    ("zh", "香港教会和政府谈论和平，学校今天开学。香港市场很热闹。"),
    ("ja", "東京の教会で平和の祈りがささげられた。"),
    ("ko", "서울의 정부와 교회가 평화를 이야기했다."),
    ("th", "รัฐบาลพูดถึงสันติภาพที่โรงเรียนในกรุงเทพ"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    from support.newsroom import GAZETTE, NOW, Newsroom

    newsroom = Newsroom()
    with Archive(tmp_path_factory.mktemp("library") / "archive.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for number, (language, sentence) in enumerate(SENTENCES * 2, 1):
            article = newsroom.article(
                number, body=sentence, language=language, authors=("Melanie Manel Perera", "JB Vu"), place="Hong Kong"
            )
            archive.keep([newsroom.visit(replace(article, kicker="SRI LANKA"))], run, NOW)
        yield archive


@check_rows(
    ("typed", "meant"),
    [
        ("chruch", "church"),
        ("curch", "church"),
        ("churrch", "church"),
        ("chorch", "church"),  # one slip of each kind
        ("goverment", "government"),
        ("Goverment", "Government"),
        ("GOVERMENT", "GOVERNMENT"),
        ("mosqe", "mosque"),
        ("gouvernament", "government"),
        ("peacetalks", "peace talks"),
        ("pece tlks", "peace talks"),
        ('"pece talks"', '"peace talks"'),
        ("NEAR(pece talks, 4)", "NEAR(peace talks, 4)"),
        ("chruc*", "church*"),
        ("liberta", None),
        ("libertta", "libertà"),
        ("cità", "città"),
        ("zazolcc", "zażółć"),
        ("katedrse", "katedrze"),
        ("церков", "церковь"),
        ("правителство", "правительство"),
        ("ειρηνη", None),
        ("εκκλησα", "εκκλησία"),
        ("المدرسه", "المدرسة"),
        ("السلم", "السلام"),
        ("ירושליים", None),
        ("בירושליים", "בירושלים"),
        ("शंति", "शांति"),
        ("香巷", "香港"),
        ("港香", "香港"),
        ("学效", "学校"),
        ("平和の折り", "平和の祈り"),
        ("서울", None),
        ("평하", "평화"),
        ("สันติพาพ", "สันติภาพ"),
        ("body:chruch -ferry", "body:church -ferry"),
        ("(chruch OR skoool) peace", "(church OR skoool) peace"),
        ("author:perrera", "author:perera"),
        ('author:"Melany Manel"', 'author:"Melanie Manel"'),
        ("place:honkong", 'place:"hong kong"'),
        ("place:=hongkong", 'place:="hong kong"'),
        ('kicker:"sri lnka"', 'kicker:"sri lanka"'),
        ("xylophonist", None),
        ("zzzz", None),
        ("-church -the", None),
        ("!!!", None),
        ("", None),
        ("a", None),
        ("church government libertà", None),
        ("since:2030", None),
        ("q" * 100, None),
    ],
)
def test_what_was_meant_is_proposed_and_finds_something(library, typed, meant):
    found = library.count(typed)
    proposed = suggest_query(library.db, Selection(query=typed))
    if typed and not found:
        assert proposed == meant
    if proposed is not None:
        assert library.count(proposed) > 0
    if meant is None and found:
        assert proposed is None or library.count(proposed)


def test_words_printed_with_a_hyphen_or_an_apostrophe_are_proposed_and_the_other_way_round(archive, run, newsroom):
    texts = (
        "The mail came by e-mail, and the co-operative didn’t print 10,000 of them for Oʻzbekiston.",
        "A website on healthcare and the G20, by F-16 from L’Aquila: کتاب\u200cها",
    )
    archive.keep([newsroom.visit(newsroom.article(key, body=text)) for key, text in enumerate(texts, 1)], run, NOW)
    proposed = {
        "email": "e-mail",
        "EMAIL": "E-MAIL",
        "body:email": "body:e-mail",
        "cooperative": "co-operative",
        "didnt": "didn’t",
        "10000": "10,000",
        "Ozbekiston": "Oʻzbekiston",
        "کتابها": "کتاب\u200cها",
        "web site": "website",
        "web-site": "website",
        '"health care"': '"healthcare"',
        "G-20": "G20",
        "F16": "F-16",
        "LAquila": "L’Aquila",
        "web OR site": None,
        "web sites": None,
    }
    for typed, meant in proposed.items():
        assert suggest_query(archive.db, Selection(query=typed)) == meant, typed


def test_the_options_beside_the_query_hold_for_what_is_proposed(library):
    assert suggest_query(library.db, Selection(query="chruch", language="en")) == "church"
    assert suggest_query(library.db, Selection(query="chruch", language="ru")) is None


def test_a_misprint_of_the_archive_is_known_but_the_frequent_word_was_meant(archive, run, newsroom):
    texts = ["The church and the school."] * 5 + ["The chruch of Galle."]
    visits = [newsroom.visit(newsroom.article(key, body=f"{text} {key}")) for key, text in enumerate(texts, 1)]
    archive.keep(visits, run, newsroom.now)
    assert archive.count("chruch") == 1
    assert archive.count("chruch school") == 0
    assert suggest_query(archive.db, Selection(query="chruch school")) == "church school"


def test_an_empty_archive_proposes_nothing(archive):
    for query in ("church", "author:perera", "香港", "place:hong"):
        assert suggest_query(archive.db, Selection(query=query)) is None


def test_an_archive_opened_to_read_can_be_asked_inside_a_moment(library):
    with Archive(library.path, "read") as reader, reader.moment():
        assert suggest_query(reader.db, Selection(query="gouvernament")) == "government"


@settings(max_examples=count_examples(100))
@given(query=st.text(max_size=40) | st.text(alphabet='chur"():*- 香港教ยاб', max_size=40))
def test_no_query_at_all_raises_anything(library, query):
    proposed = suggest_query(library.db, Selection(query=query))
    assert proposed is None or library.count(proposed) > 0


def test_a_long_query_of_unknown_words_takes_no_time(library):
    begun = time.process_time()
    for query in ("unknownish " * 180, "謎語" * 900, "x" * 2000, "ab " * 600, '"' + "qwx " * 400 + '"'):
        suggest_query(library.db, Selection(query=query))
    assert time.process_time() - begun < 5
