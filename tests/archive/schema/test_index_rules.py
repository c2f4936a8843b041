"""What is put into the search index must be taken out word for word: whoever changes the words raises the rules."""

from __future__ import annotations

import hashlib

from crawler.archive.schema.index_rows import INDEX_RULES
from crawler.normalisation.words.index_words import make_index_row

SAMPLES = (
    ("Café Łódź, l'Asia and Shi'a", None, "Qurʾan 1,200 ÆØ ß ı don't\n\nNew.", "by Zoë", "Stated"),
    ("臺灣香港，渡輪 2022", "渡輪", "後面。\n\n皇后", None, None),
    ("서울의 배", None, "제주도, 부산", "김", None),
    ('צה"ל וצה״ל', None, 'ב"הארץ" ג׳ירפה', None, None),
    ("المدرسة ٢٠٢٢", None, "می‌رود کتاب‌ها", None, "مكة"),
    ("हिन्दी बाज़ार", None, "അവൻ উৎসব ஸ்ரீ", None, None),
    ("เรือข้ามฟาก น้ำ", None, "ລາວ ភាសា မြန်မာ", None, None),
    ("Երևան ո՞վ", "ሃይማኖት ዓለም", "п'ять col·legi 도로ㆍ지반\n\nNokia™ №5 2½ Укpаїнi bоаt", "τῷ", None),
    ("二○〇二年", "図書 髙橋", "ဘ၀ ကုိ ទី់ ที่\n\nदु:ख கெளதம்", None, "ڕۆژ هه\u200cولێر ٱلۡحَمۡدُ ܐܰܠܳ"),
    ("👍🏽 ❤️ 🇮🇹", None, "→ ★ a\ue000b", None, None),
)
"""The texts of an article each: headline, lead, body, byline, stated headline."""


def test_other_words_come_with_other_rules() -> None:
    rows = [make_index_row(*texts) for texts in SAMPLES]
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
    assert (INDEX_RULES // 100_000, digest) == (2, "28ac86092735dd0d"), (
        "the index gets other words: raise _RULES_OF_WORDS, so that archives get a new index, then pin both here"
    )
