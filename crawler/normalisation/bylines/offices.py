"""Sets offices apart that Korean, Chinese and Japanese print after a name: "X 기자", "X 記者", "X 北京报道"."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from crawler.normalisation.bylines.names import is_han
from crawler.normalisation.words.word_tables import load_table

_BEHIND: Final = re.compile(r"[\s(（\[]*\S{1,60}@\S{1,60}$")
"""An address of mail, which many papers print after the office."""
_SHORT_KOREAN: Final = re.compile("[\uac00-\ud7a3]{2,4}")
_FILED: Final = re.compile(
    "(?P<name_and_place>[\u4e00-\u9fff]{4,8}?)(?:(?:\\d{1,2}|[一二三四五六七八九十]{1,3})日[電电讯訊]|[专專][电電])"
)
"""What agencies print behind a name: a place, and the day on which it was sent, or that it is their own."""
_NAME_AND_PLACE: Final = 5
"""Characters of a name of three and a place of two, which nothing parts: "陳大文台北報導"."""
_MOST_HAN: Final = 4
"""Characters of a name; a longer one is a desk, a place or a sentence."""


def split_office(name: str) -> tuple[str, str | None]:
    """Split a name from the office after it, and from a place before or after it: "서울 X 기자", "X 北京报道".

    Two Korean names in a row stay together: which is which only a family name tells.
    """
    script = _find_script(name)
    if script is None:
        return name, None
    bureau, point, writer = name.rpartition("・")
    if point and bureau.endswith(_load_bureaus()) and is_short_name(writer):
        return writer, bureau
    if (office := _find_office_before(name)) is not None:
        return name.removeprefix(office).strip(), office
    if (filed := _FILED.fullmatch(name)) is not None:
        length = 3 if len(filed["name_and_place"]) >= _NAME_AND_PLACE else 2
        return name[:length], name[length:]
    for office in load_table("byline_words")["cjk"][script]:
        bare = name.removesuffix(office).rstrip()
        if bare == name or not bare or (script == "korean" and len(bare) < 2):
            continue
        if script == "korean":
            place, _, rest = bare.rpartition("=" if "=" in bare else " ")
            if place and 2 <= len(rest) <= 4:
                return rest.strip(), f"{place.strip()} {office}"
        elif office in load_table("byline_words")["cjk"]["reports"]:
            writer, _, place = bare.partition(" ")
            if place and is_short_name(writer) and is_han(place):
                return writer, f"{place}{office}"
            if len(bare) == _NAME_AND_PLACE and is_han(bare) and not bare.endswith(_load_papers()):
                return bare[:3], f"{bare[3:]}{office}"
        return bare, office
    return name, None


def ends_with_office(text: str) -> bool:
    """Return True if an office in Korean, Chinese or Japanese stands at the end, or before an address of mail.

    So does a bureau before the name: "古山支局・佐藤健".
    """
    bare = _BEHIND.sub("", text) if "@" in text else text
    script = _find_script(bare)
    if script is None:
        return False
    is_behind_bureau = bare.rpartition("・")[0].endswith(_load_bureaus())
    return bare.endswith(_load_offices(script)) or is_behind_bureau or _find_office_before(bare) is not None


def _find_office_before(text: str) -> str | None:
    """Return the office that stands before a Han name and a space: "論説委員 佐藤健"."""
    office, _, name = text.partition(" ")
    is_office = len(office) > 2 and office in load_table("byline_words")["cjk"]["han"] and is_han(name)
    return office if is_office and is_short_name(name) else None


def is_short_name(name: str) -> bool:
    """Return True for a Korean name of two to four syllables, or for two to four Han characters that name no paper."""
    characters = name.replace(" ", "")
    is_short = _SHORT_KOREAN.fullmatch(name) or (2 <= len(characters) <= _MOST_HAN and is_han(characters))
    return bool(is_short) and not characters.endswith(_load_papers())


def _find_script(text: str) -> str | None:
    last = text[-1:]
    return "korean" if "\uac00" <= last <= "\ud7a3" else "han" if "\u3040" <= last <= "\u9fff" else None


@cache
def _load_offices(script: str) -> tuple[str, ...]:
    return tuple(load_table("byline_words")["cjk"][script])


@cache
def _load_bureaus() -> tuple[str, ...]:
    return tuple(load_table("byline_words")["cjk"]["bureaus"])


@cache
def _load_papers() -> tuple[str, ...]:
    return tuple(load_table("byline_words")["cjk"]["papers"])
