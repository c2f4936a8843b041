"""The first page: what the archive holds, the newest of it, and ways to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from crawler.archive.health.coverage import Covered, coverage, months_between, waiting
from crawler.archive.saved_searches import all_saved
from crawler.archive.search.facets import condition, tally
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import all_snapshots
from crawler.browse.cache import remembered
from crawler.browse.charts import Bars, by_time, drawn
from crawler.browse.page import READING, Answer, Asked, page

T = TypeVar("T")

NEWEST = 8
SNAPSHOTS = 20
"""So many are listed, the newest first; a table of Datasette has them all."""
MONTHS_DRAWN = 400
"""On the first page a bar for each month, of thirty years and more."""
OPTIONAL_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is held of one language."""

    language: str
    articles: int
    first: str | None
    last: str | None
    months: int
    """From the first to the last."""
    empty_months: int
    bars: Bars | None


@page("home", menu="Home", tables=(*READING, "runs", "snapshots", "saved_searches"))
def home(asked: Asked) -> Answer:
    """Show what the archive holds."""
    db = asked.archive.db
    held = remembered(asked.state, "coverage", lambda: coverage(db)).value
    months: Counter[str] = Counter()
    for covered in held:
        months.update(covered.months)
    runs = db.execute("SELECT max(coalesce(finished_at, started_at)), sum(finished_at IS NULL) FROM runs").fetchone()
    days = db.execute("SELECT min(published_on), max(published_on) FROM articles").fetchone()
    span = _years(held)
    return Answer(
        template="home.html",
        context={
            "articles": sum(covered.articles for covered in held),
            "authors": db.execute("SELECT count(*) FROM authors WHERE kind = 'person'").fetchone()[0],
            "first_day": days[0],
            "last_day": days[1],
            "last_run": runs[0],
            "editions": _editions(asked, held, span),
            "years": [(year, [covered.years.get(year, 0) for covered in held]) for year in reversed(span)],
            "months": by_time(months, lambda period: asked.links.search(since=period, until=period), few=MONTHS_DRAWN),
            "newest": asked.archive.search("", limit=NEWEST, order="newest"),
            "examples": _remembered(asked, "examples", lambda: _examples(asked)) or (),
            "waiting": _remembered(asked, "waiting", lambda: waiting(db)),
            "saved": all_saved(db),
            "snapshots": all_snapshots(db)[::-1][:SNAPSHOTS],
        },
    )


def _remembered(asked: Asked, name: str, count: Callable[[], T]) -> T | None:
    return remembered(asked.state, name, lambda: asked.patience.optional(OPTIONAL_SECONDS, count)).value


def _years(held: tuple[Covered, ...]) -> list[str]:
    """Return all years from the first to the last of any language."""
    years = sorted({year for covered in held for year in covered.years})
    return [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)] if years else []


def _editions(asked: Asked, held: tuple[Covered, ...], span: list[str]) -> tuple[Edition, ...]:
    """Return the languages, with bars over the same years so that they can be compared."""
    made = []
    for covered in held:
        counts = covered.years
        first, last = covered.span if covered.months else (None, None)

        def link(year: str, language: str = covered.language) -> str:
            return asked.links.search(language=language, since=year, until=year)

        made.append(
            Edition(
                language=covered.language, articles=covered.articles, first=first, last=last,
                months=len(list(months_between(first, last))) if first and last else 0, empty_months=len(covered.empty),
                bars=drawn("year", span, [counts.get(year, 0) for year in span], link) if counts else None,
            )
        )  # fmt: skip
    return tuple(made)


def _examples(asked: Asked) -> tuple[str, ...]:
    """Return queries that find something here: names that are frequent, in the words of the query language."""
    found = tally(asked.archive.db, Selection(), ["place", "author", "kicker"], 1).facets
    named = [condition(name, value.value.removeprefix("=")) for name, values in found.items() for value in values]
    newest = asked.archive.search("", limit=1, order="newest")
    words = sorted((newest[0].headline if newest else "").split(), key=len)
    phrase = [word.strip(".,:;!?'’‘\"“”()").lower() for word in words[-1:]]
    return (*(f"headline:{word}" for word in phrase if word.isalpha()), *named)
