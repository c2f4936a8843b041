"""Estimates how long the pending migrations of an archive take and how much room they need, before they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler.archive.schema.index_rows import INDEX_RULES, read_rules
from crawler.archive.schema.migrations import MAKES_INDEX, migrations

SLOW_AFTER: Final = 10.0
"""Seconds; a quicker upgrade is not worth a word."""
_BYTES_PER_SECOND: Final = 40_000_000
"""What a slow disk writes and syncs."""
_RESERVE: Final = 1.25
"""The room asked for, as a multiple of what was measured."""
_SAMPLE: Final = 500
"""The newest articles, whose mean length stands for that of all: to read every row would take minutes by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """What a migration costs for each row of a table, or each word of the articles (``table`` is ``words``)."""

    table: str
    microseconds: float
    bytes: float
    """Bytes written to the log."""


_COSTS: Final = {
    "m_sightings": _Cost(table="addresses", microseconds=2, bytes=70),
    "m_kicker_key": _Cost(table="words", microseconds=0.06, bytes=11),
    "m_narrow_indexes": _Cost(table="articles", microseconds=6, bytes=220),
    "m_typed_state": _Cost(table="addresses", microseconds=5, bytes=220),
    "m_letter_variants": _Cost(table="words", microseconds=1.7, bytes=15.5),
    "m_more_variants": _Cost(table="words", microseconds=0.05, bytes=1),
    "m_revision_rows": _Cost(table="words", microseconds=0.15, bytes=42),  # and writing the file anew
    "m_index_without_texts": _Cost(table="words", microseconds=0.05, bytes=5),
    "m_problem_kinds": _Cost(table="problems", microseconds=2.5, bytes=360),
}
"""Migration → its cost, measured on made-up articles of 2.7 and 4.5 million words; the others cost next to nothing."""
_NEW_INDEX: Final = _Cost(table="words", microseconds=1.7, bytes=8)
"""What a new search index costs, where that of the archive was made by other rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """The pending migrations of an archive, and what they will cost."""

    steps: tuple[str, ...]
    seconds: float
    bytes: int
    """Free space that is needed beside the file."""
    reindexes: bool = False
    """True when the search index was made by other rules than today's, and is made anew."""

    @property
    def is_due(self) -> bool:
        """True when there is anything to do."""
        return bool(self.steps) or self.reindexes

    @property
    def is_slow(self) -> bool:
        """True when a person should know before it begins."""
        return self.seconds >= SLOW_AFTER

    def describe(self) -> str:
        """Return duration and room in words.

        >>> Upgrade(steps=("m_losses",), seconds=130.0, bytes=2_300_000_000).describe()
        'about 3 minutes and 2.3 GB of free space'
        """
        minutes = max(1, -int(-self.seconds // 60))
        room = f"{self.bytes / 1e9:,.1f} GB" if self.bytes >= 1e9 else f"{max(1, round(self.bytes / 1e6)):,} MB"
        return f"about {minutes} {'minute' if minutes == 1 else 'minutes'} and {room} of free space"


def estimate_upgrade(db: Database) -> Upgrade:
    """Return the pending migrations of an archive and what they will cost, by the number of its rows and words."""
    steps = tuple(step.name for step in migrations.pending(db))
    reindexes = MAKES_INDEX not in steps and read_rules(db.conn) != INDEX_RULES
    seconds = size = 0.0
    counts: dict[str, float] = {}
    for cost in (*(_COSTS[step] for step in steps if step in _COSTS), *((_NEW_INDEX,) if reindexes else ())):
        if cost.table not in counts:
            counts[cost.table] = _count(db, cost.table)
        seconds += counts[cost.table] * cost.microseconds / 1e6
        size += counts[cost.table] * cost.bytes
    return Upgrade(
        steps=steps, seconds=seconds + size / _BYTES_PER_SECOND, bytes=int(size * _RESERVE), reindexes=reindexes
    )


def _count(db: Database, table: str) -> float:
    """Return the number of rows of a table, 0 where it is not there; for ``words`` that of all articles' words."""
    if table != "words":
        is_there = db.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchone()
        return float(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) if is_there else 0.0
    articles = _count(db, "articles")
    if not articles:
        return 0.0
    query = "SELECT avg(word_count) FROM (SELECT word_count FROM articles ORDER BY id DESC LIMIT ?)"
    return articles * float(db.execute(query, (_SAMPLE,)).fetchone()[0] or 0)
