"""Mends addresses that have no form of a site: copied with the marks of a sentence, or of an edition for telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crawler.normalisation.addresses.paths import TRACKING

Parameters = tuple[tuple[str, str], ...]

_AMP: Final = re.compile(r"/amp(?:\.html?)?/?$|^/amp(?=/)|\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
"""What marks the edition of a page for telephones."""
_MARKS_AT_END: Final = re.compile(
    r"(?:[\"'<>()\[\]{},.;:!*\u2019\u201d\u00bb]|%2[27]|%3[CE]|%5[BD]|%7[BD]|%E2%80%9[89CD]|%C2%BB|&(?:quot|gt|lt|amp);|"
    r"%3C/?[a-z]{1,9}/?%3E)+/?$",
    re.IGNORECASE,
)
"""Marks of the sentence or the markup that an address was copied from."""
_MOST_MARKS: Final = 60
"""Characters at the end of an address in which marks are looked for."""
_MARKS: Final = frozenset("\"'<>()[]{},.;:!*\u2018\u2019\u201c\u201d\u00ab\u00bb")
_QUOTED: Final = re.compile(r"[<(\"'\u201c\u00ab]+(?=https?://)", re.IGNORECASE)
"""What stands around an address in a text."""
_SECOND_MARK: Final = re.compile(rf"\?(?=(?:{TRACKING})=)", re.IGNORECASE)
"""Tracking that was added to a query as if it were none yet."""
_SEMICOLON: Final = re.compile(r";\w+=")
"""What separates parameters where ampersands do not (HTML 4, appendix B.2.2)."""


def iter_mended(path: str, query: Parameters) -> Iterator[tuple[str, Parameters]]:
    """Yield what an address that has no form may mean: without marks at its end, as the page of an AMP edition."""
    if query:
        name, value = query[-1]
        stripped_query = (*query[:-1], (name, strip_marks(value.rstrip("/"))))
        if stripped_query != query:
            yield path, stripped_query
    elif (stripped := strip_marks(path)) != path:
        path = stripped
        yield path, query
    if (plain := strip_amp(path)) != path:
        yield plain, query


def strip_quotes(url: str) -> str:
    """Return an address without what stands around it in a text."""
    return strip_marks(_QUOTED.sub("", url, count=1)) if url[:1] in _MARKS and _QUOTED.match(url) else url


def strip_marks(text: str) -> str:
    """Return the end of an address without the marks of the sentence or markup around it.

    >>> strip_marks("/news/ferry-9.html)."), strip_marks("/news/ferry-9.html%22")
    ('/news/ferry-9.html', '/news/ferry-9.html')
    """
    last = text[-2:-1] if text.endswith("/") else text[-1:]
    if last not in _MARKS and "%" not in text[-4:-2]:
        return text
    return text[:-_MOST_MARKS] + _MARKS_AT_END.sub("", text[-_MOST_MARKS:])


def strip_amp(path: str) -> str:
    """Return the path of a page by that of its edition for telephones.

    >>> strip_amp("/amp/news/ferry-9.html"), strip_amp("/news/ferry-9.html/amp/"), strip_amp("/news/ferry-9.amp.html")
    ('/news/ferry-9.html', '/news/ferry-9.html', '/news/ferry-9.html')
    """
    return _AMP.sub("", path) if "amp" in path.lower() else path


def mend_query(query: str) -> str:
    """Return a query whose parameters are separated by ampersands: after entities, second marks and semicolons.

    >>> mend_query("l=en&amp;art=9?utm_source=feed"), mend_query("?l=en;art=9")
    ('l=en&art=9&utm_source=feed', 'l=en&art=9')
    """
    query = query.replace("&amp;", "&").lstrip("?&")
    if "?" in query:
        query = _SECOND_MARK.sub("&", query)
    return query.replace(";", "&") if "&" not in query and _SEMICOLON.search(query) else query
