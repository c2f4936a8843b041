"""See also links among archived articles: how many each has, and which lead from and to some articles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from crawler.archive.database import Connection, select_records


class Link(NamedTuple):
    """A See also entry that leads from one archived article to another."""

    source: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCounts:
    """How many others some articles name, and by how many each is named; one without any is left out."""

    names: dict[int, int]
    named_by: dict[int, int]


class _LinkCount(NamedTuple):
    article_id: int
    links: int


def count_links(db: Connection, article_ids: Iterable[int]) -> LinkCounts:
    """Count the See also entries from and to these articles, those that lead to themselves apart."""
    wanted = json.dumps(list(article_ids))

    def count_by(column: str) -> dict[int, int]:
        counts = select_records(
            db,
            _LinkCount,
            f"SELECT {column} AS article_id, count(*) AS links FROM see_also"
            f" WHERE {column} IN (SELECT value FROM json_each(?)) AND target_id IS NOT see_also.article_id"
            f" GROUP BY {column}",
            (wanted,),
        )
        return {count.article_id: count.links for count in counts}

    return LinkCounts(names=count_by("see_also.article_id"), named_by=count_by("see_also.target_id"))


def iter_links(db: Connection, article_ids: Iterable[int], *, forward: bool, current: bool) -> Iterator[Link]:
    """Yield the links that leave these articles, or with ``forward`` false those that enter them.

    With ``current``, only those that were there at the last visit.
    """
    here = "article_id" if forward else "target_id"
    now = "JOIN articles a ON a.id = s.article_id AND a.last_seen_at = s.last_seen_at" if current else ""
    return select_records(
        db,
        Link,
        "SELECT s.article_id AS source, s.target_id AS target FROM json_each(?)"
        f" CROSS JOIN see_also s ON s.{here} = value {now}"
        " WHERE s.target_id IS NOT NULL AND s.target_id <> s.article_id",
        (json.dumps(sorted(article_ids)),),
    )
