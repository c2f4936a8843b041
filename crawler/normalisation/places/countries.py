"""Names countries in the reader's language and finds a country by its name, as the CLDR has them (through Babel)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from crawler.errors import MissingExtra
from crawler.normalisation.words.tokenizer import make_search_text

LETTERS_OF_CODE: Final = 2
"""Letters of a code of a country in ISO 3166."""
_OTHER_NAMES: Final[Mapping[str, str]] = {
    "burma": "MM",
    "great britain": "GB",
    "hong kong": "HK",
    "ivory coast": "CI",
    "macao": "MO",
    "macau": "MO",
    "palestine": "PS",
    "palestina": "PS",
    "south korea": "KR",
    "north korea": "KP",
    "uae": "AE",
    "uk": "GB",
    "usa": "US",
    "vatican": "VA",
    "vaticano": "VA",
    "梵蒂冈": "VA",
    "巴勒斯坦": "PS",
    "香港": "HK",
    "澳门": "MO",
}
"""Folded name → code, where newspapers print a name that the CLDR has not as its main one."""


@cache
def name_country(code: str, language: str = "en") -> str:
    """Return the name of a country in a language; the code itself where Babel, the name or the language is missing."""
    return _load_names(language).get(code.upper(), code.upper())


def find_country(name: str, languages: Iterable[str] = ("en",)) -> str | None:
    """Return the ISO 3166 code of a country by its name in one of these languages; None for any other text.

    >>> find_country("Sri Lanka"), find_country("Atlantis")
    ('LK', None)
    """
    key = make_search_text(name)
    for language in ("en", *languages):
        code = _index_names(language).get(key)
        if code is not None:
            return code
    return _OTHER_NAMES.get(key)


def require_babel() -> None:
    """Raise MissingExtra where Babel is not installed."""
    try:
        import babel  # noqa: F401 -- looked for, not used
    except ImportError as error:
        raise MissingExtra("babel") from error


@cache
def _index_names(language: str) -> Mapping[str, str]:
    names = {make_search_text(name): code for code, name in _load_names(language).items()}
    return {key: code for key, code in names.items() if key}


@cache
def _load_names(language: str) -> Mapping[str, str]:
    """Return code → name of the countries and territories; none where Babel or the language is missing."""
    try:
        from babel import Locale, UnknownLocaleError
    except ImportError:
        return {}
    try:
        territories = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError, TypeError):
        return {}
    return {
        code: name
        for code, name in territories.items()
        if len(code) == LETTERS_OF_CODE and code.isalpha() and code != "ZZ"
    }
