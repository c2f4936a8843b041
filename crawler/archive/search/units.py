"""What counts once: an article, a story in whatever languages, or a text however often it was printed.

Of the articles of a unit that a selection finds, the first by the instant of publication stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from crawler.archive.database import Connection, select_rows, select_value
from crawler.archive.search.compiler import Condition, QueryPlan
from crawler.archive.search.copies import MEMBERS_OF_GROUPS, ORDER_OF_PRINTS

Unit = Literal["article", "story", "text"]
UNIT_NOUNS: Final[Mapping[Unit, tuple[str, str]]] = {
    "article": ("article", "articles"),
    "story": ("story", "stories"),
    "text": ("text", "texts"),
}
"""Unit → what one and several are called."""
# Per unit: a WITH of (id, unit), of each selected article the first one of its unit. Only the stories that have several
# of the selected articles are sorted; the plus keeps SQLite from looking up every selected id in each of them.
_UNITS_OF_STORIES: Final = f"""
WITH shared(site, story) AS (
    SELECT p.site, p.story FROM articles p INDEXED BY articles_story
    WHERE p.story IS NOT NULL {{of_first}} GROUP BY p.site, p.story HAVING count(*) > 1
),
units(id, unit) AS (
    SELECT p.id, first_value(p.id) OVER prints
    FROM shared s CROSS JOIN articles p INDEXED BY articles_story ON p.site = s.site AND p.story = s.story
    WHERE 1 {{among}}
    WINDOW prints AS (PARTITION BY p.site, p.story ORDER BY {ORDER_OF_PRINTS})
)
"""
_UNITS_OF_GROUPS: Final = f"""{MEMBERS_OF_GROUPS},
units(id, unit) AS (
    SELECT p.id, first_value(p.id) OVER prints
    FROM members m JOIN articles p ON p.id = m.id WHERE 1 {{among}}
    WINDOW prints AS (PARTITION BY m.start ORDER BY {ORDER_OF_PRINTS})
)
"""

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


def limit_to_units(plan: QueryPlan, unit: Unit) -> None:
    """Leave in a plan, of each unit, its first article alone."""
    if unit == "article":
        return
    others = _compile_others(plan, unit, "id")
    plan.conditions.append(Condition(f"a.id NOT IN ({others.sql})", others.values))


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
    others = _compile_others(plan, unit, "id, unit")
    units = {row[0]: row[1] for row in select_rows(db, others.sql, others.values)}
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


def _compile_others(plan: QueryPlan, unit: Unit, columns: str) -> Condition:
    """Return a SELECT of columns of ``units``, of the articles of a plan that are not the first of their unit."""
    template = _UNITS_OF_STORIES if unit == "story" else _UNITS_OF_GROUPS
    select = f"SELECT {columns} FROM units WHERE id <> unit"
    if plan.is_unlimited():
        return Condition(template.format(of_first="", among="") + select)
    ids = plan.make_ids_query()
    sql = template.format(of_first=f"AND p.id IN ({ids.sql})", among=f"AND +p.id IN ({ids.sql})")
    places = template.count("{of_first}") + template.count("{among}")
    return Condition(sql + select, ids.values * places)
