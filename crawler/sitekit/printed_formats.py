"""Infers how a site prints dates in headers of articles, as strptime formats, from pages that state their day."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from crawler.errors import BadValue
from crawler.normalisation.dates.moments import read_instant
from crawler.normalisation.words.text import clean
from crawler.sitekit.given_pages import GivenPage

MOST_FORMATS: Final = 4
_NAMES: Final = re.compile("%[ABab]")
_LONGEST: Final = 60
_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+|[^\w]+|_")
_MONTHS: Final = tuple(calendar.month_name[month].lower() for month in range(1, 13))
_DAYS: Final = tuple(name.lower() for name in calendar.day_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class InferredFormats:
    """The formats of header dates, and what tells them."""

    formats: tuple[str, ...] = ()
    evidence: str = ""
    doubt: str | None = None


def infer_formats(pages: Sequence[GivenPage]) -> InferredFormats:
    """Return the formats in which pages print the day that they state; none for dates in words of other languages.

    The order of day and month is certain where they differ, as the stated day tells which is which.
    """
    sure: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    stated = 0
    for page in pages:
        day = _read_stated_day(page)
        printed = page.article.published
        if day is None or printed is None:
            continue
        stated += 1
        form = read_format(printed.value, day)
        if form is not None and (page.site.languages == ("en",) or not _NAMES.search(form)):  # strptime knows no others
            (unsure if day.day == day.month and "%B" not in form and "%b" not in form else sure)[form] += 1
    if not sure and unsure:
        return InferredFormats(
            doubt="the printed date has the same number as day and month: give a page of another day"
        )
    formats = tuple(sorted(sure, key=lambda form: (-sure[form], -len(form), form))[:MOST_FORMATS])
    if not formats:
        return InferredFormats()
    return InferredFormats(
        formats=formats, evidence=f"the day that {sum(sure.values())} of {stated} pages state is printed so"
    )


def read_format(printed: str, day: date) -> str | None:
    """Return the strptime format of a printed date that is a known day; None where it cannot be written as one.

    >>> read_format("03/11/2022, 09.45", date(2022, 3, 11))
    '%m/%d/%Y, %H.%M'
    """
    text = clean(printed)
    if len(text) > _LONGEST or not text.isascii():
        return None
    parts: list[str] = []
    missing = {"%Y", "%m", "%d"}
    for token in _TOKEN.findall(text):
        directive = _choose_directive(token, day, missing, "".join(parts))
        if directive is None:
            return None
        missing.discard("%m" if directive in ("%B", "%b") else directive)
        parts.append(directive)
    form = "".join(parts)
    if "%p" in form:
        form = form.replace("%H", "%I")
    if missing:
        return None
    try:
        return form if datetime.strptime(text, form).date() == day else None
    except ValueError:
        return None


def _choose_directive(token: str, day: date, missing: set[str], before: str) -> str | None:
    if token.isdigit():
        return _choose_number(token, day, missing, before)
    if not token.isalpha():
        return token.replace("%", "%%")
    word = token.lower()
    if "%m" in missing and word == _MONTHS[day.month - 1]:
        return "%B"
    if "%m" in missing and word == _MONTHS[day.month - 1][:3]:
        return "%b"
    if word == _DAYS[day.weekday()]:
        return "%A"
    if word == _DAYS[day.weekday()][:3]:
        return "%a"
    return "%p" if word in ("am", "pm") and "%H" in before else None


def _choose_number(token: str, day: date, missing: set[str], before: str) -> str | None:
    if "%Y" in missing and token == str(day.year):
        return "%Y"
    value = int(token)
    if "%d" in missing and value == day.day and len(token) <= 2:
        # where day and month are one number the order is a matter of taste, and told apart by the caller
        return "%d"
    if "%m" in missing and value == day.month and len(token) <= 2:
        return "%m"
    if missing or len(token) > 2:
        return None
    for directive in ("%H", "%M", "%S"):
        if directive not in before:
            return directive
    return None


def _read_stated_day(page: GivenPage) -> date | None:
    if page.published_meta is None:
        return None
    try:
        return date.fromisoformat(read_instant(page.published_meta, page.site).on)
    except (BadValue, ValueError):
        return None
