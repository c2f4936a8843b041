"""Sets apart what stands on the line of a byline beside names: dates, counters, addresses, papers, offices.

The words are rows of ``tables/byline_words.toml``. What speaks of an author becomes a note; what does not is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from crawler.normalisation.bylines.dates import EDGES, TOKEN, find_dates, load_around_dates, load_months, make_bare_key
from crawler.normalisation.bylines.desks import is_desk, is_house_desk
from crawler.normalisation.bylines.labels import find_others
from crawler.normalisation.bylines.names import reads_as_name
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

MARKS = "\ue000-\ue0ff"
"""Each set-apart piece leaves one of these characters in the text: U+E000 one without a note."""
_FIRST_MARK = 0xE000
DATE_MARK = "\ue000"
"""Stands for a date, a time or a counter."""
CUT = "\ue0ff"
"""Parts two names where nothing stood between them."""
_MAX_NOTES = 200
_ADDRESSES = re.compile(
    r"\S{1,100}@\S{1,100}|(?:(?<!\S)(?i:follow|suivre|seguir|segui|siga|folgen|volg|följ)\s)?(?<!\S)@\w{1,50}|(?:https?://|www\.)\S{1,200}|[(（\[][^()（）\[\]]{0,60}[,/;][^()（）\[\]]{0,60}[)）\]]"
)
_BEFORE_NAME = re.compile(
    r"([^\s\d,;/|]{2,20}\s[-–—](?=\s)|[^\s\d,;:/|]{2,20}(?:\s[^\s\d,;:/|]{2,20})?:)\s([^\d,;:/|–—]{5,60})$"
)
"""A paper or a place before the only name: "Harbour - Ann Lee", "Old Town: Ann Lee"."""
_STATIONS = re.compile(
    r"(?<=[a-z]\s)(?:[A-Z]{3,5}(?:-TV)?\d{0,2}|[A-Z]{1,3}\d{1,2}|\d{1,2})\s?(?:News|TV|Radio|Sports?|Digital)(?!\w)"
)
"""A station by its letters or number, behind a name: "Ann Lee KXYZ News"."""
_OTHERS = re.compile(
    r"\s?외\s?\d{1,3}\s?[명인]|(?<=\S)[/／]\s?[^/／\s]{1,12}(?:報導|报道|電)|\s(?:and|&|\+)\s?\d{1,3}\s(?:others|more)\b|"
    r"\son behalf of\s.+|\s(?:Foto|Fotos|Foto['’]s|Beeld|Photos?|Kuvat?|사진)\s"
    r"(?!(?i:editor|journalis|redakt|report|credit|essay|desk))(?=[^\W\d_])[^,;:|/]{3,40}$"
)
_GLUED_PREFIX = re.compile(
    r"^(by|By|BY|von|Von|par|Par|por|Por|di)(?=[A-ZÀ-Þ][a-zß-ÿ]+\s)|^(by|By|von|Von|par|Par|por|Por)(?=[A-ZÀ-Þ]{2,}\s)"
)
_SLASH_AFTER_NUMBER = re.compile(r"(?<=\d)\s?/\s?(?=[^\W\d_]{2})")
_GLUED_NUMBER = re.compile(r"(?<=[^\W\d_A-Z]{2})(?=\d{1,4}[\s.,/:-]|\d{4,}|\d{1,2}$)")
_LOWER_THEN_UPPER = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-ÖØ-Þ][^\W\d_A-Z])")
_NOT_GLUED = frozenset(
    ["mc", "mac", "de", "di", "le", "la", "du", "da", "van", "von", "fitz", "o", "des", "del", "st", "ma"]
)

_CAPITALS: Final = r"(?:[A-ZÀ-Þ]\.|(?:Mc|Mac|De|Di|La|Le)?[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+)"
_CAPITALS_BEFORE_WORDS: Final = re.compile(
    rf"{_CAPITALS}(?:\s{_CAPITALS}){{1,3}}(?<![A-ZÀ-Þ]\.)(?=\s[A-ZÀ-Þ][a-zß-ÿ]+\b)"
)
"""A name in capitals, before words in small letters: "ANN LEE Herald Staff"."""
_END_OF_WORDS: Final = re.compile(rf"[,;|、{MARKS}]|\s(?:and|und|et|y|&|[-–—/])\s|$")


@dataclass(slots=True)
class Dressed:
    """A byline with everything set apart that is no name."""

    text: str
    """The byline, a mark in place of each piece set apart."""
    notes: dict[str, str] = field(default_factory=dict)
    """Mark → words that stood there, where they speak of the author before."""
    dates: list[str] = field(default_factory=list)
    """Dates, times and counters with the words around them, in printed order."""

    def set_apart(self, start: int, end: int, told_from: int = 0, *, keep: bool = True) -> None:
        """Replace the characters from ``start`` to ``end`` by a mark, which stands for those from ``told_from`` on."""
        words = self.text[max(start, told_from) : end].strip(EDGES + " ")
        mark = chr(_FIRST_MARK)
        if keep and words and len(self.notes) < _MAX_NOTES:
            mark = chr(_FIRST_MARK + 1 + len(self.notes))
            self.notes[mark] = words
        self.text = self.text[:start] + mark + self.text[end:]

    def part(self, place: int) -> None:
        """Part the text at a place where nothing stands."""
        self.text = self.text[:place] + CUT + self.text[place:]


def undress(text: str, agency_keys: frozenset[str]) -> Dressed:
    """Return a byline of at most 500 characters with dates, addresses, offices and papers set apart."""
    dressed = Dressed(text=_part_glued_words(text, agency_keys))
    for match in reversed(list(_OTHERS.finditer(dressed.text))):
        dressed.set_apart(*match.span())
    for start, label, end in reversed(find_others(dressed.text)):
        dressed.set_apart(start, end, label)
    for match in reversed(list(_ADDRESSES.finditer(dressed.text))):
        dressed.set_apart(*match.span())
    for match in reversed(list(_STATIONS.finditer(dressed.text))):
        if make_word_key(match[0]) not in agency_keys:
            dressed.set_apart(*match.span())
    place = _BEFORE_NAME.match(dressed.text)
    if (
        place
        and not place[1].isupper()
        and " " in place[2]
        and reads_as_name(place[2])
        and make_bare_key(place[1]) not in agency_keys
    ):
        dressed.set_apart(*place.span(1))
    if any(map(str.isdigit, dressed.text)):
        for start, end in reversed(find_dates(dressed.text)):
            dressed.dates.insert(0, dressed.text[start:end].strip(EDGES + " "))
            dressed.set_apart(start, end, keep=False)
    _set_words_behind_capitals_apart(dressed, agency_keys)
    _set_roles_apart(dressed, agency_keys)
    _set_papers_apart(dressed, agency_keys)
    _set_agencies_apart(dressed, agency_keys)
    _part_names(dressed)
    return dressed


def _set_words_behind_capitals_apart(dressed: Dressed, agency_keys: frozenset[str]) -> None:
    """Set apart what stands behind a name in capitals and is none of it: "ANN LEE Herald Staff"."""
    name = _CAPITALS_BEFORE_WORDS.match(dressed.text)
    end = _END_OF_WORDS.search(dressed.text, name.end()) if name is not None else None
    if name is not None and end is not None:
        words = dressed.text[name.end() : end.start()]
        if make_word_key(words) not in agency_keys:
            dressed.set_apart(name.end(), end.start())


def is_role(text: str) -> bool:
    """Return True if the text ends with an office: "Chief Political Correspondent", "Vicar General" is none."""
    words = [make_bare_key(word) for word in text.split()]
    return bool(words) and _ends_role(words, len(words) - 1)


def begins_with_role(text: str) -> bool:
    """Return True if the first words are an office: "correspondent of the section City", "Chief reporter, Harbours"."""
    words = [make_bare_key(word) for word in text.split()[:4]]
    return any(
        _ends_role(words, index) and all(word in _load_ranks() for word in words[:index]) for index in range(len(words))
    )


def is_office(text: str) -> bool:
    """Return True for an office outside of papers, which only a comma tells from a name: "Vicar General"."""
    words = [make_bare_key(word) for word in text.split()]
    offices = load_words("byline_words", "roles", "offices")
    return bool(words) and (words[-1] in offices or " ".join(words[-2:]) in offices)


def is_degree(text: str, *, sure: bool = False) -> bool:
    """Return True for an academic degree or a chartered title, or what is printed as they are: "PhD", "FAND".

    With ``sure``, only those of the table, in capitals.
    """
    word = text.strip(" .,")
    if sure:
        return word[:1].isupper() and make_word_key(word) in load_words("byline_words", "degrees", "words")
    if " " in word and make_word_key(word) not in load_words("byline_words", "degrees", "words"):
        return False
    capitals = sum(1 for character in word if character.isupper())
    return make_word_key(word) in load_words("byline_words", "degrees", "words") or (
        2 <= len(word.replace(".", "")) <= 5 and capitals >= 2 and word[-1:].isupper() and word.isascii()
    )


def names_desk(text: str) -> bool:
    """Return True if five words or fewer are a desk or an office of a paper: "Guardian staff reporter"."""
    return len(text.split()) <= 5 and text[:1].isupper() and (is_desk(text) or is_role(text)) and text[-1].isalpha()


def strip_footnotes(text: str) -> str:
    """Return a byline without the figures of footnotes behind names: "Ann Lee1, Bo Ray2"."""
    is_numbered = _FIGURE.search(text) is not None and _TWO_FIGURES.search(text) is None
    return _FOOTNOTE.sub("", text) if is_numbered else text


_FIGURE = re.compile("[1-9]")
_TWO_FIGURES = re.compile(r"\d\d")
_FOOTNOTE = re.compile(r"(?<=[^\W\d_]{2})\s?[1-9](?:,[1-9])?\*?(?=,\s|\s(?:and|&|und|et|y)\s|$)")


def has_glued_prefix(text: str) -> bool:
    """Does a line begin as "byAnn Lee" does?"""
    return _GLUED_PREFIX.match(text) is not None


def part_glued_prefix(text: str) -> str:
    """Return "byAnn Lee" as "by Ann Lee"."""
    return _GLUED_PREFIX.sub(lambda prefix: f"{prefix[0]} ", text)


def _part_glued_words(text: str, agency_keys: frozenset[str]) -> str:
    """Return a line with a space where inline elements adjoin: "Ann LeePublished", "Ann LeeTravel News Reporter"."""
    tokens = text.split(" ")
    for index, token in enumerate(tokens):
        if len(token) < 5 or token.islower() or "@" in token or make_word_key(token) in agency_keys:
            continue
        for cut in _LOWER_THEN_UPPER.finditer(token):
            head, tail = token[: cut.start()], token[cut.start() :]
            key = make_bare_key(re.split(r"\d", tail)[0])
            if make_bare_key(head) in _NOT_GLUED or len(head) < 2:
                continue
            following = [make_bare_key(word) for word in tokens[index + 1 : index + 4]]
            is_dated = key in load_around_dates() or (
                key in load_months()
                and any(character.isdigit() for character in " ".join([tail, *tokens[index + 1 : index + 2]]))
            )
            is_dated = is_dated or key in load_words("byline_words", "labels", "glued")
            names_role = key in _load_heads() or (
                key in _load_ranks() and any(word in _load_heads() for word in following)
            )
            if is_dated or names_role or (key == "the" and following):
                tokens[index] = f"{head} {tail}"
                break
    joined = " ".join(tokens)
    if not any(character.isdigit() for character in joined):
        return joined
    return " ".join(_SLASH_AFTER_NUMBER.sub(" / ", _GLUED_NUMBER.sub(" ", joined)).split())


def _part_names(dressed: Dressed) -> None:
    """Part names that stand in a row without anything between them, where given names show their beginnings."""
    given = load_words("given_names", "names", "words")
    places: list[int] = []
    for begin, text in _iter_segments(dressed.text):
        tokens = list(TOKEN.finditer(text))
        if not 4 <= len(tokens) <= 16:
            continue
        are_given = [make_word_key(token[0]) in given for token in tokens]
        if not are_given[0] or not all(token[0][:1].isupper() for token in tokens):
            continue
        particles = load_words("names", "particles", "family")
        cuts = [
            index
            for index in range(2, len(tokens) - 1)
            if are_given[index]
            and not are_given[index - 1]
            and make_word_key(tokens[index - 1][0]) not in particles
            and make_word_key(tokens[index - 1][0]) not in _load_connectors()
        ]
        if all(not are_given[end - 1] for end in (*cuts, len(tokens))):
            places.extend(begin + tokens[index].start() for index in cuts)
    for place in reversed(places):
        dressed.part(place)


def _set_roles_apart(dressed: Dressed, agency_keys: frozenset[str]) -> None:
    """Set offices apart: "Ann Lee Chief Political Correspondent in Paris", "Redakteurin Ann Lee"."""
    spans: list[tuple[int, int]] = []
    for begin, text in _iter_segments(dressed.text):
        if make_word_key(text) in agency_keys or is_house_desk(text):
            continue
        tokens = list(TOKEN.finditer(text))
        keys = [make_bare_key(token[0]) for token in tokens]
        start = 0
        index = 0
        while index < len(tokens):
            if not _ends_role(keys, index) or (tokens[index][0].islower() and index and not keys[index - 1]):
                index += 1
                continue
            first = index - (1 if " ".join(keys[index - 1 : index + 1]) in _load_heads() and index > start else 0)
            while first > start and _belongs_to_role(keys, first - 1):
                first -= 1
            if any(keys[position] in _load_ranks() for position in range(start + 2, first)):
                first = next(position for position in range(start + 2, first) if keys[position] in _load_ranks())
            if keys[start] in _load_ranks() and index - start < 4:
                first = start  # "Senior Review Analyst" alone
            last = index
            while last + 1 < len(tokens) and (
                keys[last + 1] in ("in-chief", "emeritus", "chef") or _ends_role(keys, last + 1)
            ):
                last += 1
            if keys[last + 1 : last + 2] in (["&"], ["and"], ["und"]):  # "Founder & Lead Reviewer"
                joined = (end for end in range(last + 2, min(last + 5, len(tokens))) if _ends_role(keys, end))
                end = next(joined, last)
                last = end if all(keys[place] in _load_ranks() for place in range(last + 2, end)) else last
            before = first - start
            alone = before == 1 and make_word_key(tokens[start][0]) not in agency_keys
            if before == 1 and tokens[start][0].islower():
                first = start  # "a correspondent"
            if alone and tokens[start][0][:1].isupper() and first == index and last + 1 == len(tokens):
                index = last + 1
                continue  # "Ann Reporter": who can tell
            if last + 2 < len(tokens) and keys[last + 1] in _load_links():
                last += 1
                while last + 1 < len(tokens) and tokens[last + 1][0][:1].isupper() and not _ends_role(keys, last + 1):
                    last += 1
            spans.append((begin + tokens[first].start(), begin + tokens[last].end()))
            start = index = last + 1
    for start, end in reversed(spans):
        dressed.set_apart(start, end)


def _iter_segments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the start and the text of each piece between commas, bars, marks and dashes."""
    for segment in re.finditer(rf"(?:(?!\s[-–—/]\s)[^,;|、，；{MARKS}·•⋅])+", text):
        yield segment.start(), segment[0]


def _ends_role(keys: list[str], index: int) -> bool:
    heads = _load_heads()
    return keys[index] in heads or (index > 0 and f"{keys[index - 1]} {keys[index]}" in heads)


def _belongs_to_role(keys: list[str], index: int) -> bool:
    word = keys[index]
    if word in ("and", "und", "&", "et", "y", "e") and index:
        return _ends_role(keys, index - 1) or keys[index - 1] in _load_ranks()
    return (
        word in _load_ranks()
        or _ends_role(keys, index)
        or bool(re.fullmatch(r".{4,}(?:isch|lich|ische|liche)[ernms]?", word))
        or bool(re.fullmatch(r".{3,}(?:ical|ional|mental)", word))
    )


def _set_papers_apart(dressed: Dressed, agency_keys: frozenset[str]) -> None:
    """Set the paper apart that a writer works for: "Ann Lee for Example.com", "Ann Lee The News Agency"."""
    if make_word_key(dressed.text) in agency_keys:  # "Press Trust of India"
        return
    for match in reversed(list(_compile_papers().finditer(dressed.text))):
        before = re.split(rf"[,;|、{MARKS}]|\s(?:and|und|&|et|y)\s", dressed.text[: match.start()])[-1]
        if len(before.split()) > 1:
            dressed.set_apart(*match.span())


def _set_agencies_apart(dressed: Dressed, agency_keys: frozenset[str]) -> None:
    """Part an agency from the name before it, which nothing else does: "Ann Lee BBC News"."""
    is_upper = dressed.text.isupper()
    places: list[int] = []
    for begin, text in _iter_segments(dressed.text):
        tokens = [] if is_house_desk(text) else list(TOKEN.finditer(text))
        for count in (3, 2, 1):
            if len(tokens) < count + 2:
                continue
            words = text[tokens[-count].start() : tokens[-1].end()]
            sure = words.split()[0].isupper() or count > 1 or words == "Reuters"
            sure = sure and (not is_upper or words in _IN_CAPITALS)
            if make_word_key(words) in agency_keys and sure and tokens[-count - 1][0][:1].isupper():
                places.append(begin + tokens[-count].start())
                break
    for place in reversed(places):
        dressed.part(place)


_IN_CAPITALS: Final = ("AP", "AFP", "UPI", "EFE", "CNN", "BBC")
"""Agencies that are no family names, behind a name in capitals as they are."""


@cache
def _compile_papers() -> re.Pattern[str]:
    links = "|".join(load_table("byline_words")["affiliations"]["links"])
    stop = rf"(?=\s(?:and|und|et|y|&)\s|\s[-–—/]\s|[,;|、{MARKS}]|$)"
    return re.compile(rf"\s(?:(?:(?i:{links}))\s(?:the\s)?(?=[A-ZÀ-Þ])|(?=The\s[A-Z]))[^,;|、{MARKS}]{{2,80}}?{stop}")


@cache
def _load_connectors() -> frozenset[str]:
    connectors = load_table("bylines")["connectors"]
    return frozenset(map(make_word_key, (*connectors["strong"], *connectors["weak"])))


@cache
def _load_heads() -> frozenset[str]:
    return load_words("byline_words", "roles", "heads")


@cache
def _load_ranks() -> frozenset[str]:
    return load_words("byline_words", "roles", "ranks")


@cache
def _load_links() -> frozenset[str]:
    return frozenset(fold(word) for word in load_table("byline_words")["roles"]["links"])
