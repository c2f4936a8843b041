"""What it costs to merge an archive into another one, and to split it off again: time, peak memory, bytes.

    python benchmarks/merging.py [--articles 10000] [--work FOLDER]

Both archives are made up (``benchmarks/archives.py``), the second under the name of another site. Each step runs in a
process of its own, whose peak memory is the kernel's; CPU seconds are those of that process. Archives that are in the
folder already are used again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from archives import build

from crawler.archive.store import Archive
from crawler.operations.merging.job import merge
from crawler.operations.merging.split import split

OTHER = "weekly"
RENAMED = (
    *(f"UPDATE {table} SET site = '{OTHER}'" for table in ("articles", "addresses", "runs")),
    *(
        f"UPDATE {table} SET {column} = '{OTHER}' || substr({column}, 9) WHERE {column} GLOB 'asianews/*'"
        for table, column in (
            *((table, "url_key") for table in ("addresses", "captures", "spellings", "sightings")),
            *((table, "target_key") for table in ("see_also", "translations")),
        )
    ),
)


def make_other(path: Path, articles: int) -> None:
    build(path, articles, 2)
    with closing(sqlite3.connect(path)) as conn:
        for statement in RENAMED:
            conn.execute(statement)
        conn.commit()


def measure(step: str, work: Callable[..., object], *arguments: object) -> None:
    """Run a step in a process of its own, and print what it took."""
    process = get_context("spawn").Process(target=_report, args=(step, work, *arguments))
    process.start()
    process.join()


def _report(step: str, work: Callable[..., object], *arguments: object) -> None:
    start, cpu = time.monotonic(), time.process_time()
    idle = read_peak()
    work(*arguments)
    print(
        f"{step:<10}{time.monotonic() - start:8.1f} s {time.process_time() - cpu:8.1f} s CPU"
        f" {read_peak():8.0f} MB at most ({idle:.0f} before)",
        flush=True,
    )


def read_peak() -> float:
    """Return the peak memory of this process in MB, as Linux tells it: what it was forked from does not count."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def do_nothing_to(path: Path) -> None:
    """Open an archive and close it again: what importing and opening take."""
    Archive(path, "write").close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "merging")
    given = options.parse_args()
    folder, articles = given.work, given.articles
    folder.mkdir(parents=True, exist_ok=True)
    first, second = folder / f"first-{articles}.db", folder / f"second-{articles}.db"
    if not first.exists():
        build(first, articles, 1)
    if not second.exists():
        make_other(second, articles)
    into, part = folder / "into.db", folder / "part.db"
    for path in (*folder.glob("into.*"), *folder.glob("part.*")):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copy(first, into)
    measure("open", do_nothing_to, into)
    measure("merge", merge, into, [second])
    measure("split", split, into, [OTHER], part)
    for path in (first, second, into, part):
        print(f"{path.name:<24}{os.path.getsize(path) / 1e6:8.1f} MB")


if __name__ == "__main__":
    main()
