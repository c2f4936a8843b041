"""Metrics: an archive goes in; its last runs, queue and articles come out in the text format of Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/ describes the format. Ages grow while nobody looks, so
each instant is there as a time stamp as well: ``time() - seealso_newest_article_timestamp_seconds`` is always true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from sqlite_utils import Database

from crawler import __version__
from crawler.archive.runs.runs import IS_CRAWL_CONDITION
from crawler.archive.schema.migrations import FATE_VALUES

RUN_OUTCOMES = ("finished", "interrupted", "refused", "unreachable", "alarm", "archive", "error")
"""Words of ``runs.outcome`` that are always there, with 0 or 1, so that an alert can ask for each of them."""
UNFINISHED = "unfinished"
"""The outcome of a run that has not ended: it is running, or was killed."""

MetricSample = tuple[Mapping[str, str], float]


def format_metrics(db: Database, now: datetime) -> str:
    """Return everything as one text; ``now`` is what ages are counted to."""
    lines: list[str] = []
    for name, kind, meaning, samples in _read_families(db, now):
        written = [f"{name}{_format_labels(labels)} {_format_number(value)}" for labels, value in samples]
        if written:
            lines += [f"# HELP {name} {_format_help(meaning)}", f"# TYPE {name} {kind}", *written]
    return "\n".join(lines) + "\n"


def _read_families(db: Database, now: datetime) -> Iterator[tuple[str, str, str, Iterable[MetricSample]]]:
    last = _read_last_runs(db)
    yield "seealso_build_info", "gauge", "The version of seealso that wrote this.", [({"version": __version__}, 1)]
    yield ("seealso_written_timestamp_seconds", "gauge", "When this was written.", [({}, now.timestamp())])
    yield (
        "seealso_last_run_started_timestamp_seconds",
        "gauge",
        "When the last crawl of a site began.",
        [({"site": site}, _to_unix_seconds(started)) for site, started, *_ in last],
    )
    yield (
        "seealso_last_run_finished_timestamp_seconds",
        "gauge",
        "When the last crawl of a site ended; absent while it has not.",
        [({"site": site}, _to_unix_seconds(finished)) for site, _, finished, *_ in last if finished],
    )
    yield (
        "seealso_last_run_duration_seconds",
        "gauge",
        "How long the last crawl of a site took; absent while it has not ended.",
        [
            ({"site": site}, _to_unix_seconds(finished) - _to_unix_seconds(started))
            for site, started, finished, *_ in last
            if finished
        ],
    )
    yield (
        "seealso_last_run_outcome",
        "gauge",
        "How the last crawl of a site ended: 1 for that outcome, 0 for the others.",
        [
            ({"site": site, "outcome": result}, float(result == (outcome or UNFINISHED)))
            for site, _, _, outcome, _ in last
            for result in dict.fromkeys((*RUN_OUTCOMES, UNFINISHED, outcome or UNFINISHED))
        ],
    )
    yield (
        "seealso_last_run_pages",
        "gauge",
        "Pages of the last crawl of a site, by fate.",
        [({"site": site, "fate": fate}, count) for site, *_, counts in last for fate, count in counts.items()],
    )
    yield "seealso_pages_total", "counter", "Pages of all runs, by fate; those taken from files too.", _count_pages(db)
    yield (
        "seealso_runs_total",
        "counter",
        "Runs, by outcome.",
        _count_grouped(
            db, ("site", "outcome"), f"SELECT site, coalesce(outcome, '{UNFINISHED}'), count(*) FROM runs GROUP BY 1, 2"
        ),
    )
    yield (
        "seealso_problems_total",
        "counter",
        "Values and pages that a person should look at.",
        _count_grouped(
            db, ("site",), "SELECT r.site, count(p.id) FROM runs r LEFT JOIN problems p ON p.run_id = r.id GROUP BY 1"
        ),
    )
    yield (
        "seealso_addresses",
        "gauge",
        "Addresses, by state (queued: the queue) and kind.",
        _count_grouped(
            db, ("site", "state", "kind"), "SELECT site, state, kind, count(*) FROM addresses GROUP BY 1, 2, 3"
        ),
    )
    yield (
        "seealso_articles",
        "gauge",
        "Articles, by language and whether the site still has them.",
        _count_grouped(
            db, ("site", "language", "status"), "SELECT site, language, status, count(*) FROM articles GROUP BY 1, 2, 3"
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


def _read_last_runs(db: Database) -> list[tuple[str, str, str | None, str | None, dict[str, int]]]:
    fates = ", ".join(f'"{fate}"' for fate in FATE_VALUES)
    return [
        (site, started, finished, outcome, dict(zip(FATE_VALUES, counts, strict=True)))
        for site, started, finished, outcome, *counts in db.execute(
            f"SELECT site, started_at, finished_at, outcome, {fates} FROM runs"
            f" WHERE id IN (SELECT max(id) FROM runs WHERE {IS_CRAWL_CONDITION} GROUP BY site) ORDER BY site"
        )
    ]


def _count_pages(db: Database) -> Iterator[MetricSample]:
    sums = ", ".join(f'sum("{fate}")' for fate in FATE_VALUES)
    for site, *counts in db.execute(f"SELECT site, {sums} FROM runs GROUP BY site ORDER BY site"):
        for fate, count in zip(FATE_VALUES, counts, strict=True):
            yield {"site": site, "fate": fate}, count


def _count_grouped(db: Database, labels: tuple[str, ...], sql: str) -> Iterator[MetricSample]:
    for *values, count in db.execute(f"{sql} ORDER BY 1, 2"):
        yield dict(zip(labels, values, strict=True)), count


def _read_newest(db: Database) -> list[MetricSample]:
    return [
        ({"site": site, "language": language}, _to_unix_seconds(published))
        for site, language, published in db.execute(
            "SELECT site, language, max(coalesce(published_at, published_on)) FROM articles"
            " WHERE published_on NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        )
    ]


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
