"""States: ids of articles go in; which version of each is the present one comes out, with a digest of its metadata."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils import Database

from crawler.archive.schema.fields import METADATA_FIELDS

_AUTHOR_FIELDS: Final = ("name", "kind", "honorific", "order_initials")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """An article as it is now, without its texts but for the headline."""

    article_id: int
    site: str
    language: str
    site_key: str
    url: str
    headline: str
    revision: int
    captured_at: str
    digest: str
    metadata: str
    gone: bool
    published_on: str | None
    word_count: int


def read_states(db: Database, article_ids: Sequence[int]) -> dict[int, ArticleState]:
    """Return the states of these articles by their ids; ids that lead to none are missing."""
    marks = ", ".join("?" * len(article_ids))
    authors: dict[int, list[list[Any]]] = {}
    for article_id, *author in db.execute(
        f"SELECT aa.article_id, {', '.join(_AUTHOR_FIELDS)} FROM article_authors aa JOIN authors au"
        f" ON au.id = aa.author_id WHERE aa.article_id IN ({marks}) ORDER BY aa.article_id, aa.position",
        tuple(article_ids),
    ):
        authors.setdefault(article_id, []).append(author)
    states = {}
    for row in db.execute(
        "SELECT a.id, a.site, a.language, a.site_key, a.url, r.number, r.captured_at, r.digest, a.status, a.word_count,"
        f" {', '.join(f'a.{name}' for name in METADATA_FIELDS)} FROM articles a"
        f" JOIN revisions r ON r.article_id = a.id AND r.number = a.revisions WHERE a.id IN ({marks})",
        tuple(article_ids),
    ):
        article_id, site, language, site_key, url, number, captured_at, digest, status, words, *described = row
        about = dict(zip(METADATA_FIELDS, described, strict=True))
        states[int(article_id)] = ArticleState(
            article_id=article_id,
            site=site,
            language=language,
            site_key=site_key,
            url=url,
            headline=about["headline"],
            revision=number,
            captured_at=captured_at,
            digest=digest,
            metadata=metadata_digest(about, authors.get(article_id, [])),
            gone=status == "gone",
            published_on=about["published_on"],
            word_count=words,
        )
    return states


def metadata_digest(described: dict[str, Any], authors: Sequence[Sequence[str | None]]) -> str:
    """Return the SHA-256 of what is known of an article beside its text, 64 hexadecimal digits.

    It is over a JSON list without spaces, letters unescaped: the columns :data:`METADATA_FIELDS` in their order, then
    a list of the authors in printed order, each as name, kind, honorific and order initials. Unknown is null.
    """
    whole = [*(described[name] for name in METADATA_FIELDS), [list(author) for author in authors]]
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
