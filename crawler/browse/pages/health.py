"""Health: the last runs and what became of their pages, alarms, filled fields, the queue, problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crawler.archive.health.status import FillRate, RunLine, fill_rates, problem_lines, queue_lines, run_lines
from crawler.archive.runs.deviations import Deviation, last_alarms, standing_doubts
from crawler.archive.schema.migrations import FATES
from crawler.browse.cache import remembered
from crawler.browse.page import READING, Answer, Asked, page
from crawler.browse.titles import publication

RUNS: Final = 20
PROBLEMS: Final = 30
FIELDS_MAY_BE_OLD: Final = 300.0
"""Seconds: counting filled fields reads every row."""
FIELDS_SECONDS: Final = 2.5
_LABELS: Final = {
    "dateline_place": "place",
    "published_on": "day",
    "published_at": "day or hour",
    "modified_at": "change",
    "see_also": "See also",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many articles of a site have a field."""

    field: str
    filled: int
    articles: int

    @property
    def share(self) -> float:
        """Percent; 0 where there are no articles."""
        return 100 * self.filled / self.articles if self.articles else 0.0


@page("health", menu="Health", tables=(*READING, "runs", "deviations"), also=("problems",), lane="asking")
def health(asked: Asked) -> Answer:
    """Show how the crawls went."""
    db = asked.archive.db
    runs = run_lines(db, RUNS)
    rates = remembered(
        asked.state,
        "fill rates",
        lambda: asked.patience.optional(FIELDS_SECONDS, lambda: fill_rates(db)),
        seconds=FIELDS_MAY_BE_OLD,
    )
    queue = remembered(asked.state, "queue", lambda: queue_lines(db)).value
    problems = db.execute("SELECT field, count(*) FROM problems GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 40").fetchall()
    return Answer(
        template="health.html",
        context={
            "runs": runs,
            "fates": [fate for fate in FATES if any(run.fates[fate] for run in runs)],
            "alarms": _told(asked, last_alarms(db)),
            "doubts": _told(asked, standing_doubts(db)),
            "rates": _rates(rates.value or []),
            "rates_at": rates.counted_at if rates.value is not None else None,
            "queue": [(publication(entry.site), entry.kind, entry.state, entry.addresses) for entry in queue],
            "problems": problems,
            "problem_total": sum(row[1] for row in problems),
            "last_problems": problem_lines(db, PROBLEMS) if "problems" in asked.seen else [],
            "publication_of": publication,
            "outcome": outcome,
        },
    )


def outcome(run: RunLine) -> str:
    """Return how a run ended, in words."""
    if run.finished_at is None:
        return "not finished"
    return (run.outcome or "finished").replace("_", " ")


def _told(asked: Asked, deviations: list[Deviation]) -> list[tuple[Deviation, str]]:
    return [(deviation, _LABELS.get(deviation.field, deviation.field.replace("_", " "))) for deviation in deviations]


def _rates(found: list[FillRate]) -> list[tuple[str, list[Rate]]]:
    sites: dict[str, list[Rate]] = {}
    for rate in found:
        sites.setdefault(publication(rate.site), []).append(
            Rate(field=_LABELS.get(rate.field, rate.field), filled=rate.filled, articles=rate.articles)
        )
    return list(sites.items())
