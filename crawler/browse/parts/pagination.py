"""Pagination of lists: the requested page number goes in, the addresses of the pages before and after come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from crawler.browse.page import PageMissing
from crawler.errors import BadQuery
from crawler.normalisation.words.digits import parse_digits

PER_PAGE: Final = 20
MAX_PAGES: Final = 50
"""Nobody reads the 1,000th, and SQLite would sort and skip all before it; an export has all of them."""

LinkToPage = Callable[[int | None], str]
"""Makes the address of a page; None is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """One page of a list among the others."""

    number: int
    of: int | None
    """How many pages there are; None where nobody counted."""
    before: str | None
    after: str | None
    cut: bool
    """There are more entries, and they are not shown here."""
    per_page: int = PER_PAGE

    @property
    def offset(self) -> int:
        """How many entries come before this page."""
        return self.per_page * (self.number - 1)

    @property
    def reach(self) -> int:
        """How many entries can be turned over."""
        return self.per_page * MAX_PAGES


def read_page_number(arguments: Mapping[str, str]) -> int:
    """Return the number in the parameter ``page``, 1 without it. Raises BadQuery for what is no number."""
    text = arguments.get("page", "1")
    number = parse_digits(text, most=9)
    if not number:
        raise BadQuery(f"page is a number from 1, not {text[:40]!r}")
    return number


def paginate(arguments: Mapping[str, str], total: int, link: LinkToPage, *, per_page: int = PER_PAGE) -> Pagination:
    """Return the page that the parameter ``page`` names, of a list of ``total`` entries.

    Raises BadQuery for what is no number, PageMissing for a page that does not exist.
    """
    number, last = read_page_number(arguments), min(max(1, -(-total // per_page)), MAX_PAGES)
    if number > last:
        raise PageMissing(f"There is no page {number}; the last one is {last}.")
    return place_page(number, total, link, per_page=per_page)


def place_page(
    number: int, total: int | None, link: LinkToPage, *, full: bool = False, per_page: int = PER_PAGE
) -> Pagination:
    """Return the page of this number among the others, whether it exists or not.

    Where nobody counted the entries (``total`` is None), more are assumed to follow a page that is ``full``.
    """
    pages = None if total is None else -(-total // per_page)
    more = full if pages is None else pages > number
    return Pagination(
        number=number,
        of=pages,
        before=link(number - 1 if number > 2 else None) if number > 1 else None,
        after=link(number + 1) if more and number < MAX_PAGES else None,
        cut=more and number == MAX_PAGES,
        per_page=per_page,
    )
