"""A worker of xdist, forked from a process that has imported what the tests import: this is what execnet starts as its Python.

Each worker imported it all for itself, five seconds of processor time four times over.
"""

from __future__ import annotations

import os
import shlex
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

TESTS = Path(__file__).parents[1]
OWN, SHARED = "FORK_WORKERS_SOCKET", "FORK_SERVER_SOCKET"
"""The variables that name the socket of the server of workers, and that of the server of programs."""
PACKAGES = ("crawler.browse", "crawler.notes", "crawler.research")
"""Those of which all modules are imported, besides what the program needs."""
IMPORTED = (
    "click.testing",
    "datasette.app",
    "httpx",
    "networkx",
    "playwright.sync_api",
    "polars",
    "rich",
    "seealso",
    "uvicorn",
    "yaml",
)


def fork_workers(config: pytest.Config) -> None:
    """Have the workers of a run forked, where they are those of this machine and of this Python."""
    from support.program import start_server

    if set(config.option.tx or ()) != {"popen"}:
        return
    os.environ[OWN] = start_server("support.forked_worker:import_for_tests")
    command = shlex.join((sys.executable, "-P", __file__))
    config.option.tx = [f"popen//python={command}"] * len(config.option.tx)


def import_for_tests() -> None:
    """Import what most tests import, but for what pytest has to see imported: itself, and packages that are plugins of it."""
    from support.program import import_program

    import_program()
    for name in PACKAGES:
        for module in walk_packages(import_module(name).__path__, f"{name}."):
            import_module(module.name)
    for name in IMPORTED:
        import_module(name)


def main() -> int:
    """Be the worker's place: it has the input and output of this process, which ends with it."""
    sys.path.insert(0, str(TESTS))
    from support.program import start_program

    environment = dict(os.environ)
    os.environ[SHARED] = environment.pop(OWN)
    return start_program(cwd=Path.cwd(), env=environment, code=sys.argv[-1], stdin=0, stdout=1, stderr=2).wait()


if __name__ == "__main__":
    raise SystemExit(main())
