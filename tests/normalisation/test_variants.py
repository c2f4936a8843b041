"""Variants of letters, digits and marks are one word for search, and each word knows where it is printed."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.tables import check_rows

from crawler.normalisation.words.scripts import EMOJI
from crawler.normalisation.words.tokenizer import BARRIER, find_tokens, index_words
from crawler.normalisation.words.variants import fold_variants
from crawler.normalisation.words.word_tables import load_table

SCRIPTS = (
    "ab'’ʾʿ\"` .,\n-_0éßæŁǅ…½①™ﬁ\u0301",
    "אהלצםבּׁ\"״'׳ -",
    "اأإآٱىيیئکكہهةھەءـَّ\u200c\u200d٢۲ .",
    "अआनदतमपजक़़्िंँॅा\u200d२ ।",
    "বতৎ়্ংঙক২ ",
    "അനതൻറക്ുൌ\u200d ",
    "අශර්ාී\u200d ",
    "ஶஸரீ் ",
    "นำา้ํเแ๒ \u200b",
    "ຂຳາ້ໍ ",
    "កដត្ ",
    "က်ံ၂။ ",
    "臺台灣湾中国、。々か゛ゕカｶﾞ\U000e0100 \n",
    "한ᄒ힣ㅎㅏ 1",
    "սոևեւվԵ՞՛՜՟ ",
    "ሀሃሐኀሠሰፀዐአ፡ ",
    "п'яєії’в ЇТ",
    "аоеiaoeмыРPx ",
    "lL·ŀ•‧a ",
    "τᾳῳῷᾼ\u0345ωι ",
    "ڕێهە\u200cئۆرw ",
    "ဘ၀ုိံ၁ှွျြဥ်ာ ",
    "សត្រ្\u17d2\u179aដី ",
    "กี้่ิำเๅ ",
    "दुनि:खः क10",
    "கெளௌு ",
    "二○〇◯年陳1",
    "ܐܰܠܳ ۡۤٱلح ",
    "™℠№½2a. ŉㆍ도",
    "🙏👍🏽👩❤️☀🇮🇹©\ufe0f\u200d a中",
)
# Letters of every script with a rule, marks, joiners and signs, one script at a time and all mixed up.
WORDS = st.sampled_from(SCRIPTS).flatmap(lambda script: st.text(alphabet=st.sampled_from(script), max_size=12))
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
MIXED = st.text(alphabet=st.sampled_from("".join(SCRIPTS)) | st.characters(codec="utf-8"), max_size=60)
LONG_TEXTS = st.lists(TEXTS | MIXED, min_size=5, max_size=60).map(" ".join)


@settings(max_examples=count_examples(600))
@given(MIXED)
@example("ی\u200cش")
@example("1️⃣ 2⃣")
@example("ｶﾞ")
def test_what_is_marked_is_what_is_indexed(text):
    assert [token.text for token in find_tokens(text)] == index_words(text)


@settings(max_examples=count_examples(100))
@given(LONG_TEXTS)
def test_what_is_marked_is_what_is_indexed_in_long_texts(text):
    assert [token.text for token in find_tokens(text * 8)] == index_words(text * 8)


@settings(max_examples=count_examples(600))
@given(TEXTS)
def test_every_word_is_found_by_what_is_printed_of_it(text):
    # Half a vowel, which the next letter may take from the one before; signs that are letters beside others alone.
    text = re.sub("[\u0e4d\u0ecd○◯၀0]", "", text)
    for token in find_tokens(text):
        if token.text != BARRIER:
            assert token.text in index_words(text[token.start : token.end]), (text, token)


SPELLINGS = {
    "Hebrew abbreviations": ['צה"ל', "צה״ל", "צה”ל", "צה''ל", "צהל", "צָה״ל"],
    "Hebrew abbreviations with an ending": ['מנכ"לית', "מנכ״לית", "מנכלית"],
    "Hebrew foreign sounds": ["ג'ירפה", "ג׳ירפה", "ג’ירפה", "גירפה"],
    "Hebrew presentation forms": ["שׁלום", "\ufb2aלום", "שלום"],
    "Yiddish letters": ["װאָס", "וואס"],
    "Arabic alef": ["أحمد", "احمد", "ٱحمد", "أَحْمَد", "أحمـــد"],
    "Arabic yeh": ["مستشفى", "مستشفي", "مستشفی"],
    "Arabic teh marbuta": ["مدرسة", "مدرسه", "مَدرَسَة"],
    "Arabic hamza carriers": ["مسؤول", "مسوول"],
    "Persian kaf and yeh": ["کتابی", "كتابي", "كتابى"],
    "Persian heh": ["خانهٔ", "خانۀ", "خانه", "خانة"],
    "Urdu heh": ["ہوا", "ھوا", "هوا"],
    "presentation forms": ["ﻛﺘﺎﺏ", "كتاب", "کتاب"],
    "digits": ["2022", "٢٠٢٢", "۲۰۲۲", "२०२२", "২০২২", "၂၀၂၂", "๒๐๒๒", "២០២២", "２０２２", "𝟐𝟎𝟐𝟐"],
    "Hindi nasals": ["हिन्दी", "हिंदी", "हिँदी"],
    "Hindi nukta": ["बाज़ार", "बाज\u093cार", "बाजार"],
    "Hindi conjuncts": ["क्ष", "क्\u200dष", "क्\u200cष"],
    "Marathi candra": ["अॅप", "ॲप", "ऍप"],
    "Bengali khanda ta": ["উৎসব", "উত্\u200dসব", "উত্সব"],
    "Bengali letters": ["পাহাড়", "পাহাড\u09bc"],
    "Bengali nasals": ["সঙ্গীত", "সংগীত"],
    "Punjabi nasals": ["ਪੰਜਾਬ", "ਪਂਜਾਬ"],
    "Gujarati nasals": ["હિન્દી", "હિંદી"],
    "Tamil shri": ["ஸ்ரீ", "ஶ்ரீ"],
    "Tamil vowels": ["கொடி", "க\u0bc6\u0bbeடி"],
    "Telugu joiners": ["సాఫ్ట్\u200cవేర్", "సాఫ్ట్వేర్"],
    "Kannada nasals": ["ಹಿಂದಿ", "ಹಿನ್ದಿ"],
    "Malayalam chillu": ["അവൻ", "അവന്\u200d"],
    "Malayalam nta": ["എന്റെ", "എൻറെ", "എൻ്റെ", "എന്\u200dറെ"],
    "Malayalam half u": ["അത്", "അതു്"],
    "Malayalam au": ["കൗതുകം", "കൌതുകം"],
    "Sinhala joiners": ["ශ්\u200dරී", "ශ්රී"],
    "Sinhala vowels": ["ආයුබෝ", "අායුබෝ"],
    "Thai am": ["น้ำ", "น้ํา", "นํ้า"],
    "Khmer coeng": ["បណ្ដាញ", "បណ្តាញ"],
    "Chinese": ["臺灣漁港", "台灣渔港", "台湾渔港", "台湾漁港"],
    "Chinese of Hong Kong and Taiwan": ["衞生", "衛生", "卫生"],
    "Chinese with selectors": ["葛\U000e0100城", "葛城"],
    "ayn and hamza": ["Qur'an", "Qur’an", "Qurʾan", "Qurʼan", "Qurʿān", "Qur`an", "Qurˀan", "QURʾAN", "Quran"],
    "ayn before a word": ["ʿAli", "'Ali", "‘Alī", "ʻAli", "Ali"],
    "a mark between vowels": ["Shi'a", "Shiʿa", "Shi’a", "Shi`a", "Shia", "SHIʿA", "Shīʿa"],
    "a mark between vowels, others": ["Sana'a", "Sanaʿa", "Sanaa", "Sana‘a"],
    "a mark in a word of the table": ["Ka'ba", "Kaʿba", "Kaba"],
    "saltillo": ["maꞌa", "ma'a"],
    "signs beside a word": ["Nokia™", "Nokia℠", "Nokia®", "Nokia"],
    "Afrikaans article": ["ŉ man", "'n man", "’n man"],
    "Korean point": ["도로·지반", "도로ㆍ지반", "도로・지반"],
    "numero": ["№ 5", "№5", "No 5"],
    "fractions": ["2½", "2 1/2", "2 ½"],
    "Armenian ev": ["Երևան", "Երեւան", "ԵՐԵՎԱՆ", "ԵՐԵՒԱՆ"],
    "Armenian marks within a word": ["Ինչու", "Ինչո՞ւ", "Ինչո՜ւ", "Ինչո՛ւ"],
    "Amharic letters of one sound": ["ሃይማኖት", "ሀይማኖት", "ሐይማኖት", "ኃይማኖት"],
    "Amharic letters of one sound, others": ["ሥዓት", "ስአት", "ሥኣት", "ስዐት"],
    "Ukrainian apostrophes": ["п'ять", "п’ять", "пʼять", "п`ять", "П'ЯТЬ"],
    "Belarusian apostrophes": ["аб'ява", "аб’ява"],
    "Latin letters in a Cyrillic word": ["Україні", "Українi", "Укpаїнi", "Укpaїні"],
    "a Latin letter at the beginning": ["ілюзія", "iлюзія"],
    "Cyrillic letters in a Latin word": ["Crimea boat", "Сrimea bоаt", "Crimeа boat"],
    "Kyrgyz barred o": ["өлкө", "ѳлкѳ"],
    "Azerbaijani schwa": ["Əliyev", "Ǝliyev", "əliyev"],
    "Urdu hamza on yeh": ["آئی", "آٸی"],
    "Catalan double l": ["col·legi", "coŀlegi", "COL·LEGI", "col•legi", "col‧legi"],
    "Greek accents": ["τῷ", "τω", "τώ", "τω\u0345", "ΤΩ"],
    "marks of the Quran": ["ٱلۡحَمۡدُ", "الحمد"],
    "Syriac vowels": ["ܐܰܠܳܗܳܐ", "ܐܠܗܐ"],
    "Kurdish ae in the former way": ["هه\u200cولێر", "هەولێر", "ههولێر"],
    "Kurdish ae after a hamza": ["ئه\u200cمه\u200cریکا", "ئەمەریکا"],
    "Kurdish r that begins a word": ["ڕۆژ", "رۆژ"],
    "Khmer letters below": ["ស្ត្រី", "ស\u17d2\u179a\u17d2\u178fី"],
    "Khmer letters out of use": ["អា", "ឤ"],
    "Thai tones and vowels": ["ที่", "ท\u0e48\u0e35"],
    "Thai am before its tone": ["น้ำ", "น\u0e33\u0e49"],
    "Lao am before its tone": ["ນ້ຳ", "ນ\u0eb3\u0ec9"],
    "Burmese vowels": ["ကို", "က\u102f\u102d"],
    "Burmese medials": ["မြွှ", "မ\u103e\u103d\u103c"],
    "Burmese nga": ["ပစ္စည်း ဉ်", "ပစ္စည်း ဥ်"],
    "Burmese wa typed as a figure": ["ဝင်", "၀င်"],
    "Burmese wa typed as a figure at the end": ["ဘဝ", "ဘ၀"],
    "Hindi visarga typed as a colon": ["दुःख", "दु:ख"],
    "Bengali visarga typed as a colon": ["নিঃশব্দ", "নি:শব্দ"],
    "Tamil au typed as two": ["கௌதம்", "கெளதம்"],
    "Chinese zeros": ["二〇二二年", "二○二二年", "二◯二二年"],
    "Japanese names": ["高橋", "髙橋", "高桥"],
    "Japanese small ke and ka": ["霞ヶ関 三ヵ月", "霞ケ関 三カ月"],
    "Japanese and Chinese forms": ["図書", "圖書", "图书"],
    "emoji": ["👍", "👍🏽", "👍\ufe0f"],
    "emoji in two styles": ["❤️", "❤", "❤︎"],
    "keycaps": ["1️⃣", "1"],
}


@check_rows("kind", SPELLINGS)
def test_all_spellings_of_a_kind_are_indexed_as_one(kind):
    first, *others = SPELLINGS[kind]
    assert index_words(first)
    for spelling in others:
        assert index_words(spelling) == index_words(first), spelling
        assert index_words(f"a {spelling}, b") == index_words(f"a {first}, b"), spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ماء", "ما"),  # water, what
        ("لڑکی", "لڑکے"),  # girl, boys
        ("চাঁদ", "চাদ"),
        ("সাত", "শাত"),
        ("পাড়া", "পাডা"),
        ("साल", "शाल"),
        ("ਸ਼ਹਿਰ", "ਸਹਿਰ"),
        ("ขาว", "ข่าว"),
        ("👩", "👨"),
        ("🇮🇹", "🇫🇷"),
        ("かき", "がき"),
        ("খাঁ", "খা"),
        ("芸", "藝"),  # another word in Chinese
        ("പ", "വ"),
        ("ሰ", "ሸ"),
        ("ڕ", "ڵ"),
    ],
)
def test_other_words_stay_others(one, other):
    assert index_words(one) != index_words(other)


@check_rows(
    ("text", "words"),
    [
        ('נכתב ב"דבר" ובש"ס', "נכתב ב דבר ובשס"),  # a quotation after a prefix; an abbreviation
        ('"צה"ל" אמר: "לא"', "צהל אמר לא"),
        ("ב'דבר' של צ'כוב", "ב דבר של צכוב"),
        ("l'Asie, l’Inde, dell'Asia", "l asie l inde dell asia"),  # an article stays a word
        ("Ankara'da l'âme d’été don't we’re O’Brien", "ankara da l ame d ete don t we re o brien"),
        ("Ankara'da don't we're O'Brien 'a' 'e", "ankara da don t we re o brien a e"),
        ("می\u200cشود می شود", "مي شود مي شود"),  # a half space is a space
        ("👨\u200d👩\u200d👧 👩🏽\u200d⚕️ 🇮🇹🇫🇷", "👨 👩 👧 👩 ⚕ 🇮🇹 🇫🇷"),  # each person of a family
        ("教会🙏祈祷。🙏人", "教 会 🙏 祈 祷 🙏 人"),
        ("→ ▶ © ★ a", "a"),  # bullets and signs are no words
        ("中\u200f文", "中 文"),
        ("二〇二二年", "二 〇 二 二 年"),
        ("陳○○说○", "陈 说"),  # circles in place of a name
        ("समय:शाम दु:ख है:", "समय शाम दुःख है"),
        ("д'Артаньян, О’Ніл 'я'", "д артаньян о ніл я"),
        ("خانه\u200cها", "خانه ها"),  # Persian
        ("၁၀ကျပ် ၂၀၂၀", "10 ကျ ပ် 2020"),
        ("கெளுத்தி", "கெளுத்தி"),
        ("a·b l·l ll", "a b ll ll"),
        ("iPhoneом xбо COVID-у З eе", "iphoneом хбо covid у з eе"),
        ("m² CO₂ 1º", "m2 co2 1o"),
    ],
)
def test_words_are_cut(text, words):
    assert [word for word in index_words(text) if word != BARRIER] == words.split()


def test_a_printed_word_is_marked_with_all_that_belongs_to_it():
    text = 'חיילי צה"ל, ʿAlī, Qurʾan; हिन्दी, می\u200cشود: 👍🏽❤️.'
    assert [text[token.start : token.end] for token in find_tokens(text)] == [
        "חיילי",
        'צה"ל',
        "Alī",
        "Qurʾan",
        "हिन्दी",
        "می",
        "شود",
        "👍🏽",
        "❤️",
    ]


def test_every_row_of_the_tables_counts_and_none_leads_to_another():
    table = load_table("variants")
    for section in (
        "apostrophes",
        "hebrew",
        "arabic",
        "indic",
        "armenian",
        "ethiopic",
        "southeast",
        "mistaken",
        "sequences",
    ):
        for form, kept in table[section].items():
            # Inside a word of a script of the row; a sequence of two rows may be longer.
            assert fold_variants(f"é{form}").text == fold_variants(f"é{kept}").text, (section, ascii(form))
    rows = [row for section in ("chinese", "japanese") for row in table[section]["characters"].split()]
    kept_characters = {row[0] for row in rows}
    forms = [form for row in rows for form in row[1:]]
    assert len(rows) > 3_900
    assert len(forms) == len(set(forms)) > 4_100
    assert kept_characters.isdisjoint(forms)
    assert all(unicodedata.normalize("NFKC", character) == character for character in forms)
    for zero in table["digits"]["zeros"]:
        assert [unicodedata.decimal(chr(ord(zero) + digit)) for digit in range(10)] == list(range(10))


def test_sqlite_takes_each_emoji_for_a_word():
    emoji = [character for character in map(chr, range(0x2300, 0x1FB00)) if re.match(f"[{EMOJI}]", character)]
    emoji = [character for character in emoji if unicodedata.category(character) == "So"]  # this Python knows it
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(w, tokenize = \"unicode61 categories 'L* N* M* Co So'\")")
        db.execute("CREATE VIRTUAL TABLE words USING fts5vocab(t, row)")
        db.execute("INSERT INTO t VALUES (?)", (" ".join(emoji),))
        assert {word for (word,) in db.execute("SELECT term FROM words")} == set(emoji)
    assert len(emoji) > 1_000


@settings(max_examples=count_examples(200))
@given(MIXED)
def test_sqlite_cuts_the_index_where_we_do(text):
    words = index_words(text)
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(w, tokenize = \"unicode61 categories 'L* N* M* Co So'\")")
        db.execute("CREATE VIRTUAL TABLE words USING fts5vocab(t, instance)")
        db.execute("INSERT INTO t VALUES (?)", (" ".join(words),))
        assert db.execute("SELECT count(*) FROM words").fetchone()[0] == len(words)
