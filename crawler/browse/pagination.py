"""Turning pages of a list: the number that is asked for goes in; where the pages before and after are comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from crawler.browse.page import PageMissing
from crawler.errors import BadQuery

PER_PAGE: Final = 20
MAX_PAGES: Final = 50
"""Nobody reads the 1,000th, and SQLite would sort and skip all before it; who wants all exports them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """One page of a list among the others."""

    number: int
    of: int
    before: str | None
    after: str | None
    cut: bool
    """There is more, and it is not shown here."""

    @property
    def offset(self) -> int:
        """How many entries come before this page."""
        return PER_PAGE * (self.number - 1)


def paginate(arguments: Mapping[str, str], total: int, link: Callable[[int | None], str]) -> Pagination:
    """Return the page that ``page`` asks for; ``link`` makes the address of a page, None is the first.

    Raises BadQuery for what is no number, Missing for a page that there is not.
    """
    asked = arguments.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 9 and int(asked) > 0):
        raise BadQuery(f"page is a number from 1, not {asked[:40]!r}")
    number, pages = int(asked), max(1, -(-total // PER_PAGE))
    if number > min(pages, MAX_PAGES):
        raise PageMissing(f"There is no page {number}; the last one is {min(pages, MAX_PAGES)}.")
    return Pagination(
        number=number,
        of=pages,
        before=link(number - 1 if number > 2 else None) if number > 1 else None,
        after=link(number + 1) if number < min(pages, MAX_PAGES) else None,
        cut=number == MAX_PAGES and pages > MAX_PAGES,
    )
