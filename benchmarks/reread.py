"""Reading stored pages again: one core against two, in one run.

    python benchmarks/reread.py [--articles 5000] [--rounds 3]

Crawls a generated practice site once, then rereads its pages with one job and with two, in turn. Each side is a
command of its own; the time is wall-clock, from the start of the command to its end, the start of Python and of the
workers included, and the processor time is that of the command and its workers together. Memory is the largest resident
size of the command and its workers.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.practice import PracticeServer

HAVE_TO_REACH = 0.6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.db"
        with PracticeServer(articles=options.articles) as server:
            command = ["crawl", "asianews", "--mirror", server.mirror, "--archive", str(archive)]
            subprocess.run([sys.executable, "-m", "crawler", *command], check=False, stdout=subprocess.DEVNULL)
        times: dict[int, list[float]] = {1: [], 2: []}
        cpu_times: dict[int, list[float]] = {1: [], 2: []}
        memory: dict[int, float] = {1: 0.0, 2: 0.0}
        pages = 0
        for _ in range(options.rounds):
            for jobs in times:
                cpu_begun = measure_children()
                seconds, megabytes, pages = reread(archive, jobs)
                times[jobs].append(seconds)
                cpu_times[jobs].append(measure_children() - cpu_begun)
                memory[jobs] = max(memory[jobs], megabytes)
    print(f"\n| {pages} stored articles, median of {options.rounds} | seconds | CPU seconds | pages/s | MB at most |")
    print("|---|---:|---:|---:|---:|")
    for jobs, name in ((1, "reread on one core"), (2, "reread on two cores")):
        seconds = statistics.median(times[jobs])
        cpu = statistics.median(cpu_times[jobs])
        print(f"| {name} | {seconds:.2f} | {cpu:.2f} | {pages / seconds:.0f} | {memory[jobs]:.0f} |")
    ratio = statistics.median(times[2]) / statistics.median(times[1])
    print(f"\nTwo cores take {ratio:.2f} of the time of one (at most {HAVE_TO_REACH} is wanted).")


def reread(archive: Path, jobs: int) -> tuple[float, float, int]:
    command = [sys.executable, "-m", "crawler", "reread", "--dry-run", "--json", "--jobs", str(jobs)]
    begun = time.perf_counter()
    largest = 0.0
    with subprocess.Popen([*command, "--archive", str(archive)], stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            largest = max(largest, resident(process.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - begun
        assert process.stdout is not None
        report = json.loads(process.stdout.read())
    if process.returncode or report["changed"]:
        raise SystemExit(f"the reread was not clean: exit code {process.returncode}, {report['changed']} changed")
    return seconds, largest, int(report["articles"])


def measure_children() -> float:
    """Return the processor time of all children that have ended, and of theirs, in seconds."""
    times = os.times()
    return times.children_user + times.children_system


def resident(pid: int) -> float:
    """Return the resident size of a process and its children, in MB."""
    total = 0.0
    try:
        total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(resident(int(child)) for child in (task / "children").read_text().split())
    except (OSError, ValueError, IndexError):
        return total
    return total


if __name__ == "__main__":
    main()
