"""Reads and writes deviations: fields that a site's pages lack of late; one with enough evidence is an alarm.

The next run continues a deviation that is no alarm yet, so that many runs of a few pages find what one long run would.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlite_utils import Database

from crawler.archive.database import select_rows
from crawler.archive.runs.field_counts import HEALTHY_RUN_CONDITION, History, find_accepted_run, read_run_fields
from crawler.archive.runs.runs import IS_CRAWL_CONDITION

ALARM_EVIDENCE = 9.0
"""Evidence from which on a deviation is an alarm: odds of ``exp(9)``, eight thousand to one
(:mod:`crawler.crawl.monitoring.significance`)."""
SUSPECT_EVIDENCE = ALARM_EVIDENCE / 3
"""Evidence from which on a missing field is not ascribed to an editor: some four pages without it."""

DetectionMethod = Literal["cusum", "hoeffding", "none_read"]
"""Evidence summed page by page, all pages of a run together, no page read as an article."""
SamplePage = tuple[str, str]
"""Identity and address of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One field that fewer pages have than before."""

    run_id: int
    field: str
    """One of :data:`~crawler.archive.runs.field_counts.COUNTED_FIELDS`; ``body`` and ``long_body`` for bodies much
    shorter or longer than usual; ``article`` for pages that are not read as articles at all."""
    language: str
    """Empty when all languages are taken together."""
    evidence: float
    """The log of the odds for it; from :data:`ALARM_EVIDENCE` on it is an alarm."""
    articles: int
    """Pages since it began."""
    filled: int
    """Number of these pages that have the field as usual."""
    usual: float
    """The share of pages that had it before, for pages of these languages and years."""
    since_run: int
    """The run in which it began."""
    alarm: bool
    rule: str
    """The rule that judged it, in words."""
    method: DetectionMethod | None = None
    """The same for programs; None in archives of earlier versions whose words are unknown."""
    samples: tuple[SamplePage, ...] = ()
    """Some of the pages that lack it, the last ones visited."""
    peak: float = 0.0
    """The highest evidence in the course of the run, for a deviation that began in it."""
    folder: str | None = None
    """The folder where such pages were saved as test cases."""

    @property
    def rate(self) -> float:
        """The share of pages that have it now."""
        return self.filled / self.articles if self.articles else 0.0


_COLUMNS = (
    "run_id, field, language, evidence, articles, filled, usual, since_run, alarm, rule, method, folder, samples, peak"
)


def write_deviations(db: Database, site: str, deviations: Iterable[Deviation]) -> None:
    """Write the deviations of a run; of earlier runs of the site only alarms and high peaks stay."""
    db.execute(
        "DELETE FROM deviations WHERE NOT alarm AND peak < ? AND run_id IN (SELECT id FROM runs WHERE site = ?)",
        (SUSPECT_EVIDENCE, site),
    )
    db.conn.executemany(
        f"INSERT INTO deviations ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                deviation.run_id,
                deviation.field,
                deviation.language,
                deviation.evidence,
                deviation.articles,
                deviation.filled,
                deviation.usual,
                deviation.since_run,
                int(deviation.alarm),
                deviation.rule,
                deviation.method,
                deviation.folder,
                json.dumps([key for key, _ in deviation.samples], ensure_ascii=False),
                deviation.peak,
            )
            for deviation in deviations
        ],
    )


class SiteHistory(NamedTuple):
    """The history of a site in its earlier runs."""

    history: History
    """The field counts of healthy runs, without the runs since a suspected deviation began, which may have a new
    layout."""
    doubts: list[Deviation]
    """The deviations of the last run."""
    peaks: dict[tuple[str, str], float]
    """(field, language) → the highest evidence for its absence in a healthy run, where it reached
    :data:`SUSPECT_EVIDENCE`."""


def read_site_history(db: Database, site: str, run_id: int) -> SiteHistory:
    """Return the history of a site in the runs before this one."""
    first = find_accepted_run(db, site)
    doubts = _read_last(db, site, first, run_id)
    before = min((doubt.since_run for doubt in doubts if doubt.evidence >= SUSPECT_EVIDENCE), default=run_id)
    peaks = db.execute(
        "SELECT d.field, d.language, max(d.peak) FROM deviations d JOIN runs r ON r.id = d.run_id"
        f" WHERE r.site = ? AND r.id >= ? AND r.id < ? AND {HEALTHY_RUN_CONDITION} AND d.peak >= ? GROUP BY 1, 2",
        (site, first, before, SUSPECT_EVIDENCE),
    )
    return SiteHistory(
        read_run_fields(db, site, first, before), doubts, {(field, language): peak for field, language, peak in peaks}
    )


def _read_last(db: Database, site: str, first: int, before: int) -> list[Deviation]:
    """Return the deviations of the last finished crawl of a site, from run ``first`` on and before run ``before``."""
    return _read_deviations(
        db,
        "run_id = (SELECT max(id) FROM runs WHERE site = ? AND id >= ? AND id < ? AND finished_at IS NOT NULL"
        f" AND {IS_CRAWL_CONDITION})",
        (site, first, before),
    )


def read_last_alarms(db: Database, site: str | None = None) -> list[Deviation]:
    """Return the alarms of the last run of each site, or of one, that ended with any; newest first."""
    return _read_deviations(
        db,
        "alarm AND run_id IN (SELECT max(d.run_id) FROM deviations d JOIN runs r ON r.id = d.run_id"
        " WHERE d.alarm AND (?1 IS NULL OR r.site = ?1) GROUP BY r.site)",
        (site,),
    )


def read_last_suspects(db: Database) -> list[Deviation]:
    """Return the deviations of the last finished crawl of each site that are no alarms."""
    return _read_deviations(
        db,
        "NOT alarm AND evidence > 0 AND run_id IN (SELECT max(id) FROM runs WHERE finished_at IS NOT NULL"
        f" AND {IS_CRAWL_CONDITION} GROUP BY site)",
        (),
    )


def _read_deviations(db: Database, where: str, values: tuple[object, ...]) -> list[Deviation]:
    deviations = []
    query = f"SELECT {_COLUMNS} FROM deviations WHERE {where} ORDER BY run_id DESC, evidence DESC, field, language"
    for row in select_rows(db.conn, query, values).fetchall():
        addresses = db.execute(
            "SELECT url_key, url FROM addresses WHERE url_key IN (SELECT value FROM json_each(?))", (row["samples"],)
        )
        urls = dict(addresses.fetchall())
        samples = tuple((key, urls[key]) for key in json.loads(row["samples"]) if key in urls)
        deviations.append(Deviation(**dict(row) | {"alarm": bool(row["alarm"]), "samples": samples}))
    return deviations
