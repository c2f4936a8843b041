"""Words for people of what the page of health shows: fields, fates of pages, outcomes of runs, states of addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FIELD_NAMES: Final[Mapping[str, str]] = {
    "kicker": "Kicker, the words above the headline",
    "lead": "Lead",
    "byline": "Byline, as printed",
    "authors": "Authors, read from the byline",
    "dateline": "Dateline, as printed",
    "dateline_place": "Place, read from the dateline",
    "date": "Day of publication",
    "published": "Date of publication",
    "published_on": "Day of publication",
    "published_at": "Time of publication, to the day or closer",
    "time": "Hour of publication",
    "modified": "Date of the last change",
    "modified_at": "Date of the last change, as the site says it",
    "story": "Number that translations share",
    "see_also": "See also links",
    "links": "Links of a page, a feed or a sitemap",
    "whole": "Text that is whole",
    "body": "Text of the usual length, and not much shorter",
    "long_body": "Text of the usual length, and not much longer",
    "article": "Pages that are read as articles",
    "page": "The page as a whole",
    "charset": "Encoding of the letters",
}
"""Field of an article, a problem or an alarm → what it is."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A word of the page, what it is of, and what a person can do."""

    name: str
    meaning: str
    remedy: str = ""


FATES: Final[Mapping[str, Explanation]] = {
    "new": Explanation("New", "an article that was not archived before"),
    "unchanged": Explanation("Unchanged", "an article visited again; it says the same"),
    "revised": Explanation("Revised", "an article visited again; it has changed, and both versions are kept"),
    "duplicate": Explanation("Duplicate", "another address of an article that is archived already"),
    "not_an_article": Explanation("Not an article", "a list, a feed, a home page; kept, and read for links"),
    "unreadable": Explanation(
        "Unreadable", "likely an article, and no headline or text was found", "seealso read ADDRESS shows why"
    ),
    "gone": Explanation("Gone", "the site says that the page is no longer there; what was archived stays"),
    "refused": Explanation("Refused", "the site or its robots.txt does not let us have it"),
    "failed": Explanation("Failed", "no answer, or a broken one", "nothing: a later run tries again"),
}
"""Fate of a fetched page → what it means."""

OUTCOMES: Final[Mapping[str, str]] = {
    "finished": "finished",
    "ingested": "finished: pages taken from files",
    "interrupted": "stopped by a person; the next run goes on",
    "killed": "broke off; the next run goes on",
    "refused": "ended: the site refused us",
    "unreachable": "ended: the site did not answer",
    "alarm": "ended by a layout alarm",
}
"""Outcome of a run → words; an outcome that is not here is shown as it is."""
UNFINISHED: Final = "not finished: it runs, or broke off"

ADDRESS_KINDS: Final[Mapping[str, str]] = {
    "article": "Articles",
    "listing": "Lists of articles",
    "feed": "Feeds",
    "sitemap": "Sitemaps",
    "home": "Home pages",
    "other": "Other pages",
}
"""Kind of an address → what is there."""
ADDRESS_STATES: Final[Mapping[str, Explanation]] = {
    "queued": Explanation("wait for a visit", "found, and not visited yet", "let a crawl run: seealso crawl SITE"),
    "done": Explanation("visited", "and kept"),
    "gone": Explanation("gone from the site", "it says that the page is no longer there"),
    "hole": Explanation("lead to no article", "a number that was never given out, or a page that is something else"),
    "failed": Explanation("failed", "no answer, or a broken one", "a later crawl tries them again"),
    "refused": Explanation("refused", "by the site or its robots.txt", "look at the problems below"),
}
"""State of an address → what became of it."""


def name_field(field: str) -> str:
    """Return what a field is; the field's own name, without underscores, where nobody has worded it.

    >>> name_field("published_on"), name_field("some_field")
    ('Day of publication', 'Some field')
    """
    return FIELD_NAMES.get(field) or field.replace("_", " ").capitalize()


def describe_outcome(outcome: str | None, *, is_finished: bool) -> str:
    """Return how a run ended.

    >>> describe_outcome("alarm", is_finished=True), describe_outcome(None, is_finished=False)
    ('ended by a layout alarm', 'not finished: it runs, or broke off')
    """
    if not is_finished:
        return UNFINISHED
    return OUTCOMES.get(outcome or "finished", (outcome or "").replace("_", " "))
