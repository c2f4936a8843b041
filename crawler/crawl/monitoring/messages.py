"""Alarms in words: a deviation goes in, the line that a person reads comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.archive.runs.deviations import SUSPECTED, Deviation
from crawler.crawl.monitoring.layout import AS_A_WHOLE, NONE_READ

NAMED = 3
"""Addresses that a line names."""
_HAVE = {
    "kicker": "a kicker",
    "lead": "a lead",
    "byline": "a byline",
    "authors": "an author",
    "dateline": "a dateline",
    "date": "a date",
    "time": "a time",
    "see_also": "See also links",
    "body": "a body of at least half the usual length",
    "long_body": "a body of at most twice the usual length",
}


def worth_telling(deviations: Iterable[Deviation]) -> list[Deviation]:
    """Return the alarms, and what is suspected beside them; of a field in all languages its single ones are left out.

    Nothing is told where there is no alarm: a suspicion alone goes to the next run.
    """
    found = [deviation for deviation in deviations if deviation.alarm or deviation.evidence >= SUSPECTED]
    if not any(deviation.alarm for deviation in found):
        return []
    everywhere = {deviation.field: deviation.alarm for deviation in found if not deviation.language}
    return [
        deviation
        for deviation in found
        if not deviation.language or everywhere.get(deviation.field, False) < deviation.alarm
    ]


def in_words(deviation: Deviation, title: str, named: int = NAMED) -> str:
    """Return one line: what pages of the site lack, how it was before, and where to look (at ``named`` pages)."""
    language = f" ({deviation.language})" if deviation.language else ""
    pages = f"{deviation.filled:,} of the last {deviation.articles:,}"
    if deviation.rule == AS_A_WHOLE:
        pages = f"{deviation.filled:,} of all {deviation.articles:,}"
    before = f"{deviation.usual:.0%} before"
    if deviation.field == "article":
        told = f"{pages} article addresses of {title}{language} were read as an article, {before}"
    else:
        told = f"{pages} articles of {title}{language} have {_HAVE[deviation.field]}, {before}"
    look = ", ".join(url for _, url in deviation.samples[:named])
    if deviation.rule == NONE_READ:
        told = f"{deviation.articles:,} article addresses of {title} answered and none was read as an article"
    kind = "layout alarm" if deviation.alarm else "suspected too"
    return f"{kind}: {told}" + (f"; look at {look}" if look else "")


def lines(deviations: Iterable[Deviation], title: str) -> Iterator[str]:
    """Yield a line for each deviation worth telling, the gravest first."""
    for deviation in worth_telling(deviations):
        yield in_words(deviation, title)
