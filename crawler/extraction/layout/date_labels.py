"""Tells lines of dates from others: dates in forms that no site declares, times, how long ago, how long to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.dates.date_lines import read_line
from crawler.normalisation.dates.date_words import UPDATED, WORDS, Role, find_role, is_known, is_unit, load_words_of
from crawler.normalisation.dates.printed_dates import PrintedDate
from crawler.normalisation.words.scripts import is_small
from crawler.normalisation.words.word_tables import load_table, make_word_key

LONGEST: Final = 160
"""No line of dates is longer."""
_SHORTEST_SENTENCE: Final = 60
MAX_LINES_BELOW: Final = 1_000
_SUBTITLE: Final = 80
_LONGEST_REST: Final = 60


_NUMBERED: Final = re.compile(r"[^\W\d_][^:：\d]{1,30}[:：]\s?#?\d[\d.,]{0,12}")
"""A label and a number: "Story code: 98412", "Visits: 321"."""


@dataclass(frozen=True, slots=True)
class FreeDate:
    """A date in a form that the site does not declare, as printed."""

    printed: str
    role: Role | None
    day: str
    rest: str
    """What else the line prints, without the words that stand around dates."""
    updated: str | None = None
    """The date of an update that stands in the same line, as printed."""


def match_free_date(text: str, language: str | None = None) -> str | None:
    """Return the date of a line that prints nothing else, in words or in a shape that the site does not declare."""
    date = read_free_date(text, language)
    return date.printed if date is not None and not date.rest else None


def read_free_date(text: str, language: str | None = None) -> FreeDate | None:
    """Return the first date of publication of a short line and what else the line prints; None for other lines.

    Of a line that only says when a story was updated it is that date, and its role says so. Beside the date may stand
    names, places and labels; a date in the middle of a sentence is none.
    """
    if len(text) > LONGEST:
        return None
    line = read_line(text, _list_languages(language))
    if "@" in text and line.dates and not _is_label(line.rest):
        text = _ADDRESS.sub(lambda address: " " * len(address[0]), text)
        line = read_line(text, _list_languages(language))
    dates = [date for date, before in _iter_with_words(text, line.dates) if not _tells_of_other(before)]
    if not dates or not _is_label(_strip_others(line.rest) if len(dates) < len(line.dates) else line.rest):
        return None
    published = next((date for date in dates if date.role == "published"), None) or next(
        (date for date in dates if date.role is None), None
    )
    updated = next((date for date in dates if date.role == "updated"), None)
    date = published or dates[0]
    return FreeDate(
        printed=_cut(text, date),
        role=date.role,
        day=date.day.isoformat(),
        rest=line.rest if len(dates) == len(line.dates) else _strip_others(line.rest),
        updated=_cut(text, updated) if updated is not None and published is not None else None,
    )


def _iter_with_words(text: str, dates: Sequence[PrintedDate]) -> Iterator[tuple[PrintedDate, str]]:
    """Yield each date of a line with the text between it and the one before."""
    end = 0
    for date in dates:
        yield date, text[end : date.start]
        end = date.end


def _tells_of_other(before: str) -> bool:
    """Do the words before a date say that something else was or will be then: "Event date:", "accepted"?"""
    return not load_words_of("others").isdisjoint(map(make_word_key, WORDS.findall(before)))


def _strip_others(rest: str) -> str:
    return " ".join(word for word in rest.split() if make_word_key(word) not in load_words_of("others"))


def has_date(text: str, language: str | None = None) -> bool:
    """Does a short text print a date, whatever else it prints?"""
    return len(text) <= LONGEST and bool(read_line(text, _list_languages(language)).dates)


def is_date_line(text: str, language: str | None = None) -> bool:
    """Is a line nothing but dates and times: ``Last updated 1 day ago``, ``8:13 AM ET``, ``3 min read``?"""
    if len(text) > LONGEST:
        return False
    if read_line(text, _list_languages(language)).is_only_dates:
        return True
    # "Published 12.5. at 8:30", without the year
    dated, count = _DAY_AND_MONTH.subn(_ANY_DAY, text)
    if count == 0 and len(text) <= _LONGEST_DAY and _DAY_ALONE.search(text):  # "Updated: Jan 31"
        dated, count = f"{text.rstrip('. ')} 2000", 1
    return count > 0 and find_role(text) is not None and read_line(dated, _list_languages(language)).is_only_dates


_LONGEST_DAY: Final = 40
_DAY_ALONE: Final = re.compile(r"\D{5,}\d{1,2}\b(?:\.?\s?[^\W\d_]{3,12}\.?)?$")
"""Words, and a day with or without its month behind: no year, and no clock."""
_ANY_DAY: Final = " 1.1.2000 "
_DAY_AND_MONTH: Final = re.compile(r"(?<![\d./])\d{1,2}[./]\s?\d{1,2}[./]?(?![\d./])")


def has_unread_date(text: str, language: str | None = None) -> bool:
    """Does a short line print nothing but a date of a calendar that is not read, as those of Nepal or of Islam?"""
    if len(text) > LONGEST:
        return False
    line = read_line(text, _list_languages(language))
    return line.has_unread and line.is_only_dates


def add_clock(printed: str, text: str, language: str | None = None) -> str | None:
    """Return a printed date and the time of day that a short text is, as one; None where it is anything else."""
    if not is_clock(text, language):
        return None
    languages = _list_languages(language)
    if any(date.clock is not None for date in read_line(printed, languages).dates):
        return None
    return f"{printed} {text}"


def is_clock(text: str, language: str | None = None) -> bool:
    """Is a short text a time of day and nothing else, as it stands beside a date: "21:10", "kl. 8.05", "às 8h05"?

    >>> is_clock("21:10"), is_clock("8.05 Uhr", "de"), is_clock("Updated 21:10"), is_clock("3 min read")
    (True, True, False, False)
    """
    if len(text) > _LONGEST_CLOCK or not any(map(str.isdigit, text)) or find_role(text) is not None:
        return False
    languages = _list_languages(language)
    if read_line(text, languages).dates:
        return False
    beside = read_line(f"{_ANY_DAY}{text}", languages)
    return beside.is_only_dates and any(date.clock is not None for date in beside.dates)


_LONGEST_CLOCK: Final = 24


def find_date_below(lines: Sequence[TextLine], language: str | None) -> Found | None:
    """Return the date of the first line that says when the story was published and nothing else, as printed.

    The word that says so may stand in a line of its own above the date. Where no line does, the first that says when
    the story was updated counts.
    """
    says_published = False
    updated: Found | None = None
    for line in lines[:MAX_LINES_BELOW]:
        if len(line.text) > LONGEST or line.hints & Hint.CHROME or line.link_share > 0.5:
            says_published = False
            continue
        date = _read_entry(line.text, language) or read_free_date(line.text, language)
        if date is not None and not date.rest:
            if date.role == "published" or (date.role is None and says_published):
                return Found(value=date.printed, source="anatomy:date below")
            if date.role == "updated":
                updated = updated or Found(value=date.printed, source=UPDATED)
        says_published = len(line.text) <= 20 and find_role(line.text) == "published"
    return updated


def _read_entry(text: str, language: str | None) -> FreeDate | None:
    """Return the date of a sentence that tells when what it stands under was published: "This entry was posted on…"."""
    if not text[:_LONGEST_LABEL].casefold().startswith(_load_entries()):
        return None
    date = next(
        (date for date in read_line(text[:LONGEST], _list_languages(language)).dates if date.role == "published"), None
    )
    return None if date is None else FreeDate(_cut(text, date), date.role, date.day.isoformat(), "")


@cache
def _load_entries() -> tuple[str, ...]:
    return tuple(load_table("date_words")["entries"])


def find_first_publication(lines: Sequence[TextLine], language: str | None) -> Found | None:
    """Return the day that a sentence calls that of publication, where it says that the story was updated since."""
    for line in lines[:MAX_LINES_BELOW]:
        text = line.text
        if not _SHORTEST_SENTENCE <= len(text) <= LONGEST or line.hints & Hint.CHROME or text[-1] not in ".!?…。":
            continue
        dates = read_line(text, _list_languages(language)).dates
        if dates and dates[0].role == "published" and find_role(text[dates[0].end :]) == "updated":
            return Found(value=_cut(text, dates[0]), source="anatomy:date below")
    return None


def find_date_in_dateline(paragraphs: Sequence[str], language: str | None) -> Found | None:
    """Return the date behind the place at the beginning of the first paragraph: "PORT AMBLE, May 6, 2024 (Wire) --".

    In East Asia it stands in the brackets of the dateline: "【古山社2004年5月6日電】".
    """
    sent = _SENT.match(paragraphs[0][:_LONGEST_DATELINE]) if paragraphs else None
    if sent is not None and (sent_on := read_line(sent["date"], _list_languages(language)).dates):
        return Found(value=_cut(sent["date"], sent_on[0]), source="anatomy:dateline")
    dash = _DASH.search(paragraphs[0], 0, _LONGEST_DATELINE) if paragraphs else None
    if dash is None:
        return None
    before = _AGENCY_IN_BRACKETS.sub("", paragraphs[0][: dash.start()]).rstrip(" .,")
    dates = read_line(before, _list_languages(language)).dates
    place = before[: dates[0].start].rstrip() if len(dates) == 1 and dates[0].end == len(before) else ""
    words = place.rstrip(",").split()
    is_place = (
        place[-1:] == "," and 0 < len(words) <= _WORDS_OF_PLACE and not any(is_small(word[0]) for word in words[:1])
    )
    if not is_place or not dates[0].is_sure or dates[0].role is not None or any(map(str.isdigit, place)):
        return None
    return Found(value=_cut(before, dates[0]), source="anatomy:dateline")


_SENT: Final = re.compile(
    r"\s*[（(【〔\[]?[\u4e00-\u9fff]{2,12}?(?P<date>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)[\u4e00-\u9fff]?[电電讯訊消]"
)
"""An agency, a place or both, the day and what was sent: a wire or news."""
_DASH: Final = re.compile(r"\s?(?:--|[–—])\s?|\s-\s")
_AGENCY_IN_BRACKETS: Final = re.compile(r"\s?(?:\([^()]{2,40}\)|/[^/]{2,40}/)\s?$")
_LONGEST_DATELINE: Final = 140
_WORDS_OF_PLACE: Final = 7


def find_date_beside_text(lines: Sequence[TextLine], paragraphs: Sequence[str], language: str | None) -> Found | None:
    """Return the date in the dateline of a text, or the one that stands alone under it."""
    return find_date_in_dateline(paragraphs[:1], language) or _find_date_under(lines, paragraphs, language)


def _find_date_under(lines: Sequence[TextLine], paragraphs: Sequence[str], language: str | None) -> Found | None:
    """Return the date that stands alone at the end of a text or under it, in its block or one of the same row.

    The writer's name may stand between, and a place before the date. A list of other stories that follows has its own
    dates: behind a line with a link none is looked for.
    """
    last = paragraphs[-1] if paragraphs else ""
    place = next((line.index for line in reversed(lines) if last.endswith(line.text)), None) if last else None
    if place is None:
        return None
    end = lines[place]
    for line in lines[place : place + _LINES_TO_DATE_UNDER]:
        if line.has_links or line.hints & Hint.CHROME or not _stand_in_row(end, line):
            return None
        date = read_free_date(line.text.strip(_AROUND_DATE), language) if len(line.text) <= _LONGEST_DATE else None
        if date is not None and date.role != "updated" and len(date.rest.split()) <= _WORDS_BESIDE_DATE:
            following = lines[line.index + 1 : line.index + 2]
            leads_on = following and following[0].has_links and following[0].block is line.block
            return None if leads_on else Found(value=date.printed, source="anatomy:date below")
    return None


_LINES_TO_DATE_UNDER: Final = 4
_WORDS_BESIDE_DATE: Final = 3


def _stand_in_row(line: TextLine, other: TextLine) -> bool:
    """Do two lines stand in one block, in one and a block within it, or in two within the same?"""
    first, second = line.block, other.block
    return first is second or second.parent is first or second.parent is first.parent


def is_label_of_date(text: str, following: str, language: str | None) -> bool:
    """Is a line only the words that say what happened on the day in the next one: "Last updated", "Published:"?"""
    if len(text) > _LONGEST_LABEL or find_role(text) is None or not has_date(following, language):
        return False
    return is_known(text, _list_languages(language))


_LONGEST_LABEL: Final = 24


def is_fragment(text: str) -> bool:
    """Is a short line a piece of a date line that markup has cut up: a bar, ``6``, ``mins``?"""
    if not any(map(str.isalpha, text)):
        return len(text) <= 3
    if _NUMBERED.fullmatch(text):
        return True
    return len(text) <= 12 and is_unit(text)


def may_stand_above_date(prose: Sequence[TextLine], part: TextLine, language: str | None) -> bool:
    """May these lines stand between a headline and its date: a subtitle, a bare name and a role, but no story?"""
    if len(prose) <= 1:
        return True
    is_short = sum(1 for line in prose if len(line.text) >= _SUBTITLE) <= 1
    return len(prose) <= 3 and is_short and is_date_line(part.text, language)


def agrees_with_day(printed: str, day: str | None) -> bool:
    """Has the printed date the numbers of that day, in any order?"""
    if day is None:
        return False
    numbers = [int(number) for number in re.findall(r"\d{1,4}", day)[:3]]
    return sorted(numbers) == sorted(int(number) for number in re.findall(r"\d{1,4}", printed)[:3])


def _cut(text: str, date: PrintedDate) -> str:
    return text[date.start : date.end].strip()


def _is_label(rest: str) -> bool:
    """Does the rest of a line read as names and labels, not as a sentence? Their words begin with a capital."""
    if not rest:
        return True
    if len(rest) > _LONGEST_REST or rest[-1] in ".!?…。":
        return False
    words = rest.replace("|", " ").split()
    return len(words) <= 8 and all(not is_small(word[0]) or word in _PARTICLES for word in words)


_ADDRESS: Final = re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}")
_PARTICLES: Final = frozenset(
    (
        *("by", "von", "par", "por", "di", "de", "da", "del", "della", "der", "den", "van", "ten", "ter", "bin", "al"),
        *("und", "and", "og", "och", "et", "y", "e", "i", "la", "le", "du", "dos", "das", "af", "av", "a"),
        *("in", "im", "on", "under", "en", "em", "dans", "nel", "sur", "of"),
    )
)
"""What stands before or inside names in lower case."""


def _list_languages(language: str | None) -> tuple[str, ...]:
    return (language,) if language else ()


def is_date_beside(text: str) -> bool:
    """Is what a line prints beside a linked title a date and nothing else: "- (11 March 2024)"?"""
    if len(text) > _LONGEST_DATE or not any("0" <= character <= "9" for character in text):
        return False
    return match_free_date(text.strip(_AROUND_DATE)) is not None


_LONGEST_DATE: Final = 40
_AROUND_DATE: Final = " ()[]|,;:•·–—-»>"
