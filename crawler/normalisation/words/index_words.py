"""Makes what the search index holds of an article: its words, folded and parted by spaces, for each column."""

from __future__ import annotations

from typing import Final

from crawler.normalisation.words.tokenizer import EVERY_ARTICLE, STATED_HEADLINE, make_search_text

BETWEEN_HEADLINES: Final = " ".join([STATED_HEADLINE] * 11)
"""Stands between the printed and the stated headline: no phrase goes across it, and no NEAR of the usual 10 words."""


def make_index_row(
    headline: str, lead: str | None, body: str, byline: str | None, headline_meta: str | None = None
) -> tuple[str, str, str, str]:
    """Return the row of an article in the search index: headline (printed, then stated), lead, body, byline."""
    return (
        make_headline_words(headline, headline_meta),
        make_search_text(lead),
        make_search_text(body),
        f"{make_search_text(byline)} {EVERY_ARTICLE}".strip(),
    )


def make_headline_words(headline: str, headline_meta: str | None) -> str:
    """Return the indexed words of an article's headlines: the printed one, and behind the separator the stated one."""
    words = make_search_text(headline)
    stated_words = make_search_text(headline_meta)
    return f"{words} {BETWEEN_HEADLINES} {stated_words}".strip() if stated_words else words
