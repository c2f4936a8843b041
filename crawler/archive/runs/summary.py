"""Reads runs as summaries, and the totals of each site, for every view of an archive's health.

``status``, ``sites``, the doctor, the metrics, the front's page of health and the schedule all use these records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from crawler.archive.database import Connection, list_records, select_column, select_records, select_value
from crawler.archive.runs.runs import make_crawl_condition
from crawler.archive.schema.migrations import FATE_VALUES
from crawler.archive.schema.typed_state import find_kind_column
from crawler.items import RunKind

UNSUCCESSFUL_FATES: Final = ("unreadable", "failed", "refused")
"""Fates of pages that should have become articles and did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run and the fates of its pages."""

    id: int
    site: str
    kind: RunKind
    started_at: str
    finished_at: str | None
    outcome: str | None
    """The outcome of the run; None while it runs, and when it was killed."""
    fetched: int
    fates: dict[str, int]
    resumed_from: int | None
    settings: dict[str, Any]
    """The options of the run that differ from their defaults."""
    versions: dict[str, Any]
    """The versions of the software that the archived values depend on."""

    @property
    def is_crawl(self) -> bool:
        """True when the run fetched from a site, False when it took pages from files."""
        return self.kind != "ingest"

    @property
    def unsuccessful(self) -> int:
        """Number of pages with an unsuccessful fate."""
        return sum(self.fates[fate] for fate in UNSUCCESSFUL_FATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTotals:
    """The pages of all runs of a site, by fate."""

    site: str
    fates: dict[str, int]


class OutcomeTotal(NamedTuple):
    """How many runs of a site ended in one way."""

    site: str
    outcome: str | None
    runs: int


def iter_runs(db: Connection) -> Iterator[RunSummary]:
    """Yield all runs, newest first."""
    return _iter_runs(db, "ORDER BY id DESC")


def list_runs(db: Connection, limit: int) -> list[RunSummary]:
    """Return the last runs of all sites, newest first."""
    return list(_iter_runs(db, "ORDER BY id DESC LIMIT ?", (limit,)))


def read_last_run(db: Connection, site: str, *, only_crawls: bool = False) -> RunSummary | None:
    """Return the last run of a site, or its last crawl; None when there is none."""
    condition = make_crawl_condition(find_kind_column(db)) if only_crawls else "TRUE"
    return next(_iter_runs(db, f"WHERE site = ? AND {condition} ORDER BY id DESC LIMIT 1", (site,)), None)


def list_last_runs(db: Connection, *, only_crawls: bool = False) -> list[RunSummary]:
    """Return the last run of each site, or its last crawl, by the names of the sites."""
    condition = make_crawl_condition(find_kind_column(db)) if only_crawls else "TRUE"
    return list(_iter_runs(db, f"WHERE id IN (SELECT max(id) FROM runs WHERE {condition} GROUP BY site) ORDER BY site"))


def list_killed_ingests(db: Connection, site: str) -> list[RunSummary]:
    """Return the ingests of a site that have not ended, oldest first; under the site's lock these were killed."""
    return list(_iter_runs(db, "WHERE site = ? AND finished_at IS NULL AND kind = 'ingest' ORDER BY id", (site,)))


def find_last_alarm(db: Connection, site: str) -> str | None:
    """Return the start of the last run of a site that ended with a layout alarm; None without one."""
    return _to_text(select_value(db, "SELECT max(started_at) FROM runs WHERE site = ? AND outcome = 'alarm'", (site,)))


def find_last_start(db: Connection, site: str) -> str | None:
    """Return the latest start of a crawl of a site; None without one."""
    sql = f"SELECT max(started_at) FROM runs WHERE site = ? AND {make_crawl_condition(find_kind_column(db))}"
    return _to_text(select_value(db, sql, (site,)))


def find_last_activity(db: Connection) -> str | None:
    """Return the latest end of a run, or start of one that has not ended; None without a run."""
    return _to_text(select_value(db, "SELECT max(coalesce(finished_at, started_at)) FROM runs"))


def list_run_sites(db: Connection, limit: int = -1) -> list[str]:
    """Return the names of the sites that have runs, in order, up to a limit; all with a negative limit."""
    return select_column(db, "SELECT DISTINCT site FROM runs ORDER BY site LIMIT ?", (limit,))


def sum_pages(db: Connection) -> list[PageTotals]:
    """Add up the pages of all runs, crawls and ingests, by site."""
    sums = ", ".join(f'sum("{fate}") AS "{fate}"' for fate in FATE_VALUES)

    def make_totals(site: str, **fates: int) -> PageTotals:
        return PageTotals(site=site, fates=fates)

    return list_records(db, make_totals, f"SELECT site, {sums} FROM runs GROUP BY site ORDER BY site")


def count_outcomes(db: Connection) -> list[OutcomeTotal]:
    """Count the runs by site and outcome."""
    return list_records(
        db,
        OutcomeTotal,
        "SELECT site, outcome, count(*) AS runs FROM runs GROUP BY site, outcome ORDER BY site, outcome",
    )


def parse_json_object(text: str) -> dict[str, Any]:
    """Parse a JSON object that a run wrote; any other text, in a foreign archive, becomes ``{"unreadable": text}``."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {"unreadable": text}


def _iter_runs(db: Connection, clauses: str, values: Sequence[Any] = ()) -> Iterator[RunSummary]:
    fates = ", ".join(f'"{fate}"' for fate in FATE_VALUES)
    return select_records(
        db,
        _make_summary,
        f"SELECT id, site, {find_kind_column(db)} AS kind, started_at,"
        f" finished_at, outcome, fetched, resumed_from, settings, versions, {fates}"
        f" FROM runs {clauses}",
        values,
    )


def _make_summary(*, settings: str, versions: str, **columns: Any) -> RunSummary:
    fates = {fate: columns.pop(fate) for fate in FATE_VALUES}
    return RunSummary(
        fates=fates, settings=parse_json_object(settings), versions=parse_json_object(versions), **columns
    )


def _to_text(value: object) -> str | None:
    return None if value is None else str(value)
