"""Counts the capitalised sequences in the texts of a selection, marks those known otherwise, and pairs them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from crawler.archive import Archive
from crawler.archive.articles.records import ArticleRow
from crawler.archive.authority.spellings import iter_spellings
from crawler.archive.database import translate_errors
from crawler.archive.places.finding import list_place_keys
from crawler.archive.search.selection import Selection
from crawler.normalisation.places.countries import find_country
from crawler.normalisation.words.tokenizer import make_search_text
from crawler.research.names.sequences import Evidence, find_sequences

NameMark = Literal["author", "place", "country"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A capitalised sequence; no recogniser says what it names."""

    name: str
    """As it is printed most often."""
    count: int
    articles: int
    """Articles (or what the selection counts) that have it."""
    languages: tuple[str, ...]
    mark: NameMark | None
    """What it is known as otherwise: an author or a place of this archive, a country; None for all else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePair:
    """Two names, by their positions in a list, and the number of articles that have both."""

    first: int
    second: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """The capitalised sequences of a selection, those in most articles first."""

    articles: int
    without_capitals: tuple[str, ...]
    """Languages whose texts have no capitals, so that nothing can be found in them."""
    names: tuple[Name, ...]
    mentions: tuple[array[int], ...]
    """For each article the positions of its names in ``names``."""

    def pair(self, minimum: int = 2) -> list[NamePair]:
        """Return the pairs that at least ``minimum`` articles have, the most frequent first."""
        counts = Counter(pair for article in self.mentions for pair in combinations(article, 2))
        pairs = [
            NamePair(first=one, second=two, articles=count) for (one, two), count in counts.items() if count >= minimum
        ]
        return sorted(pairs, key=lambda pair: (-pair.articles, pair.first, pair.second))


def list_names(
    archive: Archive,
    selection: Selection,
    *,
    minimum: int = 2,
    limit: int | None = None,
    without: Collection[NameMark] = (),
) -> NameList:
    """List the capitalised sequences of leads and bodies; names that differ in capitals and accents alone are one.

    Args:
        archive: where to look; it is read twice. Inside ``archive.moment()`` both times in one state.
        selection: whose texts, and what counts once.
        minimum: leave out what fewer articles have.
        limit: keep at most so many.
        without: leave out what is known as one of these.

    """
    with translate_errors(archive.path):
        evidence: dict[str, Evidence] = {}
        total = 0
        for row in archive.articles(selection):
            total += 1
            evidence.setdefault(row.language, Evidence()).add(_join_texts(row))
        counts: Counter[str] = Counter()
        articles: Counter[str] = Counter()
        spellings: dict[str, Counter[str]] = {}
        languages: dict[str, set[str]] = {}
        mentioned: list[tuple[str, ...]] = []
        for row in archive.articles(selection):
            own: dict[str, None] = {}
            for name in find_sequences(_join_texts(row), evidence[row.language], row.language):
                key = make_search_text(name)
                counts[key] += 1
                spellings.setdefault(key, Counter())[name] += 1
                languages.setdefault(key, set()).add(row.language)
                own[key] = None
            articles.update(own.keys())
            mentioned.append(tuple(own))
        marks = _Marks(archive)
        keys = sorted(
            (key for key, count in articles.items() if key and count >= minimum),
            key=lambda key: (-articles[key], -counts[key], key),
        )
        names: list[Name] = []
        positions: dict[str, int] = {}
        for key in keys:
            printed = min(spellings[key].items(), key=lambda item: (-item[1], item[0]))[0]
            mark = marks.find(key)
            if mark in without or (limit is not None and len(names) >= limit):
                continue
            positions[key] = len(names)
            names.append(
                Name(
                    name=printed,
                    count=counts[key],
                    articles=articles[key],
                    languages=tuple(sorted(languages[key])),
                    mark=mark,
                )
            )
    return NameList(
        articles=total,
        without_capitals=tuple(
            sorted(language for language, own_evidence in evidence.items() if not own_evidence.capital)
        ),
        names=tuple(names),
        mentions=tuple(
            array("L", sorted(positions[key] for key in own_keys if key in positions)) for own_keys in mentioned
        ),
    )


class _Marks:
    """What names are known as in an archive."""

    def __init__(self, archive: Archive) -> None:
        self._authors = {make_search_text(author.spelling) for author in iter_spellings(archive.db)}
        self._places = list_place_keys(archive.db)

    def find(self, key: str) -> NameMark | None:
        """Return what the folded name is known as, first as an author."""
        if key in self._authors:
            return "author"
        if find_country(key) is not None:
            return "country"
        return "place" if key in self._places else None


def _join_texts(row: ArticleRow) -> str:
    return "\n\n".join(_iter_texts(row))


def _iter_texts(row: ArticleRow) -> Iterator[str]:
    if row.lead:
        yield row.lead
    yield row.body
