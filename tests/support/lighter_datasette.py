"""Datasette imported without what none of its pages needs here: the units of physics, and Dask for their sake.

Its library of units reads two thousand definitions and imports ``dask.array`` where Dask is installed, as it is among
our tools: half of what importing Datasette takes, in each worker.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def import_lightly() -> Iterator[None]:
    """Have Datasette imported so: units are read when one is asked for, and its numbers are none of Dask's."""
    with pytest.MonkeyPatch.context() as patch:
        if "dask" not in sys.modules:
            patch.setitem(sys.modules, "dask", None)
        from datasette.vendored import pint

        patch.setattr(pint, "UnitRegistry", pint.LazyRegistry)
        yield


def import_datasette() -> None:
    """Import it."""
    with import_lightly():
        import datasette.app  # noqa: F401
