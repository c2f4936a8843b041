"""What an engine costs: the same tasks in a plain process pool, by the local engine, and by Dask, in one run.

    python benchmarks/engines.py [--tasks 60] [--milliseconds 200] [--rounds 3]

A task works for so many milliseconds of CPU and leaves a file, as the tasks of an ingest do. Each side runs in a
command of its own with two workers, in turn with the others. CPU seconds are those of the command and of all its
processes. What starting and ending them costs is measured with one empty task, and taken from the rest; a thousand
empty tasks tell what one costs. The start lasts until a first task is done. Dask has a cluster of this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from crawler.engines import Task, open_engine

JOBS = 2
SIDES = ("pool", "local", "dask")
MOST_RATIO = 1.10
"""Of the CPU of a plain pool, an engine may take so much."""
MOST_MILLISECONDS = 5.0
"""So much an empty task may cost."""

Payload = tuple[str, str, float]


def work(payload: Payload) -> None:
    """Use the CPU for so many seconds, and leave a file."""
    folder, name, seconds = payload
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))
    Path(folder, name).touch()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=60)
    parser.add_argument("--milliseconds", type=float, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(run_side(options.side, options.tasks, options.milliseconds / 1000)))
        return
    rows = [("tasks", options.tasks, options.milliseconds), ("empty tasks", 1000, 0.0), ("one empty task", 1, 0.0)]
    cpu: dict[tuple[str, str], float] = {}
    start: dict[str, float] = {}
    for label, tasks, milliseconds in rows:
        measured = {side: list[dict[str, float]]() for side in SIDES}
        for _ in range(options.rounds):
            for side in SIDES:
                measured[side].append(run_command(side, tasks, milliseconds))
        for side in SIDES:
            cpu[label, side] = statistics.median(figures["cpu"] for figures in measured[side])
            start[side] = statistics.median(figures["start"] for figures in measured[side])
    columns = ("start, s", "CPU s", "tasks, CPU s", "of the pool's", "an empty task, CPU ms")
    print(f"\n| {JOBS} workers, median of {options.rounds} | {' | '.join(columns)} |")
    print("|---|---:|---:|---:|---:|---:|")
    own = {side: cpu["tasks", side] - cpu["one empty task", side] for side in SIDES}
    for side in SIDES:
        empty_task = 1000 * (cpu["empty tasks", side] - cpu["one empty task", side]) / 999
        print(
            f"| {side} | {start[side]:.1f} | {cpu['one empty task', side]:.1f} | {own[side]:.2f} "
            f"| {own[side] / own['pool']:.2f} | {empty_task:.2f} |"
        )
    print(
        f"\nOf {options.tasks} tasks of {options.milliseconds:.0f} ms. "
        f"At most {MOST_RATIO} of the pool's CPU is wanted, and {MOST_MILLISECONDS:.0f} ms a task."
    )


def run_command(side: str, tasks: int, milliseconds: float) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", side, "--tasks", str(tasks), "--milliseconds", str(milliseconds)]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures


def run_side(side: str, count: int, seconds: float) -> dict[str, float]:
    """Run tasks in this process's own workers; return seconds of CPU, of all processes, and of the start."""
    with tempfile.TemporaryDirectory() as folder:
        payloads = [(folder, str(number), seconds) for number in range(count)]
        begun = time.perf_counter()
        if side == "pool":
            with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as pool:
                list(pool.map(work, [(folder, "first", 0.0)]))
                started = time.perf_counter()
                list(pool.map(work, payloads))
        else:
            with open_engine("dask" if side == "dask" else "local", jobs=JOBS) as engine:
                list(engine.run(work, [Task("first", (folder, "first", 0.0))]))
                started = time.perf_counter()
                list(engine.run(work, [Task(payload[1], payload) for payload in payloads]))
        assert len(os.listdir(folder)) == count + 1
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {"cpu": sum(usage.ru_utime + usage.ru_stime for usage in usages), "start": started - begun}


if __name__ == "__main__":
    main()
