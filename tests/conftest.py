"""What holds for every test."""

import gc
import sys
from collections.abc import Iterator

import pytest
from support.examples import register_profiles
from support.long_files import sort_long_files_first

gc.disable()  # until the tests are collected: they stay, and looking for garbage among them is a fifth of collecting
register_profiles()


@pytest.fixture(scope="session", autouse=True)
def close_reactor_loop() -> Iterator[None]:
    """Close the loop of Twisted's reactor, which lives as long as the process, when no test will crawl any more."""
    yield
    loop = getattr(sys.modules.get("twisted.internet.reactor"), "_asyncioEventloop", None)
    if loop is not None and not loop.is_running():
        loop.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sort_long_files_first(items)


def pytest_collection_finish() -> None:
    """Look for garbage again, but no more among what was there when the tests began."""
    gc.freeze()
    gc.enable()
