"""Groups articles that are copies of one another.

Articles belong together when pairs of ``near_copies`` lead from one to the other, over however many others. They are
ordered by the instant of publication, whatever the clock of each paper showed; a day without an hour counts as its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from crawler.archive.database import Connection, select_value

ORDER_OF_PRINTS: Final = (
    "coalesce(CASE p.published_precision WHEN 'day' THEN p.published_on || 'T99' ELSE p.published_at END, '~'),"
    " length(p.site_key), p.site_key, p.site, p.id"
)
"""The terms of an ORDER BY that sorts ``articles p`` by instant, the undated last."""
IDS_OF_GROUP: Final = (
    "WITH RECURSIVE prints(id) AS (VALUES (?) UNION"
    " SELECT CASE n.article_id WHEN prints.id THEN n.other_id ELSE n.article_id END"
    " FROM prints JOIN near_copies n ON n.article_id = prints.id OR n.other_id = prints.id)"
)
"""A WITH that names the ids of an article and of all its copies ``prints``."""
# Each group is walked from those of its members that come second in no pair: there is at least one, for pairs are
# ordered, and seldom another one. Walking from every member would take the square of the group's size.
MEMBERS_OF_GROUPS: Final = """
WITH RECURSIVE
walk(start, id) AS (
    SELECT DISTINCT n.article_id, n.article_id FROM near_copies n
    WHERE NOT EXISTS (SELECT 1 FROM near_copies e WHERE e.other_id = n.article_id)
    UNION
    SELECT walk.start, CASE n.article_id WHEN walk.id THEN n.other_id ELSE n.article_id END
    FROM walk JOIN near_copies n ON n.article_id = walk.id OR n.other_id = walk.id
),
members(id, start) AS (SELECT id, min(start) FROM walk GROUP BY id)"""
"""A WITH of all articles that have copies as ``members``, each with one that all of its group have in common."""


def count_other_prints(db: Connection, article_ids: Iterable[int]) -> dict[int, int]:
    """Return, for each article, the number of its copies in the whole archive, over however many pairs."""
    return {
        article_id: int(select_value(db, f"{IDS_OF_GROUP} SELECT count(*) - 1 FROM prints", (article_id,)))
        for article_id in article_ids
    }
