"""Splits the dateline from the first paragraph of a body.

``Moscow (AsiaNews) - In recent days…`` opens with a place and, in brackets, the agencies. A sentence that happens to
hold brackets is no dateline: the place must be printed like one and the brackets must name an agency we know. Without
brackets, as in "ROME — In recent days…", a day behind the place tells a dateline, capitals do, or a place we know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from crawler.items import Dateline
from crawler.normalisation.bylines.names import is_listed_given_name
from crawler.normalisation.dates.calendar_words import find_month, find_weekday
from crawler.normalisation.dates.date_words import find_role, is_known
from crawler.normalisation.dates.other_calendars import find_ethiopian_month, find_unread_dates
from crawler.normalisation.words.scripts import HAN, is_small
from crawler.normalisation.words.text import clean, fold
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key
from crawler.site import Site

MAX_PLACE_WORDS = 7

_HEAD = re.compile(
    r"\s*(?P<printed>(?P<place>[^()（）\[\]【】]{0,60}?)\s{0,3}[(（\[【]\s{0,3}(?P<agencies>[^()（）\[\]【】]{2,80}?)\s{0,3}[)）\]】])"
    r"(?P<dash>\s{0,3}[.:፡]?[-‐‑‒–—―─−－﹣﹘]{1,4}|\s_(?=\s)|\s{0,3}[:：፡፦]|\.(?=\s))?\s*"
)
_SLASHED_HEAD = re.compile(
    r"\s*(?P<printed>(?P<place>[^()（）\[\]/]{2,60}?)\s{0,3}/(?P<agencies>[^\s/]{2,30}(?:\s[^\s/]{1,20}){0,2})/)(?P<dash>\s{0,3}[-–—]{1,4}|[.,])?\s*"
)
"""With the agency between slashes: "CHICAGO, May 6 /PRNewswire/ --"."""
_SENTENCE = re.compile(r"[!?;:,…\"“”„«»。，！？；：、]|\d")
_SHORT_STATE = re.compile(r"(?<=^[^\W\d_]{4})\.$|(?<=^[^\W\d_]{5})\.$")
"""The point of a shortened state: "Okla.", "Calif."."""
_ABBREVIATED = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_]{2,3}\.")
_DAY = re.compile(
    r"(?:[,،፤]\s+|\s+(?=\()|\s+(?=\d{1,2}\.?\s[^\W\d_]+\.?$))\(?(?:\d{4}\.\s)?(?:(?P<weekday>[^\W\d_][^\s\d,.]{1,14})[,،]?\s)?"
    r"(?:\d{1,2}(?:\.|er|º|°)?\s+(?:de\s)?(?P<month>[^\W\d_][^\s\d,.]{1,14})|(?P<first>[^\W\d_][^\s\d,.]{0,14})\.?\s+\d{1,2})"
    r"(?:\.?,\s[^\W\d_]{3,12}(?=$))?"
    r"(?:\.?[\s,/]+(?:de\s|del\s)?\d{4}(?:\s?г)?|\sd)?\.?\)?$"
)
_DAY_IN_FIGURES = re.compile(r"[,،]?\s+(?:ngày\s|den\s)?\d{1,2}[./]\s?\d{1,2}(?:[./]\s?\d{4})?\.?$")
"""As it stands in brackets behind the agency too: "Hà Nội (TTXVN 6/5)"."""
_BETWEEN_AGENCIES = re.compile(r"\s*[/,;&+、，／·]\s*|\s+(?:and|e|ed|y|et|und)\s+|\s+[-–]\s+")
_BETWEEN_PLACES = re.compile(r"\s*/\s*|\s+[-–]\s+")


def split_dateline(paragraph: str, site: Site, further: Sequence[str] = ()) -> tuple[Dateline | None, str]:
    """Split the dateline from the first paragraph: ``(Dateline, rest)``, or ``(None, paragraph)`` where there is none.

    ``printed`` is the dateline without the dash; ``place`` keeps its spelling, but for capitals throughout. The house's
    own dateline needs no dash; another agency's does, for "The Bank (AFP) said" is a sentence. Nothing is lost: what
    is neither dateline nor rest is the dash and the white space around it. ``further`` paragraphs tell whether capitals
    before a dash are a place: they name it, not in capitals.
    """
    if further and len(paragraph) <= _LONGEST_ALONE and any(map(str.isdigit, paragraph)):
        dateline, rest = split_dateline(f"{paragraph} — {further[0]}", site, further[1:])
        if dateline is not None and rest == further[0] and dateline.printed == clean(paragraph):
            return dateline, ""  # in a paragraph of its own
    head = _HEAD.match(paragraph) or _SLASHED_HEAD.match(paragraph)
    if head is None:
        return _split_without_brackets(paragraph, site, further)
    rest = paragraph[head.end() :]
    names = _DAY_IN_FIGURES.sub("", head["agencies"])
    agencies = tuple(clean(agency) for agency in _BETWEEN_AGENCIES.split(names) if agency.strip())
    is_house = any(make_word_key(agency) in _fold_agencies(site.agencies) for agency in agencies)
    printed_place = _strip_writer(_CLOCK.sub("", clean(head["place"]).rstrip(" ,")))
    place = _cut_day(printed_place, site.languages)
    # "Port Amble, Nov 18 (Harbourwire) -": a day and a dash say that the brackets name an agency, known or not.
    is_day_beside = names != head["agencies"]
    is_dated = (is_day_beside or place != printed_place.rstrip(" -–—")) and not _says_when_or_what(
        place, site.languages
    )
    is_known_agency = any(make_word_key(agency) in _load_agencies() for agency in agencies)
    is_agency = is_known_agency or (
        is_dated
        and len(head["agencies"].split()) < 4
        and (place.isupper() or head.re is _SLASHED_HEAD or head["dash"] not in (":", "：", ".", None))
    )
    ends = bool(head["dash"] and is_agency) or (is_dated and is_known_agency)
    is_sure_place = place.isupper() and make_word_key(place) in load_words("dateline_places", "cities")
    ends = ends or (is_known_agency and is_sure_place and rest[:1].isupper())  # "BEIRUT (AP) The ferry"
    if not is_house and head["dash"] == "." and not is_dated and not place:
        ends = False  # "(AFP). The end of another text"
    if not is_house and not ends:
        return _split_without_brackets(paragraph, site, further)
    if place.partition(" ")[0] in agencies:  # "CNA Staff, May 6 (CNA)."
        place = ""
    if place and not _reads_as_place(place):
        return None, paragraph
    if not head["dash"] and rest[:1].islower():  # "The director of Mumbai (AsiaNews) said": the sentence goes on
        return None, paragraph
    printed = clean(head["printed"])
    usual = ", ".join(map(_undo_capitals, place.split(", ")))
    dateline = Dateline(printed=printed, place=usual or None, agencies=agencies)
    return (dateline, rest) if place else _take_place_behind(dateline, paragraph, rest, site)


_LONGEST_ALONE = 60
_CLOCK = re.compile(r"(?<=\d{4})\s?/\s?\d{1,2}:\d\d\s?[ap]\.?m\.?$")
"""The time behind the day: "Lima, May 6, 2024 / 10:15 am (CNA)."."""


def _strip_writer(place: str) -> str:
    """Return the place behind the writer, where a page lost the line break between: "By Ann Lee LONDON"."""
    writer = _WRITER.match(place)
    return place[writer.end() :] if writer is not None else place


_WRITER = re.compile(r"By\s(?:[A-Z][\w.'’-]*[a-z.]\s){2,6}(?=[A-Z]{3})")


def _take_place_behind(dateline: Dateline, paragraph: str, rest: str, site: Site) -> tuple[Dateline, str]:
    """Add the place and the day that stand behind an agency and its dash: "(ANSA) - ROMA, 06 MAG - "."""
    for dash in _BARE_DASH.finditer(rest, 0, _LONGEST_BARE_HEAD):
        place = _cut_day(rest[: dash.start()], site.languages)
        if place != rest[: dash.start()].rstrip(" -–—") and _reads_as_place(place) and dash[0].strip() not in ":：.":
            text = rest[dash.end() :]
            printed = clean(paragraph[: len(paragraph) - len(rest) + dash.start()])
            return Dateline(printed=printed, place=_undo_capitals(place), agencies=dateline.agencies), text
    return dateline, rest


def _split_without_brackets(paragraph: str, site: Site, further: Sequence[str]) -> tuple[Dateline | None, str]:
    """Split a dateline whose place stands alone or beside a day or an agency: "ROME — ", "Manila, May 6 - "."""
    for dash in _BARE_DASH.finditer(paragraph, 0, _LONGEST_BARE_HEAD):
        printed, rest = paragraph[: dash.start()].strip(), paragraph[dash.end() :]
        if dash[0].startswith(". ") and "," in printed and dash[0] != ". ":
            printed += "."  # "SPRINGFIELD, Ill. — "
        dateline = _read_bare_head(printed, dash[0].strip(), [rest, *further], site)
        if dateline is not None:
            return _take_agency_behind(dateline, rest)
    return _split_east_asian(paragraph)


_LONGEST_BARE_HEAD = 90
_SHORTEST_REST = 20
_BARE_DASH = re.compile(r"\s?(?:--|[–—―])\s?|\.\s?[-–—]+\s?|\s-\s|\s\|\s|।\s|(?<=\S)\s?[:：]\s|(?<=[^\W\d_]{3})\.\s")
_PAPER = re.compile(r"[\w-]{2,30}\.(?:com|net|news|co|id|co\.id|vn)", re.I)
"""A paper by its address, as those of Indonesia open their texts: "Pelabuhan.com, Jakarta - "."""


_AGENCY_BEFORE = re.compile(r"\((?P<agency>[A-Z][^()\d]{1,30})\)\s(?=\S)")
_UNKNOWN_AGENCY = re.compile(r"(?P<place>[^()]{3,60}?)\s?\((?P<agency>[A-Z][^()\d,]{1,40})\)")


def _read_bare_head(printed: str, dash: str, texts: Sequence[str], site: Site) -> Dateline | None:
    """Return the dateline that words before a dash, a colon or a full stop are; None where a sentence begins so."""
    rest = texts[0]
    if len(rest) < _SHORTEST_REST or is_small(rest.lstrip(" “\"'«„‘¿¡(")[:1]):
        return None
    before = _AGENCY_BEFORE.match(printed)
    text, agencies = _split_agency(printed) if before is None else (printed[before.end() :], (before["agency"],))
    bracket = _UNKNOWN_AGENCY.fullmatch(text) if not agencies else None
    if bracket is not None and bracket["place"].partition(", ")[0].isupper():  # "HONOLULU, Hawaii (Harbourwire) - "
        text, agencies = bracket["place"], (bracket["agency"],)
    place = _cut_day(text, site.languages)
    is_dated = place != text.rstrip(" -–—")
    if agencies and not place:
        return Dateline(printed=clean(printed), place=None, agencies=agencies) if dash not in ":.：" else None
    if not _reads_as_place(place) or _says_when_or_what(place, site.languages):
        return None
    names = [name for name in _BETWEEN_PLACES.split(place.partition(", ")[0]) if name]
    is_known = any(make_word_key(name) in load_words("dateline_places", "cities") for name in names)
    if before is not None and not (is_dated or _is_agency(before["agency"])):
        return None
    if dash in "|।":
        is_dateline = is_known and (dash == "।" or place.isupper())
    elif dash == ".":
        is_dateline = is_dated and place.isupper()
    elif dash in (":", "："):
        is_plain = place.isupper() or place == place.lower()  # in capitals, or in a script that has none
        is_dateline = (is_plain or is_known) if is_dated else (is_known and (is_plain or bool(agencies)))
    else:
        is_dateline = is_dated or is_known or (place.partition(", ")[0].isupper() and _is_named_again(place, texts))
        is_sure_agency = bool(agencies) and bracket is None
        is_dateline = is_dateline or (is_sure_agency and len(place.split()) <= MAX_BARE_WORDS)
    if not is_dateline:
        return None
    usual = ", ".join(map(_undo_capitals, place.split(", ")))
    return Dateline(printed=clean(printed), place=usual, agencies=agencies)


MAX_BARE_WORDS = 4


def _says_when_or_what(place: str, languages: tuple[str, ...]) -> bool:
    """Do words before a dash or a day tell of no place, but of a time or a kind of piece: "Today", "Update"?"""
    words = place.split()
    if any(make_word_key(name) in load_words("dateline_places", "labels") for name in (place, words[0])):
        return True
    if any(find_weekday(word, languages) is not None for word in words) or find_month(place, languages) is not None:
        return True
    return find_role(place) is not None or is_known(place, languages)


def _is_named_again(place: str, texts: Sequence[str]) -> bool:
    """Does a country stand beside a town in capitals, or does the text name it again in usual letters?"""
    town, _, country = place.partition(", ")
    if len(town.split()) > MAX_BARE_WORDS or is_listed_given_name(town.split()[0]) or f" {town}" in texts[0]:
        return False  # an acronym is one wherever it stands
    usual = re.compile(rf"(?<=[^\W\d_,]\s){re.escape(_undo_capitals(town))}(?!\w)")
    return bool(country) or (len(town) > 3 and any(usual.search(text) for text in texts))


def _split_agency(printed: str) -> tuple[str, tuple[str, ...]]:
    """Return the words before a dash without the agency or the paper beside the place, and this: "Jakarta, ANTARA"."""
    parts = re.split(r"(,\s|،\s|\s[-–—]\s|\s?/\s|\.\s)", printed)
    if _is_agency(parts[-1]):
        return "".join(parts[:-2]), (clean(parts[-1]),)
    if len(parts) > 1 and _is_agency(parts[0]):
        return "".join(parts[2:]), (clean(parts[0]),)
    return printed, ()


def _is_agency(text: str) -> bool:
    """Return True for a paper's address, an agency, and the edition of one for a country: "CNN Indonesia"."""
    edition, _, country = text.partition(" ")
    is_edition = edition.isupper() and country.istitle() and make_word_key(edition) in _load_agencies()
    return is_edition or _PAPER.fullmatch(text) is not None or make_word_key(text) in _load_agencies()


def _take_agency_behind(dateline: Dateline, rest: str) -> tuple[Dateline, str]:
    """Add the agency that stands behind the dash, with a mark of its own: "MOSCOW, May 6 - Harbourwire. "."""
    behind = _AGENCY_BEHIND.match(rest) if not dateline.agencies else None
    if behind is None or not _is_agency(behind["agency"]):
        return dateline, rest
    printed = f"{dateline.printed} - {behind['agency']}"
    agencies = (behind["agency"],)
    return Dateline(printed=printed, place=dateline.place, agencies=agencies), rest[behind.end() :]


_AGENCY_BEHIND = re.compile(r"\(?(?P<agency>[^\W\d_][^.:()–—]{1,24}?)\)?\s?(?:[.:：–—]|\s-)\s?")


def _split_east_asian(paragraph: str) -> tuple[Dateline | None, str]:
    """Split the datelines of agencies of East Asia, whose form alone tells them: "新华社北京5月6日电（记者李明）"."""
    head = next((match for form in _EAST_ASIAN_HEADS if (match := form.match(paragraph))), None)
    if head is None:
        return None, paragraph
    parts = head.groupdict()
    place = parts.get("place")
    if "name_and_place" in parts:
        both = parts["name_and_place"]
        place = both[2 if len(both) == _LENGTH_OF_SHORT_ONES else _LENGTH_OF_NAME :]
    agency = parts.get("agency")
    if agency is not None and agency.endswith(_WRITERS):  # "[新聞=王小明 記者]": a paper and its writer
        return None, paragraph
    return Dateline(printed=clean(head[0]), place=place, agencies=(agency,) if agency else ()), paragraph[head.end() :]


_WRITERS = ("기자", "특파원", "記者", "记者", "위원")
_LENGTH_OF_NAME = 3
"""Characters of nearly all Chinese names that stand before a place without anything between."""
_LENGTH_OF_SHORT_ONES = 4
"""A name of two and a place of two."""
_DAY_OF_AGENCY = (
    r"(?:(?:(?:19|20)\d\d年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})日"
)
_EAST_ASIAN_HEADS = tuple(
    map(
        re.compile,
        (
            rf"(?P<agency>[{HAN}]{{2,5}}[社网網]|本[报報台])(?P<place>[{HAN}]{{2,8}}?){_DAY_OF_AGENCY}[电電讯訊](?:\s?[（(][^（）()]{{2,40}}[)）])?\s*",
            rf"[（(](?P<agency>[{HAN}]{{2,4}}社)[記记]者(?P<name_and_place>[{HAN}]{{4,7}}?){_DAY_OF_AGENCY}[{HAN}]?[电電][)）]\s*",
            r"[［\[](?P<place>[^\s\d［］\[\]]{1,12})\s{1,2}[\d０-９]{1,2}日\s{1,2}(?P<agency>[^\s［］\[\]]{2,12})[］\]]\s*[-‐–—―－]*\s*",
            rf"[（(【〔](?P<agency>[{HAN}]{{2,5}}[社网網报報]){_DAY_OF_AGENCY}[{HAN}]?[电電讯訊][)）】〕]\s*[—–-]*\s*",
            rf"[（(【〔](?P<agency>[{HAN}]{{2,5}}(?:[社网網报報]))?(?!{_DAY_OF_AGENCY})(?P<place>[{HAN}]{{2,8}}?){_DAY_OF_AGENCY}[{HAN}]?[电電讯訊][)）】〕]\s*[—–-]*\s*",
            r"【(?P<place>[^\s【】=＝・]{2,12}?)[=＝・]?(?P<agency>共同|時事|ロイター|AFP時事|ＡＦＰ時事|AP|聯合ニュース)】\s*",
            rf"[【（(](?P<place>[ァ-ヶー]{{2,10}})[=＝・]?[{HAN}]{{2,6}}[】）)]\s*",
            r"[（(［\[【](?P<place>[가-힣·]{2,12})=(?P<agency>[가-힣A-Za-z0-9]{2,10})[)）］\]】]\s*(?:[가-힣]{2,4}(?:·[가-힣]{2,4}){0,3}\s(?:기자|특파원)\s*=\s*)?",
        ),
    )
)


def _cut_day(place: str, languages: tuple[str, ...]) -> str:
    """Return a place without the day that agencies print behind it, and a dash: "VALMARE, May 6", "Valmare –"."""
    if (figures := _DAY_IN_FIGURES.search(place)) is not None:
        return place[: figures.start()].rstrip(" ,-–—") or place
    day = _DAY.search(place)
    if day is not None and _names_month(day["month"] or day["first"], languages):
        word = day["weekday"]
        is_part_of_day = word is None or word.lower() in _BEFORE_DAY or find_weekday(word, languages) is not None
        place = place[: day.start()] if is_part_of_day else place[: day.end("weekday")]
    return place.rstrip(" -–—") or place


def _names_month(word: str, languages: tuple[str, ...]) -> bool:
    """Does a word name a month, be it of a calendar whose days are not read?"""
    if find_month(word, languages) is not None or find_ethiopian_month(word) is not None:
        return True
    return bool(find_unread_dates(f"1 {word}"))


_BEFORE_DAY = frozenset(("le", "am", "den", "el", "a", "ngày"))


def _reads_as_place(place: str) -> bool:
    """Return True for capitalised words and small ones between them, without punctuation of sentences and digits."""
    town, comma, country = place.partition(", ")
    if comma and len(town) > 1 and "," not in country and country[:1].isupper():  # "MANILA, Philippines"
        return _reads_as_place(town) and _reads_as_place(_SHORT_STATE.sub("", country))
    if _SENTENCE.search(place) or len(place) < 2:
        return False
    for part in _BETWEEN_PLACES.split(place):
        names = part.split()
        if not 1 <= len(names) <= MAX_PLACE_WORDS or is_small(names[-1]):
            return False
        if not all(_is_place_word(name, first=position == 0) for position, name in enumerate(names)):
            return False
    return True


def _is_place_word(word: str, *, first: bool) -> bool:
    if "." in word:
        return word[0].isupper() and _ABBREVIATED.fullmatch(word) is not None  # St. Petersburg, Washington D.C.
    initial = next((character for character in word if character.isalpha()), "")
    if initial and is_small(initial):
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
    if "." in word[:-1]:
        return word
    usual = re.sub(r"[^\W\d_]+", lambda letters: letters[0][0] + letters[0][1:].lower(), word)
    return re.sub(r"(?<=['’‘ʼ])S$", "s", usual)


@cache
def _fold_agencies(own: tuple[str, ...]) -> frozenset[str]:
    return frozenset(make_word_key(agency) for agency in own)


@cache
def _load_agencies() -> frozenset[str]:
    spellings = {make_word_key(spelling) for row in load_table("bylines")["agencies"]["rows"] for spelling in row}
    return frozenset(spellings | {make_word_key(agency) for agency in load_table("datelines")["agencies"]})
