"""Tells by addresses alone which page of an article one is: ``/2``, ``/page/2``, ``_2.html``, ``?page=2`` behind it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

MAX_NUMBER: Final = 50
"""The highest number of a page that counts as one."""

_PARAMETER: Final = re.compile(r"page|paged|pg|seite|pagina|pagenum|page_?no", re.I)
_ENDING: Final = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.I)
_FIRST_PAGE: Final = re.compile(r"/(?:page/)?0*1$", re.I)
_FURTHER: Final = re.compile(r"(?:(?:/page)?/|[_,-](?:p|page-)?)0*(\d{1,3})", re.I)
_NUMBERED: Final = re.compile(
    rf"[/_,-](?:p|page-)?\d{{1,3}}/?(?:{_ENDING.pattern[:-1]})?(?:[?#]|$)|[?&](?:{_PARAMETER.pattern})=\d", re.I
)


def find_part_number(url: str, first_url: str) -> int | None:
    """Return which page of the article at ``first_url`` an address is, from 2; None for an address of anything else.

    >>> find_part_number("https://a.example/bridge/page/3", "https://a.example/bridge/")
    3
    """
    host, path, ending = _split(first_url)
    parts = urlsplit(url)
    if _read_host(parts.netloc) != host or not parts.path.startswith(path) or path in ("", "/"):
        return None
    numbers = [value for name, value in parse_qsl(parts.query) if _PARAMETER.fullmatch(name) and value.isdecimal()]
    rest = parts.path[len(path) :].rstrip("/")
    if rest.lower().endswith(ending):
        rest = rest[: len(rest) - len(ending)]
    further = _FURTHER.fullmatch(rest)
    if further is not None:
        numbers = [further[1]]
    elif rest:
        return None
    is_one = len(numbers) == 1 and len(numbers[0]) <= 3 and 2 <= int(numbers[0]) <= MAX_NUMBER
    return int(numbers[0]) if is_one and _read_query(parts.query) == _read_query(urlsplit(first_url).query) else None


def may_be_part(url: str) -> bool:
    """Return True if an address ends as those of further pages do. Asked first, it spares looking for the article."""
    return _NUMBERED.search(url) is not None


def make_page_key(url: str) -> str:
    """Return an address as those of one page are equal: without scheme, ``www.``, fragment and the slash at the end."""
    parts = urlsplit(url)
    return f"{_read_host(parts.netloc)}{parts.path.rstrip('/')}?{urlencode(sorted(parse_qsl(parts.query)))}"


@lru_cache(maxsize=64)
def _split(url: str) -> tuple[str, str, str]:
    """Return host, path without number and ending, and ending of a first page."""
    parts = urlsplit(url)
    ending = _ENDING.search(parts.path)
    path = parts.path[: ending.start()] if ending else parts.path.rstrip("/")
    return _read_host(parts.netloc), _FIRST_PAGE.sub("", path), ending[0].lower() if ending else ""


def _read_host(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


def _read_query(query: str) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in sorted(parse_qsl(query)) if not _PARAMETER.fullmatch(pair[0]))
