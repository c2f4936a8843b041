"""Infers the names of a site: its title, its name among sites, and what it adds to headlines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from crawler.normalisation.words.text import clean, fold
from crawler.sitekit.given_pages import GivenPage

_SEPARATOR: Final = re.compile(r"\s+[|·•»\-–—]\s+|\s*[|»]\s*")
_LONGEST_SUFFIX: Final = 60
MOST_SUFFIXES: Final = 4


def make_site_name(host: str) -> str:
    """Return the name of a site by its host: ``www.north-post.example`` is ``north_post_example``.

    >>> make_site_name("www.north-post.example")
    'north_post_example'
    """
    name = re.sub(r"[^a-z0-9]+", "_", host.lower().removeprefix("www.")).strip("_")
    return f"site_{name}" if not name[:1].isalpha() else name


def infer_title(pages: Sequence[GivenPage], host: str) -> tuple[str, str]:
    """Return the title of a site and what tells it: ``og:site_name``, the publisher of JSON-LD, else the host."""
    stated: dict[str, Counter[str]] = {
        "og:site_name": Counter(),
        "application-name": Counter(),
        "the publisher in JSON-LD": Counter(),
    }
    for page in pages:
        for source in ("og:site_name", "application-name"):
            if (meta := page.head.find_meta(source)) is not None and 2 <= len(meta.value) <= 60:
                stated[source][meta.value] += 1
        publisher = page.publisher
        if publisher and 2 <= len(publisher) <= 60:
            stated["the publisher in JSON-LD"][publisher] += 1
    for source, titles in stated.items():
        if titles:
            title, count = min(titles.items(), key=lambda row: (-row[1], row[0]))
            return title, f"{source} of {count} of {len(pages)} pages"
    return host.removeprefix("www."), "the host: no page states a name"


def infer_suffixes(pages: Sequence[GivenPage], title: str) -> tuple[tuple[str, ...], str]:
    """Return what pages add to the end of their headlines in ``<title>`` or og:title, and what tells it."""
    counts: Counter[str] = Counter()
    named: set[str] = set()
    for page in pages:
        endings = set()
        for stated in page.stated_titles:
            cuts = list(_SEPARATOR.finditer(stated))
            if cuts and 2 < len(stated) - cuts[-1].start() <= _LONGEST_SUFFIX and cuts[-1].start() >= 8:
                suffix = stated[cuts[-1].start() :]
                endings.add(suffix)
                if fold(clean(suffix[len(cuts[-1][0]) :])) == fold(title):
                    named.add(suffix)
        counts.update(endings)
    suffixes = sorted(suffix for suffix, count in counts.items() if count >= 2 or suffix in named)
    shown = tuple(suffixes[:MOST_SUFFIXES])
    if not shown:
        return (), ""
    best = max(counts[suffix] for suffix in shown)
    return shown, f"ends the titles of {best} of {len(pages)} pages"
