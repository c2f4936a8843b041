"""A real browser for what people see: Chromium, started once for a module, kept from everything but this machine."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

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
    """Run ``seealso serve`` in a process of its own; the address it says is given, with a slash at the end."""
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
    """Start the browser."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@contextmanager
def open_window(browser: Any, width: int = 1280, height: int = 900, **how: Any) -> Iterator[Any]:
    """Open an empty page that reaches nothing but this machine."""
    context = browser.new_context(viewport={"width": width, "height": height}, **how)
    context.route(lambda address: not address.startswith("http://127.0.0.1:"), lambda route: route.abort())
    yield context.new_page()
    context.close()
