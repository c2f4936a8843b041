"""How long a command takes to begin: two environments side by side, in alternating runs.

    python benchmarks/startup.py BEFORE AFTER [--runs 11]

BEFORE and AFTER are the Pythons of two environments, each with a seealso of its own, which makes an archive with its
own demo. Every command is run by both in turn; the median of each counts, and the ratio of the two.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

COMMANDS = (("--help",), ("search", "boat"), ("sites",), ("--version",), ("show", "1"), ("crawl", "--help"))


def run(python: Path, command: tuple[str, ...], folder: Path) -> float:
    """Run a command in a folder and return the milliseconds that it took."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEEALSO_")}
    begun = time.perf_counter()
    ended = subprocess.run([python, "-m", "crawler", *command], cwd=folder, env=environment, capture_output=True)
    taken = time.perf_counter() - begun
    if ended.returncode:
        raise SystemExit(f"{python} -m crawler {' '.join(command)} failed: {ended.stderr.decode(errors='replace')}")
    return taken * 1000


def main() -> None:
    """Print a line for each command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("before", type=Path, help="the Python of one environment")
    parser.add_argument("after", type=Path, help="the Python of the other")
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        sides = [
            (python.absolute(), Path(home) / name)
            for name, python in (("before", options.before), ("after", options.after))
        ]
        for python, folder in sides:
            folder.mkdir()
            run(python, ("demo",), folder)
        print(f"| median of {options.runs} alternating runs | before | after | ratio |\n|---|---:|---:|---:|")
        for command in COMMANDS:
            times: dict[Path, list[float]] = {}
            for python, folder in sides * (options.runs + 1):
                times.setdefault(folder, []).append(run(python, command, folder))
            # The first run of each side fills the caches.
            before, after = (statistics.median(times[folder][1:]) for _, folder in sides)
            print(f"| `{' '.join(command)}` | {before:.0f} ms | {after:.0f} ms | {after / before:.2f} |")


if __name__ == "__main__":
    main()
