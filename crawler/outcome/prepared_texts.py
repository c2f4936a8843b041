"""Prepares the texts of an article for the archive, by whoever reads its page, so that the one who writes need not."""

from __future__ import annotations

from crawler.comparison.minhash import Fingerprint, join_sketched
from crawler.items import Article, PreparedTexts
from crawler.normalisation.words.index_words import make_index_row


def prepare_texts(article: Article) -> PreparedTexts:
    """Return the row of an article in the search index, and its sketch."""
    return PreparedTexts(
        digest=article.digest,
        headline_meta=article.headline_meta,
        index_row=make_index_row(article.headline, article.lead, article.body, article.byline, article.headline_meta),
        sketch=Fingerprint.from_text(join_sketched(article.lead, article.body)).to_bytes(),
    )
