"""Holds the addresses that an archive cites against the articles that a paper has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.practice.world.articles import PaperArticle
from crawler.practice.world.paper import Paper


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperScore:
    """How an archive's articles of one paper stand to the paper's own."""

    held: tuple[PaperArticle, ...]
    """The articles that the archive holds."""
    missing: tuple[PaperArticle, ...]
    repeated: tuple[PaperArticle, ...]
    """The articles that the archive holds under more than one address."""
    strange: tuple[str, ...]
    """Addresses in the archive that are no article of the paper."""

    @property
    def share(self) -> float:
        """The share of the paper's articles that the archive holds, 0 to 1."""
        return len(self.held) / (len(self.held) + len(self.missing))


def compare_addresses(paper: Paper, urls: Iterable[str]) -> PaperScore:
    """Return which of a paper's articles stand behind the addresses, one for each article of an archive.

    An article counts under any of its spellings.
    """
    counts: Counter[str] = Counter()
    strange = []
    for url in urls:
        article = paper.find_article(url)
        if article is None:
            strange.append(url)
        else:
            counts[article.url] += 1
    return PaperScore(
        held=tuple(article for article in paper.articles if counts[article.url]),
        missing=tuple(article for article in paper.articles if not counts[article.url]),
        repeated=tuple(article for article in paper.articles if counts[article.url] > 1),
        strange=tuple(strange),
    )
