"""Filters links into crawler traps: endless calendars, paths and queries that grow, listings in endless variations.

One address alone does not tell a trap from a large site, so a run follows a limited number of listings of one form,
and none whose path repeats itself. Articles are not counted: they are identified by the site's key, and spellings of
their address do not multiply them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import groupby
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.discovery.links import MAX_LINKS
from crawler.extraction.links.related_regions import MAX_ENTRIES
from crawler.items import Address, Link, Problem, Visit

MAX_PER_FORM = 300
"""The most listings of one form in a run. AsiaNews has some sixty countries and a dozen themes in each language."""
MAX_LISTINGS = 2_000
"""The most listings in a run."""
MAX_SITEMAPS = 10_000
"""The most sitemaps in a run that are taken up; how many are asked for is another bound."""
MAX_PAGES = 100
"""The most pages of one listing or feed in a run."""
DEEPEST = 12
"""The most segments of a path."""
MAX_SAME_SEGMENT = 3
"""Occurrences of one segment in a path that mark a loop of relative links."""
MAX_SAME_WORD = 5
"""Occurrences of one word in a row that mark a slug that grows."""

MAX_SAME_NAME = 4
"""Occurrences of one name in a query that mark listings by ever more filters."""

_ENCODED_AGAIN = re.compile(r"%2525|(?:amp(?:;|%3B|%253B)){2}", re.I)
"""What links become that a page encodes anew each time."""
_WORDS = re.compile(r"[^\W_]+")


class TrapFilter:
    """Filters the links of one run; counts the listings that it lets pass."""

    def __init__(self, per_form: int = MAX_PER_FORM, in_all: int = MAX_LISTINGS) -> None:
        self._per_form, self._in_all = per_form, in_all
        self._followed: set[str] = set()
        self._forms: Counter[str] = Counter()
        self._reported: set[str] = set()
        self._sitemaps: set[str] = set()
        self._page_numbers: dict[str, int] = {}

    def filter_links(self, visit: Visit) -> Visit:
        """Return the visit without the links into traps; the first link into each trap adds a problem."""
        links: list[Link] = []
        problems: list[Problem] = []
        see_also_count = len(visit.article.see_also) if visit.article is not None else 0
        is_cut = len(visit.links) >= MAX_LINKS and visit.address.kind != "sitemap"
        if is_cut or see_also_count >= MAX_ENTRIES:
            count = max(see_also_count, len(visit.links))
            message = f"trap: so many links on one page that only the first {count} are followed"
            problems.append(Problem(url=visit.address.url, field="links", value=None, reason=message))
        for link in visit.links:
            reason = self._find_trap(link.address) or (self._count_page(visit.address, link) if link.is_next else None)
            if reason is None:
                links.append(link)
            elif reason not in self._reported:
                self._reported.add(reason)
                problems.append(
                    Problem(url=visit.address.url, field="links", value=link.address.url[:500], reason=reason)
                )
        if len(links) == len(visit.links) and not problems:
            return visit
        return replace(visit, links=tuple(links), problems=(*visit.problems, *problems))

    def _find_trap(self, address: Address) -> str | None:
        if address.kind == "article":
            numbered = address.story is not None
            return (
                None
                if numbered or not is_repetitive(address.url)
                else "trap: a path that repeats itself is not followed"
            )
        if address.url_key in self._followed:
            return None
        if address.kind == "sitemap":
            return self._count_sitemap(address)
        if is_repetitive(address.url):
            return "trap: a path that repeats itself is not followed"
        form = generalise_url(address.url)
        if self._forms[form] >= self._per_form:
            return f"trap: more than {self._per_form} listings like {form} are not followed in one run"
        if len(self._followed) >= self._in_all:
            return f"trap: more than {self._in_all} listings are not followed in one run"
        self._followed.add(address.url_key)
        self._forms[form] += 1
        return None

    def _count_sitemap(self, address: Address) -> str | None:
        """Count a sitemap apart: an index of years names hundreds of one form."""
        if len(self._sitemaps) >= MAX_SITEMAPS and address.url_key not in self._sitemaps:
            return f"trap: more than {MAX_SITEMAPS} sitemaps are not followed in one run"
        self._sitemaps.add(address.url_key)
        return None

    def _count_page(self, page: Address, link: Link) -> str | None:
        """Count the pages of a listing or feed that follow one another."""
        number = self._page_numbers.get(page.url_key, 1) + 1
        if number > MAX_PAGES:
            return f"trap: more than {MAX_PAGES} pages of one listing are not followed in one run"
        self._page_numbers.setdefault(link.address.url_key, number)
        return None


def is_repetitive(url: str) -> bool:
    """Return True if the path of an address is too deep, runs in a circle or grows, or if its query does.

    >>> is_repetitive("https://a.example/x/y/x/y/x/y.html"), is_repetitive("https://a.example/en/x/y/z.html")
    (True, False)
    >>> is_repetitive("https://a.example/x?p=1&amp%25253Bp=1"), is_repetitive("https://a.example/x?y=/x?y=/x?y=")
    (True, True)
    """
    parts = urlsplit(url)
    all_segments = parts.path.split("/")[1:-1]
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    if all_segments.count("") >= MAX_SAME_SEGMENT or _is_repetitive_query(parts.path, parts.query):
        return True
    if len(segments) > DEEPEST or any(count >= MAX_SAME_SEGMENT for count in Counter(segments).values()):
        return True
    return any(
        sum(1 for _ in run) >= MAX_SAME_WORD for segment in segments for _, run in groupby(_WORDS.findall(segment))
    )


def _is_repetitive_query(path: str, query: str) -> bool:
    """Return True if a query is encoded over and over, repeats a name, or holds its own address again and again."""
    if not query:
        return False
    names = Counter(_generalise_name(name) for name, _ in parse_qsl(query, keep_blank_values=True))
    if _ENCODED_AGAIN.search(query) or len(names) > DEEPEST or any(n >= MAX_SAME_NAME for n in names.values()):
        return True
    for _ in range(MAX_SAME_SEGMENT):
        query = unquote(query)
    return path != "/" and query.count(path) >= MAX_SAME_SEGMENT - 1


def _generalise_name(name: str) -> str:
    return re.sub(r"\d+", "0", name)


def generalise_url(url: str) -> str:
    """Return the form of an address: folder, depth, ending and the sorted names in the query.

    >>> generalise_url("https://a.example/geo-en/Laos-31.html"), generalise_url("https://a.example/?l=en&geo=31")
    ('/geo-en/*.html', '/?geo&l')
    """
    parts = urlsplit(url)
    segments = parts.path.split("/")[1:]
    segments_shown = [segments[0] if len(segments) > 1 else _generalise_segment(segments[0])] if segments else []
    segments_shown += ["*"] * (len(segments) - 2)
    if len(segments) > 1:
        segments_shown.append(_generalise_segment(segments[-1]))
    names = sorted({_generalise_name(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"/{'/'.join(segments_shown)}{'?' if names else ''}{'&'.join(names)}"[:200]


def _generalise_segment(segment: str) -> str:
    stem, dot, ending = segment.rpartition(".")
    if not segment:
        return ""
    return f"*.{ending}" if dot and stem and len(ending) <= 5 else "*"
