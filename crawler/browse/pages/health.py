"""The page of health: the last runs and the fates of their pages, alarms, filled fields, the queue, problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crawler.archive.health.status import (
    FillRate,
    count_problems,
    read_fill_rates,
    read_problem_lines,
    read_queue_lines,
)
from crawler.archive.runs.deviations import Deviation, read_last_alarms, read_last_suspects
from crawler.archive.runs.summary import RunSummary, list_runs
from crawler.archive.schema.migrations import FATE_VALUES
from crawler.browse.cache import count_once
from crawler.browse.page import READING_TABLES, PageRequest, PageResponse, page
from crawler.browse.titles import make_title_finder

MAX_RUNS: Final = 20
MAX_PROBLEMS: Final = 30
MAX_FIELDS: Final = 40
"""Fields with problems that are listed."""
FIELDS_MAX_AGE_SECONDS: Final = 300.0
"""Seconds: counting filled fields reads every row."""
FIELDS_SECONDS: Final = 2.5
_FIELD_LABELS: Final = {
    "dateline_place": "place",
    "published_on": "day",
    "published_at": "day or hour",
    "modified_at": "change",
    "see_also": "See also",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRate:
    """How many articles of a site have a field."""

    field: str
    filled: int
    articles: int

    @property
    def share(self) -> float:
        """Percent; 0 where there are no articles."""
        return 100 * self.filled / self.articles if self.articles else 0.0


@page("health", menu="Health", tables=(*READING_TABLES, "runs"), optional_tables=("problems",), pool="asking")
def health(request: PageRequest) -> PageResponse:
    """Show how the crawls went."""
    db = request.archive.db
    runs = list_runs(db, MAX_RUNS)
    rates = count_once(
        request.file_state,
        "fill rates",
        lambda: request.time_limit.try_within(FIELDS_SECONDS, lambda: read_fill_rates(db)),
        seconds=FIELDS_MAX_AGE_SECONDS,
    )
    queue = count_once(request.file_state, "queue", lambda: read_queue_lines(db)).value
    problems = count_problems(db, MAX_FIELDS)
    return PageResponse(
        template="health.html",
        context={
            "runs": runs,
            "fates": [fate for fate in FATE_VALUES if any(run.fates[fate] for run in runs)],
            "alarms": _describe_deviations(request, read_last_alarms(db)),
            "doubts": _describe_deviations(request, read_last_suspects(db)),
            "rates": _make_rates(request, rates.value or []),
            "rates_at": rates.counted_at if rates.value is not None else None,
            "queue": [(request.find_title(entry.site), entry.kind, entry.state, entry.addresses) for entry in queue],
            "problems": problems,
            "problem_total": sum(total.problems for total in problems),
            "last_problems": read_problem_lines(db, MAX_PROBLEMS) if "problems" in request.visible_tables else [],
            "publication_of": make_title_finder(request.archive),
            "outcome": describe_outcome,
        },
    )


def describe_outcome(run: RunSummary) -> str:
    """Return how a run ended, in words."""
    if run.finished_at is None:
        return "not finished"
    return (run.outcome or "finished").replace("_", " ")


def _describe_deviations(request: PageRequest, deviations: list[Deviation]) -> list[tuple[Deviation, str]]:
    return [
        (deviation, _FIELD_LABELS.get(deviation.field, deviation.field.replace("_", " "))) for deviation in deviations
    ]


def _make_rates(request: PageRequest, rates: list[FillRate]) -> list[tuple[str, list[FieldRate]]]:
    sites: dict[str, list[FieldRate]] = {}
    for rate in rates:
        sites.setdefault(request.find_title(rate.site), []).append(
            FieldRate(field=_FIELD_LABELS.get(rate.field, rate.field), filled=rate.filled, articles=rate.articles)
        )
    return list(sites.items())
