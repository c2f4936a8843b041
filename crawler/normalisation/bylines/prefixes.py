"""Takes the words before the name off a byline: "by X", "Kommentar von X", "记者 X".

The prefixes are rows of ``tables/bylines.toml``: those of the page's language, and those that no name begins with.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from crawler.normalisation.bylines.names import is_han, is_listed_given_name
from crawler.normalisation.words.text import COLONS, clean
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

_ALSO_NAMES = frozenset(["di", "de", "von", "van", "per", "na", "ni", "nina", "le", "nga", "gan", "theo", "oleh"])
"""Prefixes that names begin with too."""
_CERTAIN_IN_CAPITALS = frozenset(["di", "de", "von", "oleh", "nga"])
"""Those of them that count with a capital where the language is not known, before two words or more."""
_ALSO_LABELS = frozenset(["author", "autor", "autorin", "auteur", "text", "tekst", "reporter", "journalist"])
"""Prefixes that other labels begin with too ("Author Spotlight"): without a colon they want two words."""
_ALSO_BY_SPONSORS = frozenset(["presented by", "hosted by"])
"""Prefixes that advertisers stand behind too: without a colon they want a given name."""
_FROM = "from"
"""A prefix before whom the paper does not name: "From our correspondent"."""
_JOINERS = "by|von|vom|de|di|del|della|par|por|av|af|door|van|da|do"
_ARTICLES = "an?|eine?|une?|una|uno|uma?|een|ett?|en"
_AFTER_LABEL = rf"{COLONS}/／,・＝=|｜"
"""What stands between a label and the name."""
_INITIAL_GLUED = re.compile(r"[^\W\d_]{1,2}\.[^\W\d_]{3,}")
"""A name of two parts without a space between: "Д.Оюунчимэг"."""
MAX_PREFIX = 60
_FIRST_WORD = re.compile(rf"[\s{COLONS}/／,|–—]")


@lru_cache(maxsize=2048)
def strip_prefix(printed: str, language: str | None) -> str:
    """Return a byline without the words before the name: "by X", "di X", "作者 X", "Kommentar von X" → "X".

    The prefixes are those of the page's language (of all, where it is None), and those that begin no name. One that
    a name may begin with ("Di Pietro", "Von Miller") comes off only where two words or more follow, no particle first.
    """
    text = clean(printed)
    first = text[:MAX_PREFIX]
    if not may_begin_with_prefix(first):
        return text
    for pattern in (_compile_genres(), _compile_prefix(language)):
        prefix = pattern.match(first)
        if prefix is not None and _is_prefix(prefix, text[prefix.end() :], language):
            return text[prefix.end() :]
    return text


def may_begin_with_prefix(text: str) -> bool:
    """Return False for a text whose first word begins no prefix."""
    first_word = _FIRST_WORD.split(text[:MAX_PREFIX], maxsplit=1)[0].lower().rstrip(".")
    return first_word in _load_beginnings() or text[:1] in _load_beginnings()


def strip_glued_prefix(text: str, language: str | None) -> str:
    """Return a byline without the word that its language writes on to the name: Amharic's "በ".

    Only names of two words to four count, and none that begins with that letter itself. Any phrase that says where
    something is begins so too: what is no byline by its place must not be asked for.
    """
    glued = load_table("bylines")["glued"].get(language or "")
    words = text.split()
    if glued is None or not text.startswith(glued["prefix"]) or not 1 < len(words) < 5 or words[0] in glued["names"]:
        return text
    return text.removeprefix(glued["prefix"]) if len(words[0]) > 2 and text.replace(" ", "").isalpha() else text


def is_only_prefix(text: str, language: str | None) -> bool:
    """Return True if the text is a prefix and nothing else."""
    key = make_word_key(text.rstrip(":： "))
    return key in _load_own_prefixes(language) or key in load_words("bylines", "prefixes", "sure")


def _is_prefix(prefix: re.Match[str], rest: str, language: str | None) -> bool:
    key = make_word_key(prefix["words"])
    if key == _FROM:
        return rest[:4].lower() == "our " and make_word_key(f"{_FROM} {rest}") not in _load_agencies()
    if prefix["colon"]:
        return True
    if is_han(key.replace("・", "")):
        is_apart = prefix[0] != prefix["words"]
        return is_apart or key in _load_own_prefixes(language) or key.endswith(("記者", "记者"))
    following = rest.split(None, 2)
    if following and make_word_key(following[0]) in load_words("names", "particles", "family") and key in _ALSO_NAMES:
        return prefix["words"].islower() and key not in ("de", "di", "von", "van")
    if make_word_key(rest) in _load_agencies():
        return True
    if key in _ALSO_BY_SPONSORS:
        return bool(following) and is_listed_given_name(following[0])
    if key in _ALSO_NAMES and prefix["words"][0].isupper():
        own = language is not None and key in _load_own_prefixes(language)
        return len(following) > 1 and (own or ((language is None or key == "von") and key in _CERTAIN_IN_CAPITALS))
    if (key in _load_own_prefixes(language) and key not in _ALSO_LABELS) or _INITIAL_GLUED.match(rest):
        return True
    return len(following) > 1 or key.endswith(" by") or (not rest.isascii() and not rest[:1].isupper())


@cache
def _load_own_prefixes(language: str | None) -> frozenset[str]:
    rows = load_table("bylines")["prefixes"]
    if language is None:
        return frozenset(make_word_key(prefix) for name, row in rows.items() if name != "sure" for prefix in row)
    return frozenset(make_word_key(prefix) for prefix in (*rows["any"], *rows.get(language, [])))


@cache
def _load_beginnings() -> frozenset[str]:
    """Return the first words of all prefixes and genres, and the first characters of those that may touch a name."""
    rows = load_table("bylines")["prefixes"].values()
    genres = load_table("bylines")["genres"]
    words = [*(prefix for row in rows for prefix in row), *genres["words"], *genres["before_colon"]]
    first = {*(prefix.split()[0].lower() for prefix in words), *_FORMS_OF_ARTICLE}
    return frozenset(first) | {word[0] for word in words if _is_unspaced(word)}


_FORMS_OF_ARTICLE = ("a", "an", "ein", "eine", "un", "une", "una", "uno", "um", "uma", "een", "et", "ett", "en")


@cache
def _load_agencies() -> frozenset[str]:
    return frozenset(make_word_key(name) for row in load_table("bylines")["agencies"]["rows"] for name in row)


@cache
def _compile_prefix(language: str | None) -> re.Pattern[str]:
    rows = load_table("bylines")["prefixes"]
    own = [prefix for row in rows.values() for prefix in row] if language is None else rows.get(language, [])
    plain = sorted({*rows["any"], *rows["sure"], *own}, key=len, reverse=True)
    western = "|".join(re.escape(prefix).replace(r"\ ", r"\s") for prefix in plain if not _is_unspaced(prefix))
    unspaced = "|".join(re.escape(prefix) for prefix in plain if _is_unspaced(prefix))
    return re.compile(
        rf"(?P<words>(?:{western})\.?(?=[\s{_AFTER_LABEL}])|(?:{unspaced}))\s*(?P<colon>[{_AFTER_LABEL}]|[-–—](?=\s))?\s*(?=\S)",
        re.IGNORECASE,
    )


@cache
def _compile_genres() -> re.Pattern[str]:
    genres = sorted(load_table("bylines")["genres"]["words"], key=len, reverse=True)
    words = "|".join(re.escape(genre).replace(r"\ ", r"\s") for genre in genres)
    alone = "|".join(
        re.escape(genre).replace(r"\ ", r"\s") for genre in load_table("bylines")["genres"]["before_colon"]
    )
    return re.compile(
        rf"(?P<words>(?:(?:{_ARTICLES})\s)?(?:{words})(?:\s?[:|–—-])?\s(?:(?:{_JOINERS})(?=[\s:])|d['’](?=\w))|(?:{alone})(?=\s?[:：]))"
        r"\s*(?P<colon>[:：])?\s*(?=\S)",
        re.IGNORECASE,
    )


def _is_unspaced(prefix: str) -> bool:
    """Return True if the prefix may touch the name: Chinese and Japanese have no spaces."""
    return is_han(prefix.replace("・", "")) and len(prefix) > 1
