"""Splits the dateline from the first paragraph of a body.

``Moscow (AsiaNews) - In recent days…`` opens with a place and, in brackets, the agencies. A sentence that happens to
hold brackets is no dateline: the place must be printed like one and the brackets must name an agency we know.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.items import Dateline
from crawler.normalisation.dates.calendar_words import find_month
from crawler.normalisation.words.scripts import HAN
from crawler.normalisation.words.text import clean, fold
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key
from crawler.site import Site

MAX_PLACE_WORDS = 7

_HEAD = re.compile(
    r"\s*(?P<printed>(?P<place>[^()（）\[\]【】]{0,60}?)\s{0,3}[(（\[【]\s{0,3}(?P<agencies>[^()（）\[\]【】]{2,80}?)\s{0,3}[)）\]】])"
    r"(?P<dash>\s{0,3}[.:]?[-‐‑‒–—―─−－﹣﹘]{1,4}|\s{0,3}[:：])?\s*"
)
_SLASHED_HEAD = re.compile(
    r"\s*(?P<printed>(?P<place>[^()（）\[\]/]{2,60}?)\s{0,3}/(?P<agencies>[^\s/]{2,30}(?:\s[^\s/]{1,20}){0,2})/)(?P<dash>\s{0,3}[-–—]{1,4}|[.,])\s*"
)
"""With the agency between slashes: "CHICAGO, May 6 /PRNewswire/ --"."""
_SENTENCE = re.compile(r"[!?;:,…\"“”„«»。，！？；：、]|\d")
_ABBREVIATED = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_]{2,3}\.")
_DAY = re.compile(
    r"[,،]\s+(?:\d{1,2}\.?\s+(?:de\s)?(?P<month>[^\W\d_][^\s\d,.]{0,14})|(?P<first>[^\W\d_][^\s\d,.]{0,14})\.?\s+\d{1,2})"
    r"(?:[\s,]+\d{4})?\.?$"
)
_BETWEEN_AGENCIES = re.compile(r"\s*[/,;&+、，／·]\s*|\s+(?:and|e|ed|y|et|und)\s+|\s+[-–]\s+")
_BETWEEN_PLACES = re.compile(r"\s*/\s*|\s+[-–]\s+")


def split_dateline(paragraph: str, site: Site) -> tuple[Dateline | None, str]:
    """Split the dateline from the first paragraph: ``(Dateline, rest)``, or ``(None, paragraph)`` where there is none.

    ``printed`` is the dateline without the dash; ``place`` keeps its spelling, but for capitals throughout. The house's
    own dateline needs no dash; another agency's does, for "The Bank (AFP) said" is a sentence. Nothing is lost: what
    is neither dateline nor rest is the dash and the white space around it.
    """
    head = _HEAD.match(paragraph) or _SLASHED_HEAD.match(paragraph)
    if head is None:
        return _split_east_asian(paragraph)
    rest = paragraph[head.end() :]
    agencies = tuple(clean(agency) for agency in _BETWEEN_AGENCIES.split(head["agencies"]) if agency.strip())
    is_house = any(make_word_key(agency) in _fold_agencies(site.agencies) for agency in agencies)
    printed_place = clean(head["place"])
    place = _cut_day(printed_place, site.languages)
    # "PORT AMBLE, Nov 18 (Harbourwire) -": capitals and a day say that the brackets name an agency, known or not.
    is_dated = place != printed_place.rstrip(" -–—") and place.isupper() and len(head["agencies"].split()) < 4
    is_agency = is_dated or any(make_word_key(agency) in _load_agencies() for agency in agencies)
    if not is_house and not (head["dash"] and is_agency):
        return _split_east_asian(paragraph)
    if place and not _reads_as_place(place):
        return None, paragraph
    if not head["dash"] and rest[:1].islower():  # "The director of Mumbai (AsiaNews) said": the sentence goes on
        return None, paragraph
    printed = clean(head["printed"])
    usual = ", ".join(map(_undo_capitals, place.split(", ")))
    return Dateline(printed=printed, place=usual or None, agencies=agencies), rest


def _split_east_asian(paragraph: str) -> tuple[Dateline | None, str]:
    """Split the datelines of agencies of East Asia, whose form alone tells them: "新华社北京5月6日电（记者李明）"."""
    head = next((match for form in _EAST_ASIAN_HEADS if (match := form.match(paragraph))), None)
    if head is None:
        return None, paragraph
    place = head.groupdict().get("place") or head["name_and_place"][_LENGTH_OF_NAME:]
    return Dateline(printed=clean(head[0]), place=place, agencies=(head["agency"],)), paragraph[head.end() :]


_LENGTH_OF_NAME = 3
"""Characters of nearly all Chinese names that stand before a place without anything between."""
_EAST_ASIAN_HEADS = tuple(
    map(
        re.compile,
        (
            rf"(?P<agency>[{HAN}]{{2,5}}社)(?P<place>[{HAN}]{{2,8}}?)(?:\d{{1,2}}月)?\d{{1,2}}日[电電](?:\s?[（(][^（）()]{{2,40}}[)）])?\s*",
            rf"[（(](?P<agency>[{HAN}]{{2,4}}社)[記记]者(?P<name_and_place>[{HAN}]{{5,7}})\d{{1,2}}日[{HAN}]?[电電][)）]\s*",
            r"[［\[](?P<place>[^\s\d［］\[\]]{1,12})\s{1,2}[\d０-９]{1,2}日\s{1,2}(?P<agency>[^\s［］\[\]]{2,12})[］\]]\s*[-‐–—―－]*\s*",
            r"[（(](?P<place>[가-힣·]{2,12})=(?P<agency>[가-힣A-Za-z]{2,10})[)）]\s*(?:[가-힣]{2,4}(?:·[가-힣]{2,4}){0,3}\s(?:기자|특파원)\s*=\s*)?",
        ),
    )
)


def _cut_day(place: str, languages: tuple[str, ...]) -> str:
    """Return a place without the day that agencies print behind it, and a dash: "VALMARE, May 6", "Valmare –"."""
    day = _DAY.search(place)
    if day is not None and find_month(day["month"] or day["first"], languages) is not None:
        place = place[: day.start()]
    return place.rstrip(" -–—") or place


def _reads_as_place(place: str) -> bool:
    """Return True for capitalised words and small ones between them, without punctuation of sentences and digits."""
    town, comma, country = place.partition(", ")
    if comma and len(town) > 1 and "," not in country and country[:1].isupper():  # "MANILA, Philippines"
        return _reads_as_place(town) and _reads_as_place(country)
    if _SENTENCE.search(place) or len(place) < 2:
        return False
    for part in _BETWEEN_PLACES.split(place):
        names = part.split()
        if not 1 <= len(names) <= MAX_PLACE_WORDS or names[-1].islower():
            return False
        if not all(_is_place_word(name, first=position == 0) for position, name in enumerate(names)):
            return False
    return True


def _is_place_word(word: str, *, first: bool) -> bool:
    if "." in word:
        return word[0].isupper() and _ABBREVIATED.fullmatch(word) is not None  # St. Petersburg, Washington D.C.
    initial = next((character for character in word if character.isalpha()), "")
    if initial.islower():
        apostrophe = re.search(r"['’‘ʼ-]\w", word)
        return (not first and fold(word) in load_words("datelines", "small")) or bool(
            apostrophe and not first and apostrophe[0][1].isupper()
        )
    return bool(initial)


def _undo_capitals(place: str) -> str:
    """Return a place in capitals in usual case: HONG KONG is Hong Kong. One short word stays (UAE, USA)."""
    if not place.isupper() or len(place) < 4:
        return place
    small = load_words("datelines", "small")
    names = place.split(" ")
    return " ".join(
        name.lower() if position and fold(name) in small else _capitalise(name) for position, name in enumerate(names)
    )


def _capitalise(word: str) -> str:
    if "." in word:
        return word
    return re.sub(r"[^\W\d_]+", lambda letters: letters[0][0] + letters[0][1:].lower(), word)


@cache
def _fold_agencies(own: tuple[str, ...]) -> frozenset[str]:
    return frozenset(make_word_key(agency) for agency in own)


@cache
def _load_agencies() -> frozenset[str]:
    spellings = {make_word_key(spelling) for row in load_table("bylines")["agencies"]["rows"] for spelling in row}
    return frozenset(spellings | {make_word_key(agency) for agency in load_table("datelines")["agencies"]})
