"""What counts once: an article, a story in whatever languages, or a text however often it was printed.

Of the articles of a unit that a selection finds, the first by the instant of publication stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from crawler.archive.database import Connection, list_records, select_value
from crawler.archive.search.compiler import Condition, QueryPlan
from crawler.archive.search.copies import MEMBERS_OF_GROUPS, ORDER_OF_PRINTS

Unit = Literal["article", "story", "text"]
UNIT_NOUNS: Final[Mapping[Unit, tuple[str, str]]] = {
    "article": ("article", "articles"),
    "story": ("story", "stories"),
    "text": ("text", "texts"),
}
"""Unit → what one and several are called."""
# Per unit: a WITH of (id, unit, rank), the rank of each selected article that shares its unit with others.
_RANKS_IN_STORIES: Final = """
WITH ranks(id, unit, rank) AS (
    SELECT p.id, first_value(p.id) OVER shared, row_number() OVER shared
    FROM articles p WHERE p.id IN ({ids}) AND p.story IS NOT NULL
    WINDOW shared AS (PARTITION BY p.site, p.story ORDER BY {order})
)
"""
_RANKS_IN_GROUPS: Final = (
    MEMBERS_OF_GROUPS
    + """,
ranks(id, unit, rank) AS (
    SELECT p.id, first_value(p.id) OVER shared, row_number() OVER shared
    FROM members m JOIN articles p ON p.id = m.id WHERE p.id IN ({ids})
    WINDOW shared AS (PARTITION BY m.start ORDER BY {order})
)
"""
)

# Per unit: the ids of all articles that share their unit with one found.
_IDS_IN_STORIES_FOUND: Final = """
WITH found(id) AS ({ids})
SELECT id FROM found
UNION
SELECT o.id FROM found JOIN articles p ON p.id = found.id JOIN articles o ON o.site = p.site AND o.story = p.story
"""
_IDS_IN_GROUPS_FOUND: Final = (
    MEMBERS_OF_GROUPS
    + """,
found(id) AS ({ids})
SELECT id FROM found
UNION
SELECT m.id FROM members m WHERE m.start IN (SELECT s.start FROM found JOIN members s ON s.id = found.id)
"""
)


class _Place(NamedTuple):
    """An article, and the first one of its unit."""

    id: int
    unit: int


def limit_to_units(plan: QueryPlan, unit: Unit) -> None:
    """Leave in a plan, of each unit, its first article alone."""
    if unit == "article":
        return
    ranks = _compile_ranks(plan, unit)
    plan.conditions.append(Condition(f"a.id NOT IN ({ranks.sql} SELECT id FROM ranks WHERE rank > 1)", ranks.values))


def compile_units_found(article_ids: Condition, unit: Unit) -> Condition:
    """Return a SELECT of the ids of all articles whose unit has one of these articles."""
    if unit == "article":
        return article_ids
    if unit == "story":
        return Condition(_IDS_IN_STORIES_FOUND.format(ids=article_ids.sql), article_ids.values)
    return Condition(_IDS_IN_GROUPS_FOUND.format(ids=article_ids.sql), article_ids.values)


def map_to_units(db: Connection, plan: QueryPlan, unit: Unit) -> dict[int, int]:
    """Return, for the articles of a plan that share a unit with another one, the id of the unit's first article.

    The first article itself is among the keys; an article that is alone in its unit is not.
    """
    if unit == "article":
        return {}
    ranks = _compile_ranks(plan, unit)
    rows = list_records(db, _Place, f"{ranks.sql} SELECT id, unit FROM ranks WHERE rank > 1", ranks.values)
    units = {row.id: row.unit for row in rows}
    return units | {first: first for first in units.values()}


def count_other_translations(db: Connection, article_ids: Iterable[int]) -> dict[int, int]:
    """Return, for each article, the number of others of its story in the whole archive."""
    return {
        article_id: int(
            select_value(
                db,
                "SELECT count(*) FROM articles a JOIN articles o ON o.site = a.site AND o.story = a.story"
                " AND o.id <> a.id WHERE a.id = ?",
                (article_id,),
            )
        )
        for article_id in article_ids
    }


def _compile_ranks(plan: QueryPlan, unit: Unit) -> Condition:
    ids = plan.make_ids_query()
    template = _RANKS_IN_STORIES if unit == "story" else _RANKS_IN_GROUPS
    return Condition(template.format(ids=ids.sql, order=ORDER_OF_PRINTS), ids.values)
