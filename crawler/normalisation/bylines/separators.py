"""Parts a byline at what stands between its names: commas, connectors, bars, dashes, marks of what was taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from crawler.normalisation.bylines.desks import is_desk
from crawler.normalisation.bylines.dressing import MARKS
from crawler.normalisation.bylines.names import is_han, reads_as_name
from crawler.normalisation.words.scripts import is_small
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

_START_MARKS = re.compile(rf"[\s,;/|·•⋅●–—{MARKS}-]*[{MARKS}][\s,;/|·•⋅●–—{MARKS}-]*")


@dataclass(frozen=True, slots=True)
class Part:
    """Where one part of a byline stands."""

    start: int
    end: int
    separator: str
    """What stands before the part; empty before the first."""
    loose: bool
    """True after a comma, a bar, a slash, a dash or a mark."""


def iter_parts(text: str, language: str | None, agency_names: dict[str, str]) -> Iterator[Part]:
    """Yield the parts between commas, connectors and marks."""
    first = _START_MARKS.match(text)
    start = first.end() if first else 0
    before, loose = (first[0] if first else ""), False
    for separator in _compile_separators().finditer(text, start):
        stop, next_start = separator.span()
        left, right = text[start:stop].strip(), _cut_at_separator(text, next_start)
        if not left or not (
            separator["mark"] or _separates_authors(separator, left, right, language, agency_names, text)
        ):
            continue
        yield Part(start, stop, before, loose)
        start, before = next_start, separator[0]
        loose = any(separator[name] is not None for name in ("comma", "list", "slash", "dash", "mark"))
    yield Part(start, len(text), before, loose)


def _separates_authors(
    separator: re.Match[str], left: str, right: str, language: str | None, agency_names: dict[str, str], text: str
) -> bool:
    if separator["slash"]:
        return make_word_key(f"{left}/{right}") not in agency_names  # RFE/RL is one
    if separator["dash"]:  # "Arieh Cohen - AsiaNews"
        if len(left.split()) > 1 and reads_as_name(left) and len(right.split()) == 1 and not is_small(right):
            return True  # a place, or a paper as it spells itself
        are_people = all(len(side.split()) > 1 and reads_as_name(side) for side in (left, right))
        return are_people or make_word_key(left) in agency_names or make_word_key(right) in agency_names
    if separator["vav"]:  # Hebrew and Arabic write "and" as the first letter of the next word
        word = f"{separator['vav']}{right.split()[0]}" if right else ""
        is_name = make_word_key(word) in load_words("names", "begin_with_and", "words")
        return len(left.split()) > 1 and len(right.split()) > 1 and not is_name
    if separator["strong"] == "&" and right.startswith(("Co", "Söhne", "Sons", "Partner")) and is_desk(left):
        return False  # "Kurier Verlag GmbH & Co. KG"
    if separator["weak"]:
        languages = load_table("bylines")["connectors"]["only_in"].get(separator["weak"].lower())
        if languages is not None and language not in languages:
            return False
        # One word after "y" or "e" and several before it: a double family name (Ramón y Cajal), not two people.
        return (
            len(right.split()) > 1
            or len(left.split()) == 1
            or make_word_key(right) in agency_names
            or right.endswith("*")
        )
    if separator["han"] and separator[0] == separator["han"]:
        near = text[max(0, separator.start() - 1) : separator.start()] + text[separator.end() : separator.end() + 1]
        return not is_han(near) or (len(left) > 1 and 1 < len(right) < 6)
    return True


def _cut_at_separator(text: str, start: int) -> str:
    separator = _compile_separators().search(text, start)
    return text[start : separator.start() if separator else len(text)].strip()


@cache
def _compile_separators() -> re.Pattern[str]:
    connectors = load_table("bylines")["connectors"]
    strong = "|".join(re.escape(connector) for connector in connectors["strong"])
    weak = "|".join(connectors["weak"])
    han = "|".join(connectors["han"])
    return re.compile(
        rf"(?P<mark>[\s,;/|·•⋅●–—-]*[{MARKS}][\s,;/|·•⋅●–—{MARKS}-]*(?:(?:{strong}|{weak})\s)?)|(?P<comma>\s?[,;，；]\s?(?:(?:{strong})\s)?)|(?P<list>\s?[、،]\s?|(?<=[\uac00-\ud7a3])[·ㆍ](?=[\uac00-\ud7a3])|\s?\|\s?|\s[·•⋅●∙]\s)|(?P<slash>\s?/\s?|\s\+\s)|(?P<dash>\s[-–—]\s)"
        rf"|\s(?P<strong>{strong}|{strong.upper()})\s|\s(?P<weak>{weak}|{weak.upper()})\s|\s?(?P<han>{han})\s?|\s(?P<vav>ו(?=[\u05d0-\u05ea]{{2,}}\s)|و(?=[\u0621-\u064a]{{2,}}\s))"
    )
