"""Describes deviations from earlier runs, layout alarms among them, and jumps of the clock, in lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from crawler.archive.runs.deviations import SUSPECT_EVIDENCE, Deviation

NAMED = 3
"""The most addresses that a line names."""
_FIELD_PHRASES = {
    "kicker": "a kicker",
    "lead": "a lead",
    "byline": "a byline",
    "authors": "an author",
    "dateline": "a dateline",
    "date": "a date",
    "time": "a time",
    "see_also": "See also links",
    "whole": "a text that nothing calls cut",
    "body": "a body of at least half the usual length",
    "long_body": "a body of at most twice the usual length",
}


def select_reportable(deviations: Iterable[Deviation]) -> list[Deviation]:
    """Return the alarms and the suspicions beside them, without single languages of a field that deviates in all.

    Returns nothing where there is no alarm: a suspicion alone only goes to the next run.
    """
    reportable = [deviation for deviation in deviations if deviation.alarm or deviation.evidence >= SUSPECT_EVIDENCE]
    if not any(deviation.alarm for deviation in reportable):
        return []
    alarm_by_field = {deviation.field: deviation.alarm for deviation in reportable if not deviation.language}
    return [
        deviation
        for deviation in reportable
        if not deviation.language or alarm_by_field.get(deviation.field, False) < deviation.alarm
    ]


def describe_deviation(deviation: Deviation, title: str) -> str:
    """Return one line: the kind of deviation, what pages of the site lack, the former rate, sample addresses."""
    kind = "layout alarm" if deviation.alarm else "suspected too"
    look = ", ".join(url for _, url in deviation.samples[:NAMED])
    return f"{kind}: {describe_lack(deviation, title)}" + (f"; look at {look}" if look else "")


def describe_lack(deviation: Deviation, title: str) -> str:
    """Return in words how many pages of the site have the field, and how many had it before."""
    if deviation.method == "none_read":
        return f"{deviation.articles:,} article addresses of {title} answered and none was read as an article"
    language = f" ({deviation.language})" if deviation.language else ""
    pages = f"{deviation.filled:,} of the last {deviation.articles:,}"
    if deviation.method == "hoeffding":
        pages = f"{deviation.filled:,} of all {deviation.articles:,}"
    before = f"{deviation.usual:.0%} before"
    if deviation.field == "article":
        return f"{pages} article addresses of {title}{language} were read as an article, {before}"
    return f"{pages} articles of {title}{language} have {_FIELD_PHRASES[deviation.field]}, {before}"


def describe_deviations(deviations: Iterable[Deviation], title: str) -> Iterator[str]:
    """Yield a line for each deviation that is worth reporting, the gravest first."""
    for deviation in select_reportable(deviations):
        yield describe_deviation(deviation, title)


def describe_jumps(back: timedelta, ahead: timedelta) -> Iterator[str]:
    """Yield a line for each direction in which the clock jumped during the run; nothing for a jump of zero."""
    if back:
        yield (
            f"the clock of this machine was set back by {_format_length(-back)} during the run: times archived before "
            "and after do not fit; nothing waited longer for it"
        )
    if ahead:
        yield (
            f"the clock of this machine went ahead by {_format_length(ahead)} during the run: it was set, or the "
            "machine slept; quiet hours, days and dates of next visits go by the new time"
        )


def _format_length(length: timedelta) -> str:
    """Return a length of time in its two largest units.

    >>> _format_length(timedelta(days=7, hours=2, minutes=5))
    '7 d 2 h'
    """
    seconds = int(length.total_seconds())
    parts = [(seconds // 86_400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    return " ".join([f"{count} {unit}" for count, unit in parts if count][:2])
