"""Formats metrics of an archive's last runs, queue and articles in the text format of Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/ describes the format. An age is out of date when it is
read, so each instant is written as a time stamp too: ``time() - seealso_newest_article_timestamp_seconds`` is always
right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from crawler import __version__
from crawler.archive.database import Connection, list_records, select_records
from crawler.archive.runs.summary import PageTotals, RunSummary, count_outcomes, list_last_runs, sum_pages

RUN_OUTCOMES = ("finished", "interrupted", "refused", "unreachable", "alarm", "archive", "error")
"""Values of ``runs.outcome`` that are always written, with 0 or 1, so that an alert can query each of them."""
UNFINISHED = "unfinished"
"""The outcome of a run that has not ended: it is running, or was killed."""

MetricSample = tuple[Mapping[str, str], float]


def format_metrics(db: Connection, now: datetime) -> str:
    """Return all metrics as one text; ages are counted up to ``now``."""
    lines: list[str] = []
    for name, kind, meaning, samples in _read_families(db, now):
        sample_lines = [f"{name}{_format_labels(labels)} {_format_number(value)}" for labels, value in samples]
        if sample_lines:
            lines += [f"# HELP {name} {_format_help(meaning)}", f"# TYPE {name} {kind}", *sample_lines]
    return "\n".join(lines) + "\n"


def _read_families(db: Connection, now: datetime) -> Iterator[tuple[str, str, str, Iterable[MetricSample]]]:
    last = list_last_runs(db, only_crawls=True)
    outcomes = sorted(
        (total.site, UNFINISHED if total.outcome is None else total.outcome, total.runs) for total in count_outcomes(db)
    )
    yield "seealso_build_info", "gauge", "The version of seealso that wrote this.", [({"version": __version__}, 1)]
    yield ("seealso_written_timestamp_seconds", "gauge", "When this was written.", [({}, now.timestamp())])
    yield (
        "seealso_last_run_started_timestamp_seconds",
        "gauge",
        "When the last crawl of a site began.",
        [({"site": run.site}, _to_unix_seconds(run.started_at)) for run in last],
    )
    yield (
        "seealso_last_run_finished_timestamp_seconds",
        "gauge",
        "When the last crawl of a site ended; absent while it has not.",
        [({"site": run.site}, _to_unix_seconds(run.finished_at)) for run in last if run.finished_at],
    )
    yield (
        "seealso_last_run_duration_seconds",
        "gauge",
        "How long the last crawl of a site took; absent while it has not ended.",
        [
            ({"site": run.site}, _to_unix_seconds(run.finished_at) - _to_unix_seconds(run.started_at))
            for run in last
            if run.finished_at
        ],
    )
    yield (
        "seealso_last_run_outcome",
        "gauge",
        "How the last crawl of a site ended: 1 for that outcome, 0 for the others.",
        [
            ({"site": run.site, "outcome": outcome}, float(outcome == (run.outcome or UNFINISHED)))
            for run in last
            for outcome in dict.fromkeys((*RUN_OUTCOMES, UNFINISHED, run.outcome or UNFINISHED))
        ],
    )
    yield ("seealso_last_run_pages", "gauge", "Pages of the last crawl of a site, by fate.", _list_fates(last))
    yield (
        "seealso_pages_total",
        "counter",
        "Pages of all runs, by fate; those taken from files too.",
        _list_fates(sum_pages(db)),
    )
    yield (
        "seealso_runs_total",
        "counter",
        "Runs, by outcome.",
        [({"site": site, "outcome": outcome}, runs) for site, outcome, runs in outcomes],
    )
    yield (
        "seealso_problems_total",
        "counter",
        "Values and pages that a person should look at.",
        _count_grouped(
            db,
            "SELECT r.site AS site, count(p.id) AS total FROM runs r LEFT JOIN problems p ON p.run_id = r.id"
            " GROUP BY r.site",
        ),
    )
    yield (
        "seealso_addresses",
        "gauge",
        "Addresses, by state (queued: the queue) and kind.",
        _count_grouped(db, "SELECT site, state, kind, count(*) AS total FROM addresses GROUP BY site, state, kind"),
    )
    yield (
        "seealso_articles",
        "gauge",
        "Articles, by language and whether the site still has them.",
        _count_grouped(
            db, "SELECT site, language, status, count(*) AS total FROM articles GROUP BY site, language, status"
        ),
    )
    newest = _read_newest(db)
    yield (
        "seealso_newest_article_timestamp_seconds",
        "gauge",
        "When the newest article was published; the beginning of its day when only that is known.",
        newest,
    )
    yield (
        "seealso_newest_article_age_seconds",
        "gauge",
        "How long ago that was when this was written.",
        [(labels, now.timestamp() - published) for labels, published in newest],
    )


def _list_fates(summaries: Iterable[RunSummary | PageTotals]) -> list[MetricSample]:
    return [
        ({"site": summary.site, "fate": fate}, count) for summary in summaries for fate, count in summary.fates.items()
    ]


def _count_grouped(db: Connection, sql: str) -> Iterator[MetricSample]:
    """Yield a sample for each row of a SELECT: its column ``total`` is the value, the others are labels."""

    def make_sample(total: int, **labels: str) -> MetricSample:
        return labels, total

    return select_records(db, make_sample, f"{sql} ORDER BY 1, 2")


def _read_newest(db: Connection) -> list[MetricSample]:
    def make_sample(newest: str, **labels: str) -> MetricSample:
        return labels, _to_unix_seconds(newest)

    return list_records(
        db,
        make_sample,
        "SELECT site, language, max(coalesce(published_at, published_on)) AS newest FROM articles"
        " WHERE published_on NOT NULL GROUP BY site, language ORDER BY site, language",
    )


def _to_unix_seconds(instant: str) -> float:
    moment = datetime.fromisoformat(instant)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _format_labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items()) + "}"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _format_help(meaning: str) -> str:
    return meaning.replace("\\", "\\\\").replace("\n", "\\n")


def _format_number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
