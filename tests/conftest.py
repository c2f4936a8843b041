"""What holds for every test."""

import gc
import inspect
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from support.blank_archive import copy_new_archives
from support.chromium import SharedChromium
from support.compiled_templates import compile_templates_once
from support.examples import pass_over_constants, register_profiles
from support.forked_worker import fork_workers
from support.long_files import FileScheduling, sort_long_files_first
from support.program import share_server
from support.worker_folders import WorkerFolder, count_workers, sort_as_collected

from crawler.sites import registry
from crawler.system.garbage import stay_with_less_garbage

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""
ROOM = 4_000_000_000
"""Free bytes without which the folders of the tests stay on the disk; a run fills half a gigabyte."""


def keep_files_in_memory() -> None:
    """Have pytest make its folders in memory where there is room: a run waits for thousands of syncs on a disk."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return
    if shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def hear_interruptions() -> None:
    """Have programs take signals as on a terminal, where a shell in the background or nohup ignores them.

    A signal that is ignored stays so in a program that is started; one that has a handler does not.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)


def list_frames(context: int = 0) -> list[inspect.FrameInfo]:
    """Return the frames of the stack as ``inspect.stack`` does, without looking for the source of each."""
    frame: FrameType | None = sys._getframe(1)
    frames = []
    while frame is not None:
        code = frame.f_code
        frames.append(inspect.FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None))
        frame = frame.f_back
    return frames


keep_files_in_memory()
hear_interruptions()
look_at_stack = inspect.stack
inspect.stack = list_frames  # Scrapy looks at the stack when it is imported, deep inside pytest
gc.disable()  # until the tests are collected: they stay, and looking for garbage among them is a fifth of collecting
register_profiles()


@pytest.fixture(scope="session", autouse=True)
def close_reactor_loop() -> Iterator[None]:
    """Close the loop of Twisted's reactor, which lives as long as the process, when no test will crawl any more."""
    yield
    loop = getattr(sys.modules.get("twisted.internet.reactor"), "_asyncioEventloop", None)
    if loop is not None and not loop.is_running():
        loop.close()


@pytest.fixture(scope="session", autouse=True)
def tell_of_broken_sites() -> None:
    """Have this process say once, before any test, which files of sites on this machine are broken: no test sees it."""
    registry.load_known_sites()


@pytest.fixture(scope="session", autouse=True)
def _make_what_is_new_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        copy_new_archives(patch)
        compile_templates_once(patch)
        yield


CHROMIUM = SharedChromium()


@pytest.fixture
def browser() -> Any:
    """A Chromium, the same for all tests with a browser that follow each other."""
    return CHROMIUM.give()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """Stop the browser after the last test for now that needs one."""
    yield
    if nextitem is None or nextitem.get_closest_marker("browser") is None:
        CHROMIUM.stop()


@pytest.fixture
def only_asianews(monkeypatch: pytest.MonkeyPatch) -> None:
    """AsiaNews is the only site that this process knows, whatever other files of sites there are."""
    known_sites = {"asianews": registry.find_known_site("asianews")}
    catalogue = registry.Catalogue(known_sites=known_sites, broken_sources=(), unused_sites=())
    monkeypatch.setattr(registry, "load_catalogue", lambda *_: catalogue)
    monkeypatch.delenv("SEEALSO_SITES", raising=False)  # a schedule would carry it


def pytest_configure(config: pytest.Config) -> None:
    """Have workers of xdist forked from one process, and let them fork the program from another one."""
    if getattr(config.option, "dist", "no") != "no":  # a worker has no such option, nor has who runs without xdist
        share_server()
        fork_workers(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileScheduling | None:
    """Keep files whole, and those with a browser together, where ``make.py`` asks for whole files."""
    return FileScheduling(config, log) if config.option.dist == "loadfile" else None


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return WorkerFolder.from_parent(parent, path=path) if count_workers() else None


@pytest.hookimpl(tryfirst=True)  # before the plugin of Hypothesis
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    pass_over_constants()
    sort_as_collected(items)
    sort_long_files_first(items)


def pytest_collection_finish() -> None:
    """Look for garbage again, more seldom, and no more among what was there when the tests began; and at sources."""
    stay_with_less_garbage()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()
    inspect.stack = look_at_stack
