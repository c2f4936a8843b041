"""Words what is wrong with a question, as its page says it: a sentence, and a link to what there is."""

from __future__ import annotations

from typing import Any

from crawler.browse.drawing import formatting
from crawler.browse.urls import PageLinks
from crawler.errors import BadQuery, UnknownValue


def describe_refusal(links: PageLinks, error: BadQuery) -> dict[str, Any]:
    """Return ``refused``, a sentence, and ``what_there_is``, the address of all values where one is unknown, or None.

    A command that lists them stays out of the sentence: the page has a link in its place.
    """
    finding, field = (error.finding, error.field) if isinstance(error, UnknownValue) else (str(error), "")
    return {"refused": formatting.sentence(finding), "what_there_is": links.values(field) if field else None}
