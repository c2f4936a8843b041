"""Draws samples: the same selection, size and seed give the same articles on any machine, whatever their order there.

Each article is given a number by hashing the seed with its identity, and the lowest numbers are drawn. No generator of
random numbers takes part, so neither the version of Python nor that of a library matters, and an archive that grows
changes a sample only by the new articles that are drawn.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from crawler.archive.articles.identities import STRATA, Stratum, iter_identities
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.archive.snapshots.freeze import NOTED_FILTER, Snapshot
from crawler.errors import BadValue, UnknownSnapshot

if TYPE_CHECKING:
    from crawler.research.kwic import KwicLine

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How to draw: so many articles, by this seed; of each stratum in proportion, or the same number.

    Raises:
        BadValue: the size is below one, or ``by`` is none of :data:`STRATA`.

    """

    size: int
    seed: str = "0"
    by: Stratum | None = None
    equal: bool = False

    def __post_init__(self) -> None:
        if self.size < 1:
            raise BadValue(f"a sample has one article or more, not {self.size}")
        if self.by is not None and self.by not in STRATA:
            raise BadValue(f"a sample is drawn by {', '.join(STRATA)}, not {str(self.by)[:40]!r}")

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for a manifest or a snapshot; ``Sample(**fields)`` makes the sample again."""
        return asdict(self)


def draw_sample(db: Database, selection: Selection, sample: Sample) -> tuple[int, ...]:
    """Return the ids of a sample of a selection, rising; all of them when there are no more than asked for.

    One pass over the selection; what is held grows with the size of the sample and the number of strata alone.
    """
    refuse_unknown_snapshot(db, selection)
    seed = _SURROGATES.sub("\ufffd", sample.seed)
    sizes: dict[str, int] = defaultdict(int)
    lowest: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for article in iter_identities(db, selection.plan(), sample.by):
        sizes[article.stratum] += 1
        # The heap gives up its smallest: numbers are negative, so that this is the highest drawn so far.
        number = _make_draw_number(seed, article.site, article.language, article.site_key)
        drawn, entry = lowest[article.stratum], (-number, article.id)
        if len(drawn) < sample.size:
            heapq.heappush(drawn, entry)
        else:
            heapq.heappushpop(drawn, entry)
    shares = allocate_equally(sizes, sample.size) if sample.equal else allocate_in_proportion(sizes, sample.size)
    return tuple(
        sorted(article_id for name, drawn in lowest.items() for _, article_id in heapq.nlargest(shares[name], drawn))
    )


def sampled(db: Database, selection: Selection, sample: Sample | None) -> Selection:
    """Return the selection that means the articles of the sample alone; without a sample, the selection itself."""
    return selection if sample is None else replace(selection, among=draw_sample(db, selection, sample))


def draw_lines(lines: Iterable[KwicLine], size: int, seed: str) -> tuple[list[KwicLine], int]:
    """Return so many lines of a concordance at random, in their order, and how many there were.

    A line is drawn by the SHA-256 of the seed, its address, field and place: the same lines wherever the same texts are
    archived, and 50 of them are among 100.
    """
    total = 0

    def number_lines() -> Iterator[tuple[bytes, int, KwicLine]]:
        nonlocal total
        for total, line in enumerate(lines, 1):
            identity = "\n".join((seed, line.url, line.field, str(line.start)))
            yield hashlib.sha256(identity.encode()).digest(), total, line

    chosen = heapq.nsmallest(size, number_lines(), key=itemgetter(0, 1))
    return [line for _, _, line in sorted(chosen, key=itemgetter(1))], total


def resolve_today(db: Database, snapshot: Snapshot) -> Selection | None:
    """Return what a snapshot's question means today, its sample drawn anew, for :func:`snapshot_checks.verify`.

    None when it was asked of another snapshot that has been removed since, or of notes, which the archive has not.
    """
    if NOTED_FILTER in snapshot.filters:
        return None
    try:
        refuse_unknown_snapshot(db, snapshot.selection)
    except UnknownSnapshot:
        return None
    sample = Sample(**snapshot.sample) if snapshot.sample is not None else None
    return sampled(db, snapshot.selection, sample)


def allocate_in_proportion(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """Divide a sample among strata by their sizes: whole shares first, then the largest remainders (Hamilton).

    >>> allocate_in_proportion({"2021": 60, "2022": 30, "2023": 10}, 9)
    {'2021': 5, '2022': 3, '2023': 1}
    """
    total = sum(sizes.values())
    size = min(size, total)
    shares = {name: size * count // total for name, count in sizes.items()}
    left = size - sum(shares.values())
    for name in sorted(sizes, key=lambda stratum: (-(size * sizes[stratum] % total), stratum))[:left]:
        shares[name] += 1
    return shares


def allocate_equally(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """Divide a sample among strata so that each has the same; what a small one lacks, the others give.

    >>> allocate_equally({"2021": 60, "2022": 30, "2023": 2}, 10)
    {'2021': 4, '2022': 4, '2023': 2}
    """
    shares = dict.fromkeys(sizes, 0)
    left = min(size, sum(sizes.values()))
    while left:
        unfilled = sorted(name for name in sizes if shares[name] < sizes[name])
        portion = max(1, left // len(unfilled))
        for name in unfilled:
            extra = min(portion, sizes[name] - shares[name], left)
            shares[name] += extra
            left -= extra
    return shares


def _make_draw_number(seed: str, site: str, language: str, site_key: str) -> int:
    """Return the number by which an article is drawn: the first 16 bytes of the SHA-256 of seed and identity."""
    identity = "\n".join((seed, site, language, site_key))
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:16], "big")
