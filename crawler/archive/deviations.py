"""Deviations: a field that pages lack of late, as far as a run could tell; an alarm when there is evidence enough.

What is not an alarm yet is handed to the next run, so that many runs of a few pages find what one long run would.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.archive.run_fields import History, accepted_from, read_run_fields

ALARM = 9.0
"""Evidence from which on a deviation is an alarm: odds of ``exp(9)``, eight thousand to one (:mod:`crawler.normal`)."""
SUSPECTED = ALARM / 3
"""Evidence from which on it is not believed that an editor took something away: some four pages without it."""

Sample = tuple[str, str]
"""Identity and address of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One field that fewer pages have than before."""

    run_id: int
    field: str
    """One of :data:`~crawler.archive.run_fields.FIELDS`; ``body`` and ``long_body`` for bodies much shorter or longer
    than usual; ``article`` for pages that are not read as articles at all."""
    language: str
    """Empty when all languages are taken together."""
    evidence: float
    """How much speaks for it; from :data:`ALARM` on it is an alarm."""
    articles: int
    """Pages since it began."""
    filled: int
    """Of these, how many were as usual."""
    usual: float
    """The share of pages that had it before, for pages of these languages and years."""
    since_run: int
    """The run in which it began."""
    alarm: bool
    rule: str
    """By what it was judged, in words."""
    samples: tuple[Sample, ...] = ()
    """Some of the pages that lack it, the last ones met."""
    folder: str | None = None
    """Where such pages were saved as test cases."""

    @property
    def rate(self) -> float:
        """The share of pages that have it now."""
        return self.filled / self.articles if self.articles else 0.0


_COLUMNS = "run_id, field, language, evidence, articles, filled, usual, since_run, alarm, rule, folder, samples"


def write_deviations(db: Database, site: str, deviations: Iterable[Deviation]) -> None:
    """Write what a run found; of earlier runs of the site only the alarms stay."""
    db.execute("DELETE FROM deviations WHERE NOT alarm AND run_id IN (SELECT id FROM runs WHERE site = ?)", (site,))
    db.conn.executemany(
        f"INSERT INTO deviations ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each.run_id, each.field, each.language, each.evidence, each.articles, each.filled, each.usual,
                each.since_run, int(each.alarm), each.rule, each.folder,
                json.dumps([key for key, _ in each.samples], ensure_ascii=False),
            )
            for each in deviations
        ],
    )  # fmt: skip


def look_back(db: Database, site: str, run_id: int) -> tuple[History, list[Deviation]]:
    """Return what the pages of a site's healthy runs before this one had, and what the last one left in doubt.

    Runs since something came into doubt are left out: they may be what a new layout looks like.
    """
    first = accepted_from(db, site)
    doubts = _last(db, site, first, run_id)
    before = min((each.since_run for each in doubts if each.evidence >= SUSPECTED), default=run_id)
    return read_run_fields(db, site, first, before), doubts


def _last(db: Database, site: str, first: int, before: int) -> list[Deviation]:
    """Return what the last run of a site that came to its end found, from run ``first`` on, before run ``before``."""
    return _read(
        db,
        "run_id = (SELECT max(id) FROM runs WHERE site = ? AND id >= ? AND id < ? AND finished_at IS NOT NULL"
        " AND json_extract(settings, '$.ingest') IS NULL)",
        (site, first, before),
    )


def last_alarms(db: Database, site: str | None = None) -> list[Deviation]:
    """Return the alarms of the last run of each site, or of one, that ended with any; newest first."""
    return _read(
        db,
        "alarm AND run_id IN (SELECT max(d.run_id) FROM deviations d JOIN runs r ON r.id = d.run_id"
        " WHERE d.alarm AND (?1 IS NULL OR r.site = ?1) GROUP BY r.site)",
        (site,),
    )


def _read(db: Database, where: str, values: tuple[object, ...]) -> list[Deviation]:
    found = []
    for row in db.execute(
        f"SELECT {_COLUMNS} FROM deviations WHERE {where} ORDER BY run_id DESC, evidence DESC, field, language", values
    ).fetchall():
        *_, alarm, rule, folder, samples = row
        addresses = db.execute(
            "SELECT url_key, url FROM addresses WHERE url_key IN (SELECT value FROM json_each(?))", (samples,)
        )
        urls = dict(addresses.fetchall())
        found.append(
            Deviation(
                run_id=row[0], field=row[1], language=row[2], evidence=row[3], articles=row[4], filled=row[5],
                usual=row[6], since_run=row[7], alarm=bool(alarm), rule=rule, folder=folder,
                samples=tuple((key, urls[key]) for key in json.loads(samples) if key in urls),
            )
        )  # fmt: skip
    return found
