"""What keeping an article costs: Archive.keep against plain sqlite3 executemany of the same articles, in one run.

    python benchmarks/writing.py [--articles 5000] [--rounds 3] [--profile]

Generated pages are read once, before any clock starts. Then, in turn and each into a file of its own, they are written
by ``Archive.keep``, with everything of a visit (capture, article, first revision, authors, See also, near copies,
search index, new addresses of the queue), and by plain ``executemany``: the columns of the article into one table,
without and with the archive's own search index, whose words are prepared before the clock. All sides use the archive's
settings of SQLite (WAL, synchronous FULL, the same cache) and commit as often: once in a batch of the crawl's size, and
once an article. Garbage is looked for as seldom as in a crawl. Times are the median of the rounds; wall clock includes
waiting for the disk, CPU does not.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sqlite3
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.opening import CACHE_KB
from crawler.archive.schema.fields import make_columns
from crawler.crawl.fetching.open_visit import OpenVisit
from crawler.crawl.fetching.spider import FetchResult
from crawler.crawl.running.writer import VISITS_PER_BATCH
from crawler.items import Article, Capture, Queued, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.index_words import make_index_row
from crawler.practice.generated import GeneratedSite, make_edition
from crawler.practice.site import PracticeRequest
from crawler.sites.registry import find_site
from crawler.system.garbage import stay_with_less_garbage

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SITE = find_site("asianews")
Batches = Sequence[Sequence[Visit]]


@dataclass(frozen=True)
class Cost:
    """Of one side in one round, in seconds; the file's bytes."""

    wall: float
    cpu: float
    size: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="instead, show where Archive.keep spends its time")
    options = parser.parse_args()
    stay_with_less_garbage()
    visits = [*read(options.articles)]
    batches = [visits[at : at + VISITS_PER_BATCH] for at in range(0, len(visits), VISITS_PER_BATCH)]
    if options.profile:
        profile(batches)
        return
    singles = [[visit] for visit in visits]
    sides: dict[tuple[str, str], Callable[[Path], Cost]] = {
        ("executemany, one table", "batch"): lambda path: plainly(path, batches, index=False),
        ("executemany, one table and the search index", "batch"): lambda path: plainly(path, batches, index=True),
        ("seealso: Archive.keep", "batch"): lambda path: keep(path, batches),
        ("executemany, one table", "article"): lambda path: plainly(path, singles, index=False),
        ("executemany, one table and the search index", "article"): lambda path: plainly(path, singles, index=True),
        ("seealso: Archive.keep", "article"): lambda path: keep(path, singles),
    }
    costs: dict[tuple[str, str], list[Cost]] = {side: [] for side in sides}
    for _ in range(options.rounds):
        for side, write in sides.items():
            with tempfile.TemporaryDirectory() as folder:
                costs[side].append(write(Path(folder) / "archive.db"))
    report(costs, len(visits))


def read(articles: int) -> Iterator[Visit]:
    """Read generated pages in the order of a crawl that comes along their See also links: the nearest ones first."""
    pages = GeneratedSite(articles)
    paths = [make_edition(number, "en", articles, pages.seed, whole=False).page_path for number in range(articles + 1)]
    numbers = {read_address(SITE.origin + path, SITE).url_key: number for number, path in enumerate(paths) if number}
    waiting, met = deque([(1, 0)]), {1}
    while waiting:
        number, depth = waiting.popleft()
        visit = read_page(pages, paths[number], number, depth)
        yield visit
        for link in visit.links:
            target = numbers.get(link.address.url_key, 1)
            if target not in met:
                met.add(target)
                waiting.append((target, link.depth))


def read_page(pages: GeneratedSite, path: str, number: int, depth: int) -> Visit:
    """Read one generated page."""
    answer = pages.respond(PracticeRequest(target=path))
    url = SITE.origin + path
    capture = Capture(
        url=url,
        fetched_at=NOW + timedelta(seconds=number),
        status=answer.status,
        headers=(("Content-Type", answer.content_type), *answer.headers),
        body=answer.body,
        digest=f"sha1:{number:032d}",
        warc_file="asianews-20261124T120000Z-00000.warc.gz",
        warc_offset=number * 3000,
        warc_length=2500,
        robots="allowed",
    )
    queued = Queued(address=read_address(url, SITE), depth=depth)
    return OpenVisit(FetchResult(queued=queued, captures=(capture,)), SITE).conclude()


def article_of(visit: Visit) -> Article:
    assert visit.article is not None, visit.error
    return visit.article


def keep(path: Path, batches: Batches) -> Cost:
    with Archive(path, "create") as archive:
        run_id = archive.begin_run(SITE, now=NOW)

        def write() -> None:
            for batch in batches:
                archive.keep(batch, run_id, NOW)

        return measured(write, path)


def plainly(path: Path, batches: Batches, *, index: bool) -> Cost:
    """Write the articles by executemany, and their words for the search index."""
    values = [[tuple(row(article_of(visit)).values()) for visit in batch] for batch in batches]
    names = [*row(article_of(batches[0][0]))]
    ids = iter(range(1, sum(map(len, batches)) + 1))
    indexed = [[(next(ids), *words(article_of(visit))) for visit in batch] for batch in batches] if index else []
    with Archive(path.with_name("pattern.db"), "create") as archive:
        (create_index,) = archive.db.execute("SELECT sql FROM sqlite_schema WHERE name = 'articles_fts'").fetchone()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    db.execute(f"CREATE TABLE articles (id INTEGER PRIMARY KEY, {', '.join(names)})")
    if index:
        db.execute(create_index)
    marks = ", ".join("?" * len(names))

    def write() -> None:
        for at, batch in enumerate(values):
            db.execute("BEGIN")
            db.executemany(f"INSERT INTO articles ({', '.join(names)}) VALUES ({marks})", batch)
            if index:
                db.executemany(
                    "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)", indexed[at]
                )
            db.execute("COMMIT")

    try:
        return measured(write, path)
    finally:
        db.close()


def row(article: Article) -> dict[str, object]:
    identity = {"site": article.site, "language": article.language, "site_key": article.site_key, "url": article.url}
    return identity | make_columns(article)


def words(article: Article) -> tuple[str, str, str, str]:
    return make_index_row(article.headline, article.lead, article.body, article.byline, article.headline_meta)


def measured(write: Callable[[], None], path: Path) -> Cost:
    begun, cpu = time.perf_counter(), time.process_time()
    write()
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    size = sum(file.stat().st_size for file in path.parent.glob("archive.db*") if not file.name.endswith("-shm"))
    return Cost(wall, cpu, size)


def report(costs: dict[tuple[str, str], list[Cost]], articles: int) -> None:
    rounds = len(next(iter(costs.values())))
    print(f"| {articles} articles, median of {rounds} | a transaction | ms | of it CPU | articles/s |")
    print("|---|---|---:|---:|---:|")
    for (name, unit), found in costs.items():
        wall, cpu = (
            statistics.median(seconds) / articles for seconds in zip(*((c.wall, c.cpu) for c in found), strict=True)
        )
        print(f"| {name} | {unit} | {wall * 1000:.2f} | {cpu * 1000:.2f} | {1 / wall:.0f} |")
    for unit in ("batch", "article"):
        plain, ours = costs["executemany, one table and the search index", unit], costs["seealso: Archive.keep", unit]
        wall = statistics.median(one.wall / other.wall for one, other in zip(ours, plain, strict=True))
        cpu = statistics.median(one.cpu / other.cpu for one, other in zip(ours, plain, strict=True))
        size = ours[0].size / plain[0].size
        print(f"\nA transaction for each {unit}: keep takes {wall:.1f} times the time ({cpu:.1f} times the CPU) of")
        print(f"executemany with the index, and {size:.1f} times its bytes on disk.")


def profile(batches: Batches) -> None:
    with tempfile.TemporaryDirectory() as folder:
        profiler = cProfile.Profile()
        with profiler:
            keep(Path(folder) / "archive.db", batches)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
