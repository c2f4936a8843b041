"""Lists which articles have the text of which others, of a selection or of a whole archive, the earlier one first.

Pairs of copies are stored in the archive; those that share text without being alike as wholes are looked for
(:mod:`crawler.archive.articles.shared_texts`). Both go to a temporary table, so that memory does not grow with them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from sqlite_utils import Database

from crawler.archive import Archive
from crawler.archive.articles.prints import PrintedArticle, was_printed_before
from crawler.archive.articles.shared_texts import MAX_CHARACTERS_IN_ALL, SharedPair, list_shared_pairs
from crawler.archive.database import select_column, select_count, select_dicts, translate_errors
from crawler.archive.search.copies import ORDER_OF_PRINTS
from crawler.archive.search.selection import Selection
from crawler.research.selection_table import ProgressCallback, make_selection_table

PairKind = Literal["duplicate", "near", "shared"]
PAIR_KINDS: Final[tuple[PairKind, ...]] = ("duplicate", "near", "shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedPair:
    """Two articles of one language that have text in common."""

    kind: PairKind
    """The same text, one alike by 0.8 and more, or half of either text and more."""
    article: PrintedArticle
    """The earlier one by the instant; a day without an hour counts as its end."""
    other: PrintedArticle
    first_id: int | None
    """The id of the one that was certainly printed first; None where dates leave it open."""
    similarity: float | None
    """Of copies, how alike they are, to 1; None for shared text."""
    share: float | None
    """Of the first one's lead and body, what the other one has; None for copies."""
    other_share: float | None
    """Of the other one's lead and body, what the first one has."""
    words: int | None
    """Words of the first one that the other one has; characters in scripts without spaces."""

    @property
    def language(self) -> str:
        """The language of both."""
        return self.article.language


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePair:
    """Two publications, and the pairs of which one printed first and the other one after it."""

    site: str
    other_site: str
    is_order_known: bool
    """False where dates leave open who was first: the sites are in the order of their names."""
    pairs: int
    duplicate: int
    near: int
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedPairs:
    """The pairs of a selection, while :func:`find_copied_pairs` holds them."""

    total: int
    articles: int
    """The articles whose texts were compared with others'."""
    complete: bool
    """False if there was too much to compare: shared text is known of the first ``articles`` alone."""
    read: Callable[[], Iterator[CopiedPair]]
    """Yields the pairs by the day of their first article, as often as it is called."""

    def count_sites(self) -> list[SitePair]:
        """Count the pairs of each two publications, the most first."""
        counts: dict[tuple[str, str, bool], dict[PairKind, int]] = {}
        for pair in self.read():
            first, second = pair.article.site, pair.other.site
            is_known = pair.first_id is not None or first == second
            if pair.first_id == pair.other.article_id or (not is_known and second < first):
                first, second = second, first
            kinds = counts.setdefault((first, second, is_known), dict.fromkeys(PAIR_KINDS, 0))
            kinds[pair.kind] += 1
        pairs = [
            SitePair(site=site, other_site=other, is_order_known=is_known, pairs=sum(kinds.values()), **kinds)
            for (site, other, is_known), kinds in counts.items()
        ]
        return sorted(pairs, key=lambda pair: (-pair.pairs, pair.site, pair.other_site, not pair.is_order_known))


@contextmanager
def find_copied_pairs(
    archive: Archive,
    selection: Selection,
    *,
    kinds: Collection[PairKind] = PAIR_KINDS,
    min_share: float = 0.5,
    within: bool = False,
    max_characters: int = MAX_CHARACTERS_IN_ALL,
    progress: ProgressCallback | None = None,
) -> Iterator[CopiedPairs]:
    """Find the pairs of which a selection has one article; the texts are those of today.

    Args:
        archive: where to look.
        selection: whose articles.
        kinds: those that are wanted; ``shared`` is the one that takes time.
        min_share: how alike copies are at least, and how much of either text is shared.
        within: leave out pairs of which the selection has one article alone.
        max_characters: the characters that are compared at most.
        progress: called with how many of how many articles were asked about.

    """
    db = archive.db
    with ExitStack() as stack:
        with translate_errors(archive.path):
            stack.enter_context(archive.moment())
            table = stack.enter_context(make_selection_table(db, selection))
            stack.enter_context(_make_pair_table(db))
            copies = [kind for kind in kinds if kind != "shared"]
            marks = ", ".join("?" * len(copies))
            db.execute(f"{_COPIES_SQL} WHERE similarity >= ? AND kind IN ({marks})", (min_share, *copies))
            articles, complete = 0, True
            if "shared" in kinds:
                ids = [int(article_id) for article_id in select_column(db, f"SELECT id FROM {table} ORDER BY id")]
                report = None if progress is None else lambda done: progress(done, len(ids))
                shared = list_shared_pairs(db, ids, max_characters=max_characters, report=report)
                db.conn.executemany(_SHARED_SQL, _iter_values(shared.pairs, min_share))
                articles, complete = shared.articles, shared.complete
            if table != "articles":
                glue = "AND" if within else "OR"
                ids_sql = f"(SELECT id FROM {table})"
                db.execute(f"DELETE FROM {_TABLE} WHERE NOT (article_id IN {ids_sql} {glue} other_id IN {ids_sql})")
            total = select_count(db, f"SELECT count(*) FROM {_TABLE}")
        yield CopiedPairs(total=total, articles=articles, complete=complete, read=lambda: _read_pairs(archive))


@contextmanager
def _make_pair_table(db: Database) -> Iterator[None]:
    db.execute(_DROP_SQL)
    db.execute(_CREATE_SQL)
    try:
        yield
    finally:
        with suppress(sqlite3.OperationalError):  # whoever reads may not have come to the end: the next one clears up
            db.execute(_DROP_SQL)


def _read_pairs(archive: Archive) -> Iterator[CopiedPair]:
    with translate_errors(archive.path):
        for row in select_dicts(archive.db, _PAIRS_SQL):
            yield _make_pair(row)


def _iter_values(pairs: Collection[SharedPair], min_share: float) -> Iterator[tuple[Any, ...]]:
    for pair in pairs:
        overlap = pair.overlap
        if max(overlap.share, overlap.other_share) >= min_share:
            yield (
                pair.article_id,
                pair.other_id,
                overlap.share,
                overlap.other_share,
                overlap.words,
                overlap.other_words,
            )


def _make_pair(row: dict[str, Any]) -> CopiedPair:
    own, other = (
        PrintedArticle(**{field.name: row[f"{side}_{field.name}"] for field in fields(PrintedArticle)})
        for side in ("own", "other")
    )
    is_first = was_printed_before(
        own.published_at, own.published_precision, other.published_at, other.published_precision
    )
    return CopiedPair(
        kind=row["kind"],
        article=own,
        other=other,
        first_id=None if is_first is None else own.article_id if is_first else other.article_id,
        similarity=row["similarity"],
        share=row["share"],
        other_share=row["other_share"],
        words=row["words"],
    )


def _list_columns(side: str, alias: str) -> str:
    names = [field.name for field in fields(PrintedArticle)]
    return ", ".join(f"{alias}.{'id' if name == 'article_id' else name} AS {side}_{name}" for name in names)


_TABLE: Final = "temp.export_pairs"
_DROP_SQL: Final = f"DROP TABLE IF EXISTS {_TABLE}"
_CREATE_SQL: Final = """
CREATE TEMP TABLE export_pairs (
    kind TEXT, article_id INTEGER, other_id INTEGER, similarity REAL,
    share REAL, other_share REAL, words INTEGER, other_words INTEGER
)
"""
_COPIES_SQL: Final = f"""
INSERT INTO {_TABLE} (kind, article_id, other_id, similarity)
SELECT kind, article_id, other_id, similarity FROM near_copies
"""
_SHARED_SQL: Final = f"""
INSERT INTO {_TABLE} (kind, article_id, other_id, share, other_share, words, other_words)
VALUES ('shared', ?, ?, ?, ?, ?, ?)
"""
# Each pair both ways round, and of the two the one that begins with the earlier article.
_PAIRS_SQL: Final = f"""
WITH sides(kind, similarity, first_id, second_id, share, other_share, words) AS (
    SELECT kind, similarity, article_id, other_id, share, other_share, words FROM {_TABLE}
    UNION ALL SELECT kind, similarity, other_id, article_id, other_share, share, other_words FROM {_TABLE}
)
SELECT kind, similarity, share, other_share, words,
    {_list_columns("own", "p")}, {_list_columns("other", "o")}
FROM sides JOIN articles p ON p.id = first_id JOIN articles o ON o.id = second_id
WHERE ({ORDER_OF_PRINTS}) < ({ORDER_OF_PRINTS.replace("p.", "o.")})
ORDER BY {ORDER_OF_PRINTS}, {ORDER_OF_PRINTS.replace("p.", "o.")}
"""
