"""A Dask scheduler and its workers as processes of their own, started by their own command lines on 127.0.0.1."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import Random

from support.waiting import wait_until

_QUIET = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical"}
_ON_LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")


class DaskCluster:
    """A scheduler and one worker command with two processes; ends with the block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scheduler_file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> DaskCluster:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the scheduler, and its workers when it is there."""
        self.scheduler_file.unlink(missing_ok=True)
        self._run("scheduler", *_ON_LOOPBACK, "--port", "0", "--scheduler-file", str(self.scheduler_file))
        wait_until(self.scheduler_file.is_file)
        self._run(
            *("worker", *_ON_LOOPBACK, "--scheduler-file", str(self.scheduler_file), "--nthreads", "1"),
            *("--nworkers", "2", "--memory-limit", "1GiB", "--local-directory", str(self.folder)),
        )
        wait_until(lambda: len(self.list_workers()) == 2)

    def list_workers(self) -> list[int]:
        """Return the processes that run tasks, once they can: one that is killed before would end its command."""
        from distributed import Client

        with Client(scheduler_file=str(self.scheduler_file), set_as_default=False) as client:
            return list(client.run(os.getpid, on_error="ignore").values())  # not of one that was killed just now

    def kill_worker(self, random: Random) -> None:
        """Kill one of the processes that run tasks; its command starts another one."""
        workers = self.list_workers()
        if workers:
            with suppress(ProcessLookupError):
                os.kill(random.choice(workers), signal.SIGKILL)

    def kill(self) -> None:
        """Kill the scheduler and the worker command, whose processes end with it."""
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def kill_scheduler(self) -> None:
        """Kill the scheduler alone."""
        self._processes[0].kill()
        self._processes[0].wait()

    def _run(self, *arguments: str) -> None:
        self._processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                env={**os.environ, **_QUIET},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
