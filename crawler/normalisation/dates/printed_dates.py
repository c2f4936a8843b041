"""Finds the dates in a short printed line: in words of any language, and in figures.

A date has a day, a month and a year; nothing is added that is not printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from crawler.normalisation.dates.calendar_words import (
    DAY_FIRST_WITH_POINTS,
    SHORT_WITH_SLASHES,
    find_month,
    find_weekday,
)
from crawler.normalisation.dates.date_words import WORD, WORDS, Role
from crawler.normalisation.dates.other_calendars import (
    BUDDHIST,
    BUDDHIST_CENTURY,
    BUDDHIST_YEARS,
    ERAS,
    HAN_FIGURES,
    PERSIAN_YEARS,
    find_ethiopian_month,
    find_persian_month,
    read_ethiopian_day,
    read_han_number,
    read_persian_day,
)
from crawler.normalisation.dates.periods import YEARS
from crawler.normalisation.dates.printed_times import find_clocks
from crawler.normalisation.words.word_tables import make_word_key
from crawler.site import DateOrder

_GAP: Final = r"[\s.,\-–/]{0,3}"
_YEAR_WORDS: Final = "gada|ж|жыл|жылғы|жылы|жылдын|йил|йилнинг|yil|yilning|ýylyň|елның|il|ilin|წლის|წ|يىلى"
_SUFFIX: Final = r"(?:-?[^\W\d_\u0e00-\u0eff]{1,3}(?![^\W\d_]))?[.º°ª]?"
_PATTERNS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("ymd", r"(?<![\d/.-])(?<!\d:)(\d{4})(-|/|\.\s?)(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)"),
        ("cjk", r"(?:주체\d{2,3}\()?(?<!\d)(\d{4})\)?\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日號号일]"),
        ("era", rf"({'|'.join(ERAS)})\s?(\d{{1,3}}|元)\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?[日號号]"),
        (
            "han era",
            rf"(?:中[華华])?(民[國国]|(?<![\u4e00-\u9fff])(?=[八九]十))([百十{HAN_FIGURES}]{{2,6}})年"
            rf"([十{HAN_FIGURES}]{{1,3}})月([十{HAN_FIGURES}]{{1,3}})[日號号]",
        ),
        ("han", rf"([{HAN_FIGURES}]{{4}})年([十{HAN_FIGURES}]{{1,3}})月([十{HAN_FIGURES}]{{1,3}})[日號号]"),
        ("figures", r"(?<![\d/.-])(?<!\d:)(\d{1,2})([-/]|\.\s?)(\d{1,2})\2(\d{4})(?!\d|[-/]\d)"),
        ("short", r"(?<![\d/.-])(?<!\d:)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2})(?![\d:/-]|\.\d)"),
        ("slashes", r"(?<![\d/.-])(?<!\d:)(\d{1,2})/(\d{1,2})/(\d{2})(?![\d:/-]|\.\d)"),
        ("roc", r"(?<![\d/.-])(1[01]\d)([/.])(\d{1,2})\2(\d{1,2})(?![\d/.-])"),
        ("roman", r"(?<![\d./-])(\d{1,2})(?:\.\s?|\s|/|-)([IVX]{1,4})(?:\.\s?|\s|/|-)(\d{4})(?!\d)"),
        (
            "d n y",
            r"(?<![\d./])(?<![^\u05d0-\u05ea]-)(?<!\d:)(\d{1,2})\s+(?:tháng|thg)\.?\s+(\d{1,2})(?:\s*,\s*|\s+năm\s+|\s+)(\d{4})(?!\d)",
        ),
        ("y n d", r"(?<!\d)(\d{4})\s+(?:оны|он)\s+(\d{1,2})(?:-р)?\s+(?:сарын|сар)\s+(\d{1,2})(?!\d)"),
        (
            "d m y",
            rf"(?:(?<![\d./])(?<![^\u05d0-\u05ea]-)(?<!\d:)|(?<=[Ii]ka-))(\d{{1,2}}){_SUFFIX}{_GAP}((?:{WORD}(?:[\s.]{{1,2}}|\s?[/(-]\s?)){{0,3}}?{WORD}\)?){_GAP}(?<!\d)(\d{{4}})(?!\d)",
        ),
        (
            "m d y",
            rf"((?:{WORD}[\s.]{{1,2}})?{WORD})[\s.\-/]{{0,2}}(?<!\d)(\d{{1,2}}){_SUFFIX}(?:\s?ရက်)?[\s,.\-/၊]{{1,3}}"
            r"(?:(?:de|del|of|ቀን)\s)?(\d{4})(?!\d)",
        ),
        (
            "m d t y",
            rf"({WORD})\s{{1,2}}(\d{{1,2}})\s(\d{{1,2}}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?)(?:\s[A-Z]{{1,5}}|\s[+-]\d{{4}})?\s(\d{{4}})(?![\d:])",
        ),
        ("d m b", r"(?<![\d./])(?<![^\u05d0-\u05ea]-)(?<!\d:)(\d{1,2})\s?([\u0e01-\u0e4e.]{4,20})\s?(\d\d)(?![\d:.])"),
        (
            "d m s",
            rf"(?<![\d./-])(?<!\d:)(\d{{1,2}})[\s.-]{{1,2}}({WORD})[\s.-]{{1,2}}['’]?(\d\d)(?=\s*(?:$|[|•·,;)/]|\s\d))",
        ),
        ("m d s", rf"({WORD})\.?\s(\d{{1,2}}),?\s['’](\d\d)(?![\d:])"),
        (
            "y d m",
            rf"(?<!\d)(\d{{4}})(?:-[^\W\d_]{{2,3}})?[\s.-]{{1,2}}(?:{_YEAR_WORDS})[.,]?\s+(\d{{1,2}})[.\s-]{{1,2}}({WORD})",
        ),
        (
            "y m d",
            rf"(?<!\d)(\d{{4}})(?:[^\W\d_]{{1,4}}|\sоны)?[\s.,\-/]{{1,3}}((?:{WORD}[\s.]{{1,2}})?{WORD})[\s.\-/]{{0,2}}"
            r"(?<!\d)(\d{1,2})(?!\d|[:h]\d)",
        ),
    )
)
_SIGNS: Final = {
    "m d t y": re.compile(r":\d\d\s(?:\S{1,5}\s){0,2}\d{4}"),
    "m d s": re.compile("['’]"),
    "roc": re.compile(r"1[01]\d[/.]"),
    "roman": re.compile(r"\d\W{1,2}[IVX]"),
}
"""What the rarer forms hold: most lines are told by it sooner than by the whole pattern."""
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
"""Months, as papers from Spain to Poland write them: "6.V.2024"."""
_NUMBERED: Final = re.compile(
    r"(?:(?<!\w)(?:issue|no|nos|nr|num|núm|n|vol|volume|number|heft|ausgabe|num[eé]ro|número|nummer|numer|číslo|čís|broj|număr|szám|sayı|"
    r"номер|вып|выпуск|випуск|број|бр|τεύχος|αριθμός|αρ|episode|ep|pages?|week|woche|kw|part|chapter|round|lesson|folge|teil)\.?\s{0,2}"
    r"|n[º°]\s{0,2}|№\s{0,2}|#\s?)$",
    re.I,
)
_EDITION: Final = re.compile(
    r"(?<!\w)(?:edition|edição|edición|edizione|édition|uitgave|wydanie|edisi|vydání)\s{1,2}$", re.I
)
"""Before the number of an issue or a part, with its month behind it: "No. 12, May 2024"."""
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]{2,12})[.,]?\s{0,2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date in a line, and where it stands there."""

    start: int
    end: int
    """Behind the date and the time, if that follows."""
    day: date
    is_sure: bool
    """False when figures leave open which is the day and which the month."""
    clock: tuple[int, int, int | None] | None = None
    zone: str | None = None
    """The name or the offset of a time zone that stands behind the time, as printed."""
    role: Role | None = None
    """What the words before it say that happened on that day."""


def find_dates(text: str, languages: tuple[str, ...], order: DateOrder) -> list[PrintedDate]:
    """Return the first dates of a flattened text, at most nine, in their order; days without the times beside them."""
    dates: list[PrintedDate] = []
    for kind, pattern in _PATTERNS:
        if kind in _SIGNS and _SIGNS[kind].search(text) is None:
            continue
        position = 0
        while match := pattern.search(text, position):
            printed_date = _read_match(kind, match, languages, order)
            if printed_date is None or _overlaps(printed_date.start, printed_date.end, dates):
                position = match.start() + 1
            else:
                dates.append(printed_date)
                position = match.end()
            if len(dates) > 8:
                break
    return sorted(dates, key=lambda printed_date: printed_date.start)


def _read_match(kind: str, match: re.Match[str], languages: tuple[str, ...], order: DateOrder) -> PrintedDate | None:
    start, is_sure = match.start(), True
    if kind == "d m y" and _is_numbered(match.string, start):
        return None  # "Issue 12, May 2024"
    if kind == "slashes" and (languages[:1] or ("en",))[0] not in SHORT_WITH_SLASHES and int(match[3]) < 90:
        return None  # of the last years of a century, the figures tell that they are a year's
    if kind in ("ymd", "figures", "slashes"):
        if languages and languages[0] in ("am", "ti"):
            return None  # the Ethiopian calendar is seven or eight years behind, and figures do not tell which it is
        numbers = [int(match[group]) for group in ((1, 2, 3) if kind == "slashes" else (1, 3, 4))]
        if kind == "slashes":
            numbers[2] = _add_century(numbers[2])
        if kind == "ymd":
            year, month, day = numbers
        else:
            first, second, year = numbers
            has_points = kind == "figures" and match[2][0] == "."  # which nobody prints month first
            is_sure = first > 12 or second > 12 or first == second or has_points
            is_month_first = order == "MDY" and first <= 12 and not has_points
            month, day = (first, second) if second > 12 or is_month_first else (second, first)
            if not is_sure and (by_weekday := _find_by_weekday(match, first, second, year, languages)) is not None:
                (month, day, start), is_sure = by_weekday, True
    elif kind == "short":
        if languages and languages[0] in DAY_FIRST_WITH_POINTS:
            day, month, year = (int(number) for number in match.groups())
            year = _add_century(year)
        else:
            return None
    elif kind == "roc":
        if languages[:1] != ("zh",):
            return None
        year, month, day = (int(match[group]) for group in (1, 3, 4))
        year += ERAS["民國"]
    elif kind == "roman":
        if match[2] not in _ROMAN:
            return None
        day, month, year = int(match[1]), _ROMAN.index(match[2]) + 1, int(match[3])
    elif kind == "han":
        year, month, day = map(read_han_number, match.groups())
    elif kind == "han era":
        if not match[1] and languages[:1] != ("zh",):
            return None
        year, month, day = map(read_han_number, match.groups()[1:])
        year += ERAS[match[1] or "民國"]
    elif kind == "era":
        base, years = ERAS[match[1]], 1 if match[2] == "元" else int(match[2])
        year, month, day = base + years, int(match[3]), int(match[4])
    elif kind in ("cjk", "y n d", "d n y"):
        numbers = [int(number) for number in match.groups()]
        year, month, day = numbers if kind != "d n y" else reversed(numbers)
    else:
        parts = dict(zip(kind.split(), match.groups(), strict=True))
        words = WORDS.findall(parts["m"])
        day = int(parts["d"])
        if "s" in parts:
            year = _add_century(int(parts["s"]))
        else:  # Thai papers print the last two figures of a Buddhist year.
            year = int(parts["y"]) if "y" in parts else BUDDHIST_CENTURY + int(parts["b"])
        months = [number for word in words if (number := find_ethiopian_month(word)) is not None]
        if months and "s" not in parts:
            ethiopian = read_ethiopian_day(year, months[0], day)
            start = start if kind != "m d y" else match.start(1) + parts["m"].rfind(words[-1])
            return PrintedDate(start=start, end=match.end(), day=ethiopian, is_sure=True) if ethiopian else None
        named = _find_named_month(words, year, languages, is_whole=kind in ("d m y", "d m b", "d m s"))
        if named is None:
            return None
        month, length = named
        if kind == "m d y" and length < len(words):  # the word before the month's name is none of the date's
            start = match.start(1) + parts["m"].rfind(words[-1])
    gregorian = _make_day(year, month, day, languages, match.string)
    if gregorian is None:
        return None
    if kind == "m d t y":
        clock = next(find_clocks(match.string[match.start(3) : match.start(4)], languages), None)
        clocked = PrintedDate(start=start, end=match.end(), day=gregorian, is_sure=True)
        return clocked if clock is None else replace(clocked, clock=clock.time, zone=clock.zone)
    return PrintedDate(start=start, end=match.end(), day=gregorian, is_sure=is_sure)


def _is_numbered(text: str, start: int) -> bool:
    """Does the number that begins there count issues or parts, not days?"""
    before = text[max(0, start - 12) : start]
    number = re.match(r"\d+\s?[,/|·-]?", text[start : start + 6])
    return _NUMBERED.search(before) is not None or (
        number is not None and number[0][-1] in ",/|·-" and _EDITION.search(before) is not None
    )


def _find_by_weekday(
    match: re.Match[str], first: int, second: int, year: int, languages: tuple[str, ...]
) -> tuple[int, int, int] | None:
    """Return month and day of a date in figures, where only one order of them has the day of the week before it.

    The last number is where that day begins in the text.
    """
    word = _WORD_BEFORE.search(match.string, max(0, match.start() - 24), match.start())
    weekday = find_weekday(word[1], languages) if word is not None else None
    if word is None or weekday is None or year not in YEARS or not (first and second):
        return None
    fitting = [order for order in ((first, second), (second, first)) if date(year, *order).weekday() == weekday]
    return (*fitting[0], word.start()) if len(fitting) == 1 else None


def _add_century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _find_named_month(
    words: list[str], year: int, languages: tuple[str, ...], *, is_whole: bool
) -> tuple[int, int] | None:
    """Return the month that words name and how many of them do; ``is_whole``: the others must be connectors."""
    words = [_GLUED_TO_MONTH.sub("", word) for word in (words[:-2] if words[-2:] == ["พ", "ศ"] else words)]
    words = words[:-1] if words[-1:] == [_SINHALA_MONTH] else words
    find = find_persian_month if year in PERSIAN_YEARS else lambda word: find_month(word, languages)
    if is_whole:
        words = [word for word in words if len(words) == 1 or make_word_key(word) not in _CONNECTORS]
        month = find(" ".join(words)) if words else None
        for cut in range(1, len(words) if month is None else 1):
            # "أيار/مايو", "كانون الأول (ديسمبر)": the month in the names of two countries
            first, second = find(" ".join(words[:cut])), find(" ".join(words[cut:]))
            month = month or (first if first == second else None)
        return (month, len(words)) if month is not None else None
    for length in (2, 1):
        if len(words) >= length and (month := find(" ".join(words[-length:]))) is not None:
            return month, length
    return None


_GLUED_TO_MONTH: Final = re.compile(r"^(?:ខែ|ເດືອນ|เดือน)(?=.)|(?<=.)လ$")
"""The word for "month", which Khmer, Lao and Thai write on to its name, and Burmese behind it."""
_SINHALA_MONTH: Final = "මස"
"""The word for "month" behind its name."""
_CONNECTORS: Final = frozenset(
    map(
        make_word_key,
        (
            "de",
            "del",
            "of",
            "da",
            "do",
            "di",
            "d",
            "ta",
            "ta'",
            "lui",
            "năm",
            "ng",
            "พ.ศ.",
            "г",
            "соли",
            "เดือน",
            "ปี",
            "ga",
            "watan",
        ),
    )
) | {"ខែ", "ឆ្នាំ", "ເດືອນ", "ປີ"}


def _make_day(year: int, month: int, day: int, languages: tuple[str, ...], text: str) -> date | None:
    if year in PERSIAN_YEARS:
        is_persian = bool({"fa", "ps", "prs"}.intersection(languages)) or any(
            find_persian_month(word) for word in WORDS.findall(text)
        )
        return read_persian_day(year, month, day) if is_persian else None
    if year in BUDDHIST_YEARS:
        year -= BUDDHIST if {"th", "lo"}.intersection(languages) or re.search("[\u0e01-\u0eff]", text) else 0
    if languages[:1] == ("ne",) and year > 2050:
        return None  # a year of the Nepalese calendar, which is ahead by 57
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _overlaps(start: int, end: int, dates: list[PrintedDate]) -> bool:
    return any(start < printed_date.end and end > printed_date.start for printed_date in dates)
