"""A real browser for what people see: Chromium, kept from everything but this machine.

The fixture ``browser`` (tests/conftest.py) is the same one for all tests with a browser that follow each other.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.waiting import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NEEDS_CHROMIUM = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


@contextmanager
def start_chromium() -> Iterator[Any]:
    """Start the browser, with the one page that all plain windows are."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        _make_context(started).new_page()
        yield started
        started.close()


class SharedChromium:
    """The browser of a process: started when it is first asked for, and again after it was stopped."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._browser: Any = None

    def give(self) -> Any:
        """Return the browser, which runs."""
        if self._browser is None:
            self._browser = self._stack.enter_context(start_chromium())
        return self._browser

    def stop(self) -> None:
        """Stop it, if it runs: while it does, nothing else in this thread can run a loop of asyncio."""
        self._browser = None
        self._stack.close()


def _make_context(browser: Any, **how: Any) -> Any:
    """Make a context that reaches nothing but this machine."""
    context = browser.new_context(**how)
    context.set_default_timeout(1000 * PATIENCE)
    context.route(lambda address: not address.startswith("http://127.0.0.1:"), lambda route: route.abort())
    return context


@contextmanager
def open_window(
    browser: Any,
    width: int = 1280,
    height: int = 900,
    color_scheme: str = "light",
    java_script_enabled: bool = True,
    permissions: Sequence[str] = (),
    **how: Any,
) -> Iterator[Any]:
    """Open an empty page that reaches nothing but this machine, and forgets what it kept when it is closed.

    A new page costs half a second of processor time, and a context twice that: only windows that are told ``how`` else
    they differ have their own. The others are one page, so hear it with ``listen``, and add no routes or scripts to it.
    """
    context = _make_context(browser, **how) if how else browser.contexts[0]
    page = context.new_page() if how else context.pages[0]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="screen", color_scheme=color_scheme)
    context.grant_permissions(permissions)
    session = None
    if not java_script_enabled:
        session = context.new_cdp_session(page)  # which would forget the medium when another page is opened
        session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield page
    finally:
        if how:
            context.close()
        else:
            parts = urlsplit(page.url)
            page.goto("about:blank")  # which also ends what a click has begun
            session = session or context.new_cdp_session(page)
            origin = f"{parts.scheme}://{parts.netloc}"
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
            session.detach()
            context.clear_permissions()
            context.clear_cookies()


def find_faults(page: Any) -> list[str]:
    """Return what axe-core finds on a page, however grave, with the elements."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in axe.run(page).response["violations"]
        for node in violation["nodes"]
    ]


@contextmanager
def listen(page: Any, **handlers: Callable[[Any], object]) -> Iterator[None]:
    """Call handlers for events of a page, by their names, for a while."""
    for event, handler in handlers.items():
        page.on(event, handler)
    yield
    for event, handler in handlers.items():
        page.remove_listener(event, handler)
