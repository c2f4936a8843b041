"""How long a command takes to begin: two checkouts side by side, in alternating runs.

    python benchmarks/startup.py BEFORE AFTER [--archive ARCHIVE] [--runs 11]

BEFORE and AFTER are the Pythons of two environments, each with a seealso of its own. Every command is run by both in
turn; the median of each counts, and the ratio of the two. Without an archive, ``search`` ends with the message that
there is none, after everything that it needs has been loaded.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

COMMANDS = (("--help",), ("--version",), ("sites",), ("search", "boat"), ("crawl", "--help"))


def measure(python: Path, command: tuple[str, ...], folder: Path, archive: Path | None) -> float:
    """Return the milliseconds of one run."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEEALSO_")}
    if archive is not None:
        environment["SEEALSO_ARCHIVE"] = str(archive)
    begun = time.perf_counter()
    ended = subprocess.run([python, "-m", "crawler", *command], cwd=folder, env=environment, capture_output=True)
    taken = time.perf_counter() - begun
    if ended.returncode not in (0, 1) or b"Traceback" in ended.stderr:
        raise SystemExit(f"{python} -m crawler {' '.join(command)} failed: {ended.stderr.decode(errors='replace')}")
    return taken * 1000


def main() -> None:
    """Print a line for each command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("before", type=Path, help="the Python of one environment")
    parser.add_argument("after", type=Path, help="the Python of the other")
    parser.add_argument("--archive", type=Path, help="an archive that both can open")
    parser.add_argument("--runs", type=int, default=11)
    asked = parser.parse_args()
    pythons = tuple(path.absolute() for path in (asked.before, asked.after))
    archive = asked.archive.absolute() if asked.archive else None
    print(f"{'command':<16}{'before':>10}{'after':>10}{'ratio':>8}   median of {asked.runs} alternating runs")
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            for python in pythons:  # bytecode and file cache
                measure(python, command, Path(folder), archive)
            taken: tuple[list[float], list[float]] = ([], [])
            for _ in range(asked.runs):
                for times, python in zip(taken, pythons, strict=True):
                    times.append(measure(python, command, Path(folder), archive))
            before, after = (statistics.median(times) for times in taken)
            print(f"{' '.join(command):<16}{before:>7.0f} ms{after:>7.0f} ms{after / before:>8.2f}")


if __name__ == "__main__":
    main()
