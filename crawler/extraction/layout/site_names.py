"""Knows the names that a page gives its site, and takes them off the ends of stated headlines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crawler.extraction.layout.labels import fold_label
from crawler.normalisation.words.text import fold

_SEPARATORS: Final = re.compile(
    r"\s+(?:[^\w\s'\"“”„‘’(),.!?&…%$€£¥+#@\[\]{}*]|_)+\s+|\s+\*\s+|\s*[|｜»‖：－_]\s*|\s*::\s*"
)
"""What parts a headline from the names after it: "Headline | Paper", "Headline - News - Paper", "Headline ★ Paper"."""
_GENERIC_HOST_WORDS: Final = frozenset(("news", "blog", "online", "press", "times", "post", "daily", "info", "media"))
_SHORTEST_HEADLINE: Final = 8
_BAR: Final = re.compile(r"\s*[|｜·•»]\s*")
_BEFORE_COLON: Final = re.compile(r"([^:：|]{3,80})[:：]\s")
_MOST_WORDS: Final = 6
"""Words of the longest name of a site."""


@dataclass(frozen=True, slots=True)
class SiteNames:
    """The names of a site: those that the page states, and the word of its host."""

    names: frozenset[str] = frozenset()
    """Folded as labels are."""
    host_word: str = ""
    """The longest label of the host, without signs: ``thenorthernpost``."""

    def names_site(self, text: str) -> bool:
        """Return True if a short text is the name of the site and nothing else."""
        if len(text) > 80:
            return False
        folded = fold_label(text)
        return bool(folded) and (folded in self.names or _squeeze(folded) == self.host_word)

    def strip(self, headline: str) -> str:
        """Return a stated headline without the site's name at its end or beginning, and without what follows the name.

        >>> SiteNames(frozenset({"north post"}), "northpost").strip("Bridge opens - World - North Post")
        'Bridge opens - World'
        """
        before_colon = _BEFORE_COLON.match(headline)
        if before_colon is not None and fold_label(before_colon[1]) in self.names:
            rest = headline[before_colon.end() :]
            headline = rest if len(rest) >= _SHORTEST_HEADLINE else headline
        for _ in range(2):
            cuts = list(_SEPARATORS.finditer(headline[-200:])) if len(headline) <= 1000 else []
            offset = max(0, len(headline) - 200)
            if not cuts:
                return headline
            last, first = cuts[-1], cuts[0]
            if self._reads_as_name(headline[offset + last.end() :]) and offset + last.start() >= _SHORTEST_HEADLINE:
                headline = headline[: offset + last.start()].rstrip()
            elif offset == 0 and self._reads_as_name(headline[: first.start()]):
                rest = headline[first.end() :].lstrip()
                if len(rest) < _SHORTEST_HEADLINE:
                    return headline
                headline = rest
            else:
                return headline
        return headline

    def _reads_as_name(self, segment: str) -> bool:
        """Is a part between separators the site's name, perhaps with a few words around it: "The North Post online"?"""
        if self.names_site(segment):
            return True
        folded = fold_label(segment)
        if not folded or len(folded.split()) > _MOST_WORDS:
            return False
        squeezed = _squeeze(folded)
        if len(self.host_word) >= 5 and self.host_word not in _GENERIC_HOST_WORDS and self.host_word in squeezed:
            return True
        return any(len(name) >= 5 and (folded.startswith(name) or folded.endswith(name)) for name in self.names)


def make_site_names(stated: Iterable[str], host: str) -> SiteNames:
    """Return the names of a site from what its pages state (``og:site_name``, ``application-name``) and its host."""
    names = [name for text in stated for name in (text, *_SEPARATORS.split(text)[:1]) if 2 <= len(name) <= 80]
    labels = [label for label in host.lower().split(".")[:-1] if label not in ("www", "co", "com", "org", "net")]
    return SiteNames(
        names=frozenset(name for name in map(fold_label, names) if name),
        host_word=_squeeze(fold(max(labels, key=len, default=""))),
    )


def find_name_after(headline: str, title: str) -> list[str]:
    """Return the name that a title adds to the headline after a bar, as a list of one or none.

    >>> find_name_after("Bridge opens", "Bridge opens | World | North Post"), find_name_after("Bridge", "Bridge opens")
    (['North Post'], [])
    """
    rest = title.removeprefix(headline) if len(title) <= 1000 else ""
    if rest == title or _BAR.match(rest) is None:
        return []
    name = _BAR.split(rest)[-1].strip()
    return [name] if len(name.split()) <= _MOST_WORDS else []


def find_confirmed_names(titles: str, possible: Iterable[str]) -> list[str]:
    """Return those of the possible names of a site that a title has at its end or beginning as a part of its own.

    >>> find_confirmed_names("Bridge opens - World - North Post", ["Home", "North Post"])
    ['North Post']
    """
    before_colon = _BEFORE_COLON.match(titles)
    first = [before_colon[1]] if before_colon is not None else []
    parts = {fold_label(part) for part in (*_SEPARATORS.split(titles[:_LONGEST_TITLE]), *first)}
    return [
        name for name in possible if len(name.split()) <= _MOST_WORDS and len(name) > 3 and fold_label(name) in parts
    ]


_LONGEST_TITLE: Final = 1000


def _squeeze(text: str) -> str:
    return text if text.isalnum() else "".join(filter(str.isalnum, text))
