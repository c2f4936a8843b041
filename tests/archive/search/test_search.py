"""Search finds a word in every script, and no query is an error."""

from __future__ import annotations

import random
import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.search.compiler import compile_box_query
from crawler.archive.search.facets import tally
from crawler.archive.search.query_parser import parse_query
from crawler.archive.search.selection import Selection
from crawler.archive.search.spelling import suggest_query
from crawler.errors import BadQuery, UnknownValue
from crawler.normalisation.words.tokenizer import find_tokens, index_words, make_search_text

# (key, language, headline, body): sentences of our own.
LIBRARY = [
    (
        1,
        "en",
        "Café culture in Hanoi",
        "The peace talks began on Monday. A priest from Đà Nẵng spoke of Zażółć and Straße.",
    ),
    (
        2,
        "it",
        "La città ricorda",
        "Il vescovo d'origine perché l'Asia è lontana. È così anche oggi, dell'Asean si parla.",
    ),
    (3, "es", "El niño y el río", "Mañana llegará el pingüino; José Núñez lo espera en Ávila."),
    (4, "zh", "香港教区迎来新主教", "缅甸军方昨天宣布停火。中国政府表示欢迎，香港教友祈祷。"),
    (5, "ja", "東京で平和の祈り", "日本語の新聞記事です。コーヒーを飲みながらガザの平和を願う。"),
    (6, "ko", "서울에서 온 편지", "평양의 형제들에게 보낸 편지는 한국어로 쓰였다."),
    (7, "ar", "السَّلامُ عليكم", "يصلي المؤمنون في بغداد من أجل السلام."),
    (8, "th", "กรุงเทพมหานคร", "ประชาชนไทยสวดภาวนาเพื่อสันติภาพที่วัดในเชียงใหม่"),
    (9, "ru", "Москва и Ёлка", "Патриарх приехал в Королёв, чтобы говорить о мире."),
    (10, "vi", "Giáo phận Hải Phòng", "Đức cha chủ tế thánh lễ tại nhà thờ."),
    (11, "hi", "दिल्ली में शांति", "चर्च ने सभी के लिए प्रार्थना की।"),
    (12, "my", "မြန်မာနိုင်ငံ", "ငြိမ်းချမ်းရေးအတွက် ဆုတောင်းကြသည်။"),
    (13, "km", "ភ្នំពេញ", "ព្រះសហគមន៍អធិស្ឋានដើម្បីសន្តិភាព"),
    (14, "el", "Ειρήνη στην Ασία", "Ο Πατριάρχης μίλησε στην Κωνσταντινούπολη."),
    (15, "he", "שלום בירושלים", "תפילה לשלום בעיר העתיקה"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    from support.newsroom import GAZETTE, NOW, Newsroom

    newsroom = Newsroom()
    with Archive(tmp_path_factory.mktemp("library") / "archive.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, language, headline, body in LIBRARY:
            more = {}
            if key == 1:
                more = {
                    "byline": "by Fr Melanie Manel Perera",
                    "authors": ("Melani Manel Perera", "JB Vu"),
                    "place": "Hong Kong",
                    "lead": "A lead about monsoons.",
                }
            article = newsroom.article(key, headline, body, language=language, on=f"2022-{key % 12 + 1:02}-05", **more)
            archive.keep([newsroom.visit(article)], run, NOW)
        yield archive


def found(library, query, **how):
    return sorted(int(hit.site_key) for hit in library.search(query, limit=99, **how))


@check_rows(
    ("query", "keys"),
    [
        ("cafe", [1]),
        ("CAFÉ", [1]),
        ("da nang", [1]),
        ("Đà Nẵng", [1]),
        ("zazolc", [1]),
        ("strasse", [1]),
        ("asia", [2]),
        ("l'asia", [2]),
        ("citta", [2]),
        ("cosi", [2]),
        ("asean", [2]),
        ("nino", [3]),
        ("pinguino", [3]),
        ("manana", [3]),
        ("nunez avila", [3]),
        ("香港", [4]),
        ("军", [4]),
        ("政府", [4]),
        ("军方昨天", [4]),
        ("停火中国", []),
        ("港香", []),
        ("新聞", [5]),
        ("新聞記事", [5]),
        ("平和", [5]),
        ("コーヒー", [5]),
        ("ガザ", [5]),
        ("カサ", []),
        ("東京", [5]),
        ("서울", [6]),
        ("편지", [6]),
        ("한국", [6]),
        ("국어", [6]),
        ("السلام", [7]),
        ("بغداد", [7]),
        ("السَّلامُ", [7]),
        ("กรุงเทพ", [8]),
        ("สันติภาพ", [8]),
        ("เชียงใหม่", [8]),
        ("วัด", [8]),
        ("москва", [9]),
        ("елка", [9]),
        ("Королев", [9]),
        ("hai phong", [10]),
        ("duc cha", [10]),
        ("thánh lễ", [10]),
        ("शांति", [11]),
        ("प्रार्थना", [11]),
        ("မြန်မာ", [12]),
        ("ငြိမ်းချမ်းရေး", [12]),
        ("ភ្នំពេញ", [13]),
        ("សន្តិភាព", [13]),
        ("ειρηνη", [14]),
        ("ΚΩΝΣΤΑΝΤΙΝΟΎΠΟΛΗ", [14]),
        ("שלום", [15]),
    ],
)
def test_a_word_is_found_in_its_script_however_it_is_typed(library, query, keys):
    assert found(library, query) == keys


def test_every_piece_of_every_text_is_found(library):
    """Brute force: each run of letters of one to four characters (in spaced scripts each word) leads to its text."""
    for key, language, headline, body in LIBRARY:
        spaced = language in {"en", "it", "es", "ar", "ru", "vi", "hi", "el", "he"}
        for text in (headline, body):
            if spaced:
                pieces = text.replace("'", " ").split()
            else:
                pieces = [
                    piece[at : at + size]
                    for piece in re.split(r"[\s。，.;,]+", text)
                    for size in (1, 2, 3, 4)
                    for at in range(len(piece) - size + 1)
                    # A reader asks for characters with their marks, not for a mark alone.
                    if unicodedata.category(piece[at])[0] != "M"
                    and not (at + size < len(piece) and unicodedata.category(piece[at + size])[0] == "M")
                ]
            for piece in pieces:
                if index_words(piece):
                    assert key in found(library, piece), piece


@check_rows(
    ("query", "keys"),
    [
        ('"peace talks"', [1]),
        ('"talks peace"', []),
        ("“peace talks”", [1]),
        ("「平和の祈り」", [5]),
        ("mons*", [1]),
        ('"peace tal*"', [1]),
        ('"peace tal"*', [1]),
        ("香*", [4]),
        ("pat*", []),
        ("патр*", [9]),
        ("NEAR(peace monday, 3)", [1]),
        ("NEAR(peace monday, 1)", []),
        ("NEAR(缅甸 停火, 8)", [4]),
        ("cafe OR 香港", [1, 4]),
        ("cafe AND 香港", []),
        ("(cafe OR 香港) -新主教", [1]),
        ("cafe NOT peace", []),
        ("（cafe OR 香港） －peace", [4]),
        ("--cafe", None),
        ("NOT NOT cafe", [1]),
        ("headline:cafe", [1]),
        ("body:cafe", []),
        ("headline：香港", [4]),
        ("lead:monsoons", [1]),
        ("headline:(hanoi OR 東京)", [1, 5]),
        ('headline:"café culture"', [1]),
        ("byline:perera", [1]),
        ("author:perera", [1]),
        ("author:melani", [1]),
        ("author:melanie", [1]),
        ('author:"JB Vu"', [1]),
        ("author:per", []),
        ("author:per*", [1]),
        ("author:vu cafe", [1]),
        ("-author:vu language:en", []),
        ("place:hong", [1]),
        ('place:"hong kong"', [1]),
        ("place:kong -cafe", []),
        ('place:="hong kong"', [1]),
        ("place:=hong", []),
        ('place:="HONG KONG"', [1]),
        ('place:="kong hong"', []),
        ('author:="jb vu"', [1]),
        ("author:=vu", []),
        ('author:="melani manel perera"', [1]),
        ('author:="melanie manel perera"', []),
        ("place:=(hong OR kong)", []),
        ("language:ZH", [4]),
        ("language:zh OR language:ja", [4, 5]),
        ("site:gazette language:ko", [6]),
        ("site:other", []),
        ("since:2022-12", [11]),
        ("until:2022-01", [12]),
        ("since:2022-05 until:2022-05-05", [4]),
        ("since:2023", []),
        ("cafe since:1999 until:2022", [1]),
        ("-since:2022-02", [12]),
        ("香港 OR author:vu", [1, 4]),
        ("(香港 OR author:vu) -language:en", [4]),
    ],
)
def test_the_query_language(library, query, keys):
    if keys is None:
        keys = [key for key, *_ in LIBRARY if key != 1]
    assert found(library, query) == keys
    assert library.count(query) == len(keys)


def test_only_what_is_not_wanted_finds_the_rest(library):
    assert found(library, "-cafe -香港") == [key for key, *_ in LIBRARY if key not in (1, 4)]


def test_a_blank_query_finds_everything_newest_first(library):
    hits = library.search("  ", limit=3)
    assert [hit.published_on for hit in hits] == ["2022-12-05", "2022-11-05", "2022-10-05"]
    assert library.count("") == len(LIBRARY)
    assert [hit.published_on for hit in library.search("", limit=1, order="oldest")] == ["2022-01-05"]
    assert [hit.site_key for hit in library.search("", limit=2, offset=1)] == [hits[1].site_key, hits[2].site_key]


def test_a_query_of_nothing_but_signs_finds_nothing_and_says_so(library):
    assert found(library, "!!! ???") == []
    assert [problem.message for problem in parse_query("!!!").problems] == ["there is no word to search for"]


def test_the_callers_filters_narrow_any_query(library):
    assert found(library, "", language="zh") == [4]
    assert found(library, "cafe", author="Perera", place="hong kong", since="2022", until="2022-02-05") == [1]
    assert found(library, "cafe", until="2022-02-04") == []
    assert library.count("cafe", site="gazette") == 1
    for wrong in ({"since": "yesterday"}, {"until": "2022-13"}, {"until": "2022-02-29"}, {"author": "?!"}):
        with pytest.raises(BadQuery):
            library.search("cafe", **wrong)


@check_rows(
    ("query", "position", "message"),
    [
        ('peace "talks', 6, "a quotation mark is not closed"),
        ("(cafe OR hanoi", 0, "a parenthesis is not closed"),
        ("cafe) hanoi", 4, "a closing parenthesis without an opening one"),
        ("cafe OR", 5, "OR needs something on both sides"),
        ("AND cafe", 0, "AND needs something on both sides"),
        ("cafe NOT", 5, "there is nothing after the minus sign or NOT"),
        ("author:", 0, "there is nothing after author:"),
        ("since:soon", 6, "since: takes a year, a month or a day, such as 2022, 2022-03, 2022-03-11"),
        ("since:2022-02-31", 6, "since: takes a year, a month or a day, such as 2022, 2022-03, 2022-03-11"),
        ("cafe auther:vu", 5, "there is no field auther: (did you mean author: ?)"),
        ("NEAR(one, 4)", 0, "NEAR takes two words or more, such as NEAR(peace talks, 5)"),
        ("(" * 30 + "cafe" + ")" * 30, 20, "parentheses are nested more than 20 deep"),
        ("cafe ()", 5, "there is nothing between the parentheses"),
        ('cafe ""', 5, "there is no word between the quotation marks"),
        ("ca*fe", 2, "a star stands for the rest of a word: at its end only, as in bishop*"),
        ("ca＊fe", 2, "a star stands for the rest of a word: at its end only, as in bishop*"),
        ("nuns ca?fe", 7, "a question mark stands for no letter: write (boat OR bolt)"),
        ("headline:?cafe", 9, "a question mark stands for no letter: write (boat OR bolt)"),
        ("/ca.e/", 0, "there are no patterns between slashes: write words, or prefix*"),
        ("NEAR (cafe hanoi)", 4, "no space between NEAR and its parenthesis: NEAR(peace talks, 5)"),
        ("NEAR(cafe hanoi, five)", 17, "after NEAR's comma stands a number: NEAR(peace talks, 5)"),
        ("NEAR(cafe OR hanoi, 5)", 10, 'NEAR takes words, prefix* and "phrases" only'),
        ("NEAR(cafe -hanoi, 5)", 10, 'NEAR takes words, prefix* and "phrases" only'),
        ("place:NEAR(hong kong)", 6, "NEAR cannot follow place:"),
        ("headline:-cafe", 9, "a minus sign or NOT stands before the field: -headline:word"),
        ("headline:author:vu", 9, "one field cannot follow another: headline: author:"),
        ("language:e*", 10, "language: takes no star"),
        ("place:=hong*", 11, "place:= takes no star"),
        ("place:=", 0, "there is nothing after place:"),
        ("until:2022-13", 6, "until: takes a year, a month or a day, such as 2022, 2022-03, 2022-03-11"),
    ],
)
def test_what_is_odd_in_a_query_is_told_with_its_place(library, query, position, message):
    problems = [(problem.position, problem.message) for problem in parse_query(query).problems]
    assert problems[0] == (position, message)
    library.search(query)


@pytest.mark.parametrize(
    "query", ["cafe?", "怎么办？香港", "怎么办?香港", "/path/to/", "either/or", '"ca?fe"', "x.it/a?b=cafe"]
)
def test_a_question_mark_that_ends_a_sentence_or_stands_in_an_address_is_no_wildcard(query):
    assert parse_query(query).problems == ()


def test_an_address_or_a_time_in_a_query_is_just_words(library):
    for query in (
        "https://www.gazette.example/7",
        "12:30",
        "C++",
        "a/b",
        "l'Asia",
        "Milan - Rome",
        "NEAR EAST",
        "x = y",
    ):
        assert parse_query(query).problems == ()
        library.search(query)


PIECES = [
    *"ab\"()-*:^+{}~,. \n\x00'\\;%_香港。ßé“”：（）「",
    "\ud800",
    "\ue000",
    "\ue001",
    "NEAR(",
    "NEAR",
    "AND",
    "OR",
    "NOT",
    "author:",
    "since:2022",
    "headline:",
    "language:",
    "place:",
    "site:",
    "until:",
    "kicker:=",
    "story:",
    "OR ",
    "body:",
    " ",
    " ",
    "cafe",
    "peace",
    "*",
    '"',
    "[",
    "0",
    "9" * 30,
    "\u202e",
    "😀",
]


def ask_everything(library, query):
    parse_query(query)
    found = library.search(query, limit=1)
    assert (library.count(query) > 0) == bool(list(found))
    tally(library.db, Selection(query=query), most=1)
    library.db.execute(
        "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1", (compile_box_query(query).match,)
    ).fetchall()


def fuzz(library, seed, how_many):
    chance = random.Random(seed)
    for number in range(how_many):
        query = "".join(chance.choices(PIECES, k=chance.randrange(0, 16)))
        ask_everything(library, query)
        if number % 50 == 0:
            suggest_query(library.db, Selection(query=query))


def test_five_hundred_random_strings_raise_nothing(library):
    fuzz(library, 20260301, 500)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(10))
def test_a_million_random_strings_raise_nothing(library, part):
    """Half a minute for each of ten parts."""
    fuzz(library, part, 100_000)


@settings(max_examples=count_examples(200))
@given(st.text(alphabet=st.characters(), max_size=60))
def test_no_text_at_all_raises_anything(library, query):
    ask_everything(library, query)


def test_a_huge_query_is_cut_and_says_so(library):
    for query in (
        "word " * 100_000,
        '"' * 50_000,
        "(" * 50_000,
        "-" * 50_000,
        "NEAR(" * 9_000,
        "x" * 100_000,
        "香" * 50_000,
    ):
        assert any("at most 2000" in problem.message for problem in parse_query(query).problems)
        ask_everything(library, query)


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("cafe peace", '("cafe" AND "peace")'),
        ("香港", '("香 港")'),
        ("author:perera -cafe", '(("\ue001") NOT ("cafe"))'),
        ("cafe (peace OR place:hanoi)", '("cafe")'),
        ("-cafe", '(("\ue001") NOT ("cafe"))'),
        ("", '"\ue002"'),
        ("since:2022", '"\ue001"'),
        ("!!!", '"\ue002"'),
    ],
)
def test_a_search_box_gets_an_expression_of_fts5(library, query, expression):
    assert compile_box_query(query).match == expression
    library.db.execute("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ?", (expression,)).fetchall()


def test_a_word_in_the_headline_weighs_more_than_in_the_lead_and_there_more_than_in_the_body(archive, run, newsroom):
    filler = "Rice grows in the valley and people walk to the market. " * 5
    articles = [
        newsroom.article(1, body=filler + "monsoon"),
        newsroom.article(2, lead="A monsoon.", body=filler),
        newsroom.article(3, headline="Monsoon", body=filler),
        *(newsroom.article(key, body=filler + str(key)) for key in range(4, 9)),
    ]
    archive.keep([newsroom.visit(article) for article in articles], run, newsroom.now)
    hits = archive.search("monsoon")
    assert [hit.site_key for hit in hits] == ["3", "2", "1"]
    assert hits[0].score > hits[1].score > hits[2].score > 0


def marked(snippet):
    return [snippet.text[start:end] for start, end in snippet.spans]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("zazolc strasse", ["Zażółć", "Straße"]),
        ('"peace talks" monday', ["peace talks", "Monday"]),
        ("军方 停火", ["军方", "停火"]),
        ("пат*", ["Патриарх"]),
        ("สันติภาพ", ["สันติภาพ"]),
        ("편지", ["편지"]),
        ("l'asia", ["l'Asia"]),
        ("السلام", ["السلام"]),
    ],
)
def test_a_snippet_marks_the_printed_words(library, query, expected):
    (hit,) = library.search(query)
    assert marked(hit.snippet) == expected


def test_hits_in_the_headline_are_marked_there(library):
    (hit,) = library.search("cafe hanoi -paris")
    assert [hit.headline[start:end] for start, end in hit.headline_spans] == ["Café", "Hanoi"]
    assert hit.snippet.text.startswith("A lead about")


def test_a_snippet_of_a_long_text_shows_the_passage_with_most_of_the_words(archive, run, newsroom):
    filler = "Rice grows in the valley.\n\n" * 80
    body = filler + "A monsoon came. " + filler + "After the monsoon the bridge was closed. " + filler
    archive.keep([newsroom.visit(newsroom.article(1, body=body))], run, newsroom.now)
    (hit,) = archive.search("monsoon bridge")
    assert marked(hit.snippet) == ["monsoon", "bridge"]
    assert hit.snippet.text.startswith("…")
    assert hit.snippet.text.endswith("…")
    assert len(hit.snippet.text) <= 242
    assert "\n" not in hit.snippet.text


@settings(max_examples=count_examples(150))
@given(st.text(max_size=300), st.text(max_size=20))
def test_the_marks_of_a_snippet_lie_inside_it_and_apart(text, query):
    from crawler.archive.search.snippets import list_marked_terms, make_snippet

    snippet = make_snippet((("body", text),), list_marked_terms(parse_query(query).node))
    place = 0
    for start, end in snippet.spans:
        assert place <= start < end <= len(snippet.text)
        place = end


def test_a_snippet_does_not_depend_on_how_far_ahead_is_read(monkeypatch):
    from crawler.archive.search import snippets

    chance = random.Random(8)
    words = ["peace", "talks", "Café", "香港", "军方", "rice", "valley", "the", "—", "peaceful"]
    queries = [
        "peace",
        '"peace talks"',
        "peace* 香港",
        "cafe rice talks",
        "香港 OR valley",
        "zzz peace",
        '"the the the"',
    ]
    for number in range(30):
        some = [words, [word for word in words if word.isascii()], ["香", "港", "香港", "军方", "。", "，", "ﾀ"]][
            number % 3
        ]
        pieces = chance.choices(some, weights=[1, 1, 1, 1, 1, 9, 9, 9, 3, 1][: len(some)], k=chance.randrange(1, 300))
        text = chance.choice(["", " "] if number % 3 == 2 else [" "]).join(pieces)
        for query in queries:
            terms = snippets.list_marked_terms(parse_query(query).node)
            made = set()
            for ahead in (1, 7, 64, 10**6):
                with monkeypatch.context() as patched:
                    patched.setattr(snippets, "_TOKENS_PER_READ", ahead)
                    if ahead == 10**6:  # all of it, from the beginning
                        patched.setattr(snippets, "_skip_to_first_candidate", lambda text, terms: 0)
                    made.add(snippets.make_snippet((("lead", text[:40]), ("body", text)), terms))
            assert len(made) == 1, (text, query, made)


def test_a_snippet_of_a_text_full_of_hits_takes_no_time():
    from crawler.archive.search.snippets import list_marked_terms, make_snippet

    begun = time.process_time()
    assert marked(make_snippet((("body", "a " * 30_000),), list_marked_terms(parse_query("a zzz").node)))
    assert time.process_time() - begun < 5


@settings(max_examples=count_examples(200))
@given(st.text(max_size=80))
def test_search_text_is_stable_and_tokens_tell_where_its_words_stand(text):
    once = make_search_text(text)
    assert " ".join(once.split()) == once
    places = [(token.start, token.end) for token in find_tokens(text)]
    assert places == sorted(places)
    assert all(0 <= start <= end <= len(text) for start, end in places)


def test_a_snippet_of_chinese_is_as_wide_as_one_of_english():
    from crawler.archive.search.snippets import list_marked_terms, make_snippet

    snippet = make_snippet((("body", "港口的夜校今天开学。" * 60),), list_marked_terms(parse_query("夜校").node))
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in snippet.text)
    assert 200 <= columns <= 244
    assert marked(snippet)[:2] == ["夜校", "夜校"]


def test_a_kicker_and_a_story_narrow_a_query(library):
    library.db.execute(
        "UPDATE articles SET kicker = 'SRI LANKA - Café', kicker_key = 'sri lanka cafe' WHERE site_key = '2'"
    )
    with pytest.raises(UnknownValue, match="CAFE sri"):  # words in their order
        found(library, "", kicker="CAFE sri")
    assert found(library, "kicker:lanka") == [2]
    assert found(library, 'kicker:"sri lanka"') == found(library, "", kicker="lanka café") == [2]
    assert found(library, "-kicker:lanka") == sorted(set(found(library, "")) - {2})
    assert found(library, "story:3") == found(library, "", story="3")
    assert library.count(Selection(kicker="lanka"), language="zh") == 0
    assert found(library, "", kicker="=Sri Lanka - Café") == found(library, 'kicker:="sri lanka cafe"') == [2]
    assert found(library, 'kicker:="sri lanka"') == []
    with pytest.raises(UnknownValue, match="Sri Lanka"):
        found(library, "", kicker="=Sri Lanka")
    with pytest.raises(BadQuery):
        Selection(kicker="=!")


def test_all_articles_of_a_selection_come_one_after_another_with_their_authors(library):
    rows = list(library.articles("", order="oldest"))
    assert [row.published_on for row in rows] == sorted(row.published_on for row in rows)
    assert len(rows) == library.count("")
    (row,) = library.articles("author:perera")
    assert [author.name for author in row.authors] == ["Melani Manel Perera", "JB Vu"]
    assert [row.id for row in library.articles("cafe")] == sorted(hit.id for hit in library.search("cafe", limit=99))


def test_inside_a_moment_a_reader_sees_one_state_of_the_archive(tmp_path):
    from support.newsroom import GAZETTE, NOW, Newsroom

    newsroom = Newsroom()
    with Archive(tmp_path / "archive.db", "create") as writer:
        run = writer.begin_run(GAZETTE, now=NOW)
        writer.keep([newsroom.visit(newsroom.article(1))], run, NOW)
        with Archive(tmp_path / "archive.db") as reader:
            with reader.moment():
                assert reader.count() == 1
                writer.keep([newsroom.visit(newsroom.article(2))], run, NOW)
                assert (reader.count(), len(list(reader.articles()))) == (1, 1)
            assert reader.count() == 2


def test_a_query_is_parsed_once():
    assert parse_query("harbour -ferry since:2010") is parse_query("harbour -ferry since:2010")
