"""Tells what is doubtful about how a page was read, by all that the page shows and states; it changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from crawler.errors import BadValue
from crawler.extraction.layout.date_labels import is_date_line
from crawler.extraction.layout.labels import fold_label, is_litter, is_see_also, is_share
from crawler.extraction.page import ArticlePage
from crawler.items import Article
from crawler.normalisation.dates.moments import read_instant
from crawler.normalisation.words.text import clean, fold
from crawler.sitekit.related_labels import iter_label_lines
from crawler.sitekit.usual_labels import is_usual_label

LEAST_LEAD: Final = 5
"""Words of a lead; what has fewer is a label or a kicker."""
MOST_WORDS_OF_A_NAME: Final = 5
MOST_OF_A_KIND: Final = 4
LONGEST_REPEATED: Final = 200
PageDoubtKind = Literal[
    "cut",
    "paid",
    "uncertain",
    "no_date",
    "date_in_body",
    "label_in_body",
    "repeated_line",
    "headline_differs",
    "author",
    "label_without_entries",
    "label_above_text",
    "days_differ",
    "short_lead",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class PageDoubt:
    """Something about the reading of a page that a person should look at."""

    kind: PageDoubtKind
    field: str
    value: str
    """The words that it is about; empty where it is about none."""
    reason: str


def find_doubts(page: ArticlePage, article: Article) -> tuple[PageDoubt, ...]:
    """Return the doubts about an article that was read from a page, in the order of its fields; four of each kind."""
    doubts = (
        doubt
        for group in (
            _doubt_headline(page, article),
            _doubt_authors(page, article),
            _doubt_dates(page, article),
            _doubt_lead(article),
            _doubt_body(page, article),
            _doubt_related(page, article),
            _doubt_labels(page),
        )
        for doubt in group
    )
    counts: Counter[PageDoubtKind] = Counter()
    kept = []
    for doubt in doubts:
        counts[doubt.kind] += 1
        if counts[doubt.kind] <= MOST_OF_A_KIND:
            kept.append(doubt)
    return tuple(kept)


def _doubt_headline(page: ArticlePage, article: Article) -> Iterator[PageDoubt]:
    printed = fold(article.headline)
    stated = [fold(anchor.value) for anchor in page.clues.anchors]
    if stated and not any(printed in other or other in printed for other in stated):
        yield PageDoubt(
            kind="headline_differs",
            field="headline",
            value=page.clues.anchors[0].value,
            reason="no headline that the page states, in og:title or title, has these words",
        )


def _doubt_authors(page: ArticlePage, article: Article) -> Iterator[PageDoubt]:
    stated = {fold(name.value) for name in page.author_names}
    for author in article.authors:
        name = fold(author.name)
        inside = next((other for other in stated if other != name and f" {other} " in f" {name} "), None)
        if any(map(str.isdigit, author.name)):
            reason = "a name with figures"
        elif author.kind == "person" and len(author.name.split()) > MOST_WORDS_OF_A_NAME:
            reason = f"a name of more than {MOST_WORDS_OF_A_NAME} words"
        elif inside is not None:
            reason = f"structured data names “{inside}”"
        else:
            continue
        yield PageDoubt(kind="author", field="authors", value=author.name, reason=reason)


def _doubt_dates(page: ArticlePage, article: Article) -> Iterator[PageDoubt]:
    if article.published is None:
        yield PageDoubt(kind="no_date", field="published", value="", reason="no date of publication was read")
        return
    stated = page.published_meta
    if stated is None or page.published is None:
        return
    try:
        day = read_instant(stated.value, page.site).on
    except BadValue:
        return
    if day != article.published.on:
        yield PageDoubt(
            kind="days_differ",
            field="published",
            value=page.published.value,
            reason=f"reads as {article.published.on}, and structured data states {day}",
        )


def _doubt_lead(article: Article) -> Iterator[PageDoubt]:
    if article.lead and len(article.lead.split()) < LEAST_LEAD and article.lead.isascii():
        reason = f"a lead of fewer than {LEAST_LEAD} words"
        yield PageDoubt(kind="short_lead", field="lead", value=article.lead, reason=reason)


def _doubt_body(page: ArticlePage, article: Article) -> Iterator[PageDoubt]:
    for problem in article.problems:
        if problem.kind in ("cut", "paid"):
            yield PageDoubt(kind=problem.kind, field="body", value="", reason=problem.reason)
        elif problem.kind == "doubt":
            yield PageDoubt(kind="uncertain", field="page", value="", reason=problem.reason)
    paragraphs = Counter(article.body.split("\n\n"))
    lines = {line.text: line for line in page.lines}
    for paragraph, count in paragraphs.items():
        line = lines.get(paragraph)
        if count > 1 and len(paragraph) <= LONGEST_REPEATED:
            reason = f"stands {count} times in the body"
            yield PageDoubt(kind="repeated_line", field="body", value=paragraph[:200], reason=reason)
        elif len(paragraph) <= 80 and is_date_line(paragraph, page.language_code):
            yield PageDoubt(kind="date_in_body", field="body", value=paragraph, reason="a date stands in the body")
        elif line is not None and (is_share(line, page.labels) or is_litter(line)):
            reason = "a label or counter stands in the body"
            yield PageDoubt(kind="label_in_body", field="body", value=paragraph[:200], reason=reason)


def _doubt_related(page: ArticlePage, article: Article) -> Iterator[PageDoubt]:
    if article.see_also:
        return
    for line, links in iter_label_lines(page, page.links.leads_to_related):
        if not is_usual_label(fold_label(line.text)):
            continue
        reason = f"stands over {links} links to articles, and no See also entry was read"
        yield PageDoubt(kind="label_without_entries", field="see_also", value=clean(line.text), reason=reason)


def _doubt_labels(page: ArticlePage) -> Iterator[PageDoubt]:
    """Doubt declared labels above the longest paragraph: what they end is the text."""
    paragraphs = set(page.paragraphs)
    own = [line for line in page.lines if line.text in paragraphs]
    longest = max(own, key=lambda line: len(line.text), default=None)
    if longest is None:
        return
    share = {fold_label(label) for label in page.site.labels.share}
    for line in page.lines[page.header.start : longest.index]:
        if is_see_also(line, page.labels) or fold_label(line.text) in share:
            reason = "a declared label stands above the longest paragraph"
            yield PageDoubt(kind="label_above_text", field="body", value=line.text[:200], reason=reason)
