"""Joins the pages of an article that is printed on several: one text, without what each page prints again.

Headline, byline and date are those of the first page. Which page is wanted next follows from what the pages read name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final

from crawler.items import Article, FurtherPage, Problem, SeeAlso
from crawler.normalisation.digest import compute_digest
from crawler.normalisation.normalise import MAX_BODY
from crawler.normalisation.words.text import count_words, fold, for_digest

MAX_PARTS: Final = 20
"""The most pages of one article, the first one counted."""
MAX_NAMED: Final = 5
"""The most missing pages that a problem names."""
_PAGER_LETTERS: Final = 120
_PAGER: Final = re.compile(
    r"\W*(?:[^\W\d_]+\W+){0,2}\d{1,2}(?:\W+(?:(?P<of>of|de|di|von|sur)\W+)?\d{1,2})+(?:\W+[^\W\d_]+){0,3}\W*"
)
_TELLING_WORDS: Final = 5
"""Words from which on a paragraph that stands on two pages is a box; a shorter one may be said twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticlePart:
    """The reading of one further page of an article."""

    number: int
    """From 2."""
    headlines: tuple[str, ...] = ()
    """The headline as the page prints it and as it states it, one of which is that of the article."""
    paragraphs: tuple[str, ...] = ()
    see_also: tuple[SeeAlso, ...] = ()
    further_pages: tuple[FurtherPage, ...] = ()


def find_next_page(article: Article, parts: Iterable[ArticlePart], tried: Collection[int] = ()) -> FurtherPage | None:
    """Return the next page to be read, or None when there is none.

    ``article`` is the reading of the first page, ``parts`` those of further ones in any order; pages whose numbers are
    among ``tried`` could not be had.
    """
    parts = tuple(parts)
    joined = _join(article, parts)
    had = {*tried, *(part.number for part in parts)}
    wanted = (page for page in joined.list_lacking() if page.number not in had and page.number <= MAX_PARTS)
    return None if joined.has_ended else next(wanted, None)


def join_parts(article: Article, parts: Iterable[ArticlePart], failures: Mapping[int, str] | None = None) -> Article:
    """Return the article with the text of its further pages, which come in any order.

    A page that prints another headline is no part of it; one that prints nothing new ends it. Where pages are lacking,
    the article is not complete, and a problem of the kind ``cut`` names them. ``failures`` says by their numbers why.
    """
    joined = _join(article, parts)
    lacking = joined.list_lacking()
    named = tuple(FurtherPage(number, joined.named[number]) for number in sorted(joined.named))
    if lacking:
        reason = describe_lacking(lacking, failures or {})
        problem = Problem(url=article.url, field="body", value=None, reason=reason, kind="cut")
        article = replace(article, problems=(*article.problems, problem), complete=False)
    article = replace(article, further_pages=named)
    body = _cut("\n\n".join(paragraph for texts in joined.texts for paragraph in texts))
    if body == article.body or not body:
        return article
    return replace(
        article,
        body=body,
        word_count=count_words(body),
        digest=compute_digest(article.headline, article.lead, article.byline, body, article.language),
        see_also=_merge_see_also(article, joined.continuations),
    )


def describe_lacking(pages: Sequence[FurtherPage], failures: Mapping[int, str]) -> str:
    """Return what an article lacks, with the addresses of the pages that were not read."""
    names = ", ".join(
        page.url[:200] + (f" ({failures[page.number][:100]})" if page.number in failures else "")
        for page in pages[:MAX_NAMED]
    )
    more = f" and {len(pages) - MAX_NAMED} more" if len(pages) > MAX_NAMED else ""
    return f"the text goes on on further pages, which are not read: {names}{more}"


@dataclass(slots=True)
class _Join:
    """The pages of an article as far as they follow one another."""

    article: Article
    named: dict[int, str]
    """Number → address of each further page that the pages read name."""
    texts: list[list[str]]
    """The paragraphs of each page, without what another prints as well."""
    _first: tuple[str, ...]
    """The paragraphs of the first page, as they are compared."""
    continuations: list[ArticlePart] = field(default_factory=list)
    has_ended: bool = False
    _seen: set[str] = field(default_factory=set)
    """All paragraphs of the pages before, as they are compared."""

    def list_lacking(self) -> list[FurtherPage]:
        """Return the pages that are named and were not joined, in the order of their numbers."""
        joined = {part.number for part in self.continuations}
        return [FurtherPage(number, self.named[number]) for number in sorted(self.named) if number not in joined]

    def add(self, part: ArticlePart) -> None:
        """Add the page of the next number; where it prints another headline, or nothing new, the article ends here."""
        if not _has_headline(part, self.article):
            self._end(part.number + 1)  # it is lacking: its text may be of this article, under a heading of its own
            return
        paragraphs = [paragraph for paragraph in part.paragraphs if not _is_pager(paragraph, part.number)]
        keys = [for_digest(paragraph) for paragraph in paragraphs]
        repeated = _count_common(_iter_keys(reversed(self.texts[-1])), reversed(keys))
        end = len(keys) - repeated  # a note that each page prints under its text stands under the last one
        start = _count_common(self._first, keys[:end])
        fresh = [
            paragraph
            for paragraph, key in zip(paragraphs[start:end], keys[start:end], strict=True)
            if not (key in self._seen and count_words(key) >= _TELLING_WORDS) and key not in _list_heads(self.article)
        ]
        if not fresh or self._is_repeated(keys, fresh):
            self._end(part.number)
            return
        if repeated:
            del self.texts[-1][-repeated:]
        self.texts.append([*fresh, *paragraphs[end:]])
        self.continuations.append(part)
        self._seen.update(keys)
        for page in part.further_pages:
            self.named.setdefault(page.number, page.url)

    def _is_repeated(self, keys: Sequence[str], fresh: Sequence[str]) -> bool:
        """Return True for the first page once more, with other comments, pictures or offers around it."""
        return set(self._first) <= set(keys) and 2 * sum(map(len, fresh)) < sum(map(len, self._first))

    def _end(self, number: int) -> None:
        self.has_ended = True
        self.named = {other: url for other, url in self.named.items() if other < number}


def _join(article: Article, parts: Iterable[ArticlePart]) -> _Join:
    paragraphs = article.body.split("\n\n")
    if article.further_pages:
        paragraphs = [paragraph for paragraph in paragraphs if not _is_pager(paragraph, 1)]
    named = {page.number: page.url for page in article.further_pages}
    first = tuple(_iter_keys(paragraphs))
    joined = _Join(article, named, [paragraphs], first, _seen=set(first))
    for part in sorted(parts, key=lambda part: part.number):
        if not joined.has_ended and part.number <= MAX_PARTS:
            joined.add(part)
    return joined


def _has_headline(part: ArticlePart, article: Article) -> bool:
    """Return True if one of a page's headlines is that of the article, with more words around it or a few less."""
    own = [fold(headline) for headline in (article.headline, article.headline_meta) if headline]
    others = [fold(headline) for headline in part.headlines if headline]
    return any(mine in other or (other in mine and 2 * len(other) >= len(mine)) for mine in own for other in others)


def _list_heads(article: Article) -> tuple[str, ...]:
    texts = (article.headline, article.kicker, article.lead, article.byline)
    return tuple(for_digest(text) for text in texts if text)


def _is_pager(paragraph: str, number: int) -> bool:
    """Return True for the line of a page that leads to the others: ``1 2 3``, ``Page 1 of 3``, ``[1] 2 3 Next``."""
    pager = _PAGER.fullmatch(paragraph) if len(paragraph) <= _PAGER_LETTERS else None
    if pager is None:
        return False
    numbers = [int(digits) for digits in re.findall(r"\d+", paragraph)]
    return number in (numbers if pager["of"] is None else numbers[:1])


def _iter_keys(paragraphs: Iterable[str]) -> Iterator[str]:
    return map(for_digest, paragraphs)


def _count_common(first: Iterable[str], second: Iterable[str]) -> int:
    """Count how many texts two sequences have in common where they begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _cut(body: str) -> str:
    return body if len(body) <= MAX_BODY else body[:MAX_BODY].rsplit("\n\n", 1)[0]


def _merge_see_also(article: Article, parts: Iterable[ArticlePart]) -> tuple[SeeAlso, ...]:
    """Return the entries of all pages, each once, but for those that lead to a page of the article itself."""
    own = {article.url, *(page.url for page in article.further_pages)}
    entries = {
        entry.address.url_key: entry
        for entry in reversed([*article.see_also, *(entry for part in parts for entry in part.see_also)])
        if entry.address.url not in own
    }
    return tuple(
        replace(entry, position=position) for position, entry in enumerate(reversed(entries.values()), start=1)
    )
