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
from crawler.browse.pages.health_words import (
    ADDRESS_KINDS,
    ADDRESS_STATES,
    FATES,
    Explanation,
    describe_outcome,
    name_field,
)
from crawler.research.titles import make_title_finder

MAX_RUNS: Final = 20
MAX_PROBLEMS: Final = 30
MAX_FIELDS: Final = 40
"""Fields with problems that are listed."""
FIELDS_MAX_AGE_SECONDS: Final = 300.0
"""Seconds: counting filled fields reads every row."""
FIELDS_SECONDS: Final = 2.5
QUEUE_MAX_AGE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRate:
    """How many articles of a site have a field."""

    field: str
    """What it is, in words."""
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
    queue = count_once(request.file_state, "queue", lambda: read_queue_lines(db), seconds=QUEUE_MAX_AGE_SECONDS).value
    problems = count_problems(db, MAX_FIELDS)
    return PageResponse(
        template="health.html",
        context={
            "runs": runs,
            "fates": [(fate, FATES[fate]) for fate in FATE_VALUES if any(run.fates[fate] for run in runs)],
            "alarms": _describe_deviations(read_last_alarms(db)),
            "doubts": _describe_deviations(read_last_suspects(db)),
            "rates": _make_rates(request, rates.value or []),
            "rates_at": rates.counted_at if rates.value is not None else None,
            "queue": [
                (
                    request.find_title(entry.site),
                    ADDRESS_KINDS.get(entry.kind, entry.kind),
                    ADDRESS_STATES.get(entry.state, Explanation(entry.state, "")),
                    entry.addresses,
                )
                for entry in queue
            ],
            "problems": problems,
            "field_name": name_field,
            "problem_total": sum(total.problems for total in problems),
            "last_problems": read_problem_lines(db, MAX_PROBLEMS) if "problems" in request.visible_tables else [],
            "publication_of": make_title_finder(request.archive),
            "outcome": _describe_run,
        },
    )


def _describe_run(run: RunSummary) -> str:
    """Return how a run ended, in words."""
    return describe_outcome(run.outcome, is_finished=run.finished_at is not None)


def _describe_deviations(deviations: list[Deviation]) -> list[tuple[Deviation, str]]:
    return [(deviation, name_field(deviation.field)) for deviation in deviations]


def _make_rates(request: PageRequest, rates: list[FillRate]) -> list[tuple[str, list[FieldRate]]]:
    sites: dict[str, list[FieldRate]] = {}
    for rate in rates:
        sites.setdefault(request.find_title(rate.site), []).append(
            FieldRate(field=name_field(rate.field), filled=rate.filled, articles=rate.articles)
        )
    return list(sites.items())
