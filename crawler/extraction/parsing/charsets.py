"""Knows the charsets of the web: every name and label of them, and the charset that undeclared bytes are in."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final, cast

from w3lib.encoding import resolve_encoding

from crawler.normalisation.words.scripts import HANGUL, KANA

EAST_ASIAN: Final = frozenset(("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp"))
MAX_LABEL: Final = 40
"""Characters of the longest label that is looked up."""

_LABELS: Final[dict[str, str]] = {
    label: codec
    for codec, labels in {
        # All labels of https://encoding.spec.whatwg.org/#names-and-labels, under the codecs that Python has for them.
        "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
        "cp866": "866 cp866 csibm866 ibm866",
        "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
        "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
        "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
        "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
        "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
        "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
        "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
        "iso_8859-7 iso_8859-7:1987 sun_eu_greek",
        "iso8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
        "iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
        "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
        "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
        "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
        "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
        "iso8859-16": "iso-8859-16",
        "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
        "koi8-u": "koi8-ru koi8-u",
        "mac-roman": "csmacintosh mac macintosh x-mac-roman",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
        "cp1250": "cp1250 windows-1250 x-cp1250",
        "cp1251": "cp1251 windows-1251 x-cp1251",
        "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
        "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 x-user-defined",
        "cp1253": "cp1253 windows-1253 x-cp1253",
        "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 x-cp1254",
        "cp1255": "cp1255 windows-1255 x-cp1255",
        "cp1256": "cp1256 windows-1256 x-cp1256",
        "cp1257": "cp1257 windows-1257 x-cp1257",
        "cp1258": "cp1258 windows-1258 x-cp1258",
        "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
        "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
        "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
        "iso2022_jp": "csiso2022jp iso-2022-jp",
        "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
        "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
        "windows-949",
        "utf-16-be": "unicodefffe utf-16be",
        "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
        # Browsers refuse these, which can hide markup from filters; a reader of archives wants their text.
        "hz": "hz-gb-2312",
        "iso2022_kr": "csiso2022kr iso-2022-kr",
    }.items()
    for label in labels.split()
} | {
    # What makers of pages write besides, and neither the standard nor Python knows.
    "xsjis": "cp932",
    "johab": "johab",
    "ms1361": "johab",
    **{
        f"{prefix}{page}": f"cp{page}"
        for page in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 869)
        for prefix in ("cp", "ibm", "cp-", "dos-")
    },
    "windows-936": "gb18030",
    **{f"windows{page}": f"cp{page}" for page in range(1250, 1259)},
}
_CODECS: Final = frozenset(_LABELS.values())
"""Python has others, which no page means: some are no charsets (zip, rot13), some make markup of harmless text."""

_LIKELY: Final[dict[str, str]] = {
    language: codec
    for codec, languages in {
        # https://html.spec.whatwg.org/#determining-the-character-encoding: the defaults suggested for locales
        "cp1256": "ar fa ur",
        "cp1251": "be bg kk ky mk mn ru sr tg tt uk",
        "cp1250": "bs cs hr hu pl ro sk sl sq",
        "iso8859-7": "el",
        "cp1257": "et lt lv",
        "cp1255": "he yi",
        "cp932": "ja",
        "cp949": "ko",
        "cp1254": "az ku tr",
        "cp874": "th",
        "cp1258": "vi",
        "gb18030": "zh",
    }.items()
    for language in languages.split()
}


def is_latin_usual(language: str | None) -> bool:
    """Return True unless pages in a language that declare no charset are in another one than the Latin of the West."""
    return (language or "")[:2].lower() not in _LIKELY


def find_codec(label: str) -> str | None:
    """Return Python's codec for a charset's name or label, however it is spelled; None for one that is not known.

    >>> find_codec(" KS_C_5601-1987 "), find_codec("cp936"), find_codec("klingon"), find_codec("rot13")
    ('cp949', 'gb18030', None, None)
    """
    label = label.strip(" \t\r\n\f\"'").lower()
    if len(label) > MAX_LABEL:
        return None
    return _LABELS.get(label) or _find_alias(label)


@lru_cache(maxsize=256)
def _find_alias(label: str) -> str | None:
    codec = resolve_encoding(label) if re.fullmatch(r"[\w-]+", label, re.ASCII) else None
    return codec if codec in _CODECS else None


def decode_leniently(body: bytes, codec: str) -> str:
    """Return the text of bytes; those that are in no table of the charset become U+FFFD."""
    errors = _ERRORS.get(codec, "replace")
    if errors != "replace" and len(body) > _BEGINNING:
        beginning = body[:_BEGINNING].decode(codec, "replace")
        if beginning.count("\ufffd") * 5 > len(beginning):
            errors = "replace"  # it is another charset: its bytes are not worth being asked about one by one
    return body.decode(codec, errors)


def guess_codec(body: bytes, language: str | None = None) -> str:
    """Return the codec that bytes which declare none, and are not UTF-8, are probably in.

    A charset of East Asia, or of one byte for another script than the Latin, has to fit the bytes and to give
    characters that are frequent in its languages; else the charset counts that browsers take for pages in the language.
    """
    if b"\x1b$B" in body or b"\x1b$@" in body:
        return "iso2022_jp"
    if b"\x1b$)C" in body[:4096]:
        return "iso2022_kr"
    codec, _ = guess_by_letters(body)
    return codec or guess_latin_codec(body, language) or _LIKELY.get((language or "")[:2].lower(), "cp1252")


def guess_by_letters(body: bytes) -> tuple[str | None, float]:
    """Return the codec of East Asia or of another script than the Latin that bytes are in, and the share of frequent
    letters that it gives, of those of real texts; None and 0 where none fits.
    """
    if b"\x1b$B" in body or b"\x1b$@" in body:
        return "iso2022_jp", 1.0
    sample = _sample_beyond_ascii(body)
    best, best_share = None, _ENOUGH
    for codec, frequent in _FREQUENT.items():
        share = _measure(sample, codec, frequent)
        if share > best_share:
            best, best_share = codec, share
    return (best, best_share / _USUAL) if best is not None else _guess_of_one_byte(body)


def measure_letters(body: bytes, codec: str) -> float:
    """Return the share of frequent letters that a codec of East Asia or of another script than the Latin gives."""
    if codec in _FREQUENT:
        sample = _sample_beyond_ascii(body)
        return max(_measure(sample, codec, _FREQUENT[codec]) / _USUAL, _measure_foreign_letters(sample, codec))
    frequent = _FREQUENT_LETTERS.get(_SAME_LETTERS.get(codec, codec))
    sample = b" ".join(_WORDS_BEYOND_ASCII.findall(body, 0, _SEARCHED)[:_WORDS])
    return 1.0 if frequent is None else _measure_words(sample, codec, frequent)


def guess_latin_codec(body: bytes, language: str | None, declared: str = "cp1252") -> str | None:
    """Return the codec by which letters beyond ASCII are those of a language written in Latin; None where none fits.

    It has to give more of them than the declared one.
    """
    alphabet, codecs = _ALPHABETS.get((language or "")[:2].lower(), ("", ()))
    sample = b"".join(_LETTERS_OF_WORDS.findall(body, 0, _SEARCHED)[:_SAMPLE])
    if not alphabet or len(sample) < _FEWEST_LETTERS:
        return None

    def measure(codec: str) -> float:
        text = sample.decode(codec, "replace").lower()
        return sum(1 for letter in text if letter in alphabet) / len(text)

    shares = {codec: measure(codec) for codec in codecs}
    best = max(shares, key=lambda codec: shares[codec])
    return best if shares[best] > _NEARLY_ALL and shares[best] > measure(declared) + _SURELY_MORE else None


def _sample_beyond_ascii(body: bytes) -> bytes:
    return b" ".join(_BEYOND_ASCII.findall(body, 0, _SEARCHED))[:_SAMPLE]


def _guess_of_one_byte(body: bytes) -> tuple[str | None, float]:
    """Return the codec of one byte by which words without a Latin letter are of frequent letters; None without words.

    Where two charsets hold the same alphabet, they set its small letters in other places.
    """
    sample = b" ".join(_WORDS_BEYOND_ASCII.findall(body, 0, _SEARCHED)[:_WORDS])
    if len(sample) < _FEWEST_BYTES:
        return None, 0.0
    best, best_share = None, _ENOUGH_LETTERS
    for codec, frequent in _FREQUENT_LETTERS.items():
        share = _measure_words(sample, codec, frequent)
        if share > best_share:
            best, best_share = codec, share
    return best, best_share if best is not None else 0.0


def _measure_words(sample: bytes, codec: str, frequent: re.Pattern[str]) -> float:
    text = sample.decode(codec, "replace")
    return len(frequent.findall(text)) / max(1, len(text) - text.count(" "))


_USUAL: Final = 0.4
"""The share of frequent characters in a text in Chinese, Japanese or Korean; shares are given as parts of it."""
_LETTERS_OF_WORDS: Final = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]{1,3}(?=[A-Za-z\s.,])|[\x80-\xff]{1,3}(?=[A-Za-z])")
_FEWEST_LETTERS: Final = 12
_NEARLY_ALL: Final = 0.9
_SURELY_MORE: Final = 0.02
_CENTRAL: Final = ("cp1250", "iso8859-2")
_BALTIC: Final = ("cp1257", "iso8859-13", "iso8859-4")
_ALPHABETS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "pl": ("ąćęłńóśźż", _CENTRAL),
    "cs": ("áčďéěíňóřšťúůýž", _CENTRAL),
    "sk": ("áäčďéíĺľňóôŕšťúýž", _CENTRAL),
    "hu": ("áéíóöőúüű", _CENTRAL),
    "ro": ("ăâîșțşţ", ("iso8859-16", *_CENTRAL)),
    **dict.fromkeys(("hr", "bs", "sl", "sr"), ("čćđšž", _CENTRAL)),
    "tr": ("çğıiöşüâîû\u0307", ("cp1254",)),
    "lt": ("ąčęėįšųūž", _BALTIC),
    "lv": ("āčēģīķļņšūž", _BALTIC),
    "et": ("äöüõšž", _BALTIC),
}
"""Language → its small letters beyond ASCII, and the charsets that have them."""
_SAME_LETTERS: Final = {
    "cp1253": "iso8859-7",
    "iso8859-8": "cp1255",
    "koi8-r": "koi8_u",
    "koi8-u": "koi8_u",
    "iso8859-5": "iso8859_5",
    "mac-cyrillic": "mac_cyrillic",
}
_BEGINNING: Final = 20_000
"""Bytes by which a text is known to be in another charset altogether."""
_SEARCHED: Final = 200_000
"""Bytes of a page in which letters beyond ASCII are looked for."""
_SAMPLE: Final = 4_000
"""Bytes of such letters from which the charset is guessed: some two thousand characters of East Asia."""
_ENOUGH: Final = 0.2
"""The share of frequent characters below which a text is in none of these languages; real ones have .3 to .6."""
_BEYOND_ASCII: Final = re.compile(rb"(?:[\x80-\xff][\x30-\x7e]?){2,}")
_WRONG: Final = re.compile(r"[\ufffd\uff61-\uff9f\ue000-\uf8ff\x80-\x9f]")
"""What wrong charsets give: nothing at all, narrow katakana, characters for private use."""
_FREQUENT: Final = {
    # The most frequent syllables, signs and characters of newspapers, by the frequency lists of
    # the National Institute of Korean Language, and of Jun Da (Chinese text computing) for both spellings of Chinese.
    "cp949": re.compile(
        "[이다는의에을가고하지은로도기리사한를시자대으일서해인나정부과아수있게전제상라보주유들장여조국등만비오했면구]"
    ),
    "euc_jp": re.compile(f"[{KANA}日本年大会国人中]"),
    "cp932": re.compile(f"[{KANA}日本年大会国人中]"),
    "gb18030": re.compile(
        "[的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经"
        "去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点"
        "正业外将两高间由问最重并物手应战向头文体政美相见被利什二等产或新己制身加西斯月话合回特代内信表化老给世位次度门任常先海通教东]"
    ),
    "big5hkscs": re.compile(
        "[的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經"
        "去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點"
        "正業外將兩高間由問最重並物手應戰向頭文體政美相見被利什二等產或新己制身加西斯月話合回特代內信表化老給世位次度門任常先海通教東]"
    ),
}
_WORDS_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]{4,}")
_WORDS: Final = 600
_FEWEST_BYTES: Final = 60
_ENOUGH_LETTERS: Final = 0.6
"""The share of frequent letters below which words are in none of these alphabets; real ones have .7 to .9."""
_FREQUENT_LETTERS: Final = {
    **dict.fromkeys(
        ("cp1251", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic"), re.compile("[оеаинтсрвлкмдпуяьызбгіј]")
    ),
    "iso8859-7": re.compile("[αοιετσνηυρπκλμςωάόίέήύώ]"),
    "cp1255": re.compile("[יוהלארתבשמנםעד]"),
    **dict.fromkeys(("cp1256", "iso8859-6"), re.compile("[اليمونرتبةعدسفهكیک]")),
    "cp874": re.compile("[านรอกเงมยลวดทสตะ่้ิี]"),
}
"""Charset → the small letters that make up most of a text in its languages, as anyone counts them in a newspaper."""
_FOREIGN: Final = re.compile(f"[а-яёο-ωα-νάέήίόύώ{KANA}]", re.I)
"""Letters of Russian, Greek and Japanese, which the charsets of East Asia hold as well."""


def _measure_foreign_letters(sample: bytes, codec: str) -> float:
    """Return the share of such letters: papers of China and Korea print editions in other languages."""
    text = decode_leniently(sample, codec).replace(" ", "")
    return len(_FOREIGN.findall(text)) / max(1, len(text))


_LETTER: Final = re.compile(f"[\u3400-\u9fff{HANGUL}{KANA}\uff61-\uff9f\ufffd\ue000-\uf8ff]")


def _measure(sample: bytes, codec: str, frequent: re.Pattern[str]) -> float:
    """Return the share of frequent characters in a sample read by a codec; 0 where it does not fit."""
    text = decode_leniently(sample, codec)
    letters = len(_LETTER.findall(text))
    if letters == 0 or len(_WRONG.findall(text)) * 20 > letters:
        return 0.0
    return len(frequent.findall(text)) / letters


def _replace_in_euc_jp(error: UnicodeError) -> tuple[str, int]:
    """Read the characters of NEC and IBM, which browsers know in EUC-JP and Python only in Shift_JIS."""
    wrong = cast(UnicodeDecodeError, error)
    pair = wrong.object[wrong.start : wrong.start + 2]
    if len(pair) == 2 and min(pair) >= 0xA1 and max(pair) <= 0xFE:
        row, cell = pair[0] - 0xA0, pair[1] - 0xA0
        lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
        trail = cell + (0x9E if row % 2 == 0 else 0x3F if cell <= 63 else 0x40)
        try:
            return bytes((lead, trail)).decode("cp932"), wrong.start + 2
        except UnicodeDecodeError:
            pass
    return "\ufffd", wrong.end


codecs.register_error("seealso_euc_jp", _replace_in_euc_jp)
_ERRORS: Final = {"gb18030": "w3lib_gb18030_replace", "euc_jp": "seealso_euc_jp"}
