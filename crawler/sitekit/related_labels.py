"""Infers the labels that a site prints over links to related articles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction.layout.labels import fold_label, is_litter, match_free_date, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.page import ArticlePage
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.bylines.byline import is_byline
from crawler.sitekit.article_forms import ArticleForm, fits_forms
from crawler.sitekit.given_pages import GivenPage
from crawler.sitekit.usual_labels import is_other_box, is_usual_label

LONGEST: Final = 40
NEAR: Final = 2
"""Lines below a label among which its first link stands."""
SPAN: Final = 12
"""Lines below a label in which its links are counted."""
AFTER_BODY: Final = 20
"""Lines below the body in which a label may stand; further down the lists of the whole site begin."""
LEAST_LINKS: Final = 2
LEAST_TITLE: Final = 15
"""Letters of a link that is the title of an article."""
MOST_LABELS: Final = 12
_SENTENCE: Final = re.compile(r"[.!?…]$|\d")


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelCandidate:
    """A line that may head links to related articles."""

    label: str
    pages: int
    links: int
    """The most links to articles under it on one page."""
    is_usual: bool
    """True where the reader knows the label without the site's help."""


def find_labels(pages: Sequence[GivenPage], forms: Sequence[ArticleForm]) -> list[LabelCandidate]:
    """Return the candidates, usual labels first, then those on the most pages."""
    spellings: dict[str, str] = {}
    counts_of_keys: dict[str, dict[int, int]] = defaultdict(dict)
    for number, page in enumerate(pages):
        for line, links in iter_label_lines(page.article, _make_test(page, forms)):
            key = fold_label(line.text)
            spellings.setdefault(key, line.text.strip(" :»›>|·•"))
            counts_of_keys[key][number] = max(links, counts_of_keys[key].get(number, 0))
    candidates = [
        LabelCandidate(
            label=spellings[key], pages=len(counts), links=max(counts.values()), is_usual=is_usual_label(key)
        )
        for key, counts in counts_of_keys.items()
    ]
    candidates.sort(key=lambda row: (not row.is_usual, -row.pages, -row.links, row.label))
    return candidates[:MOST_LABELS]


def iter_label_lines(page: ArticlePage, leads_to_article: Callable[[str], bool]) -> Iterator[tuple[TextLine, int]]:
    """Yield the lines in or below the text of a page that stand over links to articles, and how many these are."""
    lines = page.lines
    end = _find_end_of_body(page) + AFTER_BODY
    for line in lines[page.header.start : end + 1]:
        if not _reads_as_label(line):
            continue
        counts = [_is_entry(other, leads_to_article) for other in lines[line.index + 1 : line.index + 1 + SPAN]]
        if any(counts[:NEAR]) and sum(counts) >= LEAST_LINKS:
            yield line, sum(counts)


def _make_test(page: GivenPage, forms: Sequence[ArticleForm]) -> Callable[[str], bool]:
    def leads_to_article(href: str) -> bool:
        link = page.find_link(href)
        return link is not None and fits_forms(link, forms)

    return leads_to_article


def _find_end_of_body(page: ArticlePage) -> int:
    """Return the index of the last line that is of the body."""
    paragraphs = set(page.paragraphs)
    return max((line.index for line in page.lines if line.text in paragraphs), default=0)


def _reads_as_label(line: TextLine) -> bool:
    text = line.text.strip()
    if not 3 <= len(text) <= LONGEST or line.has_links or line.hints & (Hint.CHROME | Hint.ADVERT | Hint.BYLINE):
        return False
    if _SENTENCE.search(text) or len(text.split()) > 6 or measure_prose(text) > 3 * LONGEST:
        return False
    return not (is_litter(line) or is_byline(text, None) or match_free_date(text) or is_other_box(fold_label(text)))


def _is_entry(line: TextLine, leads_to_article: Callable[[str], bool]) -> bool:
    if line.link_share < 0.5 or line.hints & Hint.CHROME:
        return False
    return any(len(text) >= LEAST_TITLE and leads_to_article(href) for href, text in line.links[:3])
