"""Describes deviations from earlier runs, alarms among them, in lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.archive.runs.deviations import SUSPECT_EVIDENCE, Deviation

NAMED = 3
"""Addresses that a line names."""
_FIELD_PHRASES = {
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


def select_reportable(deviations: Iterable[Deviation]) -> list[Deviation]:
    """Return the alarms, and what is suspected beside them; of a field in all languages its single ones are left out.

    Nothing is told where there is no alarm: a suspicion alone goes to the next run.
    """
    found = [deviation for deviation in deviations if deviation.alarm or deviation.evidence >= SUSPECT_EVIDENCE]
    if not any(deviation.alarm for deviation in found):
        return []
    everywhere = {deviation.field: deviation.alarm for deviation in found if not deviation.language}
    return [
        deviation
        for deviation in found
        if not deviation.language or everywhere.get(deviation.field, False) < deviation.alarm
    ]


def describe_deviation(deviation: Deviation, title: str) -> str:
    """Return one line: how grave it is, what pages of the site lack, how it was before, and where to look."""
    kind = "layout alarm" if deviation.alarm else "suspected too"
    look = ", ".join(url for _, url in deviation.samples[:NAMED])
    return f"{kind}: {describe_lack(deviation, title)}" + (f"; look at {look}" if look else "")


def describe_lack(deviation: Deviation, title: str) -> str:
    """Return what pages of the site lack, and how it was before."""
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
    """Yield a line for each deviation worth telling, the gravest first."""
    for deviation in select_reportable(deviations):
        yield describe_deviation(deviation, title)
