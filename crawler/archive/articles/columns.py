"""What an article writes into the columns of its row, in texts that SQLite can store."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from crawler.items import Article
from crawler.normalisation.text import fold
from crawler.normalisation.tokenizer import make_search_text


def make_columns(article: Article) -> dict[str, Any]:
    """Return what a reading writes into the row of its article."""
    published, modified = article.published, article.modified
    return {
        "headline": article.headline,
        "kicker": article.kicker,
        "lead": article.lead,
        "byline": article.byline,
        "dateline": article.dateline,
        "dateline_place": article.dateline_place,
        "dateline_agencies": json.dumps(article.dateline_agencies, ensure_ascii=False),
        "body": article.body,
        "word_count": article.word_count,
        "published_at": published.value if published else None,
        "published_on": published.on if published else None,
        "published_precision": published.precision if published else None,
        "published_raw": published.raw if published else None,
        "published_guessed": int(published.guessed) if published else 0,
        "modified_at": modified.value if modified else None,
        "modified_raw": modified.raw if modified else None,
        "digest": article.digest,
        "sources": json.dumps(dict(article.sources), ensure_ascii=False),
        "complete": int(article.complete),
        "headline_key": make_headline_key(article.headline),
        "place_key": make_search_text(article.dateline_place) or None,
        "kicker_key": make_search_text(article.kicker) or None,
    }


def make_headline_key(headline: str) -> str:
    """Return a headline folded for comparing."""
    return " ".join(fold(headline).split())


RecordT = TypeVar("RecordT")


def replace_surrogates(record: RecordT) -> RecordT:
    """Return a record whose texts SQLite can store: a lone half of a surrogate pair becomes U+FFFD."""
    return _replace_surrogates(record)  # type: ignore[no-any-return]  # the kind is kept, value by value


def _replace_surrogates(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, tuple):
        return tuple(_replace_surrogates(element) for element in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _replace_surrogates(getattr(value, field.name)) for field in fields(value)}
        )
    return value
