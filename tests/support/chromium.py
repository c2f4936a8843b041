"""A real browser for what people see: Chromium, started once for a module, kept from everything but this machine."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from crawler.browse.server import bind_socket, make_application
from support.waiting import wait_until

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
def serve_archive(archive: Path, *options: str) -> Iterator[str]:
    """Serve an archive as ``seealso serve`` does with these options; its address is given, with a slash at the end.

    Without options of its own, or with ``--raw`` or ``--notes FILE``, it is served in a thread, which saves the start of
    a program.
    """
    others = [option for option in options if option != "--raw"]
    notes = Path(others[1]) if len(others) == 2 and others[0] == "--notes" else None
    if others and notes is None:
        server = _run_server(archive, *options)
    else:
        server = _serve_here(archive, "--raw" in options, notes)
    with server as url:
        yield url


@contextmanager
def _serve_here(archive: Path, raw: bool, notes: Path | None) -> Iterator[str]:
    listener = bind_socket("127.0.0.1", 0)
    application = make_application(archive, raw=raw, notes=notes).app()
    settings = uvicorn.Config(application, log_level="warning", lifespan="on", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def _run_server(archive: Path, *options: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "serve", "--port", "0", "--archive", str(archive), *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line
        yield found[0]
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


@contextmanager
def start_chromium() -> Iterator[Any]:
    """Start the browser, with the one page that all plain windows are."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        _make_context(started).new_page()
        yield started
        started.close()


def _make_context(browser: Any, **how: Any) -> Any:
    """Make a context that reaches nothing but this machine."""
    context = browser.new_context(**how)
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
            if page.url.startswith("http"):
                page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            if session is not None:
                session.detach()
            context.clear_permissions()
            context.clear_cookies()
            page.goto("about:blank")


@contextmanager
def listen(page: Any, **handlers: Callable[[Any], object]) -> Iterator[None]:
    """Call handlers for events of a page, by their names, for a while."""
    for event, handler in handlers.items():
        page.on(event, handler)
    yield
    for event, handler in handlers.items():
        page.remove_listener(event, handler)
